"""Whoever looks at all pages looks at every one: a page without its line in `addresses` is missed here."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import URLPattern, resolve
from django.urls.exceptions import Resolver404
from tests.apps.addresses import CIVIC_PAGES, PAGES, REFUSALS

from ayan.ui import contract

FEED = "a feed for programs, and no page"
CASES = "lists the cases in the database, which the small city does without; tests of the counter open it"
NOT_LOOKED_AT = {
    "changes_feed": FEED,
    "changes_json_feed": FEED,
    "declared_changes_feed": FEED,
    "findings_feed": FEED,
    "follow_feed": FEED,
    "missing_feed": FEED,
    "search_feed": FEED,
    "counter": CASES,
    "counter_units": CASES,
    "counter_moderation": CASES,
    "counter_feed": FEED,
    "map_base": "the operator's file for the map, and no page",
    "map_places": "what the search of the map in the browser flies to, and no page",
    "map_layer": "what the map in the browser draws, and no page",
    "counter_receipt": "answers a form that was sent with a file",
}
"""Public addresses that no line names, each with the reason."""


def names_looked_at() -> Iterator[str]:
    for address in (*PAGES, *CIVIC_PAGES, *REFUSALS):
        try:
            yield resolve(address.partition("?")[0]).url_name or ""
        except Resolver404:
            assert address in REFUSALS


def test_every_public_page_without_blanks_in_its_address_is_looked_at() -> None:
    declared = [address for app in contract.installed_apps() for address in app.urls().public]
    names = {
        address.name
        for address in declared
        if isinstance(address, URLPattern) and address.name and not address.pattern.converters
    }
    assert sorted(names - set(names_looked_at())) == sorted(NOT_LOOKED_AT)
