"""The explorer: one dataset as a table, in groups, as charts, on a map, by its columns; every state has one address."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from ayan.apps.catalog import (
    asking,
    choosing,
    citing,
    conditions,
    downloads,
    drawn,
    explorer,
    figures,
    grouped,
    locator,
    prices,
    selectors,
)
from ayan.apps.catalog.asking import Ask
from ayan.apps.catalog.freshness import published
from ayan.apps.catalog.views import ways
from ayan.apps.catalog.views.ways import Tab
from ayan.core.query.answer import Standing, TooHeavy, TooSlow, Unanswered
from ayan.core.query.problem import BadQuestion
from ayan.core.query.statistics import Statistics
from ayan.core.schema.definition import Dataset
from ayan.core.values.clock import today
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import language
from ayan.wiring import city

TABS: Final = (
    ("table", Label("جدول", "Table")),
    ("chart", Label("نمودار", "Chart")),
    ("map", Label("نقشه", "Map")),
    ("columns", Label("ستون‌ها و تعریف‌ها", "Columns")),
)
# What else changes with the result, for htmx: the filter keeps its elements, so that the focus stays where it is.
BESIDE: Final = "#conditions:outerMorph,#acts,#tabs,#language,#language-phone,#here"
CHANGES: Final = Label("تغییرها", "Changes")
RELEASES: Final = Label("انتشارها", "Releases")


@published
def dataset(request: HttpRequest, slug: str) -> HttpResponse:
    """The explorer's page; what a form has sent is led to the one address of the same state."""
    found, lang = ways.dataset_of(slug), language.of(request)
    parameters = [(name, text) for name, texts in request.GET.lists() for text in texts]
    bare = Ask.bare(found, request.path, lang)
    try:
        ask, plain = asking.read(found, parameters, request.path, lang)
        if not plain:
            return HttpResponseRedirect(ask.address)
        if ask.question.view == "changes":
            return HttpResponseRedirect(ways.address(request, "changes", slug))
        context = frame(request, found, ask.question.view or "table", ask)
        if ask.question.view == "columns":
            return render(request, "catalog/columns.html", context)
        standing = city.current().reader.standing(found, ask.question)
        context |= _result(request, ask, standing)
        return render(request, "catalog/dataset.html", context | _view(ask, standing))
    except BadQuestion as bad:
        context = frame(request, found, "table", bare) | {"problems": bad.problems}
        return ways.refuse(request, "catalog/bad_question.html", context, bad)
    except Unanswered as none:
        return ways.unanswered(request, found, none)


def frame(request: HttpRequest, found: Dataset, view: str, ask: Ask | None = None) -> dict[str, Any]:
    """What stands round every view of a dataset: its head, its tabs."""
    lang = language.of(request)
    path = ways.address(request, "dataset", found.slug)
    ask = ask or Ask.bare(found, path, lang)
    return {
        "dataset": found,
        "listed": selectors.listed(city.current(), found),
        "section": "data",
        "wide": True,
        "crumbs": ways.crumbs(request, found),
        "path": path,
        "view": view,
        "beside": BESIDE,
        "tabs": _tabs(request, found, ask, view, lang),
        "withheld": [one for one in found.fields if one.shown == "withheld"],
    }


def _tabs(request: HttpRequest, found: Dataset, ask: Ask, view: str, lang: Lang) -> list[Tab]:
    out = []
    for code, words in TABS:
        if code != "map" or locator.point_of(found) is not None:
            state = ask.but(view=code, by=None if code in ("map", "columns") else ask.by)
            out.append(Tab(words.of(lang), state.address, code == view))
    out.append(Tab(CHANGES.of(lang), ways.address(request, "changes", found.slug), view == "changes"))
    out.append(Tab(RELEASES.of(lang), ways.address(request, "releases", found.slug), view == "releases"))
    return out


def _result(request: HttpRequest, ask: Ask, standing: Standing) -> dict[str, Any]:
    """What every view of a result has: conditions, figures, downloads, how to quote it."""
    here, found = city.current(), ask.dataset
    statistics, counts = _figures(ask, standing)
    controls = conditions.controls(ask, counts)
    all_rows = here.shelf.state(found.slug).rows
    releases = citing.releases_of(ask, standing)
    context = {
        "ask": ask,
        "question": ask.question,
        "unit": ask.question.unit,
        "calendar": ask.question.calendar,
        "standing": standing,
        "statistics": statistics,
        **_charts(ask, standing, statistics),
        "chips": conditions.chips(ask),
        "clear": ask.but(filters=(), search="", release=None, as_of=None).address,
        "controls": [one for one in controls if not one.minor],
        "minor_controls": [one for one in controls if one.minor],
        "minor_open": any(one.minor and one.in_force for one in controls),
        "kept": conditions.kept(ask, controls),
        "all_rows": all_rows,
        "downloads": downloads.downloads(here.reader, ask, standing, statistics.rows if statistics else None, all_rows),
        "api": f"/api/v1/datasets/{found.slug}/rows.json",
        "api_query": downloads.api_query(ask),
        "share": ways.absolute(request, ask.address),
    }
    if releases:
        made = ways.address(request, "citation", citing.code(ask, releases))
        context["citation"] = citing.citing(
            ask, releases, ways.absolute(request, made), here.profile, today(here.clock)
        )
        context["embed"] = _embed(request, ask)
    return context


def _embed(request: HttpRequest, ask: Ask) -> str:
    """Where the figure of this state stands alone, to be put into another page."""
    alone = replace(ask, path=ways.address(request, "embed", ask.dataset.slug))
    return ways.absolute(request, alone.but(sort=None, fields=()).address)


def _charts(ask: Ask, standing: Standing, statistics: Statistics | None) -> dict[str, Any]:
    """The small chart beside the sums, or on the view of charts all of them; where the exact figures are."""
    if statistics is None:
        return {}
    index = prices.prices(city.current())
    context: dict[str, Any] = {"prices": index if statistics.amounts else None, "exact_api": drawn.exact_api(ask)}
    if ask.question.view != "chart":
        context["mini"] = drawn.by_year(ask, statistics, 0, index, "years", mini=True)
        return context | {"real": drawn.is_real(context["mini"])}
    charts = drawn.charts(city.current().reader, ask, standing, statistics, index)
    return context | {"charts": charts, "real": any(map(drawn.is_real, charts))}


def _figures(ask: Ask, standing: Standing) -> tuple[Statistics | None, dict[str, figures.Counts]]:
    """Statistics and counts; a page without them where they take too long, for its rows may still come quickly."""
    reader = city.current().reader
    try:
        found = figures.of_result(reader, ask, standing)
        return found, figures.counts(reader, ask, standing, conditions.listed(ask.dataset), conditions.size)
    except (TooSlow, TooHeavy):
        return None, {}


def _view(ask: Ask, standing: Standing) -> dict[str, Any]:
    reader = city.current().reader
    shown = explorer.table_fields(ask.dataset, ask.question)
    made: dict[str, Any] = {"tools": choosing.choices(ask, shown)}
    if ask.question.view == "map":
        made["locator"] = locator.locator(reader, ask, standing)
    if ask.by is not None:
        return made | {"grouped": grouped.grouped(reader, ask, ask.by, standing)}
    if ask.question.view == "chart":
        return made
    asked = replace(ask.question, fields=explorer.asked_fields(ask.dataset, shown), count=False)
    answer = reader.rows(ask.dataset, asked, standing)
    following = replace(ask, question=replace(ask.question, cursor=answer.next)).address if answer.next else ""
    return made | {
        "table": explorer.table(ask, answer.rows, shown),
        "next_address": following,
        "first_address": ask.but().address if ask.question.cursor else "",
    }
