"""Periods as people name them: «سال ۹۸», «مرداد پارسال», "since 1400", «سه‌ماههٔ اول ۱۴۰۳»."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from ayan.core.answers.words.morphology import Word, plain
from ayan.core.answers.words.quantities import number_at, ordinal_at, part_at, small_number_at
from ayan.core.answers.words.relative_periods import RECENT, day_told_at, quarter_before, recent_period_at, said
from ayan.core.answers.words.said_period import (
    GREGORIAN_YEARS,
    SaidPeriod,
    gregorian_month_at,
    gregorian_months_at,
)
from ayan.core.query.operators import Op
from ayan.core.values import jalali

_MONTHS: Final = {
    word: number
    for number, words in enumerate(
        (
            "فروردین farvardin", "اردیبهشت ordibehesht", "خرداد khordad", "تیر tir", "مرداد امرداد mordad",
            "شهریور shahrivar", "مهر mehr", "ابان aban", "اذر azar", "دی dey", "بهمن bahman", "اسفند esfand",
        ), 1)
    for word in words.split()
}  # fmt: skip
_YEAR: Final = 12
_PARTS: Final = (3, 6, 9)
"""Months that make a part of a year by themselves."""
_FINAL: Final = ("اخر", "پایانی")
_SEASONS: Final = {
    plain(word): number
    for number, words in enumerate(
        ("بهار spring", "تابستان تابستون summer", "پاییز خزان autumn fall", "زمستان زمستون winter"), 1
    )
    for word in words.split()
}
_WINTER: Final = 4
_JALALI_OF_GREGORIAN: Final = 621
"""So much less is the Jalali year that begins in the spring of a Gregorian one."""
_QUARTERS: Final = {f"q{number}": number for number in range(1, 5)}
_YEAR_WORDS: Final = frozenset(["سال", "year", "fy", "سنه"])
_SINCE: Final = frozenset(["از", "since", "from"])
_WITHIN: Final = frozenset(("در", "تو", "توی", "طی"))
"""Behind these the name of a month is no name of a person: «در آذر»."""
_BEGINNINGS: Final = frozenset(["اول", "ابتدا", "ابتدای", "اغاز", "شروع"])
_UNTIL: Final = frozenset(["تا", "until", "till", "to", "الی"])
_ENDS: Final = frozenset(("اخر", "پایان", "انتهای", "اواخر", "the", "end", "of"))
"""«تا آخر امسال» is «تا امسال»."""
_AFTER: Final = frozenset(["پس", "بعد", "after"])
_BEFORE: Final = frozenset(["پیش", "قبل", "before"])
_BETWEEN: Final = frozenset(["بین", "between", "مابین"])
_THIS: Final = (("امسال",), ("سال", "جاری"), ("this", "year"), ("current", "year"), ("emsal",))
_NEXT: Final = (("سال", "اینده"), ("سال", "بعد"), ("سال", "دیگر"), ("next", "year"), ("coming", "year"))
_LAST: Final = (
    ("پارسال",),
    ("سال", "گذشته"),
    ("سال", "قبل"),
    ("سال", "پیش"),
    ("last", "year"),
    ("previous", "year"),
    ("parsal",),
)
_BEFORE_LAST: Final = (("پیرارسال",), ("پریسال",), ("دو", "سال", "پیش"), ("دو", "سال", "قبل"), ("two", "years", "ago"))
_THIS_MONTH: Final = (("این", "ماه"), ("ماه", "جاری"), ("this", "month"))
_LAST_MONTH: Final = (("ماه", "گذشته"), ("ماه", "قبل"), ("ماه", "پیش"), ("last", "month"))
# Months and seasons whose names are no other word, so that they need no year behind them.
_ALONE: Final = frozenset(
    [
        "فروردین",
        "اردیبهشت",
        "خرداد",
        "مرداد",
        "شهریور",
        "ابان",
        "اسفند",
        "farvardin",
        "ordibehesht",
        "khordad",
        "mordad",
        "shahrivar",
        "aban",
        "esfand",
        "تابستان",
        "پییز",
        "زمستان",
    ]
)
PARTS_OF_YEAR: Final = frozenset((*_MONTHS, *_SEASONS))
_JALALI: Final = range(1300, 1500)
_DAY: Final = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})")
_DAY_LAST: Final = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})")
_MONTH: Final = re.compile(r"(1[34][0-9]{2})[-/]([0-9]{1,2})|([0-9]{1,2})[-/](1[34][0-9]{2})")
_YEARS: Final = re.compile(r"(1[34][0-9]{2})-(1[34][0-9]{2})")


def period_at(words: Sequence[Word], start: int, today: date) -> SaidPeriod | None:
    """The longest period whose words begin at a place; None where none does."""
    return (
        _stretch(words, start, today)
        or recent_period_at(words, start, today)
        or _newest(words, start, today)
        or _part(words, start, today)
    )


def _stretch(words: Sequence[Word], start: int, today: date) -> SaidPeriod | None:
    """From one to another, since, until, before and after."""
    text = words[start].text
    if text in _SINCE | _BETWEEN:
        behind = start + 1
        if text in _SINCE and behind < len(words) and words[behind].text in _BEGINNINGS:
            # «از اول ۱۴۰۳»
            behind += 1
            behind += behind < len(words) and words[behind].text == "of"
        months = gregorian_months_at(words, behind)
        first = months or _bare_month(words, behind, today) or _part(words, behind, today)
        if first is None or first is months:
            return first
        if first.end < len(words) and words[first.end].text in _UNTIL | {"و", "and", "به"}:
            last = _part(words, first.end + 1, today)
            if last is not None:
                return _between(first, last)
        return _open(first, "gte") if text in _SINCE else None
    if text in _UNTIL:
        return _until(words, start, today)
    if text in _AFTER | _BEFORE:
        skip = start + 2 if start + 1 < len(words) and words[start + 1].text == "از" else start + 1
        is_whole = skip > start + 1 or words[start].is_latin
        ago = (_part(words, skip, today) or day_told_at(words, skip, today)) if is_whole else None
        return None if ago is None else _open(ago, "gt" if text in _AFTER else "lt")
    first = _part(words, start, today) or _bare_month(words, start, today)
    if first is None:
        return None
    if first.end < len(words) and words[first.end].text in _UNTIL:
        last = _part(words, first.end + 1, today)
        if last is not None:
            return _between(first, last)
    if [token.text for token in words[first.end : first.end + 2]] == ["به", "بعد"]:
        return _open(SaidPeriod(first.end + 2, first.conditions, first.first, first.last), "gte")
    return first


def _until(words: Sequence[Word], start: int, today: date) -> SaidPeriod | None:
    skip = start + 1
    while skip < len(words) and words[skip].text in _ENDS:
        skip += 1
    last = _part(words, skip, today)
    if last is None and skip > start + 1:
        return _this_year_end(words, skip, today)
    return _open(last, "lte") if last is not None else None


def _this_year_end(words: Sequence[Word], start: int, today: date) -> SaidPeriod | None:
    """«تا آخر سال»: from now to the end of the present one, where nobody says which."""
    if start >= len(words) or words[start].text != "سال":
        return None
    now = jalali.from_gregorian(today)
    rest: tuple[tuple[Op, str], ...] = (("gte", f"{now.year}-{now.month:02}-{now.day:02}"), ("lte", str(now.year)))
    return SaidPeriod(start + 1, rest, now.year, now.year)


def _bare_month(words: Sequence[Word], start: int, today: date) -> SaidPeriod | None:
    """A month whose year stands behind another: «مهر تا آذر ۱۴۰۳», «بین فروردین و خرداد ۱۴۰۴»."""
    if start + 2 >= len(words):
        return None
    is_stretch = start > 0 and words[start - 1].text in _SINCE | _BETWEEN
    joints = _UNTIL | {"و", "and"} if is_stretch else _UNTIL
    month = _MONTHS.get(words[start].text.removesuffix("ماه"), 0)
    last = _month(words, start + 2, today) if words[start + 1].text in joints else None
    return _month_of(start + 1, last.year, month) if month and last is not None and last.year is not None else None


def _between(first: SaidPeriod, last: SaidPeriod) -> SaidPeriod | None:
    if not first.conditions or not last.conditions:
        return None
    low, high = first.conditions[0][1], last.conditions[-1][1]
    if low > high:
        low, high = high, low
    years = sorted(year for year in (first.first, last.last) if year is not None)
    return SaidPeriod(last.end, (("gte", low), ("lte", high)), years[0], years[-1])


def _open(period: SaidPeriod, op: Op) -> SaidPeriod:
    edge = period.conditions[0 if op in ("gte", "lt") else -1][1]
    first = period.first if op == "gte" else None
    last = period.last if op == "lte" else None
    return SaidPeriod(period.end, ((op, edge),), first, last)


def _newest(words: Sequence[Word], start: int, today: date) -> SaidPeriod | None:
    """«دو سال اخیر», "last three years"."""
    skip = start + 1 if words[start].text in RECENT and words[start].is_latin else start
    count = small_number_at(words, skip)
    if count is None or skip + 1 >= len(words):
        return None
    unit = words[skip + 1].text
    if skip > start:
        return SaidPeriod(skip + 2, (), newest=count) if unit in ("years", "year") else None
    if unit != "سال" or skip + 2 >= len(words):
        return None
    after = words[skip + 2].text
    year = jalali.from_gregorian(today).year
    if after == "اخیر":
        return SaidPeriod(skip + 3, (), newest=count)
    if after == "گذشته":
        return SaidPeriod(skip + 3, (("gte", str(year - count)), ("lte", str(year - 1))), year - count, year - 1)
    if after in ("پیش", "قبل"):
        return SaidPeriod(skip + 3, (("eq", str(year - count)),), year - count, year - count)
    return None


def _part(words: Sequence[Word], start: int, today: date) -> SaidPeriod | None:
    """A day, a month, a part of a year or a year."""
    if start >= len(words):
        return None
    skip = start + 1 if words[start].text in ("در", "in", "during") and start + 1 < len(words) else start
    return (
        _day(words, skip)
        or gregorian_month_at(words, skip)
        or gregorian_months_at(words, skip)
        or _month(words, skip, today)
        or _year_part(words, skip, today)
        or _year(words, skip, today)
    )


def _day(words: Sequence[Word], start: int) -> SaidPeriod | None:
    text = words[start].text
    if (match := _DAY.fullmatch(text)) is not None:
        year, month, day = map(int, match.groups())
    elif (match := _DAY_LAST.fullmatch(text)) is not None:
        day, month, year = map(int, match.groups())
    else:
        return None
    if (year not in _JALALI and year not in GREGORIAN_YEARS) or not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return SaidPeriod(start + 1, (("eq", f"{year}-{month:02}-{day:02}"),), year, year)


def _month(words: Sequence[Word], start: int, today: date) -> SaidPeriod | None:
    text = words[start].text
    if (match := _MONTH.fullmatch(text)) is not None:
        year, month = int(match[1] or match[4]), int(match[2] or match[3])
        return _month_of(start + 1, year, month) if 1 <= month <= 12 and match[0].count("0") < 4 else None
    now = jalali.from_gregorian(today)
    for wordings, ago in ((_THIS_MONTH, 0), (_LAST_MONTH, 1)):
        end = said(words, start, wordings)
        if end is not None:
            year, month = divmod(now.year * 12 + now.month - 1 - ago, 12)
            return _month_of(end, year, month + 1)
    word = text.removesuffix("ماه")
    month = _MONTHS.get(word, 0)
    if not month:
        return None
    at = start + 1
    if at < len(words) and words[at].text == "ماه":
        at += 1
    year_said = _year(words, at, today)
    joined = year_said is None and at < len(words) and words[at].text in ("و", "and")
    other = _month(words, at + 1, today) if joined else None
    if other is not None and other.year is not None and other.conditions[0][1] == f"{other.year}-{month + 1:02}":
        # «دی و بهمن ۱۴۰۴»
        ends: tuple[tuple[Op, str], ...] = (("gte", f"{other.year}-{month:02}"), ("lte", other.conditions[0][1]))
        return SaidPeriod(other.end, ends, other.year, other.year)
    within = start > 0 and words[start - 1].text in _WITHIN
    if year_said is None and (word in _ALONE or word != text or at > start + 1 or within):
        # «پرداختی‌های آبان»: the newest there was.
        return _month_of(at, now.year if month <= now.month else now.year - 1, month)
    if year_said is None or year_said.year is None:
        return None
    return _month_of(year_said.end, year_said.year, month)


def _month_of(end: int, year: int, month: int) -> SaidPeriod:
    return SaidPeriod(end, (("eq", f"{year}-{month:02}"),), year, year)


def _year_part(words: Sequence[Word], start: int, today: date) -> SaidPeriod | None:
    """A season, a quarter, a half or nine months of a year."""
    text, at = words[start].text, start + 1
    months = (0, 0)
    which: int | None = None
    size = 0
    if (quarter := _SEASONS.get(text) or _QUARTERS.get(text)) is not None:
        months = (quarter * 3 - 2, quarter * 3)
    elif (months_said := _months_said(words, start)) is not None:
        months, at = months_said
    elif text == "فصل" and at < len(words) and words[at].text in _FINAL:
        months, at = (10, 12), at + 1
    elif text == "نیمه" and (which := ordinal_at(words, at)) is not None:
        months, at = ((which - 1) * 6 + 1, which * 6), at + 1
    elif (which := part_at(words, start)) is not None and at < len(words) and words[at].text in ("quarter", "half"):
        size = 3 if words[at].text == "quarter" else 6
        months, at = (((which or 12 // size) - 1) * size + 1, (which or 12 // size) * size), at + 1
    if not months[0] or months[1] > 12:
        return None
    if at < len(words) and words[at].text in ("of", "in"):
        at += 1
    year = _year(words, at, today)
    if year is None and which == 0:
        return quarter_before(at, today) if size == 3 else None
    if year is None and text in _ALONE:
        now = jalali.from_gregorian(today)
        year = _whole(at, now.year if months[0] <= now.month else now.year - 1)
    if year is None or year.year is None:
        return None
    whole = _year_of_season(text, year.year)
    first, last = (f"{whole}-{month:02}" for month in months)
    return SaidPeriod(year.end, (("gte", first), ("lte", last)), whole, whole)


def _year_of_season(text: str, year: int) -> int:
    """The year whose months are meant; of a season the Jalali one: "summer 2025" lies in 1404.

    A winter is called by the year in which most of it lies.
    """
    if text not in _SEASONS or year not in GREGORIAN_YEARS:
        return year
    return year - _JALALI_OF_GREGORIAN - (_SEASONS[text] == _WINTER)


def _months_said(words: Sequence[Word], start: int) -> tuple[tuple[int, int], int] | None:
    """«شش ماه اول», «۴ ماههٔ نخست», "first six months": the months, and where the words end."""
    which = part_at(words, start) if words[start].is_latin else None
    at = start if which is None else start + 1
    if ordinal_at(words, at) is not None or (size := small_number_at(words, at)) is None or not 1 < size < _YEAR:
        return None
    at += 1
    if at >= len(words) or words[at].text not in ("ماهه", "ماه", "months", "month"):
        return None
    at += 1
    if which is None:
        is_final = at < len(words) and words[at].text in _FINAL
        which = 0 if is_final else ordinal_at(words, at)
        at += which is not None
    if which is None and (size not in _PARTS or words[start].is_latin or words[at - 1].text != "ماهه"):
        return None
    if which == 0:
        return (_YEAR - size + 1, _YEAR), at
    number = which or 1
    is_part = number == 1 or (size in _PARTS and number * size <= _YEAR)
    return (((number - 1) * size + 1, number * size), at) if is_part else None


def _year(words: Sequence[Word], start: int, today: date) -> SaidPeriod | None:
    if start >= len(words):
        return None
    now = jalali.from_gregorian(today).year
    for wordings, ago in ((_NEXT, -1), (_THIS, 0), (_BEFORE_LAST, 2), (_LAST, 1)):
        end = said(words, start, wordings)
        if end is not None:
            return _whole(end, now - ago)
    text = words[start].text
    if text in _YEAR_WORDS and start + 1 < len(words):
        at = start + 2 if words[start + 1].text in ("مالی", "های") and start + 2 < len(words) else start + 1
        return _after_year_word(words, at)
    if text in ("دهه", "decade") and start + 1 < len(words):
        number = number_at(words, start + 1)
        tens = int(number.value) if number is not None else 0
        base = 1300 + tens if 50 <= tens <= 90 else tens if tens in _JALALI else 0
        if not base:
            return None
        end = number.end if number else start
        return SaidPeriod(end, (("gte", str(base)), ("lte", str(base + 9))), base, base + 9)
    if (match := _YEARS.fullmatch(text)) is not None:
        first, last = sorted(map(int, match.groups()))
        return SaidPeriod(start + 1, (("gte", str(first)), ("lte", str(last))), first, last)
    if text.isdigit() and len(text) == 4 and (int(text) in _JALALI or int(text) in GREGORIAN_YEARS):
        return _whole(start + 1, int(text))
    if (number := number_at(words, start)) is not None and not number.in_digits and number.value in _JALALI:
        return _whole(number.end, int(number.value))
    return None


def _after_year_word(words: Sequence[Word], at: int) -> SaidPeriod | None:
    number = number_at(words, at)
    if number is None or number.value != int(number.value):
        return None
    value, end = int(number.value), number.end
    if value in _JALALI or value in GREGORIAN_YEARS:
        return _whole(end, value)
    if 400 <= value < 500:
        return _whole(end, 1000 + value)
    if 50 <= value <= 99:
        return _whole(end, 1300 + value)
    return _whole(end, 1400 + value) if 0 <= value <= 10 and number.in_digits else None


def _whole(end: int, year: int) -> SaidPeriod:
    return SaidPeriod(end, (("eq", str(year)),), year, year)
