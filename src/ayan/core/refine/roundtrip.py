"""The bad rows as a workbook for their sender, with what is wrong beside the cells; and the same workbook back."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

from ayan.core.intake.header import tidy
from ayan.core.intake.table import IntakeLimits, RawColumn, RawTable
from ayan.core.intake.table_reader import read_table
from ayan.core.refine.corrections import BadCorrection, Correction, set_cells, together
from ayan.core.refine.issue_store import CELLS, IssueCause, IssueStore
from ayan.core.refine.limits import LONGEST_TEXT, MOST_DECISIONS, MOST_REFUSALS_SHOWN, MOST_ROWS_GIVEN_OUT
from ayan.core.refine.pipeline import Refined
from ayan.core.refine.template import new_workbook
from ayan.core.schema.definition import Layout
from ayan.core.schema.issue import CannotRead, Issue
from ayan.core.schema.steps.step import file_row
from ayan.core.system.duckdb import confined
from ayan.core.values import locale, sql
from ayan.core.values.canonical import Json, canonical_json, sha256_hex
from ayan.core.values.label import Label
from ayan.core.values.limits import LONGEST_CELL

SHEET: Final = "ردیف‌های نیازمند اصلاح"

_ROW: Final = "ردیف در پرونده"
_REMARKS: Final = "ملاحظات"
_MARK: Final = "نشانه (پاک نکنید)"


@dataclass(frozen=True, slots=True)
class RoundTripResult:
    """What came back: decisions to add to those that stand, one batch, and what was refused, with its address.

    ``cells`` counts the cells that will read otherwise, ``rows`` the rows of the workbook that were taken.
    """

    fixes: tuple[Correction, ...]
    refused: tuple[Issue, ...]
    cells: int
    rows: int


def write_bad_rows(refined: Refined, issues: IssueStore, path: Path, mark: str, lang: str = "fa") -> int:
    """Write every row that carries an error to ``path``, its cells as text, the wrong ones tinted; returns how many.

    The first three columns are the row's number in the file, what is wrong in it, and the ``mark`` by which
    `take_returned` knows its own. It holds what the sender sent, withheld columns included, and is for him only.
    """
    causes = {cause.id: cause for cause in issues.errors if cause.rows}
    remarks = {name: _remark(cause, lang) for name, cause in causes.items()}
    places = {mapped.field.name: mapped.column.index for mapped in refined.session.matching.fields if mapped.column}
    tinted = {name: [places[field] for field in cause.fields if field in places] for name, cause in causes.items()}
    titles = [_ROW, _REMARKS, _MARK, *(column.address for column in refined.raw.columns)]
    written = 0
    with new_workbook(path, constant_memory=True, strings_to_formulas=False) as book:
        plain = book.add_format({"num_format": "@"})
        bad = book.add_format({"num_format": "@", "bg_color": TINTS["error"], "text_wrap": True})
        head = book.add_format({"bold": True, "bg_color": "#E0EFEE", "text_wrap": True})
        sheet = book.add_worksheet(SHEET)
        if not locale.of(lang).is_ltr:
            sheet.right_to_left()
        sheet.set_column(1, 1, 60)
        # Text, so that what is typed there stays as it is typed: a date of ours would become another one.
        sheet.set_column(3, max(3, len(titles) - 1), 18, plain)
        for at, title in enumerate(titles):
            sheet.write_string(0, at, title, head)
        sheet.freeze_panes(1, 3)
        for row, names, cells in _bad_rows(refined, issues, list(causes)):
            written += 1
            sheet.write_number(written, 0, row)
            sheet.write_string(written, 1, cut("\n".join(remarks[name] for name in names)), bad)
            sheet.write_string(written, 2, mark)
            wrong = {index for name in names for index in tinted[name]}
            for index, cell in enumerate(cells, 1):
                if cell is not None or index in wrong:
                    sheet.write_string(written, index + 2, cut(str(cell or "")), bad if index in wrong else plain)
    return written


def _remark(cause: IssueCause, lang: str) -> str:
    """What is wrong, and what is expected in its place."""
    return cause.title.of(lang) + (f" ({cause.expected.of(lang)})" if cause.expected else "")


def _bad_rows(refined: Refined, issues: IssueStore, names: Sequence[str]) -> list[tuple[int, list[str], list[object]]]:
    """The rows of some causes in the order of the file: number, causes, and the cells as they read now."""
    path = issues.folder / CELLS
    if not names or not path.exists():
        return []
    cells = ", ".join(f"r.c{column.index}" for column in refined.raw.columns)
    rows = refined.session.all(
        f"SELECT r._row, b.causes, {cells} FROM {refined.raw.relation} r JOIN (SELECT _row, "
        f"list(DISTINCT _cause ORDER BY _cause) AS causes FROM read_parquet({sql.literal(str(path))}) "
        f"WHERE _cause IN {sql.strings(names)} GROUP BY _row) b USING (_row) "
        f"ORDER BY r._row LIMIT {MOST_ROWS_GIVEN_OUT}"
    )
    return [(int(str(row)), list(causes) if isinstance(causes, list) else [], rest) for row, causes, *rest in rows]


def take_returned(
    current: RawTable,
    columns: Mapping[str, RawColumn],
    path: Path,
    mark: str,
    workdir: Path,
    limits: IntakeLimits,
    progress: Callable[[str, float | None], None] | None = None,
) -> RoundTripResult:
    """Compare the workbook at ``path`` with ``current``, the cells as they read now, and say what was changed in it.

    ``columns`` are those of the fields in use; of others nothing is taken. Raises CannotRead when it is no such
    workbook, and ``returned-other`` when it was made for another file.
    """
    source = Layout(sheet=SHEET, header_row=1)
    book = read_table(path, source=source, sheet=None, workdir=workdir / "returned", limits=limits, progress=progress)
    by_title = {column.header: column for column in book.columns}
    row, own = by_title.get(_ROW), by_title.get(_MARK)
    if row is None or own is None:
        raise CannotRead(Issue(code="returned-other", sheet=book.facts.sheet))
    reached = (*book.files, *current.files)
    with confined(paths=reached, folders=[workdir], spill=workdir / "spill-returned") as con:
        con.execute(
            f"CREATE TEMP TABLE sent AS SELECT *, CASE WHEN regexp_full_match(number, '[0-9]{{1,9}}') "
            f"THEN CAST(number AS BIGINT) END AS _at FROM (SELECT *, {sql.latin_digits(sql.trimmed(f'c{row.index}'))} "
            f"AS number, {sql.trimmed(f'c{own.index}')} AS own FROM {book.relation})"
        )
        con.execute(
            f"CREATE TEMP TABLE judged AS SELECT s.*, CASE WHEN s.own IS DISTINCT FROM {sql.literal(mark)} THEN "
            "'returned-row-other' WHEN r._row IS NULL THEN 'returned-row-unknown' "
            "WHEN count(*) OVER (PARTITION BY s._at, s.own) > 1 THEN 'returned-row-twice' END AS fault "
            f"FROM sent s LEFT JOIN (SELECT _row FROM {current.relation}) r ON r._row = s._at"
        )
        refused = [*_refused_rows(con, book), *_refused_columns(con, book, current, by_title)]
        fixes, cells = _changes(con, current, columns, by_title)
        (taken,) = con.execute("SELECT count(*) FROM judged WHERE fault IS NULL").fetchone() or (0,)
    return RoundTripResult(together(fixes, f"returned-{secrets.token_hex(4)}"), tuple(refused), cells, taken)


def _refused_rows(con: duckdb.DuckDBPyConnection, book: RawTable) -> list[Issue]:
    refused = con.execute(
        "SELECT fault, _row, _line, number, count(*) OVER (PARTITION BY fault) FROM judged WHERE fault IS NOT NULL "
        f"ORDER BY _row LIMIT {MOST_REFUSALS_SHOWN}"
    ).fetchall()
    return [
        Issue(
            code=code,
            sheet=book.facts.sheet,
            row=row,
            line=line,
            params={"row": row, "number": str(number or "")[:20], "count": count},
        )
        for code, row, line, number, count in refused
    ]


def _refused_columns(
    con: duckdb.DuckDBPyConnection, book: RawTable, current: RawTable, by_title: Mapping[str, RawColumn]
) -> list[Issue]:
    """Columns that were not in the workbook as it was written, where something stands in them."""
    ours = {_ROW, _REMARKS, _MARK, *(tidy(column.address) for column in current.columns)}
    strange = [column for column in book.columns if column.header not in ours or by_title[column.header] != column]
    issues = []
    for column in strange:
        (filled,) = con.execute(f"SELECT count(c{column.index}) FROM judged").fetchone() or (0,)
        if filled:
            params = {"header": column.address}
            issues.append(Issue(code="returned-column", sheet=book.facts.sheet, column=column.address, params=params))
    return issues


def _changes(
    con: duckdb.DuckDBPyConnection,
    current: RawTable,
    columns: Mapping[str, RawColumn],
    by_title: Mapping[str, RawColumn],
) -> tuple[list[Correction], int]:
    """A decision for every different text that was written into a column, and how many cells they are."""
    fixes: list[Correction] = []
    cells = 0
    for name, column in sorted(columns.items(), key=lambda pair: pair[1].index):
        theirs = by_title.get(tidy(column.address))
        if theirs is None:
            continue
        new, old = sql.trimmed(f"s.c{theirs.index}"), sql.trimmed(_as_written(f"r.c{column.index}"))
        decisions = con.execute(
            f"SELECT coalesce({new}, '') AS text, list(s._at ORDER BY s._at) FROM judged s JOIN {current.relation} r "
            f"ON r._row = s._at WHERE s.fault IS NULL AND {_compared(new)} <> {_compared(old)} "
            f"GROUP BY text ORDER BY min(s._at) LIMIT {MOST_DECISIONS + 1}"
        ).fetchall()
        if len(decisions) > MOST_DECISIONS:
            most = MOST_DECISIONS
            raise BadCorrection(
                "در ستون «{name}» بیش از {most} متن تازه نوشته شده است. پرونده را در چند بخش برگردانید.",
                "More than {most} new texts are written in column {name!r}. Send the workbook back in parts.",
            ).format(name=name, most=most)
        for text, rows in decisions:
            fixes.append(set_cells(name, rows, text[:LONGEST_TEXT]))
            cells += len(rows)
    return fixes, cells


def _as_written(x: str) -> str:
    """A cell as the workbook was given it: a long text is cut there."""
    return f"CASE WHEN length({x}) > {LONGEST_CELL} THEN {x}[1:{LONGEST_CELL - 1}] || '…' ELSE {x} END"


def _compared(x: str) -> str:
    """A text without what a spreadsheet writes in its own way: line ends and signs that cannot be seen."""
    return f"regexp_replace(coalesce({x}, ''), '_x[0-9A-Fa-f]{{4}}_|[\\x00-\\x1F\\x7F]', '', 'g')"


def mark_of(parts: Sequence[str]) -> str:
    """The mark of the rows of one file: nobody can make one up for another."""
    named: list[Json] = [*parts]
    return sha256_hex(canonical_json(named))[:16]


WHOLE_UP_TO: Final = 100_000
"""Files of more records come back with only the rows that have remarks."""


ROW: Final = Label("ردیف در پرونده", "Row in the file")
REMARKS: Final = Label("ملاحظات", "Remarks")
TINTS: Final = {"error": "#FBE7E5", "warning": "#FDF1D8", "info": "#E3F2E9"}


def annotate_workbook(refined: Refined, path: Path, lang: str = "fa") -> int:
    """Write an XLSX copy of the rows with remarks to ``path``; returns how many rows carry one.

    Each cell with an issue is tinted and carries a comment; the first two columns give the row number in the sender's
    file and all remarks on the row. Cells are written as text, so nothing the file holds can run as a formula. The copy
    holds what the sender sent, withheld columns included, and is for the sender only. Raises OSError when it cannot be
    written.
    """
    remarks: dict[int, list[Issue]] = defaultdict(list)
    general: list[Issue] = []
    for issue in refined.issues:
        if issue.row is None:
            general.append(issue)
        elif issue.code != "total-agrees":
            remarks[issue.row if issue.record is None else issue.record].append(issue)
    columns = {column.address: column.index for column in refined.raw.columns}
    with new_workbook(path, constant_memory=True, strings_to_formulas=False) as book:
        tints = {level: book.add_format({"bg_color": color, "text_wrap": True}) for level, color in TINTS.items()}
        head = book.add_format({"bold": True, "bg_color": "#E0EFEE", "text_wrap": True})
        sheet = book.add_worksheet(REMARKS.of(lang))
        if not locale.of(lang).is_ltr:
            sheet.right_to_left()
        titles = (ROW.of(lang), REMARKS.of(lang))
        sheet.set_column(1, 1, 60)
        for position, title in enumerate((*titles, *(column.header for column in refined.raw.columns))):
            sheet.write_string(0, position, title, head)
        sheet.freeze_panes(1, 2)
        at = 1
        for issue in general:
            sheet.write_string(at, 1, issue.message(lang), tints[issue.level])
            at += 1
        for row, *cells in _rows(refined, sorted(remarks)):
            number = int(str(row))
            row_issues = remarks.get(number, [])
            sheet.write_number(at, 0, file_row(number) if refined.raw.places else number)
            if row_issues:
                worst = min(row_issues, key=lambda issue: ("error", "warning", "info").index(issue.level))
                sheet.write_string(
                    at, 1, cut("\n".join(issue.message(lang) for issue in row_issues)), tints[worst.level]
                )
            marked = {columns[issue.column]: issue for issue in row_issues if issue.column in columns}
            for index, cell in enumerate(cells, 1):
                issue_here = marked.get(index)
                if issue_here is not None:
                    sheet.write_string(at, index + 1, cut(str(cell or "")), tints[issue_here.level])
                    sheet.write_comment(at, index + 1, issue_here.message(lang))
                elif cell is not None:
                    sheet.write_string(at, index + 1, cut(str(cell)))
            at += 1
    return len(remarks)


def cut(text: str) -> str:
    """A text as a cell can hold it."""
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 1] + "…"


def _rows(refined: Refined, wanted: list[int]) -> list[tuple[object, ...]]:
    """The raw cells of every row, or of the ``wanted`` ones when the file is large, in file order."""
    cells = ", ".join(f"c{column.index}" for column in refined.raw.columns)
    some = "" if refined.counts.read <= WHOLE_UP_TO else f" WHERE _row IN ({', '.join(map(str, wanted)) or 'NULL'})"
    return refined.session.all(f"SELECT _row, {cells} FROM {refined.raw.relation}{some} ORDER BY _row")
