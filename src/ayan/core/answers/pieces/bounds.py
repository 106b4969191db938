"""Conditions in numbers as a question says them: «بیش از ۵», "between 1 and 2 billion", «حدود صد متر»."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ayan.core.answers.pieces.phrases import Parted, Phrase
from ayan.core.answers.words.directions import more_or_less
from ayan.core.answers.words.morphology import Word
from ayan.core.answers.words.quantities import TIMES, number_at
from ayan.core.query.operators import Op

_OPS: Final[dict[str, Op]] = {"gt": "gt", "gte": "gte", "lt": "lt", "lte": "lte", "eq": "eq"}
# Behind an amount these say the condition, before it «از».
_BEHIND_UP: Final = (
    ("به", "بالا"),
    ("و", "بیشتر"),
    ("و", "بالاتر"),
    ("یا", "بیشتر"),
    ("or", "more"),
    ("and", "up"),
    ("and", "above"),
)
_BEHIND_DOWN: Final = (
    ("به", "پیین"),
    ("و", "کمتر"),
    ("یا", "کمتر"),
    ("or", "less"),
    ("or", "fewer"),
    ("and", "below"),
)
_PIECES: Final = frozenset(("تا", "عدد", "فقره", "مورد", "of", "different", "the"))
OCCASIONS: Final = frozenset(("بار", "دفعه", "مرتبه", "times", "time", "occasions"))
"""By these it is counted how often something happened."""
_JOINTS: Final = frozenset(("و", "and", "تا", "to", "الی"))
_FROM: Final = frozenset(("از", "than"))
_NEAR: Final = 10
"""Per cent by which «about» may miss."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A condition in numbers: from and to in rials, or in plain numbers; either may be None.

    ``other`` is the same where the digits, whose unit nobody said, are tomans; ``at`` and ``until`` are the places of
    its numbers. ``counted`` is what there are so many of: «بیش از ۵ قرارداد», "more than 10 times".
    """

    low: tuple[Op, int] | None
    high: tuple[Op, int] | None
    is_money: bool
    at: int
    other: Bound | None = None
    until: int = -1
    counted: Phrase | None = None


def bounds(parted: Parted) -> Iterator[Bound]:
    """The conditions in numbers of a question, in its order."""
    segments = parted.segments
    taken: set[int] = set()
    for place, segment in enumerate(segments):
        if place in taken or segment.sense not in ("amount", "number"):
            continue
        before = segments[place - 1] if place else None
        said = next((m.target for m in before.of("comparison")), "") if before is not None else ""
        joined = segments[place + 1 : place + 3]
        opens = said == "between" or (before is not None and before.text in ("از", "from"))
        if opens and len(joined) == 2 and joined[0].text in _JOINTS and joined[1].sense in ("amount", "number"):
            taken.add(place + 2)
            yield _between(segment, joined[1])
            continue
        beside = [each for each in (before, *segments[place + 1 : place + 2]) if each is not None]
        if not said and any(each.has("measure") for each in beside):
            # «پنج طبقه», "with one bidder": so many.
            said = "eq"
        if not said and segment.sense == "number" and any(each.text in OCCASIONS for each in beside[-1:]):
            # «سه بار الحاقیه داشته‌اند»
            said = "eq"
        following = next((each for each in segments[place + 1 : place + 3] if each.text != "تا"), None)
        bound = _bound(parted.words, segment, said, before, following)
        if bound is not None:
            yield bound if bound.is_money else replace(bound, counted=_counted_behind(segments, place))


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
    return Bound(("gte", low), ("lte", high), is_money=last.sense == "amount", at=first.start, until=last.start)


def _multiple(segment: Phrase) -> int:
    rial = segment.amount.rial if segment.amount else 0
    first = number_at(segment.words[:1], 0)
    return rial // int(first.value) if first is not None and first.value and rial % int(first.value) == 0 else 1


def _bound(
    words: Sequence[Word], segment: Phrase, said: str, before: Phrase | None, following: Phrase | None
) -> Bound | None:
    behind = _behind(words, segment.end)
    if following is not None and following.has("measure", "dataset"):
        # «سه پیشنهاد یا بیشتر», "three bids or more"
        beyond = _behind(words, following.end)
        behind = beyond if beyond in (*_BEHIND_UP, *_BEHIND_DOWN) else behind
    value, money = _value(segment), segment.sense == "amount"
    if before is not None and before.text in _FROM and following is not None and (way := more_or_less(following.text)):
        # «از ۵۰ میلیون بیشتره»
        return _one("gt" if way == "above" else "lt", value, money, segment.start)
    unit = words[segment.end].text if segment.end < len(words) else ""
    if not money and said and unit in TIMES:
        value *= TIMES[unit]
    if behind in _BEHIND_UP:
        return Bound(("gte", value), None, money, segment.start)
    if behind in _BEHIND_DOWN:
        return Bound(None, ("lte", value), money, segment.start)
    if said == "approx":
        return Bound(("gte", value - value // _NEAR), ("lte", value + value // _NEAR), money, segment.start)
    op = _OPS.get(said)
    if op is None and before is not None and before.text in ("تا", "until"):
        op = "lte"
    if op is None:
        # «قرارداد ده میلیاردی»: of so much or more is the first reading of an amount beside nothing.
        op = "gte" if money else None
    if op is None:
        return None
    bound = _one(op, value, money, segment.start)
    other = segment.amount.other if segment.amount else None
    if other is None:
        return bound
    return Bound(bound.low, bound.high, money, segment.start, _one(op, other, money, segment.start))


def _behind(words: Sequence[Word], at: int) -> tuple[str, ...]:
    """The two words behind a number that may open it: not «و کمتر» of «و کمتر از ۲۰», which is a limit of its own."""
    further = words[at + 2 : at + 3]
    if any(word.text in _FROM for word in further) or (further and number_at(further, 0) is not None):
        return ()
    return tuple(word.text for word in words[at : at + 2])


def _one(op: Op, value: int, money: bool, at: int) -> Bound:
    pair = (op, value)
    return Bound(None, pair, money, at) if op in ("lt", "lte") else Bound(pair, None, money, at)


def _value(segment: Phrase) -> int:
    return segment.amount.rial if segment.amount is not None else segment.number or 0
