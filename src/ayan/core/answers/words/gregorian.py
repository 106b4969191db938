"""Gregorian years and months as people name them, and the Jalali years in which such a year lies."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from ayan.core.answers.words.morphology import Word, plain
from ayan.core.answers.words.said_period import SaidPeriod

YEARS: Final = range(1900, 2100)
_MONTHS: Final = {
    plain(word): number
    for number, words in enumerate(
        (
            "january jan ژانویه", "february feb فوریه", "march مارس", "april apr آوریل", "may مه می", "june ژوئن",
            "july جولای ژوئیه", "august aug اوت آگوست", "september sept سپتامبر", "october oct اکتبر",
            "november nov نوامبر", "december dec دسامبر",
        ), 1)
    for word in words.split()
}  # fmt: skip
_MONTH: Final = re.compile(r"(20[0-9]{2})[-/](0[1-9]|1[0-2])")
_BETWEEN: Final = frozenset(("of", "سال", "in"))
# A Gregorian year begins in the Jalali year that is so much less, and mostly lies in the next one.
_BEGINS: Final = 622


def gregorian_month_at(words: Sequence[Word], start: int) -> SaidPeriod | None:
    """A Gregorian month with its year behind it: "March 2025", «مارس ۲۰۲۵», ``2025-03``."""
    text = words[start].text
    if (match := _MONTH.fullmatch(text)) is not None:
        return _month(start + 1, int(match[1]), int(match[2]))
    month = _MONTHS.get(text, 0)
    at = start + 2 if start + 1 < len(words) and words[start + 1].text in _BETWEEN else start + 1
    year = words[at].text if month and at < len(words) else ""
    return _month(at + 1, int(year), month) if len(year) == 4 and year.isdigit() and int(year) in YEARS else None


def _month(end: int, year: int, month: int) -> SaidPeriod:
    return SaidPeriod(end, (("eq", f"{year}-{month:02}"),), year, year)


def jalali_years(period: SaidPeriod) -> tuple[SaidPeriod, ...]:
    """The two Jalali years in which a Gregorian year lies, the one that holds most of it first; none of another."""
    year = period.year
    if not period.is_year or year is None or year not in YEARS:
        return ()
    both = (year - _BEGINS + 1, year - _BEGINS)
    return tuple(SaidPeriod(period.end, (("eq", str(each)),), each, each) for each in both)
