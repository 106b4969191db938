"""An engine with no SQL at all: every plan answered row by row in plain Python, by the rules of `tests.core.query.naive`.

It shows that a plan says all that an engine must know, and holds the engines that write SQL to one that does not.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import cache
from typing import Any, Final, assert_never

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from tests.core.query import naive

from ayan.core.query.answer import Answer, CursorExpired, Snapshot, TooLarge, as_rows
from ayan.core.query.grouping import GroupKey, GroupMeasure, GroupQuestion
from ayan.core.query.limits import MOST_RECORDS
from ayan.core.query.operators import is_words
from ayan.core.query.plan import (
    ADDRESS,
    NUMBER,
    AmountTotals,
    Extent,
    Facet,
    Groups,
    Median,
    Newest,
    Plan,
    Record,
    RowCount,
    RowFile,
    RowNumbers,
    Rows,
    Series,
    SeriesGaps,
    Tiles,
    shown_fields,
)
from ayan.core.query.question import Position, Question, Sort
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.store.objects import StoreError
from ayan.core.store.release import DatasetSnapshot
from ayan.core.values import jalali

Cells = dict[str, Any]
Cut = tuple[Any, ...]

ARROW: Final[Mapping[str, pa.DataType]] = {
    "VARCHAR": pa.string(),
    "BIGINT": pa.int64(),
    "DATE": pa.date32(),
    "BOOLEAN": pa.bool_(),
}
# Sums are exact in 38 digits, of which those behind the point take their share.
DIGITS: Final = 38
CODE: Final = re.compile("(.*?)([0-9]{1,12})", re.DOTALL)


class NaiveEngine:
    """Answers from the parts of a state, which it reads whole."""

    def __init__(self) -> None:
        self._read: dict[Hashable, list[Cells]] = {}

    def prepare(self, state: DatasetSnapshot) -> None:
        try:
            _files(state)
        except OSError as fault:
            raise StoreError(f"a part of {state.slug} cannot be read: {fault}") from fault

    def page(self, dataset: Dataset, plan: Rows, snapshot: Snapshot, *, seconds: float | None = None) -> Answer:
        question, columns = plan.question, shown_fields(dataset, plan.question)
        rows = self.table(dataset, plan, snapshot)
        shown = rows[: question.limit]
        total = len(_matching(dataset, self._rows(snapshot), question)) if question.count else None
        following = None
        if len(rows) > len(shown):
            *_, number, value = shown[-1]
            following = Position(snapshot.snapshot_id, value, number).encode(question.sort)
        return Answer(as_rows(columns, shown), columns, total, following, snapshot)

    def stream(self, dataset: Dataset, plan: RowFile, snapshot: Snapshot) -> Iterator[pa.RecordBatch]:
        fields = shown_fields(dataset, plan.question)
        kinds = [pa.string() if plan.cells and _is_shown_as_text(field, plan) else _arrow(field) for field in fields]
        schema = pa.schema([*zip((field.name for field in fields), kinds, strict=True), ("_row", pa.string())])
        columns = list(zip(*self.table(dataset, plan, snapshot), strict=True)) or [()] * len(schema)
        arrays = [pa.array(cells, kind) for cells, kind in zip(columns, schema.types, strict=True)]
        yield pa.RecordBatch.from_arrays(arrays, schema=schema)

    def table(self, dataset: Dataset, plan: Plan, snapshot: Snapshot) -> list[Cut]:  # noqa: C901 - one case a plan
        rows = self._rows(snapshot)
        match plan:
            case Rows():
                return _page(dataset, rows, plan)
            case RowNumbers():
                return [(row[NUMBER],) for row in _from(dataset, rows, plan.question, plan.position)[: plan.limit + 1]]
            case RowFile():
                return _file(dataset, rows, plan)
            case Record():
                same = [row for row in rows if all(row.get(name) == value for name, value in plan.key)]
                return [_whole(dataset, row) for row in reversed(same)][:MOST_RECORDS]
            case Newest():
                matching = [row for row in _matching(dataset, rows, plan.scope) if row["_period"] in plan.periods]
                matching.sort(key=lambda row: plan.periods.index(row["_period"]))
                return [_whole(dataset, row) for row in matching[plan.past : plan.past + plan.limit]]
            case RowCount():
                return [(len(_matching(dataset, rows, plan.scope)),)]
            case Groups():
                return _groups(dataset, _matching(dataset, rows, plan.scope), plan.question)
            case Facet():
                return _facet(dataset, _matching(dataset, rows, plan.scope), plan)
            case AmountTotals():
                return _totals(dataset, _matching(dataset, rows, plan.scope), plan)
            case Median():
                return [_middle(_filled(_matching(dataset, rows, plan.scope), plan.field))]
            case Series():
                return [
                    (name, len(numbers), numbers[0] if plan.first is None else plan.first, numbers[-1])
                    for name, numbers in _series(rows, plan)
                ]
            case SeriesGaps():
                return [(name, *gap) for name, numbers in _series(rows, plan) for gap in _gaps(numbers, plan.first)][
                    : plan.limit
                ]
            case Extent():
                return [_extent(_matching(dataset, rows, plan.scope), plan)]
            case Tiles():
                return _tiles(_matching(dataset, rows, plan.scope), plan)
        assert_never(plan)

    def close(self) -> None:
        self._read.clear()

    def _rows(self, snapshot: Snapshot) -> list[Cells]:
        """Every row of the state with its address, in the order of period and row."""
        state = snapshot.source
        try:
            key = _files(state)
            if key not in self._read:
                self._read[key] = [
                    {**row, "_period": release.period, "_release": release.number}
                    for release in state.releases
                    for path in release.parts()
                    for row in pq.read_table(path).to_pylist()
                ]
        except OSError:
            raise CursorExpired from None
        return [{**row, NUMBER: number} for number, row in enumerate(self._read[key], 1)]


def _files(state: DatasetSnapshot) -> Hashable:
    """The parts as they stand; OSError when one is gone."""
    return tuple((path, path.stat().st_ino) for release in state.releases for path in release.parts())


def _arrow(field: Field) -> pa.DataType:
    return ARROW.get(field.storage) or pa.decimal128(DIGITS, field.scale)


# --- rows and their order -------------------------------------------------------------------------------------------


@cache
def collated(text: str) -> str:
    """The key of a text in the order of the Persian alphabet: what ICU says, asked of the copy of it in DuckDB."""
    key = duckdb.FunctionExpression("icu_sort_key", duckdb.ConstantExpression(text), duckdb.ConstantExpression("fa"))
    with duckdb.connect(config={"threads": 1}) as library:
        ((collation,),) = library.values([key]).fetchall()  # type: ignore[list-item]  # its stubs know fewer arguments
    return str(collation)


def _key(dataset: Dataset, name: str) -> Callable[[Any], Any]:
    """What a value of a field is sorted by: words by the alphabet, and at one place of it by their characters."""
    return (lambda value: (collated(value), value)) if is_words(dataset.field(name)) else lambda value: value


def _matching(dataset: Dataset, rows: Sequence[Cells], question: Question) -> list[Cells]:
    unsorted = Question(slug=question.slug, filters=question.filters, search=question.search)
    matching = [rows[n] for n in naive.matching(dataset, rows, unsorted)]
    if question.release:
        matching = [row for row in matching if (row["_period"], row["_release"]) == question.release]
    sort = question.sort
    if sort is None:
        return matching
    return naive.in_order(matching, _sort_key(dataset, sort), descending=sort.descending)


def _sort_key(dataset: Dataset, sort: Sort) -> Callable[[Cells], Any]:
    key = _key(dataset, sort.field)
    return lambda row: None if row.get(sort.field) is None else key(row[sort.field])


def _from(dataset: Dataset, rows: Sequence[Cells], question: Question, position: Position | None) -> list[Cells]:
    """The rows of a question that come after a position."""
    matching = _matching(dataset, rows, question)
    if position is None:
        return matching
    if question.sort is None:
        return [row for row in matching if row[NUMBER] > position.number]
    descending, key = question.sort.descending, _sort_key(dataset, question.sort)
    at = key({question.sort.field: position.value})

    def follows(row: Cells) -> bool:
        own = key(row)
        if own == at:
            return bool(row[NUMBER] > position.number)
        if own is None or at is None:
            return own is None
        return bool(own < at if descending else own > at)

    return [row for row in matching if follows(row)]


def _whole(dataset: Dataset, row: Cells) -> Cut:
    return (*(row.get(field.name) for field in dataset.published), *(row[name] for name in ADDRESS))


def _page(dataset: Dataset, rows: Sequence[Cells], plan: Rows) -> list[Cut]:
    question = plan.question
    names = [*(field.name for field in shown_fields(dataset, question)), *ADDRESS, NUMBER]
    sort = question.sort.field if question.sort else ""
    page = _from(dataset, rows, question, plan.position)[: question.limit + 1]
    return [(*(row.get(name) for name in names), row.get(sort)) for row in page]


def _file(dataset: Dataset, rows: Sequence[Cells], plan: RowFile) -> list[Cut]:
    matching = _from(dataset, rows, plan.question, plan.position)[: plan.question.size]
    fields = shown_fields(dataset, plan.question)
    return [
        (
            *(_cell(field, row.get(field.name), plan) for field in fields),
            f"{row['_period']}/{row['_release']}#{row['_row']}",
        )
        for row in matching
    ]


def _is_shown_as_text(field: Field, plan: RowFile) -> bool:
    return bool(field.choices is not None and plan.question.lang) or field.storage == "VARCHAR"


def _cell(field: Field, value: Any, plan: RowFile) -> Any:
    if not plan.cells or value is None or not _is_shown_as_text(field, plan):
        return value
    text = str(value)
    if field.choices is not None and plan.question.lang:
        labels = {entry.code: entry.label.of(plan.question.lang) for entry in field.choices.entries}
        text = labels.get(text, text)
    return f"'{text}" if _would_run(text) else text


def _would_run(text: str) -> bool:
    """Whether a spreadsheet would take it for a formula: by its first sign that is seen, in its compatible form."""
    bare = text.lstrip("'")
    seen = next((sign for sign in bare if unicodedata.category(sign) not in ("Cc", "Cf", "Zs", "Zl", "Zp")), "")
    return bare[:1] in ("\t", "\r", "\n") or unicodedata.normalize("NFKC", seen) in ("=", "+", "-", "@")


# --- rows taken together --------------------------------------------------------------------------------------------


def _filled(rows: Iterable[Cells], name: str) -> list[Any]:
    return sorted(row[name] for row in rows if row.get(name) is not None)


def _sum(values: Sequence[Any]) -> Any:
    """The exact sum; TooLarge beyond what a column of numbers can hold."""
    if not values:
        return None
    if isinstance(values[0], int):
        return sum(values)
    with localcontext(prec=2 * DIGITS):
        total = sum(values, Decimal(0))
    if len(total.as_tuple().digits) > DIGITS:
        raise TooLarge
    return total


def _middle(values: Sequence[Any]) -> Cut:
    if not values:
        return None, None, None
    with localcontext(prec=2 * DIGITS):
        half = (Decimal(values[(len(values) - 1) // 2]) + Decimal(values[len(values) // 2])) / 2
    return half, values[0], values[-1]


def _part(value: Any, by: GroupKey) -> Any:
    """The key of a group that a value falls in: itself, or the year, quarter or month of it."""
    if by.part is None or value is None:
        return value
    if isinstance(value, str):
        return naive.part_of_time(value, by.part)
    try:
        day = jalali.from_gregorian(value)
    except jalali.NotADate:
        return None
    quarter = day.year * 10 + (day.month + 2) // 3
    return {"year": day.year, "quarter": quarter, "month": day.year * 100 + day.month}[by.part]


def _measured(measure: GroupMeasure, rows: Sequence[Cells]) -> Cut:
    if measure.function == "count":
        return (len(rows),)
    values = _filled(rows, measure.field)
    match measure.function:
        case "sum":
            return (_sum(values),)
        case "avg":
            return _sum(values), len(values)
        case "median":
            return (values[(len(values) - 1) // 2], values[len(values) // 2]) if values else (None, None)
        case "distinct":
            return (len(set(values)),)
        case "min":
            return (values[0] if values else None,)
    return (values[-1] if values else None,)


def _order_of(measure: GroupMeasure, figures: Cut) -> Any:
    """What a group is sorted by: an average or a median as an exact fraction."""
    if measure.function == "avg":
        return Fraction(figures[0]) / figures[1] if figures[1] else None
    if measure.function == "median":
        return Fraction(figures[0]) + Fraction(figures[1]) if figures[0] is not None else None
    return figures[0]


def _groups(dataset: Dataset, rows: Sequence[Cells], question: GroupQuestion) -> list[Cut]:
    members: dict[Cut, list[Cells]] = {} if question.by else {(): []}
    for row in rows:
        members.setdefault(tuple(_part(row.get(by.field), by) for by in question.by), []).append(row)
    groups = [(key, [_measured(measure, inside) for measure in question.measures]) for key, inside in members.items()]
    for condition in question.having:
        at = question.columns.index(condition.column) - len(question.by)
        groups = [each for each in groups if condition.meets(_order_of(question.measures[at], each[1][at]))]
    for at, by in reversed([*enumerate(question.by)]):
        groups = naive.in_order(groups, _by_key(dataset, by, at))
    if question.sort:
        at = question.columns.index(question.sort.field)
        width = len(question.by)
        # Groups at one place of the alphabet stand by their characters whichever way is asked for.
        key = (
            _by_key(dataset, question.by[at], at, by_characters=False)
            if at < width
            else lambda group: _order_of(question.measures[at - width], group[1][at - width])
        )
        groups = naive.in_order(groups, key, descending=question.sort.descending)
    shown = groups[: question.limit]
    return [(*key, *(figure for figures in measured for figure in figures), len(groups)) for key, measured in shown]


def _by_key(dataset: Dataset, by: GroupKey, at: int, *, by_characters: bool = True) -> Callable[[tuple[Cut, Any]], Any]:
    key: Callable[[Any], Any] = (lambda value: value) if by.part else _key(dataset, by.field)
    if not by_characters and not by.part and is_words(dataset.field(by.field)):
        key = collated
    return lambda group: None if group[0][at] is None else key(group[0][at])


def _facet(dataset: Dataset, rows: Sequence[Cells], plan: Facet) -> list[Cut]:
    counts = Counter(_part(row.get(plan.by.field), plan.by) for row in rows)
    ordered = naive.in_order((((value,), count) for value, count in counts.items()), _by_key(dataset, plan.by, 0))
    ordered.sort(key=lambda pair: -pair[1])
    return [(value, count) for (value,), count in ordered[: plan.limit + 1]]


def _totals(dataset: Dataset, rows: Sequence[Cells], plan: AmountTotals) -> list[Cut]:
    def figures(inside: Sequence[Cells]) -> Cut:
        return (len(inside), *(_sum(_filled(inside, name)) for name in plan.amounts))

    out = [(0, None, *figures(rows))]
    members: dict[date | str | None, list[Cells]] = {}
    for row in rows if plan.key else ():
        members.setdefault(row.get(plan.key or ""), []).append(row)
    return [*out, *((1, key, *figures(inside)) for key, inside in members.items())]


# --- numbers and places ---------------------------------------------------------------------------------------------


def _series(rows: Iterable[Cells], plan: Series | SeriesGaps) -> list[tuple[str, list[int]]]:
    """The different numbers of each series, ascending, by the name of the series."""
    numbers: dict[str, set[int]] = {}
    for row in rows:
        match = CODE.fullmatch(row.get(plan.by) or "")
        if match is not None and (plan.first is None or int(match[2]) >= plan.first):
            numbers.setdefault(match[1], set()).add(int(match[2]))
    return [(name, sorted(numbers[name])) for name in sorted(numbers)]


def _gaps(numbers: Sequence[int], first: int | None) -> Iterator[tuple[int, int]]:
    before = numbers[0] if first is None else first - 1
    for number in numbers:
        if number > before + 1:
            yield before + 1, number - 1
        before = number


def _extent(rows: Sequence[Cells], plan: Extent) -> Cut:
    x, y = _filled(rows, plan.x), _filled(rows, plan.y)
    points = sum(1 for row in rows if row.get(plan.x) is not None and row.get(plan.y) is not None)
    ends = [end for values in (x, y) for end in ((values[0], values[-1]) if values else (None, None))]
    return (len(rows), points, *ends)


def _tile(distance: Decimal, size: Decimal) -> int:
    return int(Fraction(distance) // Fraction(size))


def _tiles(rows: Sequence[Cells], plan: Tiles) -> list[Cut]:
    counts = Counter(
        (_tile(plan.north - row[plan.y], plan.high), _tile(row[plan.x] - plan.west, plan.wide))
        for row in rows
        if row.get(plan.x) is not None and row.get(plan.y) is not None
    )
    return [(column, line, count) for (line, column), count in sorted(counts.items())]
