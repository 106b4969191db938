"""The page of the organisation chart."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse

from ayan.apps.catalog.page_cache import published
from ayan.apps.civic import page_context, units
from ayan.apps.civic.page_context import PageSettings
from ayan.apps.civic.role_queries import read
from ayan.core.query.answer import Unanswered
from ayan.core.values.label import Label
from ayan.wiring import city

SECTION: Final = "organisation"
TITLE: Final = Label("ساختار سازمانی", "Organisation")


@published
def organisation(request: HttpRequest) -> HttpResponse:
    """Every unit under the one above it, with its head, and with the money, people and services under its name."""
    asked, current_city = PageSettings.of(request), city.current()
    try:
        table = read(current_city, asked, units.PART)
        if table is None:
            return page_context.nothing(asked, units.PART, TITLE, SECTION)
        context = {"section": SECTION, "title": TITLE, "read": table, "chart": units.chart(current_city, table)}
        return page_context.render_page(asked, "civic/organisation.html", context | {"tables": [table]})
    except Unanswered as none:
        return page_context.unanswered(asked, TITLE, SECTION, none)
