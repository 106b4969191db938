"""The page of a comparison: two forms, what is compared, what comes out, and how it was computed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from ayan.apps.catalog import page_context
from ayan.apps.catalog.page_context import published
from ayan.apps.compare import comparison_display, comparison_form, comparison_options, comparison_text
from ayan.apps.compare.comparison_question import ComparisonQuestion, read
from ayan.apps.compare.computation import work
from ayan.core.query.answer import Unanswered
from ayan.core.query.problem import BadQuestion
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import language
from ayan.ui.component_parts import Crumb, Download, File
from ayan.wiring import city
from ayan.wiring.city import City

HANGERS_ON: Final = ("utm_", "fbclid", "gclid")
COMPARE: Final = Label("مقایسه", "Compare")
OTHERS: Final = Label("شهرهای دیگر", "Other cities")
WHOLE: Final = Label("همین مقایسه", "This comparison")
FILES: Final = {".csv": "CSV", ".xlsx": "XLSX", "": "JSON"}


@published
def compare(request: HttpRequest) -> HttpResponse:
    """The forms alone, or a comparison; what a form has sent is led to the one address of the same comparison."""
    current_city, lang = city.current(), language.of(request)
    asked = _parameters(request)
    context: dict[str, Any] = {"section": "compare", "wide": True, "others": bool(current_city.others.all())}
    if not any(name == "_data" for name, _ in asked):
        return render(request, "compare/compare.html", context | _begin(current_city, lang))
    try:
        comparison = read(current_city, asked, of_one_year=True)
        # Whoever wrote fewer parameters than the address has, or others, is led to it.
        if sorted(comparison.parameters()) != sorted(asked):
            return HttpResponseRedirect(f"{request.path}?{comparison.query}")
        context |= _result(request, current_city, comparison, lang)
    except BadQuestion as bad:
        chosen = next((text for name, text in asked if name == "_data"), "")
        begin = _begin(current_city, lang, chosen) | {"problems": bad.problems}
        # Who named no side has asked nothing wrong: these rows have no two that could be chosen for him.
        fault = any(name == "_side" for name, _ in asked) or any(
            problem.code != "two-sides" for problem in bad.problems
        )
        if not fault:
            return render(request, "compare/compare.html", context | begin)
        return page_context.refuse(request, "compare/compare.html", context | begin, bad)
    except Unanswered as none:
        begin = _begin(current_city, lang) | {"unanswered": none.of(lang)}
        return page_context.refuse(request, "compare/compare.html", context | begin, none)
    return render(request, "compare/compare.html", context)


@published
def other_cities(request: HttpRequest) -> HttpResponse:
    """Every other city whose tables were harvested: from where, when, how proved, and how they fit."""
    context = {
        "section": "compare",
        "wide": True,
        "cities": comparison_form.other_city_tables(city.current()),
        "crumbs": [
            Crumb(COMPARE.of(language.of(request)), page_context.address(request, "compare")),
            Crumb(OTHERS.of(language.of(request))),
        ],
    }
    return render(request, "compare/cities.html", context)


def _parameters(request: HttpRequest) -> list[tuple[str, str]]:
    """What was asked, without what forms send empty and what other sites hang on to a link."""
    pairs = [(name, text) for name, texts in request.GET.lists() for text in texts if not name.startswith(HANGERS_ON)]
    bare = any(name == "_by" and text for name, text in pairs)
    kept = [
        (name, text)
        for name, text in pairs
        if text.strip() or name.endswith("__isnull") or (name == "_side" and not bare)
    ]
    # A base goes with real prices alone; the list to choose it from is always sent.
    real = any(name == "_real" and text == "1" for name, text in kept)
    return kept if real else [pair for pair in kept if pair[0] != "_base"]


def _begin(city: City, lang: Lang, chosen: str = "") -> dict[str, Any]:
    examples = comparison_form.examples(city, lang)
    return {"form": comparison_form.bare_form(city, lang, chosen), "examples": examples}


def _result(request: HttpRequest, city: City, comparison: ComparisonQuestion, lang: Lang) -> dict[str, Any]:
    worked = work(city, comparison)
    path, away = (
        page_context.address(request, "dataset", comparison.dataset.slug),
        page_context.address(request, "compare_cities"),
    )
    files = [File(label, f"/api/v1/compare{end}?{comparison.query}&_lang={lang}") for end, label in FILES.items()]
    return {
        "question": comparison,
        "worked": worked,
        "form": comparison_form.form(city, comparison, lang),
        "title": comparison_text.title(comparison, lang),
        "finding": comparison_text.finding(worked, lang),
        "figure": comparison_display.figure(worked, path, away, lang),
        "names": comparison_text.side_labels(comparison, lang),
        "sides": [
            (
                comparison_text.side_label(comparison, worked_side.side, lang),
                worked_side,
                comparison_display.address_of(comparison, worked_side.side, path, away, lang),
            )
            for worked_side in worked.sides
        ],
        "away": [worked_side.away for worked_side in worked.sides if worked_side.away is not None],
        "lines": comparison_display.drawn(worked, path, away, lang),
        "total": None if worked.adds_nominal_years else comparison_display.total(worked, path, away, lang),
        "in_real": replace(comparison, real=True, base="", nominal=False).query,
        "along": comparison_display.along(comparison, lang),
        "number_unit": comparison_text.unit_words(worked, lang),
        "method": list(comparison_text.method(worked, lang)),
        "can_real": comparison_options.index_of(city, comparison.dataset, comparison.measure) is not None,
        "downloads": [Download(WHOLE.of(lang), len(worked.lines) or None, files)],
        "api": f"/api/v1/compare?{comparison.query}",
        "share": page_context.absolute(request, f"{request.path}?{comparison.query}"),
        "measure_name": comparison_options.measure_label(comparison.dataset, comparison.measure, lang),
    }
