"""The pipeline: a raw table goes in; typed rows, every issue and the published columns come out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, assert_never

import duckdb

from ayan.core.intake.row_runs import MARKED
from ayan.core.intake.table import RawTable, printable_name
from ayan.core.refine import (
    code_nods,
    control_totals,
    date_orders,
    marked_rows,
    money_units,
    odd_rows,
    privacy_guard,
    suspected_totals,
    unit_jumps,
    unplaced_columns,
    validation,
)
from ayan.core.refine.header_matching import MappedField, match
from ayan.core.refine.money_units import StatedUnit
from ayan.core.refine.personal_data_scan import cells_of
from ayan.core.refine.privacy_guard import WaivedIssue
from ayan.core.refine.refine_session import RefineSession, ResourceLimits
from ayan.core.refine.unit_jumps import EarlierRows
from ayan.core.refine.validation import RefTargets, dangles
from ayan.core.schema.catalogue import CATALOGUE, CHECK, STRUCTURAL, entry_of
from ayan.core.schema.catalogue_cells import Stands
from ayan.core.schema.definition import Dataset
from ayan.core.schema.expression import row_expression
from ayan.core.schema.issue import ORDER, Issue
from ayan.core.schema.layouts import read_as
from ayan.core.schema.privacy import mask_sql
from ayan.core.system import collector
from ayan.core.system.progress import Progress
from ayan.core.values import sql
from ayan.core.values.period import Period
from ayan.core.values.place import Bbox


@dataclass(frozen=True, slots=True)
class RefineCounts:
    """Rows of a submission: records read, records without an error, totals rows, rows that hold only their number."""

    read: int
    good: int
    totals: int
    empty: int


class Refined:
    """A submission read, checked and ready to be written; close it to give its memory back."""

    def __init__(
        self,
        session: RefineSession,
        issues: tuple[Issue, ...],
        counts: RefineCounts,
        waivers: tuple[WaivedIssue, ...] = (),
    ) -> None:
        self.session = session
        self.dataset = session.dataset
        self.raw = session.raw
        self.issues = issues
        self.counts = counts
        self.waivers = waivers

    @property
    def errors(self) -> tuple[Issue, ...]:
        """The issues that stand in the way of publication."""
        return tuple(issue for issue in self.issues if issue.level == "error")

    @property
    def structural(self) -> tuple[Issue, ...]:
        """The errors that no leaving-out of rows can cure."""
        return tuple(issue for issue in self.errors if issue.code in STRUCTURAL)

    def by_code(self) -> dict[str, int]:
        """How many places each issue code stands in."""
        counts: Counter[str] = Counter()
        for issue in self.issues:
            counts[issue.code] += issue.count
        return dict(sorted(counts.items()))

    def columns(self) -> dict[str, dict[str, str]]:
        """For each published field, the letter and header of the column it was read from: the way back to the cell."""
        return {
            mapped.field.name: {"letter": mapped.column.letter, "header": mapped.column.header}
            for mapped in self.session.present
            if mapped.column is not None and mapped.field.published
        }

    def units(self) -> dict[str, str]:
        """The units of money of the columns that published fields are read from, where they are not in rial."""
        return {
            mapped.field.name: mapped.field.money_unit
            for mapped in money_units.money_columns(self.session.matching)
            if mapped.field.published and mapped.field.money_unit != "rial"
        }

    def places(self) -> tuple[tuple[str | None, dict[str, tuple[str, str]]], ...]:
        """By ``_row // STRIDE``, where one row of the file became several: its sheet, and the columns of its fields."""
        names = {
            mapped.column.index: mapped.field.name
            for mapped in self.session.present
            if mapped.column is not None and mapped.field.published
        }
        return tuple(
            (
                place.sheet and printable_name(place.sheet),
                {
                    names[index]: (letter, printable_name(header))
                    for index, (letter, header) in place.columns.items()
                    if index in names
                },
            )
            for place in self.raw.places
        )

    def write_parquet(self, path: Path, *, partial: bool = False, only: Collection[str] | None = None) -> int:
        """Write the published columns of the records to ``path``; returns the number of rows written.

        Columns are ``_row`` and ``_line`` (the address of the record in its source) and then the published fields
        in declared order, absent optional ones as NULL. With ``partial`` the records that carry an error are left
        out; without it every record is written, so it is called only when no error stands. ``only`` names the fields
        that are wanted, where not all are.
        """
        by_name = {mapped.field.name: mapped for mapped in self.session.present}
        columns = ["_row", "_line"]
        for field in self.dataset.published:
            if only is not None and field.name not in only:
                continue
            read = [f"v_{name}" for name in field.first_of or (field.name,) if name in by_name]
            value = f"coalesce({', '.join(read)})" if len(read) > 1 else read[0] if read else "NULL"
            if field.shown == "masked":
                value = mask_sql(field, value)
            columns.append(f"CAST({value} AS {field.storage}) AS {sql.identifier(field.name)}")
        keep = "_class = 'record'"
        if partial:
            keep += " AND _row NOT IN (SELECT _row FROM left_out)"
        with self.session.clock():
            row = self.session.con.execute(
                f"COPY (SELECT {', '.join(columns)} FROM typed WHERE {keep}) TO {sql.literal(str(path))} "
                f"({sql.PARQUET})"
            ).fetchone()
        return int(row[0]) if row else 0

    def close(self) -> None:
        """Give back memory and scratch space."""
        self.session.close()


def refine(
    raw: RawTable,
    dataset: Dataset,
    *,
    workdir: Path,
    source: str = "default",
    period: Period | None = None,
    refs: Mapping[tuple[str, str], list[Path]] | None = None,
    waivers: Mapping[str, str] | None = None,
    units: Mapping[str, StatedUnit] | None = None,
    earlier: Sequence[EarlierRows] = (),
    accepted: Mapping[str, int] | None = None,
    meant: Collection[tuple[str, str | None]] = (),
    nods: Collection[str] = (),
    limits: ResourceLimits | None = None,
    progress: Progress | None = None,
    con: duckdb.DuckDBPyConnection | None = None,
    extent: Bbox | None = None,
) -> Refined:
    """Read ``raw`` as ``dataset`` declares it in the layout ``source``; nothing is published or written yet.

    ``refs`` gives, per referenced (dataset, field), the Parquet parts of what is published; ``waivers`` the reason, by
    fingerprint, of each privacy hit that a privacy officer waives; ``units`` what somebody said of the unit of money of
    fields, which the layout has already; ``earlier`` what amounts are compared with; ``accepted`` how many rows that
    look like something else somebody took for records, by code; ``meant`` (code and field) the hidden rows and columns
    that are sent as they are; ``nods`` the marks of texts of code lists that somebody has nodded to; ``con`` the
    connection that `refine_session.opened` gave for the same files, which is closed with the result; ``extent`` the box
    that shapes of the city lie in, in degrees. Every issue of the file is found at once, sorted by severity and place.
    """
    tell = progress or (lambda stage, share: None)
    targets: RefTargets = refs or {}
    layout, fields, constants = read_as(dataset, source)
    matching = match(raw, layout, fields, constants)
    reads = read_besides(targets, earlier)
    work = RefineSession(
        raw, dataset, layout, matching, period=period, workdir=workdir, reads=reads, limits=limits, con=con,
        extent=extent,
    )  # fmt: skip
    try:
        tell("refine", None)
        work.make_scan()
        tell("check", None)
        of_file = [issue for issue in work.raw.issues if issue.code not in MARKED]
        issues = [*privacy_guard.hidden(work, of_file, meant), *matching.issues]
        issues = [*unplaced_columns.with_unplaced(work, issues, accepted or {})]
        with collector.paused():
            issues += [*validation.issues_of(work, targets), *suspected_totals.issues_of(work, accepted or {})]
            issues += control_totals.issues_of(work)
            issues += date_orders.issues_of(raw.facts.sheet, work.told_orders)
            issues += code_nods.issues_of(work, nods)
            issues += odd_rows.issues_of(work, accepted or {})
        sums = {issue.row for issue in issues if issue.code == suspected_totals.CODE and issue.row is not None}
        issues += marked_rows.issues_of(work, accepted or {}, sums)
        issues += unplaced_columns.rows_of_other_units(work, accepted or {})
        issues += money_units.issues_of(raw, matching, units or {})
        issues += unit_jumps.issues_of(work, earlier, units or {})
        work.con.execute(f"CREATE TEMP TABLE left_out AS {left_out(work, targets)}")
        counts = _counts(work)
        tell("guard", None)
        issues += privacy_guard.issues_of(work)
    except BaseException:
        work.close()
        raise
    if not counts.read:
        issues.append(Issue(code="no-rows", sheet=raw.facts.sheet))
    passing = privacy_guard.waivers_in(issues, waivers or {})
    issues = [raw.in_file(issue) for issue in privacy_guard.without_waived(issues, waivers or {})]
    return Refined(work, tuple(sorted(issues, key=_order)), counts, passing)


def read_besides(refs: RefTargets, earlier: Sequence[EarlierRows]) -> list[Path]:
    """The files that are read besides those of the table: what references name, and what amounts are compared with."""
    return [
        *(path for paths in refs.values() for path in paths),
        *(part for each in earlier for parts in each.releases for part in parts),
    ]


def _order(issue: Issue) -> tuple[int, str, int]:
    return ORDER[issue.level], issue.code if issue.row is None else "~" + issue.code, issue.row or 0


def _counts(work: RefineSession) -> RefineCounts:
    read, totals, empty, out = work.first_row(
        "SELECT count(*) FILTER (_class = 'record'), count(*) FILTER (_class = 'total'), "
        "count(*) FILTER (_class = 'empty'), (SELECT count(DISTINCT _row) FROM left_out) FROM scan"
    )
    return RefineCounts(int(str(read)), int(str(read)) - int(str(out)), int(str(totals)), int(str(empty)))


_RECORDS: Final = "FROM scan WHERE _class = 'record'"


@dataclass(frozen=True, slots=True)
class Affected:
    """The fields that an issue speaks of and the query for its rows (``_row, _line, _group``).

    The query is "" where the issues name the rows themselves, or there are none.
    """

    fields: tuple[MappedField, ...] = ()
    rows: str = ""


def affected(session: RefineSession, targets: RefTargets, code: str, name: str | None) -> Affected:
    """Where the issues of one code about one field (or about none) stand."""
    stands = entry_of(code).stands
    mapped = {mapped.field.name: mapped for mapped in session.matching.fields}
    if stands == "check":
        column, names = next(
            (column, row_expression(check.sql, {field.name for field in session.dataset.fields}).names)
            for column, check in session.checks
            if check.code == code.removeprefix(CHECK)
        )
        fields = tuple(mapped[field.name] for field in session.dataset.fields if field.name in names)
        return Affected(fields, f"SELECT _row, _line, 0 AS _group {_RECORDS} AND {column}")
    if stands == "key":
        return Affected(
            tuple(mapped[key] for key in session.dataset.key),
            "SELECT s._row, s._line, r.rows[1] AS _group FROM "
            f"(SELECT unnest(rows) AS _row, rows FROM {validation.REPEATED}) r JOIN scan s USING (_row)",
        )
    if stands == "suspected":
        return Affected((), odd_rows.rows_of(session, code))
    if stands == "empty-row":
        return Affected((), "SELECT _row, _line, 0 AS _group FROM scan WHERE _class = 'empty'")
    if code == "rows-hidden":
        stated = [privacy_guard.rows_of_hidden(session, each) for each in session.raw.issues if each.code == code]
        return Affected((), " UNION ALL ".join(stated) if all(stated) else "")
    if name is None or mapped[name] not in session.present:
        return Affected()
    return Affected((mapped[name],), _in_field(session, targets, code, mapped[name], stands))


def _in_field(session: RefineSession, targets: RefTargets, code: str, field: MappedField, stands: Stands) -> str:
    """The query for the rows whose cell of one field an issue is about."""
    if stands == "trace":
        return cells_of(session, code.removeprefix("personal-"), field)
    if stands == "pointer":
        return f"SELECT _row, _line, 0 AS _group {_RECORDS} AND {dangles(session, field, targets) or 'FALSE'}"
    if stands == "cell":
        return f"SELECT _row, _line, 0 AS _group {_RECORDS} AND e_{field.field.name} = {sql.literal(code)}"
    return ""


def left_out(session: RefineSession, targets: RefTargets) -> str:
    """The query for the rows of all errors that leave theirs out; needs what the checks have made."""
    ways = sorted({entry.stands for entry in CATALOGUE.values() if entry.leaves_out})
    bad = [condition for stands in ways for condition in _conditions(session, targets, stands)]
    query = f"SELECT _row {_RECORDS} AND ({' OR '.join(bad) or 'FALSE'})"
    if validation.REPEATED in session.tables and "key" in ways:
        query += f" UNION SELECT unnest(rows) FROM {validation.REPEATED}"
    if odd_rows.TABLE in session.tables:
        query += f" UNION SELECT _row FROM {odd_rows.TABLE}"
    return query


def _conditions(session: RefineSession, targets: RefTargets, stands: Stands) -> list[str]:
    """What holds for a record in which such an error stands; repeated keys are a table of their own."""
    match stands:
        case "cell":
            return [f"e_{mapped.field.name} IS NOT NULL" for mapped in session.present]
        case "check":
            return [column for column, rule in session.checks if rule.severity == "error"]
        case "pointer":
            pointers = [mapped for mapped in session.present if mapped.field.ref and mapped.field.ref.required]
            return [astray for mapped in pointers if (astray := dangles(session, mapped, targets))]
        case "key" | "suspected":
            return []
        case "named" | "trace" | "empty-row":
            raise ValueError(f"no row can be left out for an issue that stands by {stands}")
        case _:
            assert_never(stands)
