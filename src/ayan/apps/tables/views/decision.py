"""The page of one change: what it changes, what it means for what is published, and its decision."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from ayan.apps.accounts import desk_layout, policy, sessions
from ayan.apps.accounts.desk_layout import HomePart
from ayan.apps.accounts.dual_control import OPEN, Stage
from ayan.apps.accounts.forms import Boxes
from ayan.apps.accounts.models import User
from ayan.apps.accounts.policy import CITY
from ayan.apps.accounts.staff_middleware import factor_again, officer
from ayan.apps.tables import changes
from ayan.apps.tables.effects import effect_of
from ayan.apps.tables.limits import MOST_LINES
from ayan.apps.tables.models import TableChange, TableChangeKind
from ayan.apps.tables.table_page import line, problems, to_change
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.refusal import Refusal
from ayan.ui import language
from ayan.wiring import accountability, city

COMES_OR_GOES: Final = (TableChangeKind.NEW, TableChangeKind.REMOVAL)
ACTS: Final = ("confirm", "refuse", "carry-out", "back")


@require_http_methods(["GET", "HEAD"])
def change_page(request: HttpRequest, which: int) -> HttpResponse:
    """What one change is about, and its decision."""
    return _page(request, _asked(request, which))


@require_POST
def decide(request: HttpRequest, which: int, name: str) -> HttpResponse:
    """Confirm a change, refuse it, carry it out where nobody is there to confirm; or ask for what stood before it."""
    change, me, lang = _asked(request, which), officer(request), language.of(request)
    if name not in ACTS:
        raise Http404
    if not sessions.fresh(request):
        return factor_again(request, reverse(f"{lang}:table_change", args=(which,)))
    try:
        if name == "back":
            return to_change(lang, changes.bring_back(me, change))
        if name == "confirm":
            changes.confirm(me, change)
        elif name == "refuse":
            changes.refuse(me, change, request.POST.get("reason", ""))
        else:
            changes.carry_out(me, change)
    except Refusal as wrong:
        return _page(request, _asked(request, which), wrong)
    return to_change(lang, change)


def waiting_part(actor: User, lang: Lang) -> HomePart | None:
    """The part of the first page with the changes that this officer may decide, or asked for; None without any."""
    mine = [each for each in changes.waiting() if actor.pk == each.asked_by_id or changes.may_refuse(actor, each)]
    if not mine:
        return None
    due = sum(
        changes.stage(each) is Stage.READY
        if each.asked_by_id == actor.pk
        else policy.can(actor, changes.confirming(each), changes.subject(each))
        for each in mine
    )
    return HomePart("tables/part_waiting.html", {"lines": [line(each, lang) for each in mine]}, due)


def _asked(request: HttpRequest, which: int) -> TableChange:
    """A change that the officer may see: administrators, auditors, who may decide it, and who asked. Or Http404."""
    me = officer(request)
    change = get_object_or_404(TableChange.objects.select_related("asked_by", "decided_by"), pk=which)
    if not (policy.can(me, changes.CHANGE, CITY) or changes.may_refuse(me, change)):
        raise Http404
    return change


def _page(request: HttpRequest, change: TableChange, refused: Refusal | None = None) -> HttpResponse:
    lang, me, stage = language.of(request), officer(request), changes.stage(change)
    own = change.asked_by_id == me.pk
    if stage in OPEN:
        changes.look_again(change)
    why = Label("دلیل پس گرفتن", "Why you take it back") if own else Label("دلیل رد", "Why it is refused")
    may_see = policy.can(me, changes.CHANGE, CITY)
    context = {
        "change": change,
        "title": changes.title_of(change.slug),
        "line": line(change, lang),
        "stage": stage.value,
        "own": own,
        "is_value": change.kind == TableChangeKind.VALUE,
        "may_open_table": may_see and changes.declared(change.slug) is not None,
        "effect": effect_of(change, lang),
        "files": list(_files(change)),
        "leaves": _leaves(change) if stage is Stage.DONE else [],
        "has_log": city.current().log is not None,
        "said": list(_said(change, lang)),
        "value": change.request.get("value", ""),
        "may_confirm": stage in OPEN and policy.can(me, changes.confirming(change), changes.subject(change)),
        "may_carry_out": stage is Stage.READY and own,
        "may_refuse": stage in OPEN and changes.may_refuse(me, change),
        "may_bring_back": stage is Stage.DONE and may_see and change.kind not in COMES_OR_GOES,
        "reason": Boxes(lang, request.POST.dict(), refused).box("reason", why, required=not own, lines=2),
        "problems": problems(refused, lang),
    }
    return desk_layout.page(request, "tables/change.html", context, refusal=refused)


def _files(change: TableChange) -> Iterator[dict[str, Any]]:
    """Each file with the lines that go and come, and two around them."""
    left = MOST_LINES
    for name, (before, after) in change.files.items():
        old, new = ((text or "").splitlines() for text in (before, after))
        lines = list(difflib.unified_diff(old, new, lineterm="", n=2))[2:]
        yield {
            "name": name,
            "added": before is None,
            "gone": after is None,
            "lines": [_mark(each) for each in lines[: max(left, 0)]],
            "more": max(0, len(lines) - max(left, 0)),
        }
        left -= len(lines)


_SAID: Final = {
    "fa": Label("نام به فارسی", "Name in Persian"),
    "en": Label("نام به انگلیسی", "Name in English"),
    "code": Label("کد", "Code"),
    "aliases": Label("نوشتارهای دیگر", "Other spellings"),
    "until": Label("واپسین روز", "Last day"),
}


def _said(change: TableChange, lang: Lang) -> Iterator[dict[str, Any]]:
    """What a form said of a code, part by part."""
    said = change.request.get("said", {})
    for name, label in _SAID.items():
        value = said.get(name)
        if value and (said.get("code") or change.request.get("code")):
            yield {
                "label": label.of(lang),
                "values": value if isinstance(value, list) else [value],
                "is_code": name in ("code", "until"),
            }


def _mark(text: str) -> dict[str, str]:
    if text.startswith("@@"):
        return {"sign": "…", "text": ""}
    return {"sign": {"+": "+", "-": "−"}.get(text[:1], ""), "text": text[1:]}


def _leaves(change: TableChange) -> list[int]:
    """The numbers of the entries of the log that tell of the change; none before it is entered there."""
    current_city, since = city.current(), change.done_at
    if since is None:
        return []
    paths = {f"{accountability.DATASETS}/{change.slug}/{name}": after for name, (_, after) in change.files.items()}
    numbers = (accountability.leaf_of(current_city, path, text, since) for path, text in paths.items())
    return [number for number in numbers if number is not None]
