"""What the order of words says: from which value to which, whose, and which of several nouns a question is about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ayan.core.answers.concepts.lexicon import Lexicon
from ayan.core.answers.concepts.meanings import Meaning
from ayan.core.answers.pieces.phrases import Parted, Phrase
from ayan.core.answers.readings.word_usage import WordUses
from ayan.core.query.question import Filter
from ayan.core.schema.definition import Dataset

_FROM: Final = "from_"
_TO: Final = "to_"
_TOWARDS: Final = frozenset(("به", "to", "into"))
_BESIDES: Final = frozenset(("than", "and", "or"))
_LINKS: Final = frozenset(("و", "and", "یا", "or"))
_OF: Final = frozenset(("of", "of the"))
_SETTING: Final = ("versus", "difference", "ratio")
OWNERS: Final = ("'s", "s'")
_BEHIND_HEADS: Final = frozenset(
    [
        "of",
        "in",
        "by",
        "for",
        "with",
        "without",
        "from",
        "at",
        "on",
        "to",
        "over",
        "under",
        "above",
        "below",
        "per",
        "which",
        "who",
        "that",
        "between",
        "during",
        "since",
    ]
)
"""Behind these stands what a noun is about; before them, in English, the last noun leads."""


def settle_order(dataset: Dataset, parted: Parted, uses: WordUses) -> None:
    """Bring the conditions of a reading in agreement with the order of the words."""
    for name in list(uses.filters):
        if len(uses.filters[name]) > 1:
            _drop_owners(dataset, parted, name, uses)
        if name.startswith(_FROM):
            _direct(dataset, parted, name, uses)


def _drop_owners(dataset: Dataset, parted: Parted, name: str, uses: WordUses) -> None:
    """«the mayor's deputy» is a deputy: whose it is, is no condition beside what it is."""
    if sets_beside(parted):
        # Of "the mayor's salary" beside that of others, the mayor is one.
        return
    owners = {
        meaning.code
        for phrase in parted.segments
        if phrase.words[-1].shown.lower().endswith(OWNERS)
        for meaning in _values(dataset, phrase, name)
    }
    owners |= set(_whose(dataset, parted, name))
    kept = [each for each in uses.filters[name] if each.op != "eq" or each.text not in owners]
    if kept:
        uses.filters[name] = kept


def _whose(dataset: Dataset, parted: Parted, name: str) -> Iterator[str]:
    """«شهردار چند تا معاون دارد», "deputies of the mayor": the values of whoever has those that are asked for."""
    segments = parted.segments
    for at, phrase in enumerate(segments):
        own = [each.code for each in _values(dataset, phrase, name)]
        counted = at > 0 and any(each.target == "count" for each in segments[at - 1].of("aggregate"))
        before = segments[:at] if not counted else [each for each in segments if each is not phrase]
        said = [each.code for other in before for each in _values(dataset, other, name)]
        linked = any(each.text in _LINKS for each in segments[max(at - 2, 0) : at])
        if own and counted and not linked:
            yield from (code for code in said if code not in own)
        if own and said and linked is False and at > 0 and segments[at - 1].text in _OF and _is_of_value(segments, at):
            yield from (code for code in own if code not in said)


def _is_of_value(segments: Sequence[Phrase], at: int) -> bool:
    """Whether a value stands right before the «of» that leads to a piece."""
    return at > 1 and segments[at - 2].has("value")


def sets_beside(parted: Parted) -> bool:
    """Whether one thing is set beside another: "compare …", "versus", "than"."""
    if any(word.text in _BESIDES for word in parted.words):
        return True
    compared = (each for phrase in parted.segments for each in phrase.of("comparison") if each.grade == "right")
    joins = (each.concept for phrase in parted.segments for each in phrase.of("page"))
    return any(each.target in _SETTING for each in compared) or any(
        concept is not None and concept.more.get("joins") for concept in joins
    )


def _direct(dataset: Dataset, parted: Parted, name: str, uses: WordUses) -> None:
    """«از باغ به تجاری»: what stands behind «به» is what it became."""
    other = _TO + name.removeprefix(_FROM)
    if other in uses.filters or all(each.name != other for each in dataset.published):
        return
    towards = False
    reached: set[str] = set()
    for phrase in parted.segments:
        towards = towards or phrase.text in _TOWARDS
        reached |= {meaning.code for meaning in _values(dataset, phrase, name)} if towards else set()
    moved = [each for each in uses.filters[name] if each.text in reached]
    if moved:
        uses.filters[other] = [Filter(other, each.op, each.values) for each in moved]
        uses.filters[name] = [each for each in uses.filters[name] if each.text not in reached]
    if not uses.filters[name]:
        del uses.filters[name]


def _values(dataset: Dataset, phrase: Phrase, name: str) -> Iterator[Meaning]:
    return (each for each in phrase.of("value") if each.slug == dataset.slug and each.field == name)


def head(lexicon: Lexicon, segments: Sequence[Phrase]) -> Phrase | None:
    """The piece that says what a question is about: the first that names a dataset; in English the last before «of»."""
    naming = [phrase for phrase in segments if any(names(lexicon, meaning) for meaning in phrase.meanings)]
    if not naming or not naming[0].words[0].is_latin:
        return next(iter(naming), None)
    # What something costs is asked of whatever it is: "green space spending".
    naming = [phrase for phrase in naming if not phrase.has("ask")] or naming
    ends = (phrase.start for phrase in segments if phrase.start > naming[0].start and phrase.text in _BEHIND_HEADS)
    end = next(ends, len(segments) and segments[-1].end)
    run = [naming[0]]
    for phrase in naming[1:]:
        if phrase.start >= end or phrase.start != run[-1].end:
            break
        run.append(phrase)
    return run[-1]


def names(lexicon: Lexicon, meaning: Meaning) -> bool:
    """Whether a meaning says which dataset is meant; companies and people are asked for in all."""
    return (
        meaning.grade != "weak"
        and meaning.sense in ("dataset", "measure", "relation")
        and meaning.slug not in lexicon.registers
    )


def is_set_against(segments: Sequence[Phrase], place: int) -> bool:
    """Whether a word that mostly says nothing sets one thing against another: "paid over their value".

    "Over the city" and "over the years" do not.
    """
    compares = any(each.target in ("gt", "lt") and each.grade == "right" for each in segments[place].of("comparison"))
    near = segments[max(place - 2, 0) : place + 3]
    behind = segments[place + 1] if place + 1 < len(segments) else None
    if behind is not None and behind.has("dataset") and not behind.has("measure", "field", "unit", "ask"):
        # "Fines under Article 100": of what is named, and below nothing.
        return False
    return compares and not any(each.sense in ("period", "place") or each.has("period", "place") for each in near)


def says_key(segments: Sequence[Phrase]) -> bool:
    """Whether "by" stands before what rows may be taken together by: no order, and nobody who did something."""
    for place, phrase in enumerate(segments):
        behind = next((each for each in segments[place + 1 :] if not each.has("stop")), None)
        if phrase.text != "by" or behind is None or behind.has("name", "place", "thing", "measure"):
            continue
        if behind.has("field", "dataset") and not any(each.code for each in behind.of("value")):
            return True
    return False
