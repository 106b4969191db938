"""What a question measures: the field that is named or usual, and what is done with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise, zip_longest
from typing import Final

from ayan.core.answers.concepts.meanings import Meaning
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.pieces.cues import Cues
from ayan.core.answers.pieces.phrases import Phrase
from ayan.core.answers.readings.interpretation import Reading
from ayan.core.answers.readings.reading_doubts import PEOPLE
from ayan.core.answers.words.morphology import tokens
from ayan.core.query import additivity
from ayan.core.query.grouping import Function, GroupMeasure, groupable
from ayan.core.query.question import Filter, Question
from ayan.core.query.sum_parts import amount_field, measures_of
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field

_DAYS: Final = ("day", "days")
_MIDDLE: Final = ("avg", "median")
_MONTHLY: Final = frozenset(("monthly", "month"))
_WHOSE: Final = frozenset(("company", "person", "unit", "place"))
_HOW_MANY: Final = frozenset(("چند", "تعداد", "many"))
_TAKING: Final = ("میگیرد", "دریافت", "collect", "collects", "receive", "receives", "earn", "earns")
"""Verbs of whoever gets what is due from all."""


def measure_of(facts: CityFacts, reading: Reading) -> tuple[Field | None, Meaning | None]:
    """What is measured: the field that is named, else the amount of the dataset, else its quantity or rate."""
    for meaning in reading.measures:
        named = reading.dataset.field(meaning.field)
        if named.kind.summable:
            return named, meaning if meaning.concept is not None else _concept_of(facts, named, reading.dataset)
    own = _usual_measure(reading.dataset)
    return own, _concept_of(facts, own, reading.dataset) if own is not None else None


def with_duration(facts: CityFacts, reading: Reading, cues: Cues) -> Reading:
    """The reading with the days that are asked for, where it measures nothing: "how long do contracts last"."""
    if cues.count or not ("duration" in cues.asks or cues.function in _MIDDLE):
        return reading
    if "duration" not in cues.asks or reading.measures or (days := _lasting(reading.dataset)) is None:
        return _until_end(facts, reading)
    return replace(reading, measures=(Meaning("measure", slug=reading.dataset.slug, field=days.name),))


def _lasting(dataset: Dataset) -> Field | None:
    """For how many days the rows of a dataset lasted."""
    days = (each for each in dataset.published if each.role == "quantity" and each.kind.summable)
    return next((each for each in days if each.unit is not None and each.unit.en in _DAYS), None)


def _until_end(facts: CityFacts, reading: Reading) -> Reading:
    """The reading without the end up to which days are counted as a condition: how long it takes "to answer" is asked
    of all that came to an end, "answered complaints" are some of them."""
    own, _ = measure_of(facts, reading)
    if own is None or own.unit is None or own.unit.en not in _DAYS:
        return reading
    ends = {
        (meaning.field, meaning.code)
        for phrase, behind in zip_longest(reading.parted.segments, reading.parted.segments[1:])
        if not (behind is not None and _is_done(phrase) and _names_rows(reading.dataset, behind))
        for meaning in _values_in(facts, own, phrase)
        if meaning.slug == reading.dataset.slug and _is_end_of(facts, reading.dataset, own, phrase, meaning)
    }
    kept = tuple(each for each in reading.filters if each.op != "eq" or (each.field, each.text) not in ends)
    return replace(reading, filters=kept)


def _values_in(facts: CityFacts, own: Field, phrase: Phrase) -> Iterator[Meaning]:
    """The values that a piece says, by one of its words where all of it says what is measured: "days to respond"."""
    yield from phrase.of("value")
    if any(each.field == own.name for each in phrase.of("measure")):
        matches = map(facts.lexicon.match, ([word] for word in phrase.words))
        yield from (each for match in matches if match is not None for each in match.meanings if each.sense == "value")


def _is_end_of(facts: CityFacts, dataset: Dataset, own: Field, phrase: Phrase, meaning: Meaning) -> bool:
    """Whether a value is what the label of a number of days says they last to: "respond" of "days until the answer"."""
    labels, choices = facts.lexicon.labels, dataset.field(meaning.field).choices
    if labels.holds(dataset, own.name, [word.text for word in phrase.words]):
        return True
    called = (each.label.en for each in choices.entries if each.code == meaning.code) if choices is not None else ()
    return phrase.words[0].is_latin and any(
        labels.holds(dataset, own.name, [word.text for word in tokens(each)]) for each in called
    )


def _names_rows(dataset: Dataset, phrase: Phrase) -> bool:
    return any(each.slug == dataset.slug for each in phrase.of("dataset"))


def _is_done(phrase: Phrase) -> bool:
    """Whether an English word says what was done to what stands behind it: "answered complaints"."""
    return phrase.words[-1].shown.lower().endswith("ed")


def with_usual(facts: CityFacts, reading: Reading, scope: Question) -> Reading:
    """The reading measured as usual, where the column that a word may name besides holds nothing in these rows yet:
    the largest expense in the budget of a year of which nothing is spent."""
    named, usual = next(iter(reading.measures), None), _usual_measure(reading.dataset)
    if named is None or named.grade != "weak" or usual is None or not facts.has_rows(reading.dataset):
        return reading
    own = reading.dataset.field(named.field)
    if own.name == usual.name or not (own.kind.is_money and usual.kind.is_money):
        return reading
    is_held = facts.number(reading.dataset, scope, GroupMeasure("sum", own.name)) is not None
    return reading if is_held else replace(reading, measures=())


def counts_days(reading: Reading) -> bool:
    """Whether a dataset that a question names tells for how many days each of its rows lasted."""
    days = (each for each in reading.dataset.published if each.role in ("quantity", "rate") and each.kind.summable)
    return reading.named and any(each.unit is not None and each.unit.en in _DAYS for each in days)


def _usual_measure(dataset: Dataset) -> Field | None:
    """What is measured of a dataset where nobody says it."""
    own = amount_field(dataset) or next(iter(measures_of(dataset)), None)
    if own is None:
        own = next((each for each in dataset.published if each.role in ("rate", "quantity")), None)
    if own is None:
        own = next((each for each in dataset.published if each.nature == "rate" and each.kind.summable), None)
    return own


def _concept_of(facts: CityFacts, own: Field, dataset: Dataset) -> Meaning | None:
    """What the lexicon says of a measure: what is done with it, and what always goes with it."""
    target = f"{dataset.slug}.{own.name}"
    concepts = (each for each in facts.lexicon.concepts.values() if each.sense == "measure" and each.target == target)
    concept = next(concepts, None)
    return None if concept is None else Meaning("measure", slug=dataset.slug, field=own.name, concept=concept)


def function_of(own: Field, meaning: Meaning | None, cues: Cues) -> Function:
    """What is done with a measure: what the question says, else what its concept does, else its sum if it has one."""
    said = next((name for name in ("avg", "median", "max", "min", "sum") if name == cues.function), None)
    declared = meaning.concept.text("function") if meaning is not None and meaning.concept is not None else ""
    function = said or next((name for name in ("avg", "median", "sum") if name == declared), None) or "sum"
    if function == "sum" and cues.single and not said:
        return "median"
    return "median" if function == "sum" and not additivity.is_added(own) else function


def is_stock(reading: Reading) -> bool:
    """Whether a part of what stands at one time is meant, such as debts of a sort."""
    own = amount_field(reading.dataset)
    return own is not None and own.nature == "stock" and bool(reading.filters)


def measured_beside(reading: Reading, own: Field, function: Function) -> tuple[GroupMeasure, ...]:
    """What is measured, and whatever else the question names to be added up with it: «بودجهٔ جاری و عمرانی»."""
    others = [reading.dataset.field(each.field) for each in reading.measures if each.sense == "measure"]
    added = [each for each in others if each != own and additivity.is_added(each) and each.kind is own.kind]
    more = added if function == "sum" and own in others else []
    return tuple(GroupMeasure(function, each.name) for each in dict.fromkeys((own, *more)))


def counts_measure(reading: Reading, cues: Cues) -> bool:
    """«چند واحد مسکونی», "how many people": the number stands in a column."""
    if not reading.measures:
        return False
    if cues.counted is None:
        # «خانوارها چندتاست»
        return not any(reading.dataset.field(meaning.field).kind.is_money for meaning in reading.measures)
    return any(meaning in reading.measures for meaning in cues.counted.meanings) and not any(
        reading.dataset.field(meaning.field).kind.is_money for meaning in reading.measures
    )


def is_of_a_count(facts: CityFacts, reading: Reading, cues: Cues) -> bool:
    """«جمعیت شهر چند نفره»: how many there are stands in a column, and is not how many rows say so."""
    concept, own = facts.lexicon.words_of(reading.dataset), _usual_measure(reading.dataset)
    if concept is None or concept.text("shape") != "figure" or own is None or own.kind.is_money:
        return False
    of_things = cues.counted is not None and cues.counted.has("thing", "place", "field", "relation")
    return own.role == "quantity" and additivity.is_added(own) and not of_things


def distinct_field(reading: Reading, cues: Cues) -> str:
    """«چند شرکت قرارداد دارند»: the things that stand in a column, each once."""
    own = reading.dataset
    asked = ((first.text, second.text) for first, second in pairwise(reading.parted.words))
    if any(first in _HOW_MANY and second in PEOPLE for first, second in asked):
        # «چند نفر رأی دادند»: whoever did, and not how often somebody did.
        named = (each.name for each in own.published if each.role == "person" and own.key != (each.name,))
        return next(named, "")
    if cues.counted is None:
        return ""
    things = [meaning.target.partition(".") for meaning in cues.counted.of("thing")]
    people = {each.name for each in own.published if each.role == "person"}
    repeated = next(
        (name for slug, _, name in things if slug == own.slug and name in people and own.key != (name,)), ""
    )
    slugs = {*(slug for slug, _, _ in things), *(each.slug for each in cues.counted.of("dataset"))}
    pointing = (each.name for each in own.published if each.role == "person" and each.ref and each.ref.dataset in slugs)
    repeated = repeated or next((name for name in pointing if own.key != (name,)), "")
    if repeated:
        # A person stands in as many rows as there are months.
        return repeated
    time = next((each for each in own.published if each.kind.is_period), None)
    if people and time is not None and cues.counted.has("value") and own.key != tuple(people):
        # «چند معاون»: each once, and not once a month.
        return min(people)
    if any(each.slug == own.slug or not cues.counted.has("thing") for each in cues.counted.of("value", "measure")):
        return ""
    if any(meaning.sense == "dataset" and meaning.slug == own.slug for meaning in cues.counted.meanings):
        return ""
    if not cues.counted.has("thing", "dataset"):
        return ""
    if not reading.named:
        return ""
    # Of one that is named there is one: «چند بار برای قرارداد … پول دادید» counts the rows. A number is nobody: of
    # those who were present each is no column.
    fixed = {each.field for each in reading.filters if each.op == "eq"}
    named = (name for name in reading.keys if name not in fixed and not own.field(name).kind.is_number)
    return next((name for name in named if groupable(own.field(name))), "")


def is_of_each_month(own: Field) -> bool:
    """Whether a column tells what is due every month, as a rent does, whenever its row is of."""
    return bool(_MONTHLY & {each.text for each in tokens(own.label.en)})


def is_taken_of_all(reading: Reading, own: Field, cues: Cues) -> bool:
    """«شهرداری هر ماه چقدر از دکه‌ها می‌گیرد»: what all of them owe in a month together, and not one."""
    by_month = cues.each_month or cues.by_time == "month"
    is_asked = by_month and not cues.function and not cues.single and is_of_each_month(own)
    return is_asked and own.kind.is_money and any(word.text in _TAKING for word in reading.parted.words)


def is_monthly(facts: CityFacts, reading: Reading, cues: Cues) -> bool:
    """«ماهی چقدر»: of what is published by months, and averaged, that is its figure."""
    own, meaning = measure_of(facts, reading)
    time = facts.time(reading.dataset)
    if own is not None and cues.by_time == "month" and is_of_each_month(own):
        # A rent that is one of each month.
        return True
    if own is None or time is None or not time.kind.is_period or not cues.each_month:
        return False
    if any(each.target == "per-month" for phrase in reading.parted.segments for each in phrase.of("aggregate")):
        # «حقوق ماهانه … ماه به ماه»: of each month, and not of one.
        return False
    return function_of(own, meaning, cues) == "avg"


def is_pay(facts: CityFacts, dataset: Dataset, function: Function, cues: Cues) -> bool:
    """Whether a figure is what somebody gets in a month: one row of a person in each, whose mean nobody asked for."""
    return function == "avg" and not cues.function and is_of_people_by_months(facts, dataset)


def is_of_people_by_months(facts: CityFacts, dataset: Dataset) -> bool:
    """Whether every row is of one person in one month."""
    time = facts.time(dataset)
    has_people = any(each.role == "person" for each in dataset.published)
    return time is not None and time.kind.is_period and has_people and facts.is_within_years(dataset)


def is_of_each_year(facts: CityFacts, dataset: Dataset, distinct: str) -> bool:
    """Whether the same things have a row again in every year, so that how many there are is of one: streets, lines."""
    time = facts.time(dataset)
    by_year = time is not None and (time.name in dataset.key or dataset.period == "year")
    is_again = time is not None and time.kind.is_period and by_year
    return is_again and not distinct and not facts.is_within_years(dataset)


def is_of_names_alone(reading: Reading) -> bool:
    """Whether companies, people or units alone say which dataset is meant, so that nothing says what is counted."""
    if reading.named or reading.measures or not reading.filters:
        return False
    fields = [reading.dataset.field(each.field) for each in reading.filters]
    return all(own.choices is None and own.role in ("company", "person", "unit") for own in fields)


def is_of_catalogue(facts: CityFacts, reading: Reading) -> bool:
    """Whether a list of what is done is asked by what it holds: how often it is done stands elsewhere."""
    concept = facts.lexicon.words_of(reading.dataset)
    return concept is not None and bool(concept.more.get("catalogue")) and not reading.named


def is_owned(facts: CityFacts, dataset: Dataset) -> bool:
    """Whether rows are things that somebody has, so that what is measured of them has no year."""
    concept = facts.lexicon.words_of(dataset)
    return concept is not None and bool(concept.more.get("owned"))


def is_owed(facts: CityFacts, reading: Reading) -> bool:
    """«شهرداری به کی بدهکار است»: the word asks for whoever the money is of."""
    concept = facts.lexicon.words_of(reading.dataset)
    return reading.related and concept is not None and concept.text("shape") == "figure"


def _is_rated(dataset: Dataset) -> bool:
    """Whether what a dataset tells of its things is a price of each of them."""
    own = _usual_measure(dataset)
    return own is not None and own.kind.is_money and own.nature == "rate" and amount_field(dataset) is None


def is_sorted_out(reading: Reading) -> bool:
    """Whether rows of one sort are asked of: «به بانک‌ها چقدر بدهکار است» is how much, and not to which bank."""
    fields = (reading.dataset.field(each.field) for each in reading.filters if each.op == "eq")
    return any(own.choices is not None and own.role == "category" for own in fields)


def ranks_count(facts: CityFacts, reading: Reading, cues: Cues) -> bool:
    """Whether groups are ordered by how many rows they have: «کدام منطقه بیشترین پروانه را دارد»."""
    on = cues.order.concept.text("on") if cues.order is not None and cues.order.concept is not None else ""
    if reading.measures or ("money" in cues.asks and not cues.count):
        return False
    concept = facts.lexicon.words_of(reading.dataset)
    of_money = concept is not None and concept.text("shape") == "figure"
    plain = cues.order is None or on == "measure"
    if (
        cues.order is None
        and cues.function in ("sum", "avg", "median")
        and not cues.count
        and _usual_measure(reading.dataset) is not None
    ):
        # «مجموع الحاقیه‌های هر قرارداد»: what is added up is said.
        return False
    if on == "measure" and _orders_state(reading, cues):
        # «بیشترین رد صلاحیت»: how many of those rows.
        return True
    if cues.order is not None and on == "measure" and _is_rated(reading.dataset):
        # Streets with the highest value: each has one, and none has most of them.
        return cues.count
    return cues.count or on == "count" or (plain and not of_money)


def _orders_state(reading: Reading, cues: Cues) -> bool:
    """Whether the superlative stands right before a value of these rows, and no number of them."""
    slug = reading.dataset.slug
    # «بیشتر از همه به شهرداری بدهکار»: which side money lies on is no state of rows.
    side = additivity.side_field(reading.dataset)
    money = side.name if side is not None else ""
    return any(
        cues.order in before.meanings
        and any(each.slug == slug and each.code and each.field != money for each in phrase.of("value"))
        and not any(each.slug == slug for each in phrase.of("measure", "dataset"))
        for before, phrase in pairwise(reading.parted.segments)
    )


def is_of_record(dataset: Dataset, filters: Sequence[Filter]) -> bool:
    """Whether one record is asked by its key, of whichever year it is."""
    fixed = {each.field for each in filters if each.op == "eq"}
    return bool(dataset.key) and set(dataset.key) <= fixed


def points_at_record(facts: CityFacts, dataset: Dataset, filters: Sequence[Filter]) -> bool:
    """Whether rows are those of one record that a reference names: the payments of a contract, of whichever year.

    Companies, people and units are no record of a time: what they got is told by the year, too. A line of the budget
    is another in each year.
    """
    for own in (dataset.field(each.field) for each in filters if each.op == "eq"):
        other = facts.lexicon.datasets.get(own.ref.dataset) if own.ref is not None else None
        is_record = other is not None and own.ref is not None and other.key == (own.ref.field,)
        if is_record and own.role not in _WHOSE and not own.kind.is_company:
            return True
    return False


def names_money(facts: CityFacts, reading: Reading, own: Field) -> bool:
    """Whether a word of what names the rows is of their money: «سهم … از جریمه‌های ماده صد»."""
    slug = reading.dataset.slug
    words = [
        word
        for phrase in reading.parted.segments
        if any(each.slug == slug for each in phrase.of("dataset"))
        for word in phrase.words
    ]
    matches = (facts.lexicon.match([word]) for word in words)
    return any(
        each.sense == "measure" and each.slug == slug and each.field == own.name
        for match in matches
        if match is not None
        for each in match.meanings
    )


def asks_for_row(facts: CityFacts, reading: Reading, key: str) -> bool:
    """Whether a row itself is asked for, by its number or as rows are called: «بیشترین جریمه مال کدام پرونده است»."""
    concept = facts.lexicon.words_of(reading.dataset)
    called = {str(each) for each in concept.more.get("a_row_is", ())} if concept is not None else set()
    if reading.dataset.key == (key,):
        return True
    own, _ = measure_of(facts, reading)
    of_money = bool(reading.measures) or (own is not None and names_money(facts, reading, own))
    return of_money and any(each.text in called for each in reading.parted.segments)
