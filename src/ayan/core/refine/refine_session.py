"""The refine session: one confined DuckDB connection that holds a submission while it is read, checked and written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import duckdb
import pyarrow as pa

from ayan.core.intake.formats import IN_DEGREES
from ayan.core.intake.table import RawTable
from ayan.core.refine import date_orders
from ayan.core.refine.column_sql import cell, look_up, read_in_layers
from ayan.core.refine.distinct_texts import DistinctTexts
from ayan.core.refine.header_matching import MappedField, Matching
from ayan.core.refine.limits import (
    MOST_ROWS_KEPT,
    MOST_ROWS_LISTED,
    SHAPE_SECONDS,
    SUBMISSION_MEMORY,
    SUBMISSION_SECONDS,
    SUBMISSION_THREADS,
)
from ayan.core.refine.shape_examination import ShapeExaminer, write_verdicts
from ayan.core.refine.template import set_aside
from ayan.core.schema.catalogue import CATALOGUE
from ayan.core.schema.definition import Check, Dataset, Layout
from ayan.core.schema.expression import row_expression
from ayan.core.schema.field import KindColumns
from ayan.core.system.child import ChildFailed
from ayan.core.system.duckdb import TimeLimit, arrow_table, confined, lock
from ayan.core.values import sql
from ayan.core.values.period import Period
from ayan.core.values.place import Bbox
from ayan.core.values.refusal import Refusal
from ayan.core.values.text import fold


class RefiningTooSlow(Refusal):
    """The work on a submission took longer than the ``seconds`` it may; nothing was written."""

    code = "file-too-slow"
    fa = "خواندن پرونده بیش از زمان پذیرفته طول کشید. آن را در چند بخش بفرستید."
    en = "Reading the file took longer than is allowed. Send it in parts."
    status = 422

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.worded(CATALOGUE[self.code].wording.format(limit=f"{seconds:g}"))


@dataclass(frozen=True, slots=True)
class ResourceLimits:
    """What the work on one submission may use: ``memory`` in bytes, ``threads``, ``seconds`` of wall time."""

    memory: int = SUBMISSION_MEMORY
    threads: int = SUBMISSION_THREADS
    seconds: float = SUBMISSION_SECONDS


def opened(files: Sequence[Path], workdir: Path, limits: ResourceLimits | None = None) -> duckdb.DuckDBPyConnection:
    """A connection for a session, to these files and whatever stands in ``workdir``; its settings are not locked yet.

    The optimizer is put off while the cells are laid out.
    """
    allowed = limits or ResourceLimits()
    spill = workdir / "spill"
    spill.mkdir(parents=True, exist_ok=True)
    return confined(
        paths=files,
        folders=[workdir],
        memory=f"{allowed.memory // 1024**2}MiB",
        threads=allowed.threads,
        spill=spill,
        locked=False,
    )


class RefineSession:
    """A submission laid out for work.

    Two relations matter: ``typed`` (every cell of the file through all layers of its reading: kept as a table up to
    KEPT_ROWS records, computed on demand as a view beyond) and ``scan``
    (a table made by ``make_scan``: one narrow row per record with what the checks need).
    """

    def __init__(self, raw: RawTable, dataset: Dataset, source: Layout, matching: Matching, *, period: Period | None,
                 workdir: Path, reads: Sequence[Path] = (), limits: ResourceLimits | None = None,
                 con: duckdb.DuckDBPyConnection | None = None, extent: Bbox | None = None) -> None:  # fmt: skip
        """``con`` is the connection of `opened`, where something was asked of it before; it is closed with the session.

        ``reads`` are the files besides those of ``raw``; ``extent`` is the box of the city, for shapes.
        """
        self._extent = extent
        self.dataset = dataset
        self.source = source
        self.matching = matching
        self.workdir = workdir
        self._limits = limits or ResourceLimits()
        self.con = con or opened([*raw.files, *reads], workdir, self._limits)
        self._time_limit = TimeLimit(self.con, self._limits.seconds)
        self.tables: set[str] = set()
        """Those that checks have made where they found something."""
        self.raw = raw = self._examined(set_aside(raw, dataset, matching.fields, self.con))
        self.texts = DistinctTexts(self.con, raw) if raw.rows <= MOST_ROWS_KEPT else None
        """The different texts of the columns of a small file, None of a large one."""
        self.matching, self.told_orders = date_orders.settled(self.con, raw, matching, self.texts)
        self.cells = raw.relation
        """The cells as ``raw`` has them, of a small file as they are laid out: they need not be read again."""
        self._period = period
        self.con.execute(f"CREATE TYPE issue_code AS ENUM {sql.strings(sorted(CATALOGUE))}")
        with self.clock():
            if self.texts is not None:
                self._lay_out(self.texts)
            else:
                self.con.execute(f"CREATE TEMP VIEW typed AS {self._layers()}")
        lock(self.con)

    @property
    def period_text(self) -> str:
        """The submission's period as a message names it."""
        return str(self._period) if self._period else ""

    def extent_of(self, name: str) -> Bbox | None:
        """The box that the shapes of a field are held against: its own, else the city's."""
        own = next((mapped.field.extent for mapped in self.matching.fields if mapped.field.name == name), None)
        return own or self._extent

    def close(self) -> None:
        """Give back memory and scratch space."""
        self._time_limit.close()
        self.con.close()

    @contextmanager
    def clock(self) -> Iterator[None]:
        """Run DuckDB under the wall-time limit; raises RefiningTooSlow when it is reached."""
        try:
            with self._time_limit.running():
                yield
        except duckdb.InterruptException:
            raise RefiningTooSlow(self._limits.seconds) from None

    def _examined(self, raw: RawTable) -> RawTable:
        """The table with its shapes as GeoJSON in degrees; what is wrong with them is kept in ``shapes_`` + field.

        Shapes are few and deep: no regular expression can judge them, and no process that goes on should.
        """
        for mapped in self.matching.fields:
            if not mapped.field.kind.is_shape or (mapped.column is None and mapped.constant is None):
                continue
            # What came as a map layer stands in degrees already.
            system = self.source.crs if raw.facts.format not in IN_DEGREES else None
            path = self.workdir / f"shapes-{mapped.field.name}.parquet"
            # What was corrected is a temporary table, which no other cursor sees.
            rows = self.con.execute(f"SELECT _row, trim({cell(mapped)}) FROM {raw.relation}")
            texts = ((row, text) for batch in iter(partial(rows.fetchmany, 256), []) for row, text in batch if text)
            try:
                with ShapeExaminer(mapped.field, system, self._extent) as examiner:
                    _, written = write_verdicts(examiner.verdicts(texts), path)
            except ChildFailed:
                raise RefiningTooSlow(SHAPE_SECONDS) from None
            kept = f"read_parquet({sql.literal(str(path))})"
            self.con.execute(f"CREATE TEMP TABLE shapes_{mapped.field.name} AS SELECT * FROM {kept} WHERE code <> ''")
            if written and mapped.column is not None:
                column, index = f"c{mapped.column.index}", mapped.column.index
                relation = (
                    f"(SELECT r.* REPLACE (coalesce(s.value, r.{column}) AS {column}) FROM {raw.relation} r "
                    f"LEFT JOIN (SELECT _row, value FROM {kept} WHERE code = '') s USING (_row) ORDER BY _row)"
                )
                repeated = {at: texts for at, texts in raw.repeated.items() if at != index}
                raw = replace(raw, relation=relation, files=(*raw.files, path), repeated=repeated)
        return raw

    # --- layers -----------------------------------------------------------------------------------------------------

    @property
    def present(self) -> tuple[MappedField, ...]:
        """The fields that the file (or a declared constant) gives a value to, the row counter left out."""
        return tuple(
            mapped
            for mapped in self.matching.fields
            if (mapped.column is not None or mapped.constant is not None) and mapped.field.role != "counter"
        )

    def trimmed(self, index: int, relation: str = "r") -> str:
        """The cell of a column of ``relation`` without blanks at its ends, NULL where nothing is left."""
        name = f"{relation}.c{index}"
        return name if self.texts is not None and self.texts.is_trimmed(index) else sql.trimmed(name)

    def _fields(self) -> list[tuple[MappedField, Period | None]]:
        """The fields present, each with the period that its days must lie in, if they must."""
        return [
            (mapped, self._period if mapped.field.name == self.dataset.period_field else None)
            for mapped in self.present
        ]

    def _layers(self) -> str:
        """The query for every cell of a large file: who asks for a few columns has no others computed."""
        fields = self._fields()
        known = look_up(self.con, fields, self.raw.repeated)
        query = f"(SELECT *, {self._class()} AS _class FROM {self.raw.relation})"
        unread = [pair for pair in fields if pair[0].field.name not in known.fields]
        query = read_in_layers(query, unread)
        return f"SELECT *, {', '.join(known.columns)} FROM ({query})" if known.columns else query

    def _lay_out(self, texts: DistinctTexts) -> None:
        """Keep the cells of a small file: each different text of a column is read once, and shapes cell by cell."""
        classed = self._class()
        self.con.execute("PRAGMA disable_optimizer")
        shapes = [pair for pair in self._fields() if pair[0].field.kind.is_shape]
        plain = texts.read(pair for pair in self._fields() if not pair[0].field.kind.is_shape)
        query = f"(SELECT *, {classed} AS _class FROM {texts.relation})"
        self.con.execute(f"CREATE TEMP TABLE laid_out AS {read_in_layers(query, shapes, together=True)}")
        said = "".join(f", {column}" for column in plain)
        self.con.execute(f"CREATE TEMP VIEW typed AS SELECT *{said} FROM laid_out")
        chosen = ", ".join(["_row", "_line", *(f"c{column.index}" for column in self.raw.columns)])
        self.cells = f"(SELECT {chosen} FROM laid_out)"
        texts.close()
        self.con.execute("PRAGMA enable_optimizer")

    def _class(self) -> str:
        """Whether a row is a record, a totals row (its first value is a word for a sum), only a number, or left out."""
        cells = [column.index for column in self.raw.columns]
        # Beyond a column without an empty cell none is looked at.
        until = next((position for position, index in enumerate(cells, 1) if index in self.raw.full), None)
        first = f"coalesce({', '.join(f'c{index}' for index in cells[:until])})" if cells else "NULL"
        totals = self._totals(first)
        held = [mapped.column.index for mapped in self.present if mapped.column is not None]
        some = held and self.raw.full.isdisjoint(held)
        empty = f"coalesce({', '.join(f'c{index}' for index in held)}) IS NULL" if some else "FALSE"
        if not self.raw.leaves:
            return f"CASE WHEN {totals} THEN 'total' WHEN {empty} THEN 'empty' ELSE 'record' END"
        # A record that was left out still counts in the file's own sums; a note or a sum that was is nothing any more.
        other = f"WHEN {totals} THEN 'total' WHEN {empty} THEN 'empty'"
        return (
            f"CASE WHEN _left AND ({totals} OR {empty}) THEN 'dropped' WHEN _left THEN 'left' {other} ELSE 'record' END"
        )

    def _totals(self, first: str) -> str:
        """Whether a row's first value is a word for a sum; of a small file the few rows that may have one are read now.

        To plan the folding of every first value takes a small file longer than all else that its class asks for.
        """
        words = self.source.totals_words
        like = f"regexp_matches({first}, {sql.literal(sql.begins_like(words))})"
        if self.raw.rows <= MOST_ROWS_KEPT:
            near = self.con.execute(f"SELECT _row, {first} FROM {self.raw.relation} WHERE {like}").fetchall()
            rows = [str(row) for row, value in near if fold(value) in words]
            if len(rows) <= MOST_ROWS_LISTED:
                return f"_row IN ({', '.join(rows)})" if rows else "FALSE"
        return f"{like} AND {sql.is_among(sql.fold(first), words)}"

    # --- the scan ---------------------------------------------------------------------------------------------------

    @property
    def checks(self) -> tuple[tuple[str, Check], ...]:
        """The declared row checks that can be computed from the columns present, with their column in ``scan``."""
        names = {mapped.field.name for mapped in self.present}
        return tuple(
            (f"x_{position}", check)
            for position, check in enumerate(self.dataset.checks)
            if row_expression(check.sql, {field.name for field in self.dataset.fields}).names <= names
        )

    def make_scan(self) -> None:
        """Read the file once and keep, per record, its class, its issue codes, its key and what points elsewhere."""
        columns = ["_row", "_line", "_class"]
        keep: set[str] = set()
        for mapped in self.present:
            c = KindColumns(mapped.field.name)
            columns.append(f"CAST({c.e} AS issue_code) AS {c.e}")
            if mapped.field.ref is not None:
                keep.add(mapped.field.name)
        for bands in self.dataset.bands:
            keep.update(name for name in (bands.lower, bands.upper, *bands.by))
        present = {mapped.field.name for mapped in self.present}
        columns += [f"v_{name}" for name in sorted(keep & present)]
        if self.has_key:
            columns.append(f"hash({', '.join(f'v_{name}' for name in self.dataset.key)}) AS _key")
        names = {field.name: f"v_{field.name}" for field in self.dataset.fields}
        for column, check in self.checks:
            columns.append(f"NOT ({row_expression(check.sql, names).sql}) AS {column}")
        columns += [f"c{column.index} IS NOT NULL AS s_{column.index}" for column in self.matching.surplus]
        with self.clock():
            self.con.execute(f"CREATE TEMP TABLE scan AS SELECT {', '.join(columns)} FROM typed")

    @property
    def has_key(self) -> bool:
        """Whether every field of the declared key is in the file."""
        present = {mapped.field.name for mapped in self.present}
        return bool(self.dataset.key) and set(self.dataset.key) <= present

    def first_row(self, query: str) -> tuple[object, ...]:
        """The first row of ``query`` (which must have one)."""
        with self.clock():
            row = self.con.execute(query).fetchone()
        if row is None:
            raise LookupError(query)
        return tuple(row)

    def columns(self, expressions: Sequence[str]) -> pa.Table:
        """What some expressions over ``typed`` come to in each row, in the order of the file."""
        with self.clock():
            return arrow_table(self.con, f"SELECT {', '.join(expressions)} FROM typed ORDER BY _row")

    def all(self, query: str) -> list[tuple[object, ...]]:
        """Every row of ``query``."""
        with self.clock():
            return [tuple(row) for row in self.con.execute(query).fetchall()]
