"""Sums that mean something, out of any rows: a stock at its latest date, each side of money by itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from ayan.core.query.additivity import SumPart, at_condition, date_field, is_added, side_conditions, sides
from ayan.core.query.answer import Snapshot
from ayan.core.query.grouping import GroupKey, GroupMeasure, GroupQuestion
from ayan.core.query.limits import MOST_DATES
from ayan.core.query.plan import Groups
from ayan.core.query.query_service import QueryService, key_value
from ayan.core.query.question import Filter, Question
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field

_NONE: tuple[Filter, ...] = ()


def amount_field(dataset: Dataset) -> Field | None:
    """The money of one row, whatever its sum would say: the first declared amount; None where there is none."""
    fields = (field for field in dataset.published if field.kind.is_money and field.role == "amount")
    return next((field for field in fields if field.shown == "public"), None)


def amounts_of(dataset: Dataset) -> tuple[Field, ...]:
    """The money whose sum says something: declared as an amount, of a nature that is added up, and published whole."""
    return tuple(
        field
        for field in dataset.published
        if field.kind.is_money and field.role == "amount" and field.shown == "public" and is_added(field)
    )


def measures_of(dataset: Dataset) -> tuple[Field, ...]:
    """What pages tell the sums of: the amounts, else what is declared as a quantity; none where neither is declared."""
    quantities = (
        field
        for field in dataset.published
        if field.role in ("amount", "quantity") and field.shown == "public" and is_added(field)
    )
    return amounts_of(dataset) or tuple(quantities)


def rates_of(dataset: Dataset) -> tuple[Field, ...]:
    """What pages tell the medians of: the declared rates of a dataset that has no sums; none where it has."""
    if measures_of(dataset):
        return ()
    numbers = (field for field in dataset.published if field.kind.summable and field.choices is None)
    return tuple(field for field in numbers if field.role == "rate" and field.shown == "public")


def sum_parts(
    reader: QueryService,
    dataset: Dataset,
    fields: Iterable[Field],
    scope: Question,
    snapshot: Snapshot,
    by: GroupKey | None = None,
) -> tuple[SumPart, ...]:
    """The sums of ``fields`` over the rows of ``scope``, each of which may be taken together by ``by``.

    A stock has the latest date that the rows have, or the latest of each group of time. Raises Unanswered.
    """
    parts: list[SumPart] = []
    keys = {by.field} if by else set()
    moments: dict[Field, tuple[date | str, ...]] = {}
    for field in fields:
        at, conditions = date_field(dataset, field), _NONE
        shown: date | str | None = None
        if at is not None and not (by is not None and by.name == at.name):
            if at not in moments:
                moments[at] = latest(reader, dataset, at, scope, snapshot, by)
            if not moments[at]:
                # Nothing stands at any date, so there is nothing to add.
                continue
            conditions = (at_condition(at, moments[at]),)
            shown = moments[at][-1] if len(moments[at]) == 1 else None
        parted = sides(dataset, field, scope.filters, keys)
        parts += (
            SumPart(field, side, shown, (*conditions, *(side_conditions(dataset, side) if len(parted) > 1 else ())))
            for side in parted or ("",)
        )
    return tuple(parts)


def latest(
    reader: QueryService, dataset: Dataset, at: Field, scope: Question, snapshot: Snapshot, by: GroupKey | None = None
) -> tuple[date | str, ...]:
    """The latest date of the rows, or of each year or month where these are the groups; in order, none without rows."""
    if by is None or by.field != at.name or by.part is None:
        question = GroupQuestion(scope=replace(scope, size=1), measures=(GroupMeasure("max", at.name),))
        records = reader.table(dataset, Groups(question), snapshot)
        return () if not records or records[0][0] is None else (records[0][0],)
    question = GroupQuestion(scope=replace(scope, size=MOST_DATES), by=(by, GroupKey(at.name)))
    last: dict[object, date | str] = {}
    for group, moment, *_ in reader.table(dataset, Groups(question), snapshot):
        if moment is not None:
            last[key_value(by, group)] = max(moment, last.get(key_value(by, group), moment))
    return tuple(sorted(last.values()))


def parted_sums(
    dataset: Dataset, fields: Iterable[Field], rows: Sequence[Mapping[str, object]]
) -> tuple[tuple[SumPart, int], ...]:
    """The sums of whole numbers of ``rows`` that are all at hand, parted in the same way; none where no row has one."""
    out: list[tuple[SumPart, int]] = []
    for field in fields:
        at, chosen = date_field(dataset, field), list(rows)
        moment: date | str | None = None
        if at is not None:
            moments = [value for row in rows if isinstance(value := row.get(at.name), date | str)]
            moment = max(moments, key=str, default=None)
            chosen = [row for row in rows if row.get(at.name) == moment]
        for side in sides(dataset, field, (), ()) or ("",):
            conditions = side_conditions(dataset, side)
            of_side = [row for row in chosen if all(_holds(row.get(each.field), each) for each in conditions)]
            values = [value for row in of_side if isinstance(value := row.get(field.name), int)]
            if values:
                out.append((SumPart(field, side, moment, conditions), sum(values)))
    return tuple(out)


def _holds(value: object, condition: Filter) -> bool:
    """Whether a row meets the condition of a side."""
    return value is None if condition.op == "isnull" else value in condition.values
