"""The page of the one box: the best answer first, then datasets, then rows, and what to do where there is nothing."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ayan.apps.catalog.freshness import published
from ayan.apps.search import showing
from ayan.apps.search.limits import LONGEST_SEARCH
from ayan.apps.search.selectors import find
from ayan.core.query.problem import BadQuestion
from ayan.core.values.label import Label
from ayan.core.values.text import publish
from ayan.ui import language
from ayan.ui.parts import Problem
from ayan.ui.refusals import refused
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
    here, lang = city.current(), language.of(request)
    asked = publish(request.GET.get("q", "")[:LONGEST_SEARCH]).strip()
    context: dict[str, Any] = {"asked": asked, "own_search": True, "longest": LONGEST_SEARCH, "section": "search"}
    if not asked:
        return render(request, "search/search.html", context | {"datasets": here.registry.all()})
    try:
        found = find(here, asked)
    except BadQuestion as bad:
        problems = [Problem(WRONG[one.code].of(lang), BOX) for one in bad.problems]
        return refused(render(request, "search/search.html", context | {"problems": problems}), bad)
    context |= {
        "found": found,
        "best": showing.best(found, lang),
        "groups": showing.groups(found, lang),
        "about": f"search:{asked}",
        "unanswered": [one for one in here.registry.all() if one.slug in found.unanswered],
    }
    response = render(request, "search/search.html", context)
    if found.unanswered:
        # Asked again, it may find more, so nobody may keep it.
        response.headers["Cache-Control"] = "no-store"
    return response
