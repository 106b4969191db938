"""The records of other datasets that belong to a record: those it names, and those that name it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ayan.apps.catalog import explorer, records
from ayan.apps.catalog.asking import Ask
from ayan.apps.catalog.explorer import Line
from ayan.core.query import keys
from ayan.core.query.answer import Row, Unanswered
from ayan.core.query.grouping import GroupQuestion, Measure
from ayan.core.query.groups import answer_groups
from ayan.core.query.problem import BadQuestion
from ayan.core.query.question import Filter, Question, Sort
from ayan.core.query.statistics import amounts_of, axis_of
from ayan.core.schema.definition import Dataset, Field
from ayan.ui.language import Lang
from ayan.wiring.city import City

# Rows shown of each dataset that names a record; all of them are one link away.
SHOWN: Final = 5
MOST_COLUMNS: Final = 4


@dataclass(frozen=True, slots=True)
class Named:
    """A record that a field of this one names: its dataset, its key in an address and what it is called."""

    field: Field
    dataset: Dataset
    key: str
    title: str


@dataclass(frozen=True, slots=True)
class Naming:
    """The rows of another dataset that name this record, newest first: how many, what they come to, the first few."""

    dataset: Dataset
    field: Field
    rows: int
    totals: tuple[tuple[Field, int], ...]
    fields: tuple[Field, ...]
    lines: tuple[Line, ...]
    address: str


def named(city: City, dataset: Dataset, row: Row, lang: Lang) -> dict[str, Named]:
    """By field, the records that this one names and that are published."""
    return {one.field.name: one for one in _named(city, dataset, row, lang)}


def _named(city: City, dataset: Dataset, row: Row, lang: Lang) -> Iterator[Named]:
    for field in dataset.published:
        value = row.values.get(field.name)
        if field.ref is None or not value or field.shown != "public":
            continue
        target = _dataset(city, field.ref.dataset)
        if target is None or not any(one.name == field.ref.field for one in target.published):
            continue
        found = _rows(city, target, Filter(field.ref.field, "eq", (str(value),)), 1)
        if found:
            yield Named(field, target, keys.key_of(target, found[0]), records.title(target, found[0], lang))


def naming(city: City, dataset: Dataset, row: Row, path_of: Lang) -> list[Naming]:
    """The other datasets whose declared references lead to this record, with their rows."""
    found = []
    for other in city.registry.all():
        for field in other.published:
            if field.ref is None or field.ref.dataset != dataset.slug or field.shown != "public":
                continue
            value = row.values.get(field.ref.field)
            one = _naming(city, other, field, str(value), path_of) if value else None
            if one is not None:
                found.append(one)
    return found


def _naming(city: City, other: Dataset, field: Field, value: str, lang: Lang) -> Naming | None:
    condition = Filter(field.name, "eq", (value,))
    axis, amounts = axis_of(other), amounts_of(other)
    scope = Question(slug=other.slug, filters=(condition,))
    measures = (Measure("count"), *(Measure("sum", one.name) for one in amounts))
    try:
        standing = city.reader.standing(other, scope)
        whole = answer_groups(city.reader, other, GroupQuestion(scope=scope, measures=measures), standing).rows[0]
        if not whole["count"]:
            return None
        shown = _columns(other, field)
        sort = Sort(axis.name, descending=True) if axis else None
        asked = Question(
            slug=other.slug,
            filters=(condition,),
            sort=sort,
            size=SHOWN,
            fields=explorer.asked_fields(other, shown),
        )
        rows = city.reader.rows(other, asked, standing).rows
    except Unanswered:
        return None
    ask = Ask.bare(other, "", lang, condition)
    totals = tuple((one, whole[f"sum_{one.name}"]) for one in amounts if whole[f"sum_{one.name}"] is not None)
    return Naming(other, field, whole["count"], totals, shown, tuple(explorer.lines(other, rows, shown)), ask.query)


def _columns(dataset: Dataset, without: Field) -> tuple[Field, ...]:
    """A few columns for a short table: what names a row, when, how much, how it stands."""
    title_field = explorer.title_field(dataset)
    wanted = [one for one in dataset.published if one.role in ("date", "amount", "status", "category")]
    ordered = [*([title_field] if title_field else []), *wanted, *dataset.published]
    plain = [one for one in dict.fromkeys(ordered) if one != without and one.kind not in ("geometry", "link")]
    chosen = plain[:MOST_COLUMNS]
    return tuple(one for one in dataset.published if one in chosen)


def _rows(city: City, dataset: Dataset, condition: Filter, most: int) -> tuple[Row, ...]:
    question = Question(slug=dataset.slug, filters=(condition,), size=most)
    try:
        return city.reader.rows(dataset, question).rows
    except (Unanswered, BadQuestion):
        return ()


def _dataset(city: City, slug: str) -> Dataset | None:
    return next((one for one in city.registry.all() if one.slug == slug), None)
