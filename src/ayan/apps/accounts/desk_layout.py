"""The layout of the desk: its menu and the parts of its first page, as the apps in use declare them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from ayan.apps.accounts import policy, sessions
from ayan.apps.accounts.limits import LONGEST_IDLE, WARNED_BEFORE
from ayan.apps.accounts.models import User
from ayan.core.values.locale import Lang
from ayan.core.values.refusal import Refusal
from ayan.ui import language
from ayan.ui.contract import installed_apps
from ayan.ui.responses import refused


@dataclass(frozen=True, slots=True)
class HomePart:
    """One part of the first page: a template, what it is given, and how much in it is ``due`` from the officer."""

    template: str
    context: Mapping[str, Any]
    due: int = 0


def menu(actor: User, lang: Lang, path: str) -> list[dict[str, Any]]:
    """The entries this officer has a use for, the one in view marked."""
    declared = sorted((entry for app in installed_apps() for entry in app.desk_menu), key=lambda entry: entry.order)
    useful = policy.somewhere(actor, {entry.verb for entry in declared if entry.verb})
    shown = [entry for entry in declared if not entry.verb or entry.verb in useful]
    entries = [{"address": reverse(f"{lang}:{entry.page}"), "words": entry.label.of(lang)} for entry in shown]
    # Every address of the desk begins with that of its first page, which is marked for itself alone.
    first = reverse(f"{lang}:desk")
    prefixes = [
        entry["address"] for entry in entries if path.startswith(entry["address"]) and entry["address"] != first
    ]
    nearest = max(prefixes, key=len, default=path)
    return [{**entry, "current": entry["address"] == nearest} for entry in entries]


def parts(actor: User, lang: Lang, page: str = "desk") -> list[HomePart]:
    """The parts of the first page for this officer, or of the calendar."""
    every = [part for app in installed_apps() for part in app.desk_parts() if part.page == page]
    declared = sorted(every, key=lambda part: part.order)
    home_parts: list[HomePart | None] = [part.draw(actor, lang) for part in declared]
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
        "warning_seconds": int(WARNED_BEFORE.total_seconds()),
    }
    response = render(request, template, {**frame, **(context or {})}, status=status)
    return refused(response, refusal) if refusal else response
