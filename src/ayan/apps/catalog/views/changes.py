"""What changed: in one dataset between two moments, value by value; and in the whole city, act by act."""

from __future__ import annotations

import re
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from ayan.apps.catalog import act_stream, change_list
from ayan.apps.catalog.explorer_state import CITIZEN_UNIT
from ayan.apps.catalog.page_cache import published
from ayan.apps.catalog.views import dataset as explorer
from ayan.apps.catalog.views import page_context
from ayan.core.publish.sealing import REASONS
from ayan.core.query.answer import Unanswered
from ayan.core.query.change_question import parse_changes
from ayan.core.query.problem import BadQuestion
from ayan.core.values.label import Label
from ayan.ui import language
from ayan.wiring import city

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
        "reasons": REASONS,
    }
    return render(request, "catalog/changes.html", context)


@published
def acts(request: HttpRequest) -> HttpResponse:
    """Every release, correction and withdrawal of the city, newest first."""
    before = request.GET.get("before", "")
    if before and not _PLACE.fullmatch(before):
        raise Http404
    events = act_stream.newest(city.current(), EVENTS + 1, before=before)
    context = {
        "section": "changes",
        "events": events[:EVENTS],
        "acts": act_stream.ACTS,
        "older": events[EVENTS - 1].position if len(events) > EVENTS else "",
        "first": not before,
    }
    return render(request, "catalog/acts.html", context)
