"""Two sets of Parquet parts compared value by value in DuckDB: joined by key, or row by row where there is none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from ayan.core.query.change_question import ChangeSort
from ayan.core.query.engines.deadline import Deadline, refusing
from ayan.core.query.limits import (
    DIFFERENCE_DISK,
    DIFFERENCE_MEMORY,
    DIFFERENCE_PROCESSOR,
    FIRST_BATCH_SECONDS,
    PAGE_SECONDS,
    STREAM_SECONDS,
)
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.system.duckdb import confined, spilling
from ayan.core.values.sql import identifier, literal

# What happened to a row, by the number that it has in SQL; in this order changes are told.
ORDER: Final[tuple[ChangeSort, ...]] = ("changed", "added", "removed")
SAME: Final = len(ORDER)
# Places of one kind of change stand together, and without a gap.
CHOSEN: Final = "SELECT * FROM differing WHERE place BETWEEN $first AND $last"
# Changes read at a time where all of them are wanted.
CHUNK: Final = 10_000


@dataclass(frozen=True, slots=True)
class ComparisonLimits:
    """What one comparison may cost: ``memory`` and ``disk`` (for what does not fit) as DuckDB writes them, ``seconds``.

    ``processor`` are processor seconds, of the same. Where all changes are sent as one file, ``file_seconds`` are for
    finding them and ``stream_seconds`` for sending them, which a slow reader may stretch.
    """

    memory: str = DIFFERENCE_MEMORY
    disk: str = DIFFERENCE_DISK
    seconds: float = PAGE_SECONDS
    processor: float = DIFFERENCE_PROCESSOR
    file_seconds: float = FIRST_BATCH_SECONDS
    stream_seconds: float = STREAM_SECONDS


@dataclass(frozen=True, slots=True)
class ComparedPart:
    """One Parquet part of a release, or of a draft that is to become one: where it stands and its period."""

    period: str
    path: Path


@dataclass(frozen=True, slots=True)
class ComparisonCounts:
    """How many rows of one period were changed, added, removed, and how many are the same on both sides."""

    changed: int = 0
    added: int = 0
    removed: int = 0
    same: int = 0

    def __add__(self, other: ComparisonCounts) -> ComparisonCounts:
        """Both together."""
        return ComparisonCounts(
            self.changed + other.changed, self.added + other.added, self.removed + other.removed, self.same + other.same
        )


@dataclass(frozen=True, slots=True)
class ComparedPair:
    """One difference: its place in the order of all, what happened, the period, and the row on either side.

    ``before`` and ``after`` are the row's number and its values by field name; one of them is None for a row that is on
    one side only.
    """

    position: int
    what: ChangeSort
    period: str
    before: tuple[int, dict[str, Any]] | None
    after: tuple[int, dict[str, Any]] | None


class PartComparison:
    """Two sides of one dataset, compared as the object is made; `close` lets go of files, memory and timer.

    Only published columns are read. Rows of equal key in the same period are one row that may have changed; where the
    dataset has no key, or its key is found twice, equal rows are matched one to one and what is left over was added or
    removed. What does not fit into memory goes to a folder of its own in ``spill``. Everything raises TooSlow or
    TooHeavy beyond the budget, and `duckdb.Error` when a part cannot be read.
    """

    def __init__(
        self,
        dataset: Dataset,
        before: Sequence[ComparedPart],
        after: Sequence[ComparedPart],
        budget: ComparisonLimits,
        seconds: float,
        spill: Path,
    ) -> None:
        self._dataset = dataset
        self._sides = (("b", tuple(before)), ("a", tuple(after)))
        self._types: dict[str, dict[str, str]] = {}
        with ExitStack() as held:
            self._con = confined(
                paths=[part.path for _, parts in self._sides for part in parts],
                memory=budget.memory,
                threads=1,
                spill=spilling(spill, held),
                spill_limit=budget.disk,
            )
            self._held = held.pop_all()
        self._deadline = Deadline(self._con, seconds, budget.processor)
        try:
            with refusing():
                self._open()
                self._match()
        except BaseException:
            self.close()
            raise

    def allow(self, seconds: float) -> None:
        """Give what is still asked this much time from now."""
        self._deadline.allow(seconds)

    def close(self) -> None:
        """Let go of files, memory and timer."""
        self._deadline.cancel()
        self._con.close()
        self._held.close()

    # --- what comes out ---------------------------------------------------------------------------------------------

    @property
    def columns(self) -> tuple[Field, ...]:
        """The published fields that either side has, in declared order."""
        return tuple(
            field for field in self._dataset.published if any(field.name in types for types in self._types.values())
        )

    def tallies(self) -> dict[str, ComparisonCounts]:
        """How the rows of each period fared."""
        out: dict[str, ComparisonCounts] = {}
        for period, what, count in self._all(
            "SELECT period, what, count(*) FROM pairs GROUP BY ALL ORDER BY period, what"
        ):
            word = "same" if what == SAME else ORDER[what]
            out[period] = out.get(period, ComparisonCounts()) + ComparisonCounts(**{word: count})
        return out

    def sums(self, fields: Sequence[Field]) -> dict[str, tuple[Any, Any]]:
        """The exact sum of each numeric field before and after, zero where there is nothing to add up."""
        if not fields:
            return {}
        # A column that was text on one side is compared as text; what in it is a number still counts.
        added = ", ".join(
            f"coalesce(sum(TRY_CAST({identifier(field.name)} AS {field.storage})), 0)" for field in fields
        )
        rows = [self._all(f"SELECT {added} FROM {side}")[0] for side, _ in self._sides]
        return {field.name: (rows[0][n], rows[1][n]) for n, field in enumerate(fields)}

    def pairs(self, what: ChangeSort | None, after: int, limit: int) -> list[ComparedPair]:
        """The differences that come after a place, at most ``limit``, in order.

        Only those parts are read in which they stand, and of these the groups of rows round them: a file of all
        differences costs about as much as reading both sides once.
        """
        start, end = self._range(what)
        bound = {"first": max(after + 1, start), "last": min(max(after, start - 1) + limit, end)}
        stretches = self._all(
            "SELECT list(DISTINCT period), min(b_row), max(b_row), min(a_row), max(a_row) "
            f"FROM ({CHOSEN}) HAVING count(*) > 0",
            bound,
        )
        if not stretches:
            return []
        periods, *rows_of_sides = stretches[0]
        near = ", ".join(
            f"{side} AS ({self._near(parts, frozenset(periods), *rows_of_sides[2 * at : 2 * at + 2])})"
            for at, (side, parts) in enumerate(self._sides)
        )
        names = [field.name for field in self.columns]
        width = len(names)
        rows = self._all(f"WITH {near} {self._reading(names)}", bound)
        return [
            ComparedPair(
                position,
                ORDER[number],
                period,
                None if b_row is None else (b_row, dict(zip(names, values[:width], strict=True))),
                None if a_row is None else (a_row, dict(zip(names, values[width:], strict=True))),
            )
            for position, number, period, b_row, a_row, *values in rows
        ]

    def every(self, what: ChangeSort | None, after: int = 0) -> Iterator[ComparedPair]:
        """All differences that come after a place, in order, read as they are taken."""
        chunk: list[ComparedPair] = []
        while True:
            chunk = self.pairs(what, chunk[-1].position if chunk else after, CHUNK)
            yield from chunk
            if len(chunk) < CHUNK:
                return

    def first_of_each(self, most: int) -> pa.Table:
        """The first differences of each sort in order: place, what, period, b_row, a_row, the cells of b and of a."""
        names = [field.name for field in self.columns]
        few = (
            "SELECT * EXCLUDE (nth) FROM (SELECT *, row_number() OVER (PARTITION BY what ORDER BY place) AS nth "
            "FROM differing) WHERE nth <= $most"
        )
        self._deadline.check()
        with refusing():
            relation = self._con.sql(self._reading(names, few), params={"most": most})
            assert relation is not None  # noqa: S101 - a query that is read has an answer
            table: pa.Table = relation.to_arrow_reader(CHUNK).read_all()
        return table

    # --- how it is done ---------------------------------------------------------------------------------------------

    def _open(self) -> None:
        for side, parts in self._sides:
            self._types[side] = self._described(parts)
        for side, parts in self._sides:
            self._con.execute(f"CREATE TEMP VIEW {side} AS {self._source(parts, self._types[side])}")

    def _described(self, parts: Sequence[ComparedPart]) -> dict[str, str]:
        if not parts:
            return {}
        description = self._all(f"DESCRIBE SELECT * FROM {_read(parts)}")
        published = {field.name for field in self._dataset.published}
        return {str(name): str(kind) for name, kind, *_ in description if name in published}

    def _source(self, parts: Sequence[ComparedPart], there: Mapping[str, str]) -> str:
        """Rows of one side: period, row number, and every column of either side in the type both can be told in."""
        columns = ", ".join(f"{self._column(field, there)} AS {identifier(field.name)}" for field in self.columns)
        if not parts:
            return f"SELECT CAST(NULL AS VARCHAR) AS _period, CAST(NULL AS BIGINT) AS _row, {columns} WHERE FALSE"
        periods = ", ".join(literal(part.period) for part in parts)
        return f"SELECT ([{periods}])[file_index::BIGINT + 1] AS _period, _row, {columns} FROM {_read(parts)}"

    def _column(self, field: Field, there: Mapping[str, str]) -> str:
        """A column as both sides can be compared in: its declaration may have changed between them."""
        kinds = {types[field.name] for types in self._types.values() if field.name in types}
        x = identifier(field.name) if field.name in there else "NULL"
        if len(kinds) == 1:
            return f"CAST({x} AS {kinds.pop()})"
        numeric = field.kind.is_number and all(kind == "BIGINT" or kind.startswith("DECIMAL") for kind in kinds)
        return f"CAST({x} AS {field.storage if numeric else 'VARCHAR'})"

    def _match(self) -> None:
        """Pair the rows of both sides and put the differences in order."""
        key = tuple(name for name in self._dataset.key if any(name in types for types in self._types.values()))
        if key and not self._repeats(key):
            self._pair(key)
        else:
            self._pair_whole_rows()
        self._con.execute(
            "CREATE TEMP TABLE differing AS SELECT row_number() OVER (ORDER BY what, period, coalesce(a_row, b_row)) "
            f"AS place, * FROM pairs WHERE what < {SAME}"
        )

    def _repeats(self, key: Sequence[str]) -> bool:
        """Whether a key is found twice on one side, as rows sealed under an earlier declaration may have it."""
        names = ", ".join(identifier(name) for name in key)
        return any(
            self._con.execute(
                f"SELECT coalesce(max(n), 0) > 1 FROM (SELECT count(*) AS n FROM {side} GROUP BY _period, {names})"
            ).fetchall()[0][0]
            for side, _ in self._sides
        )

    def _pair(self, key: Sequence[str]) -> None:
        same_key = " AND ".join(f"b.{identifier(name)} IS NOT DISTINCT FROM a.{identifier(name)}" for name in key)
        rest = [identifier(field.name) for field in self.columns if field.name not in key]
        differs = " OR ".join(f"b.{x} IS DISTINCT FROM a.{x}" for x in rest) or "FALSE"
        self._con.execute(
            f"""CREATE TEMP TABLE pairs AS SELECT
                CAST(CASE WHEN b._row IS NULL THEN 1 WHEN a._row IS NULL THEN 2 WHEN {differs} THEN 0 ELSE {SAME} END
                    AS TINYINT) AS what,
                coalesce(a._period, b._period) AS period, b._row AS b_row, a._row AS a_row
            FROM b FULL JOIN a ON b._period = a._period AND {same_key}"""
        )

    def _pair_whole_rows(self) -> None:
        """Equal rows are numbered on each side, so that two of them are matched by two and no more."""
        names = [identifier(field.name) for field in self.columns]
        equal = "".join(f" AND b.{x} IS NOT DISTINCT FROM a.{x}" for x in names)
        numbered = f"row_number() OVER (PARTITION BY {', '.join(['_period', *names])} ORDER BY _row) AS _again"
        self._con.execute(
            f"""CREATE TEMP TABLE pairs AS SELECT
                CAST(CASE WHEN b._row IS NULL THEN 1 WHEN a._row IS NULL THEN 2 ELSE {SAME} END AS TINYINT) AS what,
                coalesce(a._period, b._period) AS period, b._row AS b_row, a._row AS a_row
            FROM (SELECT *, {numbered} FROM b) b FULL JOIN (SELECT *, {numbered} FROM a) a
                ON b._period = a._period AND b._again = a._again{equal}"""
        )

    def _reading(self, names: Sequence[str], chosen: str = CHOSEN) -> str:
        columns = [f"{side}.{identifier(name)} AS {identifier(f'{side}_{name}')}" for side in "ba" for name in names]
        return f"""SELECT {", ".join(["d.place", "d.what", "d.period", "d.b_row", "d.a_row", *columns])}
            FROM ({chosen}) d
            LEFT JOIN b ON b._period = d.period AND b._row = d.b_row
            LEFT JOIN a ON a._period = d.period AND a._row = d.a_row
            ORDER BY d.place"""

    def _near(self, parts: Sequence[ComparedPart], periods: frozenset[str], first: int | None, last: int | None) -> str:
        """The rows of one side from one number to another, in some periods."""
        near = [part for part in parts if part.period in periods] if first is not None else []
        # Some of the parts may lack a column that others have.
        source = self._source(near, self._described(near))
        return f"SELECT * FROM ({source})" + (f" WHERE _row BETWEEN {first} AND {last}" if near else "")

    def _range(self, what: ChangeSort | None) -> tuple[int, int]:
        """The first and the last place of a kind of change, of all kinds for None; (1, 0) where there is none."""
        chosen = "" if what is None else f"WHERE what = {ORDER.index(what)}"
        return self._all(f"SELECT coalesce(min(place), 1), coalesce(max(place), 0) FROM differing {chosen}")[0][:2]

    def _all(self, sql: str, values: Mapping[str, object] | None = None) -> list[tuple[Any, ...]]:
        self._deadline.check()
        with refusing():
            return self._con.execute(sql, dict(values)).fetchall() if values else self._con.execute(sql).fetchall()


def _read(parts: Sequence[ComparedPart]) -> str:
    return f"read_parquet([{', '.join(literal(str(part.path)) for part in parts)}], union_by_name = true)"
