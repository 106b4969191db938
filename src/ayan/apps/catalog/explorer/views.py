"""The explorer: one dataset as a table, in groups, as charts, on a map, by its columns; every state has one address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from ayan.apps.catalog import page_context, selectors
from ayan.apps.catalog.citation import citations, file_sources, short_codes
from ayan.apps.catalog.explorer import (
    conditions,
    figures,
    group_table,
    leads,
    map_locator,
    pager,
    result_charts,
    result_options,
    result_table,
    signposts,
    structured_data,
)
from ayan.apps.catalog.explorer import state as explorer_state
from ayan.apps.catalog.explorer.state import ExplorerState, FormParameters
from ayan.apps.catalog.explorer.year_coverage import Coverage
from ayan.apps.catalog.page_context import DatasetTab, published
from ayan.core.query.answer import Snapshot, TooHeavy, TooSlow, Unanswered
from ayan.core.query.problem import BadQuestion, problem
from ayan.core.query.statistics import Statistics
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.store.sealed_labels import as_standing
from ayan.core.values import locale
from ayan.core.values.clock import today
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import language, value_html
from ayan.ui.charts.share_card import ShareCard
from ayan.ui.responses import RULES
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
DATASET: Final = Label("داده", "Dataset")
ROWS_TOLD: Final = Label("{n} ردیف داده", "{n} rows of data")
RELEASES: Final = Label("انتشارها", "Releases")


@published
def dataset(request: HttpRequest, slug: str) -> HttpResponse:
    """The explorer's page; what a form has sent is led to the one address of the same state."""
    dataset, lang = page_context.dataset_of(slug), language.of(request)
    parameters = [(name, text) for name, texts in request.GET.lists() for text in texts]
    bare = ExplorerState.bare(dataset, request.path, lang)
    try:
        ask, plain = explorer_state.read(dataset, parameters, request.path, lang)
        if not plain:
            return HttpResponseRedirect(ask.address)
        if ask.question.view == "changes":
            return HttpResponseRedirect(page_context.address(request, "changes", slug))
        if ask.question.view == "columns":
            return render(request, "catalog/columns.html", frame(request, dataset, "columns", ask))
        standing = city.current().query_service.snapshot(dataset, ask.question)
        worded = as_standing(dataset, standing.source, ask.question.release)
        if worded is not dataset:
            # An earlier state is shown in the words that were sealed then.
            dataset, (ask, _) = worded, explorer_state.read(worded, parameters, request.path, lang)
        context = frame(request, dataset, ask.question.view or "table", ask)
        context |= _result(request, ask, standing)
        if ask.address == bare.address and standing.as_of:
            context["structured_data"] = structured_data.described(request, city.current(), dataset, standing)
        context |= _view(ask, standing, context["statistics"]) | _shared(request, ask, standing, context)
        response = render(request, "catalog/dataset.html", context)
        if "structured_data" in context:
            response.headers["Link"] = signposts.header(request, dataset)
        return response
    except BadQuestion as bad:
        return _misread(request, dataset, parameters, bad, bare)
    except Unanswered as none:
        return page_context.unanswered(request, dataset, none)


def _misread(
    request: HttpRequest, dataset: Dataset, parameters: FormParameters, bad: BadQuestion, bare: ExplorerState
) -> HttpResponse:
    """The page with the rows of what could be read, and at each other field what is wrong with it.

    What could not be read stays as it was on the page where it was typed.
    """
    ask = explorer_state.recovered(dataset, parameters, bad, _last(request), request.path, bare.lang)
    context = frame(request, dataset, "table", bare) | {"problems": bad.problems}
    template = "catalog/bad_question.html"
    if ask is not None and ask.question.view not in ("columns", "changes"):
        try:
            standing = city.current().query_service.snapshot(dataset, ask.question)
            context |= frame(request, dataset, ask.question.view or "table", ask) | _result(request, ask, standing)
            context |= _view(ask, standing, context["statistics"])
            marked = conditions.marked([*context["controls"], *context["minor_controls"]], parameters, bad)
            context["controls"] = [control for control in marked if not control.minor]
            context["minor_controls"] = [control for control in marked if control.minor]
            context["minor_open"] = any(control.minor and (control.in_force or control.wrong) for control in marked)
            template = "catalog/dataset.html"
        except (BadQuestion, Unanswered):
            template = "catalog/bad_question.html"
    return page_context.refuse(request, template, context, bad)


def _last(request: HttpRequest) -> FormParameters:
    """What the page asked on which a form was filled in, if it was this page."""
    try:
        before = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer") or "")
    except ValueError:
        return []
    return parse_qsl(before.query) if unquote(before.path) == request.path else []


def frame(request: HttpRequest, dataset: Dataset, view: str, ask: ExplorerState | None = None) -> dict[str, Any]:
    """What stands round every view of a dataset: its head, its tabs."""
    lang = language.of(request)
    path = page_context.address(request, "dataset", dataset.slug)
    ask = ask or ExplorerState.bare(dataset, path, lang)
    return {
        "dataset": dataset,
        "listed": selectors.listed(city.current(), dataset),
        "section": "data",
        "wide": True,
        "crumbs": page_context.crumbs(request, dataset),
        "path": path,
        "view": view,
        "beside": BESIDE,
        "tabs": _tabs(request, dataset, ask, view, lang),
        "withheld": [field for field in dataset.fields if field.shown == "withheld"],
        "reworded": selectors.reworded(city.current(), dataset),
    }


def _tabs(request: HttpRequest, dataset: Dataset, ask: ExplorerState, view: str, lang: Lang) -> list[DatasetTab]:
    out = []
    for code, words in TABS:
        if code != "map" or map_locator.point_of(dataset) is not None:
            state = ask.but(view=code, by=None if code in ("map", "columns") else ask.by)
            out.append(DatasetTab(words.of(lang), state.address, code == view))
    out.append(DatasetTab(CHANGES.of(lang), page_context.address(request, "changes", dataset.slug), view == "changes"))
    out.append(
        DatasetTab(RELEASES.of(lang), page_context.address(request, "releases", dataset.slug), view == "releases")
    )
    return out


def _result(request: HttpRequest, ask: ExplorerState, snapshot: Snapshot) -> dict[str, Any]:
    """What every view of a result has: conditions, figures, downloads, how to quote it."""
    current_city, dataset = city.current(), ask.dataset
    statistics, counts = _figures(ask, snapshot)
    controls = conditions.controls(ask, counts)
    all_rows = current_city.release_store.snapshot(dataset.slug).rows
    state = file_sources.asked_state(ask.question, snapshot)
    context = {
        "ask": ask,
        "question": ask.question,
        "unit": ask.question.unit,
        "calendar": ask.question.calendar,
        "standing": snapshot,
        "statistics": statistics,
        **_charts(ask, snapshot, statistics),
        "chips": conditions.chips(ask),
        "clear": ask.but(filters=(), search="", release=None, as_of=None).address,
        "controls": [control for control in controls if not control.minor],
        "minor_controls": [control for control in controls if control.minor],
        "minor_open": any(control.minor and control.in_force for control in controls),
        "carried": conditions.carried_parameters(ask, controls),
        "all_rows": all_rows,
        "downloads": result_options.downloads(
            current_city.query_service, ask, snapshot, statistics.rows if statistics else None, all_rows
        ),
        "yearly": result_options.yearly_workbooks(dataset, snapshot.releases, ask.lang),
        "api": f"/api/v1/datasets/{dataset.slug}/rows.json",
        "api_query": result_options.api_query(ask),
        "share": page_context.absolute(request, ask.address),
    }
    if state.sealed_at is not None:
        code = citations.code(ask, state)
        context["citation"] = citations.citing(
            ask,
            state.sealed_at,
            page_context.absolute(request, page_context.address(request, "citation", code)),
            current_city.profile,
            today(current_city.clock),
            short_codes.address(request, short_codes.offered(current_city, ask, snapshot, code)),
        )
        context["embed"] = _embed(request, ask)
    return context


def _shared(request: HttpRequest, ask: ExplorerState, snapshot: Snapshot, context: dict[str, Any]) -> dict[str, Any]:
    """What networks show beside a link: the chart of the page where it has one, else what the rows are."""
    dataset, lang, statistics = ask.dataset, ask.lang, context["statistics"]
    language_of = locale.of(lang)
    conditions_said = language_of.semicolon.join(chip.words for chip in context["chips"])
    when = value_html.day_in_words(snapshot.as_of, lang) if snapshot.as_of else ""
    source = language_of.comma.join(part for part in (dataset.owner.of(lang), when) if part)
    rows = ROWS_TOLD.of(lang).format(n=language_of.number(statistics.rows)) if statistics else DATASET.of(lang)
    card = ShareCard(rows, dataset.title.of(lang), conditions_said or dataset.description.of(lang), source, lang)
    drawn = [figure for figure in (context.get("mini"), *context.get("charts", ())) if figure is not None]
    figure = drawn[0] if drawn and statistics and statistics.rows else None
    return page_context.shared(request, card, figure)


def _embed(request: HttpRequest, ask: ExplorerState) -> str:
    """Where the figure of this state stands alone, to be put into another page."""
    alone = replace(ask, path=page_context.address(request, "embed", ask.dataset.slug))
    return page_context.absolute(request, alone.but(sort=None, fields=()).address)


def _charts(ask: ExplorerState, snapshot: Snapshot, statistics: Statistics | None) -> dict[str, Any]:
    """The small chart beside the sums, or on the view of charts all of them; where the exact figures are."""
    if statistics is None:
        return {}
    index = figures.prices(city.current())
    context: dict[str, Any] = {
        "prices": index if statistics.amounts else None,
        "exact_api": result_charts.exact_api(ask, statistics),
    }
    if ask.question.view != "chart":
        coverage = Coverage.of(ask.dataset, snapshot)
        context["mini"] = result_charts.by_year(ask, statistics, 0, index, "years", coverage, mini=True)
        return context | {"real": result_charts.is_real(context["mini"])}
    charts = result_charts.charts(city.current().query_service, ask, snapshot, statistics, index)
    return context | {"charts": charts, "real": any(map(result_charts.is_real, charts))}


def _figures(ask: ExplorerState, snapshot: Snapshot) -> tuple[Statistics | None, dict[str, figures.FacetCounts]]:
    """Statistics and counts; a page without them where they take too long, for its rows may still come quickly."""
    reader = city.current().query_service
    try:
        statistics = figures.of_result(reader, ask, snapshot)
        return statistics, figures.counts(reader, ask, snapshot, conditions.listed(ask.dataset), conditions.size)
    except (TooSlow, TooHeavy):
        return None, {}


def _view(ask: ExplorerState, snapshot: Snapshot, statistics: Statistics | None) -> dict[str, Any]:
    reader = city.current().query_service
    shown = result_table.table_fields(ask.dataset, ask.question)
    context: dict[str, Any] = {"tools": result_options.choices(ask, shown, statistics)}
    if ask.question.view == "map":
        context["locator"] = map_locator.locator(reader, ask, snapshot)
    if ask.by is not None:
        return context | {"grouped": group_table.grouped(reader, ask, ask.by, snapshot, statistics=statistics)}
    if ask.question.view == "chart":
        return context
    return context | _rows(ask, snapshot, shown, statistics)


def _rows(
    ask: ExplorerState, snapshot: Snapshot, shown: Sequence[Field], statistics: Statistics | None
) -> dict[str, Any]:
    """The table with one page of the rows, and the other pages."""
    current_city, dataset = city.current(), ask.dataset
    reader = current_city.query_service
    started = pager.started(reader, ask, snapshot)
    if started is None:
        raise BadQuestion([problem("no-such-page", explorer_state.PAGE)])
    named = leads.pointers(current_city, dataset, shown)
    asked = replace(started.question, fields=result_table.asked_fields(dataset, shown, named.values()), count=False)
    answer = reader.rows(dataset, asked, snapshot)
    leading = leads.leads(current_city, dataset, shown, answer.rows) if named else ()
    return {
        "table": result_table.table(ask, answer.rows, shown, leading),
        "pager": pager.pager(ask, answer, statistics.rows if statistics else None),
    }


# --- one figure for another site's page: no script, no cookie, its source always in sight -----------------------------

ROWS: Final = 8
COLUMNS: Final = 5
# Only here may another site put our page into its own; and here nothing may run at all.
LEFT_OUT: Final = ("script-src", "connect-src", "frame-ancestors")
POLICY: Final = "; ".join([*(rule for rule in RULES if not rule.startswith(LEFT_OUT)), "frame-ancestors *"])


@published
def embed(request: HttpRequest, slug: str) -> HttpResponse:
    """The figure of one state of a dataset: its chart, its groups or its first rows."""
    response = _embedded(request, slug)
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.xframe_options_exempt = True
    return response


def _embedded(request: HttpRequest, slug: str) -> HttpResponse:
    dataset, lang = page_context.dataset_of(slug), language.of(request)
    parameters = [(name, text) for name, texts in request.GET.lists() for text in texts]
    context: dict[str, Any] = {"dataset": dataset}
    try:
        ask, plain = explorer_state.read(dataset, parameters, request.path, lang)
        if not plain:
            return HttpResponseRedirect(ask.address)
        return render(request, "catalog/embed.html", context | _figure(request, ask))
    except BadQuestion as bad:
        return page_context.refuse(request, "catalog/embed.html", context | {"problems": bad.problems}, bad)
    except Unanswered as none:
        return page_context.refuse(request, "catalog/embed.html", context | {"words": none.of(lang)}, none)


def _figure(request: HttpRequest, ask: ExplorerState) -> dict[str, Any]:
    current_city = city.current()
    standing = current_city.query_service.snapshot(ask.dataset, ask.question)
    page = replace(ask, path=page_context.address(request, "dataset", ask.dataset.slug))
    context: dict[str, Any] = {
        "ask": ask,
        "unit": ask.question.unit,
        "calendar": ask.question.calendar,
        "standing": standing,
        "statistics": figures.of_result(current_city.query_service, ask, standing),
        "chips": conditions.chips(page),
        "page": page_context.absolute(request, page.address),
    }
    state = file_sources.asked_state(ask.question, standing)
    if state.releases:
        code = citations.code(page, state)
        context["cited"] = page_context.absolute(request, page_context.address(request, "citation", code))
    if ask.question.view == "chart":
        charts = result_charts.charts(
            current_city.query_service, page, standing, context["statistics"], figures.prices(current_city)
        )
        # Right under the title of the frame.
        return context | {"figure": replace(charts[0], level=2) if charts else None}
    if ask.by is not None:
        return context | {"grouped": group_table.grouped(current_city.query_service, page, ask.by, standing, ROWS)}
    shown = result_table.table_fields(ask.dataset, ask.question)[:COLUMNS]
    asked = replace(ask.question, fields=result_table.asked_fields(ask.dataset, shown), size=ROWS, count=False)
    return context | {
        "table": result_table.table(page, current_city.query_service.rows(ask.dataset, asked, standing).rows, shown)
    }
