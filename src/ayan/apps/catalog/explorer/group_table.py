"""Rows put together: one line for each value with its count, its sums and the way back to the rows themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from ayan.apps.catalog.explorer import figures, result_options
from ayan.apps.catalog.explorer.state import ExplorerState
from ayan.apps.catalog.limits import MOST_GROUPS, MOST_PARTED, MOST_PERIODS
from ayan.core.query.additivity import SumPart, side_field
from ayan.core.query.answer import Snapshot
from ayan.core.query.grouping import Function, GroupKey, GroupMeasure, GroupQuestion, column_names
from ayan.core.query.query_service import QueryService
from ayan.core.query.question import Filter, Question, Sort
from ayan.core.query.statistics import Statistics
from ayan.core.query.sum_parts import measures_of, sum_parts
from ayan.core.query.values import read_value
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.values.asked_value import BadValue
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import value_html

NOTHING: Final = Label("بی‌مقدار", "no value")


@dataclass(frozen=True, slots=True)
class GroupLine:
    """One value with its rows: ``totals`` in the order of the amounts, ``width`` the length of its bar out of 100.

    ``share`` is what part of the whole it is, by the first amount, or else by rows; None where that would mean nothing.
    """

    label: str
    value: object
    rows: int
    totals: tuple[Any, ...]
    address: str
    width: int = 0
    share: Decimal | None = None

    @property
    def rest(self) -> int:
        """Where its bar starts on a page that is read from the right."""
        return 100 - self.width


@dataclass(frozen=True, slots=True)
class GroupTable:
    """The groups of a result, what they are of, and how many there are in all; ``api`` gives all of them exactly.

    ``amounts`` are sums that mean something: a stock at its latest date, each side of money by itself. ``known`` says
    of how many groups each of them is.
    """

    by: GroupKey
    field: Field
    label: str
    amounts: tuple[SumPart, ...]
    groups: tuple[GroupLine, ...]
    total: int
    api: str
    timely: bool = False
    known: tuple[int, ...] = ()

    @property
    def measured(self) -> SumPart | None:
        """The amount that the bars show; None where they show the count of rows."""
        return next(iter(self.amounts), None)

    @property
    def shared(self) -> bool:
        """Whether it is told what part of the whole each group is."""
        return any(line.share is not None for line in self.groups)


def grouped(
    reader: QueryService,
    ask: ExplorerState,
    by: GroupKey,
    snapshot: Snapshot,
    most: int = MOST_GROUPS,
    *,
    each: bool = False,
    statistics: Statistics | None = None,
) -> GroupTable:
    """The groups of a result: years and months in their order and all of them, all others from the largest.

    ``most`` are the largest by the first amount; ``each`` asks for the largest of every amount by itself. Of the
    ``statistics`` of the whole result each group is told as a part.
    """
    dataset = ask.dataset
    parts = sum_parts(reader, dataset, measures_of(dataset), ask.scope, snapshot, by)
    timely = by.part is not None or dataset.field(by.field).kind.is_period
    apart = any(part.conditions for part in parts)
    # Sums over different rows are asked for one by one, and only all of them say which groups are the largest.
    every = apart or (each and len(parts) > 1)
    asked = MOST_PERIODS if timely else MOST_PARTED if every else most
    lines, total = _lines(reader, ask, by, snapshot, parts, asked, timely=timely)
    known = tuple(sum(line[2][place] is not None for line in lines) if every else total for place in range(len(parts)))
    if not all(known) and any(known):
        # A side that no group has money on is no column.
        there = [place for place in range(len(parts)) if known[place]]
        parts, known = tuple(parts[place] for place in there), tuple(known[place] for place in there)
        lines = [(value, rows, tuple(totals[place] for place in there)) for value, rows, totals in lines]
    if apart and not timely:
        lines.sort(key=lambda line: [-abs(figure or 0) for figure in line[2]])
    if not timely:
        lines = _largest(lines, most, range(len(parts))) if each and every else lines[:most]
    bars = [(totals[0] if parts else rows) or 0 for _, rows, totals in lines]
    longest = max((abs(bar) for bar in bars), default=0)
    whole = _whole(statistics, parts, bars, timely=timely)
    return GroupTable(
        by,
        dataset.field(by.field),
        result_options.by_label(dataset, by, ask.lang),
        parts,
        tuple(
            GroupLine(
                label(dataset, by, value, ask.lang),
                value,
                rows,
                totals,
                rows_of(ask, by, value),
                round(100 * max(0, bar) / longest) if longest else 0,
                Decimal(bar) / whole if whole and (not parts or totals[0] is not None) else None,
            )
            for (value, rows, totals), bar in zip(lines, bars, strict=True)
        ),
        total,
        api_address(dataset, parted_question(dataset, ask.scope, by, parts, ("sum",))),
        timely,
        known,
    )


def _whole(
    statistics: Statistics | None, parts: Sequence[SumPart], bars: Sequence[Any], *, timely: bool
) -> Decimal | None:
    """What the groups are parts of; None where they are none, as with balances of several dates or sums below zero."""
    if statistics is None or min(bars, default=0) < 0:
        return None
    if not parts:
        return Decimal(statistics.rows) or None
    if timely and parts[0].at is not None:
        return None
    total = next((amount.total for amount in statistics.amounts if amount.part == parts[0]), None)
    # Rows with an amount below zero make the whole smaller than its parts.
    return Decimal(total) if total and total >= sum(bars) else None


_Line = tuple[Any, int, tuple[Any, ...]]


def _lines(
    reader: QueryService,
    ask: ExplorerState,
    by: GroupKey,
    snapshot: Snapshot,
    parts: Sequence[SumPart],
    most: int,
    *,
    timely: bool,
) -> tuple[list[_Line], int]:
    """Each group with its rows and its sums in the order of the parts, and how many groups there are."""
    plain = tuple(dict.fromkeys(part.field for part in parts if not part.conditions))
    measures = (GroupMeasure("count"), *(GroupMeasure("sum", field.name) for field in plain))
    first = measures[1] if plain else measures[0]
    question = GroupQuestion(
        scope=replace(ask.scope, size=most),
        by=(by,),
        measures=measures,
        sort=Sort(by.name, descending=False) if timely else Sort(column_names((by,), (first,))[1], descending=True),
    )
    answer = figures.groups(reader, ask.dataset, question, snapshot)
    key, count, *_ = question.columns
    sums: dict[SumPart, dict[Any, Any]] = {}
    for conditions in dict.fromkeys(part.conditions for part in parts):
        chosen = [part for part in parts if part.conditions == conditions]
        if conditions:
            asked = replace(
                question,
                scope=question.scope.having(*conditions),
                measures=tuple(GroupMeasure("sum", part.field.name) for part in chosen),
                sort=None,
            )
            groups, names = figures.groups(reader, ask.dataset, asked, snapshot).rows, asked.columns[1:]
        else:
            groups, names = answer.rows, question.columns[2:]
        for part, name in zip(chosen, names, strict=True):
            sums[part] = {row[key]: row[name] for row in groups}
    lines = [(row[key], row[count], tuple(sums[part].get(row[key]) for part in parts)) for row in answer.rows]
    return lines, answer.total


def _largest(lines: list[_Line], most: int, places: Iterable[int]) -> list[_Line]:
    """The lines that are among the largest by any of their sums."""
    kept = set()
    for place in places:
        known = [n for n, line in enumerate(lines) if line[2][place] is not None]
        kept.update(sorted(known, key=lambda n: lines[n][2][place], reverse=True)[:most])
    return [line for n, line in enumerate(lines) if n in kept]


def parted_question(
    dataset: Dataset,
    scope: Question,
    by: GroupKey | None,
    parts: Sequence[SumPart],
    functions: Sequence[Function],
) -> GroupQuestion:
    """The question of a program that gives the sums of some parts: grouped by their sides, at the date of a stock.

    Where parts stand at different dates, those of the first one are asked for.
    """
    side = side_field(dataset)
    several = side is not None and len({part.side for part in parts if part.side}) > 1
    dated = [tuple(each for each in part.conditions if side is None or each.field != side.name) for part in parts]
    chosen = [part for part, at in zip(parts, dated, strict=True) if at == dated[0]]
    fields = dict.fromkeys(part.field.name for part in chosen)
    measures = (GroupMeasure("count"), *(GroupMeasure(what, name) for name in fields for what in functions))
    keys = dict.fromkeys([*([by] if by else []), *([GroupKey(side.name)] if several and side else [])])
    return GroupQuestion(scope=scope.having(*dated[0]) if dated else scope, by=tuple(keys), measures=measures)


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


def rows_of_part(ask: ExplorerState, by: GroupKey, value: Any, part: SumPart | None) -> str:
    """The same of the rows that one sum of a group is over."""
    if part is None or not part.conditions:
        return rows_of(ask, by, value)
    own = tuple(each for each in part.conditions if each not in ask.question.filters)
    return rows_of(ask.but(filters=(*ask.question.filters, *own)), by, value)


def filters_of(ask: ExplorerState, by: GroupKey, value: Any) -> tuple[Filter, ...] | None:
    """The conditions that the rows of one group meet; None where they cannot be said."""
    field = ask.dataset.field(by.field)
    if value is None and by.part is not None and field.kind.is_period:
        # Those without a period, and those whose period is longer than the part.
        return None
    if value is None:
        condition = Filter(by.field, "isnull", (True,))
    else:
        try:
            condition = Filter(by.field, "eq", (read_value(field, str(value)),))
        except BadValue:
            return None
    others = tuple(each for each in ask.question.filters if each.field != by.field or each.op not in ("eq", "in"))
    return (*others, condition)
