"""What a waiting draft changes against what is published, and the public's own page with it in place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, cast

from django.http import HttpResponse

from ayan.apps.catalog.views import dataset as public
from ayan.apps.desk import balances
from ayan.apps.desk.framing import Bench
from ayan.core.audit.coverage import in_rial
from ayan.core.query.changing import What
from ayan.core.release.approval import ReleaseRefused
from ayan.core.release.balanced import blocking, overrules
from ayan.core.release.compared import kept_compared
from ayan.core.release.difference import Change, Sum
from ayan.core.release.tried import tried
from ayan.core.release.waiting import Waiting, find_waiting, still_true
from ayan.core.schema.definition import Field
from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.core.values.money import SHOWN_UNITS, ShownUnit, unit_label
from ayan.ui.parts import Status, Tone
from ayan.ui.writing import isolated, plain_number, value_html, value_plain
from ayan.wiring import city
from ayan.wiring.preview import preview_city

PAGE: Final = 25
UNIT: Final[ShownUnit] = "rial"
WHATS: Final[Mapping[str, tuple[Tone, Label]]] = {
    "changed": ("late", Label("تغییریافته", "Changed")),
    "added": ("ok", Label("تازه", "Added")),
    "removed": ("bad", Label("حذف‌شده", "Removed")),
}


def waiting_of(desk: Bench) -> Waiting | None:
    """The draft that waits; None before there is one, and when its files are gone."""
    if not desk.one.draft or not desk.one.digest:
        return None
    try:
        return find_waiting(city.current().workplace, desk.dataset, desk.one.draft)
    except ReleaseRefused:
        return None


def compared(desk: Bench, waiting: Waiting, what: str, after: int) -> dict[str, Any]:
    """Counts, totals before and after, and the changed rows page by page, as the worker told them.

    Nothing is compared here: where the worker told nothing, as an older version left it, the page asks for that.
    """
    place = city.current().workplace
    true = still_true(place, waiting) and not waiting.outdated
    made = kept_compared(waiting, desk.dataset)
    if made is None:
        return {"untold": True, "true": true}
    page = made.page(cast(What, what) if what in WHATS else None, after, PAGE)
    return {
        "found": made.tally,
        "totals": [_total(desk, one) for one in made.totals],
        "needs_note": made.needs_note,
        "pairs": [_row(desk, one, made.columns) for one in page.rows],
        "next": page.next,
        "what": what,
        "after": after,
        "true": true,
        "first_time": made.first,
        "cut": made.most if made.cut else 0,
    }


def balanced(desk: Bench, waiting: Waiting) -> dict[str, Any]:
    """The balances that read the dataset, held as if the draft were published; those that fail in full."""
    scales = balances.scales_of(desk.one)
    trials = tried(scales, waiting)
    passed = waiting.draft.facts.overruled
    failing = sorted((one for one in trials if not one.outcome.holds), key=lambda one: (not one.blocks, not one.worse))
    return {
        "held": len(trials),
        "blocked": bool(blocking(trials, passed)),
        "failing": [
            {
                "trial": one,
                "outcome": one.outcome,
                "balance": one.balance,
                "money": in_rial(one.balance, scales.datasets),
                "more": one.outcome.failed - len(one.shown),
                "overruled": next((each for each in passed if overrules(each, one)), None),
                "written": desk.request.POST.get("reason", ""),
            }
            for one in failing
        ],
        "may_overrule": desk.one.takes_data and not desk.one.busy and desk.may("balance.overrule"),
    }


def _total(desk: Bench, one: Sum) -> dict[str, Any]:
    lang = desk.lang
    percent = ""
    if one.percent is not None:
        sign = "+" if one.percent > 0 else ""
        percent = isolated(f"{sign}{plain_number(one.percent, lang, 1)}{locale.of(lang).percent}")
    return {
        "label": one.field.label.of(lang),
        "unit": unit_label(SHOWN_UNITS[UNIT], lang) if one.field.kind == "rial" else "",
        "before": value_html(one.field, one.before, lang, UNIT),
        "after": value_html(one.field, one.after, lang, UNIT),
        "percent": percent,
        "needs_note": one.above,
    }


def _row(desk: Bench, one: Change, columns: tuple[Field, ...]) -> dict[str, Any]:
    """A row that differs: its key, and its cells; of a changed one only those that changed, both sides."""
    lang, dataset = desk.lang, desk.dataset
    side = one.after or one.before
    keys = [value_plain(dataset.field(name), side.get(name), lang, UNIT) for name in dataset.key if name in side]
    title = next((str(side[f.name]) for f in columns if f.role == "title" and side.get(f.name)), "")
    cells = []
    for field in columns:
        before, after = one.before.get(field.name), one.after.get(field.name)
        if field.name in dataset.key or (one.what == "changed" and field.name not in one.fields):
            continue
        if before is None and after is None:
            continue
        shown = [value_html(field, value, lang, UNIT) for value in (before, after)]
        both = one.what == "changed"
        cells.append(
            {
                "label": field.label.of(lang),
                "both": both,
                "before": shown[0],
                "after": shown[0] if one.what == "removed" else shown[1],
            }
        )
    tone, words = WHATS[one.what]
    return {
        "status": Status(tone, words.of(lang)),
        "name": isolated(locale.of(lang).comma.join(keys)) if keys else isolated(title),
        "row": one.after_row,
        "cells": cells,
    }


def previewed(desk: Bench, waiting: Waiting) -> HttpResponse:
    """The public page of the dataset, drawn by its own view in a city where the draft is already published."""
    with city.held(preview_city(city.current(), waiting)):
        return public.dataset(desk.request, desk.dataset.slug)
