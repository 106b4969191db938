"""The releases of a dataset, and one of them: what it holds, who approved it, what was found in its file."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from ayan.apps.catalog import provenance, selectors
from ayan.apps.catalog.freshness import published
from ayan.apps.catalog.views import dataset as explorer
from ayan.apps.catalog.views import ways
from ayan.core.query.answer import ReleaseWithdrawn
from ayan.core.release.seal import REASONS
from ayan.core.store.shelf import NotOnShelf
from ayan.core.values.label import Label
from ayan.ui import language, writing
from ayan.ui.parts import Crumb
from ayan.wiring import city

RELEASES = Label("انتشارها", "Releases")
NAME = Label("{period}، شمارهٔ {number}", "{period}, number {number}")


@published
def releases(request: HttpRequest, slug: str) -> HttpResponse:
    """Every release, newest first."""
    found = ways.dataset_of(slug)
    context = explorer.frame(request, found, "releases") | {
        "history": selectors.history(city.current(), found),
        "crumbs": ways.crumbs(request, found, RELEASES.of(language.of(request))),
    }
    return render(request, "catalog/releases.html", context)


@published
def release(request: HttpRequest, slug: str, period: str, number: int) -> HttpResponse:
    """One release, or the mark that a withdrawn one leaves."""
    found = ways.dataset_of(slug)
    try:
        one = selectors.one_release(city.current(), found, period, number)
    except NotOnShelf:
        raise Http404 from None
    lang = language.of(request)
    name = NAME.of(lang).format(period=writing.period_label(period, lang), number=writing.plain_number(number, lang))
    above = Crumb(RELEASES.of(lang), ways.address(request, "releases", slug))
    context = {
        "dataset": found,
        "published": one,
        "facts": one.facts,
        "column_map": provenance.column_map(found, one),
        "totals": provenance.totals(found, one, lang),
        "issues": provenance.issues(one, lang),
        "keeping": provenance.keeping(city.current(), one),
        "mended": provenance.corrections(found, one),
        "overruled": provenance.overruled(city.current(), found, one),
        "section": "data",
        "crumbs": ways.crumbs(request, found, above, name),
        "name": name,
    }
    if one.tombstone is not None:
        context["reason"] = REASONS.get(one.tombstone.code)
        return ways.refuse(request, "catalog/tombstone.html", context, ReleaseWithdrawn(one.tombstone.code))
    return render(request, "catalog/release.html", context)
