"""What a question sets against each other: values that are no sum, one number or another, a part and its whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ayan.core.answers.cues import Cues
from ayan.core.answers.interpretation import Reading
from ayan.core.answers.meanings import Meaning
from ayan.core.query.additivity import side_field
from ayan.core.query.grouping import groupable
from ayan.core.query.question import Filter

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


def part_of(reading: Reading, conditions: Sequence[Filter], *, of_money: bool) -> list[Filter]:
    """The conditions that tell a part from its whole: not whose all of it is, where something else is said of it.

    «درصد حضور … در جلسات» is of the sessions of that member; «سهم منطقهٔ ۳ از …» of those of all districts.
    """
    whose = [
        each
        for each in conditions
        # That nobody stands there is no one's own.
        if each.op != "isnull" and reading.dataset.field(each.field).role in ("person", "company", "unit", "place")
    ]
    rest = [each for each in conditions if each not in whose]
    segments = reading.parted.segments
    at = next(
        (place for place, each in enumerate(segments) if any(m.target == "share" for m in each.meanings)), len(segments)
    )
    behind = next((each for each in segments[at + 1 :] if not each.has("stop")), None)
    is_first = behind is not None and (behind.sense == "place" or behind.has("name", "thing"))
    part = rest if rest and whose and not is_first else list(conditions)
    # «سهم مناقصه‌های تک‌پیشنهادی»: what names the rows is said of the whole, too.
    named = {each.field for each in part if _names_rows(reading, each)}
    part = [each for each in part if each.field not in named] or part
    sided = side_field(reading.dataset) if of_money else None
    if sided is not None and any(each.field != sided.name for each in part):
        # Money in is a part of all money in, and of nothing else.
        part = [each for each in part if each.field != sided.name]
    return part


def _names_rows(reading: Reading, condition: Filter) -> bool:
    """Whether the word that says a condition is the one that says which rows are meant: «شکایت», «مناقصه»."""
    slug = reading.dataset.slug
    return any(
        any(each.slug == slug for each in segment.of("dataset"))
        and any(each.slug == slug and each.field == condition.field for each in segment.of("value"))
        for segment in reading.parted.segments
    )
