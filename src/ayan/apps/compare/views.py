"""The page of a comparison: two forms, what is compared, what comes out, and how it was reckoned."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from ayan.apps.catalog.freshness import published
from ayan.apps.catalog.views import ways
from ayan.apps.compare import cities, drawing, offering, reckoning, saying, showing
from ayan.apps.compare.asking import Comparison, read
from ayan.apps.compare.working import work
from ayan.core.query.answer import Unanswered
from ayan.core.query.problem import BadQuestion
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import language
from ayan.ui.parts import Crumb, Download, File
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
    here, lang = city.current(), language.of(request)
    asked = _parameters(request)
    context: dict[str, Any] = {"section": "compare", "wide": True, "others": bool(here.others.all())}
    if not any(name == "_data" for name, _ in asked):
        return render(request, "compare/compare.html", context | _begin(here, lang))
    try:
        made = read(here, asked)
        # Whoever wrote fewer parameters than the address has, or others, is led to it.
        if sorted(made.parameters()) != sorted(asked):
            return HttpResponseRedirect(f"{request.path}?{made.query}")
        context |= _result(request, here, made, lang)
    except BadQuestion as bad:
        chosen = next((text for name, text in asked if name == "_data"), "")
        begin = _begin(here, lang, chosen) | {"problems": bad.problems}
        # Who named no side has asked nothing wrong: these rows have no two that could be chosen for him.
        fault = any(name == "_side" for name, _ in asked) or any(one.code != "two-sides" for one in bad.problems)
        if not fault:
            return render(request, "compare/compare.html", context | begin)
        return ways.refuse(request, "compare/compare.html", context | begin, bad)
    except Unanswered as none:
        begin = _begin(here, lang) | {"unanswered": none.of(lang)}
        return ways.refuse(request, "compare/compare.html", context | begin, none)
    return render(request, "compare/compare.html", context)


@published
def other_cities(request: HttpRequest) -> HttpResponse:
    """Every other city whose tables were harvested: from where, when, how proved, and how they fit."""
    context = {
        "section": "compare",
        "wide": True,
        "cities": cities.every(city.current()),
        "crumbs": [
            Crumb(COMPARE.of(language.of(request)), ways.address(request, "compare")),
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


def _begin(here: City, lang: Lang, chosen: str = "") -> dict[str, Any]:
    examples = [*cities.examples(here, lang), *showing.examples(here, lang)]
    return {"form": showing.bare_form(here, lang, chosen), "examples": examples}


def _result(request: HttpRequest, here: City, made: Comparison, lang: Lang) -> dict[str, Any]:
    worked = work(here, made)
    path, away = ways.address(request, "dataset", made.dataset.slug), ways.address(request, "compare_cities")
    files = [File(label, f"/api/v1/compare{end}?{made.query}&_lang={lang}") for end, label in FILES.items()]
    return {
        "asked": made,
        "worked": worked,
        "form": showing.form(here, made, lang),
        "title": saying.title(made, lang),
        "finding": saying.finding(worked, lang),
        "figure": drawing.figure(worked, lang),
        "names": saying.side_labels(made, lang),
        "sides": [
            (saying.side_label(made, one.side, lang), one, showing.address_of(made, one.side, path, away, lang))
            for one in worked.told
        ],
        "away": [one.away for one in worked.told if one.away is not None],
        "lines": showing.drawn(worked, path, away, lang),
        "total": showing.total(worked, path, away, lang),
        "along": showing.along(made, lang),
        "number_unit": saying.unit_words(worked, lang),
        "method": list(reckoning.method(worked, lang)),
        "can_real": offering.index_of(here, made.dataset, made.measure) is not None,
        "downloads": [Download(WHOLE.of(lang), len(worked.lines) or None, files)],
        "api": f"/api/v1/compare?{made.query}",
        "share": ways.absolute(request, f"{request.path}?{made.query}"),
        "measure_name": offering.measure_label(made.dataset, made.measure, lang),
    }
