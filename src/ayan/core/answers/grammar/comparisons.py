"""What a question sets against each other: periods, values that are no sum, two numbers, a part and its whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from ayan.core.answers.concepts.meanings import Meaning
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.pieces.cues import Cues
from ayan.core.answers.pieces.phrases import Phrase
from ayan.core.answers.readings.interpretation import Reading
from ayan.core.answers.words.said_period import SaidPeriod, jalali_years
from ayan.core.query.grouping import groupable
from ayan.core.query.question import Filter
from ayan.core.schema.field import Field

_ACTORS: Final = ("person",)
_EITHER: Final = frozenset(("یا", "or", "than"))


def compared_field(reading: Reading, cues: Cues) -> str | None:
    """The field of which several values are named that are no sum: «اختلاف حقوق شهردار و معاون», "A or B"."""
    targets = {
        each.target for part in reading.parted.segments for each in part.of("comparison") if each.grade == "right"
    }
    compared = any(
        each.concept is not None and each.concept.more.get("joins")
        for part in reading.parted.segments
        for each in part.of("page")
    )
    said_or = {each.text for each in reading.parted.words} & _EITHER and cues.order is not None and not cues.bounds
    wanted = compared or bool(targets & {"difference", "versus", "ratio"}) or bool(said_or)
    held = [(condition, _saying(reading, condition)) for condition in reading.filters if condition.op == "in"]
    # What is said by two pieces is compared, before what one word means several values of.
    for condition, said in sorted(held, key=lambda each: -min(len(each[1]), 2)):
        own = reading.dataset.field(condition.field)
        # Two people or companies are as good as two values of a list: «آذر بیشتر غایب بوده یا بهار».
        is_listed = own.choices is not None or (own.role in _ACTORS and len(said) > 1)
        if is_listed and said and (wanted or (len(said) > 1 and not cues.count)):
            # «درآمد و هزینه»: what comes in and what goes out is never one list.
            is_told = wanted or cues.wants_figure or bool(reading.measures) or _are_both_sides(own, condition)
            return own.name if groupable(own) and is_told else None
    return None


def _are_both_sides(own: Field, condition: Filter) -> bool:
    """Whether values are two: one of money that comes in, and one of money that goes out."""
    sides = own.side
    return sides is not None and sorted(sides.of(str(each)) for each in condition.values) == ["in", "out"]


def _saying(reading: Reading, condition: Filter) -> list[Phrase]:
    """The pieces of a question that say values of a condition."""
    own = reading.dataset.field(condition.field)
    return [
        segment
        for segment in reading.parted.segments
        if any(each.slug == reading.dataset.slug and each.field == own.name for each in segment.of("value", "name"))
        or (segment.sense == "place" and own.role == "place")
    ]


def names_either(reading: Reading) -> bool:
    """«جاری بیشتر است یا عمرانی», «فرق مصوب و عملکرد»: two numbers beside each other."""
    targets = {
        each.target for part in reading.parted.segments for each in part.of("comparison") if each.grade == "right"
    }
    said = {each.text for each in reading.parted.words} & _EITHER or targets & {"difference", "versus"}
    senses = ("measure", "field") if "difference" in targets else ("measure",)
    return bool(said) and len({each.field for each in reading.measures if each.sense in senses}) > 1


def is_of_time(order: Meaning) -> bool:
    """Whether a superlative is of when: «اولین», «آخرین»."""
    return order.concept is not None and order.concept.text("on").startswith("role:date")


def own_periods(facts: CityFacts, reading: Reading, wanted: Cues) -> Iterator[SaidPeriod | None]:
    """The periods of a question; a Gregorian year as the two Jalali years that it lies in, of what is told by these."""
    own = facts.time(reading.dataset)
    for period in wanted.periods or (None,):
        parts = jalali_years(period) if period is not None and own is not None and own.kind.is_period else ()
        yield from parts or (period,)


def years_beside(facts: CityFacts, reading: Reading, wanted: Cues) -> Cues:
    """What is wanted; two years of rows that are compared as how many there are in each, and as no two lists."""
    years = [each.year for each in wanted.periods if each.is_year and each.year is not None]
    if not wanted.is_set_beside or wanted.share or len(years) != 2 or len(wanted.periods) != 2:
        return wanted
    # "Budgets" names both the dataset and a number of it.
    several = len(reading.measures) > 1 or bool(reading.keys)
    if wanted.order is not None or several or not reading.is_sure or not reading.named:
        return wanted
    if facts.lexicon.words_of(reading.dataset) is None:
        return wanted
    low, high = min(years), max(years)
    course = SaidPeriod(wanted.periods[-1].end, (("gte", str(low)), ("lte", str(high))), low, high)
    return replace(wanted, periods=(course,), by_time="year")
