"""Gathering what was found by cause: every bad cell with its row, written beside the file for the pages to come."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from ayan.core.refine import privacy_guard
from ayan.core.refine.apply_corrections import CorrectedTable
from ayan.core.refine.corrections import Correction
from ayan.core.refine.header_matching import MappedField
from ayan.core.refine.issue_store import CELLS, MASKS, SHAPES, IssueCause, IssueStore, IssueTally, store_issues
from ayan.core.refine.limits import MOST_MASKS, MOST_TELLING
from ayan.core.refine.pipeline import Refined, affected
from ayan.core.refine.refine_session import RefineSession
from ayan.core.refine.shape_mends import DRAWN_CODES, wrong_shapes
from ayan.core.refine.validation import RefTargets, expectation
from ayan.core.schema.catalogue import entry_of
from ayan.core.schema.issue import ORDER, Issue
from ayan.core.system.files import PRIVATE_FOLDER, make_folder, move
from ayan.core.values import sql
from ayan.core.values.label import Label

_TELLING: Final = ("title", "company", "person")
"""Roles of fields that say what a row is about."""


@dataclass(frozen=True, slots=True)
class _Group:
    """A cause on its way: an issue that speaks for it, its fields, and the query for its rows."""

    issues: tuple[Issue, ...]
    fields: tuple[MappedField, ...]
    rows: str

    @property
    def issue(self) -> Issue:
        """The one that speaks for all."""
        return self.issues[0]


def group_issues(
    refined: Refined,
    fixed: CorrectedTable,
    targets: RefTargets,
    folder: Path,
    key: str,
    fixes: Sequence[Correction] = (),
) -> IssueStore:
    """Group the issues of ``refined`` by cause and keep them in ``folder`` under ``key``."""
    make_folder(folder, mode=PRIVATE_FOLDER)
    groups = list(_groups(refined, targets))
    measured = _write(refined, groups, folder)
    causes = [_cause(refined, group, f"{at}", *measured.get(f"{at}", (0, 0))) for at, group in enumerate(groups, 1)]
    causes.sort(
        key=lambda cause: (ORDER[cause.severity], not cause.structural, -cause.cells, cause.code, cause.field or "")
    )
    masked = {f"{at}": pairs for at, group in enumerate(groups, 1) if (pairs := _masks(refined, group))}
    if masked:
        (folder / MASKS).write_text(json.dumps(masked, ensure_ascii=False), encoding="utf-8")
    shapes = {f"{at}": said for at, group in enumerate(groups, 1) if (said := _shapes(refined, group))}
    if shapes:
        (folder / SHAPES).write_text(json.dumps(shapes, ensure_ascii=False), encoding="utf-8")
    counts = refined.counts
    tally = IssueTally(counts.read, counts.good, counts.totals, counts.empty, sum(fixed.left_out.values()))
    corrected = {name: sum(last - first + 1 for first, last in rows) for name, rows in fixed.changed.items()}
    issues = IssueStore(folder, key, tuple(causes), tally, corrected, fixed.unplaced).with_accepted(fixes)
    store_issues(
        issues,
        {mapped.field.name: mapped.address for mapped in refined.session.matching.fields if mapped.address},
        [mapped.field.name for mapped in telling_fields(refined)],
    )
    return issues


def _masks(refined: Refined, group: _Group) -> list[tuple[str, str]] | None:
    if group.issue.fingerprint is None or group.issue.level != "error":
        return None
    return privacy_guard.masks(refined.session, group.issue, MOST_MASKS)


def _shapes(refined: Refined, group: _Group) -> dict[str, Any] | None:
    if group.issue.code not in DRAWN_CODES or group.issue.field is None:
        return None
    return wrong_shapes(refined.session, group.issue.code, group.issue.field)


def _groups(refined: Refined, targets: RefTargets) -> Iterator[_Group]:
    """The causes: issues of one code about one field are one, and each fault of the whole file is one by itself."""
    spoken: dict[tuple[str, str | None, str | None], list[Issue]] = {}
    for issue in refined.issues:
        if entry_of(issue.code).cause:
            whole = issue.column if issue.row is None and issue.field is None else None
            spoken.setdefault((issue.code, issue.field, whole), []).append(issue)
    for (code, name, _), issues in spoken.items():
        affected_rows = affected(refined.session, targets, code, name)
        yield _Group(tuple(issues), affected_rows.fields, affected_rows.rows or _listed(issues))


def _listed(issues: Sequence[Issue]) -> str:
    """The rows that the issues themselves name."""
    rows = [
        (issue.row if issue.record is None else issue.record, issue.line) for issue in issues if issue.row is not None
    ]
    if not rows:
        return ""
    values = ", ".join(f"({row}, {'NULL' if line is None else line})" for row, line in rows)
    return f"SELECT _row::BIGINT AS _row, _line::BIGINT AS _line, 0 AS _group FROM (VALUES {values}) v(_row, _line)"


def _write(refined: Refined, groups: Sequence[_Group], folder: Path) -> dict[str, tuple[int, int]]:
    """Write every row of every cause with its texts; rows and different texts by cause."""
    target = folder / CELLS
    target.unlink(missing_ok=True)
    session = refined.session
    queries = [
        f"SELECT {sql.literal(str(number))} AS _cause, _row, _line, _group FROM ({group.rows})"
        for number, group in enumerate(groups, 1)
        if group.rows
    ]
    if not queries:
        return {}
    width = max(len(group.fields) for group in groups if group.rows)
    texts = "".join(f", {_text(session, groups, position)} AS t{position + 1}" for position in range(width))
    beside = "".join(f", {_cell(session, mapped)} AS b{at}" for at, mapped in enumerate(telling_fields(refined), 1))
    session.con.execute(
        "CREATE OR REPLACE TEMP TABLE issue_rows (_cause VARCHAR, _row BIGINT, _line BIGINT, _group BIGINT)"
    )
    for query in queries:
        with session.clock():
            # The order of a cause is that of its rows here, so that nothing has to be numbered afterwards.
            session.con.execute(f"INSERT INTO issue_rows {query} ORDER BY _group, _row")
    with session.clock():
        session.con.execute(
            f"CREATE OR REPLACE TEMP TABLE gathered AS SELECT g.rowid + 1 AS _place, g.*{beside}{texts} "
            f"FROM issue_rows g JOIN {session.cells} r USING (_row)"
        )
    by_cause: dict[str, tuple[int, int]] = {}
    distinct = "count(DISTINCT coalesce(t1, ''))" if width else "0"
    for cause, rows, values in session.all(f"SELECT _cause, count(*), {distinct} FROM gathered GROUP BY _cause"):
        by_cause[str(cause)] = (int(str(rows)), int(str(values)))
    if by_cause:
        written = session.workdir / CELLS
        # Who reads them asks for their order; only among very many it helps that they stand in it.
        order = "" if session.texts is not None else " ORDER BY _place"
        with session.clock():
            session.con.execute(
                f"COPY (SELECT * FROM gathered{order}) TO {sql.literal(str(written))} "
                "(FORMAT parquet, COMPRESSION lz4, ROW_GROUP_SIZE 20480)"
            )
        session.con.execute("DROP TABLE gathered")
        session.con.execute("DROP TABLE issue_rows")
        move(written, target)
    return by_cause


def _text(session: RefineSession, groups: Sequence[_Group], position: int) -> str:
    """The text of one place in the rows of all causes: each has its own fields there."""
    cells = [
        f"WHEN {sql.literal(str(number))} THEN {_cell(session, group.fields[position])}"
        for number, group in enumerate(groups, 1)
        if group.rows and position < len(group.fields)
    ]
    return f"CASE g._cause {' '.join(cells)} ELSE NULL::VARCHAR END"


def telling_fields(refined: Refined) -> tuple[MappedField, ...]:
    """The fields by which people know a row: its key, its title, whom it is about, its money; none that is withheld."""
    key = refined.dataset.key
    wanted = [
        mapped
        for mapped in refined.session.present
        if mapped.column is not None
        and mapped.field.shown == "public"
        and (mapped.field.name in key or mapped.field.role in _TELLING or mapped.field.kind.is_money)
    ]
    wanted.sort(key=lambda mapped: (mapped.field.name not in key, mapped.field.role not in _TELLING))
    return tuple(wanted[:MOST_TELLING])


def _cell(session: RefineSession, mapped: MappedField) -> str:
    """What stands in the cell, without blanks at its ends; a constant is what its sender stated."""
    if mapped.column is not None:
        return session.trimmed(mapped.column.index)
    return "NULL::VARCHAR" if mapped.constant is None else sql.literal(mapped.constant)


def _cause(refined: Refined, group: _Group, name: str, rows: int, values: int) -> IssueCause:
    issue = group.issue
    # A cause about one field is mended by its values; a repeated key is not mended by writing one value everywhere.
    alone = group.fields[0].field if len(group.fields) == 1 and issue.code != "key-duplicate" else None
    return IssueCause(
        id=name,
        code=issue.code,
        severity=issue.level,
        fix_by=issue.fix_by,
        field=alone.name if alone else None,
        fields=tuple(mapped.field.name for mapped in group.fields),
        title=_title(group),
        expected=expectation(refined.session, alone, issue.code) if alone and rows else None,
        cells=sum(issue.count for issue in group.issues),
        rows=rows,
        values=values if alone else 0,
        structural=entry_of(issue.code).structural and issue.level == "error",
        fingerprint=issue.fingerprint,
        evidence=tuple(dict.fromkeys(code for each in group.issues for code in each.evidence)),
    )


def _title(group: _Group) -> Label:
    """What is wrong, in words that hold for every place of the cause."""
    issue = group.issue
    if len(group.issues) > 1 and (title := entry_of(issue.code).title):
        issue = replace(issue, wording=title)
    return issue.label
