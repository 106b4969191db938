"""What a question wants done with its rows: counted, added up, ordered, listed; and the conditions in numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from ayan.core.answers.concepts.meanings import Meaning
from ayan.core.answers.pieces.bounds import Bound, bounds
from ayan.core.answers.pieces.phrases import Parted, Phrase
from ayan.core.answers.pieces.said_courses import (
    added_years,
    and_after,
    asks_how_much,
    compared_months,
    compared_years,
    is_by_percent,
    is_multiple,
    is_of_now,
    is_of_years,
    is_set_beside,
    is_taken_off,
    said_periods,
)
from ayan.core.answers.pieces.said_orders import (
    ends_period,
    is_several,
    nth_of_order,
    said_order,
    size_of_order,
    spare_number,
)
from ayan.core.answers.words.morphology import is_light_verb
from ayan.core.answers.words.permissions import asks_permission
from ayan.core.answers.words.said_period import SaidPeriod

_FUNCTIONS: Final = frozenset(("sum", "avg", "median", "max", "min", "distinct"))
_WITHIN: Final = {
    "total": "sum", "average": "avg", "mean": "avg", "median": "median",
    "جمع": "sum", "مجموع": "sum", "کل": "sum", "میانگین": "avg", "متوسط": "avg", "میانه": "median",
}  # fmt: skip
_BY_TIME: Final = {
    "per-year": "year", "per-quarter": "quarter", "per-month": "month", "each-month": "month", "trend": "year",
}  # fmt: skip
_PARTS: Final = frozenset(("per-quarter", "per-month", "each-month"))
_OF_THE_TIME: Final = frozenset(("of the year", "year", "a year", "the year", "yearly", "سال"))
_GATHERED: Final = frozenset(("جمع",))
_WHICH: Final = frozenset(("کدام", "کدوم", "چه", "which", "what"))
PARTS_OF_TIME: Final = {
    "سال": "year", "سالی": "year", "ماه": "month", "ماهی": "month", "فصل": "quarter",
    "year": "year", "month": "month", "quarter": "quarter",
    "روز": "day", "روزی": "day", "day": "day",
}  # fmt: skip
_TIMES: Final = frozenset(("بار", "مرتبه", "دفعه", "times"))
_ARTICLES: Final = frozenset(("یک", "یه", "one", "a"))
_WITHIN_ONE: Final = frozenset(("در", "تو", "توی", "طی", "in", "on", "within"))
_OF_VALUES: Final = frozenset(("avg", "median", "max", "min"))
_MORE: Final = frozenset(("بیشتر", "بیشتره", "کمتر", "کمتره", "بالاتر", "پیینتر", "جلوتر", "بزرگتر"))
_HAPPENING: Final = frozenset((
    "برگزار", "تمام", "شروع", "اغاز", "افتتاح", "منقضی", "منتشر", "تشکیل", "میرسد", "میرسه", "باز",
))  # fmt: skip
"""What happens at a time, whoever does it."""
_DOING: Final = frozenset(("گرفت", "گرفته", "برد", "برده", "داد", "داده", "کرد", "کرده", "ساخت", "ساخته", "با"))
_PRICES: Final = frozenset(("cost", "price", "fee", "هزینه", "قیمت", "بهای", "نرخ"))
_ACTS: Final = re.compile(r"باید|ن?می[\u0600-\u06ff]+م|ب[\u0600-\u06ff]{1,5}م|کنم|i|we")


@dataclass(frozen=True, slots=True)
class Cues:
    """What is wanted.

    ``asks`` are the answers that question words want (``number``, ``person``, ``how-to`` …). ``function`` is one
    of the grammar's, empty where nobody said. ``order`` is the superlative, ``descending`` its direction;
    ``several`` says that it stood in the plural, or how many are wanted, ``nth`` that the second or third of an
    order is. ``each_month`` says that by month means how much in one; ``which_time`` is the part of time that is
    asked for («کدام سال»); ``single`` says that one of them is meant ("cost of a licence"), ``own`` that somebody
    asks of what is theirs, which nobody publishes. ``spare`` is a number of which nothing was understood. ``acts``
    says that somebody wants to do something: «کجا برم», "where do I"; ``permission`` that they ask if they may;
    ``columns`` that one column is set against
    another of the same row, ``is_set_beside`` that things are to be compared, in so many words.
    """

    asks: frozenset[str]
    function: str = ""
    count: bool = False
    counted: Phrase | None = None
    share: bool = False
    grouped: bool = False
    by_time: str = ""
    which_time: str = ""
    per_head: bool = False
    order: Meaning | None = None
    several: bool = False
    size: int | None = None
    nth: int = 0
    period: SaidPeriod | None = None
    periods: tuple[SaidPeriod, ...] = ()
    bounds: tuple[Bound, ...] = ()
    judged: bool = False
    bare: bool = False
    each_month: bool = False
    own: bool = False
    single: bool = False
    spare: str = ""
    acts: bool = False
    permission: bool = False
    columns: bool = False
    both_ends: bool = False
    is_present: bool = False
    is_set_beside: bool = False

    @property
    def descending(self) -> bool:
        """Whether the largest comes first."""
        return self.order is None or self.order.target != "sort:asc"

    @property
    def wants_figure(self) -> bool:
        """Whether a number is asked for in so many words."""
        return bool("number" in self.asks or self.function or self.count or self.share)


def cues(parted: Parted) -> Cues:
    """What a question wants done."""
    segments = parted.segments
    asks = {meaning.target.partition(":")[2] for place, _ in enumerate(segments) for meaning in _asks(segments, place)}
    asks -= {"person"} if _asks_when(parted) else set()
    functions = [meaning.target for _, meaning in _aggregates(segments)]
    limits = tuple(bounds(parted))
    order, at = said_order(segments, limits)
    counted = _counted(segments)
    if asks_how_much(parted) or is_by_percent(segments):
        # «ماهی چند می‌گیرد», "what does … earn", «چند درصد رشد کرده» count nothing.
        asks = asks - {"count"} if is_by_percent(segments) else asks - {"count", "list"} | {"number"}
        functions, counted = [name for name in functions if name != "count"], None
    is_growth = any(each.target == "trend" and each.grade == "right" for _, each in _aggregates(segments))
    # «رشد … چند درصد بود»: by how much it grew, and no part of anything.
    said = [each.target for at, each in _aggregates(segments) if not _is_of_number(segments, at)]
    share = "share" in said and not is_growth
    function = next((name for name in functions if name in _FUNCTIONS), "") or _said_within(segments)
    function = function or ("sum" if "number" in asks and _is_collected(segments) else "")
    if (function or "duration" in asks) and order is not None and order.grade == "weak":
        # "average storeys in new permits": what rarely orders does not where something is worked out.
        order, at = None, -1
    if function in _OF_VALUES and counted is not None and any(each.has("measure") for each in segments):
        functions = [name for name in functions if name != "count"]
    periods, functions = _said_times(segments, functions, is_growth=is_growth)
    if len(periods) == 2 and (course := compared_years(parted, periods, at if order is not None else -1)) is not None:
        periods, functions, order, at, share = (course,), [*functions, "per-year"], None, -1, False
    elif order is not None and (parts := compared_months(parted, periods, at)):
        periods, functions, asks, order, at = parts, *_of_parts(parts, functions, asks), None, -1
    periods = added_years(segments, periods, function)
    return Cues(
        asks=frozenset(asks),
        function=function,
        count=("count" in asks or "count" in functions) and not share,
        counted=counted,
        share=share,
        grouped="group" in functions
        or any(_flagged(each, "grouped") for part in segments for each in part.of("value")),
        which_time=_which_time(parted),
        by_time=_by_time(functions) or ("year" if "trend" in asks else ""),
        per_head="per-person" in functions,
        order=order,
        several=order is not None and is_several(segments, at),
        size=size_of_order(segments, at) if order is not None else None,
        nth=nth_of_order(segments) if order is not None else 0,
        period=periods[0] if periods else None,
        periods=periods,
        bounds=limits,
        judged=order is not None and order.target == "sort:none",
        bare=not (asks or functions or order),
        each_month="each-month" in functions,
        own=_is_own(segments),
        single=_is_single(parted),
        spare=spare_number(parted, limits, at if order is not None else -1),
        acts=any(_ACTS.fullmatch(word.text) for word in parted.words),
        permission=asks_permission(parted.words),
        columns=_sets_columns(segments),
        both_ends=_are_both_ends(segments),
        is_present=is_of_now(parted),
        is_set_beside=is_set_beside(segments),
    )


def _of_parts(parts: Sequence[SaidPeriod], functions: list[str], asks: set[str]) -> tuple[list[str], set[str]]:
    """What is done and asked of parts of years beside each other: «درآمد مهر ۱۴۰۳ بیشتر بود یا آبان ۱۴۰۳»."""
    return ([*functions, "per-month"], asks) if len(parts) == 1 else (functions, asks | {"number"})


def _said_times(
    segments: Sequence[Phrase], functions: list[str], *, is_growth: bool
) -> tuple[tuple[SaidPeriod, ...], list[str]]:
    """The periods of a question, and what is done with numbers, by years where it is asked how often as much."""
    is_course = "trend" in functions and not _PARTS & set(functions)
    periods = and_after(segments, said_periods(segments, is_course=is_course, is_growth=is_growth))
    if len(periods) == 1 and is_multiple(segments) and is_of_years(periods[0]):
        # «از ۱۴۰۰ تا ۱۴۰۴ چند برابر شده»
        functions = [*functions, "per-year"]
    return periods, functions


def _are_both_ends(segments: Sequence[Phrase]) -> bool:
    """Whether the highest and the lowest are asked for."""
    parts = [each for place, each in enumerate(segments) if not ends_period(segments, place)]
    said = {each.target for part in parts for each in part.of("superlative") if each.grade == "right"}
    return {"sort:asc", "sort:desc"} <= said


def _by_time(functions: Sequence[str]) -> str:
    """The part of time that is said, before the years of a course: «نمودار ماه به ماه»."""
    said = sorted((name for name in functions if name in _BY_TIME), key=lambda name: name not in _PARTS)
    return _BY_TIME[said[0]] if said else ""


_GAINS: Final = frozenset(("collect", "collecting", "earn", "receive", "raise", "make"))
_OUR_GAIN: Final = re.compile("(?:در\u200c?)?می\u200c?(?:گیر|[اآ]ر|[اآ]ور)یم")


def _said_within(segments: Sequence[Phrase]) -> str:
    """The function that stands in the name of a measure: "total salary"; empty for none."""
    first = (segment.words[0].text for segment in segments if segment.has("measure") and len(segment.words) > 1)
    return next((_WITHIN[word] for word in first if word in _WITHIN), "")


def _is_collected(segments: Sequence[Phrase]) -> bool:
    """Whether it is asked what comes in, which is all of it: "how much do we collect", «چقدر درمیاریم»."""
    texts = [word.text for segment in segments for word in segment.words]
    shown = (word.shown for segment in segments for word in segment.words)
    return any(map(_OUR_GAIN.fullmatch, shown)) or ("we" in texts and bool(_GAINS & set(texts)))


def _asks(segments: Sequence[Phrase], place: int) -> Iterator[Meaning]:
    """What a piece asks for; a word that rarely asks is part of the name behind it: «راه» of «راه‌گستر»."""
    behind = segments[place + 1] if place + 1 < len(segments) else None
    is_name = behind is not None and (
        behind.sense == "unknown" or (bool(behind.meanings) and all(each.sense == "name" for each in behind.meanings))
    )
    if place and segments[place].text == "whose":
        # "Projects whose deadline has passed": of these something is said.
        return
    for meaning in segments[place].of("ask"):
        if meaning.grade == "weak" and place and _groups(segments[place - 1]):
            # «به تفکیک روش»
            continue
        if meaning.target == "answer:list" and meaning.grade == "weak" and _is_worked_out(segments):
            # «جمع حقوق همهٔ مدیران»: of all together.
            continue
        if meaning.grade == "right" or not is_name:
            yield meaning


def _groups(segment: Phrase) -> bool:
    return any(each.target == "group" and each.grade == "right" for each in segment.of("aggregate"))


def _is_worked_out(segments: Sequence[Phrase]) -> bool:
    """Whether numbers are to be added up, or a mean be taken of them."""
    return any(
        each.target in _FUNCTIONS and each.grade == "right" for part in segments for each in part.of("aggregate")
    )


def _aggregates(segments: Sequence[Phrase]) -> Iterator[tuple[int, Meaning]]:
    """What is to be done with numbers, and where it is said; not where a word names a number, or weakly a thing."""
    for place, segment in enumerate(segments):
        for meaning in segment.of("aggregate"):
            if meaning.target == "trend" and is_taken_off(segments, place):
                continue
            if meaning.target in _BY_TIME and segment.text in _OF_THE_TIME and _is_ordered_before(segments, place):
                # "Largest payments of the year": those of one.
                continue
            if segment.text in _GATHERED and _is_done(segments, place):
                continue
            if meaning.target in _BY_TIME and _is_of_number(segments, place):
                # "longer than one year"
                continue
            if not segment.has("measure") and (meaning.grade == "right" or not segment.has("dataset", "value")):
                yield place, meaning


def _is_ordered_before(segments: Sequence[Phrase], place: int) -> bool:
    return any(each.has("superlative") for each in segments[:place])


def _is_done(segments: Sequence[Phrase], place: int) -> bool:
    """Whether a word is part of a verb: «زباله را جمع می‌کند» adds nothing up."""
    return place + 1 < len(segments) and is_light_verb(segments[place + 1].words[0].text)


def _is_of_number(segments: Sequence[Phrase], place: int) -> bool:
    """Whether a piece stands right behind a number, so that it is its unit: «زیر پنجاه درصد»."""
    return place > 0 and segments[place - 1].sense == "number"


def _sets_columns(segments: Sequence[Phrase]) -> bool:
    """Whether one column is set against another: «پرداختشان از مبلغشان بیشتر», "spent more than their budget"."""
    said = [each for each in segments if _is_column(each) or not each.has("stop", "thing")]
    for place, segment in enumerate(said):
        behind = said[place + 1] if place + 1 < len(said) else None
        against = any(each.target in ("gt", "gte", "lt", "lte") for each in segment.of("comparison"))
        before = any(_is_column(each) or each.has("relation") for each in said[:place])
        if against and behind is not None and _is_column(behind) and before:
            return True
    for first, second, third in zip(segments, segments[1:], segments[2:], strict=False):
        more = third.has("superlative", "comparison") and third.text in _MORE
        if first.text == "از" and _is_column(second) and more:
            return any(map(_is_column, segments[: segments.index(first)]))
    return False


def _is_column(segment: Phrase) -> bool:
    """Whether a piece is a number of rows, and no condition on them."""
    asks = any(meaning.target == "answer:money" for meaning in segment.of("ask"))
    named = segment.has("measure") or (asks and segment.has("field"))
    payment = any(each.concept is not None and each.concept.text("shape") == "figure" for each in segment.of("dataset"))
    return segment.sense == "words" and (named or payment)


def _asks_when(parted: Parted) -> bool:
    """Whether «کی» is when, and not who: «مناقصه کی برگزار می‌شود»."""
    texts = {word.text for word in parted.words}
    return "کی" in texts and bool(texts & _HAPPENING) and not texts & _DOING


def _which_time(parted: Parted) -> str:
    """The part of time that somebody asks for: «کدام سال», "which month"; empty for none."""
    texts = [word.text for word in parted.words]
    for at, (first, second) in enumerate(pairwise(texts)):
        # «بیشترین پرداخت در یک روز»
        in_one = first in _ARTICLES and at > 0 and texts[at - 1] in _WITHIN_ONE
        part = texts[at + 2] if in_one and second == "single" and at + 2 < len(texts) else second
        if (first in _WHICH or in_one) and part in PARTS_OF_TIME:
            return PARTS_OF_TIME[part]
    return ""


def _is_own(segments: Sequence[Phrase]) -> bool:
    """Whether somebody asks of a bill or a request of their own: «قبض من», "my request"."""
    for place, segment in enumerate(segments):
        if any(_flagged(meaning, "own") for meaning in segment.of("stop")):
            beside = segments[max(place - 1, 0) : place + 2]
            if any(_flagged(meaning, "personal") for phrase in beside for meaning in phrase.of("dataset", "service")):
                return True
    return False


def _is_single(parted: Parted) -> bool:
    """Whether what one of them costs is asked, so that nothing is added up."""
    texts = [word.text for word in parted.words]
    return any(
        first in _PRICES
        and (
            second in ("a", "an", "one", "یک", "یه", "هر")
            or texts[at + 1 : at + 3] in (["of", "a"], ["of", "an"], ["of", "one"], ["for", "a"])
        )
        for at, (first, second) in enumerate(pairwise(texts))
    )


def _flagged(meaning: Meaning, name: str) -> bool:
    return meaning.concept is not None and bool(meaning.concept.more.get(name))


def _counted(segments: Sequence[Phrase]) -> Phrase | None:
    """What stands right behind the word that counts: «چند شرکت»."""
    for place, segment in enumerate(segments):
        if any(meaning.target in ("answer:count", "count") for meaning in segment.meanings):
            if segment.words[-1].text in _TIMES and any(each.sense == "code" for each in segments):
                # «چند بار برای قرارداد … پول دادید» counts none of what is named by its number.
                return None
            for at, following in enumerate(segments[place + 1 : place + 3], place + 2):
                if not following.has("stop"):
                    behind = segments[at] if at < len(segments) and following.words[0].is_latin else None
                    # "How many commercial units": the noun behind what sort of it is meant.
                    return behind if behind is not None and _is_noun(behind) and not _is_noun(following) else following
    return None


def _is_noun(phrase: Phrase) -> bool:
    return phrase.has("dataset", "thing", "measure")
