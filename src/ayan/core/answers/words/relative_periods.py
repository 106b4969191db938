"""Periods that are told from today: «دیروز», «هفتهٔ گذشته», «سه ماه اخیر», "last quarter", «از اول سال»."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from ayan.core.answers.limits import MOST_DAYS
from ayan.core.answers.words.morphology import Word
from ayan.core.answers.words.quantities import number_at, small_number_at
from ayan.core.answers.words.said_period import SaidPeriod
from ayan.core.values import jalali

RECENT: Final = frozenset(["اخیر", "گذشته", "past", "recent", "last"])
_THIS_WEEK: Final = (("این", "هفته"), ("هفته", "جاری"), ("this", "week"))
_LAST_WEEK: Final = (
    ("هفته", "گذشته"), ("هفته", "پیش"), ("هفته", "قبل"), ("هفته", "اخیر"), ("last", "week"), ("past", "week"),
)  # fmt: skip
_DAYS_BACK: Final = {"روز": 1, "days": 1, "هفته": 7, "weeks": 7}
_OLDER: Final = (["older", "than"], ["قدیمیتر", "از"], ["کهنهتر", "از"])
_MORE_THAN: Final = (["more", "than"], ["over", "than"], ["بیش", "از"], ["بیشتر", "از"])
_AGO: Final = frozenset(["پیش", "قبل", "ago"])
_DAYS_OF: Final = {"روز": 1, "days": 1, "day": 1, "هفته": 7, "weeks": 7, "week": 7}
_MONTHS_BACK: Final = frozenset(["ماه", "ماهه", "months"])
_BACK: Final = frozenset(["اخیر", "گذشته", "پیش", "قبل"])
_MONTHS_AHEAD: Final = frozenset(["ماه", "ماهه", "month", "months"])
_COMING: Final = frozenset(["اینده", "دیگر", "دیگه", "بعد", "بعدی", "next", "coming", "following"])
_TODAY: Final = (("امروز",), ("today",))
_YESTERDAY: Final = (("دیروز",), ("yesterday",))
_TOMORROW: Final = (("فردا",), ("tomorrow",))
_THIS_QUARTER: Final = (("این", "فصل"), ("فصل", "جاری"), ("this", "quarter"), ("current", "quarter"))
_LAST_QUARTER: Final = (
    ("فصل", "گذشته"), ("فصل", "قبل"), ("فصل", "پیش"), ("previous", "quarter"), ("past", "quarter"),
)  # fmt: skip
_THIS_YEAR_SO_FAR: Final = (
    ("از", "اول", "سال"), ("از", "ابتدای", "سال"), ("از", "اول", "امسال"), ("از", "ابتدای", "امسال"),
    ("از", "شروع", "سال"), ("year", "to", "date"), ("so", "far", "this", "year"), ("this", "year", "so", "far"),
    ("امسال", "تا", "الان"), ("امسال", "تا", "حالا"), ("امسال", "تاکنون"),
)  # fmt: skip
_MANY: Final = frozenset(("سال", "ماه", "هفته", "فصل"))
_SO_FAR: Final = (("تا", "الان"), ("تا", "حالا"), ("تا", "امروز"), ("تاکنون",), ("تا", "کنون"), ("so", "far"))


def recent_period_at(words: Sequence[Word], start: int, today: date) -> SaidPeriod | None:
    """The period told from today whose words begin at a place; None where none does."""
    return (
        _so_far(words, start, today)
        or _older(words, start, today)
        or day_told_at(words, start, today)
        or _weeks(words, start, today)
        or _quarters(words, start, today)
        or _back(words, start, today)
        or _ahead(words, start, today)
    )


def quarter_before(end: int, today: date, ago: int = 1) -> SaidPeriod:
    """The quarter so many before that of today."""
    now = jalali.from_gregorian(today)
    year, quarter = divmod(now.year * 4 + (now.month - 1) // 3 - ago, 4)
    first, last = f"{year}-{quarter * 3 + 1:02}", f"{year}-{quarter * 3 + 3:02}"
    return SaidPeriod(end, (("gte", first), ("lte", last)), year, year)


def _quarters(words: Sequence[Word], start: int, today: date) -> SaidPeriod | None:
    for wordings, ago in ((_THIS_QUARTER, 0), (_LAST_QUARTER, 1)):
        end = said(words, start, wordings)
        if end is not None:
            return quarter_before(end, today, ago)
    return None


def _so_far(words: Sequence[Word], start: int, today: date) -> SaidPeriod | None:
    """The present year, as far as it has gone."""
    end = said(words, start, _THIS_YEAR_SO_FAR)
    if end is None:
        return None
    end = said(words, end, _SO_FAR) or end
    year = jalali.from_gregorian(today).year
    return SaidPeriod(end, (("eq", str(year)),), year, year)


def said(words: Sequence[Word], start: int, wordings: Sequence[tuple[str, ...]]) -> int | None:
    """Where one of some wordings ends that begins at a place; None where none does."""
    if start >= len(words) or (words[start].plural and words[start].text in _MANY):
        # «سال‌های گذشته» are more than the last one.
        return None
    for wording in wordings:
        if tuple(token.text for token in words[start : start + len(wording)]) == wording:
            return start + len(wording)
    return None


def _older(words: Sequence[Word], start: int, today: date) -> SaidPeriod | None:
    """Before so many days, weeks or months ago: "older than 30 days", «قدیمی‌تر از سه ماه», «بیش از ۳۰ روز پیش»."""
    texts = [word.text for word in words[start : start + 2]]
    is_ago = texts in _MORE_THAN
    number = number_at(words, start + 2) if texts in _OLDER or is_ago else None
    if number is None or not 0 < number.value <= MOST_DAYS or number.end >= len(words):
        return None
    count, unit, end = int(number.value), words[number.end].text, number.end + 1
    if is_ago:
        if end >= len(words) or words[end].text not in _AGO:
            return None
        end += 1
    if unit not in _DAYS_OF:
        return None
    day = jalali.from_gregorian(today - timedelta(days=count * _DAYS_OF[unit]))
    return SaidPeriod(end, (("lt", str(day)),), None, day.year)


def day_told_at(words: Sequence[Word], start: int, today: date) -> SaidPeriod | None:
    """Today, yesterday or tomorrow, where one of them stands at a place; None where none does."""
    for wordings, ago in ((_TODAY, 0), (_YESTERDAY, 1), (_TOMORROW, -1)):
        end = said(words, start, wordings)
        if end is not None:
            day = jalali.from_gregorian(today - timedelta(days=ago))
            return SaidPeriod(end, (("eq", str(day)),), day.year, day.year)
    return None


def _weeks(words: Sequence[Word], start: int, today: date) -> SaidPeriod | None:
    """This week and the last: from Saturday to Friday."""
    for wordings, ago in ((_THIS_WEEK, 0), (_LAST_WEEK, 1)):
        end = said(words, start, wordings)
        if end is not None:
            first = today - timedelta(days=(today.weekday() + 2) % 7 + 7 * ago)
            return _stretch_of(end, first, min(first + timedelta(days=6), today))
    return None


def _stretch_of(end: int, first: date, last: date) -> SaidPeriod:
    low, high = jalali.from_gregorian(first), jalali.from_gregorian(last)
    return SaidPeriod(end, (("gte", str(low)), ("lte", str(high))), low.year, high.year)


def _back(words: Sequence[Word], start: int, today: date) -> SaidPeriod | None:
    """So many days, weeks or whole months up to now: «ده روز گذشته», "last 3 months"."""
    skip = start + 1 if words[start].text in RECENT and words[start].is_latin else start
    count = small_number_at(words, skip)
    if not count or skip + 1 >= len(words):
        return None
    unit, end = words[skip + 1].text, skip + 2
    if skip == start:
        if end >= len(words) or words[end].text not in _BACK:
            return None
        end += 1
    if unit in _DAYS_BACK:
        return _stretch_of(end, today - timedelta(days=count * _DAYS_BACK[unit]), today)
    if unit in _MONTHS_BACK:
        now = jalali.from_gregorian(today)
        last = now.year * 12 + now.month - 2
        (low, first), (high, month) = divmod(last - count + 1, 12), divmod(last, 12)
        return SaidPeriod(end, (("gte", f"{low}-{first + 1:02}"), ("lte", f"{high}-{month + 1:02}")), low, high)
    return None


def _ahead(words: Sequence[Word], start: int, today: date) -> SaidPeriod | None:
    """So many months from now on: «سه ماه آینده», "next three months", "next month"."""
    is_latin = words[start].text in _COMING and words[start].is_latin
    at = start + is_latin
    count = small_number_at(words, at) if at < len(words) else None
    at += count is not None
    if at >= len(words) or words[at].text not in _MONTHS_AHEAD:
        return None
    end = at + 1
    if not is_latin:
        if end >= len(words) or words[end].text not in _COMING:
            return None
        end += 1
    now = jalali.from_gregorian(today)
    first = now.year * 12 + now.month - 1 + (count is None)
    (low, month), (high, last) = divmod(first, 12), divmod(first + (count or 0), 12)
    return SaidPeriod(end, (("gte", f"{low}-{month + 1:02}"), ("lte", f"{high}-{last + 1:02}")), low, high)
