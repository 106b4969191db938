"""Columns that a question names beside their values: «پهنهٔ صنعتی» is a zone, «تصمیم شهردار» whoever decided."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ayan.core.answers.concepts.lexicon import Lexicon
from ayan.core.answers.concepts.meanings import Meaning
from ayan.core.answers.pieces.phrases import Parted, Phrase
from ayan.core.answers.readings.negation import is_negated
from ayan.core.answers.readings.word_usage import WordUses
from ayan.core.answers.words.morphology import form_words
from ayan.core.query import values
from ayan.core.query.question import Filter
from ayan.core.schema.definition import Dataset
from ayan.core.values.asked_value import BadValue


def settle_named_columns(lexicon: Lexicon, dataset: Dataset, parted: Parted, uses: WordUses) -> None:
    """Bring the conditions of a reading in agreement with the columns that the words beside them name."""
    for before, phrase in pairwise(parted.segments):
        _move(dataset, before, phrase, uses)
    _read_labels(lexicon, dataset, parted, uses)


def _move(dataset: Dataset, before: Phrase, phrase: Phrase, uses: WordUses) -> None:
    """A value that stands in several columns is of the one that the word before it names."""
    said = {each.field: each for each in phrase.of("value") if each.slug == dataset.slug and each.code}
    named = {each.field for each in before.meanings if _names(dataset, each)} & set(said)
    held = [name for name in said if any(each.text == said[name].code for each in uses.filters.get(name, ()))]
    is_of_change = any(name.startswith(("from_", "to_")) for name in said)
    if is_of_change or len(named) != 1 or len(said) < 2 or len(held) != 1 or held[0] in named:
        return
    name = next(iter(named))
    own = values.as_asked(dataset).field(name)
    try:
        moved = Filter(name, "eq", (values.read_value(own, said[name].code),))
    except BadValue:
        return
    uses.filters[held[0]] = [each for each in uses.filters[held[0]] if each.text != said[held[0]].code]
    if not uses.filters[held[0]]:
        del uses.filters[held[0]]
    uses.filters.setdefault(name, []).append(moved)
    uses.keys = [each for each in uses.keys if each != name]


def _names(dataset: Dataset, meaning: Meaning) -> bool:
    return meaning.sense in ("value", "field") and meaning.slug == dataset.slug and not meaning.code


def _read_labels(lexicon: Lexicon, dataset: Dataset, parted: Parted, uses: WordUses) -> None:
    """A word of the label of a column that has a condition says nothing more: «تصمیم» of «مرجع تصمیم: شهردار»."""
    for at, phrase in enumerate(parted.segments):
        if is_negated(parted.segments, at):
            # «پرداخت نشده» turns round what no condition says.
            continue
        shown = " ".join(word.shown for word in phrase.words)
        if shown in uses.unread and any(labels_hold(lexicon, dataset, phrase, name) for name in uses.filters):
            uses.unread.remove(shown)


def labels_hold(lexicon: Lexicon, dataset: Dataset, phrase: Phrase, name: str) -> bool:
    """Whether every word of a piece stands in the label of a column whose values are a closed list."""
    if phrase.fixed or dataset.field(name).choices is None:
        return False
    return lexicon.labels.holds(dataset, name, [word.text for word in phrase.words])


def values_within(lexicon: Lexicon, dataset: Dataset, segment: Phrase, chosen: Sequence[Meaning]) -> list[Meaning]:
    """What a form of several words says beside what it stands for: «کیوسک خالی» is empty, and a kiosk."""
    if len(segment.words) < 2 or not chosen:
        return []
    taken = {each.field for each in chosen}
    # «مساحت زمین» is the name of one column, and of no sort of property.
    called = {word.text for each in chosen for word in form_words(_label(dataset, each))}
    matches = (lexicon.match([word]) for word in segment.words if word.text not in called)
    values_of = {
        each
        for match in matches
        if match is not None and any(m.sense == "dataset" and m.slug == dataset.slug for m in match.meanings)
        for each in match.meanings
        if each.sense == "value" and each.code and each.slug == dataset.slug and each.grade == "right"
    }
    said = [each for each in values_of if each.field not in taken]
    return said if len({each.field for each in said}) == len(said) else []


def _label(dataset: Dataset, meaning: Meaning) -> str:
    own = dataset.field(meaning.field) if meaning.sense == "measure" else None
    return f"{own.label.fa} {own.label.en}" if own is not None else ""
