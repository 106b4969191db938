"""Reads several sheets, or files of an archive, of one shape as one table, with the name of its own beside each row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path, PurePosixPath
from typing import Final

from ayan.core.intake import row_runs
from ayan.core.intake.archives import Unpacked
from ayan.core.intake.issues import hidden_columns, refuse
from ayan.core.intake.limits import MOST_SHEETS
from ayan.core.intake.raw_parquet import column_names
from ayan.core.intake.reading_notes import SheetPreview, read_sheets, write_sheets
from ayan.core.intake.table import NO_LETTER, RawColumn, RawTable
from ayan.core.schema.issue import CannotRead, Issue
from ayan.core.schema.steps.shape_steps import Members, Sheets
from ayan.core.schema.steps.step import STRIDE, RowPlace, matches, pattern_of
from ayan.core.values.label import joined, quoted
from ayan.core.values.sql import literal
from ayan.core.values.text import fold_joined

_BLANK: Final = frozenset({"file-empty", "no-rows"})


def read_several(step: Sheets, workdir: Path, read: Callable[[str, Path], RawTable]) -> RawTable:
    """All sheets that the step names, by ``read`` (a sheet's name or number, and a folder) one after the other.

    Empty ones are named and passed over. Raises CannotRead where none is named so or their headers are not the same.
    """
    names = _names(step, workdir, read)
    tables: list[tuple[str, RawTable]] = []
    skipped: list[Issue] = []
    looks: dict[str, SheetPreview] = {}
    for at, name in enumerate(names):
        folder = workdir / f"sheet-{at + 1}"
        folder.mkdir(exist_ok=True)
        table = _filled(read, name, folder)
        looks |= {each.name: each for each in read_sheets(folder) if each.head or each.name not in looks}
        if table is None or not table.rows:
            skipped.append(Issue(code="sheet-skipped", sheet=name, params={"sheet": name}))
        else:
            tables.append((name, table))
    write_sheets(workdir, list(looks.values()))
    if not tables:
        raise refuse("file-empty")
    return _below_each_other(step, tables, skipped)


def read_members(
    step: Members, unpacked: Sequence[Unpacked], workdir: Path, read: Callable[[Unpacked, Path], RawTable]
) -> RawTable:
    """All files of an archive that the step names, by ``read`` (a file, and a folder) one after the other.

    Empty ones are named and passed over. Raises CannotRead where their headers are not the same.
    """
    names = _plain_names([each.member for each in unpacked])
    tables: list[tuple[str, RawTable]] = []
    skipped: list[Issue] = []
    for at, (name, each) in enumerate(zip(names, unpacked, strict=True)):
        folder = workdir / f"member-{at + 1}"
        folder.mkdir(exist_ok=True)
        table = _filled(lambda _, place, file=each: read(file, place), name, folder)  # type: ignore[misc]  # bound now
        if table is None or not table.rows:
            skipped.append(Issue(code="member-skipped", params={"member": each.member}))
        else:
            tables.append((name, table))
    # What is shown of it is the first file.
    write_sheets(workdir, read_sheets(workdir / "member-1"))
    if not tables:
        raise refuse("file-empty")
    return _below_each_other(step, tables, skipped)


def _plain_names(members: Sequence[str]) -> list[str]:
    """What the files are called without folder and ending, or with these where two are called so."""
    bare = [PurePosixPath(member).stem for member in members]
    return bare if len(set(bare)) == len(bare) else list(members)


def _filled(read: Callable[[str, Path], RawTable], name: str, folder: Path) -> RawTable | None:
    """The table of a sheet; None where the sheet is empty."""
    try:
        return read(name, folder)
    except CannotRead as refusal:
        if refusal.issue.code not in _BLANK:
            raise
        return None


def _names(step: Sheets, workdir: Path, read: Callable[[str, Path], RawTable]) -> list[str]:
    """The visible sheets that are meant, in the order of the workbook."""
    first = workdir / "first-sheet"
    first.mkdir(exist_ok=True)
    table = _filled(read, "1", first)
    every = table.facts.sheets if table else tuple(each.name for each in read_sheets(first) if not each.hidden)
    names = [name for name in every if any(_is_meant(name, wanted) for wanted in step.sheets)]
    if not names or len(names) > MOST_SHEETS:
        raise refuse("sheets-none", names=list(step.sheets), sheets=" | ".join(every), step=step.label)
    return names


def _is_meant(name: str, wanted: str) -> bool:
    if (pattern := pattern_of(wanted)) is not None:
        return matches(pattern, name)
    return wanted == "*" or fold_joined(name) == fold_joined(wanted)


def _below_each_other(
    step: Sheets | Members, tables: Sequence[tuple[str, RawTable]], skipped: Sequence[Issue]
) -> RawTable:
    """One table of all, its columns in the order of the first; a column of names comes last."""
    name, first = tables[0]
    titles = _titles(first)
    selects = []
    for at, (sheet, table) in enumerate(tables):
        own = _titles(table)
        if sorted(own) != sorted(titles) or len(set(own)) < len(own):
            raise _unlike(step, sheet, table, name, first)
        cells = [f"c{own.index(title) + 1} AS c{index}" for index, title in enumerate(titles, 1)]
        if step.into:
            cells.append(f"{literal(sheet)} AS c{len(titles) + 1}")
        selects.append(f"SELECT _row + {at * STRIDE} AS _row, _line, {', '.join(cells)} FROM {table.relation}")
    columns = first.columns
    if step.into:
        columns = (*columns, RawColumn(len(titles) + 1, NO_LETTER, step.into))
    wanted = ", ".join(["_row", "_line", *column_names(len(columns))])
    mentions = [replace(each, row=None) if each.row else each for _, table in tables for each in table.facts.mentions]
    fractions = tuple(sorted({letter for _, table in tables for letter in table.facts.fractions}))
    issues = [
        _of_part(issue, at, table, first, part if isinstance(step, Members) else None)
        for at, (part, table) in enumerate(tables)
        for issue in table.issues
    ]
    return replace(
        first,
        columns=columns,
        relation=f"(SELECT {wanted} FROM ({' UNION ALL '.join(selects)}))",
        files=tuple(path for _, table in tables for path in table.files),
        rows=sum(table.rows for _, table in tables),
        facts=replace(first.facts, sheet=None, mentions=tuple(dict.fromkeys(mentions)), fractions=fractions),
        issues=(*_once(issues), *skipped),
        places=tuple(RowPlace(sheet) for sheet, _ in tables),
    )


def _of_part(issue: Issue, at: int, table: RawTable, first: RawTable, member: str | None) -> Issue:
    """An issue of one of the tables in the words of the whole: rows and columns of it are numbered otherwise there."""
    params = dict(issue.params)
    if runs := str(params.get("rows", "")) if issue.code in row_runs.NAMED else "":
        params["rows"] = row_runs.shifted(runs, at * STRIDE)
    if issue.code == "columns-hidden":
        titles = dict(zip(_titles(first), (column.letter for column in first.columns), strict=True))
        own = {
            column.letter: titles.get(title, "") for column, title in zip(table.columns, _titles(table), strict=True)
        }
        params["columns"] = [own.get(letter, letter) for letter in hidden_columns(issue)]
    return replace(issue, params=params, sheet=member if member is not None and issue.sheet else issue.sheet)


def _once(issues: Sequence[Issue]) -> list[Issue]:
    """What speaks of the whole workbook is said by each of its sheets, and told once."""
    seen: dict[str, Issue] = {}
    for issue in issues:
        seen.setdefault(str(asdict(issue)), issue)
    return list(seen.values())


def _titles(table: RawTable) -> list[str]:
    return [fold_joined(column.header) for column in table.columns]


def _unlike(step: Sheets | Members, sheet: str, table: RawTable, name: str, first: RawTable) -> CannotRead:
    """Which headers only one of the two has."""
    other, own = _titles(first), _titles(table)
    apart = [column.header for column in table.columns if fold_joined(column.header) not in other]
    apart += [column.header for column in first.columns if fold_joined(column.header) not in own]
    listed = joined(quoted(header) for header in apart[:5]) if apart else "–"
    code = "member-unlike" if isinstance(step, Members) else "sheet-unlike"
    return refuse(code, sheet=sheet, first=name, columns=listed)
