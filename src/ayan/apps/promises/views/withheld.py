"""The page of what is withheld: datasets, columns and rows, each with what it is said to stand on."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from ayan.apps.catalog import page_context
from ayan.apps.catalog.page_cache import published
from ayan.apps.promises.withheld import HOW, Kind, register
from ayan.wiring import city

KINDS: tuple[Kind, ...] = ("dataset", "column", "rows", "cells")


@published
def withheld(request: HttpRequest) -> HttpResponse:
    """Everything that is withheld, or what is of one dataset."""
    slugs = request.GET.getlist("dataset")
    if set(request.GET) - {"dataset"} or len(slugs) > 1:
        raise Http404
    dataset = page_context.dataset_of(slugs[0]) if slugs and slugs[0] else None
    current_city = city.current()
    all_entries = register(current_city, dataset)
    entries = {kind: [entry for entry in all_entries if entry.kind == kind] for kind in KINDS}
    context = {
        "section": "withheld",
        "datasets": entries["dataset"],
        "columns": entries["column"],
        "acts": sorted([*entries["rows"], *entries["cells"]], key=lambda entry: str(entry.at), reverse=True),
        "of": dataset,
        "reasoned": sum(entry.ground.article is not None for entry in all_entries),
        "total": len(all_entries),
        "how": HOW,
        "wide": True,
    }
    return render(request, "promises/withheld.html", context)
