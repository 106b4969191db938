"""The Jalali calendar: its days and months."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from typing import Final

from ayan.core.values.digits import to_latin, to_persian
from ayan.core.values.invalid_value import InvalidValue
from ayan.core.values.text import publish

FIRST_YEAR: Final = 1206
LAST_YEAR: Final = 1498

MONTHS_FA: Final = (
    "فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند",
)  # fmt: skip
MONTHS_EN: Final = (
    "Farvardin", "Ordibehesht", "Khordad", "Tir", "Mordad", "Shahrivar",
    "Mehr", "Aban", "Azar", "Dey", "Bahman", "Esfand",
)  # fmt: skip
GREGORIAN_MONTHS_FA: Final = (
    "ژانویه", "فوریه", "مارس", "آوریل", "مه", "ژوئن", "ژوئیه", "اوت", "سپتامبر", "اکتبر", "نوامبر", "دسامبر",
)  # fmt: skip
GREGORIAN_MONTHS_EN: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

# In the order of `date.weekday()`: Monday first.

_EPOCH: Final = date(1970, 1, 1).toordinal()
DAYS_BEFORE_MONTH: Final = (0, 31, 62, 93, 124, 155, 186, 216, 246, 276, 306, 336)
"""Days of a year before each month begins: six months of 31 days, then of 30."""


def _first_day(year: int) -> int:
    """Days from 1970-01-01 to 1 Farvardin. In these years the official calendar has 8 leap years in every 33."""
    return 365 * year + (8 * year + 21) // 33 - 492_633


FIRST_DAYS: Final[tuple[int, ...]] = tuple(_first_day(year) for year in range(FIRST_YEAR, LAST_YEAR + 2))
"""Days from 1970-01-01 to 1 Farvardin of 1206, 1207 … 1499; the last is the day after the last day of the calendar."""


class NotADate(InvalidValue):
    """Reasons: empty, shape, century (a two-digit year and none declared), zero, year, month, day."""


@dataclass(frozen=True, order=True, slots=True)
class JalaliDate:
    """A day that exists in the calendar; making another raises NotADate (year, month or day)."""

    year: int
    month: int
    day: int

    def __post_init__(self) -> None:
        if not 1 <= self.day <= days_in_month(self.year, self.month):
            raise NotADate("day")

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02}-{self.day:02}"


def days_in_year(year: int) -> int:
    """365 or 366. Raises NotADate outside 1206–1498."""
    index = _index(year)
    return FIRST_DAYS[index + 1] - FIRST_DAYS[index]


def days_in_month(year: int, month: int) -> int:
    """29, 30 or 31. Raises NotADate for a year outside 1206–1498 or a month outside 1–12."""
    length = days_in_year(year)
    if not 1 <= month <= 12:
        raise NotADate("month")
    return length - DAYS_BEFORE_MONTH[11] if month == 12 else 31 if month <= 6 else 30


def first_day(year: int) -> date:
    """The Gregorian day of 1 Farvardin. Raises NotADate outside 1206–1498."""
    return date.fromordinal(FIRST_DAYS[_index(year)] + _EPOCH)


def to_gregorian(jalali: JalaliDate) -> date:
    """The same day in the Gregorian calendar."""
    days = FIRST_DAYS[jalali.year - FIRST_YEAR] + DAYS_BEFORE_MONTH[jalali.month - 1] + jalali.day - 1
    return date.fromordinal(days + _EPOCH)


def from_gregorian(day: date) -> JalaliDate:
    """The same day in the Jalali calendar. Raises NotADate (year) outside 1206–1498: 1827-03-22 to 2120-03-20."""
    days = day.toordinal() - _EPOCH
    index = bisect_right(FIRST_DAYS, days) - 1
    if not 0 <= index <= LAST_YEAR - FIRST_YEAR:
        raise NotADate("year")
    day_of_year = days - FIRST_DAYS[index]
    month = bisect_right(DAYS_BEFORE_MONTH, day_of_year)
    return JalaliDate(FIRST_YEAR + index, month, day_of_year - DAYS_BEFORE_MONTH[month - 1] + 1)


def _index(year: int) -> int:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NotADate("year")
    return year - FIRST_YEAR


# --- reading --------------------------------------------------------------------------------------------------------

PARTED: Final = "([0-9]{4}|[0-9]{2})(?:/([0-9]{1,2})/|-([0-9]{1,2})-)([0-9]{1,2})"
"""1398/3/9 or 1398-03-09, two-digit years too: groups year, month (either of two), day."""

SOLID: Final = "([0-9]{4}|[0-9]{2})([0-9]{2})([0-9]{2})"
"""13980309, or 980309: groups year, month, day."""

_match_parted: Final = re.compile(PARTED).fullmatch
_match_solid: Final = re.compile(SOLID).fullmatch


def parse_jalali(text: str, *, century: int | None = None) -> JalaliDate:
    """The day a person wrote: '1398/3/9', '۱۳۹۸-۰۳-۰۹', '13980309'; cleaned first as `text.publish` does.

    `century` (1300, say) is added to years of two digits; without it they are refused, for 98 and 03 are guesses.
    Raises NotADate; '0000-00-00' and its like have the reason `zero`.
    """
    written = to_latin(publish(text)).strip(" \t\n")
    if not written:
        raise NotADate("empty")
    match = _match_parted(written) or _match_solid(written)
    if match is None:
        raise NotADate("shape")
    year_text, *rest = (part for part in match.groups() if part is not None)
    year, month, day = int(year_text), int(rest[0]), int(rest[1])
    if year == month == day == 0:
        raise NotADate("zero")
    if len(year_text) == 2:
        if century is None:
            raise NotADate("century")
        year += century
    return JalaliDate(year, month, day)


# --- showing --------------------------------------------------------------------------------------------------------


def fa_date(day: date) -> str:
    """'۱۲ مرداد ۱۴۰۳' for a Gregorian day."""
    jalali = from_gregorian(day)
    return to_persian(f"{jalali.day} {MONTHS_FA[jalali.month - 1]} {jalali.year}")


def en_date(day: date) -> str:
    """'12 Mordad 1403': the Jalali date in English letters."""
    jalali = from_gregorian(day)
    return f"{jalali.day} {MONTHS_EN[jalali.month - 1]} {jalali.year}"


def en_date_gregorian(day: date) -> str:
    """'2 August 2024', whatever the locale of the machine."""
    return f"{day.day} {GREGORIAN_MONTHS_EN[day.month - 1]} {day.year}"
