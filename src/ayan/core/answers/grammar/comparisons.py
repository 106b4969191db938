"""What a question sets against each other: values that are no sum, one number or another, a part and its whole."""

from __future__ import annotations

from typing import Final

from ayan.core.answers.concepts.meanings import Meaning
from ayan.core.answers.pieces.cues import Cues
from ayan.core.answers.readings.interpretation import Reading
from ayan.core.query.grouping import groupable

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
    for condition in reading.filters:
        own = reading.dataset.field(condition.field)
        said = [
            segment
            for segment in reading.parted.segments
            if any(each.slug == reading.dataset.slug and each.field == own.name for each in segment.of("value", "name"))
            or (segment.sense == "place" and own.role == "place")
        ]
        if condition.op == "in" and own.choices is not None and said and (wanted or (len(said) > 1 and not cues.count)):
            return own.name if groupable(own) and (wanted or cues.wants_figure or bool(reading.measures)) else None
    return None


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
