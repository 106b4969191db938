"""The page of what is missing: who owes what, and since when."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ayan.apps.catalog.freshness import published
from ayan.apps.catalog.owed import owed
from ayan.wiring import city


@published
def missing(request: HttpRequest) -> HttpResponse:
    here = city.current()
    found = owed(here)
    count = sum(len(one.late) for one in found)
    datasets = len(here.registry.all())
    context = {"section": "missing", "owed": found, "count": count, "datasets": datasets}
    return render(request, "catalog/missing.html", context)
