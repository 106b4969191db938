"""The pages of words: about, help, accessibility, privacy, contact, and the tour."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ayan.apps.catalog import page_context
from ayan.apps.catalog.explorer.state import CITIZEN_UNIT
from ayan.apps.catalog.limits import LONGEST_SUBJECT
from ayan.apps.catalog.page_cache import published
from ayan.apps.catalog.prose import letter, tour
from ayan.apps.catalog.record import sentence
from ayan.core.values import locale
from ayan.core.values.text import publish
from ayan.ui import language
from ayan.wiring import city


@published
def prose(request: HttpRequest, page: str) -> HttpResponse:
    """A page of words by its name."""
    about = publish(request.GET.get("about", "")[:LONGEST_SUBJECT])
    context: dict[str, Any] = {"section": page, "about": about}
    if page == "contact":
        current_city = city.current()
        begun = letter.letter(request, current_city, about)
        mail = next(
            (contact.address for contact in current_city.profile.contact if contact.address.startswith("mailto:")), ""
        )
        context |= {"letter": begun, "mailto": begun.mailto(mail) if begun and mail else ""}
    return render(request, f"catalog/{page}.html", context)


@published
def guided(request: HttpRequest) -> HttpResponse:
    """The tour, along one real question of the city."""
    current_city, lang = city.current(), language.of(request)
    path = page_context.address(request, "dataset", "SLUG").replace("SLUG", "{slug}")
    stop = tour.stop(current_city, path, lang)
    context = {"section": "help", "stop": stop, "unit": CITIZEN_UNIT}
    if stop is not None:
        context["sentence"] = sentence.sentence(stop.dataset, stop.row.values, lang, locale.of(lang).calendar)
    return render(request, "catalog/tour.html", context)
