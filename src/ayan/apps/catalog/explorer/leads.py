"""Names in a list that lead to the pages of what they name, and what is behind a number that names a record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ayan.apps.catalog.explorer.result_table import Lead, title_field
from ayan.apps.catalog.limits import MOST_LEADING_COLUMNS
from ayan.core.query import keys
from ayan.core.query.answer import Row, Unanswered
from ayan.core.query.problem import BadQuestion
from ayan.core.query.question import Filter, Question
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.wiring.city import City


@dataclass(frozen=True, slots=True)
class _Leading:
    """A column whose cells name records of another dataset by the values of ``pointer``."""

    field: Field
    pointer: Field
    target: Dataset


def pointers(city: City, dataset: Dataset, shown: Iterable[Field]) -> dict[str, str]:
    """The field that says what each shown column names, by the name of the column."""
    return {each.field.name: each.pointer.name for each in _leading(city, dataset, shown)}


def leads(city: City, dataset: Dataset, shown: Sequence[Field], rows: Sequence[Row]) -> list[dict[str, Lead]]:
    """For each row, the records that its cells name and that are published, by the name of the column."""
    out: list[dict[str, Lead]] = [{} for _ in rows]
    for each in _leading(city, dataset, shown):
        values = [str(value) if (value := row.values.get(each.pointer.name)) else "" for row in rows]
        known = _records(city, each, sorted(set(values) - {""}))
        for value, of_row in zip(values, out, strict=True):
            if value in known:
                of_row[each.field.name] = known[value]
    return out


def _leading(city: City, dataset: Dataset, shown: Iterable[Field]) -> Iterator[_Leading]:
    known = {each.slug: each for each in city.registry.all()}
    pairs = [(field, pointer) for field in shown if (pointer := _pointer(dataset, field)) is not None]
    count = 0
    for field, pointer in pairs:
        target = known.get(pointer.ref.dataset) if pointer.ref else None
        # Where a value alone is no key, it names several records.
        if target is None or pointer.ref is None or target.key != (pointer.ref.field,):
            continue
        if any(each.name == pointer.ref.field and each.shown == "public" for each in target.published):
            yield _Leading(field, pointer, target)
            count += 1
        if count >= MOST_LEADING_COLUMNS:
            return


def _pointer(dataset: Dataset, field: Field) -> Field | None:
    """The reference behind a column: itself, or of the name of a company the number beside it."""
    if field.shown != "public":
        return None
    if field.ref is not None:
        return field
    if field.role not in ("company", "person"):
        return None
    beside = f"{field.name}_id"
    return next(
        (each for each in dataset.published if each.name == beside and each.ref and each.shown == "public"), None
    )


def _records(city: City, leading: _Leading, values: Sequence[str]) -> Mapping[str, Lead]:
    if not values or leading.pointer.ref is None:
        return {}
    target, name = leading.target, leading.pointer.ref.field
    title = title_field(target) if leading.field is leading.pointer else None
    title = title if title is not None and title.name != name and title.shown == "public" else None
    wanted = {name, *target.key, *({title.name} if title else ())}
    question = Question(
        slug=target.slug,
        filters=(Filter(name, "in", tuple(values), exact=True),),
        fields=tuple(field.name for field in target.published if field.name in wanted),
        size=len(values),
    )
    try:
        answer = city.query_service.rows(target, question)
    except (Unanswered, BadQuestion):
        return {}
    return {
        str(row.values[name]): Lead(
            target.slug, keys.key_of(target, row), str(row.values.get(title.name) or "") if title else ""
        )
        for row in answer.rows
    }
