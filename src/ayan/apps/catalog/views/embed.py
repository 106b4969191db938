"""One figure for another site's page: no script, no cookie, its source always in sight."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from ayan.apps.catalog import (
    citation_texts,
    conditions,
    deflator,
    explorer,
    explorer_state,
    figures,
    group_table,
    result_charts,
)
from ayan.apps.catalog.explorer_state import ExplorerState
from ayan.apps.catalog.page_cache import published
from ayan.apps.catalog.views import page_context
from ayan.core.query.answer import Unanswered
from ayan.core.query.problem import BadQuestion
from ayan.ui import language
from ayan.ui.protection import RULES
from ayan.wiring import city

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
    releases = citation_texts.releases_of(ask, standing)
    if releases:
        code = citation_texts.code(page, releases)
        context["cited"] = page_context.absolute(request, page_context.address(request, "citation", code))
    if ask.question.view == "chart":
        charts = result_charts.charts(
            current_city.query_service, page, standing, context["statistics"], deflator.prices(current_city)
        )
        return context | {"figure": charts[0] if charts else None}
    if ask.by is not None:
        return context | {"grouped": group_table.grouped(current_city.query_service, page, ask.by, standing, ROWS)}
    shown = explorer.table_fields(ask.dataset, ask.question)[:COLUMNS]
    asked = replace(ask.question, fields=explorer.asked_fields(ask.dataset, shown), size=ROWS, count=False)
    return context | {
        "table": explorer.table(page, current_city.query_service.rows(ask.dataset, asked, standing).rows, shown)
    }
