"""XLSX, XLSM, XLSB, XLS and ODS: chooses the sheet, finds its header, and writes its cells as text."""

from __future__ import annotations

import math
import mmap
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import Final

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from ayan.core.intake import reading_notes
from ayan.core.intake.header import CellSpan, check_depth, lay_out, letter, rows_needed, trimmed
from ayan.core.intake.issues import format_refused, issue_as_json, refuse
from ayan.core.intake.limits import MOST_OVERLAPS
from ayan.core.intake.raw_parquet import RawWriter
from ayan.core.intake.reading_notes import ChildReply
from ayan.core.intake.table import IntakeLimits
from ayan.core.intake.unit_mentions import around, of_format
from ayan.core.intake.workbook import biff, biff12, containers, odf, ooxml, ooxml_styles
from ayan.core.intake.workbook.hidden_content import Errors, HiddenContent, SheetSurvey
from ayan.core.intake.workbook.sheet_marks import is_guide, with_data
from ayan.core.schema.definition import Layout
from ayan.core.schema.issue import CannotRead, Issue
from ayan.core.values.label import Label

_SEPARATOR: Final = " | "
_TOLD_EVERY: Final = 5_000
CellValue = int | float | str | bool | date | datetime | time | timedelta

_EXPONENT: Final = re.compile(r"[+-]?\d{1,20}(?:\.\d{1,30})?[Ee][+-]?\d{1,3}")
# From here on a double no longer tells every whole number and its tenth apart, so the digits cannot be trusted.
LOST_FROM: Final = 1e15


def read(
    path: Path, sheet: str | int | None, source: Layout, known: Sequence[str], workdir: Path, limits: IntakeLimits
) -> ChildReply:
    """Read the sheet ``sheet`` (name, 1-based number, or None for the only filled one) into raw Parquet."""
    book = _Book.open(path, limits)
    try:
        chosen, loaded = book.choose(sheet)
    finally:
        # A refusal that asks for a choice among sheets must still show what is in them.
        reading_notes.write_sheets(workdir, book.looks())
    answer = ChildReply(format=book.kind, headers=[], header_row=None, sheet=chosen, sheets=book.visible)
    answer.issues += [issue_as_json(issue) for issue in book.carried]
    unread = [name for name in book.hidden if name != chosen]
    if unread:
        params = {"sheets": _SEPARATOR.join(unread)}
        answer.issues.append(issue_as_json(Issue(code="sheet-hidden", count=len(unread), params=params)))
    if chosen in book.hidden:
        answer.issues.append(issue_as_json(Issue(code="sheet-hidden-read", sheet=chosen, params={"sheet": chosen})))
    spans = book.spans(chosen, loaded)
    rows = _Rows(loaded, spans, book.errors(chosen), limits)
    surveyed = book.surveys.get(chosen, SheetSurvey())
    needed = rows_needed(source)
    head: list[list[str]] = []
    every = rows.texts()
    for cells in every:
        head.append(cells)
        if len(head) >= needed:
            break
    layout = lay_out(head, source, known, spans)
    headers = trimmed(layout.headers)
    if len(headers) > limits.columns:
        raise refuse("columns-too-many", row=layout.header_row or 1, limit=limits.columns)
    check_depth(head, layout, source, spans)
    unlike = HiddenContent(chosen, layout, spans, surveyed)
    with RawWriter(workdir, len(headers), limits) as writer:
        for number, cells in enumerate(_chain(head, every), 1):
            if not number % _TOLD_EVERY:
                reading_notes.write_progress(workdir, number / max(loaded.total_height, number))
            if number >= layout.data_row and any(cells):
                unlike.row(number, cells)
                writer.add(number, None, cells)
    answer.headers, answer.header_row = list(headers), layout.header_row
    if layout.header_row is not None:
        issue = Issue(code="header-found", sheet=chosen, row=layout.header_row, params={"row": layout.header_row})
        answer.issues.append(issue_as_json(issue))
    answer.issues += [issue_as_json(issue) for issue in unlike.issues()]
    formats = [of_format(code, column) for column, codes in sorted(surveyed.formats.items()) for code in sorted(codes)]
    spoken = [*around(head, layout, writer.tail), *chain.from_iterable(formats)]
    answer.mentions = [mention.as_json() for mention in spoken]
    answer.fractions = [letter(column + 1) for column in sorted(rows.fractions)]
    return answer.with_rows(writer)


def _chain(head: list[list[str]], rest: Iterator[list[str]]) -> Iterator[list[str]]:
    yield from head
    yield from rest


@dataclass(slots=True)
class _Book:
    """An open workbook and what was learnt about it before and beside the reader."""

    path: Path
    kind: str
    limits: IntakeLimits
    book: CalamineWorkbook
    package: containers.Package | None = None
    old: biff.OldWorkbook | None = None
    binary: biff12.BinaryWorkbook | None = None
    parts: dict[str, str] = field(default_factory=dict)
    styles: ooxml_styles.CellStyles = field(default_factory=ooxml_styles.CellStyles)
    strings: Mapping[bytes, tuple[str, bool]] = field(default_factory=dict)
    merged: dict[str, list[CellSpan]] = field(default_factory=dict)
    surveys: dict[str, SheetSurvey] = field(default_factory=dict)
    carried: list[Issue] = field(default_factory=list)
    visible: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    previews: dict[str, reading_notes.SheetPreview] = field(default_factory=dict)

    @classmethod
    def open(cls, path: Path, limits: IntakeLimits) -> _Book:
        """Check the container, then open it; CannotRead for passwords, damage and claims beyond the limits."""
        package, old, binary, parts, strings = None, None, None, {}, {}
        styles, merged, surveys = ooxml_styles.CellStyles(), {}, {}
        if _is_ole(path):
            kind = "xls"
            old = biff.OldWorkbook(path)
            issues = old.embedded_issues()
        else:
            package = containers.open_package(path, path.suffix.lower(), limits)
            kind = package.kind
            if kind == "ods":
                tables = odf.survey(package, limits)
                merged, surveys = tables.spans, tables.surveys
                issues = odf.embedded_issues(package, dict(tables.carried), limits)
            elif kind == "xlsb":
                binary = biff12.BinaryWorkbook(package, limits)
                issues = ooxml.embedded_issues(package, limits)
            else:
                parts = ooxml.sheet_parts(package, limits)
                styles = ooxml_styles.cell_styles(package, limits)
                strings = ooxml_styles.odd_strings(package, limits)
                issues = ooxml.embedded_issues(package, limits)
        try:
            book = CalamineWorkbook.from_path(path)
        except PasswordError:
            raise refuse("file-password") from None
        except (CalamineError, OSError, ValueError):
            raise containers.damaged() from None
        opened = cls(path, kind, limits, book, package, old, binary, parts, styles, strings, merged, surveys, issues)
        for meta in book.sheets_metadata:
            if meta.visible != SheetVisibleEnum.Visible:
                opened.hidden.append(meta.name)
            elif meta.typ == SheetTypeEnum.WorkSheet:
                opened.visible.append(meta.name)
        return opened

    def choose(self, wanted: str | int | None) -> tuple[str, CalamineSheet]:
        """The sheet to read; CannotRead ``sheet-missing``, ``sheet-choose`` or, where all are empty, ``file-empty``."""
        if wanted is not None:
            name = self._named(wanted)
            return name, self.load(name)
        filled: list[str] = []
        kept: tuple[str, CalamineSheet] | None = None
        for name in self.visible:
            sheet = self.load(name)
            if sheet.height and not is_guide(_first_cell(sheet)):
                filled.append(name)
                # No more than one of them is held.
                kept = (name, sheet) if kept is None or kept[0] not in with_data(filled) else kept
        if kept is None:
            raise refuse("file-empty")
        if len(several := with_data(filled)) > 1:
            raise refuse("sheet-choose", sheets=_SEPARATOR.join(several))
        return kept

    def _named(self, wanted: str | int) -> str:
        if isinstance(wanted, str):
            for name in (*self.visible, *self.hidden):
                if name == wanted or name.strip() == wanted.strip():
                    return name
        if isinstance(wanted, int) or wanted.isdecimal():
            number = int(wanted)
            if 1 <= number <= len(self.visible):
                return self.visible[number - 1]
        raise refuse("sheet-missing", sheet=wanted, sheets=_SEPARATOR.join(self.visible))

    def load(self, name: str) -> CalamineSheet:
        """Load one sheet whole; its extent is looked at first where that can be done."""
        if self.package is not None and name in self.parts:
            self.surveys[name] = ooxml.survey(
                self.package, self.parts[name], name, self.styles, self.strings, self.limits
            )
        elif self.old is not None:
            self.surveys[name] = self.old.survey(name)
        elif self.binary is not None:
            self.surveys[name], self.merged[name] = self.binary.survey(name)
        try:
            sheet = self.book.get_sheet_by_name(name)
        except (CalamineError, OSError, ValueError):
            raise containers.damaged() from None
        if sheet.total_height * sheet.total_width > self.limits.cells:
            raise refuse("cells-too-many", sheet=name, limit=self.limits.cells)
        self._preview(name, sheet)
        return sheet

    def _preview(self, name: str, sheet: CalamineSheet) -> None:
        """Note the size and the first rows of a sheet that was loaded."""
        try:
            texts = _Rows(sheet, self.spans(name, sheet), {}, self.limits).texts()
            head = reading_notes.head_of((number, None, trimmed(cells)) for number, cells in enumerate(texts, 1))
        except CannotRead:
            head = ()
        top, left = sheet.start or (0, 0)
        self.previews[name] = reading_notes.SheetPreview(
            name, top + sheet.height, left + sheet.width, name in self.hidden, head
        )

    def looks(self) -> list[reading_notes.SheetPreview]:
        """Every sheet as far as it was looked at, in the order of the workbook."""
        bare = {name: reading_notes.SheetPreview(name, None, None, name in self.hidden, ()) for name in self.hidden}
        unseen = {name: reading_notes.SheetPreview(name, None, None, False, ()) for name in self.visible}
        return list((unseen | bare | self.previews).values())

    def spans(self, name: str, sheet: CalamineSheet) -> list[CellSpan]:
        """The merged ranges of a sheet."""
        if name in self.merged:
            return self.merged[name]
        return [(*first, *last) for first, last in sheet.merged_cell_ranges or ()]

    def errors(self, name: str) -> Errors:
        """The cells that the reader tells otherwise than they are seen: errors above all, which it gives as empty."""
        survey = self.surveys.get(name, SheetSurvey())
        more: Errors = {}
        if self.old is not None:
            more = self.old.error_cells(name)
        elif self.package is not None and name in self.parts and survey.odd:
            more, struck = ooxml.odd_cells(self.package, self.parts[name], self.styles.odd, self.limits)
            survey.struck |= struck
        for row, cells in more.items():
            survey.seen.setdefault(row, {}).update(cells)
        return survey.seen


def _is_ole(path: Path) -> bool:
    """Whether this is an OLE workbook; CannotRead when it is one encrypted or something else in OLE."""
    with path.open("rb") as file:
        if file.read(4) != b"\xd0\xcf\x11\xe0":
            return False
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            if data.find("EncryptedPackage".encode("utf-16-le")) >= 0:
                raise refuse("file-password")
            if not any(data.find(name.encode("utf-16-le")) >= 0 for name in ("Workbook\0", "Book\0")):
                raise format_refused(path.suffix.lower(), Label("سند دیگر آفیس", "another Office document"))
            if path.suffix.lower() in (".xlsx", ".xlsm", ".xlsb"):
                raise format_refused(path.suffix.lower(), Label("XLS", "XLS"))
    return True


def _first_cell(sheet: CalamineSheet) -> object:
    """What stands in A1."""
    if sheet.start != (0, 0):
        return None
    return next((row[0] for row in sheet.iter_rows()), None)


class _Rows:
    """The rows of one sheet as text, from row 1 and column A on, only the first cell of a merged range filled."""

    def __init__(self, sheet: CalamineSheet, spans: Sequence[CellSpan], errors: Errors, limits: IntakeLimits) -> None:
        self._sheet, self._errors = sheet, errors
        self._left = sheet.start[1] if sheet.start else 0
        self._width = self._left + sheet.width
        self.fractions: set[int] = set()
        """The 0-based columns of the rows so far that hold a number which is not whole."""
        # What is merged beyond the last column has no cells.
        self._spans = sorted((span for span in spans if span[1] < self._width), reverse=True)
        if self._left >= limits.columns:
            raise refuse("columns-too-many", row=sheet.start[0] + 1 if sheet.start else 1, limit=limits.columns)

    def texts(self) -> Iterator[list[str]]:
        """Every row in order, blank ones included."""
        pad = [""] * self._left
        active: list[CellSpan] = []
        last = max(self._errors, default=-1)
        number = -1
        whole = list(range(self._sheet.width))
        for number, row in enumerate(self._sheet.iter_rows()):
            cells = pad + [cell_text(value) for value in row]
            if some := [at for at in whole if isinstance(value := row[at], float) and value % 1]:
                self.fractions.update(self._left + column for column in some)
                whole = [column for column in whole if column not in some]
            yield self._finish(number, cells, active)
        for beyond in range(number + 1, last + 1):
            yield self._finish(beyond, [], active)

    def _finish(self, number: int, cells: list[str], active: list[CellSpan]) -> list[str]:
        if number in self._errors:
            for column, text in self._errors[number].items():
                if column >= len(cells):
                    cells.extend([""] * (column + 1 - len(cells)))
                cells[column] = text
        while self._spans and self._spans[-1][0] <= number:
            active.append(self._spans.pop())
        if active:
            active[:] = [span for span in active if span[2] >= number]
            if sum(min(span[3] + 1, self._width) - span[1] for span in active) > MOST_OVERLAPS * self._width:
                raise containers.damaged()
            for top, left, _bottom, right in active:
                for column in range(left if number > top else left + 1, min(right + 1, len(cells))):
                    cells[column] = ""
        return cells


# --- the text of a cell, the same on every machine --------------------------------------------------------------------


def cell_text(value: CellValue) -> str:
    """Strings as they are, numbers without exponent below 10^15 and with it above, dates in ISO 8601, TRUE or FALSE."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    if isinstance(value, timedelta):
        return _duration(value)
    return value.isoformat()


def _number(value: float) -> str:
    if not math.isfinite(value):
        return str(value)
    if abs(value) >= LOST_FROM:
        return f"{Decimal(repr(value)).normalize():e}"
    if value.is_integer():
        return str(int(value))
    plain = repr(value)
    return f"{Decimal(plain):f}" if "e" in plain else plain


def number_text(text: str) -> str:
    """A number as some XML of a workbook spells it: plain digits as they are, those with an exponent without it."""
    return _number(float(text)) if _EXPONENT.fullmatch(text) else text


def _duration(value: timedelta) -> str:
    """ISO 8601 with days, hours, minutes and seconds: ``P1DT2H3M4S``; a leading minus for a negative one."""
    sign = "-" if value < timedelta() else ""
    value = abs(value)
    hours, rest = divmod(value.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    exact = f"{seconds}.{value.microseconds:06d}".rstrip("0") if value.microseconds else str(seconds)
    return f"{sign}P{value.days}DT{hours}H{minutes}M{exact}S" if value.days else f"{sign}PT{hours}H{minutes}M{exact}S"
