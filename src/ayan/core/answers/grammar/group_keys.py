"""What rows are taken together by: the field that a question names, whoever is asked for, or a part of time."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Final

from ayan.core.answers.concepts.meanings import Meaning
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.readings.interpretation import Reading
from ayan.core.answers.words.morphology import form_words
from ayan.core.query.grouping import PARTS, DatePart, GroupKey, groupable
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field

_WHICH: Final = frozenset(("کدام", "کدوم", "کدامیک", "which", "چه"))
_BY: Final = frozenset(("by", "per", "each", "تفکیک", "حسب", "هر"))
KINDS: Final = frozenset(("type", "types", "kind", "kinds", "sort", "category", "categories", "class", "نوع"))
_SORTS: Final = ("category", "unit", "place", "company", "person")


def named_key(reading: Reading) -> str | None:
    """The field that rows are taken together by, where the question names one."""
    constrained = {condition.field for condition in reading.filters if condition.op == "eq"}
    constrained |= {meaning.field for meaning in reading.measures}
    names = (name for name in reading.keys if name and groupable(reading.dataset.field(name)))
    usable = [name for name in names if name not in constrained and not reading.dataset.field(name).kind.is_money]
    grouped = [name for name in usable if _is_said_to_group(reading, name)]
    return next(iter(grouped or usable), None)


def _is_said_to_group(reading: Reading, name: str) -> bool:
    """Whether a column is named right behind the word that groups: «میانگین روز پاسخ در هر واحد»."""
    role = reading.dataset.field(name).role
    for before, phrase in pairwise(reading.parted.segments):
        if any(each.target == "group" for each in before.of("aggregate")):
            own = any(each.slug == reading.dataset.slug and each.field == name for each in phrase.meanings)
            place = any(each.target == "district" for each in phrase.of("place"))
            if own or (place and role in ("place", "unit")):
                return True
    return False


def kind_key(reading: Reading) -> str | None:
    """The field of the sorts of rows, where they are asked for by these: "debt by type"."""
    texts = [word.text for word in reading.parted.words]
    if not any(second in KINDS and first in _BY for first, second in pairwise(texts)):
        return None
    return kind_of(reading)


def kind_of(reading: Reading) -> str | None:
    """The field of the sorts of rows that no condition is of."""
    constrained = {condition.field for condition in reading.filters}
    fields = [
        each
        for each in reading.dataset.published
        if (each.role == "category" or each.name == "kind") and groupable(each)
    ]
    fields.sort(key=lambda each: each.name != "kind")
    return next((each.name for each in fields if each.name not in constrained), None)


def sort_key(reading: Reading) -> str | None:
    """The field of units, else of sorts, of a dataset that has no condition on it."""
    constrained = {condition.field for condition in reading.filters}
    fields = [each for role in ("unit", "category") for each in reading.dataset.published if each.role == role]
    return next((each.name for each in fields if groupable(each) and each.name not in constrained), None)


def actor_key(reading: Reading) -> str | None:
    """The field of the people or companies of a dataset, where none of them is named."""
    constrained = {condition.field for condition in reading.filters}
    actors = (each.name for each in reading.dataset.published if each.role in ("person", "company") and groupable(each))
    return next((name for name in actors if name not in constrained), None)


def pointer_key(reading: Reading) -> str | None:
    """The field by which rows point to what is named: contracts "amended more than twice"."""
    fields = (name for name in reading.pointers if groupable(reading.dataset.field(name)))
    return next(fields, None)


def title_key(facts: CityFacts, dataset: Dataset) -> str | None:
    """The titles of lines that stand again in each month of a year, so that a line is all of them; None for others."""
    time = facts.time(dataset)
    if time is None or not time.kind.is_period or not facts.is_within_years(dataset):
        return None
    return next((each.name for each in dataset.published if each.role == "title" and groupable(each)), None)


def time_key(facts: CityFacts, dataset: Dataset, part: str) -> GroupKey | None:
    """When rows happened, by years or by a part of them; None where that is not recorded."""
    own = facts.time(dataset)
    if own is None:
        return None
    if part == "day":
        return GroupKey(own.name) if own.kind.is_day and groupable(own) else None
    step: DatePart = next((each for each in PARTS if each == part), "year")
    # What is recorded once in such a time is a group of it already.
    return GroupKey(own.name, step if own.kind.is_day or (step != "month" and facts.is_within_years(dataset)) else None)


def asked_which(facts: CityFacts, reading: Reading, key: str) -> bool:
    """Whether it is asked which have such rows: «کدوم پیمانکارا پروژهٔ متوقف دارند», "which districts have …".

    Who is asked for stands right behind the word that asks, and is another sort of thing than the rows.
    """
    own, slug = reading.dataset.field(key), reading.dataset.slug
    if own.role not in ("company", "unit", "place") or not repeats(facts, reading, key):
        return False
    if any(
        phrase.words[0].text in _WHICH
        and any(each.slug == slug and each.field == key for each in phrase.of("relation"))
        for phrase in reading.parted.segments
    ):
        # «کدام واحدها قرارداد … داشتند»
        return True
    for before, phrase in pairwise(reading.parted.segments):
        if not any(each.target == "answer:list" and each.grade == "right" for each in before.of("ask")):
            continue
        if before.text not in _WHICH or any(each.slug == slug for each in phrase.of("dataset", "value", "measure")):
            return False
        columns = any(each.slug == slug and each.field == key for each in phrase.of("field", "relation"))
        return columns or (own.role == "place" and phrase.has("place")) or (own.role != "place" and phrase.has("thing"))
    return False


def repeats(facts: CityFacts, reading: Reading, actor: str) -> bool:
    """Whether who is asked for stands in many rows, so that they are taken together: who was absent, who is owed."""
    things = (each for each in facts.lexicon.concepts.values() if each.sense == "entity-type")
    homes = {each.target for each in things if not each.more.get("anybody")}
    if f"{reading.dataset.slug}.{actor}" in homes or reading.dataset.key == (actor,) or reading.names:
        return False
    concept = facts.lexicon.words_of(reading.dataset)
    return bool(reading.filters) or actor in reading.keys or (concept is not None and concept.text("shape") == "figure")


def unit_key(reading: Reading) -> str | None:
    """The field of the unit in charge of rows."""
    units = (each.name for each in reading.dataset.published if each.role == "unit" and groupable(each))
    return next(units, None)


def sort_words(own: Field, stem: Callable[[str], str]) -> frozenset[str]:
    """The words by which a column of sorts is called, but for those of sorts in general: «تخلف» of «نوع تخلف»."""
    return _called(own, stem) - KINDS


def _called(own: Field, stem: Callable[[str], str]) -> frozenset[str]:
    """The words by which a column is called."""
    return frozenset(stem(word.text) for text in (own.label.fa, own.label.en) for word in form_words(text))


def column_behind(facts: CityFacts, reading: Reading, order: Meaning | None) -> str | None:
    """The one column of sorts that is called like the word behind a superlative: "most common violation"."""
    segments, stem = reading.parted.segments, facts.lexicon.stem
    at = next((place for place, each in enumerate(segments) if order is not None and order in each.meanings), -1)
    sorts = [each for each in reading.dataset.published if each.choices is not None or each.role in _SORTS]
    for phrase in segments[at + 1 : at + 3] if at >= 0 else ():
        words = {stem(word.text) for word in phrase.words}
        if (phrase.has("stop") and phrase.words[0].is_latin) or any(
            each.slug == reading.dataset.slug and each.grade == "right" for each in phrase.of("dataset")
        ):
            # What the rows themselves are called, and words that are in many labels.
            continue
        called = [each.name for each in sorts if groupable(each) and words <= _called(each, stem)]
        if len(called) > 1 and segments.index(phrase) + 1 < len(segments):
            # «نوع تخلف»: of several sorts that of what stands behind it.
            named = {stem(word.text) for word in segments[segments.index(phrase) + 1].words}
            called = [name for name in called if named & _called(reading.dataset.field(name), stem)]
        if len(called) == 1:
            return called[0]
    return None
