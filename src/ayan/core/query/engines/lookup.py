"""One question answered through an index: the rows it names, in the order it knows, with the values on their cards."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import reduce
from typing import Any, Final

import numpy as np
import pyarrow as pa

from ayan.core.query import sql, together
from ayan.core.query.cursor import Position
from ayan.core.query.engines.embedded import Asking
from ayan.core.query.engines.index import Index
from ayan.core.query.engines.matching import FEW, Matches, Plan, Remembered, has_conditions, plan, without
from ayan.core.query.engines.ordered import Order, Sorted
from ayan.core.query.engines.rowset import RowSet
from ayan.core.query.engines.sources import Sources, Stretch
from ayan.core.query.limits import LARGEST_STEP, LEAST_NEAR, MOST_CARDS, MOST_SETTLED, MOST_SLIM, MOST_WALKED
from ayan.core.query.question import Filter, Question
from ayan.core.query.sql import Scope, Statement, Told
from ayan.core.schema.definition import Dataset
from ayan.core.store.cards import Numbers
from ayan.core.store.finder import FINDER
from ayan.core.store.tally import Tally

# The rows that follow next are looked at first where they are this part of all at most.
NEAR: Final = 4
# Names under which tables are handed to DuckDB.
_CARDS: Final = "_cards"
_MARKS: Final = "_marks"

Keep = Callable[[Numbers], Numbers]


@dataclass(slots=True)
class Lookup:
    """Answers one question; where a method returns None, the index has nothing to say and the whole table is read."""

    asking: Asking
    dataset: Dataset
    index: Index
    remembered: Remembered

    def page(self, question: Question, position: Position | None) -> tuple[list[tuple[Any, ...]], int | None]:
        """The rows of `sql.rows`, and how many there are of all pages where that is asked."""
        made = self._plan(question)
        numbers = self._numbers(made, position)
        if numbers is None:
            numbers = self._by_sql(sql.numbers(self.dataset, made.question, position, question.limit))
        total = None
        if question.count:
            whole = position is None and len(numbers) <= question.limit
            total = len(numbers) if whole else self._total(made)
        return self._rows(question, numbers), total

    def table(self, statement: Statement) -> list[tuple[Any, ...]] | None:
        """The result of a statement about a record, or about the rows of a scope."""
        if statement.key is not None:
            return self._record(statement, statement.key)
        scope = statement.scope
        if scope is None:
            return None
        found = self._told(scope)
        if found is None and scope.middle:
            found = self._middle(scope.middle, scope.question)
        if found is not None or not has_conditions(scope.question):
            return found
        made = self._plan(scope.question)
        if not made.pays and not made.settled:
            if not self._is_dear(made.question):
                return self.asking.all(self.dataset, scope.over(made.question))
            self._settle(made)
        matches = made.matches(self.index)
        return self._over(matches, scope.over(matches.left), scope.columns)

    def few(self, question: Question, most: int) -> str | None:
        """The name of a table of every row that may match and every column shown, if they are few."""
        made = self._plan(question)
        if not made.pays or made.least > most:
            return None
        rows = made.matches(self.index).rows
        if len(rows) > most:
            return None
        shown = [one.name for one in sql.shown_fields(self.dataset, question)]
        sort = [question.sort.field] if question.sort else []
        return self._cards(rows.all(), [*shown, *sql.conditions_on(self.dataset, question), *sort, *sql.ADDRESS])

    # --- which rows ---------------------------------------------------------------------------------------------

    def _plan(self, question: Question) -> Plan:
        if not has_conditions(question):
            return Plan(question)
        sources = Sources(self.asking.cursor, self.dataset, self.index)
        return self.remembered.plan(
            self.dataset, question, lambda: plan(sources, self.dataset, question, self.remembered)
        )

    def _numbers(self, made: Plan, position: Position | None) -> list[int] | None:
        """The rows of a page, one more than it holds where there is one."""
        question = made.question
        if not has_conditions(question):
            return self._first_of_all(question, position)
        if not made.pays:
            return self._walked(made, position)
        if question.sort is not None:
            return self._sorted(question, position, made.matches(self.index))
        near = self._near(made, position)
        if near is not None:
            return near
        matches = made.matches(self.index)
        pieces = matches.rows.pieces(position.number if position is not None else 0)
        return _kept(pieces, question.limit, self._settling(matches.left))

    def _walked(self, made: Plan, position: Position | None) -> list[int] | None:
        """The rows of a page by walking through its order; None where there is none or that may go on for long.

        Where a condition is about the column that is sorted by, its rows stand side by side.
        """
        question = made.question
        if question.sort is None:
            return None
        sort = question.sort.field
        own = next((part for part in made.parts if isinstance(part[0], Filter) and part[0].field == sort), None)
        bounds = own[1].stretches if own and own[1].exact else ()
        left = question if own is None or len(bounds) != 1 else without(question, {own[0]})
        # Collation keys of many rows are dear; in the order of the index none are needed.
        words = sql.is_words(self.dataset.field(sort))
        others = [source for condition, source in made.parts if own is None or condition != own[0]]
        told = len(left.filters) + len(left.search.split()) + bool(left.release) == len(others)
        looked_at = reduce(
            lambda wanted, one: wanted * self.index.rows / max(one.size, 1), others, float(question.limit)
        )
        if not words and not (told and looked_at <= MOST_SETTLED):
            return None
        within = bounds[0] if len(bounds) == 1 else None
        return self._in_order(question, position, self._settling(left), within)

    def _first_of_all(self, question: Question, position: Position | None) -> list[int] | None:
        if question.sort is not None:
            return self._in_order(question, position, lambda piece: piece)
        start = position.number if position is not None else 0
        return list(range(start + 1, min(start + question.limit + 1, self.index.rows) + 1))

    def _near(self, made: Plan, position: Position | None) -> list[int] | None:
        """A full page from the rows that follow next, where many of them may match; None otherwise."""
        question, rows = made.question, self.index.rows
        start = position.number if position is not None else 0
        until = start + 2 * int(made.looked_at(rows, question.limit)) + LEAST_NEAR
        if start >= rows or not _is_near(made, until - start, rows):
            return None
        near = made.near(self.index, start, min(until, rows))
        found = _kept([near], question.limit, self._settling(made.left)) or []
        return found if len(found) > question.limit else None

    def _sorted(self, question: Question, position: Position | None, matches: Matches) -> list[int] | None:
        assert question.sort is not None  # noqa: S101 - the caller has looked
        if len(matches.rows) > FEW:
            settling = self._settling(matches.left)
            found = self._in_order(question, position, lambda piece: settling(piece[matches.rows.holds(piece)]))
            if found is not None:
                return found
        statement = sql.numbers(self.dataset, matches.left, position, question.limit)
        return [number for (number,) in self._over(matches, statement, [question.sort.field])]

    def _in_order(
        self, question: Question, position: Position | None, keep: Keep, within: Stretch | None = None
    ) -> list[int] | None:
        """The rows of a page by walking through the order that the question sorts by; None where that goes on."""
        assert question.sort is not None  # noqa: S101 - the caller has looked
        kept = self.index.kept.get(question.sort.field)
        if kept is None or kept.alphabet != sql.is_words(self.dataset.field(kept.name)):
            return None
        ordered = Sorted(Order(self.asking.cursor, self.index, kept), question.sort.descending)
        start = ordered.after(position)
        if start is None:
            return None
        first, last = ordered.places(within.first, within.last) if within else (0, self.index.rows)
        walk = _walk(ordered, max(start, first), last, question.limit)
        return _kept(walk, question.limit, keep, MOST_WALKED)

    def _settling(self, left: Question) -> Keep:
        """Keeps of a piece the rows that match what is left of a question, in their order."""
        if not has_conditions(left):
            return lambda piece: piece

        def keep(piece: Numbers) -> Numbers:
            if not len(piece):
                return piece
            statement = sql.numbers(self.dataset, replace(left, sort=None), None, len(piece))
            found = self._by_sql(statement, self._cards(np.sort(piece), sql.conditions_on(self.dataset, left)))
            return piece[RowSet(self.index.rows, numbers=np.array(found, dtype=np.int64)).holds(piece)]

        return keep

    def _is_dear(self, question: Question) -> bool:
        """Whether conditions hold every row against patterns."""
        return bool(question.search) or any(
            sql.is_folded(self.dataset.field(one.field), one) for one in question.filters
        )

    def _settle(self, made: Plan) -> None:
        """Look at every row once, for a page asks several questions about the same ones."""
        statement = sql.numbers(self.dataset, replace(made.question, sort=None), None, self.index.rows)
        found = self.asking.numbers(self.dataset, statement)
        made.found, made.settled = RowSet.of([found], self.index.rows), True

    # --- what is said of them -----------------------------------------------------------------------------------

    def _total(self, made: Plan) -> int:
        if not has_conditions(made.question):
            return self.index.rows
        if made.total is not None:
            return made.total
        asked = together.count(self.dataset, made.question)
        if asked.scope and (told := self._told(asked.scope)):
            return int(told[0][0])
        if not made.pays and not made.settled:
            return int(self.asking.all(self.dataset, asked)[0][0])
        matches = made.matches(self.index)
        if matches.settled:
            return len(matches.rows)
        return int(self._over(matches, together.count(self.dataset, matches.left), ())[0][0])

    def _told(self, scope: Scope) -> list[tuple[Any, ...]] | None:
        """The result of a statement, reckoned from the cells of a tally; None where none holds what it needs."""
        question, told = scope.question, scope.told
        if told is None or (tally := self._tally(told)) is None:
            return None
        if any(sql.is_folded(self.dataset.field(one.field), one) for one in question.filters):
            # Patterns are dear to make, and each cell would be held against them.
            plainer = scope.over(self._plan(question).question).scope
            told = plainer.told if plainer and plainer.told else told
        return self.asking.all(self.dataset, told.write(), f"{FINDER}.{tally.table}")

    def _tally(self, told: Told) -> Tally | None:
        return self.index.tally(told.keys, told.added, told.ordered)

    def _middle(self, name: str, question: Question) -> list[tuple[Any, ...]] | None:
        """Median, least and greatest value of a column of whole numbers; None where other conditions are left."""
        kept = self.index.kept.get(name)
        if kept is None:
            return None
        if not has_conditions(question):
            order, last = Order(self.asking.cursor, self.index, kept), kept.filled - 1
            ends = [order.value(place) for place in (last // 2, (last + 1) // 2, 0, last)] if kept.filled else None
            return _middle_of(ends) if ends is None or isinstance(ends[0], int) else None
        made = self._plan(question)
        own = made.run(kept.name, str(kept.number))
        if own is not None and own.last <= kept.filled:
            order, last = Order(self.asking.cursor, self.index, kept), own.first + own.last - 1
            ends = [order.value(place) for place in (last // 2, (last + 1) // 2, own.first, own.last - 1)]
            return _middle_of(ends) if isinstance(ends[0], int) else None
        if not (made.parts or made.settled) or not (matches := made.matches(self.index)).settled:
            return None
        values = self.index.cards.whole_numbers(name, matches.rows.numbers, matches.rows.marks)
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
        shown = [one.name for one in sql.shown_fields(self.dataset, question)]
        sort = [question.sort.field] if question.sort else []
        wanted = [*shown, *sql.ADDRESS, *sort]
        held = [name for name in wanted if name in self.index.cards.names]
        found = self.index.cards.rows(np.array(numbers, dtype=np.int64), held)
        if len(held) < len(wanted):
            # A field declared since the releases were sealed is on no card.
            places = [held.index(name) if name in held else None for name in wanted]
            found = [tuple(None if at is None else row[at] for at in places) for row in found]
        if sort:
            return [(*row[:-1], number, row[-1]) for row, number in zip(found, numbers, strict=True)]
        return [(*row, number, None) for row, number in zip(found, numbers, strict=True)]

    def _record(self, statement: Statement, key: Mapping[str, object]) -> list[tuple[Any, ...]] | None:
        sources = Sources(self.asking.cursor, self.dataset, self.index)
        found = [sources.of_value(name, value) for name, value in key.items()]
        known = [source for source in found if source is not None]
        least = min(known, key=lambda source: source.size, default=None)
        if least is None or least.size > FEW:
            return None
        columns = [*(one.name for one in self.dataset.published), *sql.ADDRESS]
        return self.asking.all(self.dataset, statement, self._cards(least.rows(self.index).all(), columns))

    def _over(self, matches: Matches, statement: Statement, columns: Sequence[str]) -> list[tuple[Any, ...]]:
        """The result of a statement about what is left of a question, over the rows that may match."""
        names = [*columns, *sql.conditions_on(self.dataset, matches.left)]
        if len(matches.rows) <= (MOST_SLIM if self.index.cards.are_slim(names) else MOST_CARDS):
            return self.asking.all(self.dataset, statement, self._cards(matches.rows.all(), names))
        # The table stands in the order of the numbers, so a mark is beside its row.
        self.asking.cursor.register(_MARKS, pa.table({"_m": matches.rows.marked().view(np.uint8)}))
        source = f"main.{sql.TABLE} POSITIONAL JOIN {_MARKS} WHERE _m = 1"
        return self.asking.all(self.dataset, statement, source)

    def _cards(self, numbers: Numbers, names: Sequence[str]) -> str:
        """Hands some columns of some rows, given ascending, to DuckDB; the name of the table."""
        held = [name for name in dict.fromkeys(names) if name in self.index.cards.names]
        self.asking.cursor.register(_CARDS, self.index.cards.table(numbers, held))
        return _CARDS

    def _by_sql(self, statement: Statement, source: str = "") -> list[int]:
        return [number for (number,) in self.asking.all(self.dataset, statement, source)]


def _middle_of(ends: Sequence[int] | None) -> list[tuple[Any, ...]]:
    """The row of `statistics.middle` from the two values in the middle, the least and the greatest."""
    return [(None, None, None)] if ends is None else [(Decimal(ends[0] + ends[1]) / 2, *ends[2:])]


def _is_near(made: Plan, looked_at: int, rows: int) -> bool:
    """Whether a stretch of all rows is sooner looked at than all that are listed are taken.

    Where the question counts, all of them are needed; where they are few or known, nothing is to be saved.
    """
    return made.found is None and not made.question.count and made.listed > FEW and looked_at * NEAR <= rows


def _walk(ordered: Sorted, at: int, end: int, limit: int) -> Iterator[Numbers]:
    """The rows of an order from a place on, and before another, in pieces that grow."""
    size = 2 * limit + 1
    while at < end and len(piece := ordered.piece(at, min(size, end - at))):
        yield piece
        at, size = at + len(piece), min(size * 4, LARGEST_STEP)


def _kept(pieces: Iterable[Numbers], limit: int, keep: Keep, most: int | None = None) -> list[int] | None:
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
