"""The layout of the desk: its menu and the parts of its first page, to which other apps add theirs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from ayan.apps.accounts import policy, sessions
from ayan.apps.accounts.limits import LONGEST_IDLE
from ayan.apps.accounts.models import User
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.refusal import Refusal
from ayan.ui import language
from ayan.ui.refusals import refused


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One entry of the menu: the name of its address, its words, and the verb without which it is not shown."""

    name: str
    label: Label
    verb: str | None = None
    order: int = 50


@dataclass(frozen=True, slots=True)
class HomePart:
    """One part of the first page: a template, what it is given, and how much in it is ``due`` from the officer."""

    template: str
    context: Mapping[str, Any]
    due: int = 0


Maker = Callable[[User, Lang], HomePart | None]

_MENU: list[MenuEntry] = []
_PARTS: list[tuple[int, Maker]] = []


def add_menu(name: str, label: Label, verb: str | None = None, order: int = 50) -> None:
    """Add an entry to the menu; called by an app as it gets ready. ``name`` is the address's name in urls."""
    _MENU.append(MenuEntry(name, label, verb, order))


def add_part(maker: Maker, order: int = 50) -> None:
    """Add a part to the first page; ``maker`` is asked with the officer and the language, and may answer None."""
    _PARTS.append((order, maker))


def menu(actor: User, lang: Lang, path: str) -> list[dict[str, Any]]:
    """The entries this officer has a use for, the one in view marked."""
    shown = [
        entry for entry in sorted(_MENU, key=lambda entry: entry.order) if not entry.verb or _has(actor, entry.verb)
    ]
    entries = [{"address": reverse(f"{lang}:{entry.name}"), "words": entry.label.of(lang)} for entry in shown]
    # Every address of the desk begins with that of its first page, which is marked for itself alone.
    first = reverse(f"{lang}:desk")
    prefixes = [
        entry["address"] for entry in entries if path.startswith(entry["address"]) and entry["address"] != first
    ]
    nearest = max(prefixes, key=len, default=path)
    return [{**entry, "current": entry["address"] == nearest} for entry in entries]


def parts(actor: User, lang: Lang) -> list[HomePart]:
    """The parts of the first page for this officer."""
    home_parts = [maker(actor, lang) for _order, maker in sorted(_PARTS, key=lambda pair: pair[0])]
    return [part for part in home_parts if part is not None]


def page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    """A page of the desk in its frame; before sign-in the frame has no menu. What it refuses gives it its status."""
    actor = sessions.standing(request)
    lang = language.of(request)
    frame = {
        "officer": actor,
        "menu": menu(actor, lang, request.path) if actor else [],
        "idle_seconds": int(LONGEST_IDLE.total_seconds()) if actor else 0,
        "warning_seconds": int(sessions.WARNING.total_seconds()),
    }
    response = render(request, template, {**frame, **(context or {})}, status=status)
    return refused(response, refusal) if refusal else response


def _has(actor: User, verb: str) -> bool:
    return policy.can_somewhere(actor, verb)
