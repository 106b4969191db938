"""The pages of words: about, help, accessibility, privacy, contact, and the tour."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ayan.apps.catalog import sentence, tour
from ayan.apps.catalog.asking import CITIZEN_UNIT
from ayan.apps.catalog.freshness import published
from ayan.apps.catalog.limits import LONGEST_SUBJECT
from ayan.apps.catalog.views import letter, ways
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
        here = city.current()
        begun = letter.letter(request, here, about)
        mail = next((one.address for one in here.profile.contact if one.address.startswith("mailto:")), "")
        context |= {"letter": begun, "mailto": begun.mailto(mail) if begun and mail else ""}
    return render(request, f"catalog/{page}.html", context)


@published
def guided(request: HttpRequest) -> HttpResponse:
    """The tour, along one real question of the city."""
    here, lang = city.current(), language.of(request)
    path = ways.address(request, "dataset", "SLUG").replace("SLUG", "{slug}")
    stop = tour.stop(here, path, lang)
    context = {"section": "help", "stop": stop, "unit": CITIZEN_UNIT}
    if stop is not None:
        context["sentence"] = sentence.sentence(stop.dataset, stop.row.values, lang, locale.of(lang).calendar)
    return render(request, "catalog/tour.html", context)
