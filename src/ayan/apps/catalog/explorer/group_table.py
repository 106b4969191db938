"""Rows put together: one line for each value with its count, its sums and the way back to the rows themselves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from ayan.apps.catalog.explorer import figures, result_options
from ayan.apps.catalog.explorer.state import ExplorerState
from ayan.apps.catalog.limits import MOST_GROUPS, MOST_PERIODS
from ayan.core.query.answer import Snapshot
from ayan.core.query.grouping import GroupKey, GroupMeasure, GroupQuestion
from ayan.core.query.query_service import QueryService
from ayan.core.query.question import Filter, Sort
from ayan.core.query.statistics import amounts_of
from ayan.core.query.values import read_value
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.values import period
from ayan.core.values.asked_value import BadValue, Span
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import value_html

NOTHING: Final = Label("بی‌مقدار", "no value")


@dataclass(frozen=True, slots=True)
class GroupLine:
    """One value with its rows: ``totals`` in the order of the amounts, ``width`` the length of its bar out of 100."""

    label: str
    value: object
    rows: int
    totals: tuple[int | None, ...]
    address: str
    width: int = 0

    @property
    def rest(self) -> int:
        """Where its bar starts on a page that is read from the right."""
        return 100 - self.width


@dataclass(frozen=True, slots=True)
class GroupTable:
    """The groups of a result, what they are of, and how many there are in all; ``api`` gives all of them exactly."""

    by: GroupKey
    field: Field
    label: str
    amounts: tuple[Field, ...]
    groups: tuple[GroupLine, ...]
    total: int
    api: str
    timely: bool = False

    @property
    def measured(self) -> Field | None:
        """The amount that the bars show; None where they show the count of rows."""
        return next(iter(self.amounts), None)


def grouped(
    reader: QueryService, ask: ExplorerState, by: GroupKey, snapshot: Snapshot, most: int = MOST_GROUPS
) -> GroupTable:
    """The groups of a result: years and months in their order, all others from the largest."""
    dataset = ask.dataset
    amounts = amounts_of(dataset)
    measures = (GroupMeasure("count"), *(GroupMeasure("sum", amount.name) for amount in amounts))
    timely = by.part is not None or dataset.field(by.field).kind.is_period
    first = measures[1] if amounts else measures[0]
    question = GroupQuestion(
        scope=replace(ask.scope, size=MOST_PERIODS if timely else most),
        by=(by,),
        measures=measures,
        sort=Sort(by.name, descending=False) if timely else Sort(first.name, descending=True),
    )
    answer = figures.groups(reader, dataset, question, snapshot)
    names = question.columns
    bars = [row[names[2 if amounts else 1]] or 0 for row in answer.rows]
    longest = max((abs(bar) for bar in bars), default=0)
    return GroupTable(
        by,
        dataset.field(by.field),
        result_options.by_label(dataset, by, ask.lang),
        amounts,
        tuple(
            GroupLine(
                label(dataset, by, row[names[0]], ask.lang),
                row[names[0]],
                row[names[1]],
                tuple(row[name] for name in names[2:]),
                rows_of(ask, by, row[names[0]]),
                round(100 * max(0, bar) / longest) if longest else 0,
            )
            for row, bar in zip(answer.rows, bars, strict=True)
        ),
        answer.total,
        api_address(dataset, replace(question, scope=ask.scope)),
        timely,
    )


def api_address(dataset: Dataset, question: GroupQuestion) -> str:
    """Where a program asks for the same groups."""
    return f"/api/v1/datasets/{dataset.slug}/groups?{question.query_string()}"


def label(dataset: Dataset, by: GroupKey, value: Any, lang: Lang) -> str:
    """One value as people say it."""
    if value is None or value == "":
        return (dataset.field(by.field).empty or NOTHING).of(lang)
    if by.part is not None:
        return value_html.period_label(str(value), lang)
    return value_html.value_plain(dataset.field(by.field), value, lang, "toman")


def rows_of(ask: ExplorerState, by: GroupKey, value: Any) -> str:
    """The address of the rows of one group; empty where no condition names them."""
    filters = filters_of(ask, by, value)
    return "" if filters is None else ask.but(by=None, view=None, sort=None, filters=filters).address


def filters_of(ask: ExplorerState, by: GroupKey, value: Any) -> tuple[Filter, ...] | None:
    """The conditions that the rows of one group meet; None where they cannot be said."""
    field = ask.dataset.field(by.field)
    if value is None:
        condition = Filter(by.field, "isnull", (True,))
    elif by.part is not None:
        parsed = period.parse(str(value))
        condition = Filter(by.field, "eq", (Span(parsed.start, parsed.end, str(parsed)),))
    else:
        try:
            condition = Filter(by.field, "eq", (read_value(field, str(value)),))
        except BadValue:
            return None
    others = tuple(each for each in ask.question.filters if each.field != by.field or each.op not in ("eq", "in"))
    return (*others, condition)
