"""A citation: what was asked and answered then, whether it still stands, and what the same question answers today."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from ayan.apps.catalog import page_context
from ayan.apps.catalog.citation import citations, short_codes
from ayan.apps.catalog.citation.citations import NotACitation, Then
from ayan.apps.catalog.explorer import conditions, figures, state
from ayan.apps.catalog.explorer.state import ExplorerState
from ayan.apps.catalog.page_context import published
from ayan.apps.catalog.releases import erasure_notes
from ayan.apps.catalog.shown_units import CITIZEN_UNIT
from ayan.core.query.answer import Unanswered
from ayan.core.query.problem import BadQuestion
from ayan.core.query.statistics import Statistics
from ayan.core.transparency.entries.statement import REASON_LABELS
from ayan.core.values.clock import today
from ayan.core.values.label import Label
from ayan.ui import language
from ayan.wiring import city

CITATION: Final = Label("استناد", "Citation")


@published
def cited(request: HttpRequest, code: str) -> HttpResponse:
    """The page of a citation: 410 where its rows can no longer be read, 404 where nothing was ever cited so."""
    current_city = city.current()
    if (known := short_codes.resolved(current_city, code)) != code:
        return HttpResponseRedirect(page_context.address(request, "citation", known))
    try:
        held = citations.decode(code)
    except NotACitation:
        raise Http404 from None
    dataset = page_context.dataset_of(held.slug)
    crumbs = page_context.crumbs(request, dataset, CITATION.of(language.of(request)))
    context: dict[str, Any] = {"dataset": dataset, "section": "data", "crumbs": crumbs}
    try:
        # The code in a file's name may hold what files alone are asked.
        asked = [pair for pair in held.parameters if pair[0] not in state.NOT_ON_PAGES]
        ask, _ = state.read(
            dataset, asked, page_context.address(request, "dataset", dataset.slug), language.of(request)
        )
    except BadQuestion as bad:
        return render(request, "catalog/cited.html", context | {"problems": bad.problems}, status=410)
    then = citations.then(current_city.release_store, held, ask.question.release)
    if then is None:
        raise Http404
    context |= _context(request, ask, then, code)
    return render(request, "catalog/cited.html", context, status=410 if then.withdrawn or then.erased else 200)


def _context(request: HttpRequest, ask: ExplorerState, then: Then, code: str) -> dict[str, Any]:
    """The question in words, the releases, the figures then and now."""
    current_city = city.current()
    frozen = ask if ask.question.release else replace(ask, question=replace(ask.question, as_of=then.moment))
    address = page_context.absolute(request, request.path)
    short = short_codes.address(request, _short(ask, frozen, then, code))
    citation = citations.citing(ask, then.sealed, address, current_city.profile, today(current_city.clock), short)
    context = {
        "ask": ask,
        "then": then,
        "unit": "rial" if ask.question.unit == "rial" else CITIZEN_UNIT,
        "calendar": ask.question.calendar,
        "chips": conditions.chips(ask),
        "frozen": frozen.address,
        "present": ask.address,
        "api": _api(frozen),
        "citation": citation,
        "tombstones": [(release, current_city.release_store.tombstone(release)) for release in then.withdrawn],
        "reasons": REASON_LABELS,
        "erasures": [
            each
            for release in then.erased
            for each in erasure_notes.of_release(current_city, release)
            if each.erasure.at > then.moment
        ],
    }
    if not then.withdrawn and not then.erased:
        context["figures_then"] = _figures(frozen)
    context["figures_now"] = _figures(ask)
    context["unchanged"] = context.get("figures_then") == context["figures_now"]
    context["same_state"] = set(current_city.release_store.snapshot(ask.dataset.slug).releases) == set(then.releases)
    return context


def _short(ask: ExplorerState, frozen: ExplorerState, then: Then, code: str) -> str:
    """The short code of a citation, by which the same page is found; empty where its rows can no longer be read."""
    current_city = city.current()
    if then.withdrawn or then.erased:
        return ""
    try:
        snapshot = current_city.query_service.snapshot(ask.dataset, frozen.question)
    except Unanswered:
        return ""
    return short_codes.offered(current_city, ask, snapshot, citations.cleaned(code))


def _figures(ask: ExplorerState) -> Statistics | None:
    """The figures of a state; None where they cannot be had."""
    reader = city.current().query_service
    try:
        return figures.of_result(reader, ask, reader.snapshot(ask.dataset, ask.question))
    except Unanswered:
        return None


def _api(frozen: ExplorerState) -> str:
    query = frozen.scope.query_string()
    return f"/api/v1/datasets/{frozen.dataset.slug}/rows.json{'?' + query if query else ''}"
