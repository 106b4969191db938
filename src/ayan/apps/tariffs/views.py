"""The pages of the fees: every tariff, and one of them with a case worked out step by step."""

from __future__ import annotations

from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from ayan.apps.catalog import page_context
from ayan.apps.catalog.page_context import published
from ayan.apps.tariffs import tariff_list
from ayan.apps.tariffs.calculation import CHARGED, OTHER, Calculation, calculation, trace
from ayan.apps.tariffs.formula_words import rounding_in_words
from ayan.core.tariff.tariff import Tariff
from ayan.core.values.label import Label
from ayan.ui import language, value_html
from ayan.ui.component_parts import Crumb
from ayan.ui.responses import refused
from ayan.wiring import city

TARIFFS: Final = Label("محاسبهٔ عوارض", "Work out a fee")


@published
def tariffs(request: HttpRequest) -> HttpResponse:
    """Every tariff: the city's own, then the published ones of other cities that came as examples."""
    declared = city.current().registry.tariffs()
    return render(
        request,
        "tariffs/tariffs.html",
        {
            "section": "tariffs",
            "own": tariff_list.groups(each for each in declared.sound if not each.is_example),
            "examples": tariff_list.groups(each for each in declared.sound if each.is_example),
            "refused": len({problem.file for problem in declared.problems}),
            "wide": True,
        },
    )


@published
def tariff(request: HttpRequest, code: str) -> HttpResponse:
    """One tariff: the form, the case that the address states with its steps, and where the tariff comes from."""
    declared = city.current().registry.tariffs()
    shown = declared.named(code)
    if shown is None:
        raise Http404
    sent = {name: request.GET.get(name, "") for name in request.GET}
    if set(sent) - {each.name for each in shown.inputs} - {CHARGED, OTHER}:
        raise Http404
    lang = language.of(request)
    worked = calculation(shown, sent, lang)
    others = tariff_list.comparable(shown, declared)
    response = render(request, "tariffs/tariff.html", _context(request, worked, others, sent.get(OTHER, "")))
    return refused(response, worked.refusals[0]) if worked.refusals else response


def _context(request: HttpRequest, worked: Calculation, others: tuple[Tariff, ...], other: str) -> dict[str, Any]:
    lang, shown = language.of(request), worked.tariff
    address = page_context.absolute(request, f"{request.path}{worked.query}")
    chosen = next((each for each in others if each.code == other), None)
    beside = calculation(chosen, worked.stated, lang) if chosen is not None else None
    return {
        "section": "tariffs",
        "tariff": shown,
        "work": worked,
        "problems": worked.problems,
        "tables": tariff_list.tables(shown, lang),
        "conditions": tariff_list.conditions(shown, lang),
        "rounding": rounding_in_words(shown, lang),
        "year": value_html.period_label(shown.source.year, lang) if shown.source.year else "",
        "others": [
            (each.code, tariff_list.in_full(each, lang), each is chosen)
            for each in others
            if not tariff_list.asks_more(each, shown)
        ],
        "unlike": [
            (each.code, tariff_list.in_full(each, lang)) for each in others if tariff_list.asks_more(each, shown)
        ],
        "beside": beside,
        "both": [worked, beside],
        "apart": _apart(worked, beside),
        "address": address,
        "trace": trace(worked, address, lang) if worked.outcome is not None else "",
        "crumbs": [Crumb(TARIFFS.of(lang), page_context.address(request, "tariffs")), Crumb(shown.title.of(lang))],
        "wide": True,
    }


def _apart(worked: Calculation, beside: Calculation | None) -> int | None:
    """How far the amounts of two tariffs lie apart; None where one of them gives none, or a range."""
    if beside is None or worked.amount is None or beside.amount is None:
        return None
    return abs(worked.amount - beside.amount)
