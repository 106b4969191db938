"""The page for those who write programs: a console that asks the real API, every field, every refusal."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ayan.apps.catalog import page_context
from ayan.apps.catalog.page_cache import published
from ayan.apps.catalog.prose import console
from ayan.core.query.answer import Unanswered
from ayan.core.query.problem import WORDINGS
from ayan.core.values.label import Label
from ayan.ui import language
from ayan.wiring import city


@published
def developers(request: HttpRequest) -> HttpResponse:
    """The page, with the answer to the question that its form holds."""
    every = city.current().registry.all()
    wanted = request.GET.get("dataset", "")
    chosen = next((dataset for dataset in every if dataset.slug == wanted), next(iter(every), None))
    context: dict[str, Any] = {
        "section": "developers",
        "datasets": every,
        "dataset": chosen,
        "whats": [(code, words.of(language.of(request))) for code, words in console.WHATS.items()],
        "origin": page_context.absolute(request, ""),
        "problems": [
            *WORDINGS.items(),
            *((none.code, Label(none.fa, none.en)) for none in Unanswered.__subclasses__()),
        ],
    }
    if chosen is not None:
        asked = console.console_request(chosen, request.GET.get("what", ""), request.GET.get("q", ""))
        context |= {
            "console": asked,
            "response": console.console_response(asked),
            "examples": console.examples(chosen),
            "askable": console.askable(chosen),
        }
    return render(request, "catalog/developers.html", context)
