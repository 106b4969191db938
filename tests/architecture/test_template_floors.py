"""The floors hold for templates too: none links to, includes, extends or loads what stands above it or beside it.

What a higher app has to say on a lower page is declared in its `AppConfig` and drawn in a slot (`ayan.ui.contract`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from django.template.base import Lexer, TokenType
from tests.architecture.project_tree import SOURCE, shown
from tests.architecture.test_architecture_page import contracts
from tests.architecture.test_words import templates

from ayan.apps.national import urls as national_urls
from ayan.ui import contract

DRAWN: Final = frozenset(f"src/ayan/apps/accounts/templates/accounts/{name}.html" for name in ("home", "calendar"))
"""The templates that follow names which apps declare; every other one names what it links to or includes."""

_NAMED: Final = re.compile(r'(link|url|include|extends)\s+(?:"([^"]+)"|(\S+))')
_SLOT: Final = re.compile(r'slots?\s+"([^"]+)"')
_PAGE_OF: Final = re.compile(r'page_of\s+"([^"]+)"')


@cache
def floors() -> Mapping[str, int]:
    """Each room that may have templates, and its height; neighbours have the same."""
    rooms = ["apps", *(room for row in contracts()["ayan"] for room in row)]
    assert {"ui", "config"} <= set(rooms)
    heights = {f"apps/{app}": height for height, row in enumerate(reversed(contracts()["ayan.apps"]), 1) for app in row}
    return {**heights, "ui": 0, "config": len(heights) + 1}


def room_of(path: Path) -> str:
    parts = path.relative_to(SOURCE).parts
    return "/".join(parts[: 2 if parts[0] == "apps" else 1])


@cache
def pages() -> Mapping[str, frozenset[str]]:
    """The name of every page and address, and the rooms that have one of that name."""
    owners: dict[str, set[str]] = defaultdict(set)
    for app in contract.installed_apps():
        declared = app.urls()
        # Pages over all cities are declared in an installation of many alone.
        many = national_urls.pages if app.label == "national" else ()
        for address in (*declared.public, *declared.desk, *declared.bare, *many):
            if name := getattr(address, "name", None):
                owners[name].add(room_of(Path(app.path)))
    return {name: frozenset(rooms) for name, rooms in owners.items()}


@cache
def homes() -> Mapping[str, str]:
    """The name of every template and tag library, and its room."""
    named = {path.as_posix().partition("/templates/")[2]: room_of(path) for path in templates()}
    libraries = {path.stem: room_of(path) for path in SOURCE.glob("**/templatetags/*.py")}
    return {**named, **libraries}


def blocks(text: str) -> Iterator[tuple[int, str]]:
    for token in Lexer(text).tokenize():
        if token.token_type is TokenType.BLOCK:
            yield token.lineno or 0, token.contents


def upwards(room: str, text: str) -> list[str]:
    """What a template of a room names that stands no lower: line and name."""
    astray = []
    for line, code in blocks(text):
        tag, _, rest = code.partition(" ")
        named: list[tuple[str, frozenset[str]]] = []
        if tag == "load":
            named = [(name, frozenset({homes()[name]})) for name in rest.split() if name in homes()]
        elif (match := _NAMED.match(code)) and match[2]:
            linked = tag in ("link", "url")
            owners = pages().get(match[2], frozenset({"config"})) if linked else frozenset({homes()[match[2]]})
            named = [(match[2], owners)]
        for name, owners in named:
            if room not in owners and all(floors()[owner] >= floors()[room] for owner in owners):
                astray.append(f"{line}: {tag} {name}")
    return astray


def test_no_template_leads_upwards() -> None:
    astray = [
        f"{shown(path)}:{spot}" for path in templates() for spot in upwards(room_of(path), path.read_text("utf-8"))
    ]

    assert len(pages()) > 60
    assert astray == []


def test_a_link_an_include_and_a_library_from_above_are_refused() -> None:
    text = '{% extends "page.html" %}\n{% link "missing" %}{% link "catalogue" %}\n{% include "civic/of_record.html" %}'

    assert upwards("apps/catalog", text) == ["2: link missing", "3: include civic/of_record.html"]
    assert upwards("apps/follow", text) == []
    assert upwards("apps/promises", '{% load civic %}{% link "audit" a b %}') == ["1: load civic", "1: link audit"]
    assert upwards("ui", '{% link "home" %}') == ["1: link home"]


def test_what_is_named_by_no_text_is_drawn_from_declarations() -> None:
    followed = {
        shown(path)
        for path in templates()
        for _, code in blocks(path.read_text("utf-8"))
        if (match := _NAMED.match(code)) and match[3]
    }
    assert followed == DRAWN


def test_no_slot_is_filled_from_below_and_every_thing_has_a_page() -> None:
    left: dict[str, set[str]] = defaultdict(set)
    things: set[str] = set()
    for path in templates():
        for _, code in blocks(path.read_text("utf-8")):
            if match := _SLOT.match(code):
                left[match[1]].add(room_of(path))
            things.update(_PAGE_OF.findall(code))
    filled = {each.slot: room_of(Path(app.path)) for app in contract.installed_apps() for each in app.slots}

    assert set(filled) == set(left), "a slot that nobody fills, or that no page leaves"
    for slot, room in filled.items():
        assert all(floors()[left_by] <= floors()[room] for left_by in left[slot]), slot
    assert things == {each.thing for app in contract.installed_apps() for each in app.pages_of}
