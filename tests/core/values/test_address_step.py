"""A text as one step of an address: read back whatever it holds, and readable where it holds a slash."""

from __future__ import annotations

from urllib.parse import quote, unquote

from hypothesis import given
from hypothesis import strategies as st

from ayan.core.values.address_step import read, read_key, written, written_key


def test_a_slash_is_a_comma_and_nothing_is_quoted_twice() -> None:
    assert written("1404/268") == "1404,268" == quote(written("1404/268"), safe=",")
    assert written_key("1403~طرح 1%2Fالف~11") == "1403~طرح 1,الف~11"


@given(st.text())
def test_every_text_reads_back(text: str) -> None:
    assert read(written(text)) == text
    assert "/" not in written(text)


@given(st.lists(st.text(), min_size=1, max_size=3))
def test_every_key_reads_back(parts: list[str]) -> None:
    key = "~".join(part.replace("%", "%25").replace("~", "%7E").replace("/", "%2F") for part in parts)
    assert read_key(written_key(key)) == key
    assert read_key(unquote(quote(written_key(key), safe="~,"))) == key


def test_addresses_from_before_and_slashes_as_people_write_them_are_read_too() -> None:
    # Django has taken away the outer quoting of %252F, and all of that of %2F.
    assert {read(step) for step in ("1404%2F268", "1404/268", "1404,268")} == {"1404/268"}
    assert {read_key(step) for step in ("1404%2F268", "1404/268", "1404,268")} == {"1404%2F268"}
