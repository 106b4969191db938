"""One column of a row set against another: «پرداخت از مبلغ قرارداد بیشتر», "signed after they started"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ayan.core.answers.concepts.lexicon import Lexicon
from ayan.core.answers.concepts.meanings import Meaning
from ayan.core.answers.pieces.cues import Cues
from ayan.core.answers.pieces.phrases import Parted, Phrase
from ayan.core.answers.readings.word_usage import WordUses, add
from ayan.core.answers.words.directions import BoundSide, way_of
from ayan.core.query import values
from ayan.core.query.operators import comparable
from ayan.core.query.question import Filter
from ayan.core.schema.definition import Dataset

_SENSES: Final = ("measure", "field", "relation", "value")
_FROM: Final = "از"
_NEAR: Final = 4
"""Pieces between a word that compares and the column that it compares with."""
_SAYS: Final = 2.6
"""What two columns that are set against each other say for the dataset that has both."""


@dataclass(frozen=True, slots=True)
class ColumnPair:
    """A column, the other one that it is above or below, and the pieces of the question that say so."""

    first: str
    direction: BoundSide
    second: str
    places: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Sign:
    """A word that compares: its direction, whether it is of days, its pieces, and where the second column may stand."""

    direction: BoundSide
    of_days: bool
    places: frozenset[int]
    second: range
    begin: int


def column_pair(lexicon: Lexicon, dataset: Dataset, parted: Parted) -> ColumnPair | None:
    """The two columns that a question sets against each other; None where there are none, or several of them."""
    segments = parted.segments
    signs = list(_signs(segments))
    if not signs:
        return None
    named = [_columns(lexicon, dataset, each) for each in segments]
    pairs: dict[tuple[str, BoundSide, str], ColumnPair] = {}
    for sign in signs:
        second = next((at for at in sign.second if named[at]), None)
        if second is None or any(segments[at].sense in ("amount", "number") for at in sign.second if at <= second):
            continue
        before = (at for at in reversed(range(sign.begin)) if named[at])
        behind = (at for at in range(max(second, *sign.places) + 1, len(segments)) if named[at])
        for at in (*before, *behind):
            fitting = list(_pairs(dataset, sign, named[at], named[second]))
            if len(fitting) == 1:
                places = sign.places | {at, second}
                pairs.setdefault(fitting[0], ColumnPair(*fitting[0], frozenset(places)))
                break
    return next(iter(pairs.values())) if len(pairs) == 1 else None


def use_pair(pair: ColumnPair, uses: WordUses) -> None:
    """Such a pair as a condition on the rows."""
    uses.score += _SAYS + _SAYS / 2
    uses.grounded = True
    uses.explained |= pair.places
    add(uses, Filter(pair.first, pair.direction, (pair.second,)))


def without_compared(wanted: Cues, compared: Sequence[Phrase]) -> Cues:
    """What is wanted beside two columns that were set against each other: their «بیشتر» orders nothing."""
    if not compared:
        return wanted
    orders = any(wanted.order in phrase.meanings for phrase in compared)
    return replace(wanted, order=None if orders else wanted.order, columns=False)


def _signs(segments: Sequence[Phrase]) -> Iterator[_Sign]:
    for at, segment in enumerate(segments):
        first, last = segment.words[0], segment.words[-1]
        way = way_of(first.text)
        if way is None or (len(segment.words) > 1 and not segment.has("comparison", "superlative", "stop", "period")):
            continue
        direction, of_days = way
        behind = range(at + 1, min(at + 1 + _NEAR, len(segments)))
        if first.is_latin:
            yield _Sign(direction, of_days, frozenset((at,)), behind, at)
            continue
        if last.text == _FROM:
            yield _Sign(direction, of_days, frozenset((at,)), behind, at)
            continue
        if at + 1 < len(segments) and segments[at + 1].text == _FROM:
            yield _Sign(direction, of_days, frozenset((at, at + 1)), behind[1:], at)
            continue
        near = range(at - 1, max(at - 1 - _NEAR, -1), -1)
        origin = next((each for each in near if segments[each].text == _FROM), None)
        if origin is not None:
            # «… از مبلغ قرارداد بیشتر»
            yield _Sign(direction, of_days, frozenset((origin, at)), range(origin + 1, at), origin)


def _columns(lexicon: Lexicon, dataset: Dataset, phrase: Phrase) -> tuple[str, ...]:
    """The columns of a dataset that a piece names."""
    if phrase.sense not in ("words", "unknown"):
        return ()
    said = [each.field for each in phrase.meanings if _names(dataset, each)]
    said += [name for each in phrase.meanings if (name := _day_of(dataset, each))]
    texts = [word.text for word in phrase.words]
    for part in (texts, *([text] for text in texts if len(texts) > 1)):
        said += [] if said else [each.field for each in lexicon.labels.meant(dataset, part) if not each.code]
    return tuple(dict.fromkeys(said))


def _names(dataset: Dataset, meaning: Meaning) -> bool:
    return meaning.sense in _SENSES and meaning.slug == dataset.slug and bool(meaning.field) and not meaning.code


def _day_of(dataset: Dataset, meaning: Meaning) -> str:
    """The day on which rows came to a state: «پاسخ داده شد» is dated by ``answered``, "issued" by ``issued_on``."""
    if meaning.sense != "value" or meaning.slug != dataset.slug or not meaning.code:
        return ""
    dates = (meaning.code, f"{meaning.code}_on")
    return next((each.name for each in dataset.published if each.name in dates and each.kind.is_day), "")


def _pairs(
    dataset: Dataset, sign: _Sign, first: Sequence[str], second: Sequence[str]
) -> Iterator[tuple[str, BoundSide, str]]:
    own = values.as_asked(dataset)
    for name in first:
        fields = {each.name for each in comparable(own, own.field(name)) if each.kind.is_day is sign.of_days}
        for other in second:
            if other in fields and other != name:
                yield name, sign.direction, other
