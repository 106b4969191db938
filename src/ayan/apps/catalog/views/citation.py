"""A citation: what was asked and answered then, whether it still stands, and what the same question answers today."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from ayan.apps.catalog import asking, citation, citing, conditions, erased, figures
from ayan.apps.catalog.asking import Ask
from ayan.apps.catalog.citation import NotACitation, Then
from ayan.apps.catalog.freshness import published
from ayan.apps.catalog.views import ways
from ayan.core.query.answer import Unanswered
from ayan.core.query.problem import BadQuestion
from ayan.core.query.statistics import Statistics
from ayan.core.release.seal import REASONS
from ayan.core.values.clock import today
from ayan.core.values.label import Label
from ayan.ui import language
from ayan.wiring import city

CITATION: Final = Label("استناد", "Citation")


@published
def cited(request: HttpRequest, code: str) -> HttpResponse:
    """The page of a citation: 410 where its rows can no longer be read, 404 where nothing was ever cited so."""
    here = city.current()
    try:
        held = citation.decode(code)
    except NotACitation:
        raise Http404 from None
    found = ways.dataset_of(held.slug)
    crumbs = ways.crumbs(request, found, CITATION.of(language.of(request)))
    context: dict[str, Any] = {"dataset": found, "section": "data", "crumbs": crumbs}
    try:
        ask, _ = asking.read(
            found, list(held.parameters), ways.address(request, "dataset", found.slug), language.of(request)
        )
    except BadQuestion as bad:
        return render(request, "catalog/cited.html", context | {"problems": bad.problems}, status=410)
    then = citation.then(here.shelf, held, ask.question.release)
    if then is None:
        raise Http404
    context |= _told(request, ask, then)
    return render(request, "catalog/cited.html", context, status=410 if then.withdrawn or then.erased else 200)


def _told(request: HttpRequest, ask: Ask, then: Then) -> dict[str, Any]:
    """The question in words, the releases, the figures then and now."""
    here = city.current()
    frozen = ask if ask.question.release else replace(ask, question=replace(ask.question, as_of=then.moment))
    address = ways.absolute(request, request.path)
    context = {
        "ask": ask,
        "then": then,
        "unit": ask.question.unit,
        "calendar": ask.question.calendar,
        "chips": conditions.chips(ask),
        "frozen": frozen.address,
        "present": ask.address,
        "api": _api(frozen),
        "citation": citing.citing(ask, then.releases, address, here.profile, today(here.clock)),
        "tombstones": [(one, here.shelf.tombstone(one)) for one in then.withdrawn],
        "reasons": REASONS,
        "erasures": [
            each for one in then.erased for each in erased.of_release(here, one) if each.erasure.at > then.moment
        ],
    }
    if not then.withdrawn and not then.erased:
        context["figures_then"] = _figures(frozen)
    context["figures_now"] = _figures(ask)
    context["unchanged"] = context.get("figures_then") == context["figures_now"]
    context["same_state"] = set(here.shelf.state(ask.dataset.slug).releases) == set(then.releases)
    return context


def _figures(ask: Ask) -> Statistics | None:
    """The figures of a state; None where they cannot be had."""
    reader = city.current().reader
    try:
        return figures.of_result(reader, ask, reader.standing(ask.dataset, ask.question))
    except Unanswered:
        return None


def _api(frozen: Ask) -> str:
    query = frozen.scope.query_string()
    return f"/api/v1/datasets/{frozen.dataset.slug}/rows.json{'?' + query if query else ''}"
