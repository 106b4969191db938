"""The page of the activities: tiles by unit or group and state, the same as a table and in words, and the list."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ayan.apps.catalog.freshness import published
from ayan.apps.catalog.views import ways
from ayan.apps.promises import activities as listed
from ayan.apps.promises.activities import NO_UNIT, STATES, Catalogue
from ayan.apps.promises.asking import NONE, PER_PAGE, Asked, Line, lines, read
from ayan.core.query.answer import Unanswered
from ayan.core.query.problem import BadQuestion
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import language, writing
from ayan.ui.charts.figure import Figure
from ayan.ui.charts.tiles import Group, Look, State, TileCount
from ayan.ui.parts import Chip, Page
from ayan.wiring import city

LOOKS: Final[dict[listed.State, Look]] = {"fresh": "full", "late": "late", "absent": "open", "withheld": "struck"}
TITLE: Final = Label("فعالیت‌ها", "Activities")
BY: Final = {"unit": Label("واحد", "Unit"), "group": Label("حوزه", "Domain")}


@published
def activities(request: HttpRequest) -> HttpResponse:
    """Every activity and how it stands."""
    here, lang = city.current(), language.of(request)
    context: dict[str, Any] = {"section": "deeds", "states": STATES, "wide": True}
    params = [(name, text) for name, texts in request.GET.lists() for text in texts]
    try:
        found = listed.catalogue(here)
        asked = read(params, found, on_page=True)
    except BadQuestion as bad:
        return ways.refuse(request, "promises/activities.html", context | {"problems": bad.problems}, bad)
    except Unanswered as none:
        return ways.refuse(request, "promises/activities.html", context | {"unanswered": none.of(lang)}, none)
    if found is not None:
        context |= _shown(found, asked, lang, request.path)
    return render(request, "promises/activities.html", context)


def _shown(found: Catalogue, asked: Asked, lang: Lang, path: str) -> dict[str, Any]:
    picked = [one for one in found.activities if asked.picks(one)]
    counted = lines(found, picked, asked.by)
    # The list may have become shorter since the address was written down.
    asked = replace(asked, page=min(asked.page, max(1, -(-len(picked) // PER_PAGE))))
    first = (asked.page - 1) * PER_PAGE
    return {
        "found": found,
        "asked": asked,
        "by_words": BY[asked.by],
        "picked": len(picked),
        "counts": [(code, label, sum(one.state == code for one in picked)) for code, label in STATES.items()],
        "figure": _figure(counted, asked, lang),
        "lines": [_linked(one, asked) for one in counted],
        "totals": [sum(one.counts[place] for one in counted) for place in range(len(STATES))],
        "shown": [(one, found.group_label(one.group)) for one in picked[first : first + PER_PAGE]],
        "pages": _pages(len(picked), asked, lang),
        "choices": _choices(found, asked, lang),
        "chips": _chips(found, asked, lang, path),
        "no_unit": NO_UNIT,
        "query": asked.query(by="unit"),
    }


def _figure(counted: list[Line], asked: Asked, lang: Lang) -> Figure:
    states = [State(label.of(lang), LOOKS[code]) for code, label in STATES.items()]
    groups = [Group((one.label or NO_UNIT).of(lang), one.counts) for one in counted]
    chart = TileCount(states, groups, lang, TITLE.of(lang), BY[asked.by].of(lang))
    return Figure(TITLE.of(lang), chart, "tiles", level=2)


def _linked(one: Line, asked: Asked) -> dict[str, Any]:
    """A line of the table of counts, each number with the address of the activities that it counts."""
    picked = {asked.by: (one.code,)}
    cells = [
        (label, amount, asked.query(**picked, status=(code,)))
        for (code, label), amount in zip(STATES.items(), one.counts, strict=True)
    ]
    return {"label": one.label, "cells": cells, "total": one.total, "query": asked.query(**picked)}


def _pages(total: int, asked: Asked, lang: Lang) -> list[Page]:
    last = max(1, -(-total // PER_PAGE))
    words = [writing.plain_number(number, lang) for number in range(1, last + 1)]
    return [
        Page(word, "" if number == asked.page else asked.query(page=number) or "?", here=number == asked.page)
        for number, word in enumerate(words, 1)
    ]


def _choices(found: Catalogue, asked: Asked, lang: Lang) -> dict[str, list[tuple[str, str, bool]]]:
    """What the form offers: code, words, chosen."""
    units = {one.code: one.label or NO_UNIT for one in lines(found, found.activities, "unit")}
    groups = {one.code: one.label or NO_UNIT for one in lines(found, found.activities, "group")}
    return {
        "unit": [(code, label.of(lang), code in asked.unit) for code, label in units.items()],
        "group": [(code, label.of(lang), code in asked.group) for code, label in groups.items()],
        "status": [(code, label.of(lang), code in asked.status) for code, label in STATES.items()],
    }


def _chips(found: Catalogue, asked: Asked, lang: Lang, path: str) -> list[Chip]:
    """The conditions in force, each with the address without it."""
    units: dict[str, Label] = {one.unit.fa: one.unit for one in found.activities if one.unit}
    out = []
    for name, head in (*BY.items(), ("status", Label("وضعیت", "Status"))):
        for text in getattr(asked, name):
            said: Label = Label(text, text)
            if text == NONE:
                said = NO_UNIT
            elif name == "unit":
                said = units.get(text, said)
            elif name == "group":
                said = found.group_label(text)
            elif name == "status":
                said = next(label for code, label in STATES.items() if code == text)
            rest = tuple(one for one in getattr(asked, name) if one != text)
            out.append(Chip(f"{head.of(lang)}: {said.of(lang)}", path + asked.query(**{name: rest})))
    return out
