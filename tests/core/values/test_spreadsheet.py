"""Texts of a file that a spreadsheet would run get an apostrophe, in Python and in SQL alike, and can be read back."""

from __future__ import annotations

import unicodedata

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ayan.core.values.spreadsheet import UNSEEN, safe, safe_sql

UNSEEN_SIGNS = "".join(chr(sign) for first, last in UNSEEN for sign in (first, last))
cells = st.text(
    st.sampled_from("=+-@＝＋－＠﹦﹢﹣﹫⁺₊⁼₌'\t\r\n \u200b\u200f\u202e\u2066\ufeff\u3000\u00ad" + UNSEEN_SIGNS)
    | st.characters(codec="utf-8")
    | st.sampled_from("abcابپ۱1"),
    max_size=12,
)


def runs(text: str) -> bool:
    """Whether some program might run it, as plain Python tells: what is seen first, in its compatible form."""
    bare = text.lstrip("'")
    seen = next((sign for sign in bare if not any(first <= ord(sign) <= last for first, last in UNSEEN)), "")
    return bare[:1] in ("\t", "\r", "\n") or unicodedata.normalize("NFKC", seen) in ("=", "+", "-", "@")


def read_back(cell: str) -> str:
    """The text behind a cell, by the rule that the guide of the API gives."""
    return cell[1:] if cell.startswith("'") and runs(cell) else cell


@pytest.mark.parametrize(
    "text", ["=1+1", "＝1+1", "＋1", "－1", "＠x", "﹦1", " =1", "\u00a0＝1", "\u200f=1", "\u202e\u2066+1", "\ufeff@x", "\tx", "\r", "'=1"]
)  # fmt: skip
def test_what_would_run_gets_an_apostrophe(text: str) -> None:
    assert safe(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", " ", "1=1", "a+b", "— x", "«=»", "-".join("ab"), "'quoted'", "۱-۲", "\u200fمتن"])
def test_what_runs_nowhere_stays_as_it_is(text: str) -> None:
    assert safe(text) == text


@given(cells)
@example("'＝1")
@example("''")
def test_no_cell_runs_and_every_cell_is_read_back(text: str) -> None:
    cell = safe(text)
    assert (cell != text) == runs(text)
    assert cell.startswith("'") or not runs(cell)
    assert read_back(cell) == text


@settings(max_examples=20, deadline=None)
@given(st.lists(cells, min_size=40, max_size=120))
def test_sql_says_the_same(texts: list[str]) -> None:
    with duckdb.connect() as base:
        query = f"SELECT {safe_sql('x')} FROM (SELECT unnest($texts) AS x)"
        assert [cell for (cell,) in base.execute(query, {"texts": texts}).fetchall()] == [safe(text) for text in texts]
