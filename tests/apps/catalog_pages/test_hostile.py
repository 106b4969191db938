"""Text that a file may hold, in every place where pages show it: inert, in its own direction, never a formula."""

from __future__ import annotations

import csv
import io
import re
import unicodedata

import pytest
from django.test import Client
from tests.apps.catalog_pages.page_elements import Elements, is_run_from_elsewhere, links, page
from tests.apps.linked_city import BIDI, FORMULA, QUOTED
from tests.apps.small_city import HOSTILE

BLANKS = "\u200f\u202e\u2066 \t"
ADDRESSES = [
    "/",
    "/changes",
    "/data/parts",
    "/data/parts?_by=unit",
    "/data/parts?_by=subject",
    "/data/parts?_view=chart",
    "/data/parts?_view=map",
    "/data/parts?_sort=subject&_fields=subject,unit",
    "/data/parts/changes",
    "/data/parts/changes?to=all/1",
    "/data/parts/r/P-1",
    "/data/parts/r/P-2",
    "/data/parts/r/P-3",
    "/data/works/r/C-003",
    "/search?q=P-1",
    "/search?q=P-2",
    "/search?q=P-3",
    "/search?q=C-001",
    "/search?q=%3Cscript%3Ealert(%27x%27)%3C/script%3E",
    "/search?q=script",
    "/search?q=%22%20onmouseover%3D%22alert(1)%22%20x%3D%22",
    "/search?q=%E2%80%AE%E2%81%A6-1404+nothing",
    "/embed/parts",
    "/embed/parts?_by=unit",
    "/embed/parts?_view=chart",
    "/help/tour",
    "/developers?dataset=parts&what=facets&q=by%3Dunit,subject",
    "/developers?dataset=parts&q=%3Cscript%3Ealert(1)%3C/script%3E",
    "/contact?about=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
    "/data/parts?unit=%22%20onmouseover%3D%22alert(1)%22%20x%3D%22",
]
OVERRIDES = "\u202a\u202b\u202c\u202d\u202e"


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_hostile_text_is_inert_wherever_it_stands(visitor: Client, prefix: str, address: str) -> None:
    text = page(visitor, prefix + address)
    assert HOSTILE not in text
    for tag, attributes in Elements(text).tags:
        assert tag != "img"
        assert not is_run_from_elsewhere(tag, attributes)
        assert not [name for name in attributes if name.startswith("on")], (tag, attributes)
        assert "style" not in attributes
        for name in ("href", "src", "action"):
            assert not str(attributes.get(name, "")).lower().startswith(("javascript:", "data:", "//"))


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("address", [*ADDRESSES, "/data/parts?_search=%E2%80%AEx", "/contact?about=%E2%80%AEx"])
def test_no_text_turns_the_text_round_it(visitor: Client, prefix: str, address: str) -> None:
    text = page(visitor, prefix + address)
    assert not set(OVERRIDES) & set(text)
    # What isolates is closed within the same text node or attribute.
    for piece in re.split(r"[<>\"]", text):
        depth = 0
        for character in piece:
            depth += character in "\u2066\u2067\u2068"
            depth -= character == "\u2069"
            assert depth >= 0, piece
        assert depth == 0, piece


def test_titles_hold_no_mark_that_reaches_beyond_them(visitor: Client) -> None:
    title = re.search(r"<title>(.*?)</title>", page(visitor, "/data/parts/r/P-1"))
    assert title
    assert not set(OVERRIDES + "\u2066\u2067") & set(title[1])


def test_a_formula_is_text_on_the_page_and_no_formula_in_the_file(visitor: Client) -> None:
    assert FORMULA.replace('"', "&quot;") in page(visitor, "/data/parts/r/P-2")
    address = next(href for href in links(page(visitor, "/data/parts"), "/api/v1/datasets/parts/rows.csv"))
    body = visitor.get(address).getvalue().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(body)))
    for row in rows:
        # As a program may see it that folds widths and skips what is not shown.
        seen = [unicodedata.normalize("NFKC", cell).lstrip(BLANKS) for cell in row]
        assert not [
            cell for cell in seen if cell.startswith(("=", "@", "+")) or (cell.startswith("-") and cell[1:2].isalpha())
        ]
    assert {row[0] for row in rows if any(cell.startswith("'") for cell in row)} >= {"P-2", "P-6"}


def test_a_quote_in_a_value_stays_in_its_attribute(visitor: Client) -> None:
    boxes = [
        attributes["value"]
        for tag, attributes in Elements(page(visitor, "/data/parts")).tags
        if tag == "input" and attributes.get("name") == "unit__in"
    ]
    assert QUOTED.strip() in {str(box).strip() for box in boxes}
    assert "\u202e" in BIDI


def test_a_value_with_a_comma_is_asked_as_one(visitor: Client) -> None:
    text = page(
        visitor,
        "/en/data/parts?unit__in=%5B%22%D8%B3%D8%A7%D8%B2%D9%85%D8%A7%D9%86%20%D9%BE%D8%A7%D8%B1%DA%A9%E2%80%8C%D9%87%D8%A7%2C%20%D8%A8%D8%A7%D8%BA%E2%80%8C%D9%87%D8%A7%22%5D",
    )
    checked = [
        attributes["value"]
        for tag, attributes in Elements(text).tags
        if tag == "input" and attributes.get("name") == "unit__in" and "checked" in attributes
    ]
    assert checked == ['["سازمان پارک‌ها, باغ‌ها"]']
