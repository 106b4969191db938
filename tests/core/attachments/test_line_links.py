"""A line that an officer names for a value is kept as the row states it, and goes where another copy covers it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ayan.core.attachments.line_links import (
    BadLinks,
    LineLink,
    line_at,
    links_text,
    read_links,
    still_there,
    value_mark,
)
from ayan.core.documents.document_text import PageLine, PageText

VALUES = st.one_of(st.integers(), st.booleans(), st.dates(), st.text(), st.decimals(allow_nan=False, places=2))
LINKS = st.dictionaries(
    st.from_regex(r"[a-z][a-z0-9_]{0,20}", fullmatch=True),
    st.tuples(st.integers(1, 999_999), st.integers(1, 999_999), VALUES),
    max_size=12,
)


def page(number: int, *lines: str) -> PageText:
    return PageText(number, tuple(map(PageLine, lines)))


@given(LINKS)
def test_what_is_written_is_read_back(wanted: dict[str, tuple[int, int, object]]) -> None:
    links = tuple(
        sorted(LineLink(name, page, line, value_mark(name, value)) for name, (page, line, value) in wanted.items())
    )
    assert read_links(links_text(reversed(links))) == links
    assert all(link.is_of(wanted[link.field][2]) for link in links)


@pytest.mark.parametrize(
    "text",
    [
        "amount",
        "amount=0:1/abcdefghijklmnop",
        "amount=1:1/abcdefghijklmno",
        "amount=1:1/abcdefghijklmnoq",
        "amount=1:1/abcdefghijklmnop amount=1:2/abcdefghijklmnop",
        "b=1:1/abcdefghijklmnop a=1:2/abcdefghijklmnop",
        " ".join(f"f{at:03}=1:1/abcdefghijklmnop" for at in range(41)),
    ],
)
def test_what_no_row_may_state_is_refused(text: str) -> None:
    with pytest.raises(BadLinks):
        read_links(text)


def test_a_value_has_one_mark_however_it_is_stored() -> None:
    assert value_mark("amount", 4_125_000_000) == value_mark("amount", Decimal("4125000000.00"))
    assert value_mark("amount", 1) != value_mark("amount", True)
    assert value_mark("amount", 1) != value_mark("other", 1)
    assert value_mark("day", date(2024, 8, 2)) == value_mark("day", "2024-08-02")


def test_a_line_of_which_all_is_covered_holds_nothing() -> None:
    pages = (page(1, "مبلغ ۱۰ ریال", "██ ███", "تلفن ████"),)
    assert line_at(pages, 1, 1) == "مبلغ ۱۰ ریال"
    assert line_at(pages, 1, 3) == "تلفن ████"
    assert [line_at(pages, *place) for place in ((1, 2), (1, 4), (1, 0), (2, 1))] == [None] * 4


def test_links_go_where_their_line_reads_otherwise() -> None:
    links = [LineLink(name, 1, at, value_mark(name, 1)) for at, name in enumerate("abcd", 1)]
    before = (page(1, "یک", "دو", "سه", "چهار"),)
    kept, lost = still_there(links, before, (page(1, "یک", "██", "سه ██"),))
    assert ([each.field for each in kept], [each.field for each in lost]) == (["a"], ["b", "c", "d"])
