"""Does the steps of a layout to a table that was read: each cell keeps its place in the file, what goes is named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import duckdb
import pyarrow.parquet as pq

from ayan.core.intake import row_runs
from ayan.core.intake.limits import MOST_ROWS_SPREAD, MOST_STEP_CELLS_NAMED, STEPS_DISK, STEPS_MEMORY
from ayan.core.intake.sheet_tables import choose_table
from ayan.core.intake.table import NO_LETTER, RawColumn, RawTable, StepNote, UnitMention
from ayan.core.schema.issue import CannotRead, Issue
from ayan.core.schema.steps.row_steps import said
from ayan.core.schema.steps.shape_steps import TableOf
from ayan.core.schema.steps.step import STRIDE, RowPlace, Step, StepColumn, StepResult, StepTable, StepUnfit
from ayan.core.system.duckdb import confined
from ayan.core.values import sql
from ayan.core.values.label import Label, digits_label, joined
from ayan.core.values.money_unit_names import units_named

_FIRST_ROWS: Final = 8


def apply_steps(
    raw: RawTable, steps: Sequence[Step], workdir: Path, totals: Sequence[str], header_rows: int = 1
) -> RawTable:
    """The table after all ``steps``, its cells in a file of ``workdir``; CannotRead where one cannot be done.

    ``totals`` are the words, folded, that begin a row of sums; ``header_rows`` belong to a header that a step finds.
    """
    if not steps:
        return raw
    return _StepRun(raw, workdir, tuple(totals), max(1, header_rows)).run(steps)


class _StepRun:
    """A table on its way through the steps; each step writes its rows once, so that none is computed twice."""

    def __init__(self, raw: RawTable, workdir: Path, totals: tuple[str, ...], header_rows: int) -> None:
        self._raw, self._workdir, self._header_rows = raw, workdir, header_rows
        columns = tuple(
            StepColumn(each.index, each.letter, each.header, frozenset((each.index,))) for each in raw.columns
        )
        self._table = StepTable(columns, raw.relation, raw.places or (RowPlace(raw.facts.sheet),), totals)
        self._rows = raw.rows
        self._issues: list[Issue] = []
        self._notes: list[StepNote] = []
        self._written: Path | None = None

    @property
    def _row(self) -> str:
        """The number of a row in the file, in SQL; of a text file it may be beyond the stride."""
        return f"(_row % {STRIDE})" if len(self._table.places) > 1 else "_row"

    def run(self, steps: Sequence[Step]) -> RawTable:
        """All of them, one after the other."""
        spill = self._workdir / "steps-spill"
        spill.mkdir(exist_ok=True)
        with confined(
            paths=self._raw.files,
            folders=[self._workdir],
            memory=f"{STEPS_MEMORY // 1024**2}MiB",
            spill=spill,
            spill_limit=STEPS_DISK,
        ) as con:
            for number, step in enumerate(steps, 1):
                self._do(con, number, step)
        return self._finished()

    def _do(self, con: duckdb.DuckDBPyConnection, number: int, step: Step) -> None:
        before = self._table
        try:
            result = self._chosen(con, step, before) if isinstance(step, TableOf) else step.apply(before)
            spread = len(result.table.places) > len(before.places)
            if spread and _number(con, f"SELECT max({self._row}) FROM {before.relation}") > MOST_ROWS_SPREAD:
                raise StepUnfit("step-too-many", limit=f"{MOST_ROWS_SPREAD:,}")
        except StepUnfit as unfit:
            raise CannotRead(
                Issue(
                    code=unfit.code,
                    sheet=self._raw.facts.sheet,
                    params={**unfit.params, "step": step.label},
                )
            ) from None
        left = self._name_what_goes(con, step, before, result)
        target = self._workdir / f"steps-{number}.parquet"
        cells = ", ".join(["_row", "_line", *(f"{each.name}::VARCHAR AS {each.name}" for each in result.table.columns)])
        # Where each row became several these stand behind each other, part by part, as their numbers do.
        order = " ORDER BY _row" if spread else ""
        written = con.execute(
            f"COPY (SELECT {cells} FROM {result.table.relation}{order}) TO {sql.literal(str(target))} "
            "(FORMAT parquet, COMPRESSION lz4)"
        ).fetchone()
        self._table = replace(result.table, relation=f"read_parquet({sql.literal(str(target))})")
        filled = self._name_filled(con, step, before, result)
        if self._written is not None:
            self._written.unlink()
        self._written = target
        rows = int(written[0]) if written else 0
        first = con.execute(
            f"SELECT {self._row}, {', '.join(each.name for each in result.table.columns) or 'NULL'} "
            f"FROM {self._table.relation} LIMIT {_FIRST_ROWS}"
        ).fetchall()
        self._notes.append(
            StepNote(
                step=step.as_json(),
                rows_before=self._rows,
                rows_after=rows,
                left=left,
                filled=filled,
                headers=tuple(each.header for each in result.table.columns),
                first=tuple((row, *(str(cell or "")[:120] for cell in cells)) for row, *cells in first),
            )
        )
        self._rows = rows

    def _chosen(self, con: duckdb.DuckDBPyConnection, step: TableOf, before: StepTable) -> StepResult:
        """One of the tables of a sheet; from here on the file is one that has this table alone."""
        chosen = choose_table(con, step, before, self._header_rows)
        kept = [each for each in self._raw.facts.mentions if each.place == "format"]
        headers = {column.index: column.header for column in chosen.result.table.columns}
        self._raw = replace(
            self._raw,
            columns=tuple(replace(each, header=headers.get(each.index, "")) for each in self._raw.columns),
            facts=replace(self._raw.facts, header_row=chosen.header_row, mentions=(*kept, *chosen.mentions)),
        )
        return chosen.result

    def _name_what_goes(self, con: duckdb.DuckDBPyConnection, step: Step, before: StepTable, result: StepResult) -> int:
        """Issues for all that stands nowhere afterwards or does not fit; how many rows are left out."""
        left = 0
        if result.left:
            left, named = self._rows_named(con, result.left)
            if left:
                self._say("step-rows-left", step, left, rows=named)
        for column in result.columns_left:
            query = f"SELECT count({column.name}) FROM {before.relation}"
            if cells := _number(con, query):
                self._say("step-columns-left", step, cells, columns=f"{column.letter} {column.header}".strip())
        for column, condition in result.unfit:
            self._unfit(con, step, before, column, condition)
        return left

    def _name_filled(self, con: duckdb.DuckDBPyConnection, step: Step, before: StepTable, result: StepResult) -> int:
        """An issue for cells that were empty and are not any more; how many."""
        if not result.filled:
            return 0
        after = " + ".join(f"count({column.name})" for column in result.filled)
        earlier = " + ".join(f"count({said(column)})" for column in result.filled)
        asked = f"SELECT (SELECT {after} FROM {self._table.relation}) - (SELECT {earlier} FROM {before.relation})"
        if filled := _number(con, asked):
            self._say("step-filled", step, filled)
        return filled

    def _say(self, code: str, step: Step, count: int, **params: object) -> None:
        said = {"step": step.label, "count": count, **params}
        self._issues.append(Issue(code=code, sheet=self._raw.facts.sheet, count=count, params=said))

    def _rows_named(self, con: duckdb.DuckDBPyConnection, query: str) -> tuple[int, Label]:
        """How many rows of the file, and the first of them."""
        rows = f"SELECT DISTINCT {self._row} AS row FROM ({query}) ORDER BY row"
        count = _number(con, f"SELECT count(*) FROM ({rows})")
        first = [str(row) for (row,) in con.execute(f"{rows} LIMIT {MOST_STEP_CELLS_NAMED}").fetchall()]
        dots = ["…"] if count > len(first) else []
        return count, joined([*map(digits_label, first), *dots])

    def _unfit(
        self, con: duckdb.DuckDBPyConnection, step: Step, before: StepTable, column: StepColumn, condition: str
    ) -> None:
        """An issue for each of the first cells, and one for the rest."""
        query = f"FROM {before.relation} WHERE {condition}"
        count = _number(con, f"SELECT count(*) {query}")
        part = f"_row // {STRIDE}" if len(before.places) > 1 else "0"
        cells = con.execute(
            f"SELECT {self._row}, _line, {part} {query} ORDER BY _row LIMIT {MOST_STEP_CELLS_NAMED}"
        ).fetchall()
        sheet = self._raw.facts.sheet
        for row, line, number in cells:
            place = before.places[number]
            letter, header = place.columns.get(column.index, (column.letter, column.header))
            self._issues.append(
                Issue(
                    code="step-unfit",
                    sheet=place.sheet or sheet,
                    row=row,
                    line=line,
                    column=f"{letter} {header}".strip(),
                    params={"step": step.label},
                )
            )
        if count > len(cells):
            rest = count - len(cells)
            self._issues.append(Issue(code="step-unfit", sheet=sheet, count=rest, params={"step": step.label}))

    # --- back to a raw table --------------------------------------------------------------------------------------

    def _finished(self) -> RawTable:
        """The table as whoever read a file without steps would give it: columns numbered without gaps."""
        if self._written is None:
            raise RuntimeError("no step was done")
        places = {column.index: at for at, column in enumerate(self._table.columns, 1)}
        columns = tuple(
            RawColumn(places[each.index], each.letter or NO_LETTER, each.header) for each in self._table.columns
        )
        cells = ", ".join(f"c{old} AS c{new}" for old, new in places.items())
        relation = f"(SELECT {', '.join(filter(None, ['_row', '_line', cells]))} FROM {self._table.relation})"
        titles = tuple(column.header for column in self._raw.columns)
        return replace(
            self._raw,
            columns=columns,
            relation=relation,
            files=(self._written,),
            rows=pq.ParquetFile(self._written).metadata.num_rows,
            facts=replace(self._raw.facts, mentions=self._mentions(places), steps=tuple(self._notes), titles=titles),
            issues=tuple(map(_named_in_file, (*self._hidden(), *self._issues))),
            repeated={},
            full=frozenset(),
            places=_renumbered(self._table.places, places, self._raw),
        )

    def _hidden(self) -> Iterator[Issue]:
        """The reader's issues; hidden rows by the numbers of all that was made of them."""
        parts = len(self._table.places) // max(1, len(self._raw.places))
        for issue in self._raw.issues:
            runs = str(issue.params.get("rows", "")) if issue.code in row_runs.NAMED else ""
            if runs and parts > 1:
                yield replace(issue, params={**issue.params, "rows": row_runs.spread(runs, parts)})
            else:
                yield issue

    def _mentions(self, places: Mapping[int, int]) -> tuple[UnitMention, ...]:
        """What the file says of units, of each column by its new number; headers that stand in cells now among it."""
        headers = {column.index: column.header for column in self._raw.columns}
        mentions = [each for each in self._raw.facts.mentions if each.column is None]
        for column in self._table.columns:
            at = places[column.index]
            mentions += [replace(each, column=at) for each in self._raw.facts.mentions if each.column in column.sources]
            for source in sorted(column.sources):
                title = headers.get(source, "")
                if title != column.header:
                    mentions += [UnitMention("header", named, at) for named in units_named(title, heading=True)]
        return tuple(dict.fromkeys(mentions))


def _named_in_file(issue: Issue) -> Issue:
    """An issue that names the row of the file and not one of a table whose rows were made of several."""
    return replace(issue, record=issue.row) if issue.row is not None and issue.record is None else issue


def _number(con: duckdb.DuckDBPyConnection, query: str) -> int:
    row = con.execute(query).fetchone()
    return int(row[0]) if row and row[0] is not None else 0


def _renumbered(places: Sequence[RowPlace], numbers: Mapping[int, int], raw: RawTable) -> tuple[RowPlace, ...]:
    """The places with the numbers that their columns have in the end; () where they say nothing that is not known."""
    if len(places) == 1 and not places[0].columns:
        return ()
    sheet = raw.facts.sheet
    return tuple(
        RowPlace(
            place.sheet if place.sheet is not None else sheet,
            {numbers[index]: address for index, address in place.columns.items() if index in numbers},
        )
        for place in places
    )
