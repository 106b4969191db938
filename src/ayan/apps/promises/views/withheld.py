"""The page of what is withheld: datasets, columns and rows, each with what it is said to stand on."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from ayan.apps.catalog.freshness import published
from ayan.apps.catalog.views import ways
from ayan.apps.promises.withheld import HOW, Kind, register
from ayan.wiring import city

KINDS: tuple[Kind, ...] = ("dataset", "column", "rows", "cells")


@published
def withheld(request: HttpRequest) -> HttpResponse:
    """Everything that is withheld, or what is of one dataset."""
    slugs = request.GET.getlist("dataset")
    if set(request.GET) - {"dataset"} or len(slugs) > 1:
        raise Http404
    dataset = ways.dataset_of(slugs[0]) if slugs and slugs[0] else None
    here = city.current()
    found = register(here, dataset)
    entries = {kind: [one for one in found if one.kind == kind] for kind in KINDS}
    context = {
        "section": "withheld",
        "datasets": entries["dataset"],
        "columns": entries["column"],
        "acts": sorted([*entries["rows"], *entries["cells"]], key=lambda one: str(one.at), reverse=True),
        "of": dataset,
        "reasoned": sum(one.ground.article is not None for one in found),
        "total": len(found),
        "how": HOW,
        "wide": True,
    }
    return render(request, "promises/withheld.html", context)
