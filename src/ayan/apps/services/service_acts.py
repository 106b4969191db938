"""Where a service is begun and complained of: the forms of the counter, told which service it is about."""

from __future__ import annotations

from typing import Final

from django.urls import NoReverseMatch, reverse

from ayan.core.services.service import Service
from ayan.core.values.locale import Lang

COMPLAINT: Final = "complaint"
"""The kind of case by which people complain."""


def counter_address(kind: str, service: Service, lang: Lang) -> str:
    """The form of a kind of case, about a service; empty where there is no kind, or no counter in use."""
    if not kind:
        return ""
    try:
        return f"{reverse(f'{lang}:counter_new', args=(kind,))}?about=service:{service.code}"
    except NoReverseMatch:
        return ""
