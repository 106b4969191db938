"""A raw table: the text of every cell with its address, before anything is judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Literal

import pyarrow as pa

from ayan.core.intake.limits import (
    FILE_MEMORY,
    LARGEST_FILE,
    LARGEST_UNPACKED,
    LONGEST_CELL,
    LONGEST_NAME,
    MOST_CELLS,
    MOST_COLUMNS,
    WORKBOOK_SECONDS,
)
from ayan.core.schema.issue import Issue
from ayan.core.schema.steps.step import STRIDE, RowPlace, file_row
from ayan.core.values.money_unit_names import NamedUnit

NO_LETTER: Final = "–"
"""The letter of a column that the file does not have: its cells come of headers, or of names of sheets."""

_ZWNJ: Final = "\u200c"
StatedPlace = Literal["header", "title", "note", "format", "sheet", "file", "download"]


def printable_name(text: str) -> str:
    """A name from outside (of a file, a sheet, a column) as it may be shown and published.

    One line of at most 200 characters, without control and direction marks and without bytes that are no text: such a
    name could command a terminal, turn a page around, or stop a manifest from being written.
    """
    plain = "".join(sign if sign.isprintable() or sign == _ZWNJ else " " for sign in text)
    plain = " ".join(plain.split())
    return plain if len(plain) <= LONGEST_NAME else plain[: LONGEST_NAME - 1] + "…"


@dataclass(frozen=True, slots=True)
class IntakeLimits:
    """What reading one file may cost; reaching a limit is a refusal, never a crash.

    ``bytes`` of the file on disk, ``unpacked`` bytes of a zipped workbook, ``cells`` of one sheet, ``columns`` of one
    table, ``cell_chars`` of one cell, ``seconds`` of processor that a workbook or a GeoJSON file may use (on the clock
    twice as many), ``memory`` bytes of address growth.
    """

    bytes: int = LARGEST_FILE
    unpacked: int = LARGEST_UNPACKED
    cells: int = MOST_CELLS
    columns: int = MOST_COLUMNS
    cell_chars: int = LONGEST_CELL
    seconds: float = WORKBOOK_SECONDS
    memory: int = FILE_MEMORY


@dataclass(frozen=True, slots=True)
class RawColumn:
    """One column as the file has it: 1-based ``index``, spreadsheet ``letter``, header text ("parent › child")."""

    index: int
    letter: str
    header: str

    @property
    def address(self) -> str:
        """The column as an issue names it: its letter and, where there is one, its header."""
        return f"{self.letter} {self.header}".rstrip()


@dataclass(frozen=True, slots=True)
class UnitMention:
    """One place that names a unit; ``column`` is the 1-based column that it speaks of, None for the whole table.

    ``row`` is where it stands, for a title or note. A cell that is shown divided by a thousand, or by more, holds so
    many ``thousands`` times what its reader sees; then ``named`` may say nothing.
    """

    place: StatedPlace
    named: NamedUnit
    column: int | None = None
    row: int | None = None
    thousands: int = 0

    def as_json(self) -> dict[str, Any]:
        """The mention as it may be kept."""
        return asdict(self)

    @classmethod
    def from_json(cls, table: Mapping[str, Any]) -> UnitMention:
        """The mention that `as_json` wrote."""
        return cls(**{**table, "named": NamedUnit(**table["named"])})


@dataclass(frozen=True, slots=True, kw_only=True)
class StepNote:
    """What one layout step did: the step as declared, rows before and after, rows left out, cells filled.

    ``headers`` and ``first`` are the table after it: the first rows, each with its number in the file and its cells.
    """

    step: Mapping[str, Any]
    rows_before: int
    rows_after: int
    left: int = 0
    filled: int = 0
    headers: tuple[str, ...] = ()
    first: tuple[tuple[Any, ...], ...] = ()

    def summary(self) -> dict[str, Any]:
        """What may be told to everybody: the step and its counts, no cell."""
        counts = {"rows_before": self.rows_before, "rows_after": self.rows_after}
        return {**self.step, **counts, "rows_left_out": self.left, "cells_filled": self.filled}

    @classmethod
    def from_json(cls, table: Mapping[str, Any]) -> StepNote:
        """The note that its JSON tells of."""
        rows = tuple(tuple(row) for row in table["first"])
        return cls(**{**table, "headers": tuple(table["headers"]), "first": rows})


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """What was found about the file itself, reported and never silent.

    ``mentions`` are the places around its table, and the number formats, that name a unit of money; ``steps`` what was
    done to the table before its columns were matched, and ``titles`` the headers that the file itself has then.
    ``fractions`` are the letters of columns in which a workbook keeps numbers that are not whole.
    """

    name: str
    sha256: str
    bytes: int
    format: str
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    header_row: int | None = None
    mentions: tuple[UnitMention, ...] = ()
    steps: tuple[StepNote, ...] = ()
    titles: tuple[str, ...] = ()
    fractions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RawTable:
    """The rows of one sheet or text file.

    ``relation`` is a SQL table expression for DuckDB that yields ``_row BIGINT`` (record number as a spreadsheet
    shows it), ``_line BIGINT`` (line of a text file, NULL otherwise) and ``c1 … cN VARCHAR`` (NULL = empty cell), in
    file order, data records only (header rows and wholly blank records left out). ``files`` are the paths it reads.
    ``width`` may exceed the number of headers: then the surplus columns carry an empty header. ``rows`` counts the
    records. Where it ``leaves`` rows out by somebody's decision, ``relation`` also yields ``_left BOOLEAN``.
    ``repeated`` gives the texts of columns that are known to repeat few: then ``relation`` also has
    ``k<index>``, the place of the cell's text among them, from 1, and 0 for an empty cell. ``full`` are columns that
    are known to have no empty cell. Where steps made several rows of one, or one table of several sheets, ``places``
    say by ``_row // STRIDE`` where a row comes from, and ``_row % STRIDE`` is its row there.
    """

    columns: tuple[RawColumn, ...]
    relation: str
    files: tuple[Path, ...]
    rows: int
    facts: FileFacts
    issues: tuple[Issue, ...] = ()
    leaves: bool = False
    repeated: Mapping[int, pa.StringArray] = field(default_factory=dict)
    full: frozenset[int] = frozenset()
    places: tuple[RowPlace, ...] = ()

    @property
    def titles(self) -> tuple[str, ...]:
        """The headers of the file, before any step."""
        return self.facts.titles or tuple(column.header for column in self.columns)

    def in_file(self, issue: Issue) -> Issue:
        """An issue with the sheet, row and column of the file; its ``record`` keeps the row of the table."""
        if not self.places or issue.row is None or issue.record is not None:
            return issue
        place = self.places[issue.row // STRIDE]
        columns = {column.address: place.columns.get(column.index) for column in self.columns}
        address = columns.get(issue.column) if issue.column else None
        return replace(
            issue,
            record=issue.row,
            row=file_row(issue.row),
            sheet=place.sheet or issue.sheet,
            column=" ".join(address).strip() if address else issue.column,
        )
