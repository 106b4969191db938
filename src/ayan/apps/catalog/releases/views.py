"""The releases of a dataset, one of them, and what changed: in a dataset value by value, in the city act by act."""

from __future__ import annotations

import re
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from ayan.apps.catalog import page_context, selectors
from ayan.apps.catalog.explorer import views as explorer
from ayan.apps.catalog.feeds import public_acts
from ayan.apps.catalog.page_context import published
from ayan.apps.catalog.record import provenance
from ayan.apps.catalog.releases import change_list, correction_notes
from ayan.apps.catalog.shown_units import CITIZEN_UNIT
from ayan.core.query.answer import ReleaseWithdrawn, Unanswered
from ayan.core.query.change_question import parse_changes
from ayan.core.query.problem import BadQuestion
from ayan.core.store.objects import NotInStore
from ayan.core.transparency.entries.statement import REASON_LABELS
from ayan.core.values.label import Label
from ayan.ui import language, value_html
from ayan.ui.component_parts import Crumb
from ayan.wiring import city

RELEASES = Label("انتشارها", "Releases")
NAME = Label("{period}، شمارهٔ {number}", "{period}, number {number}")


@published
def releases(request: HttpRequest, slug: str) -> HttpResponse:
    """The releases, newest first, page by page."""
    dataset = page_context.dataset_of(slug)
    before = request.GET.get("before", "")
    try:
        page = selectors.release_page(city.current(), dataset, before)
    except NotInStore:
        raise Http404 from None
    context = explorer.frame(request, dataset, "releases") | {
        "page": page,
        "first": not before,
        "stands": bool(city.current().release_store.snapshot(slug).releases),
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
    dataset = publication.dataset
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
        "reworded": selectors.reworded(city.current(), dataset),
        "section": "data",
        "crumbs": page_context.crumbs(request, dataset, above, name),
        "name": name,
    }
    if publication.tombstone is not None:
        context["reason"] = REASON_LABELS.get(publication.tombstone.code)
        return page_context.refuse(
            request, "catalog/tombstone.html", context, ReleaseWithdrawn(publication.tombstone.code)
        )
    return render(request, "catalog/release.html", context)


# --- what changed -----------------------------------------------------------------------------------------------------

CHANGES: Final = Label("تغییرها", "Changes")
EVENTS: Final = 30
_PLACE: Final = re.compile(r"[0-9TZ:.-]{24}~[a-z0-9_-]+/[0-9A-Za-z-]+/[0-9]+~[a-z]+", re.ASCII)


@published
def changed(request: HttpRequest, slug: str) -> HttpResponse:
    """One dataset, compared between two moments or two releases."""
    dataset, lang = page_context.dataset_of(slug), language.of(request)
    context: dict[str, Any] = explorer.frame(request, dataset, "changes") | {
        "crumbs": page_context.crumbs(request, dataset, CHANGES.of(lang)),
        "unit": CITIZEN_UNIT,
        "path": page_context.address(request, "changes", slug),
    }
    parameters = [(name, text) for name, texts in request.GET.lists() for text in texts]
    try:
        question = parse_changes(slug, parameters, page_params=True, refuse=("_lang", "_calendar"))
        answer = change_list.differing(city.current(), dataset, question, request.path, lang)
    except BadQuestion as bad:
        return page_context.refuse(request, "catalog/bad_question.html", context | {"problems": bad.problems}, bad)
    except Unanswered as none:
        return page_context.unanswered(request, dataset, none)
    sides = answer.answer.sides
    context |= {
        "differing": answer,
        "question": question,
        "before": change_list.side_text(sides.before, lang),
        "after": change_list.side_text(sides.after, lang),
        "csv": answer.api.format(".csv"),
        "json": answer.api.format(".json"),
        "reasons": REASON_LABELS,
        "corrections": correction_notes.of_releases(city.current(), sides.arrived),
    }
    return render(request, "catalog/changes.html", context)


@published
def acts(request: HttpRequest) -> HttpResponse:
    """Every release, correction and withdrawal of the city, newest first."""
    before = request.GET.get("before", "")
    if before and not _PLACE.fullmatch(before):
        raise Http404
    events = public_acts.newest(city.current(), EVENTS + 1, before=before)
    context = {
        "section": "changes",
        "events": events[:EVENTS],
        "acts": public_acts.ACTS,
        "older": events[EVENTS - 1].position if len(events) > EVENTS else "",
        "first": not before,
    }
    return render(request, "catalog/acts.html", context)
