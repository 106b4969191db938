"""The page of the organisation chart."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse

from ayan.apps.catalog.freshness import published
from ayan.apps.civic import framing, units
from ayan.apps.civic.framing import Asked
from ayan.apps.civic.reading import read
from ayan.core.query.answer import Unanswered
from ayan.core.values.label import Label
from ayan.wiring import city

SECTION: Final = "organisation"
TITLE: Final = Label("ساختار سازمانی", "Organisation")


@published
def organisation(request: HttpRequest) -> HttpResponse:
    """Every unit under the one above it, with its head, and with the money, people and services under its name."""
    asked, here = Asked.of(request), city.current()
    try:
        found = read(here, asked, units.PART)
        if found is None:
            return framing.nothing(asked, units.PART, TITLE, SECTION)
        context = {"section": SECTION, "title": TITLE, "read": found, "chart": units.chart(here, found)}
        return framing.shown(asked, "civic/organisation.html", context | {"tables": [found]})
    except Unanswered as none:
        return framing.unanswered(asked, TITLE, SECTION, none)
