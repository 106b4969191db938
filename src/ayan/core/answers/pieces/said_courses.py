"""The years that a question runs through, or sets against each other: a growth, «نسبت به پارسال», «چند برابر»."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from ayan.core.answers.pieces.phrases import Parted, Phrase
from ayan.core.answers.words.directions import WEIGHED
from ayan.core.answers.words.quantities import PERCENT_WORDS
from ayan.core.answers.words.said_period import SaidPeriod

_TAKEN_OFF: Final = ("کم شده", "کم شد", "کم شدن")
_GETS: Final = frozenset(("میگیرد", "میدهد", "گرفت", "گرفته", "میگرفت"))
_AT_THE_END: Final = 3
_DOES: Final = frozenset(("do", "does", "did"))
_EARNS: Final = frozenset(("earn", "make", "get", "cost"))
_PRESENT: Final = frozenset((
    "الان", "اکنون", "فعلی", "فعلیش", "کنونی", "هماکنون", "حاضر", "حالا", "now", "current", "currently", "nowadays",
    "presently",
))  # fmt: skip
_BETWEEN: Final = frozenset(("بین", "مابین", "between"))
_YEAR: Final = 4
_MONTHS: Final = 12
_YEAR_BEFORE: Final = (
    "سال قبل", "سال قبلش", "سال پیش", "سال پیشش", "سال پیشین", "سال ماقبل", "سال قبلی", "the year before",
    "year before", "previous year", "the previous year", "preceding year", "the preceding year", "year earlier",
)  # fmt: skip
"""The year before another one that is said, and no last year then."""
_MULTIPLES: Final = ("چند برابر", "how many times", "how many times more", "how many times as")


def is_multiple(segments: Sequence[Phrase]) -> bool:
    """Whether it is asked how many times as much something became."""
    return any(each.text in _MULTIPLES for each in segments)


def is_of_years(period: SaidPeriod) -> bool:
    """Whether it reaches over several years."""
    return period.first is not None and period.last is not None and period.first < period.last


def said_periods(segments: Sequence[Phrase], *, is_course: bool, is_growth: bool) -> tuple[SaidPeriod, ...]:
    """The periods of a question; of a growth the years that it runs through."""
    periods = _with_year_before(segments)
    if len(periods) == 1 and (ends := compared_ends(segments, periods[0])):
        periods = ends
    if is_course and len(periods) == 1 and periods[0].is_year and _is_held_against(segments):
        # «رشد … نسبت به ۱۴۰۳»: from that year to the one behind it.
        return periods
    if is_course and len(periods) == 1 and periods[0].is_year and (year := periods[0].year) is not None:
        # «بودجهٔ ۱۴۰۵ چقدر رشد داشته»: that year, and the one before it.
        return (_years(periods[0].end, year - 1, year),)
    if is_growth and len(periods) == 2 and all(each.is_year and each.year for each in periods):
        # «بودجهٔ ۱۴۰۵ نسبت به پارسال چقدر رشد کرده»: from the one to the other.
        return (_years(periods[-1].end, *(each.year or 0 for each in periods)),)
    return periods


def _with_year_before(segments: Sequence[Phrase]) -> tuple[SaidPeriod, ...]:
    """The periods of a question; the year before is that before the year which is said: «۱۴۰۳ نسبت به سال قبل»."""
    said = [each for each in segments if each.period is not None]
    before = [each for each in segments if each.text in _YEAR_BEFORE]
    years = [each.period for each in said if each not in before and each.period is not None and each.period.is_year]
    if len(before) != 1 or len(years) != 1 or years[0].year is None or len(said) - len(years) > 1:
        return tuple(each.period for each in said if each.period is not None)
    year = years[0].year - 1
    return (years[0], SaidPeriod(before[0].end, (("eq", str(year)),), year, year))


def _is_held_against(segments: Sequence[Phrase]) -> bool:
    """Whether something is held against the period that is said: «نسبت به پارسال»."""
    at = next((place for place, each in enumerate(segments) if each.period is not None), 0)
    return at > 0 and any(each.target in ("versus", "ratio") for each in segments[at - 1].of("comparison"))


def is_set_beside(segments: Sequence[Phrase]) -> bool:
    """Whether things are to be set beside each other, in so many words: "compare", «تفاوت», «مقایسه»."""
    joins = (
        each.concept is not None and each.concept.more.get("joins") for part in segments for each in part.of("page")
    )
    differs = (each.target == "difference" and each.grade == "right" for s in segments for each in s.of("comparison"))
    return any(joins) or any(differs)


def compared_ends(segments: Sequence[Phrase], period: SaidPeriod) -> tuple[SaidPeriod, ...]:
    """The two years between which something is compared, and no stretch from one to the other; empty for any other."""
    between = next((each.words[0].text in _BETWEEN for each in segments if each.period is period), False)
    years = [text for _, text in period.conditions]
    if not between or not is_of_years(period) or any(len(text) != _YEAR for text in years):
        return ()
    if not is_set_beside(segments):
        return ()
    return tuple(SaidPeriod(period.end, (("eq", text),), int(text), int(text)) for text in years)


def added_years(segments: Sequence[Phrase], periods: tuple[SaidPeriod, ...], function: str) -> tuple[SaidPeriod, ...]:
    """The periods; two years that follow each other as one, where a sum is asked of both: «مجموع … ۱۴۰۲ و ۱۴۰۳»."""
    years = [each.year for each in periods if each.is_year and each.year is not None]
    is_added = function == "sum" or any(
        each.target == "sum" and each.grade == "right" for part in segments for each in part.of("aggregate")
    )
    if not is_added or len(years) != 2 or len(periods) != 2 or abs(years[0] - years[1]) != 1:
        return periods
    return (_years(periods[-1].end, *years),)


def and_after(segments: Sequence[Phrase], periods: tuple[SaidPeriod, ...]) -> tuple[SaidPeriod, ...]:
    """The periods; of one that something is held against, «نسبت به پارسال», the year after it, too."""
    if len(periods) != 1 or not periods[0].is_year or periods[0].year is None:
        return periods
    at = next(place for place, each in enumerate(segments) if each.period is not None)
    before = segments[at - 1] if at else None
    against = before is not None and any(each.target in ("versus", "ratio") for each in before.of("comparison"))
    behind = periods[0].year + 1
    return (SaidPeriod(periods[0].end, (("eq", str(behind)),), behind, behind), *periods) if against else periods


def _years(end: int, *years: int) -> SaidPeriod:
    low, high = min(years), max(years)
    return SaidPeriod(end, (("gte", str(low)), ("lte", str(high))), low, high)


def compared_years(parted: Parted, periods: Sequence[SaidPeriod], at: int) -> SaidPeriod | None:
    """The years from one to another that are set against each other: "how much more in 1404 than in 1403"."""
    years = [each.year for each in periods if each.is_year and each.year is not None]
    return _years(periods[-1].end, *years) if len(years) == 2 and _is_weighed(parted, at) else None


def compared_months(parted: Parted, periods: Sequence[SaidPeriod], at: int) -> tuple[SaidPeriod, ...]:
    """Two parts of years that are set against each other, as one course where they are months that follow each other.

    Empty where none are: «درآمد مهر ۱۴۰۳ بیشتر بود یا آبان ۱۴۰۳» orders nothing within a month.
    """
    if len(periods) != 2 or any(each.year is None or each.is_year for each in periods) or not _is_weighed(parted, at):
        return ()
    months = sorted(each.conditions[0][1] for each in periods if [op for op, _ in each.conditions] == ["eq"])
    numbers = [int(each[:_YEAR]) * _MONTHS + int(each[_YEAR + 1 :]) for each in months if len(each) == len("1404-01")]
    if len(numbers) != 2 or numbers[1] - numbers[0] != 1:
        return tuple(periods)
    first, last = int(months[0][:_YEAR]), int(months[1][:_YEAR])
    return (SaidPeriod(periods[-1].end, (("gte", months[0]), ("lte", months[1])), first, last),)


def _is_weighed(parted: Parted, at: int) -> bool:
    """Whether two things are set against each other, and no other word orders."""
    texts = {word.text for word in parted.words}
    targets = {each.target for part in parted.segments for each in part.of("comparison") if each.grade == "right"}
    weighed = bool(texts & WEIGHED) or bool(targets & {"difference", "versus"})
    return weighed and (at < 0 or parted.segments[at].words[0].text in WEIGHED)


def is_by_percent(segments: Sequence[Phrase]) -> bool:
    """Whether «چند» asks by how many per cent something grew, and counts nothing: «چند» before «درصد رشد»."""
    return any(
        any(each.target in ("answer:count", "count") for each in first.meanings)
        and second.words[0].text in PERCENT_WORDS
        and any(each.target == "trend" for each in second.of("aggregate"))
        for first, second in pairwise(segments)
    )


def is_of_now(parted: Parted) -> bool:
    """Whether it is asked how something is now."""
    return any(word.text in _PRESENT for word in parted.words)


def asks_how_much(parted: Parted) -> bool:
    """Whether it is asked how much somebody gets, and neither how many nor what: «چند می‌گیرد», "what does … earn"."""
    texts = [word.text for word in parted.words]
    at = next((at for at, pair in enumerate(pairwise(texts)) if pair[0] == "چند" and pair[1] in _GETS), None)
    if at is not None and len(texts) - at <= _AT_THE_END:
        # «چند می‌گیرند برای …» asks for a price, which is another one for each.
        return True
    return texts[:1] == ["what"] and bool(_DOES & {*texts[1:2]}) and bool(_EARNS & set(texts))


def is_taken_off(segments: Sequence[Phrase], place: int) -> bool:
    """Whether something was taken off, and did not become less: «مالیاتی که از حقوق کم شده»."""
    measured = any(each.has("measure") for each in segments[:place])
    return segments[place].text in _TAKEN_OFF and measured and any(each.text == "از" for each in segments[:place])
