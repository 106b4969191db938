"""The front page and the catalogue."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render

from ayan.apps.catalog import page_context, selectors
from ayan.apps.catalog.feeds import act_stream
from ayan.apps.catalog.front import budget_bars, search_examples
from ayan.apps.catalog.limits import MOST_DOORS, MOST_NEW
from ayan.apps.catalog.page_cache import published
from ayan.ui import language
from ayan.wiring import city


@published
def home(request: HttpRequest) -> HttpResponse:
    """Search, doors, where the money goes, what is new."""
    current_city = city.current()
    topics = selectors.catalogue(current_city)
    path = page_context.address(request, "dataset", "SLUG").replace("SLUG", "{slug}")
    lang = language.of(request)
    context = {
        "own_search": True,
        "tries": search_examples.tries(current_city, lang),
        "doors": topics[:MOST_DOORS],
        "totals": selectors.totals(topics),
        "compare_door": 0 < len(topics) < MOST_DOORS,
        "tour_door": len(topics) < MOST_DOORS - 1,
        "bars": next(iter(budget_bars.front(current_city, path, lang)), None),
        "events": act_stream.newest(current_city, MOST_NEW),
    }
    return render(request, "catalog/home.html", context)


@published
def catalogue(request: HttpRequest) -> HttpResponse:
    """Every dataset by topic."""
    current_city = city.current()
    topics = selectors.catalogue(current_city)
    context = {
        "topics": topics,
        "totals": selectors.totals(topics),
        "dark": selectors.dark(current_city, topics),
        "section": "data",
        "crumbs": page_context.crumbs(request),
    }
    return render(request, "catalog/catalogue.html", context)


def to_catalogue(request: HttpRequest) -> HttpResponse:
    """/data has one spelling, with its slash."""
    return HttpResponsePermanentRedirect(page_context.address(request, "catalogue"))
