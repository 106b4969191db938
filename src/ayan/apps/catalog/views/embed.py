"""One figure for another site's page: no script, no cookie, its source always in sight."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from ayan.apps.catalog import asking, citing, conditions, drawn, explorer, figures, grouped, prices
from ayan.apps.catalog.asking import Ask
from ayan.apps.catalog.freshness import published
from ayan.apps.catalog.views import ways
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
    found, lang = ways.dataset_of(slug), language.of(request)
    parameters = [(name, text) for name, texts in request.GET.lists() for text in texts]
    context: dict[str, Any] = {"dataset": found}
    try:
        ask, plain = asking.read(found, parameters, request.path, lang)
        if not plain:
            return HttpResponseRedirect(ask.address)
        return render(request, "catalog/embed.html", context | _figure(request, ask))
    except BadQuestion as bad:
        return ways.refuse(request, "catalog/embed.html", context | {"problems": bad.problems}, bad)
    except Unanswered as none:
        return ways.refuse(request, "catalog/embed.html", context | {"words": none.of(lang)}, none)


def _figure(request: HttpRequest, ask: Ask) -> dict[str, Any]:
    here = city.current()
    standing = here.reader.standing(ask.dataset, ask.question)
    page = replace(ask, path=ways.address(request, "dataset", ask.dataset.slug))
    context: dict[str, Any] = {
        "ask": ask,
        "unit": ask.question.unit,
        "calendar": ask.question.calendar,
        "standing": standing,
        "statistics": figures.of_result(here.reader, ask, standing),
        "chips": conditions.chips(page),
        "page": ways.absolute(request, page.address),
    }
    releases = citing.releases_of(ask, standing)
    if releases:
        code = citing.code(page, releases)
        context["cited"] = ways.absolute(request, ways.address(request, "citation", code))
    if ask.question.view == "chart":
        made = drawn.charts(here.reader, page, standing, context["statistics"], prices.prices(here))
        return context | {"figure": made[0] if made else None}
    if ask.by is not None:
        return context | {"grouped": grouped.grouped(here.reader, page, ask.by, standing, ROWS)}
    shown = explorer.table_fields(ask.dataset, ask.question)[:COLUMNS]
    asked = replace(ask.question, fields=explorer.asked_fields(ask.dataset, shown), size=ROWS, count=False)
    return context | {"table": explorer.table(page, here.reader.rows(ask.dataset, asked, standing).rows, shown)}
