"""Sheets that are at hand as rows of text: one is chosen, its header found, and its rows written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ayan.core.intake import reading_notes
from ayan.core.intake.header import CellSpan, check_depth, lay_out, letter, rows_needed, trimmed
from ayan.core.intake.issues import issue_as_json, refuse
from ayan.core.intake.json_text import written
from ayan.core.intake.limits import MOST_OVERLAPS
from ayan.core.intake.raw_parquet import RawWriter
from ayan.core.intake.reading_notes import ChildReply
from ayan.core.intake.table import IntakeLimits
from ayan.core.intake.unit_mentions import around, of_format
from ayan.core.intake.workbook.containers import damaged
from ayan.core.intake.workbook.hidden_content import HiddenContent, SheetSurvey
from ayan.core.intake.workbook.sheet_marks import is_guide, with_data
from ayan.core.schema.definition import Layout
from ayan.core.schema.issue import Issue

_SEPARATOR: Final = " | "


@dataclass(slots=True)
class Grid:
    """One sheet or table: its rows from the first on, merged ranges, and what a look at it found."""

    name: str
    rows: list[list[str]]
    hidden: bool = False
    spans: list[CellSpan] = field(default_factory=list)
    survey: SheetSurvey = field(default_factory=SheetSurvey)

    @property
    def filled(self) -> bool:
        """Whether any cell of it is."""
        return any(map(any, self.rows))

    @property
    def first_cell(self) -> str:
        """What stands in A1; empty where nothing does."""
        return next(iter(next(iter(self.rows), [])), "")

    def preview(self) -> reading_notes.SheetPreview:
        """Its size and its first rows."""
        head = reading_notes.head_of((number, None, trimmed(row)) for number, row in enumerate(self.rows, 1))
        width = max(map(len, self.rows), default=0)
        return reading_notes.SheetPreview(self.name, len(self.rows), width, self.hidden, head)


def read(
    sheets: Sequence[Grid],
    form: str,
    wanted: str | int | None,
    source: Layout,
    known: Sequence[str],
    workdir: Path,
    limits: IntakeLimits,
    encoding: str | None = None,
) -> ChildReply:
    """Write the wanted sheet (name, 1-based number, or None for the only filled one) into raw Parquet."""
    reading_notes.write_sheets(workdir, [sheet.preview() for sheet in sheets])
    chosen = _chosen(sheets, wanted)
    visible = [sheet.name for sheet in sheets if not sheet.hidden]
    reply = ChildReply(
        format=form, encoding=encoding, headers=[], header_row=None, sheet=chosen.name or None, sheets=visible
    )
    unread = [sheet.name for sheet in sheets if sheet.hidden and sheet is not chosen]
    issues: list[Issue] = []
    if unread:
        params = {"sheets": _SEPARATOR.join(unread)}
        issues.append(Issue(code="sheet-hidden", count=len(unread), params=params))
    if chosen.hidden:
        issues.append(Issue(code="sheet-hidden-read", sheet=chosen.name, params={"sheet": chosen.name}))
    rows = list(uncovered(chosen.rows, chosen.spans))
    layout = lay_out(rows[: rows_needed(source)], source, known, chosen.spans)
    headers = trimmed(layout.headers)
    if len(headers) > limits.columns:
        raise refuse("columns-too-many", row=layout.header_row or 1, limit=limits.columns)
    check_depth(rows[: rows_needed(source)], layout, source, chosen.spans)
    unlike = HiddenContent(chosen.name, layout, chosen.spans, chosen.survey)
    with RawWriter(workdir, len(headers), limits) as writer:
        for number, cells in enumerate(rows, 1):
            if number >= layout.data_row and any(cells):
                unlike.row(number, cells)
                writer.add(number, None, list(cells))
    reply.headers, reply.header_row = list(headers), layout.header_row
    if layout.header_row is not None:
        params_of_row = {"row": layout.header_row}
        issues.append(
            Issue(code="header-found", sheet=chosen.name or None, row=layout.header_row, params=params_of_row)
        )
    reply.issues += [issue_as_json(issue) for issue in (*issues, *unlike.issues())]
    formats = [
        mention
        for column, codes in sorted(chosen.survey.formats.items())
        for code in sorted(codes)
        for mention in of_format(code, column)
    ]
    reply.mentions = [mention.as_json() for mention in (*around(rows, layout, writer.tail), *formats)]
    reply.fractions = [letter(column) for column in sorted(chosen.survey.fractions)]
    return reply.with_rows(writer)


def _chosen(sheets: Sequence[Grid], wanted: str | int | None) -> Grid:
    """The sheet to read; CannotRead ``sheet-missing``, ``sheet-choose`` or, where all are empty, ``file-empty``."""
    visible = [sheet for sheet in sheets if not sheet.hidden]
    names = _SEPARATOR.join(sheet.name for sheet in visible)
    if wanted is not None:
        for sheet in (*visible, *sheets):
            if sheet.name.strip() == str(wanted).strip():
                return sheet
        if str(wanted).isdecimal() and 1 <= int(wanted) <= len(visible):
            return visible[int(wanted) - 1]
        raise refuse("sheet-missing", sheet=wanted, sheets=names)
    filled = [sheet for sheet in visible if sheet.filled and not is_guide(sheet.first_cell)]
    if not filled:
        raise refuse("file-empty")
    names_with_data = with_data([sheet.name for sheet in filled])
    if len(names_with_data) > 1:
        raise refuse("sheet-choose", sheets=_SEPARATOR.join(names_with_data))
    return next(sheet for sheet in filled if sheet.name == names_with_data[0])


def uncovered(rows: Sequence[list[str]], spans: Sequence[CellSpan]) -> Iterator[list[str]]:
    """The rows with only the first cell of a merged range filled."""
    waiting = sorted(spans, reverse=True)
    active: list[CellSpan] = []
    for number, row in enumerate(rows):
        while waiting and waiting[-1][0] <= number:
            active.append(waiting.pop())
        active = [span for span in active if span[2] >= number]
        if not active:
            yield row
            continue
        cells = list(row)
        if sum(min(span[3] + 1, len(cells)) - span[1] for span in active if span[1] < len(cells)) > MOST_OVERLAPS * max(
            1, len(cells)
        ):
            raise damaged()
        for top, left, _bottom, right in active:
            for column in range(left if number > top else left + 1, min(right + 1, len(cells))):
                cells[column] = ""
        yield cells


def json_cell(value: Any) -> str:
    """The text of a single value of JSON."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return value if isinstance(value, str) else written(value)


class GridLimit:
    """Counts the cells of a sheet while it is built; CannotRead when there are more than allowed."""

    def __init__(self, limits: IntakeLimits, most: int) -> None:
        self._limits, self._most, self._cells = limits, min(most, limits.cells), 0

    def row(self, sheet: str, number: int, cells: Sequence[str]) -> None:
        """One row that was built."""
        if len(trimmed(cells)) > self._limits.columns:
            raise refuse("columns-too-many", row=number, limit=self._limits.columns)
        self._cells += len(cells) + 1
        if self._cells > self._most:
            raise refuse("cells-too-many", sheet=sheet or "–", limit=self._most)
