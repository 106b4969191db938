"""Where a service is begun and complained of, and its fee computed: pages of apps that may not be in use."""

from __future__ import annotations

from typing import Final

from django.urls import NoReverseMatch, reverse

from ayan.core.services.service import Service
from ayan.core.values.clock import today
from ayan.core.values.locale import Lang
from ayan.wiring import city

COMPLAINT: Final = "complaint"
"""The kind of case by which people complain."""


def counter_address(kind: str, service: Service, lang: Lang) -> str:
    """The form of a kind of case, about a service; empty where there is no kind, or no counter in use."""
    form = _page("counter_new", kind, lang)
    return f"{form}?about=service:{service.code}" if form else ""


def fee_address(service: Service, lang: Lang) -> str:
    """Where the fee of a service is computed by the tariff of today; empty where there is none, or no such page."""
    current_city = city.current()
    tariff = current_city.registry.tariffs().of_item(service.tariff, today(current_city.clock))
    return _page("tariff", tariff.code, lang) if tariff is not None else ""


def _page(name: str, step: str, lang: Lang) -> str:
    try:
        return reverse(f"{lang}:{name}", args=(step,)) if step else ""
    except NoReverseMatch:
        return ""
