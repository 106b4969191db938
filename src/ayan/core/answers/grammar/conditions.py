"""Periods and amounts of a question as conditions of the grammar, on the fields of one dataset that they are of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from ayan.core.answers.concepts.meanings import Meaning
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.grammar.group_keys import actor_key, named_key, pointer_key
from ayan.core.answers.limits import MOST_NAMED, MOST_VALUES, SHORTEST_STEM
from ayan.core.answers.pieces.bounds import OCCASIONS, Bound
from ayan.core.answers.pieces.cues import Cues
from ayan.core.answers.readings.interpretation import Reading
from ayan.core.answers.words.morphology import form_words, plain
from ayan.core.answers.words.said_period import SaidPeriod
from ayan.core.query import additivity, values
from ayan.core.query.question import Filter
from ayan.core.query.sum_parts import amount_field
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.values.asked_value import BadValue

# A Gregorian year begins and mostly lies in the Jalali year that is so much less.
_JALALI_OF_GREGORIAN: Final = 621
_LAST_JALALI: Final = 1500
_RESPELT: Final = "یی"
"""What stands for two spellings where words are compared."""
_SENTENCE: Final = 3
"""How many words more than those that were said a value has that is a sentence."""
_HELD_BY: Final = ("company", "person", "unit", "category", "title", "place")
"""The columns that are asked by words, the first first."""


def bounded(reading: Reading, cues: Cues, *, other: bool) -> Reading:
    """The reading with the conditions in numbers, on the field that they are of."""
    filters = list(reading.filters)
    unread = list(reading.unread)
    of_groups = []
    for bound in cues.bounds:
        own = _bounded_field(reading, bound)
        if is_of_groups(reading, cues, bound, own) and not bound.among:
            of_groups.append(bound)
            continue
        if own is None:
            # A number that is of no column is not understood.
            said = (each.text for each in reading.parted.segments if each.start == bound.at)
            unread.append(next(said, ""))
            continue
        meant = bound.other if other and bound.other is not None else bound
        filters += [Filter(own.name, op, (value,)) for op, value in meant.pairs]
        filters += [Filter(own.name, "in", meant.among)] if meant.among else []
    return replace(reading, filters=tuple(filters), unread=tuple(unread), group_bounds=tuple(of_groups))


def is_of_groups(reading: Reading, cues: Cues, bound: Bound, own: Field | None) -> bool:
    """Whether a condition is on what is taken together: companies with more than five contracts, or of so much in all.

    So it is where somebody or something is named that rows may be taken together by, and no column holds the number.
    """
    if bound.counted is not None and bound.counted.text in OCCASIONS:
        # "Absent more than three times": whoever it is of.
        return own is None and (named_key(reading) or pointer_key(reading) or actor_key(reading)) is not None
    if named_key(reading) is None and not ("person" in cues.asks and actor_key(reading) is not None):
        return False
    if bound.is_money:
        return own is not None and cues.function == "sum" and additivity.is_added(own)
    return own is None and bound.counted is not None


def _bounded_field(reading: Reading, bound: Bound) -> Field | None:
    """The column that a number bounds: of several that are named the one said nearest before it, else behind it."""
    meanings = sorted(reading.measures, key=lambda each: _distance(reading, each, bound))
    named = [reading.dataset.field(meaning.field) for meaning in meanings]
    if bound.is_money:
        return next((own for own in named if own.kind.is_money), None) or amount_field(reading.dataset)
    own = next((own for own in named if own.kind.summable and not own.kind.is_money), None)
    return own or (_named_quantity(reading, bound) if not named and bound.counted is None else None)


def _distance(reading: Reading, meaning: Meaning, bound: Bound) -> tuple[int, int]:
    """How far from a number a column is said: right behind it nearest, behind other words farther than before it."""
    segments = reading.parted.segments
    number = next((each for each in segments if each.start == max(bound.at, bound.until)), None)
    places = [each.start for each in segments if meaning in each.meanings]
    pieces = [each.start for each in segments if number is not None and each.start >= number.end and each.text != "تا"]
    if pieces and pieces[0] in places:
        return 0, 0
    before = [bound.at - place for place in places if place < bound.at]
    return (1, min(before)) if before else (2, min((abs(place - bound.at) for place in places), default=0))


def _named_quantity(reading: Reading, bound: Bound) -> Field | None:
    """What a dataset counts, where its name stands right before the condition: «جمعیت بیش از ۲۰۰ هزار»."""
    dataset = reading.dataset
    counts = [each for each in dataset.published if each.role == "quantity" and each.kind.is_count]
    if amount_field(dataset) is not None or not counts:
        return None
    before = [each for each in reading.parted.segments if each.start < bound.at and not each.has("comparison", "stop")]
    called = bool(before) and any(each.slug == dataset.slug for each in before[-1].of("dataset"))
    return counts[0] if called else None


def _is_prose(dataset: Dataset, name: str, values: Sequence[str], texts: Sequence[str]) -> bool:
    """Whether a column tells in sentences, so that a word of it is no condition."""
    return not dataset.field(name).role and any(len(form_words(each)) > _SENTENCE + len(texts) for each in values)


def searched(facts: CityFacts, reading: Reading) -> str:
    """The words that rows must hold, as rows write them: «روشنایی» is compared with one «ی» more than it has."""
    return " ".join(_as_published(facts, reading.dataset, each) for each in reading.looked_up)


def _as_published(facts: CityFacts, dataset: Dataset, text: str) -> str:
    held = _holding(facts, dataset, [text]) if _RESPELT in text else None
    words = (word for value in (held[1] if held is not None else ()) for word in value.split())
    return next((word for word in words if plain(word) == text), text)


def words_as_conditions(facts: CityFacts, reading: Reading) -> Reading:
    """The reading with its words as conditions on the columns whose values hold them.

    Of several people or companies that hold them each is one (``keys``). Where no column holds all of some words, or
    too many of its values do, nothing sure can be said of them.
    """
    dataset = reading.dataset
    texts = list(dict.fromkeys(reading.looked_up))
    columns: dict[str, tuple[str, ...]] = {}
    for part in [texts] if (whole := _holding(facts, dataset, texts)) else [[text] for text in texts]:
        held = whole or _holding(facts, dataset, part)
        if held is None or held[0] in columns:
            return replace(reading, unread=(*reading.unread, *part))
        columns[held[0]] = held[1]
    if any(dataset.field(name).role == "category" and _is_subject(reading, names) for name, names in columns.items()):
        # «رأی مخالف به بودجه» is of no commission that has it in its name.
        return replace(reading, unread=(*reading.unread, *texts), looked_up=())
    if any(dataset.field(name).role == "title" and _is_quality(reading, names) for name, names in columns.items()):
        # «درآمد نقدی» is no single line whose title holds the word.
        return replace(reading, unread=(*reading.unread, *texts), looked_up=())
    if any(_is_prose(dataset, name, values, texts) for name, values in columns.items()):
        # «سفرهای خارجی شورا» are none of which a report says that the council was told of it.
        return replace(reading, unread=(*reading.unread, *texts), looked_up=())
    if len({name for name in columns if dataset.field(name).role in ("title", "category")}) > 1:
        # One subject is not parted between two columns.
        return replace(reading, unread=(*reading.unread, *texts), looked_up=())
    actors = tuple(
        name for name, names in columns.items() if len(names) > 1 and dataset.field(name).role in ("company", "person")
    )
    before = {each.field: each for each in reading.filters if each.op == "contains"}
    both = {name: _holding_both(names, before.get(name)) for name, names in columns.items()}
    if not all(both.values()):
        return replace(reading, unread=(*reading.unread, *texts), looked_up=())
    filters = [
        Filter(name, "eq" if len(both[name]) == 1 else "in", both[name])
        if name in before
        else _called(name, names, texts)
        for name, names in columns.items()
    ]
    kept = [each for each in reading.filters if each.field not in columns]
    return replace(
        reading,
        filters=(*kept, *filters),
        looked_up=(),
        keys=(*actors, *reading.keys),
        related=reading.related or bool(actors),
    )


def _is_subject(reading: Reading, names: Sequence[str]) -> bool:
    """Whether what is looked up names another dataset, and is only part of what the values are called."""
    slug, looked_up = reading.dataset.slug, set(reading.looked_up)
    for phrase in reading.parted.segments:
        texts = [word.text for word in phrase.words]
        if not set(texts) <= looked_up or all(len(form_words(each)) == len(texts) for each in names):
            continue
        if any(each.slug != slug and each.grade == "right" for each in phrase.of("dataset")):
            return True
    return False


def _is_quality(reading: Reading, names: Sequence[str]) -> bool:
    """Whether what is looked up only says of which sort something is, and stands behind other words of a title."""
    if len(names) > 1:
        return False
    title = [word.text for word in form_words(names[0])]
    for phrase in reading.parted.segments:
        texts = [word.text for word in phrase.words]
        said = [each for each in phrase.meanings if each.grade == "right"]
        if (
            texts == list(reading.looked_up)
            and len(texts) == 1
            and said
            and all(each.sense == "value" for each in said)
        ):
            return len(title) > 2 * len(texts) and title[0] != texts[0]
    return False


def _holding_both(names: Sequence[str], before: Filter | None) -> tuple[str, ...]:
    """The values that hold other words, too: «آسفالت خیابان نسترن» is of one title."""
    return tuple(each for each in names if before is None or plain(before.text) in plain(each))


def _called(name: str, names: Sequence[str], texts: Sequence[str]) -> Filter:
    """That a column is one of some values; of many, that it holds the words, where no other value does."""
    phrase = " ".join(texts)
    if len(names) > MOST_NAMED and len(phrase) > SHORTEST_STEM and all(phrase in plain(each) for each in names):
        return Filter(name, "contains", (phrase,))
    return Filter(name, "eq" if len(names) == 1 else "in", tuple(names))


def _holding(facts: CityFacts, dataset: Dataset, texts: Sequence[str]) -> tuple[str, tuple[str, ...]] | None:
    """The column of a dataset in whose values some words stand together, and these values."""
    values_of: dict[str, list[str]] = {}
    for name in facts.lexicon.names.with_words(texts):
        for slug, field in name.fields:
            if slug == dataset.slug:
                values_of.setdefault(field, []).append(name.text)
    roles = {each.name: each.role or "" for each in dataset.published}
    first = min(
        values_of, key=lambda name: (_HELD_BY.index(roles[name]) if roles[name] in _HELD_BY else 9, name), default=""
    )
    held = sorted(values_of.get(first, ()))
    if roles.get(first) == "unit":
        # «سازمان پسماند» is that organisation, and not the office of its accounts.
        held = [each for each in held if not any(f" {other} " in f" {each} " for other in held if other != each)]
        values_of[first] = held
    return (first, tuple(held)) if first and len(values_of[first]) <= MOST_VALUES else None


def period_conditions(
    facts: CityFacts, dataset: Dataset, period: SaidPeriod | None, time: str = ""
) -> tuple[str | None, tuple[Filter, ...]]:
    """A period as text and as conditions on the field of time, or on the date ``time``; none where there is no such."""
    own = dataset.field(time) if time else facts.time(dataset)
    if period is None or own is None:
        return None, ()
    pairs = period.conditions
    if period.newest:
        known = facts.years(dataset)
        last = known[-1] if known and known[-1] - known[-period.newest :][0] < period.newest else facts.this_year
        # Where not every year has rows, the newest are those up to now.
        years = range(last - period.newest + 1, last + 1) if known else ()
        pairs = (("gte", str(years[0])), ("lte", str(years[-1]))) if years else ()
    filters = []
    for op, text in pairs:
        if own.kind.is_period and text[:4].isdigit() and int(text[:4]) > _LAST_JALALI:
            if not period.is_year:
                # Neither a Gregorian month nor several such years are Jalali ones.
                return None, ()
            written = str(int(text[:4]) - _JALALI_OF_GREGORIAN)
        else:
            written = text
        try:
            value = values.read_value(values.as_asked(dataset).field(own.name), written)
            filters.append(Filter(own.name, op, (value,)))
        except BadValue:
            return None, ()
    shown = pairs[0][1] if len(pairs) == 1 and pairs[0][0] == "eq" else "/".join(_edge(op, text) for op, text in pairs)
    return shown or None, tuple(filters)


def _edge(op: str, text: str) -> str:
    return {"gte": f"{text}-", "gt": f">{text}", "lt": f"<{text}"}.get(op, f"-{text}")
