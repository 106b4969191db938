"""One question answered through an index: the rows it names, in the order it knows, read from the row store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import reduce
from typing import Any, Final

import numpy as np
import pyarrow as pa

from ayan.core.index.posting_lists import RowSet
from ayan.core.index.rollup import Rollup
from ayan.core.index.row_store import Numbers
from ayan.core.index.secondary_index import SECONDARY_INDEX
from ayan.core.query import group_sql, sql
from ayan.core.query.cursor import Position
from ayan.core.query.engines.candidates import CandidateLists, Range
from ayan.core.query.engines.embedded import EngineSession
from ayan.core.query.engines.index import Index
from ayan.core.query.engines.ordered_scan import ColumnOrder, OrderedColumn
from ayan.core.query.engines.row_matching import FEW, MatchCache, Matches, MatchPlan, has_conditions, plan, without
from ayan.core.query.limits import LARGEST_STEP, LEAST_NEAR, MOST_CARDS, MOST_SETTLED, MOST_SLIM, MOST_WALKED
from ayan.core.query.question import Filter, Question
from ayan.core.query.sql import RollupPlan, RowScope, SqlStatement
from ayan.core.schema.definition import Dataset

# The rows that follow next are looked at first where they are this part of all at most.
NEAR: Final = 4
# Names under which tables are handed to DuckDB.
_CARDS: Final = "_cards"
_MARKS: Final = "_marks"

Keep = Callable[[Numbers], Numbers]


@dataclass(slots=True)
class IndexLookup:
    """Answers one question; where a method returns None, the index has nothing to say and the whole table is read."""

    asking: EngineSession
    dataset: Dataset
    index: Index
    remembered: MatchCache

    def page(self, question: Question, position: Position | None) -> tuple[list[tuple[Any, ...]], int | None]:
        """The rows of `sql.rows`, and how many there are of all pages where that is asked."""
        match_plan = self._plan(question)
        numbers = self._numbers(match_plan, position)
        if numbers is None:
            numbers = self._by_sql(sql.numbers(self.dataset, match_plan.question, position, question.limit))
        total = None
        if question.count:
            whole = position is None and len(numbers) <= question.limit
            total = len(numbers) if whole else self._total(match_plan)
        return self._rows(question, numbers), total

    def table(self, statement: SqlStatement) -> list[tuple[Any, ...]] | None:
        """The result of a statement about a record, or about the rows of a scope."""
        if statement.key is not None:
            return self._record(statement, statement.key)
        scope = statement.scope
        if scope is None:
            return None
        answer = self._from_rollup(scope)
        if answer is None and scope.middle:
            answer = self._middle(scope.middle, scope.question)
        if answer is not None or not has_conditions(scope.question):
            return answer
        match_plan = self._plan(scope.question)
        if not match_plan.pays and not match_plan.settled:
            if not self._is_dear(match_plan.question):
                return self.asking.all(self.dataset, scope.over(match_plan.question))
            self._settle(match_plan)
        matches = match_plan.matches(self.index)
        return self._over(matches, scope.over(matches.left), scope.columns)

    def low_cardinality_column(self, question: Question, most: int) -> str | None:
        """The name of a table of every row that may match and every column shown, if they are few."""
        match_plan = self._plan(question)
        if not match_plan.pays or match_plan.least > most:
            return None
        rows = match_plan.matches(self.index).rows
        if len(rows) > most:
            return None
        shown = [field.name for field in sql.shown_fields(self.dataset, question)]
        sort = [question.sort.field] if question.sort else []
        return self._row_blocks(rows.all(), [*shown, *sql.conditions_on(self.dataset, question), *sort, *sql.ADDRESS])

    # --- which rows ---------------------------------------------------------------------------------------------

    def _plan(self, question: Question) -> MatchPlan:
        if not has_conditions(question):
            return MatchPlan(question)
        sources = CandidateLists(self.asking.cursor, self.dataset, self.index)
        return self.remembered.plan(
            self.dataset, question, lambda: plan(sources, self.dataset, question, self.remembered)
        )

    def _numbers(self, match_plan: MatchPlan, position: Position | None) -> list[int] | None:
        """The rows of a page, one more than it holds where there is one."""
        question = match_plan.question
        if not has_conditions(question):
            return self._first_of_all(question, position)
        if not match_plan.pays:
            return self._walked(match_plan, position)
        if question.sort is not None:
            return self._sorted(question, position, match_plan.matches(self.index))
        near = self._near(match_plan, position)
        if near is not None:
            return near
        matches = match_plan.matches(self.index)
        pieces = matches.rows.pieces(position.number if position is not None else 0)
        return _first_kept(pieces, question.limit, self._settling(matches.left))

    def _walked(self, match_plan: MatchPlan, position: Position | None) -> list[int] | None:
        """The rows of a page by walking through its order; None where there is none or that may go on for long.

        Where a condition is about the column that is sorted by, its rows stand side by side.
        """
        question = match_plan.question
        if question.sort is None:
            return None
        sort = question.sort.field
        own = next((part for part in match_plan.parts if isinstance(part[0], Filter) and part[0].field == sort), None)
        bounds = own[1].stretches if own and own[1].exact else ()
        left = question if own is None or len(bounds) != 1 else without(question, {own[0]})
        # Collation keys of many rows are dear; in the order of the index none are needed.
        words = sql.is_words(self.dataset.field(sort))
        others = [source for condition, source in match_plan.parts if own is None or condition != own[0]]
        all_sourced = len(left.filters) + len(left.search.split()) + bool(left.release) == len(others)
        looked_at = reduce(
            lambda wanted, source: wanted * self.index.rows / max(source.size, 1), others, float(question.limit)
        )
        if not words and not (all_sourced and looked_at <= MOST_SETTLED):
            return None
        within = bounds[0] if len(bounds) == 1 else None
        return self._in_order(question, position, self._settling(left), within)

    def _first_of_all(self, question: Question, position: Position | None) -> list[int] | None:
        if question.sort is not None:
            return self._in_order(question, position, lambda piece: piece)
        start = position.number if position is not None else 0
        return list(range(start + 1, min(start + question.limit + 1, self.index.rows) + 1))

    def _near(self, match_plan: MatchPlan, position: Position | None) -> list[int] | None:
        """A full page from the rows that follow next, where many of them may match; None otherwise."""
        question, rows = match_plan.question, self.index.rows
        start = position.number if position is not None else 0
        until = start + 2 * int(match_plan.looked_at(rows, question.limit)) + LEAST_NEAR
        if start >= rows or not _is_near(match_plan, until - start, rows):
            return None
        near = match_plan.near(self.index, start, min(until, rows))
        numbers = _first_kept([near], question.limit, self._settling(match_plan.left)) or []
        return numbers if len(numbers) > question.limit else None

    def _sorted(self, question: Question, position: Position | None, matches: Matches) -> list[int] | None:
        assert question.sort is not None  # noqa: S101 - the caller has looked
        if len(matches.rows) > FEW:
            settling = self._settling(matches.left)
            numbers = self._in_order(question, position, lambda piece: settling(piece[matches.rows.holds(piece)]))
            if numbers is not None:
                return numbers
        statement = sql.numbers(self.dataset, matches.left, position, question.limit)
        return [number for (number,) in self._over(matches, statement, [question.sort.field])]

    def _in_order(
        self, question: Question, position: Position | None, keep: Keep, within: Range | None = None
    ) -> list[int] | None:
        """The rows of a page by walking through the order that the question sorts by; None where that goes on."""
        assert question.sort is not None  # noqa: S101 - the caller has looked
        kept = self.index.columns.get(question.sort.field)
        if kept is None or kept.alphabet != sql.is_words(self.dataset.field(kept.name)):
            return None
        ordered = OrderedColumn(ColumnOrder(self.asking.cursor, self.index, kept), question.sort.descending)
        start = ordered.after(position)
        if start is None:
            return None
        first, last = ordered.positions(within.first, within.last) if within else (0, self.index.rows)
        walk = _walk(ordered, max(start, first), last, question.limit)
        return _first_kept(walk, question.limit, keep, MOST_WALKED)

    def _settling(self, left: Question) -> Keep:
        """Keeps of a piece the rows that match what is left of a question, in their order."""
        if not has_conditions(left):
            return lambda piece: piece

        def keep(piece: Numbers) -> Numbers:
            if not len(piece):
                return piece
            statement = sql.numbers(self.dataset, replace(left, sort=None), None, len(piece))
            matching = self._by_sql(statement, self._row_blocks(np.sort(piece), sql.conditions_on(self.dataset, left)))
            return piece[RowSet(self.index.rows, numbers=np.array(matching, dtype=np.int64)).holds(piece)]

        return keep

    def _is_dear(self, question: Question) -> bool:
        """Whether conditions hold every row against patterns."""
        return bool(question.search) or any(
            sql.is_folded(self.dataset.field(condition.field), condition) for condition in question.filters
        )

    def _settle(self, match_plan: MatchPlan) -> None:
        """Look at every row once, for a page asks several questions about the same ones."""
        statement = sql.numbers(self.dataset, replace(match_plan.question, sort=None), None, self.index.rows)
        numbers = self.asking.numbers(self.dataset, statement)
        match_plan.rows, match_plan.settled = RowSet.of([numbers], self.index.rows), True

    # --- what is said of them -----------------------------------------------------------------------------------

    def _total(self, match_plan: MatchPlan) -> int:
        if not has_conditions(match_plan.question):
            return self.index.rows
        if match_plan.total is not None:
            return match_plan.total
        asked = group_sql.count(self.dataset, match_plan.question)
        if asked.scope and (tallied := self._from_rollup(asked.scope)):
            return int(tallied[0][0])
        if not match_plan.pays and not match_plan.settled:
            return int(self.asking.all(self.dataset, asked)[0][0])
        matches = match_plan.matches(self.index)
        if matches.settled:
            return len(matches.rows)
        return int(self._over(matches, group_sql.count(self.dataset, matches.left), ())[0][0])

    def _from_rollup(self, scope: RowScope) -> list[tuple[Any, ...]] | None:
        """The result of a statement, computed from the cells of a rollup; None where none holds what it needs."""
        question, rollup = scope.question, scope.rollup
        if rollup is None or (tally := self._rollup(rollup)) is None:
            return None
        if any(sql.is_folded(self.dataset.field(condition.field), condition) for condition in question.filters):
            # Patterns are dear to make, and each cell would be held against them.
            plainer = scope.over(self._plan(question).question).scope
            rollup = plainer.rollup if plainer and plainer.rollup else rollup
        return self.asking.all(self.dataset, rollup.write(), f"{SECONDARY_INDEX}.{tally.table}")

    def _rollup(self, rollup: RollupPlan) -> Rollup | None:
        return self.index.rollup(rollup.keys, rollup.added, rollup.ordered)

    def _middle(self, name: str, question: Question) -> list[tuple[Any, ...]] | None:
        """Median, least and greatest value of a column of whole numbers; None where other conditions are left."""
        kept = self.index.columns.get(name)
        if kept is None:
            return None
        if not has_conditions(question):
            order, last = ColumnOrder(self.asking.cursor, self.index, kept), kept.filled - 1
            ends = (
                [order.value(position) for position in (last // 2, (last + 1) // 2, 0, last)] if kept.filled else None
            )
            return _middle_of(ends) if ends is None or isinstance(ends[0], int) else None
        match_plan = self._plan(question)
        own = match_plan.run(kept.name, str(kept.number))
        if own is not None and own.last <= kept.filled:
            order, last = ColumnOrder(self.asking.cursor, self.index, kept), own.first + own.last - 1
            ends = [order.value(position) for position in (last // 2, (last + 1) // 2, own.first, own.last - 1)]
            return _middle_of(ends) if isinstance(ends[0], int) else None
        if not (match_plan.parts or match_plan.settled) or not (matches := match_plan.matches(self.index)).settled:
            return None
        values = self.index.row_store.whole_numbers(name, matches.rows.numbers, matches.rows.marks)
        if values is None:
            return None
        half = len(values) // 2
        if half:
            values.partition((half - 1, half))
        return _middle_of(
            [int(values[(len(values) - 1) // 2]), int(values[half]), int(values.min()), int(values.max())]
            if len(values)
            else None
        )

    def _rows(self, question: Question, numbers: Sequence[int]) -> list[tuple[Any, ...]]:
        shown = [field.name for field in sql.shown_fields(self.dataset, question)]
        sort = [question.sort.field] if question.sort else []
        wanted = [*shown, *sql.ADDRESS, *sort]
        held = [name for name in wanted if name in self.index.row_store.names]
        records = self.index.row_store.rows(np.array(numbers, dtype=np.int64), held)
        if len(held) < len(wanted):
            # A field declared since the releases were sealed is on no card.
            places = [held.index(name) if name in held else None for name in wanted]
            records = [tuple(None if at is None else row[at] for at in places) for row in records]
        if sort:
            return [(*row[:-1], number, row[-1]) for row, number in zip(records, numbers, strict=True)]
        return [(*row, number, None) for row, number in zip(records, numbers, strict=True)]

    def _record(self, statement: SqlStatement, key: Mapping[str, object]) -> list[tuple[Any, ...]] | None:
        sources = CandidateLists(self.asking.cursor, self.dataset, self.index)
        candidates = [sources.of_value(name, value) for name, value in key.items()]
        known = [source for source in candidates if source is not None]
        least = min(known, key=lambda source: source.size, default=None)
        if least is None or least.size > FEW:
            return None
        columns = [*(field.name for field in self.dataset.published), *sql.ADDRESS]
        return self.asking.all(self.dataset, statement, self._row_blocks(least.rows(self.index).all(), columns))

    def _over(self, matches: Matches, statement: SqlStatement, columns: Sequence[str]) -> list[tuple[Any, ...]]:
        """The result of a statement about what is left of a question, over the rows that may match."""
        names = [*columns, *sql.conditions_on(self.dataset, matches.left)]
        if len(matches.rows) <= (MOST_SLIM if self.index.row_store.are_slim(names) else MOST_CARDS):
            return self.asking.all(self.dataset, statement, self._row_blocks(matches.rows.all(), names))
        # The table stands in the order of the numbers, so a mark is beside its row.
        self.asking.cursor.register(_MARKS, pa.table({"_m": matches.rows.marked().view(np.uint8)}))
        source = f"main.{sql.TABLE} POSITIONAL JOIN {_MARKS} WHERE _m = 1"
        return self.asking.all(self.dataset, statement, source)

    def _row_blocks(self, numbers: Numbers, names: Sequence[str]) -> str:
        """Hands some columns of some rows, given ascending, to DuckDB; the name of the table."""
        held = [name for name in dict.fromkeys(names) if name in self.index.row_store.names]
        self.asking.cursor.register(_CARDS, self.index.row_store.table(numbers, held))
        return _CARDS

    def _by_sql(self, statement: SqlStatement, source: str = "") -> list[int]:
        return [number for (number,) in self.asking.all(self.dataset, statement, source)]


def _middle_of(ends: Sequence[int] | None) -> list[tuple[Any, ...]]:
    """The row of `statistics.middle` from the two values in the middle, the least and the greatest."""
    return [(None, None, None)] if ends is None else [(Decimal(ends[0] + ends[1]) / 2, *ends[2:])]


def _is_near(match_plan: MatchPlan, looked_at: int, rows: int) -> bool:
    """Whether a range of all rows is sooner looked at than all that are listed are taken.

    Where the question counts, all of them are needed; where they are few or known, nothing is to be saved.
    """
    return (
        match_plan.rows is None
        and not match_plan.question.count
        and match_plan.listed > FEW
        and looked_at * NEAR <= rows
    )


def _walk(ordered: OrderedColumn, at: int, end: int, limit: int) -> Iterator[Numbers]:
    """The rows of an order from a place on, and before another, in pieces that grow."""
    size = 2 * limit + 1
    while at < end and len(piece := ordered.piece(at, min(size, end - at))):
        yield piece
        at, size = at + len(piece), min(size * 4, LARGEST_STEP)


def _first_kept(pieces: Iterable[Numbers], limit: int, keep: Keep, most: int | None = None) -> list[int] | None:
    """The first rows that are kept, one more than ``limit``; None when more than ``most`` were looked at in vain."""
    out: list[int] = []
    seen = 0
    for piece in pieces:
        if most is not None and seen > most:
            return None
        out += keep(piece).tolist()
        seen += len(piece)
        if len(out) > limit:
            break
    return out[: limit + 1]
