"""The stretch of time a release speaks for: a day, a month, a quarter, a year, or the whole register."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import total_ordering
from typing import Final, Literal, TypeAlias

from ayan.core.values import jalali, locale
from ayan.core.values.digits import to_latin
from ayan.core.values.invalid_value import InvalidValue
from ayan.core.values.locale import Lang, Locale
from ayan.core.values.text import publish

PeriodForm: TypeAlias = Literal["none", "day", "month", "quarter", "year", "range"]


FIRST_GREGORIAN_YEAR: Final = 1800
"""Years from here on are Gregorian; Jalali years end long before."""

_ORDINALS_FA: Final = ("اول", "دوم", "سوم", "چهارم")
# The Persian and the English wording of a period.
_WHOLE: Final = ("کل فهرست", "whole register")
_OWN: Final[dict[PeriodForm, tuple[str, str]]] = {
    "year": ("{year}", "{year}"),
    "quarter": ("سه‌ماهه {ordinal} {year}", "Q{quarter} {year}"),
    "month": ("{month} {year}", "{month} {year}"),
    "day": ("{day} {month} {year}", "{day} {month} {year}"),
}
# The same of a Gregorian year where the language counts Jalali ones.
_GREGORIAN: Final[dict[PeriodForm, tuple[str, str]]] = {
    "year": ("{year} میلادی", "{year} CE"),
    "quarter": ("سه‌ماهه {ordinal} {year} میلادی", "Q{quarter} {year} CE"),
    "month": ("{month} {year} میلادی", "{month} {year} CE"),
    "day": ("{day} {month} {year} میلادی", "{day} {month} {year} CE"),
}
# From one day to another, and from one month to another where both are whole.
_FROM_TO: Final = ("{start} تا {end}", "{start} – {end}")
_range: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})--([0-9]{4}-[0-9]{2}-[0-9]{2})").fullmatch
_match: Final = re.compile(r"([0-9]{4})(?:([/-])(?:[Qq]([1-4])|([0-9]{1,2})(?:\2([0-9]{1,2}))?))?").fullmatch


class NotAPeriod(InvalidValue):
    """Reasons: empty, shape, year, month, day, order."""


@total_ordering
@dataclass(frozen=True, slots=True)
class Period:
    """A period in the calendar its year belongs to; make one with `parse`, `Period.of` or `ALL`.

    `number` is the month (1–12) of a month or day, the quarter (1–4) of a quarter, else 0; `day` is 0 but for a day.
    A `range` is any other stretch from one day to another, its year that of its first day.
    `start` and `end` are its first and last Gregorian day, both inside; for `all` they are `date.min` and `date.max`.
    Periods are ordered by start, the longer first.
    """

    kind: PeriodForm
    year: int
    number: int
    day: int
    start: date
    end: date

    @classmethod
    def of(cls, day: date, kind: PeriodForm) -> Period:
        """The Jalali period of a kind in which a Gregorian day lies. Raises NotADate outside 1206–1498."""
        if kind == "none":
            return ALL
        j = jalali.from_gregorian(day)
        number = {"year": 0, "quarter": (j.month + 2) // 3}.get(kind, j.month)
        return _period(kind, j.year, number, j.day if kind == "day" else 0)

    def __str__(self) -> str:
        """The canonical form: 'all', '1403', '1403-Q2', '1403-05', '1403-05-12', '1403-05-12--1403-06-08'."""
        match self.kind:
            case "range":
                first, last = (str(_holding(day, self.is_gregorian)) for day in (self.start, self.end))
                return f"{first}--{last}"
            case "none":
                return "all"
            case "year":
                return str(self.year)
            case "quarter":
                return f"{self.year}-Q{self.number}"
            case "month":
                return f"{self.year}-{self.number:02}"
            case "day":
                return f"{self.year}-{self.number:02}-{self.day:02}"

    def __lt__(self, other: Period) -> bool:
        return self._order < other._order

    @property
    def _order(self) -> tuple[date, int, str]:
        return (self.start, -self.end.toordinal(), str(self))

    @property
    def is_gregorian(self) -> bool:
        """Whether the year is counted in the Gregorian calendar."""
        return self.year >= FIRST_GREGORIAN_YEAR

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    def contains(self, day: date) -> bool:
        """Whether a Gregorian day lies in the period."""
        return day in self

    def following(self) -> Period:
        """The next period of the same kind and calendar. Raises NotAPeriod after the last, for `all` and a range."""
        if self.kind in ("none", "range") or self.end == date.max:
            raise NotAPeriod("year")
        if self.kind == "day":
            return _holding(self.end + timedelta(days=1), self.is_gregorian)
        if self.number == {"year": 0, "quarter": 4, "month": 12}[self.kind]:
            return _period(self.kind, self.year + 1, min(self.number, 1), 0)
        return _period(self.kind, self.year, self.number + 1, 0)

    def label(self, lang: Lang) -> str:
        """'مرداد ۱۴۰۳', 'سه‌ماهه دوم ۱۴۰۳'; 'Mordad 1403', 'second quarter …' as 'Q2 1403'."""
        return _label(self, locale.of(lang))


ALL: Final = Period("none", 0, 0, 0, date.min, date.max)
"""The only period of a dataset without periods."""


def parse(text: str) -> Period:
    """'all', '1403', '1403-05', '1403/5', '1403-Q2', '۱۴۰۳-۰۵-۱۲'; a year from 1800 on is Gregorian.

    Two days with '--' between them (as ISO 8601 writes an interval without a slash) are a range.

    Raises NotAPeriod.
    """
    written = to_latin(publish(text)).strip(" \t\n")
    if written.lower() == "all":
        return ALL
    if between := _range(written):
        return _between(parse(between[1]), parse(between[2]))
    match = _match(written)
    if match is None:
        raise NotAPeriod("shape" if written else "empty")
    year, _, quarter, month, day = match.groups()
    if quarter:
        return _period("quarter", int(year), int(quarter), 0)
    if day:
        return _period("day", int(year), int(month), int(day))
    if month:
        return _period("month", int(year), int(month), 0)
    return _period("year", int(year), 0, 0)


def is_about(name: str, period: Period, years: int) -> bool:
    """Whether the name of a period (``str`` of one) is of about the same years, without reading it whole."""
    year = name[:4]
    return (
        year.isdigit() and period.kind != "none" and abs(_jalali_year(int(year)) - _jalali_year(period.year)) <= years
    )


def _jalali_year(year: int) -> int:
    return year - 621 if year >= FIRST_GREGORIAN_YEAR else year


def _between(first: Period, last: Period) -> Period:
    """From one day to another of the same calendar, by its shortest name."""
    if first.is_gregorian != last.is_gregorian or first.start > last.end:
        raise NotAPeriod("order")
    whole: tuple[tuple[PeriodForm, int], ...] = (
        ("month", first.number), ("quarter", (first.number + 2) // 3), ("year", 0)
    )  # fmt: skip
    for kind, number in whole:
        candidate = _period(kind, first.year, number, 0)
        if (candidate.start, candidate.end) == (first.start, last.end):
            return candidate
    if first == last:
        return first
    return Period("range", first.year, 0, 0, first.start, last.end)


def _period(kind: PeriodForm, year: int, number: int, day: int) -> Period:
    first_month, last_month = {"year": (1, 12), "quarter": (3 * number - 2, 3 * number)}.get(kind, (number, number))
    try:
        start = _day(year, first_month, day or 1)
        end = _day(year, last_month, day or _month_length(year, last_month))
    except jalali.NotADate as refused:
        raise NotAPeriod(refused.reason) from None
    return Period(kind, year, number, day, start, end)


def _month_length(year: int, month: int) -> int:
    if year < FIRST_GREGORIAN_YEAR:
        return jalali.days_in_month(year, month)
    return calendar.monthrange(year, month)[1]


def _day(year: int, month: int, day: int) -> date:
    if year < FIRST_GREGORIAN_YEAR:
        return jalali.to_gregorian(jalali.JalaliDate(year, month, day))
    if not year <= date.max.year:
        raise NotAPeriod("year")
    if not 1 <= month <= 12:
        raise NotAPeriod("month")
    if not 1 <= day <= _month_length(year, month):
        raise NotAPeriod("day")
    return date(year, month, day)


def _holding(day: date, gregorian: bool) -> Period:
    if gregorian:
        return _period("day", day.year, day.month, day.day)
    try:
        return Period.of(day, "day")
    except jalali.NotADate as refused:
        raise NotAPeriod(refused.reason) from None


def _label(period: Period, language: Locale) -> str:
    if period.kind == "none":
        return locale.pick(language.code, *_WHOLE)
    if period.kind == "range":
        return _range_label(period, language)
    months = language.months if period.is_gregorian else language.jalali_months
    # 'December 2024' needs no name of its calendar where the language itself counts in it.
    foreign = period.is_gregorian and language.calendar == "jalali"
    wording = _GREGORIAN if foreign else _OWN
    return locale.pick(language.code, *wording[period.kind]).format(
        year=language.numerals(str(period.year)),
        month=months[period.number - 1],
        day=language.numerals(str(period.day)),
        quarter=language.numerals(str(period.number)),
        ordinal=_ORDINALS_FA[period.number - 1] if period.kind == "quarter" else "",
    )


def _range_label(period: Period, language: Locale) -> str:
    """Both ends in words: of whole months these, else the days."""
    ends = [_holding(day, period.is_gregorian) for day in (period.start, period.end)]
    if ends[0].day == 1 and ends[1].day == _month_length(ends[1].year, ends[1].number):
        ends = [_period("month", end.year, end.number, 0) for end in ends]
    start, end = (_label(end, language) for end in ends)
    return locale.pick(language.code, *_FROM_TO).format(start=start, end=end)
