"""Where the rows that one condition may hold for are listed in a segment of an index."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import duckdb
import numpy as np

from ayan.core.index.envelopes import table_of
from ayan.core.index.limits import FEW_LISTED, MOST_LOOKED_UP
from ayan.core.index.lookup import (
    AlikeLookup,
    BoxLookup,
    EdgeLookup,
    EmptyLookup,
    Lookup,
    PieceLookup,
    TextPiece,
    Token,
    TokenQuery,
    ValueLookup,
    WordLookup,
)
from ayan.core.index.posting_lists import ALL, Marks, RowSet
from ayan.core.index.row_store import Numbers
from ayan.core.index.secondary_index import StoredColumn
from ayan.core.index.segment import ColumnOrder
from ayan.core.index.state_tables import RowPlaces, StateTables, holding
from ayan.core.index.word_lists import WORDS
from ayan.core.values.sql import SqlStatement, identifier
from ayan.core.values.text import fold, fold_joined

if TYPE_CHECKING:
    from ayan.core.index.segment import IndexSegment


@dataclass(frozen=True, slots=True)
class Range:
    """A part of a list of places, from ``first`` up to and without ``last``."""

    listing: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Candidates:
    """The ranges that list every row for which a condition may hold.

    ``exact`` when it holds for all of them, ``once`` when none is listed twice, ``ascending`` when there is one
    range whose rows are in the order of their numbers, ``everything`` when the condition holds for every row.
    ``values`` are those that it holds for, letter by letter, where these have been looked up and are few.
    """

    stretches: tuple[Range, ...]
    exact: bool = True
    once: bool = True
    ascending: bool = False
    everything: bool = False
    values: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """How many rows are listed, those listed twice counted twice."""
        return sum(stretch.last - stretch.first for stretch in self.stretches)

    def rows(self, index: IndexSegment) -> RowSet:
        """The rows."""
        parts = [index.posting_lists.slices(listing, parts) for listing, parts in self._by_listing().items()]
        return RowSet.of(parts, index.rows, ascending=self.ascending)

    def marked(self, index: IndexSegment, after: int, until: int) -> Marks:
        """A mark for each row after one and up to another: whether it is listed."""
        marks = np.zeros(until - after, dtype=np.bool_)
        for listing, parts in self._by_listing().items():
            for numbers in index.posting_lists.within(listing, parts, after, until):
                marks[numbers - (after + 1)] = True
        return marks

    def _by_listing(self) -> dict[str, list[tuple[int, int]]]:
        """The ranges of each list: where each begins and ends."""
        out: dict[str, list[tuple[int, int]]] = {}
        for stretch in self.stretches:
            out.setdefault(stretch.listing, []).append((stretch.first, stretch.last))
        return out


@dataclass(slots=True)
class SharedLooks:
    """What is looked up for all segments of a state at once, while one condition is asked for in each of them."""

    cursor: duckdb.DuckDBPyConnection
    tables: StateTables
    known: dict[Hashable, list[RowPlaces] | None] = field(default_factory=dict)

    def holding(self, columns: Sequence[str], pieces: Sequence[TextPiece], segment: int) -> RowPlaces | None:
        """See `StateTables.holding`."""
        key = tuple(columns), tuple(pieces)
        if key not in self.known:
            self.known[key] = self.tables.holding(self.cursor, columns, pieces)
        looked = self.known[key]
        return None if looked is None else looked[segment]

    def run(self, run: Token, segment: int) -> RowPlaces | None:
        """See `StateTables.run`."""
        if run not in self.known:
            self.known[run] = self.tables.run(self.cursor, run)
        looked = self.known[run]
        return None if looked is None else looked[segment]


class CandidateLists:
    """Finds the candidates of conditions in the segment of a ``number`` among those that are ``shared``.

    The cursor is one to which its secondary index is attached.
    """

    def __init__(
        self,
        cursor: duckdb.DuckDBPyConnection,
        index: IndexSegment,
        shared: SharedLooks,
        number: int,
    ) -> None:
        self._cursor = cursor
        self._index = index
        self._shared = shared
        self._number = number

    def of(self, lookup: Lookup) -> Candidates | None:
        """The candidates of a condition; None where the index cannot name its rows.

        Raises IndexMismatch where a column holds values of another type.
        """
        if isinstance(lookup, BoxLookup):
            return self._in_box(lookup)
        kept = self._index.columns.get(lookup.column)
        if kept is None:
            return None if lookup.column in self._index.row_store.names else self._without(lookup)
        match lookup:
            case EmptyLookup():
                return self._stretch(kept, kept.filled, self._index.rows, ascending=True)
            case ValueLookup():
                return self._of_values(kept, lookup)
            case EdgeLookup():
                return self._of_edge(kept, lookup)
        if kept.searched == "values":
            return self._alike(kept, lookup) if isinstance(lookup, AlikeLookup) else self._holding(kept, lookup)
        return self._spelt(lookup.tokens) if kept.searched == "words" and lookup.tokens else None

    def _in_box(self, lookup: BoxLookup) -> Candidates | None:
        """The rows of the blocks whose box meets one; None where the index keeps none of the column."""
        if lookup.column not in self._index.row_store.names:
            return Candidates(())
        table = table_of(lookup.column)
        if not self._index.posting_lists.has(table):
            return None
        statement = SqlStatement()
        west, south, east, north = map(statement.bind, (lookup.west, lookup.south, lookup.east, lookup.north))
        spans = self._stretches(
            f"SELECT 0, first, rows FROM {self._index.schema}.{identifier(table)} WHERE west <= {east} "
            f"AND east >= {west} AND south <= {north} AND north >= {south} ORDER BY first",
            statement,
        )
        return Candidates(tuple(Range(table, first, last) for _, first, last in spans), exact=not spans)

    def of_word(self, word: WordLookup) -> Candidates | None:
        """The candidates of one word of a search; None where the index cannot name its rows."""
        looked = _Look()
        stretches: list[Range] = []
        exact = True
        columns = self._index.columns
        for column, codes in word.codes:
            if column not in columns or not codes:
                continue
            if columns[column].searched == "values":
                stretches += self._of_texts(columns[column], codes).stretches
            else:
                looked.for_codes(columns[column], codes)
        searched = [columns[name] for name in word.columns if name in columns]
        if not all(kept.searched for kept in searched):
            return None
        shared = self._held(word.columns, [word.piece])
        for kept in searched:
            if kept.searched == "values" and shared is None:
                looked.for_pieces(kept, [word.piece])
            elif kept.searched == "digits":
                stretches += self._starting(kept, word.piece.joined)
        if shared is not None:
            stretches += [Range(str(number), first, last) for number, first, last in _joined(*shared)]
        # The words of all columns are kept together.
        if any(kept.searched == "words" for kept in searched):
            spelt = self._spelt(word.tokens, word.columns)
            if spelt is None:
                return None
            stretches, exact = [*stretches, *spelt.stretches], spelt.exact
        stretches += self._looked_through(looked)
        everything = any(
            stretch.listing != WORDS and stretch.last - stretch.first == self._index.rows for stretch in stretches
        )
        return Candidates(tuple(stretches), exact, once=False, everything=everything)

    def _without(self, lookup: Lookup) -> Candidates:
        """The rows where no row of the segment has a value in the column."""
        if not isinstance(lookup, EmptyLookup):
            return Candidates(())
        return Candidates((Range(ALL, 0, self._index.rows),), ascending=True, everything=True)

    # --- values in order ----------------------------------------------------------------------------------------

    def _stretch(self, kept: StoredColumn, first: int, last: int, *, ascending: bool = False) -> Candidates:
        nonempty = first < last
        return Candidates((Range(str(kept.number), first, last),) if nonempty else (), ascending=ascending and nonempty)

    def _of_values(self, kept: StoredColumn, lookup: ValueLookup) -> Candidates | None:
        equal = all(low == high for low, high in lookup.ranges)
        if len(lookup.ranges) > MOST_LOOKED_UP or (kept.alphabet and not equal):
            return None
        if kept.alphabet and kept.searched == "values":
            # Collation keys would take statements.
            return self._of_texts(kept, [str(low) for low, _ in lookup.ranges])
        ranges = [self._between(kept, low, high) for low, high in lookup.ranges]
        alone = len(ranges) == 1
        return Candidates(tuple(part for part in ranges if part), once=alone, ascending=alone and equal)

    def _of_edge(self, kept: StoredColumn, lookup: EdgeLookup) -> Candidates | None:
        if kept.alphabet:
            return None
        at = self._order(kept).edge(lookup.end, beyond=lookup.above is not lookup.included)
        return self._stretch(kept, at, kept.filled) if lookup.above else self._stretch(kept, 0, at)

    def _order(self, kept: StoredColumn) -> ColumnOrder:
        return ColumnOrder(self._cursor, self._index, kept)

    def _between(self, kept: StoredColumn, low: object, high: object) -> Range | None:
        order = self._order(kept)
        first, last = order.edge(low, beyond=False), order.edge(high, beyond=True)
        return Range(str(kept.number), first, last) if first < last else None

    def _starting(self, kept: StoredColumn, digits: str) -> list[Range]:
        """Where the numbers of a column begin with these digits, zeros before them aside."""
        if not (digits.isascii() and digits.isdigit()):
            return []
        order, out = self._order(kept), []
        for zeros in range(max(1, kept.zeros - len(digits) + 1)):
            prefix = "0" * zeros + digits
            first = order.edge(prefix, beyond=False)
            if first < kept.filled and str(order.value(first)).startswith(prefix):
                # The sign that follows 9 is greater than every digit.
                out.append(Range(str(kept.number), first, order.edge(f"{prefix}:", beyond=False)))
        return out

    # --- words --------------------------------------------------------------------------------------------------

    def _alike(self, kept: StoredColumn, lookup: AlikeLookup) -> Candidates:
        """The candidates of a condition that some values of its column fulfil."""
        # What is joined alike may still be parted otherwise.
        wanted = {fold(text) for text in lookup.texts}
        alike = self._index.spelt(self._cursor, kept, map(fold_joined, {*lookup.texts, *map(str, lookup.values)}))
        return self._of_hits(kept, [hit for hit in alike if hit[2] in lookup.values or fold(hit[2]) in wanted])

    def _of_texts(self, kept: StoredColumn, texts: Sequence[str]) -> Candidates:
        """The rows whose text is one of some, letter by letter."""
        alike = self._index.spelt(self._cursor, kept, map(fold_joined, texts))
        return self._of_hits(kept, [hit for hit in alike if hit[2] in texts])

    def _holding(self, kept: StoredColumn, lookup: PieceLookup) -> Candidates:
        shared = self._held([kept.name], lookup.pieces)
        if shared is not None:
            _, first, rows = (part.tolist() for part in shared)
            # Only a few values are ever spelt.
            spelt = [str(self._index.value(kept, at)) for at in first] if len(first) <= MOST_LOOKED_UP else first
            return self._of_hits(kept, list(zip(first, rows, spelt, strict=True)))
        looked = _Look()
        looked.for_pieces(kept, lookup.pieces)
        query = f"SELECT first, rows, k FROM {self._values(kept)} WHERE {looked.conditions[0][1]} ORDER BY 1"
        return self._of_hits(kept, self._cursor.execute(query, looked.statement.values).fetchall())

    def _held(self, columns: Sequence[str], pieces: Sequence[TextPiece]) -> RowPlaces | None:
        """The ranges of the values of columns that hold a piece, where all segments are asked at once."""
        return self._shared.holding(columns, pieces, self._number)

    def _of_hits(self, kept: StoredColumn, hits: Sequence[tuple[int, int, str]]) -> Candidates:
        stretches = [Range(str(kept.number), first, first + rows) for first, rows, _ in hits]
        few = 0 < len(hits) <= MOST_LOOKED_UP
        values = tuple(k for *_, k in hits) if few else ()
        return Candidates(_meeting(stretches), ascending=len(hits) == 1, values=values)

    def _spelt(self, need: TokenQuery, columns: Sequence[str] = ()) -> Candidates | None:
        """The rows of the rarest run that is needed; None when nothing is needed that is kept.

        The words of all columns are kept together: those of one that is not among ``columns`` would be found, too.
        """
        by_token: list[list[Range]] = []
        # Those of numbers first: they cost the least, and one that is rare is enough.
        for run in sorted(need.runs, key=lambda run: not run.number):
            by_token.append(self._run(run))
            if sum(stretch.last - stretch.first for stretch in by_token[-1]) <= FEW_LISTED:
                break
        if not by_token:
            return None
        rarest = min(by_token, key=lambda stretches: sum(stretch.last - stretch.first for stretch in stretches))
        alone = need.enough and all(
            column.name in columns for column in self._index.columns.values() if column.searched == "words"
        )
        return Candidates(tuple(rarest), exact=not rarest or alone, once=False)

    def _run(self, run: Token) -> list[Range]:
        shared = self._shared.run(run, self._number)
        if shared is not None:
            return [Range(WORDS, first, last) for _, first, last in _joined(*shared)]
        statement = SqlStatement()
        t = statement.bind(run.text)
        table = f"{self._index.schema}.{WORDS}"
        if run.number and not run.whole:
            # Numbers that begin alike stand together; the sign that follows 9 is greater than every digit.
            edges = [f"(SELECT first FROM {table} WHERE t >= {end} LIMIT 1)" for end in (t, f"{t} || ':'")]
            starts = [
                first for (first,) in self._cursor.execute(" UNION ALL ".join(edges), statement.values).fetchall()
            ]
            last = self._index.posting_lists.length(WORDS)
            first, last = (*starts, last, last)[:2]
            return [Range(WORDS, first, last)] if first < last else []
        # Numbers come before everything else that is kept.
        look = f"t = {t}" if run.number else f"t >= ':' AND contains(t, {t})"
        query = f"SELECT 0, first, rows FROM {table} WHERE {look} ORDER BY 2"
        return [Range(WORDS, first, last) for _, first, last in self._stretches(query, statement)]

    def _looked_through(self, looked: _Look) -> list[Range]:
        """The ranges of the values that were asked for."""
        if not looked.conditions:
            return []
        parts = (
            f"SELECT {kept.number}, first, rows FROM {self._values(kept)} WHERE {condition}"
            for kept, condition in looked.conditions
        )
        query = f"{' UNION ALL '.join(parts)} ORDER BY 1, 2"
        spans = self._stretches(query, looked.statement)
        return [Range(str(number), first, last) for number, first, last in spans]

    def _values(self, kept: StoredColumn) -> str:
        return f"{self._index.schema}.values_{kept.number}"

    def _stretches(self, query: str, statement: SqlStatement) -> list[tuple[int, int, int]]:
        """The ranges that a query gives as list, first place and length in order: (list, first, last).

        Those that meet become one.
        """
        columns = list(self._cursor.execute(query, statement.values).fetchnumpy().values())
        number, first, rows = (np.asarray(column, dtype=np.int64) for column in columns)
        return _joined(number, first, rows)


def _joined(number: Numbers, first: Numbers, rows: Numbers) -> list[tuple[int, int, int]]:
    """Ranges in order as list, first place and last; those that meet become one."""
    last = first + rows
    begins = np.ones(len(number), dtype=np.bool_)
    begins[1:] = (number[1:] != number[:-1]) | (first[1:] != last[:-1])
    ends = np.append(np.flatnonzero(begins)[1:] - 1, len(number) - 1)[: int(begins.sum())]
    return list(zip(number[begins].tolist(), first[begins].tolist(), last[ends].tolist(), strict=True))


class _Look:
    """A look through the values of several columns at once, for those that a word or a filter is found in.

    What is found stands in the ``joined`` form of a value side by side; that is looked for first, for it costs a
    tenth of a pattern.
    """

    def __init__(self) -> None:
        self.statement = SqlStatement()
        self.conditions: list[tuple[StoredColumn, str]] = []

    def for_pieces(self, kept: StoredColumn, pieces: Sequence[TextPiece]) -> None:
        self._add(kept, " OR ".join(holding(self.statement, piece) for piece in pieces))

    def for_codes(self, kept: StoredColumn, codes: Sequence[str]) -> None:
        self._add(kept, f"CAST(k AS VARCHAR) IN ({', '.join(map(self.statement.bind, codes))})")

    def _add(self, kept: StoredColumn, condition: str) -> None:
        self.conditions.append((kept, f"k IS NOT NULL AND ({condition})"))


def _meeting(stretches: Sequence[Range]) -> tuple[Range, ...]:
    """Ranges of one list in their order, those that meet as one."""
    out: list[Range] = []
    for stretch in stretches:
        if out and out[-1].last == stretch.first:
            out[-1] = Range(stretch.listing, out[-1].first, stretch.last)
        else:
            out.append(stretch)
    return tuple(out)
