"""The pages of the promises: the activities and how each stands, what is missing, with its feed, what is withheld."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from ayan.apps.catalog import page_context
from ayan.apps.catalog.feeds import atom_feed
from ayan.apps.catalog.feeds.atom_feed import Feed, FeedEntry, FeedLink
from ayan.apps.catalog.page_context import published
from ayan.apps.promises import activities as listed
from ayan.apps.promises.activities import NO_UNIT, NONE, ActivityLine, ActivityQuery, Catalogue, lines, read
from ayan.apps.promises.limits import ACTIVITIES_PAGE, FEED_PERIOD, FEED_SIZE, MOST_EVENTS, PAGE_PERIOD
from ayan.apps.promises.missing_data import (
    ACTS,
    MissingEvent,
    event_text,
    events,
    first_gaps,
    lacking_documents,
    numbered,
    owed,
    unnamed,
)
from ayan.apps.promises.proofs import STATES, ProofState
from ayan.apps.promises.withheld_data import HOW, WithheldKind, register
from ayan.core.query.answer import Unanswered
from ayan.core.query.problem import BadQuestion
from ayan.core.values import locale
from ayan.core.values.clock import TEHRAN, today
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import language, value_html
from ayan.ui.api.operations import ATOM, Operation
from ayan.ui.api.responses import only, reading
from ayan.ui.charts import titles
from ayan.ui.charts.counted_tiles import TileCount, TileGroup, TileState, TileStyle
from ayan.ui.charts.figure import Figure
from ayan.ui.component_parts import Chip, Pagination
from ayan.wiring import city
from ayan.wiring.city import City

KINDS: Final[tuple[WithheldKind, ...]] = ("dataset", "column", "rows", "cells")
LOOKS: Final[dict[ProofState, TileStyle]] = {"fresh": "full", "late": "late", "absent": "open", "withheld": "struck"}
TITLE: Final = Label("فعالیت‌ها", "Activities")
FINDING: Final = Label("{n} فعالیت از {m} تا ({share}): {state}", "{n} of {m} activities ({share}): {state}")
BY: Final = {"unit": Label("واحد", "Unit"), "group": Label("حوزه", "Domain")}


@published
def activities(request: HttpRequest) -> HttpResponse:
    """Every activity and how it stands."""
    current_city, lang = city.current(), language.of(request)
    context: dict[str, Any] = {"section": "deeds", "states": STATES, "wide": True}
    params = [(name, text) for name, texts in request.GET.lists() for text in texts]
    try:
        catalogue = listed.catalogue(current_city)
        activity_query = read(params, catalogue, on_page=True)
    except BadQuestion as bad:
        return page_context.refuse(request, "promises/activities.html", context | {"problems": bad.problems}, bad)
    except Unanswered as none:
        return page_context.refuse(request, "promises/activities.html", context | {"unanswered": none.of(lang)}, none)
    if catalogue is not None:
        context |= _context(catalogue, activity_query, lang, request.path)
    return render(request, "promises/activities.html", context)


def _context(catalogue: Catalogue, activity_query: ActivityQuery, lang: Lang, path: str) -> dict[str, Any]:
    picked = [activity for activity in catalogue.activities if activity_query.picks(activity)]
    counted = lines(catalogue, picked, activity_query.by)
    # The list may have become shorter since the address was written down.
    activity_query = replace(activity_query, page=min(activity_query.page, max(1, -(-len(picked) // ACTIVITIES_PAGE))))
    first = (activity_query.page - 1) * ACTIVITIES_PAGE
    return {
        "catalogue": catalogue,
        "selection": activity_query,
        "by_words": BY[activity_query.by],
        "picked": len(picked),
        "counts": [(code, label, sum(activity.state == code for activity in picked)) for code, label in STATES.items()],
        "figure": _figure(counted, activity_query, lang),
        "lines": [_linked(line, activity_query) for line in counted],
        "totals": [sum(line.counts[position] for line in counted) for position in range(len(STATES))],
        "shown": [
            (activity, catalogue.group_label(activity.group)) for activity in picked[first : first + ACTIVITIES_PAGE]
        ],
        "pages": _pages(len(picked), activity_query, lang),
        "choices": _choices(catalogue, activity_query, lang),
        "chips": _chips(catalogue, activity_query, lang, path),
        "no_unit": NO_UNIT,
        "query": activity_query.query(by="unit"),
    }


def _figure(counted: list[ActivityLine], activity_query: ActivityQuery, lang: Lang) -> Figure:
    states = [TileState(label.of(lang), LOOKS[code]) for code, label in STATES.items()]
    groups = [
        TileGroup(
            (line.label or NO_UNIT).of(lang), line.counts, activity_query.query(**{activity_query.by: (line.code,)})
        )
        for line in counted
    ]
    chart = TileCount(states, groups, lang, TITLE.of(lang), BY[activity_query.by].of(lang))
    return Figure(_finding(counted, lang), chart, "tiles", level=2)


def _finding(counted: list[ActivityLine], lang: Lang) -> str:
    """How many of all are in the first state, which is the one that was promised."""
    code, label = next(iter(STATES.items()))
    proved = sum(line.counts[list(STATES).index(code)] for line in counted)
    every = sum(line.total for line in counted)
    if not every:
        return TITLE.of(lang)
    n, m = value_html.plain_number(proved, lang), value_html.plain_number(every, lang)
    share = titles.per_cent(Decimal(proved) * 100 / every, lang)
    return FINDING.of(lang).format(n=n, m=m, state=label.of(lang), share=share)


def _linked(line: ActivityLine, activity_query: ActivityQuery) -> dict[str, Any]:
    """A line of the table of counts, each number with the address of the activities that it counts."""
    picked = {activity_query.by: (line.code,)}
    cells = [
        (label, amount, activity_query.query(**picked, status=(code,)))
        for (code, label), amount in zip(STATES.items(), line.counts, strict=True)
    ]
    return {"label": line.label, "cells": cells, "total": line.total, "query": activity_query.query(**picked)}


def _pages(total: int, activity_query: ActivityQuery, lang: Lang) -> list[Pagination]:
    last = max(1, -(-total // ACTIVITIES_PAGE))
    words = [value_html.plain_number(number, lang) for number in range(1, last + 1)]
    return [
        Pagination(
            word,
            "" if number == activity_query.page else activity_query.query(page=number) or "?",
            current=number == activity_query.page,
        )
        for number, word in enumerate(words, 1)
    ]


def _choices(catalogue: Catalogue, activity_query: ActivityQuery, lang: Lang) -> dict[str, list[tuple[str, str, bool]]]:
    """What the form offers: code, words, chosen."""
    units = {line.code: line.label or NO_UNIT for line in lines(catalogue, catalogue.activities, "unit")}
    groups = {line.code: line.label or NO_UNIT for line in lines(catalogue, catalogue.activities, "group")}
    return {
        "unit": [(code, label.of(lang), code in activity_query.unit) for code, label in units.items()],
        "group": [(code, label.of(lang), code in activity_query.group) for code, label in groups.items()],
        "status": [(code, label.of(lang), code in activity_query.status) for code, label in STATES.items()],
    }


def _chips(catalogue: Catalogue, activity_query: ActivityQuery, lang: Lang, path: str) -> list[Chip]:
    """The conditions in force, each with the address without it."""
    units: dict[str, Label] = {activity.unit.fa: activity.unit for activity in catalogue.activities if activity.unit}
    out = []
    for name, head in (*BY.items(), ("status", Label("وضعیت", "Status"))):
        for text in getattr(activity_query, name):
            said: Label = Label(text, text)
            if text == NONE:
                said = NO_UNIT
            elif name == "unit":
                said = units.get(text, said)
            elif name == "group":
                said = catalogue.group_label(text)
            elif name == "status":
                said = next(label for code, label in STATES.items() if code == text)
            rest = tuple(other for other in getattr(activity_query, name) if other != text)
            out.append(Chip(f"{head.of(lang)}: {said.of(lang)}", path + activity_query.query(**{name: rest})))
    return out


@published
def missing(request: HttpRequest) -> HttpResponse:
    """What should be there and is not."""
    current_city, lang = city.current(), language.of(request)
    overdue = owed(current_city)
    now = today(current_city.clock)
    days = list(current_city.diary.days(now - PAGE_PERIOD, now))
    context = {
        "section": "missing",
        "owed": overdue,
        "count": sum(len(owed_dataset.owed) for owed_dataset in overdue),
        "datasets": len(current_city.registry.all()),
        "numbered": [
            (register, [first_gaps(each) for each in register.series if each.missing])
            for register in numbered(current_city)
        ],
        "unnamed": unnamed(current_city),
        "documents": lacking_documents(current_city),
        "events": [(event, event_text(current_city, event, lang)) for event in events(days)[:MOST_EVENTS]],
        "days": days,
    }
    return render(request, "promises/missing.html", context)


@published
def withheld(request: HttpRequest) -> HttpResponse:
    """Everything that is withheld, or what is of one dataset."""
    slugs = request.GET.getlist("dataset")
    if set(request.GET) - {"dataset"} or len(slugs) > 1:
        raise Http404
    dataset = page_context.dataset_of(slugs[0]) if slugs and slugs[0] else None
    current_city = city.current()
    all_entries = register(current_city, dataset)
    entries = {kind: [entry for entry in all_entries if entry.kind == kind] for kind in KINDS}
    context = {
        "section": "withheld",
        "datasets": entries["dataset"],
        "columns": entries["column"],
        "acts": sorted([*entries["rows"], *entries["cells"]], key=lambda entry: str(entry.at), reverse=True),
        "of": dataset,
        "reasoned": sum(entry.ground.article is not None for entry in all_entries),
        "total": len(all_entries),
        "how": HOW,
        "wide": True,
    }
    return render(request, "promises/withheld.html", context)


# --- the feed of what is missing --------------------------------------------------------------------------------------

FEED_TITLE: Final = Label("داده‌های عقب‌افتاده", "What is overdue")
FOLLOW: Final = Label(
    "آنچه دیر می‌شود و آنچه می‌رسد، برای دنبال کردن", "What becomes late and what comes, to be followed"
)
OPERATIONS: Final = (
    Operation(
        path="/missing.atom", id="missing_feed", words=FOLLOW, answers={ATOM: None}, parameters=(), tag="promises"
    ),
    Operation(
        path="/en/missing.atom", id="missing_feed_en", words=FOLLOW, answers={ATOM: None}, parameters=(), tag="promises"
    ),
)


@reading
def feed(request: HttpRequest) -> HttpResponseBase:
    """What became late and what came, newest first."""
    only(request)
    current_city, lang = city.current(), language.of(request)
    site = page_context.site(request)
    now = today(current_city.clock)
    missing_events = events(current_city.diary.days(now - FEED_PERIOD, now))[:FEED_SIZE]
    page = site + reverse(f"{lang}:missing")
    feed_document = Feed(
        id=site + request.path,
        title=f"{FEED_TITLE.of(lang)} · {current_city.profile.name.of(lang)}",
        subtitle=FOLLOW.of(lang),
        lang=lang,
        author=current_city.profile.name.of(lang),
        updated=_moment(missing_events[0].day) if missing_events else atom_feed.NEVER,
        links=[
            FeedLink("self", site + request.path, ATOM),
            FeedLink("alternate", page, "text/html", lang),
            *(
                FeedLink("alternate", site + reverse(f"{other}:missing_feed"), ATOM, other)
                for other in locale.codes()
                if other != lang
            ),
        ],
    )
    return atom_feed.answer(
        request, "missing.atom", feed_document, [entry(current_city, event, page, lang) for event in missing_events]
    )


def entry(city: City, event: MissingEvent, page: str, lang: Lang) -> FeedEntry:
    """One event as a feed tells it."""
    return FeedEntry(
        id=uuid.uuid5(uuid.NAMESPACE_OID, event.name).urn,
        title=event_text(city, event, lang),
        updated=_moment(event.day),
        published=_moment(event.day),
        text=f"{event_text(city, event, lang)}\n{value_html.plain_day(event.day, lang)}",
        links=[FeedLink("alternate", f"{page}#{event.what.dataset}", "text/html", lang)],
        categories=[(event.act, ACTS[event.act].of(lang)), (event.what.dataset, event.what.dataset)],
    )


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(), TEHRAN)
