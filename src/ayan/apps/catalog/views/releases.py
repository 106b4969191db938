"""The releases of a dataset, and one of them: what it holds, who approved it, what was found in its file."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from ayan.apps.catalog import provenance, selectors
from ayan.apps.catalog.page_cache import published
from ayan.apps.catalog.views import dataset as explorer
from ayan.apps.catalog.views import page_context
from ayan.core.publish.sealing import REASONS
from ayan.core.query.answer import ReleaseWithdrawn
from ayan.core.store.objects import NotInStore
from ayan.core.values.label import Label
from ayan.ui import language, value_html
from ayan.ui.component_parts import Crumb
from ayan.wiring import city

RELEASES = Label("انتشارها", "Releases")
NAME = Label("{period}، شمارهٔ {number}", "{period}, number {number}")


@published
def releases(request: HttpRequest, slug: str) -> HttpResponse:
    """Every release, newest first."""
    dataset = page_context.dataset_of(slug)
    context = explorer.frame(request, dataset, "releases") | {
        "history": selectors.history(city.current(), dataset),
        "crumbs": page_context.crumbs(request, dataset, RELEASES.of(language.of(request))),
    }
    return render(request, "catalog/releases.html", context)


@published
def release(request: HttpRequest, slug: str, period: str, number: int) -> HttpResponse:
    """One release, or the mark that a withdrawn one leaves."""
    dataset = page_context.dataset_of(slug)
    try:
        publication = selectors.one_release(city.current(), dataset, period, number)
    except NotInStore:
        raise Http404 from None
    lang = language.of(request)
    name = NAME.of(lang).format(
        period=value_html.period_label(period, lang), number=value_html.plain_number(number, lang)
    )
    above = Crumb(RELEASES.of(lang), page_context.address(request, "releases", slug))
    context = {
        "dataset": dataset,
        "published": publication,
        "facts": publication.facts,
        "column_map": provenance.column_map(dataset, publication),
        "totals": provenance.totals(dataset, publication, lang),
        "issues": provenance.issues(publication, lang),
        "keeping": provenance.keeping(city.current(), publication),
        "mended": provenance.corrections(dataset, publication),
        "overrides": provenance.overrides(city.current(), dataset, publication),
        "section": "data",
        "crumbs": page_context.crumbs(request, dataset, above, name),
        "name": name,
    }
    if publication.tombstone is not None:
        context["reason"] = REASONS.get(publication.tombstone.code)
        return page_context.refuse(
            request, "catalog/tombstone.html", context, ReleaseWithdrawn(publication.tombstone.code)
        )
    return render(request, "catalog/release.html", context)
