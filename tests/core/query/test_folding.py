"""Patterns that unfold a word find exactly the published texts that folding both sides would find."""

from __future__ import annotations

from collections.abc import Callable

import duckdb
from hypothesis import assume, example, given
from hypothesis import strategies as st
from tests import sampling
from tests.core.query import naive
from tests.core.query.strategies import LETTERS

from ayan.core.query import folding
from ayan.core.values.sql import fold_but_half_spaces
from ayan.core.values.text import FOLD_DROP, FOLD_MANY, FOLD_ONE, fold, publish

ANY = "".join([*FOLD_ONE, *FOLD_MANY, *FOLD_DROP]) + LETTERS

texts = (st.text(LETTERS, max_size=10) | st.text(ANY, max_size=6) | st.text(max_size=8)).filter(
    lambda text: "\0" not in text and not any("\ud800" <= c <= "\udfff" for c in text)
)
CON = duckdb.connect(config={"threads": 1})


def sql_says(texts: list[str], rule: Callable[..., str], asked: str) -> list[bool]:
    """What the pattern of a rule says of published texts, which it also says of them when they are folded."""
    sql = f"SELECT {folding.matches('x', '$p')} FROM (SELECT unnest($x) AS x)"
    said = [bool(matched) for (matched,) in CON.execute(sql, {"p": rule(asked), "x": texts}).fetchall()]
    folded = f"SELECT regexp_matches({fold_but_half_spaces('x')}, $p) FROM (SELECT unnest($x) AS x)"
    pattern = rule(asked, folding.FOLDED)
    assert [matched for (matched,) in CON.execute(folded, {"p": pattern, "x": texts}).fetchall()] == said
    return said


@sampling.examples(35, 150)
@given(texts, st.lists(texts, max_size=4))
@example("شهر ½", ["شهر 1/2", "شهر ½"])
@example("ﷲ", ["الله"])
@example("[a^-]\\", ["[A^-]\\"])
def test_equal_is_equality_of_folds(asked: str, others: list[str]) -> None:
    assume(fold(asked))
    published = [publish(other) for other in (*others, asked, asked.replace("ی", "ي").upper())]
    assert sql_says(published, folding.equal, asked) == [fold(asked) == fold(text) for text in published]


@sampling.examples(35, 150)
@given(texts, texts, texts)
def test_containing_is_the_rule_over_folded_text(before: str, asked: str, after: str) -> None:
    assume(fold(asked))
    published = [publish(text) for text in (before, before + asked + after, asked + after)]
    assert sql_says(published, folding.containing, asked) == [naive.contains(text, asked) for text in published]
    at_start = [naive.contains(text, asked, at_start=True) for text in published]
    assert sql_says(published, folding.starting, asked) == at_start


def test_every_letter_finds_itself() -> None:
    letters = sorted({to for to in FOLD_ONE.values() if fold(to)})
    patterns = [folding.equal(letter) for letter in letters]
    missed = CON.execute(
        f"SELECT x FROM (SELECT unnest($x) AS x, unnest($p) AS p) WHERE NOT {folding.matches('x', 'p')}",
        {"x": letters, "p": patterns},
    ).fetchall()
    assert len(letters) > 100
    assert missed == []


SEARCHED = "ابمیرودهتن‌ ۰۱۲٣4-½\u064b\u0640aA«"
searched_texts = st.text(SEARCHED, max_size=12)
affixed = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(["", "می", "نمی"]),
        st.sampled_from(["", " ", "\u200c", " \u200c"]),
        st.text("رودکا", min_size=1, max_size=3),
        st.sampled_from(["", " ", "\u200c"]),
        st.sampled_from(["", "ها", "های", "تر"]),
    ),
)


@sampling.examples(40, 200)
@given(searched_texts | affixed, st.lists(searched_texts | affixed, max_size=4), searched_texts)
@example("12", ["0012", "112", "۱\u200c۱۲", "½2", "㎡12", "1\u064b2"], "")
@example("2207", ["C-1404-2207", "12207", "0002207"], "")
def test_searched_is_the_rule_over_folded_text(asked: str, others: list[str], around: str) -> None:
    word = publish(asked).replace(" ", "\u200c").strip("\u200c")
    assume(fold(word))
    published = [publish(text) for text in (*others, around + asked + around, asked, word, *map("ب".__add__, others))]
    assert sql_says(published, folding.searched, word) == [naive.searches(text, word) for text in published]


def test_prefixes_and_suffixes_are_found_however_they_are_written() -> None:
    for spellings in (["می\u200cرود", "می رود", "میرود"], ["کتاب\u200cها", "کتاب ها", "کتابها"]):
        for asked in spellings:
            for text in spellings:
                assert all(naive.searches(text, word) for word in asked.split())
                assert all(sql_says([text], folding.searched, word) == [True] for word in asked.split())
    assert sql_says(["به تراکم", "در ساختمان", "رحیمی رود"], folding.searched, "بهتر") == [False, False, False]
    assert sql_says(["رحیمی رود"], folding.searched, "میرود") == [False]
