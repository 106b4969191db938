"""Where a service is begun and complained of, and its fee computed: pages of apps that may not be in use."""

from __future__ import annotations

from typing import Final

from django.urls import NoReverseMatch, reverse

from ayan.core.services.service import Service
from ayan.core.values.locale import Lang

COMPLAINT: Final = "complaint"
"""The kind of case by which people complain."""


def counter_address(kind: str, service: Service, lang: Lang) -> str:
    """The form of a kind of case, about a service; empty where there is no kind, or no counter in use."""
    form = _page("counter_new", kind, lang)
    return f"{form}?about=service:{service.code}" if form else ""


def fee_address(service: Service, lang: Lang) -> str:
    """Where the fee of a service is computed; empty where it has no tariff, or no page computes one."""
    return _page("tariff", service.tariff, lang)


def _page(name: str, step: str, lang: Lang) -> str:
    try:
        return reverse(f"{lang}:{name}", args=(step,)) if step else ""
    except NoReverseMatch:
        return ""
