"""Few rows, or none: told by the rows themselves, by who leads a unit, by the plan, or by one condition less."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ayan.core.answers.cards.cards import AnswerCard
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.grammar.asked_question import AskedQuestion, as_list
from ayan.core.answers.limits import FEWEST_CONDITIONS, SHORT_LIST
from ayan.core.answers.pieces.cues import Cues
from ayan.core.answers.pieces.phrases import Phrase
from ayan.core.answers.readings.reading_doubts import leads_units, says_head
from ayan.core.query.additivity import side_field
from ayan.core.query.grouping import GroupMeasure
from ayan.core.query.question import Filter, Sort
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field


def of_few(facts: CityFacts, question: AskedQuestion, wanted: Cues) -> AskedQuestion | None:
    """The rows themselves, where a middle was worked out of two to five that the question says by a condition."""
    measure = question.measures[0]
    named = wanted.function or wanted.by_time or wanted.per_head or question.by is not None
    if measure.function != "median" or named or not question.scope.filters or question.chosen:
        return None
    if all(each.field == getattr(facts.time(question.dataset), "name", "") for each in question.scope.filters):
        return None
    number = facts.number(question.dataset, question.scope, GroupMeasure("count")) or 0
    return replace(as_list(facts, question), by=None) if 1 < number <= SHORT_LIST else None


def of_plan(question: AskedQuestion, answered: AnswerCard) -> AskedQuestion | None:
    """The groups by what was planned, where what came of it is written for none of them yet: of a year that runs."""
    measure = question.measures[0] if question.measures else None
    base = question.dataset.field(measure.field).share_of if measure is not None and measure.field else None
    if measure is None or not base or question.shape != "ranking" or not answered.groups:
        return None
    if any(group[measure.name] is not None for group in answered.groups):
        return None
    planned = GroupMeasure(measure.function, base)
    sort = Sort(planned.name, descending=question.sort.descending) if question.sort is not None else None
    return replace(question, measures=(planned,), sort=sort)


def found_instead(facts: CityFacts, question: AskedQuestion) -> AskedQuestion | None:
    """What else a question without rows means that has some: a unit's head, or another column of the same name."""
    return (
        _of_unit_alone(facts, question)
        or _of_sister_column(facts, question)
        or _of_another_state(facts, question)
        or _of_other_side(facts, question)
    )


def _of_other_side(facts: CityFacts, question: AskedQuestion) -> AskedQuestion | None:
    """The lines that are named, on the side of money on which they stand: the budget of a levy comes in."""
    dataset, filters = question.dataset, question.scope.filters
    side = side_field(dataset)
    taken = next((each for each in filters if side is not None and (each.field, each.op) == (side.name, "eq")), None)
    titled = any(dataset.field(each.field).role == "title" for each in filters)
    if taken is None or side is None or side.choices is None or not titled or not question.reading.named:
        return None
    if _saying(question, taken) is not None:
        return None
    rest = _without(question, taken)
    for code in (each.code for each in side.choices.entries):
        other = replace(rest, scope=rest.scope.having(Filter(side.name, "eq", (code,))))
        if code != taken.text and facts.number(dataset, other.scope, GroupMeasure("count")):
            return other
    return None


def _of_another_state(facts: CityFacts, question: AskedQuestion) -> AskedQuestion | None:
    """The one record that is named, where it has another state than the one that was asked for: «شرکت … محروم است؟»."""
    if question.shape != "list" or not question.is_sure or question.having or question.scope.search:
        return None
    dataset, filters = question.dataset, question.scope.filters
    states = [each for each in filters if each.op == "eq" and dataset.field(each.field).role == "status"]
    things = [each for each in filters if each.op == "eq" and each.field in (*dataset.key, *_called_by(dataset))]
    if len(states) != 1 or not things or len(filters) != len(states) + len(things):
        return None
    plain = replace(as_list(facts, _without(question, states[0])), otherwise=states[0].field)
    return plain if facts.number(dataset, plain.scope, GroupMeasure("count")) == 1 else None


def _called_by(dataset: Dataset) -> tuple[str, ...]:
    """The columns by which rows are called that are the things themselves, and do not happen to them."""
    return tuple(each.name for each in dataset.published if each.role in ("title", "company", "person"))


def _of_sister_column(facts: CityFacts, question: AskedQuestion) -> AskedQuestion | None:
    """The question of another column that the same word means, where its own is written in none of the rows.

    «مساحت پارک‌ها» is that of their land, for nothing is built on them.
    """
    if question.shape == "list" and question.sort is not None:
        return _ordered_by_sister(facts, question)
    measure = question.measures[0] if question.measures else None
    if measure is None or not measure.field or question.shape != "figure":
        return None
    own = question.dataset.field(measure.field)
    for other in _sisters(question, own):
        sister = GroupMeasure(measure.function, other.name)
        if facts.number(question.dataset, question.scope, sister) is not None:
            return replace(question, measures=(sister,))
    return None


def _sisters(question: AskedQuestion, own: Field) -> Iterator[Field]:
    """The other columns that the words of a question name, which hold numbers of the same sort."""
    named = (question.dataset.field(each.field) for each in question.reading.measures)
    for other in named:
        if other.name != own.name and (other.kind, other.unit, other.nature) == (own.kind, own.unit, own.nature):
            yield other


def _ordered_by_sister(facts: CityFacts, question: AskedQuestion) -> AskedQuestion | None:
    """The rows in the order of another column of the same name, where none has the one that was taken."""
    assert question.sort is not None  # noqa: S101 - who calls this has an order
    own = question.dataset.field(question.sort.field)
    for other in _sisters(question, own):
        filters = tuple(
            replace(each, field=other.name) if (each.field, each.op) == (own.name, "isnull") else each
            for each in question.scope.filters
        )
        scope = replace(question.scope, filters=filters)
        if facts.number(question.dataset, scope, GroupMeasure("count")):
            return replace(question, scope=scope, sort=replace(question.sort, field=other.name))
    return None


def _of_unit_alone(facts: CityFacts, question: AskedQuestion) -> AskedQuestion | None:
    """The question without the rank that a word for any head was read for; None where the unit has several, or none.

    "Salary of the fire department chief" is of whoever leads it, though its posts are ranked as heads.
    """
    dataset, filters = question.dataset, question.scope.filters
    units = {each.name for each in dataset.published if each.role == "unit"}
    held = {each.field for each in filters if each.op == "eq"}
    says = any(says_head(each) for phrase in question.reading.parted.segments for each in phrase.of("relation"))
    if not says or not leads_units(facts.lexicon, dataset, held & units):
        return None
    ranks = [each for each in filters if each.op == "eq" and dataset.field(each.field).choices is not None]
    person = next((each.name for each in dataset.published if each.role == "person"), None)
    if len(ranks) != 1 or person is None:
        return None
    scope = replace(question.scope, filters=tuple(each for each in filters if each not in ranks))
    people = facts.number(dataset, scope, GroupMeasure("distinct", person))
    return replace(question, scope=scope) if people == 1 else None


def _of_table_word(facts: CityFacts, question: AskedQuestion) -> AskedQuestion | None:
    """The question without the condition of a word that names its table, too; None where no word is both.

    «غرفه» is a stall, or any of the places that are let. It stands behind that there are none: «مزایدهٔ باز» is no
    other tender.
    """
    words = [word for phrase in question.reading.parted.segments for word in phrase.words]
    matches = [match for word in words if (match := facts.lexicon.match([word])) is not None]
    slug = question.dataset.slug
    naming = [each for each in matches if any(m.slug == slug and m.sense == "dataset" for m in each.meanings)]
    codes = {(m.field, m.code) for each in naming for m in each.meanings if m.slug == slug and m.sense == "value"}
    doubled = (each for each in question.scope.filters if each.op == "eq" and (each.field, each.text) in codes)
    condition = next(doubled, None)
    return None if condition is None else _without(question, condition)


def looser(facts: CityFacts, question: AskedQuestion) -> Iterator[AskedQuestion]:
    """The rows without each of the conditions in turn, told with the words that they leave out."""
    conditions = question.scope.filters
    if len(conditions) < FEWEST_CONDITIONS or question.having or not question.is_sure:
        return
    if (plain := _of_table_word(facts, question)) is not None:
        yield as_list(facts, plain)
    time = facts.time(question.dataset)
    for condition in conditions:
        phrase = _saying(question, condition)
        if phrase is not None and (time is None or condition.field != time.name):
            rows = as_list(facts, replace(_without(question, condition), by=None, then=None, whole=None))
            yield replace(rows, left=(" ".join(word.shown for word in phrase.words),))


def _without(question: AskedQuestion, condition: Filter) -> AskedQuestion:
    kept = tuple(each for each in question.scope.filters if each is not condition)
    return replace(question, scope=replace(question.scope, filters=kept))


def _saying(question: AskedQuestion, condition: Filter) -> Phrase | None:
    """The piece of a question that says a condition; None where several words or none do."""
    for phrase in question.reading.parted.segments:
        for each in phrase.of("value", "name"):
            said = each.code or each.text
            if (each.slug, each.field) == (question.dataset.slug, condition.field) and said in condition.text.split(
                ","
            ):
                return phrase
    return None
