"""Persian words in Latin letters: each spelling finds its word, and English words find none."""

from __future__ import annotations

import pytest

from ayan.core.answers.words.latin_letters import LatinLetters, latin_skeleton, persian_skeletons
from ayan.core.answers.words.morphology import plain

WORDS = [
    "آذر",
    "بهار",
    "بابک",
    "نسترن",
    "آبادسازان",
    "افرا",
    "قرارداد",
    "شهردار",
    "حقوق",
    "تهمینه",
    "پروانه",
    "اردشیر",
    "آناهیتا",
    "یاس",
    "یاسمن",
    "نرگس",
    "کاج",
    "چنار",
    "خرمالو",
    "سپیدار",
    "توسکا",
    "مناقصه",
    "عوارض",
    "پرداخت",
    "شقایق",
    "زیتون",
    "داوودی",
    "ارغوان",
    "بید",
    "پیمانکار",
    "منطقه",
    "ایمان",
    "عباس",
]
KNOWN = LatinLetters(map(plain, WORDS))


@pytest.mark.parametrize(
    ("latin", "word"),
    [
        ("azar", "آذر"), ("bahar's", "بهار"), ("nastaran", "نسترن"), ("abadsazan", "آبادسازان"), ("gharardad", "قرارداد"),
        ("qarardad", "قرارداد"), ("hoghoogh", "حقوق"), ("hoquq", "حقوق"), ("tahmineh", "تهمینه"), ("parvane", "پروانه"),
        ("zeytoon", "زیتون"), ("davoudi", "داوودی"), ("davoodi", "داوودی"), ("shaghayegh", "شقایق"), ("iman", "ایمان"),
        ("abbas", "عباس"), ("khormaloo", "خرمالو"), ("yas", "یاس"), ("yasaman", "یاسمن"), ("monaghese", "مناقصه"),
    ],
)  # fmt: skip
def test_a_spelling_finds_its_word(latin: str, word: str) -> None:
    assert KNOWN.meant(latin) == (plain(word),)
    assert latin_skeleton(latin.removesuffix("'s")) in persian_skeletons(plain(word))


@pytest.mark.parametrize(
    "word",
    ["noise", "crime", "finance", "deficit", "weather", "police", "bear", "narrow", "az", "x", "''", "12", "نسترن"],
)
def test_other_words_find_none(word: str) -> None:
    assert KNOWN.meant(word) == ()
