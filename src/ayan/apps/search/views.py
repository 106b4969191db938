"""The page of the one box: the best answer first, then datasets, then rows, and what to do where there is nothing."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ayan.apps.catalog.page_cache import published
from ayan.apps.search import hit_display
from ayan.apps.search.limits import LONGEST_SEARCH
from ayan.apps.search.selectors import find
from ayan.core.query.problem import BadQuestion
from ayan.core.values.label import Label
from ayan.core.values.text import publish
from ayan.ui import language
from ayan.ui.component_parts import FormProblem
from ayan.ui.responses import refused
from ayan.wiring import city

WRONG: Final = {
    "empty-value": Label(
        "واژه‌ای در آن نیست که بتوان جست. نام، موضوع یا شماره‌ای بنویسید.",
        "There is no word in it to search for. Write a name, a subject or a number.",
    ),
    "too-many": Label(
        "واژه‌ها بیش از اندازه است. مهم‌ترین‌ها را نگه دارید.", "These are too many words. Keep the ones that matter most."
    ),
    "control-character": Label(
        "نویسهٔ نادیدنی در آن است. آن را دوباره و با دست بنویسید.",
        "It holds a character nobody can see. Type it again by hand.",
    ),
}
# The id of the field, which the error summary leads to.
BOX: Final = "find"


@published
def search(request: HttpRequest) -> HttpResponse:
    """The empty box, or what its words find."""
    current_city, lang = city.current(), language.of(request)
    query = publish(request.GET.get("q", "")[:LONGEST_SEARCH]).strip()
    context: dict[str, Any] = {"query": query, "own_search": True, "longest": LONGEST_SEARCH, "section": "search"}
    if not query:
        return render(request, "search/search.html", context | {"datasets": current_city.registry.all()})
    try:
        result = find(current_city, query)
    except BadQuestion as bad:
        problems = [FormProblem(WRONG[problem.code].of(lang), BOX) for problem in bad.problems]
        return refused(render(request, "search/search.html", context | {"problems": problems}), bad)
    context |= {
        "result": result,
        "best": hit_display.best(result, lang),
        "groups": hit_display.groups(result, lang),
        "about": f"search:{query}",
        "unanswered": [dataset for dataset in current_city.registry.all() if dataset.slug in result.unanswered],
    }
    response = render(request, "search/search.html", context)
    if result.unanswered:
        # Asked again, it may find more, so nobody may keep it.
        response.headers["Cache-Control"] = "no-store"
    return response
