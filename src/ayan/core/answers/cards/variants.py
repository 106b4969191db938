"""The same question a little otherwise: what a reader may change of what was understood, in the grammar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import parse_qsl

from ayan.core.answers.cards import wording
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.grammar.asked_question import AskedQuestion
from ayan.core.answers.limits import MOST_MEASURES, MOST_OPTIONS
from ayan.core.answers.pieces.phrases import Parted
from ayan.core.answers.readings.interpretation import Reading
from ayan.core.query import values
from ayan.core.query.grouping import GroupMeasure, parse_groups
from ayan.core.query.problem import BadQuestion
from ayan.core.query.question import Filter, Sort
from ayan.core.query.question_parser import parse
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.values.asked_value import Value, value_text
from ayan.core.values.label import Label, in_each

DATASET: Final = Label("داده", "Data")
MEASURE: Final = Label("سنجه", "Measure")
GROUPED: Final = Label("به تفکیک", "By")
NEWEST: Final = {
    len("1404"): Label("تازه‌ترین سال", "Newest year"),
    len("1404-12"): Label("تازه‌ترین ماه", "Newest month"),
}
"""What a time is called that nobody said, by how it is written."""
HAVING: Final = Label("تنها با", "Only with")
WORDS: Final = Label("واژه‌ها", "Words")
WITHOUT: Final = Label("بدون این شرط", "Without this condition")


@dataclass(frozen=True, slots=True)
class Option:
    """Something else that a part of a question may be: in words, and the whole question (`as_text`) with it."""

    label: Label
    question: str
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One part of what was understood, and what else it may be; without options it cannot be changed."""

    label: Label
    value: Label
    options: tuple[Option, ...] = ()


def as_text(asked: AskedQuestion) -> str:
    """A question as one text: ``slug/groups?…`` or ``slug/rows?…``, with the parameters of the API."""
    if asked.shape == "list":
        return f"{asked.dataset.slug}/rows?{asked.rows.query_string()}"
    return f"{asked.dataset.slug}/groups?{asked.groups.query_string()}"


def from_text(facts: CityFacts, text: str) -> AskedQuestion:
    """The question that such a text asks. Raises BadQuestion, or KeyError for a dataset that is none."""
    place, _, query = text.partition("?")
    slug, _, part = place.partition("/")
    dataset = facts.lexicon.datasets[slug]
    params = parse_qsl(query, keep_blank_values=True)
    reading = Reading(dataset, 0.0, Parted((), ()))
    if part == "rows":
        question = parse(dataset, params)
        sorted_by = question.sort
        scope = replace(question, sort=None, size=None, count=False)
        return AskedQuestion("list", reading, scope, sort=sorted_by, period=_period(facts, dataset, scope.filters))
    grouped = parse_groups(dataset, params)
    by, then = (*grouped.by[:2], None, None)[:2]
    size = grouped.scope.size or AskedQuestion("list", reading, grouped.scope).size
    return AskedQuestion(
        "ranking" if by else "figure",
        reading,
        replace(grouped.scope, size=None),
        grouped.measures,
        by,
        then,
        grouped.sort,
        size,
        _period(facts, dataset, grouped.scope.filters),
        having=grouped.having,
    )


def _period(facts: CityFacts, dataset: Dataset, filters: Sequence[Filter]) -> str | None:
    own = facts.time(dataset)
    return next((each.text for each in filters if own is not None and each.field == own.name and each.op == "eq"), None)


def parts(facts: CityFacts, asked: AskedQuestion) -> Iterator[Part]:
    """What was understood, part by part."""
    dataset = asked.dataset
    yield Part(DATASET, dataset.title)
    for condition in asked.scope.filters:
        own = dataset.field(condition.field)
        yield Part(
            _called(facts, asked, own), _condition(dataset, condition), tuple(_conditions(facts, asked, condition))
        )
    if asked.scope.search:
        without = replace(asked, scope=replace(asked.scope, search=""))
        yield Part(WORDS, Label(asked.scope.search, asked.scope.search), (Option(WITHOUT, as_text(without)),))
    if asked.measures and asked.shape != "list":
        yield Part(MEASURE, wording.measure_name(dataset, asked.measures[0]), tuple(_measures(asked)))
    if asked.having:
        yield Part(HAVING, _having(asked), (Option(WITHOUT, as_text(replace(asked, having=()))),))
    for key in asked.keys:
        yield Part(GROUPED, wording.key_name(dataset, key))


def _called(facts: CityFacts, asked: AskedQuestion, own: Field) -> Label:
    """What a condition is called; the time that was taken as nobody said one is told to be the newest."""
    time = facts.time(asked.dataset)
    if not asked.chosen or time is None or own.name != time.name:
        return own.label
    return NEWEST.get(len(asked.period or ""), own.label)


def _having(asked: AskedQuestion) -> Label:
    dataset, measure = asked.dataset, asked.measures[0]
    return in_each(lambda lang: wording.having(dataset, measure, asked.having, lang))


def _condition(dataset: Dataset, condition: Filter) -> Label:
    return in_each(lambda lang: wording.condition_value(dataset, condition, lang))


def _conditions(facts: CityFacts, asked: AskedQuestion, condition: Filter) -> Iterator[Option]:
    """Other values of a condition: of a list its codes, of time the years that have rows; and none at all."""
    own = asked.dataset.field(condition.field)
    time = facts.time(asked.dataset)
    others: list[tuple[Label, Value]] = []
    if own.choices is not None and condition.op == "eq":
        others = [(entry.label, own.kind.of_code(entry.code)) for entry in own.choices.entries[:MOST_OPTIONS]]
    elif time is not None and own.name == time.name and condition.op == "eq":
        field = values.as_asked(asked.dataset).field(own.name)
        years = facts.years(asked.dataset)[-MOST_OPTIONS:]
        others = [(_year(year), values.read_value(field, str(year))) for year in reversed(years)]
    for label, value in others:
        changed = _with(asked, condition, Filter(own.name, "eq", (value,)))
        if _may_be_asked(changed):
            yield Option(label, as_text(changed), value_text(value) == condition.text)
    # Without the side of money its sum would add up both.
    if _may_be_asked(_with(asked, condition, None)):
        yield Option(WITHOUT, as_text(_with(asked, condition, None)))


def _year(year: int) -> Label:
    return in_each(lambda lang: wording.period_text(str(year), lang))


def _with(asked: AskedQuestion, old: Filter, new: Filter | None) -> AskedQuestion:
    scope = asked.scope.without(old)
    return replace(asked, scope=scope.having(new) if new is not None else scope)


def _measures(asked: AskedQuestion) -> Iterator[Option]:
    """The other numbers of the same rows: how many there are, and what else is done with which column."""
    dataset, current = asked.dataset, asked.measures[0]
    fields: list[Field] = [
        each for each in dataset.published if each.kind.summable and each.choices is None and each.nature
    ]
    function = current.function if current.field else "sum"
    given = [GroupMeasure("count"), *(GroupMeasure(function, each.name) for each in fields[:MOST_MEASURES])]
    if current.field:
        given += [GroupMeasure(each, current.field) for each in ("avg", "median", "max") if each != function]
    for measure in given:
        sort = Sort(measure.name, descending=asked.sort.descending) if asked.sort is not None else None
        changed = replace(asked, measures=(measure,), sort=sort, having=asked.having if measure == current else ())
        if asked.shape == "share":
            changed = replace(changed, shape="figure", whole=None)
        if _means_something(changed):
            yield Option(wording.measure_name(dataset, measure), as_text(changed), measure == current)


def _may_be_asked(asked: AskedQuestion) -> bool:
    return asked.shape == "list" or _means_something(asked)


def _means_something(asked: AskedQuestion) -> bool:
    try:
        parse_groups(asked.dataset, parse_qsl(asked.groups.query_string(), keep_blank_values=True))
    except BadQuestion:
        return False
    return True
