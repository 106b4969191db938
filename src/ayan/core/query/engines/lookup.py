"""One question answered through an index: the rows it names, in the order it knows, with the values on their cards."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pyarrow as pa

from ayan.core.query import sql
from ayan.core.query.cursor import Position
from ayan.core.query.engines.embedded import Asking
from ayan.core.query.engines.index import Index
from ayan.core.query.engines.matching import FEW, Matches, Plan, Remembered, has_conditions, plan
from ayan.core.query.engines.ordered import Order, Sorted
from ayan.core.query.engines.rowset import RowSet
from ayan.core.query.engines.sources import Sources
from ayan.core.query.question import Question
from ayan.core.query.sql import Statement
from ayan.core.schema.definition import Dataset
from ayan.core.store.cards import Numbers

# Rows that are handed to DuckDB as a table of their own; more are marked in the whole table.
MOST_CARDS: Final = 100_000
# Rows of an order that are walked through for those that match, the pieces growing up to a size.
MOST_WALKED: Final = 400_000
LARGEST_PIECE: Final = 65_536
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
        if scope is None or not has_conditions(scope.question):
            return None
        made = self._plan(scope.question)
        if not made.pays:
            return self.asking.all(self.dataset, scope.over(made.question))
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
        return self.remembered.plan(self.dataset, question, lambda: plan(sources, self.dataset, question))

    def _numbers(self, made: Plan, position: Position | None) -> list[int] | None:
        """The rows of a page, one more than it holds where there is one."""
        question = made.question
        if not has_conditions(question):
            return self._first_of_all(question, position)
        if not made.pays:
            words = question.sort is not None and sql.is_words(self.dataset.field(question.sort.field))
            # Collation keys of many rows are dear; in the order of the index none are needed.
            return self._in_order(question, position, self._settling(question)) if words else None
        if question.sort is not None:
            return self._sorted(question, position, made.matches(self.index))
        near = self._near(made, position)
        if near is not None:
            return near
        matches = made.matches(self.index)
        pieces = matches.rows.pieces(position.number if position is not None else 0)
        return _kept(pieces, question.limit, self._settling(matches.left))

    def _first_of_all(self, question: Question, position: Position | None) -> list[int] | None:
        if question.sort is not None:
            return self._in_order(question, position, lambda piece: piece)
        start = position.number if position is not None else 0
        return list(range(start + 1, min(start + question.limit + 1, self.index.rows) + 1))

    def _near(self, made: Plan, position: Position | None) -> list[int] | None:
        """A full page from a look at the rows that follow, where most of them may match; None otherwise."""
        question = made.question
        wanted = 2 * int(made.looked_at(self.index.rows, question.limit))
        if not _quick(len(made.parts), wanted, made.listed):
            return None
        start = position.number if position is not None else 0
        found = self._by_sql(
            sql.numbers(self.dataset, question, position, question.limit),
            f"main.{sql.TABLE} WHERE {sql.NUMBER} <= {start + wanted}",
        )
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

    def _in_order(self, question: Question, position: Position | None, keep: Keep) -> list[int] | None:
        """The rows of a page by walking through the order that the question sorts by; None where that goes on."""
        assert question.sort is not None  # noqa: S101 - the caller has looked
        kept = self.index.kept.get(question.sort.field)
        if kept is None or kept.alphabet != sql.is_words(self.dataset.field(kept.name)):
            return None
        ordered = Sorted(Order(self.asking.cursor, self.index, kept), question.sort.descending)
        start = ordered.after(position)
        return (
            None if start is None else _kept(_walk(ordered, start, question.limit), question.limit, keep, MOST_WALKED)
        )

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

    # --- what is said of them -----------------------------------------------------------------------------------

    def _total(self, made: Plan) -> int:
        if not has_conditions(made.question):
            return self.index.rows
        if made.total is not None:
            return made.total
        if not made.pays:
            return int(self.asking.all(self.dataset, sql.count(self.dataset, made.question))[0][0])
        matches = made.matches(self.index)
        if matches.settled:
            return len(matches.rows)
        return int(self._over(matches, sql.count(self.dataset, matches.left), ())[0][0])

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
        if len(matches.rows) <= MOST_CARDS:
            names = [*columns, *sql.conditions_on(self.dataset, matches.left)]
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


def _quick(patterns: int, looked_at: int, listed: int) -> bool:
    """Whether rows are sooner looked at than those listed are marked: both in milliseconds, roughly, as measured.

    A pattern is made in four and looks at a thousand rows in one; a million rows are marked in five.
    """
    return 4 * patterns + looked_at / 1_000 < listed / 200_000


def _walk(ordered: Sorted, at: int, limit: int) -> Iterator[Numbers]:
    """The rows of an order from a place on, in pieces that grow."""
    size = 2 * limit + 1
    while len(piece := ordered.piece(at, size)):
        yield piece
        at, size = at + len(piece), min(size * 4, LARGEST_PIECE)


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
