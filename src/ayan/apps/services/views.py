"""The pages of the services: the list of them, and a page for each."""

from __future__ import annotations

from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from ayan.apps.catalog import page_context
from ayan.apps.catalog.page_context import published
from ayan.apps.services import service_groups
from ayan.apps.services.limits import MOST_NEIGHBOURS
from ayan.apps.services.service_acts import COMPLAINT, counter_address, fee_address
from ayan.apps.services.service_dataset import register_of
from ayan.apps.services.service_groups import FILTERS, ORDERS, ServiceQuery
from ayan.apps.services.service_times import service_times
from ayan.apps.services.times_page import promise_context, times_context
from ayan.core.query.problem import BadQuestion
from ayan.core.services.service import CHANNELS, SIDES, Service
from ayan.core.services.service_file import ServiceCatalogue
from ayan.core.values.label import Label, joined
from ayan.core.values.locale import Lang
from ayan.ui import language
from ayan.ui.component_parts import Crumb
from ayan.wiring import city
from ayan.wiring.service_folder import service_catalogue

TITLE: Final = Label("خدمات شهرداری", "Services of the municipality")
TIMES: Final = Label("زمان واقعی", "The time it really takes")


@published
def services(request: HttpRequest) -> HttpResponse:
    """Every service, by events of life, by who it is for, by unit, or by letter; narrowed by words."""
    lang = language.of(request)
    catalogue = service_catalogue(city.current().home)
    context: dict[str, Any] = {"section": "service-list", "title": TITLE, "catalogue": catalogue, "orders": ORDERS}
    params = [(name, text) for name, texts in request.GET.lists() for text in texts]
    try:
        asked = service_groups.read(params, catalogue)
    except BadQuestion as bad:
        return page_context.refuse(request, "service_pages/services.html", context | {"problems": bad.problems}, bad)
    groups = service_groups.groups(catalogue, asked, lang)
    context |= {
        "asked": asked,
        "groups": groups,
        # All of them by event are the doors to each event: the longest list on a phone would be of little use.
        "events": groups if asked.by == "event" and not asked.narrows else [],
        "count": len({service.code for group in groups for service in group.services}),
        "choices": _choices(catalogue, asked, lang),
        "by": [(label.of(lang), asked.address(by=code), code == asked.by) for code, label in ORDERS.items()],
        "register": register_of(city.current()),
    }
    return render(request, "service_pages/services.html", context)


def _choices(catalogue: ServiceCatalogue, asked: ServiceQuery, lang: Lang) -> list[dict[str, Any]]:
    """The boxes of the form: each condition with its words, and what may be chosen."""
    terms = catalogue.terms
    lists = {"event": terms.events, "audience": terms.audiences, "unit": terms.units}
    return [
        {
            "name": name,
            "label": ORDERS[name].of(lang),
            "options": [
                (term.code, term.title.of(lang), getattr(asked, name) == term.code) for term in lists[name].values()
            ],
        }
        for name in FILTERS
    ]


@published
def service(request: HttpRequest, code: str) -> HttpResponse:
    """One service: who may have it, with what, by which steps, at what fee, within what time."""
    lang, current_city = language.of(request), city.current()
    catalogue = service_catalogue(current_city.home)
    this_service = catalogue.services.get(code)
    if this_service is None:
        raise Http404
    register = register_of(current_city)
    context = {
        **promise_context(this_service, service_times(current_city, this_service), lang),
        "section": "service-list",
        "service": this_service,
        "crumbs": crumbs(request, Crumb(this_service.title.of(lang))),
        "channels": joined(CHANNELS[channel] for channel in this_service.channels),
        "steps": [(step, SIDES[step.by]) for step in this_service.steps],
        "neighbours": neighbours(catalogue, this_service),
        "register": register,
        "record": page_context.address(request, "record", register.slug, code) if register else "",
        **_acts(this_service, lang),
    }
    return render(request, "service_pages/service.html", context)


@published
def times(request: HttpRequest, code: str) -> HttpResponse:
    """How long one service really took last year: against its promise, by part, by unit, with the questions behind."""
    lang, current_city = language.of(request), city.current()
    this_service = service_catalogue(current_city.home).services.get(code)
    if this_service is None:
        raise Http404
    title = this_service.title.of(lang)
    up = Crumb(title, page_context.address(request, "service", code))
    context = {
        "section": "service-list",
        "service": this_service,
        "crumbs": crumbs(request, up, Crumb(TIMES.of(lang))),
        **times_context(current_city, this_service, lang),
    }
    return render(request, "service_pages/times.html", context)


def _acts(service: Service, lang: Lang) -> dict[str, str]:
    """Where a service is begun and complained of, and its fee computed, in the language of the page."""
    return {
        "begin": counter_address(service.case, service, lang),
        "fee_address": fee_address(service, lang),
        "complain": counter_address(COMPLAINT, service, lang) if service.case != COMPLAINT else "",
    }


def crumbs(request: HttpRequest, *last: Crumb) -> list[Crumb]:
    """The steps to a page about a service; the page itself is no link."""
    home = Crumb(TITLE.of(language.of(request)), page_context.address(request, "service_list"))
    return [home, *last[:-1], Crumb(last[-1].words)]


def neighbours(catalogue: ServiceCatalogue, service: Service) -> list[Service]:
    """Other services of the first event that a service belongs to, the first of them."""
    first = service.events[:1]
    others = [each for each in catalogue.services.values() if each is not service and set(first) & set(each.events)]
    return others[:MOST_NEIGHBOURS]
