"""The front page and the catalogue."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render

from ayan.apps.catalog import newest, selectors, shares, tries
from ayan.apps.catalog.freshness import published
from ayan.apps.catalog.limits import MOST_DOORS, MOST_NEW
from ayan.apps.catalog.views import ways
from ayan.ui import language
from ayan.wiring import city


@published
def home(request: HttpRequest) -> HttpResponse:
    """Search, doors, where the money goes, what is new."""
    here = city.current()
    topics = selectors.catalogue(here)
    path = ways.address(request, "dataset", "SLUG").replace("SLUG", "{slug}")
    lang = language.of(request)
    context = {
        "own_search": True,
        "tries": tries.tries(here, lang),
        "doors": topics[:MOST_DOORS],
        "totals": selectors.totals(topics),
        "compare_door": 0 < len(topics) < MOST_DOORS,
        "tour_door": len(topics) < MOST_DOORS - 1,
        "bars": next(iter(shares.front(here, path, lang)), None),
        "events": newest.newest(here, MOST_NEW),
    }
    return render(request, "catalog/home.html", context)


@published
def catalogue(request: HttpRequest) -> HttpResponse:
    """Every dataset by topic."""
    here = city.current()
    topics = selectors.catalogue(here)
    context = {
        "topics": topics,
        "totals": selectors.totals(topics),
        "dark": selectors.dark(here, topics),
        "section": "data",
        "crumbs": ways.crumbs(request),
    }
    return render(request, "catalog/catalogue.html", context)


def to_catalogue(request: HttpRequest) -> HttpResponse:
    """/data has one spelling, with its slash."""
    return HttpResponsePermanentRedirect(ways.address(request, "catalogue"))
