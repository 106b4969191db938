"""Groups by two keys at once: «به تفکیک منطقه و سال», "per district per year"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from ayan.core.answers.facts import CityFacts
from ayan.core.answers.grammar.asked_question import AskedQuestion
from ayan.core.answers.grammar.group_keys import KINDS, kind_of, time_key
from ayan.core.answers.grammar.group_shapes import breakdown
from ayan.core.answers.limits import LONG_SERIES
from ayan.core.answers.pieces.cues import PARTS_OF_TIME, Cues
from ayan.core.answers.pieces.phrases import Phrase
from ayan.core.query.grouping import GroupKey, groupable

_JOINTS: Final = frozenset(("و", "and", "the", "در", "in", "each", "every", "هر"))
_BY: Final = frozenset(("by", "per", "each", "every", "هر", "تفکیک", "حسب"))
_TIMES: Final = frozenset(("per-year", "per-quarter", "per-month", "each-month", "group"))


def by_two(facts: CityFacts, question: AskedQuestion, cues: Cues) -> AskedQuestion | None:
    """Groups by two keys, in the order of these; None where a question does not say two."""
    if cues.order is not None or not (cues.grouped or cues.by_time):
        return None
    segments = question.reading.parted.segments
    keys = list(dict.fromkeys(_said_keys(question, segments)))
    part = cues.by_time or next(_said_parts(segments), "")
    if part and keys and (time := time_key(facts, question.dataset, part)) is not None and time.field != keys[0]:
        course = breakdown(facts, question, replace(cues, by_time=part), None)
        if course is None or course.shape != "ranking" or course.by is None:
            return None
        return replace(course, by=GroupKey(keys[0]), then=course.by, sort=None, size=LONG_SERIES)
    if len(keys) < 2:
        return None
    first = breakdown(facts, question, replace(cues, by_time=""), keys[0])
    if first is None or first.by is None:
        return None
    return replace(first, then=GroupKey(keys[1]), sort=None, size=LONG_SERIES)


def _said_keys(question: AskedQuestion, segments: Sequence[Phrase]) -> Iterator[str]:
    """The columns that stand behind a word for groups, one after the other."""
    constrained = {each.field for each in question.scope.filters if each.op == "eq"}
    named = [each for each in question.reading.keys if each and groupable(question.dataset.field(each))]
    for place, segment in enumerate(segments):
        if not _is_behind_group(segments, place):
            continue
        if segment.words[-1].text in KINDS and (kind := kind_of(question.reading)) is not None:
            yield kind
            continue
        for name in named:
            own = question.dataset.field(name)
            if name in constrained or own.kind.is_money or own.kind.is_day or own.kind.is_period:
                continue
            if _says_column(question, segment, name, own.role or ""):
                yield name
                break


def _says_column(question: AskedQuestion, segment: Phrase, name: str, role: str) -> bool:
    slug = question.dataset.slug
    if any(each.slug == slug and each.field == name for each in segment.meanings):
        return True
    if role == "place" and any(each.target == "district" for each in segment.of("place")):
        return True
    return role in ("unit", "company", "person") and segment.has("thing", "relation")


def _said_parts(segments: Sequence[Phrase]) -> Iterator[str]:
    for place, segment in enumerate(segments):
        if segment.text in PARTS_OF_TIME and _is_behind_group(segments, place):
            yield PARTS_OF_TIME[segment.text]


def _is_behind_group(segments: Sequence[Phrase], place: int) -> bool:
    """Whether a piece stands behind a word for groups, with no more than other keys and joints between."""
    if any(word.text in _BY for word in segments[place].words):
        return True
    for before in reversed(segments[:place]):
        is_group = any(each.target in _TIMES for each in before.of("aggregate"))
        if is_group or any(word.text in _BY for word in before.words):
            return True
        is_key = before.text in PARTS_OF_TIME or before.has("place", "thing", "relation", "field")
        if before.text not in _JOINTS and not is_key:
            return False
    return False
