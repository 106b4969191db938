"""Where the rows that one condition may hold for are listed in an index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import numpy as np

from ayan.core.query import folding, sql
from ayan.core.query.engines.index import Index
from ayan.core.query.engines.ordered_scan import ColumnOrder
from ayan.core.query.engines.rowset import Marks, RowSet
from ayan.core.query.engines.tokens import Token, TokenQuery, for_filter, for_search
from ayan.core.query.folding import FOLDED
from ayan.core.query.limits import MOST_LOOKED_UP
from ayan.core.query.question import Filter
from ayan.core.query.sql import SqlStatement
from ayan.core.schema.definition import Dataset
from ayan.core.store.secondary_index import SECONDARY_INDEX, WORDS, StoredColumn
from ayan.core.values.asked_value import Span, Value
from ayan.core.values.text import fold, fold_joined


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
    ``plain`` is the same condition without patterns, where it has been told which values it holds for.
    """

    stretches: tuple[Range, ...]
    exact: bool = True
    once: bool = True
    ascending: bool = False
    everything: bool = False
    plain: Filter | None = None

    @property
    def size(self) -> int:
        """How many rows are listed, those listed twice counted twice."""
        return sum(stretch.last - stretch.first for stretch in self.stretches)

    def rows(self, index: Index) -> RowSet:
        """The rows."""
        parts = [index.posting_lists.slice(stretch.listing, stretch.first, stretch.last) for stretch in self.stretches]
        return RowSet.of(parts, index.rows, ascending=self.ascending)

    def marked(self, index: Index, after: int, until: int) -> Marks:
        """A mark for each row after one and up to another: whether it is listed."""
        marks = np.zeros(until - after, dtype=np.bool_)
        for stretch in self.stretches:
            marks[
                index.posting_lists.within(stretch.listing, stretch.first, stretch.last, after, until) - (after + 1)
            ] = True
        return marks


class CandidateLists:
    """Finds the sources of conditions with a cursor to which the secondary index is attached."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection, dataset: Dataset, index: Index) -> None:
        self._cursor = cursor
        self._dataset = dataset
        self._index = index
        texts = {field.name for field in dataset.published if field.kind.searched and field.choices is None}
        # The words of all columns are kept together: those of one that is no longer searched would be found, too.
        self._words_alone = all(column.name in texts for column in index.columns.values() if column.searched == "words")

    def of_filter(self, condition: Filter) -> Candidates | None:
        """The source of a filter; None where the index cannot name its rows."""
        kept = self._index.columns.get(condition.field)
        if kept is None or condition.op == "not":
            return None
        if condition.op == "isnull":
            return self._stretch(kept, kept.filled, self._index.rows, ascending=True) if condition.values[0] else None
        field = self._dataset.field(condition.field)
        if sql.is_folded(field, condition):
            return self._folded(kept, condition)
        if kept.alphabet or len(condition.values) > MOST_LOOKED_UP:
            return None
        if condition.op in ("eq", "in"):
            ranges = [self._between(kept, *_ends(value)) for value in condition.values]
            alone = len(ranges) == 1
            low, high = _ends(condition.values[0])
            stretches = tuple(stretch for stretch in ranges if stretch)
            return Candidates(stretches, once=alone, ascending=alone and low == high)
        low, high = _ends(condition.values[0])
        order = self._order(kept)
        if condition.op in ("gt", "gte"):
            after = condition.op == "gt"
            return self._stretch(kept, order.edge(high if after else low, beyond=after), kept.filled)
        until = condition.op == "lte"
        return self._stretch(kept, 0, order.edge(high if until else low, beyond=until))

    def of_word(self, word: str) -> Candidates | None:
        """The source of one word of a search; None where the index cannot name its rows."""
        looked, need = _Look(self._index.rows), for_search(word)
        stretches: list[Range] = []
        exact = True
        for field in self._dataset.published:
            kept = self._index.columns.get(field.name)
            if kept is None:
                continue
            if field.choices is not None:
                looked.for_codes(kept, folding.codes_named(field.choices, word))
            elif not field.kind.searched:
                continue
            elif kept.searched == "values":
                looked.for_word(kept, word)
            elif kept.searched == "digits":
                stretches += self._starting(kept, fold_joined(word))
            else:
                spelt = self._spelt(need) if kept.searched == "words" else None
                if spelt is None:
                    return None
                stretches, exact = [*stretches, *spelt.stretches], exact and spelt.exact
        stretches += self._looked_through(looked)
        everything = any(
            stretch.listing != WORDS and stretch.last - stretch.first == self._index.rows for stretch in stretches
        )
        return Candidates(tuple(stretches), exact, once=False, everything=everything)

    def of_value(self, name: str, value: object) -> Candidates | None:
        """The source of the rows with exactly this value, or with none where it is None."""
        kept = self._index.columns.get(name)
        if kept is None:
            return None
        if value is None:
            return self._stretch(kept, kept.filled, self._index.rows, ascending=True)
        stretch = self._between(kept, value, value)
        return Candidates((stretch,) if stretch else (), ascending=stretch is not None)

    # --- values in order ----------------------------------------------------------------------------------------

    def _stretch(self, kept: StoredColumn, first: int, last: int, *, ascending: bool = False) -> Candidates:
        nonempty = first < last
        return Candidates((Range(str(kept.number), first, last),) if nonempty else (), ascending=ascending and nonempty)

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
            # The sign that follows 9 is greater than every digit.
            first, last = order.edge(prefix, beyond=False), order.edge(f"{prefix}:", beyond=False)
            if first < last:
                out.append(Range(str(kept.number), first, last))
        return out

    # --- words --------------------------------------------------------------------------------------------------

    def _folded(self, kept: StoredColumn, condition: Filter) -> Candidates | None:
        if kept.searched == "values":
            return self._by_values(kept, condition)
        if kept.searched != "words" or len(condition.values) != 1:
            return None
        return self._spelt(
            for_filter(str(condition.values[0]), starts=condition.op != "contains", ends=condition.op == "eq")
        )

    def _by_values(self, kept: StoredColumn, condition: Filter) -> Candidates:
        """The source of a filter that the values of its column are looked through for."""
        looked, folded = _Look(self._index.rows), sql.folded_values(self._dataset.field(condition.field), condition)
        alike = condition.op in ("eq", "in")
        if alike:
            looked.for_alike(kept, condition.values, folded)
        else:
            looked.for_filter(kept, condition, folded)
        query = f"SELECT first, rows, k FROM {_values(kept)} WHERE {looked.conditions[0][1]} ORDER BY 1"
        hits = self._cursor.execute(query, looked.statement.values).fetchall()
        if alike:
            # What is joined alike may still be parted otherwise.
            wanted = {fold(text) for text in folded}
            exact = {value for value in condition.values if value not in folded}
            hits = [row for row in hits if row[2] in exact or fold(row[2]) in wanted]
        stretches = [Range(str(kept.number), first, first + rows) for first, rows, _ in hits]
        few = 0 < len(hits) <= MOST_LOOKED_UP
        plain = Filter(condition.field, "in", tuple(k for *_, k in hits), exact=True) if few else None
        return Candidates(_meeting(stretches), ascending=len(hits) == 1, plain=plain)

    def _spelt(self, need: TokenQuery) -> Candidates | None:
        """The rows of the rarest run that is needed; None when nothing is needed that is kept."""
        by_token = [self._run(run) for run in need.runs]
        if not by_token:
            return None
        rarest = min(by_token, key=lambda stretches: sum(stretch.last - stretch.first for stretch in stretches))
        return Candidates(tuple(rarest), exact=not rarest or (need.enough and self._words_alone), once=False)

    def _run(self, run: Token) -> list[Range]:
        statement = SqlStatement()
        t = statement.bind(run.text)
        table = f"{SECONDARY_INDEX}.{WORDS}"
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
            f"SELECT {kept.number}, first, rows FROM {_values(kept)} WHERE {condition}"
            for kept, condition in looked.conditions
        )
        query = f"{' UNION ALL '.join(parts)} ORDER BY 1, 2"
        spans = self._stretches(query, looked.statement)
        return [Range(str(number), first, last) for number, first, last in spans]

    def _stretches(self, query: str, statement: SqlStatement) -> list[tuple[int, int, int]]:
        """The ranges that a query gives as list, first place and length in order: (list, first, last).

        Those that meet become one.
        """
        columns = list(self._cursor.execute(query, statement.values).fetchnumpy().values())
        number, first, count = (np.asarray(column, dtype=np.int64) for column in columns)
        last = first + count
        begins = np.ones(len(number), dtype=np.bool_)
        begins[1:] = (number[1:] != number[:-1]) | (first[1:] != last[:-1])
        ends = np.append(np.flatnonzero(begins)[1:] - 1, len(number) - 1)[: int(begins.sum())]
        return list(zip(number[begins].tolist(), first[begins].tolist(), last[ends].tolist(), strict=True))


class _Look:
    """A look through the values of several columns at once, for those that a word or a filter is found in.

    What is found stands in the ``joined`` form of a value side by side; that is looked for first, for it costs a
    tenth of a pattern.
    """

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self.statement = SqlStatement()
        self.conditions: list[tuple[StoredColumn, str]] = []

    def for_word(self, kept: StoredColumn, word: str) -> None:
        self._add(kept, self._holding(word, folding.searched(word, FOLDED), "contains(joined, {})"))

    def for_alike(self, kept: StoredColumn, values: Sequence[object], folded: Sequence[str]) -> None:
        """Values that are one of some, or may be when folded."""
        alternatives = [f"joined IN ({', '.join(self.statement.bind(fold_joined(text)) for text in folded)})"]
        others = [value for value in values if value not in folded]
        if others:
            alternatives.append(f"k IN ({', '.join(map(self.statement.bind, others))})")
        self._add(kept, " OR ".join(alternatives))

    def for_filter(self, kept: StoredColumn, condition: Filter, folded: Sequence[str]) -> None:
        rule = folding.containing if condition.op == "contains" else folding.starting
        self._add(kept, " OR ".join(self._holding(text, rule(text, FOLDED), "contains(joined, {})") for text in folded))

    def for_codes(self, kept: StoredColumn, codes: Sequence[str]) -> None:
        if codes:
            self._add(kept, f"CAST(k AS VARCHAR) IN ({', '.join(map(self.statement.bind, codes))})")

    def _holding(self, text: str, pattern: str, look: str) -> str:
        joined, pattern = self.statement.bind(fold_joined(text)), self.statement.bind(pattern)
        # A CASE, for AND computes both of its sides for every value.
        return f"CASE WHEN {look.format(joined)} THEN regexp_matches(folded, {pattern}) ELSE FALSE END"

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


def _values(kept: StoredColumn) -> str:
    return f"{SECONDARY_INDEX}.values_{kept.number}"


def _ends(value: Value) -> tuple[object, object]:
    return (value.first, value.last) if isinstance(value, Span) else (value, value)
