"""A stretch of time that somebody names, as conditions of the grammar say it; Gregorian years as Jalali ones."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ayan.core.answers.words.morphology import Word, plain
from ayan.core.query.operators import Op

GREGORIAN_YEARS: Final = range(1900, 2100)
_MONTHS: Final = {
    plain(word): number
    for number, words in enumerate(
        (
            "january jan ژانویه", "february feb فوریه", "march mar مارس", "april apr آوریل", "may مه می",
            "june jun ژوئن", "july jul جولای ژوئیه", "august aug اوت آگوست", "september sept sep سپتامبر",
            "october oct اکتبر", "november nov نوامبر", "december dec دسامبر",
        ), 1)
    for word in words.split()
}  # fmt: skip
_MONTH: Final = re.compile(r"(20[0-9]{2})[-/](0[1-9]|1[0-2])")
_BETWEEN: Final = frozenset(("of", "سال", "in"))
_UNTIL: Final = frozenset(("to", "until", "till", "through", "and", "تا"))
# A Gregorian year begins in the Jalali year that is so much less, and mostly lies in the next one.
_BEGINS: Final = 622


@dataclass(frozen=True, slots=True)
class SaidPeriod:
    """A stretch of time: where its words end, and the conditions on a field of time that say it.

    ``conditions`` are pairs of an operator and the text of a value of the grammar; none of them for the newest years
    that have rows (``newest``), which the data alone can name. ``first`` and ``last`` are the years it reaches over.
    """

    end: int
    conditions: tuple[tuple[Op, str], ...]
    first: int | None = None
    last: int | None = None
    newest: int = 0

    @property
    def year(self) -> int | None:
        """The one year that it is, or lies in; None for several or none."""
        return self.first if self.first is not None and self.first == self.last else None

    @property
    def is_year(self) -> bool:
        """Whether it is one whole year."""
        return len(self.conditions) == 1 and self.conditions[0][0] == "eq" and len(self.conditions[0][1]) == 4


def gregorian_month_at(words: Sequence[Word], start: int) -> SaidPeriod | None:
    """A Gregorian month with its year behind it: "March 2025", «مارس ۲۰۲۵», ``2025-03``."""
    text = words[start].text
    if (match := _MONTH.fullmatch(text)) is not None:
        return _month(start + 1, int(match[1]), int(match[2]))
    month = _MONTHS.get(text, 0)
    at = start + 2 if start + 1 < len(words) and words[start + 1].text in _BETWEEN else start + 1
    year = words[at].text if month and at < len(words) else ""
    named = len(year) == 4 and year.isdigit() and int(year) in GREGORIAN_YEARS
    return _month(at + 1, int(year), month) if named else None


def gregorian_months_at(words: Sequence[Word], start: int) -> SaidPeriod | None:
    """Months of one Gregorian year from one to another: "January to March 2025", "Jan-Mar 2025"; None for others."""
    first = _MONTHS.get(words[start].text, 0) if start < len(words) else 0
    behind = start + 2 if start + 1 < len(words) and words[start + 1].text in _UNTIL else start + 1
    last = gregorian_month_at(words, behind) if first and behind < len(words) else None
    if last is None or last.year is None or int(last.conditions[0][1][5:]) <= first:
        return None
    ends: tuple[tuple[Op, str], ...] = (("gte", f"{last.year}-{first:02}"), ("lte", last.conditions[0][1]))
    return SaidPeriod(last.end, ends, last.year, last.year)


def _month(end: int, year: int, month: int) -> SaidPeriod:
    return SaidPeriod(end, (("eq", f"{year}-{month:02}"),), year, year)


def jalali_years(period: SaidPeriod) -> tuple[SaidPeriod, ...]:
    """The two Jalali years in which a Gregorian year lies, the one that holds most of it first; none of another."""
    year = period.year
    if not period.is_year or year is None or year not in GREGORIAN_YEARS:
        return ()
    both = (year - _BEGINS + 1, year - _BEGINS)
    return tuple(SaidPeriod(period.end, (("eq", str(each)),), each, each) for each in both)
