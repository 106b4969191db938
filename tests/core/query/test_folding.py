"""Patterns that unfold a word find exactly the published texts that folding both sides would find."""

from __future__ import annotations

import duckdb
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from tests.core.query import naive
from tests.core.query.strategies import LETTERS

from ayan.core.query import folding
from ayan.core.values.text import FOLD_DROP, FOLD_MANY, FOLD_ONE, fold, publish

ANY = "".join([*FOLD_ONE, *FOLD_MANY, *FOLD_DROP]) + LETTERS

texts = (st.text(LETTERS, max_size=10) | st.text(ANY, max_size=6) | st.text(max_size=8)).filter(
    lambda text: "\0" not in text and not any("\ud800" <= c <= "\udfff" for c in text)
)
CON = duckdb.connect(config={"threads": 1})


def sql_says(texts: list[str], pattern: str) -> list[bool]:
    sql = f"SELECT {folding.matches('x', '$p')} FROM (SELECT unnest($x) AS x)"
    return [bool(found) for (found,) in CON.execute(sql, {"p": pattern, "x": texts}).fetchall()]


@settings(max_examples=100, deadline=None)
@given(texts, st.lists(texts, max_size=4))
@example("شهر ½", ["شهر 1/2", "شهر ½"])
@example("ﷲ", ["الله"])
@example("[a^-]\\", ["[A^-]\\"])
def test_equal_is_equality_of_folds(asked: str, others: list[str]) -> None:
    assume(fold(asked))
    published = [publish(other) for other in (*others, asked, asked.replace("ی", "ي").upper())]
    assert sql_says(published, folding.equal(asked)) == [fold(asked) == fold(text) for text in published]


@settings(max_examples=100, deadline=None)
@given(texts, texts, texts)
def test_containing_is_the_rule_over_folded_text(before: str, asked: str, after: str) -> None:
    assume(fold(asked))
    published = [publish(text) for text in (before, before + asked + after, asked + after)]
    assert sql_says(published, folding.containing(asked)) == [naive.contains(text, asked) for text in published]
    at_start = [naive.contains(text, asked, at_start=True) for text in published]
    assert sql_says(published, folding.starting(asked)) == at_start


def test_every_letter_finds_itself() -> None:
    letters = sorted({to for to in FOLD_ONE.values() if fold(to)})
    patterns = [folding.equal(letter) for letter in letters]
    found = CON.execute(
        f"SELECT x FROM (SELECT unnest($x) AS x, unnest($p) AS p) WHERE NOT {folding.matches('x', 'p')}",
        {"x": letters, "p": patterns},
    ).fetchall()
    assert len(letters) > 100
    assert found == []
