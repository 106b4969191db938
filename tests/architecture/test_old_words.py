"""What is said in one way on all screens: words that were found to be riddles, or to mean two things, do not come back.

Headers that files bear and words that people type are not ours to choose: aliases and the lexicon are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from tests.architecture.project_tree import SOURCE, project_files, shown

# A letter of a Persian word, or the half-space within one.
_LETTER: Final = "[\u0621-\u065f\u0670-\u06d3\u200c]"


def _word(*words: str) -> str:
    return f"(?<!{_LETTER})(?:{'|'.join(words)})(?!{_LETTER})"


OLD: Final = {
    r"پرچم": "هشدار",
    r"باید (?:با هم )?بخوانند": "باید برابر باشند",
    r"آنچه نیامده است": "داده‌های عقب‌افتاده",
    _word("دفتر") + r"(?! (?:فنی|کل|قراردادها|شهردار))": "ثبت عمومی",
    _word("سوها", "سوی نخست", "دو سو"): "دو طرف، طرف اول",
    _word("بخش بر"): "سرانه، تقسیم بر",
    _word("احراز نشده"): "اعلام نشده",
    r"مصوبهٔ? «?ردشده": "طرح ردشده",
    r"نصاب معامله(?!‌ای)": "نصاب معاملات",
    _word("پاسخ‌های نه"): "خطاها",
    r"پرردیف": "پرتعداد",
    _word("به زبان") + " GeoJSON": "به قالب GeoJSON",
    _word("اندکی زیر صفر", "اندکی بالای صفر"): "نزدیک صفر",
    _word("شمار"): "تعداد",
    _word("نمی‌خواند", "نمی‌خوانند"): "برابر نیست، سازگار نیست",
    # A licence of data and a building permit are two things.
    _word("پروانه:", "پروانهٔ داده"): "مجوز",
    # The city is spoken to its people as «شما»: buttons are nouns of what is done.
    _word("بسنج", "بجو", "بجوی", "بپرس", "ببین", "بفرست", "بنویس", "بساز", "بگیر", "بخوان", "بگذر", "بکوش", "بیفزا",
          "بپوشان", "برگردان", "بده", "کنار بگذار", "نگه دار", "رها کن", "رد کن", "باز کن", "پاک کن", "باطل کن"):
        "ارسال، ثبت، بررسی …",
    r"منطقه [۰-۹]": "منطقهٔ ۱",
    r"\bthousand billion\b": "trillion",
    r"\b[Hh]istoric fabric\b": "historic quarter",
    r'"(?:Uses|Fired|Judged|Clear|Studies bought|Credit kind)"': "Expenditure, Flagged, …",
    r"\bjust (?:under|over) 0\b": "almost 0",
}  # fmt: skip
"""What is refused, as a pattern, and what is said instead."""

# Words that people and files use, not ours; and sentences of which one word is only like an old one.
_NOT_OURS: Final = ("datasets/lexicon/", "core/proposal/", "core/answers/", "core/values/", "core/intake/")
_LEFT_OUT: Final = re.compile(r"aliases|^\s*#|^\s*\"\"\"|from_words|مردم می‌خوانند")
# Witnesses see the log; what an activity is proved by is its «مدرک».
_ROOMS: Final = {"apps/promises/": (_word("گواه", "گواهش"), "مدرک"), "apps/counter/": (r"پرونده(?!‌ای که)", "مورد")}


def lines() -> Iterator[tuple[Path, int, str]]:
    """The lines of templates, code and declarations that may hold words for readers."""
    for path in project_files():
        if not path.is_relative_to(SOURCE) or path.suffix not in (".py", ".html", ".toml"):
            continue
        if any(part in path.as_posix() for part in _NOT_OURS):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if not _LEFT_OUT.search(line):
                yield path, number, line


def test_no_screen_says_an_old_word() -> None:
    every = re.compile("|".join(OLD))
    said = [
        f"{shown(path)}:{number}: {match[0]}" for path, number, line in lines() for match in every.finditer(line)
    ]  # fmt: skip
    assert not said, f"say it as tests/architecture/test_old_words.py does: {said}"


@pytest.mark.parametrize("room", _ROOMS)
def test_a_word_means_one_thing(room: str) -> None:
    pattern, instead = _ROOMS[room]
    said = [
        f"{shown(path)}:{number}"
        for path, number, line in lines()
        if room in path.as_posix() and re.search(pattern, line)
    ]
    assert not said, f"say «{instead}»: {said}"


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        ("شمار ردیف‌ها", True), ("گاه‌شمار", False), ("شمارهٔ قرارداد", False), ("دفتر کل", False), ("دفتر، برگ", True),
        ("دفترچه", False), ("کلید دفتر", True), ("بسنجید", False), ("دوباره بسنج", True), ("پاک‌کن", False),
        ("نمی‌خواند", True), ("1.2 thousand billion toman", True), ("منطقه ۵", True), ("منطقهٔ ۵", False),
    ],
)  # fmt: skip
def test_the_search_sees_words_and_not_parts_of_words(line: str, seen: bool) -> None:
    assert bool(re.search("|".join(OLD), line)) is seen
