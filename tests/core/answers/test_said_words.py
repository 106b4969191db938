"""Words of the spoken language: each is among the ways to write it, and verbs are one in all their forms."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ayan.core.answers.words.morphology import plain, tokens
from ayan.core.answers.words.spoken_words import spoken
from ayan.core.answers.words.verbs import verb_root

NOUNS = ["شهردار", "خیابان", "مغازه", "خانه", "کوچه", "قرارداد", "پول", "غرفه", "دستفروش", "پروژه", "میدان", "ساختمان"]
GLUED = ["م", "ش", "مون", "تون", "شون", "مو", "مونو", "شونو", "س", "ست", "رو"]
LOOSE = ["ها", "های", "هامون", "هاتون", "هاشون", "هاش", "هام"]


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("خیابوناست", "خیابان"), ("غرفس", "غرفه"), ("کجاس", "کجا"), ("دستفروشا", "دستفروش"), ("مغازمو", "مغازه"),
        ("خونمون", "خانه"), ("شهردارمون", "شهردار"), ("پولش", "پول"), ("چنده", "چند"), ("سگا", "سگ"), ("تهرون", "تهران"),
        ("کوچمونو", "کوچه"), ("صدشون", "صد"),
    ],
)  # fmt: skip
def test_a_spoken_word_may_be_the_written_one(said: str, written: str) -> None:
    assert written in spoken(said)


@given(noun=st.sampled_from(NOUNS), ending=st.sampled_from(GLUED))
def test_any_noun_is_found_behind_any_ending(noun: str, ending: str) -> None:
    spelt = noun.replace("ان", "ون")
    # «مغازه» loses its vowel where it is glued, «مغازم»; not before «رو», which is a word of its own.
    said = spelt if ending == "رو" else spelt.removesuffix("ه")
    assert {noun, spelt} & {*spoken(said + ending)}


@given(noun=st.sampled_from(NOUNS), ending=st.sampled_from(LOOSE))
def test_an_ending_that_stands_apart_is_none_of_the_words(noun: str, ending: str) -> None:
    (word,) = tokens(f"{noun} {ending}")
    assert (word.text, word.plural) == (plain(noun), True)


@pytest.mark.parametrize(
    ("past", "forms"),
    [
        ("ساخت", "میسازه بسازیم ساختن نساختند ساخته‌اند می‌سازم نسازید"),
        ("شکست", "شکسته میشکنه بشکنند شکستن"),
        ("افتاد", "میفته بیفته افتاده افتادن نیفتد"),
        ("فروخت", "بفروشم فروختم میفروشیم نفروختن بفروشمش"),
        ("برد", "ببرین ببرینش بردن نبردند"),
        ("بست", "ببندیم بستن بسته می‌بندند"),
    ],
)
def test_all_forms_of_a_verb_are_one(past: str, forms: str) -> None:
    for form in forms.split():
        assert verb_root(tokens(form)[0].text) == past, form


@pytest.mark.parametrize("word", ["مردم", "کوچه", "برف", "دوست", "شنبه", "پرونده", "بند", "بدون", "برنده"])
def test_what_only_looks_like_a_verb_is_none(word: str) -> None:
    assert not verb_root(plain(word))
