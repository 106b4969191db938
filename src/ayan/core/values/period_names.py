"""Periods in the names of files and sheets: «پرداخت فروردین ۱۴۰۳», ``1403-05``, ``Q1 1403``, «خرداد تا مرداد ۱۴۰۳»."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from ayan.core.values.digits import to_latin
from ayan.core.values.limits import LONGEST_NAME_READ
from ayan.core.values.month_names import MONTHS, spelt
from ayan.core.values.period import FIRST_GREGORIAN_YEAR, NotAPeriod, Period, PeriodForm, parse
from ayan.core.values.text import fold

_YEAR: Final = r"(?<![0-9])(1[234][0-9]{2}|20[0-9]{2})"
_QUARTERS: Final = {
    "بهار": 1, "تابستان": 2, "پاییز": 3, "زمستان": 4, "اول": 1, "دوم": 2, "سوم": 3, "چهارم": 4,
    "نخست": 1, "یکم": 1, "1": 1, "2": 2, "3": 3, "4": 4,
}  # fmt: skip
_WRITTEN: Final = (
    ("day", re.compile(_YEAR + r"([-_./ ]?)(0[1-9]|1[0-2])\2(0[1-9]|[12][0-9]|3[01])(?![0-9])")),
    ("quarter", re.compile(_YEAR + r"[-_. ]?q([1-4])(?![0-9a-z])")),
    ("quarter-first", re.compile(r"(?<![a-z0-9])q([1-4])[-_. ]{0,3}" + _YEAR + r"(?![0-9])")),
    ("month", re.compile(_YEAR + r"[-_./ ]?(0[1-9]|1[0-2])(?![0-9])")),
    ("month-first", re.compile(r"(?<![0-9][-_./ ])(?<![0-9])(0[1-9]|1[0-2])[-_./]" + _YEAR + r"(?![0-9])")),
    ("year", re.compile(_YEAR + r"(?![0-9])")),
    ("season", re.compile(r"(?<![^\W_])(?:سه ?ماهه?|فصل|ربع) ?(?:ی )?(اول|دوم|سوم|چهارم|نخست|یکم|[1-4])(?![^\W_])")),
    ("season", re.compile(r"(?<![^\W_])(بهار|تابستان|پاییز|زمستان)(?![^\W_])")),
    ("number", re.compile(r"(?<![^\W_])ماه ?(0?[1-9]|1[0-2])(?![0-9])")),
    ("word", re.compile(r"[^\W\d_]+")),
)
# What stands between the two ends of a stretch of time, and nothing else beside it.
_UNTIL: Final = frozenset({"تا", "الی", "to", "until", "-", "–", "—"})


@dataclass(frozen=True, slots=True)
class NamedPeriods:
    """What a name says: the periods ``fitting`` the kind that was asked for, and ``other`` ones, each once."""

    fitting: tuple[Period, ...] = ()
    other: tuple[Period, ...] = ()

    @property
    def only(self) -> Period | None:
        """The period, where just one fits; nobody guesses where two do."""
        return self.fitting[0] if len(self.fitting) == 1 else None


@dataclass(frozen=True, slots=True)
class _Mention:
    """One mention: where it stands, and what it says; of a month or quarter without its year only ``number``."""

    start: int
    end: int
    period: Period | None = None
    kind: PeriodForm = "month"
    number: int = 0
    gregorian: bool | None = None


def periods_in(name: str, kind: PeriodForm) -> NamedPeriods:
    """The periods in the name of a file or sheet, whatever its calendar and digits.

    A year is also told by a month or day in it, where years are asked for. A stretch from one to another is one
    mention: it fits where it is just such a period, as the first three months of a year are a quarter.
    """
    text = spelt(fold(to_latin(name[:LONGEST_NAME_READ])).replace("٫", ".").replace("٬", "."))
    mentions = sorted(_mentions(text), key=lambda mention: mention.start)
    said = [period for mention in _joined(text, mentions) for period in mention]
    if kind == "year":
        said = [_year_of(period) for period in said]
    fitting = tuple(sorted({period for period in said if period.kind == kind}))
    return NamedPeriods(fitting, tuple(sorted({period for period in said if period.kind != kind})))


def sheet_periods(sheet: str, name: str, kind: PeriodForm) -> NamedPeriods:
    """The same of a sheet in a file of that name: «فروردین» in ``payments-1403.xlsx`` is the first month of 1403."""
    alone = periods_in(sheet, kind)
    return alone if alone.fitting else periods_in(f"{_stem(name)} | {sheet}", kind)


def _stem(name: str) -> str:
    return name.rpartition(".")[0] or name


def _mentions(text: str) -> Iterable[_Mention]:
    """Each mention once: what a longer pattern has read is blank for the next."""
    left = text
    for how, pattern in _WRITTEN:
        for match in pattern.finditer(left):
            mention = _mention(how, match)
            if mention is not None:
                yield mention
                left = f"{left[: match.start()]}{chr(1) * len(match[0])}{left[match.end() :]}"


def _mention(how: str, match: re.Match[str]) -> _Mention | None:
    place = match.span()
    groups = match.groups()
    match how:
        case "day":
            return _whole(place, f"{groups[0]}-{groups[2]}-{groups[3]}")
        case "quarter":
            return _whole(place, f"{groups[0]}-Q{groups[1]}")
        case "quarter-first":
            return _whole(place, f"{groups[1]}-Q{groups[0]}")
        case "month":
            return _whole(place, f"{groups[0]}-{groups[1]}")
        case "month-first":
            return _whole(place, f"{groups[1]}-{groups[0]}")
        case "year":
            return _whole(place, groups[0])
        case "season":
            return _Mention(*place, kind="quarter", number=_QUARTERS[groups[0]])
        case "number":
            return _Mention(*place, number=int(groups[0]))
    named = MONTHS.get(match[0]) or MONTHS.get(match[0].removesuffix("ماه"))
    return _Mention(*place, number=named.number, gregorian=named.calendar == "gregorian") if named else None


def _whole(place: tuple[int, int], text: str) -> _Mention | None:
    try:
        return _Mention(*place, period=parse(text))
    except NotAPeriod:
        return None


def _joined(text: str, mentions: Sequence[_Mention]) -> Iterable[Sequence[Period]]:
    """What each mention may mean; two with nothing but «تا» or a dash between them are one stretch."""
    years = [mention for mention in mentions if mention.period is not None]
    bare = {mention for mention in mentions if mention.period is not None and mention.period.kind == "year"}
    meant = {mention: _meant(mention, mentions, years) for mention in mentions}
    used = {
        year
        for mention in mentions
        if mention.period is None
        for year in bare
        if any(period.year == _year(year) for period in meant[mention])
    }
    standing = [mention for mention in mentions if mention not in used]
    ended: set[_Mention] = set()
    for first, last in pairwise(standing):
        between = [year for year in used if first.end <= year.start and year.end <= last.start]
        gap = text[max((year.end for year in between), default=first.end) : last.start]
        if first not in ended and _is_until(gap) and (stretch := _stretch(meant[first], meant[last])):
            ended |= {first, last}
            yield [stretch]
    for mention in standing:
        if mention not in ended:
            yield meant[mention]


def _is_until(gap: str) -> bool:
    words = gap.replace("_", " ").split()
    return len(words) in (1, 2) and words[-1] in _UNTIL and words[:-1] in ([], ["ماه"])


def _meant(mention: _Mention, mentions: Sequence[_Mention], years: Sequence[_Mention]) -> tuple[Period, ...]:
    """The periods that a mention may mean: a month without a year is of the one beside it, or of any that is named."""
    if mention.period is not None:
        return (mention.period,)
    at = mentions.index(mention)
    after = mentions[at + 1] if at + 1 < len(mentions) else None
    beside = after if after in years else mentions[at - 1] if at and mentions[at - 1] in years else None
    several = len({_year(year) for year in years}) > 1
    near = [beside] if several and beside is not None else years
    periods = {_of_year(mention, _year(year)) for year in near}
    return tuple(sorted(period for period in periods if period is not None))


def _year(mention: _Mention) -> int:
    return mention.period.year if mention.period else 0


def _of_year(mention: _Mention, year: int) -> Period | None:
    if mention.gregorian is not None and mention.gregorian != (year >= FIRST_GREGORIAN_YEAR):
        return None
    try:
        return parse(f"{year}-Q{mention.number}" if mention.kind == "quarter" else f"{year}-{mention.number}")
    except NotAPeriod:
        return None


def _stretch(firsts: Sequence[Period], lasts: Sequence[Period]) -> Period | None:
    """From the one to the other, where each is known and of the same sort."""
    if len(firsts) != 1 or len(lasts) != 1 or firsts[0].kind != lasts[0].kind:
        return None
    first, last = firsts[0], lasts[0]
    try:
        return parse(f"{_day(first, end=False)}--{_day(last, end=True)}")
    except NotAPeriod:
        return None


def _day(period: Period, *, end: bool) -> str:
    day = period.end if end else period.start
    return day.isoformat() if period.is_gregorian else str(Period.of(day, "day"))


def _year_of(period: Period) -> Period:
    """The year in which all of a period lies; of a longer one itself."""
    if period.kind in ("none", "year"):
        return period
    try:
        year = parse(str(period.year))
    except NotAPeriod:
        return period
    return year if year.start <= period.start and period.end <= year.end else period
