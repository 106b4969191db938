"""Conditions in numbers as a question says them: «بیش از ۵», "between 1 and 2 billion", «حدود صد متر»."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ayan.core.answers.pieces.phrases import Parted, Phrase
from ayan.core.answers.words.directions import more_or_less
from ayan.core.answers.words.morphology import Word
from ayan.core.answers.words.quantities import ONLY, TIMES, number_at
from ayan.core.query.operators import Op

_OPS: Final[dict[str, Op]] = {"gt": "gt", "gte": "gte", "lt": "lt", "lte": "lte", "eq": "eq"}
_FORMS: Final[tuple[tuple[Op, tuple[str, ...]], ...]] = (
    ("gte", (
        "به بالا", "و بیشتر", "و بالاتر", "یا بیشتر", "یا بالاتر", "حداقل", "دست کم", "دستکم", "لااقل",
        "or more", "or above", "or over", "or higher", "or greater", "and up", "and above", "and more", "and over",
        "at least", "at minimum", "at a minimum", "minimum",
    )),
    ("lte", (
        "به پیین", "و کمتر", "و پیینتر", "یا کمتر", "یا پیینتر", "حداکثر",
        "or less", "or fewer", "or below", "or under", "or lower", "and below", "and less", "and under",
        "at most", "at maximum", "at a maximum", "maximum",
    )),
)  # fmt: skip
_BEHIND: Final = {tuple(form.split()): op for op, forms in _FORMS for form in forms}
"""Behind a number, or behind what it counts, these say the condition."""
_LONGEST_BEHIND: Final = max(map(len, _BEHIND))
_EQUAL: Final = frozenset(("مساوی", "برابر", "equal"))
_BESIDE_EQUAL: Final = frozenset(("یا", "or", "to", "با", "از", "than"))
_EITHER: Final = frozenset(("یا", "or"))
_PIECES: Final = frozenset(("تا", "عدد", "فقره", "مورد", "of", "different", "the"))
OCCASIONS: Final = frozenset(("بار", "دفعه", "مرتبه", "times", "time", "occasions"))
"""By these it is counted how often something happened."""
_JOINTS: Final = frozenset(("و", "and", "تا", "to", "الی"))
_FROM: Final = frozenset(("از", "than"))
_NUMBERS: Final = ("amount", "number")
_NEAR: Final = 10
"""Per cent by which «about» may miss."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A condition in numbers: from and to in rials, or in plain numbers; either may be None.

    ``other`` is the same where the digits, whose unit nobody said, are tomans; ``at`` and ``until`` are the places of
    its numbers, ``words`` those of all words that say it. ``counted`` is what there are so many of: «بیش از ۵ قرارداد»,
    "more than 10 times"; ``among`` are the values, where one or another is meant: "2 or 5 storeys".
    """

    low: tuple[Op, int] | None
    high: tuple[Op, int] | None
    is_money: bool
    at: int
    other: Bound | None = None
    until: int = -1
    counted: Phrase | None = None
    among: tuple[int, ...] = ()
    words: frozenset[int] = frozenset()

    @property
    def pairs(self) -> tuple[tuple[Op, int], ...]:
        """Its comparisons with one number each."""
        return tuple(pair for pair in (self.low, self.high) if pair is not None)

    def says(self, phrase: Phrase) -> bool:
        """Whether a piece of the question is part of the condition."""
        return not self.words.isdisjoint(range(phrase.start, phrase.end))


def bounds(parted: Parted) -> Iterator[Bound]:
    """The conditions in numbers of a question, in its order."""
    segments = parted.segments
    taken: set[int] = set()
    for place, segment in enumerate(segments):
        if place in taken or segment.sense not in _NUMBERS:
            continue
        before = segments[place - 1] if place else None
        meant = (each.target for each in before.of("comparison")) if before is not None else ()
        said = next((each for each in meant if each in (*_OPS, "between", "approx", "not")), "")
        joined = segments[place + 1 : place + 3]
        opens = said == "between" or (before is not None and before.text in ("از", "from"))
        if len(joined) == 2 and joined[1].sense in _NUMBERS:
            if opens and joined[0].text in _JOINTS:
                taken.add(place + 2)
                yield _with_words(_between(segment, joined[1]), before, *joined)
                continue
            if not said and joined[0].text in _EITHER and {segment.sense, joined[1].sense} == {"number"}:
                taken.add(place + 2)
                yield _with_words(_either(segment, joined[1]), *joined)
                continue
        beside = [each for each in (before, *segments[place + 1 : place + 2]) if each is not None]
        if not said and any(each.has("measure") for each in beside):
            # «پنج طبقه», "with one bidder": so many.
            said = "eq"
        if not said and segment.sense == "number" and any(each.text in OCCASIONS for each in beside[-1:]):
            # «سه بار الحاقیه داشته‌اند»
            said = "eq"
        if not said and segment.sense == "number" and before is not None and before.text in ONLY:
            # «که فقط یک قرارداد دارند»
            said = "eq"
        bound = _bound(parted, place, said)
        if bound is not None:
            yield bound if bound.is_money else replace(bound, counted=_counted_behind(segments, place))


def _with_words(bound: Bound, *phrases: Phrase | None) -> Bound:
    said = (range(each.start, each.end) for each in phrases if each is not None)
    return replace(bound, words=bound.words.union(*said))


def _either(first: Phrase, second: Phrase) -> Bound:
    """One number or another."""
    among = tuple(dict.fromkeys(each.number or 0 for each in (first, second)))
    words = frozenset(range(first.start, first.end))
    return Bound(None, None, is_money=False, at=first.start, until=second.start, among=among, words=words)


def _counted_behind(segments: Sequence[Phrase], place: int) -> Phrase | None:
    """What there are so many of, by the number at a place; None where the number is of a column or of nothing."""
    for following in segments[place + 1 : place + 4]:
        if following.text in OCCASIONS:
            return following
        if following.text in _PIECES:
            continue
        return following if following.has("dataset", "thing", "relation", "place", "value") else None
    return None


def _between(first: Phrase, last: Phrase) -> Bound:
    high = _value(last)
    low = _value(first)
    if last.sense == "amount" and first.number is not None and last.amount is not None:
        # «بین ۵ و ۱۰ میلیارد»: the multiplier stands once.
        low = first.number * _multiple(last)
    low, high = min(low, high), max(low, high)
    words = frozenset(range(first.start, first.end))
    money = last.sense == "amount"
    return Bound(("gte", low), ("lte", high), is_money=money, at=first.start, until=last.start, words=words)


def _multiple(segment: Phrase) -> int:
    rial = segment.amount.rial if segment.amount else 0
    first = number_at(segment.words[:1], 0)
    return rial // int(first.value) if first is not None and first.value and rial % int(first.value) == 0 else 1


def _bound(parted: Parted, place: int, said: str) -> Bound | None:
    """The condition of one number; ``said`` is the comparison before it, empty for none."""
    words, segments, segment = parted.words, parted.segments, parted.segments[place]
    before = segments[place - 1] if place else None
    following = next((each for each in segments[place + 1 : place + 3] if each.text != "تا"), None)
    value, money = _value(segment), segment.sense == "amount"
    own = frozenset(range(before.start if said and before is not None else segment.start, segment.end))
    if before is not None and before.text in _FROM and following is not None and (way := more_or_less(following.text)):
        # «از ۵۰ میلیون بیشتره»
        bound = _single("gt" if way == "above" else "lt", value, money, segment.start)
        return _with_words(replace(bound, words=own), before, following)
    unit = words[segment.end].text if segment.end < len(words) else ""
    if not money and said and unit in TIMES:
        value *= TIMES[unit]
    behind = _behind(parted, place)
    if behind is not None:
        op, places = behind
        return replace(_single(op, value, money, segment.start), words=own | places)
    equal = _or_equal(words, segment.start)
    if equal is not None:
        op, places = equal
        return replace(_single(op, value, money, segment.start), words=own | places)
    if said == "approx":
        near = value // _NEAR
        return Bound(("gte", value - near), ("lte", value + near), money, segment.start, words=own)
    known = _OPS.get(said)
    if known is None and before is not None and before.text in ("تا", "until"):
        known, own = "lte", own | frozenset(range(before.start, before.end))
    if known is None:
        # «قرارداد ده میلیاردی»: of so much or more is the first reading of an amount beside nothing.
        known = "gte" if money else None
    if known is None:
        return None
    bound = replace(_single(known, value, money, segment.start), words=own)
    other = segment.amount.other if segment.amount else None
    return bound if other is None else replace(bound, other=_single(known, other, money, segment.start))


def _behind(parted: Parted, place: int) -> tuple[Op, frozenset[int]] | None:
    """The condition that is said behind a number, or behind what it counts, and the places of its words.

    Not «و کمتر» of «و کمتر از ۲۰», nor «حداقل» of «حداقل ۵», which are of another number.
    """
    words, segments = parted.words, parted.segments
    numbers = {each.start for each in segments if each.sense in _NUMBERS}
    beyond = segments[place + 1 : place + 3]
    ends = [segments[place].end, *(each.end for each in beyond if not each.has("comparison", "superlative"))]
    for at in ends:
        for length in range(_LONGEST_BEHIND, 0, -1):
            op = _BEHIND.get(tuple(word.text for word in words[at : at + length]))
            end = at + length
            if op is not None and end not in numbers and not any(word.text in _FROM for word in words[end : end + 1]):
                return op, frozenset(range(at, end))
    return None


def _or_equal(words: Sequence[Word], start: int) -> tuple[Op, frozenset[int]] | None:
    """«کمتر یا مساوی», "equal to or more than" before a number, and the places of its words."""
    at, way, is_equal = start, None, False
    while at:
        text = words[at - 1].text
        side = more_or_less(text)
        if side is None and text not in _EQUAL and text not in _BESIDE_EQUAL:
            break
        way, is_equal, at = way or side, is_equal or text in _EQUAL, at - 1
    if way is None or not is_equal:
        return None
    return "gte" if way == "above" else "lte", frozenset(range(at, start))


def _single(op: Op, value: int, money: bool, at: int) -> Bound:
    pair = (op, value)
    return Bound(None, pair, money, at) if op in ("lt", "lte") else Bound(pair, None, money, at)


def _value(segment: Phrase) -> int:
    return segment.amount.rial if segment.amount is not None else segment.number or 0
