"""Similar spellings: what is one name by its key or by one letter, and what is not."""

from __future__ import annotations

import pytest

from ayan.core.refine.spellings import clusters, is_near, letters_of, nearest, spelling_key


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("راه‌گستر البرز", "راه گستر البرز"),
        ("شركت آب", "آب، شرکت"),
        ("پارس (سهامی خاص)", "پارس سهامی خاص"),
        ("Pars Co.", "co pars"),
    ],
)
def test_texts_that_differ_in_typing_have_one_key(text: str, other: str) -> None:
    assert spelling_key(text) == spelling_key(other)


@pytest.mark.parametrize(
    ("text", "other", "near"),
    [
        ("ترک تشریفاتی", "ترک تشریفات", True),
        ("سبزینه پارس", "سبزینه پازس", True),
        ("منطقه شمال 1", "منطقه شمال 2", False),
        ("خیابان بهار 1", "خیابان بهار 12", False),
        ("بلوک ا شمالی", "بلوک ب شمالی", False),
        ("بهار", "بهاز", False),
        ("راه گستر البرز", "راه گستر البزر", False),
    ],
)
def test_one_letter_of_a_long_text_may_be_a_slip_and_a_digit_never_is(text: str, other: str, near: bool) -> None:
    assert is_near(letters_of(text), letters_of(other)) is near


def test_clusters_have_the_most_frequent_spelling_first() -> None:
    counts = {"راه گستر": 2, "راه‌گستر": 7, "آب‌نما": 3, "پل 1 جنوبی": 1, "پل 2 جنوبی": 1}
    (cluster,) = clusters("contractor", counts)
    assert cluster.texts == (("راه‌گستر", 7), ("راه گستر", 2))
    assert not cluster.near


def test_a_text_is_near_to_one_name_or_to_none() -> None:
    names = {"خاتمه‌یافته": ("done", "خاتمه‌یافته", "Finished"), "جاری": ("open", "جاری", "Open")}
    assert nearest("خاتمه ایافته", names) == "خاتمه‌یافته"
    assert nearest("چیز دیگر", names) is None
    assert nearest("فعالیت", {"a": ("فعالیت",), "b": ("فعالیت ",)}) is None
