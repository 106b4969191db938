"""One spelling per word."""

from __future__ import annotations

import re
import unicodedata

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests import sampling

from ayan.core.values import text as tables
from ayan.core.values.garbled_text import FIRST_LOOK, is_garbled
from ayan.core.values.text import fold, fold_joined, publish

SAMPLES = "\u200c\u200d\u200e\u200f\u202b\ufeff\u00ad\u00a0\u0640\u064e\u0653\u0654\u0655\r\n\t\v\x00\x85 "
messy = st.text(
    st.characters(codec="utf-8", max_codepoint=0x2FFF)
    | st.characters(min_codepoint=0x600, max_codepoint=0x6FF)
    | st.characters(min_codepoint=0xFB50, max_codepoint=0xFEFF)
    | st.sampled_from(SAMPLES + "اويىیكکهەةۀ"),
    max_size=30,
)


@pytest.mark.parametrize(
    ("raw", "published"),
    [
        ("كتاب‌هاي علي", "کتاب‌های علی"),
        ("موسى", "موسی"),
        ("ﻻﻟﻪ", "لاله"),
        ("ﷲ", "الله"),
        ("۱۰۰ ﷼", "۱۰۰ ریال"),
        ("ﺷﻬﺮﺩﺍﺭﻱ ﺍﺭﺍﻙ", "شهرداری اراک"),
        ("مؤسسة الرسالة", "مؤسسة الرسالة"),
        ("خانۀ / خانهٔ", "خانۀ / خانهٔ"),
        ("ا\u0653ب، مسو\u0654ول، شي\u0654", "آب، مسؤول، شئ"),
        ("سنە، ھەولێر", "سنە، ھەولێر"),
        ("۱۲٣4", "۱۲٣4"),
        ("مـــهر مَهر", "مـــهر مَهر"),
        ("\ufeff\u202bنام\u202c\u200f", "نام"),
        ("کتاب\u00adخانه", "کتابخانه"),
        ("ا\u00a0ب\u2003ج", "ا ب ج"),
        ("می\u200c\u200cشود", "می‌شود"),
        ("می \u200cشود \u200c \u200c", "می شود  "),
        ("\u200cمی\u200c\tشود\u200c", "می\tشود"),
        ("یک\r\nدو\rسه\vچهار", "یک\nدو\nسه\nچهار"),
        ("a\x00b\x1bc", "abc"),
        ("ﹷ ﹶ", "ـَ َ"),
        ("ﬁ ² Å ½", "ﬁ ² Å ½"),
        ("", ""),
    ],
)
def test_published(raw: str, published: str) -> None:
    assert publish(raw) == published


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("كتاب‌هاي", "کتاب های"),
        ("مؤسسه", "موسسه"),
        ("خانهٔ", "خانه"),
        ("خانۀ", "خانه"),
        ("ﻻله", "لاله"),
        ("أحمد إبراهيم آرش ٱلله", "احمد ابراهیم ارش الله"),
        ("مسئول", "مسیول"),
        ("زكاة", "زکاه"),
        ("مُحَمَّد", "محمد"),
        ("شـــهر", "شهر"),
        ("كد ۱۲٣", "کد 123"),
        ("  مبلغ\n(ریال) ", "مبلغ (ریال)"),
        ("ABC Ｄ É", "abc d e"),
        ("مساحت (㎡)", "مساحت (M2)"),
        ("م²", "م2"),
        ("الف–ب", "الف-ب"),
        ("۵٪", "5%"),
        ("ھەولێر", "ههولیر"),
        ("می¬شود", "می‌شود"),
    ],
)
def test_folded_alike(left: str, right: str) -> None:
    assert fold(left) == fold(right)


def test_fold_keeps_different_words_apart() -> None:
    words = ["سوء", "سو", "پا", "با", "گل", "کل", "ژاله", "زاله", "جزء", "جز"]
    assert len({fold(word) for word in words}) == len(words)


def test_half_space_blank_and_nothing_are_one_when_joined() -> None:
    assert fold_joined("کتاب‌های") == fold_joined("کتاب های") == fold_joined(" کتابهاي ") == "کتابهای"


@given(messy)
def test_publish_is_idempotent(text: str) -> None:
    assert publish(publish(text)) == publish(text)


@given(messy)
def test_fold_is_idempotent_and_blind_to_publish(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold(publish(text)) == fold(text)
    assert fold_joined(text) == fold(text).replace(" ", "")


@given(messy)
def test_published_text_holds_nothing_invisible(text: str) -> None:
    seen = publish(text)
    assert not set(seen) & set(tables.PUBLISH_DROP)
    assert not re.search(
        "[\ufb50-\ufbb1\ufbd3-\ufd3d\ufd50-\ufd8f\ufd92-\ufdc7\ufdf0-\ufdfc\ufe70-\ufefc]", seen.replace("\ufe73", "")
    )


@given(messy)
def test_the_tables_alone_give_the_same_text(text: str) -> None:
    """What the docstring promises to whoever writes SQL: the tables, one after the other, as a stranger would."""
    published = text
    for old, new in tables.PUBLISH_BEFORE.items():
        published = published.replace(old, new)
    for character in tables.PUBLISH_DROP:
        published = published.replace(character, "")
    for table in (tables.PUBLISH_MANY, tables.PUBLISH_ONE, tables.PUBLISH_AFTER):
        for old, new in table.items():
            published = published.replace(old, new)
    for pattern, replacement in tables.PUBLISH_ZWNJ:
        published = re.sub(pattern, replacement, published)
    assert published == publish(text)

    folded = text
    for character in tables.FOLD_DROP:
        folded = folded.replace(character, "")
    for table in (tables.FOLD_ONE, tables.FOLD_MANY):
        for old, new in table.items():
            folded = folded.replace(old, new)
    assert re.sub(" {2,}", " ", folded).strip(" ") == fold(text)


def test_no_value_of_a_table_holds_a_key() -> None:
    for singles, many, drop in (
        (tables.PUBLISH_ONE, tables.PUBLISH_MANY, tables.PUBLISH_DROP),
        (tables.FOLD_ONE, tables.FOLD_MANY, tables.FOLD_DROP),
    ):
        keys = {*singles, *many, *drop}
        assert len(keys) == len(singles) + len(many) + len(drop)
        assert all(len(key) == 1 for key in keys)
        assert not keys & set("".join([*singles.values(), *many.values()]))


def test_fold_is_blind_to_publish_for_every_character() -> None:
    everything = map(chr, [*range(0xD800), *range(0xE000, 0x10000)])
    assert [hex(ord(c)) for c in everything if fold(publish(f"a{c}b")) != fold(f"a{c}b")] == []


def test_what_the_class_of_touched_characters_passes_is_unchanged() -> None:
    everything = "".join(map(chr, [*range(0xD800), *range(0xE000, 0x10000)]))
    calm = "".join(c for c in re.sub(tables.PUBLISH_TOUCHED, "", everything) if c != tables.ZWNJ)
    assert publish(calm) == calm


def test_presentation_forms_agree_with_unicode_but_for_letters_and_lone_marks() -> None:
    for first, last in tables.PRESENTATION_BLOCKS:
        for point in range(first, last + 1):
            expected = unicodedata.normalize("NFKC", chr(point)).translate(str.maketrans("يىك", "ییک"))
            assert publish(f"ا{chr(point)}") == "ا" + (expected if len(expected) == 1 else expected.lstrip(" "))


def test_a_class_of_characters_matches_just_them() -> None:
    hostile = "]^-\\[a\x00\u200cی"
    matched = re.compile(tables.char_class(hostile))
    assert {c for c in map(chr, range(0x2100)) if matched.fullmatch(c)} == set(hostile)


SPOILT = st.sampled_from(
    ["?", "??", "ï¿½", "\ufffd", "&amp;", "&#1575;", "&zwnj;", "&", "#12;", "Ø´", "Ù‡", "ط´", "ط", "ع", "ظ", "§", "â€", "Ã", "Â", "\u0080", "ً", "_",
     "شهر", "a", " ", "\n", "1", "-", "«", "…"]
)  # fmt: skip


@sampling.examples(150, 2000)
@given(text=st.lists(SPOILT, max_size=8).map("".join))
@example(text="Ø§ØµÙ„Ø§Ø­").via("letters of UTF-8 read as another table")
@example(text="؟?? ??\n??")
def test_the_first_look_passes_over_no_spoilt_text(text: str) -> None:
    if is_garbled(text):
        assert pc.match_substring_regex(pa.array([text]), FIRST_LOOK).to_pylist() == [True]
