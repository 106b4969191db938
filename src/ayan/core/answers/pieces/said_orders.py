"""What a question wants first, and how many of it: the superlative, its number, and numbers that say nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from ayan.core.answers.concepts.meanings import Meaning
from ayan.core.answers.pieces.bounds import Bound
from ayan.core.answers.pieces.phrases import Parted, Phrase
from ayan.core.answers.words.quantities import ordinal_at

_PIECES: Final = frozenset(("تا", "عدد", "مورد", "فقره"))
_PEOPLE: Final = frozenset(("نفر", "نفره", "عضو", "people", "persons", "members"))
_PRESENT: Final = frozenset(("حضور", "حاضر"))
"""What stands behind a number of people, and before it."""


def said_order(segments: Sequence[Phrase], limits: Sequence[Bound]) -> tuple[Meaning | None, int]:
    """The superlative, and its place; «most» beside «of» or «than» is none."""
    weak: tuple[Meaning | None, int] = (None, -1)
    ends = [place for place in range(len(segments)) if ends_period(segments, place)]
    # «بیشترین بدهی … آخر ۱۴۰۴»: what says the end of a year orders nothing beside another superlative.
    others = [place for place in range(len(segments)) if place not in ends]
    for place in (*others, *ends):
        segment = segments[place]
        for meaning in segment.of("superlative"):
            if segment.has("comparison") and _next_is_number(segments, place):
                continue
            if any(each.says(segment) for each in limits):
                # «از ۵۰ میلیون بیشتر», «۵ طبقه حداکثر»
                continue
            if meaning.grade == "right":
                return meaning, place
            if weak[0] is None and not segment.has("dataset", "value", "name"):
                weak = meaning, place
    return weak


def ends_period(segments: Sequence[Phrase], place: int) -> bool:
    """Whether a word that may order rows says the end of the period behind it: «آخر ۱۴۰۴»."""
    is_end = any(each.target == "end-of" for each in segments[place].of("period"))
    return is_end and place + 1 < len(segments) and segments[place + 1].sense == "period"


def _next_is_number(segments: Sequence[Phrase], place: int) -> bool:
    following = segments[place + 1].sense if place + 1 < len(segments) else ""
    return following in ("amount", "number")


def is_several(segments: Sequence[Phrase], at: int) -> bool:
    """Whether a superlative stands in the plural: «بزرگ‌ترین قراردادها»."""
    beside = [segment for segment in segments[max(at - 2, 0) : at + 3] if segment.has("dataset", "thing", "value")]
    return any(segment.plural for segment in beside)


def size_of_order(segments: Sequence[Phrase], at: int) -> int | None:
    """«ده قرارداد بزرگ», "top 5": how many are wanted."""
    begin = max(at - 2, 0)
    while begin > 0 and all(each.has("stop", "comparison") for each in segments[begin:at]):
        # «سه تا از بزرگ‌ترین»
        begin -= 1
    for place, segment in enumerate(segments[begin : at + 3], begin):
        if segment.number is not None and 1 < segment.number <= 100 and not _is_either(segments, place):
            return segment.number
    return next((first.number for first, second in _neighbours(segments) if _is_number_of(first, second)), None)


def nth_of_order(segments: Sequence[Phrase]) -> int:
    """Which one of an order is meant: "second largest"; 0 where none is said."""
    ordinals = (ordinal_at(each.words, 0) for each in segments if each.sense == "number" and len(each.words) == 1)
    return next((which for which in ordinals if which is not None and which > 1), 0)


def _is_either(segments: Sequence[Phrase], place: int) -> bool:
    """Whether what stands at a place is one of two that are named: «… بیشتر است یا ۳»."""
    return place > 0 and segments[place - 1].text in ("یا", "or")


def _neighbours(segments: Sequence[Phrase]) -> Iterator[tuple[Phrase, Phrase]]:
    """Each piece and what it counts, if it is a number: «سه تا پیمانکار» are three of them."""
    return pairwise([each for each in segments if each.text not in _PIECES])


def _is_number_of(segment: Phrase, following: Phrase) -> bool:
    """Whether a number says how many of some things are wanted, and stands before these: «سه منطقه‌ای که بیشترین …»."""
    few = segment.sense == "number" and segment.number is not None and 1 < segment.number <= 100
    return few and following.has("dataset", "thing", "place") and not following.has("measure", "unit")


def spare_number(parted: Parted, limits: Sequence[Bound], at: int) -> str:
    """A number that is neither a condition nor how many are wanted; empty where there is none.

    ``at`` is the place of the superlative, -1 without one.
    """
    is_ordered = at >= 0
    bounded = {place for each in limits for place in (each.at, each.until)}
    begin = max(at - 2, 0)
    while begin > 0 and all(each.has("stop", "comparison") for each in parted.segments[begin:at]):
        begin -= 1
    near = range(begin, at + 3) if is_ordered else range(0)
    for place, segment in enumerate(parted.segments):
        is_near = place in near and not _is_either(parted.segments, place)
        if segment.sense != "number" or segment.start in bounded or is_near:
            continue
        following = next((second for first, second in _neighbours(parted.segments) if first is segment), None)
        if not (is_ordered and following is not None and _is_number_of(segment, following)):
            return segment.text
    return ""


def counts_people(question: Parted, phrase: Phrase) -> bool:
    """Whether a number tells how many people there were, and which record is no matter: «با حضور ۱۱ نفر»."""
    after = question.words[phrase.end].text if phrase.end < len(question.words) else ""
    before = question.words[phrase.start - 1].text if phrase.start else ""
    return phrase.text.isdigit() and (after in _PEOPLE or before in _PRESENT)
