"""CSV and its kin: an exact reader for any such file, and a fast one for large files proven to be regular."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple, TextIO

import duckdb
import pyarrow as pa

from ayan.core.intake.file_bytes import CHUNK, Scan
from ayan.core.intake.header import HeaderLayout, key, letter, trimmed
from ayan.core.intake.issues import refuse
from ayan.core.intake.limits import LONGEST_LINE, LONGEST_RECORD, MOST_BROKEN, MOST_LAST_ROWS, TEXT_BUFFER_BYTES
from ayan.core.intake.raw_parquet import CellCopy, RawWriter, column_names, has_wildcard
from ayan.core.intake.table import IntakeLimits
from ayan.core.schema.issue import Issue
from ayan.core.system.duckdb import confined
from ayan.core.values.sql import literal

DELIMITERS: Final = (",", ";", "\t", "|")
# Below this the exact reader is done before the proof of regularity would be.
FAST_FROM: Final = 4 * 1024 * 1024
# Records that DuckDB hands over at once.
_BATCH: Final = 2_048
_SAMPLE: Final = 200
_TOLD_EVERY: Final = 50_000


@dataclass(frozen=True, slots=True)
class DecodedText:
    """A UTF-8 text: where it is, how many bytes of marks stand before it, and its delimiter."""

    path: Path
    start: int
    delimiter: str


class DelimitedRecord(NamedTuple):
    """One record: its number and the line it begins on, both from 1, and its cells.

    ``quoted`` says whether there is a quote in its text, ``open_end`` whether its last line is not ended.
    """

    number: int
    line: int
    cells: list[str]
    quoted: bool = False
    open_end: bool = False


@dataclass(frozen=True, slots=True)
class DelimitedRows:
    """What a reader found: a table expression, the files behind it, its width and count, and the short rows.

    ``repeated`` and ``full`` are as in :class:`~ayan.core.intake.table.RawTable`; ``tail`` are the last records with
    their numbers, ``issues`` what was noticed of single ones.
    """

    relation: str
    files: tuple[Path, ...]
    width: int
    rows: int
    short: int = 0
    repeated: Mapping[int, pa.StringArray] = field(default_factory=dict)
    full: frozenset[int] = frozenset()
    tail: Sequence[tuple[int, Sequence[str]]] = ()
    issues: tuple[Issue, ...] = ()


class _Lines:
    """The lines of a stream; knows whether the stream has ended and refuses a record without end."""

    def __init__(self, stream: TextIO, limits: IntakeLimits) -> None:
        self.ended = self.quoted = self.open_end = False
        self.spent = 0
        self.read = 0
        self._stream, self._limits = stream, limits

    def __iter__(self) -> Iterator[str]:
        while line := self._stream.readline(LONGEST_RECORD):
            self.read += 1
            self.spent += len(line)
            self.quoted = self.quoted or '"' in line
            self.open_end = not line.endswith(("\n", "\r"))
            if self.spent >= LONGEST_RECORD:
                raise refuse("cell-too-long", line=self.read, limit=self._limits.cell_chars)
            yield line
        self.ended = True


def records(
    text: DecodedText, limits: IntakeLimits, tell: Callable[[float], None] | None = None
) -> Iterator[DelimitedRecord]:
    """The records of a text, blank ones included, by the rules of Python's ``csv`` (RFC 4180 and its habits).

    ``tell`` is told now and then which share of the bytes is read.
    Raises CannotRead for a quote that is never closed and for cells beyond the limit; UnicodeDecodeError for bytes
    that are not UTF-8.
    """
    csv.field_size_limit(max(csv.field_size_limit(), limits.cell_chars))
    with text.path.open("rb") as file:
        file.seek(text.start)
        lines = _Lines(io.TextIOWrapper(file, encoding="utf-8", newline=""), limits)
        reader = csv.reader(iter(lines), delimiter=text.delimiter)
        number, line, size = 0, 1, max(1, text.path.stat().st_size)
        try:
            for cells in reader:
                number += 1
                if lines.ended:
                    # A record that is only complete because the file is: its last quote stands open.
                    raise refuse("quote-open", line=line)
                yield DelimitedRecord(number, line, cells, lines.quoted, lines.open_end)
                lines.spent, lines.quoted = 0, False
                if tell is not None and not number % _TOLD_EVERY:
                    tell(file.tell() / size)
                line = reader.line_num + 1
        except csv.Error:
            raise refuse("cell-too-long", line=line, limit=limits.cell_chars) from None


def find_delimiter(sample: str, known: Collection[str], preferred: str = ",") -> str:
    """The delimiter under which most known titles appear in one row, else the records are widest and most alike."""
    keys = {key(header) for header in known} - {""}
    best, chosen = (0, 0.0), preferred
    for delimiter in (preferred, *(other for other in DELIMITERS if other != preferred)):
        rows = _sampled(sample, delimiter)
        widths = [len(row) for row in rows]
        usual = max(set(widths), key=lambda width: (widths.count(width), width), default=1)
        # Squared, so that commas in half of the cells do not pass for a delimiter.
        likeness = (usual - 1) * (widths.count(usual) / max(1, len(widths))) ** 2
        titles = max((sum(key(cell) in keys for cell in row[:_SAMPLE]) for row in rows), default=0) if keys else 0
        if (titles, likeness) > best:
            best, chosen = (titles, likeness), delimiter
    return chosen


def _sampled(sample: str, delimiter: str) -> list[list[str]]:
    """The first records of a sample that are not blank, up to the first that the reader refuses."""
    sampled: list[list[str]] = []
    with suppress(csv.Error):
        for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter):
            if len(sampled) == _SAMPLE:
                break
            if any(row):
                sampled.append(row)
    return sampled


def exact(
    text: DecodedText,
    layout: HeaderLayout,
    workdir: Path,
    limits: IntakeLimits,
    tell: Callable[[float], None] | None = None,
) -> DelimitedRows:
    """Read any text, record by record, into raw Parquet; some two hundred thousand records a second."""
    expected = len(trimmed(layout.headers))
    short, noticed = 0, _Noticed(layout.headers, text.delimiter)
    with RawWriter(workdir, expected, limits) as writer:
        for record in records(text, limits, tell):
            cells = record.cells
            if record.number < layout.data_row or not any(cells):
                continue
            if len(cells) < expected:
                short += 1
                if record.open_end:
                    noticed.cut(record)
            if record.quoted:
                noticed.quoted(record)
            writer.add(record.number, record.line, cells)
    files = tuple(writer.parts)
    issues = noticed.issues()
    return DelimitedRows(writer.relation, files, writer.width, writer.rows, short, tail=writer.tail, issues=issues)


class _Noticed:
    """What is odd about single records of a text: quotes that do not match, and a last line that breaks off."""

    def __init__(self, headers: Sequence[str], delimiter: str) -> None:
        self._headers, self._delimiter = headers, delimiter
        self._broken: list[Issue] = []
        self._count = 0
        self._cut: Issue | None = None

    def quoted(self, record: DelimitedRecord) -> None:
        """Look at the cells of a record with quotes: one alone, or what looks like further records within a cell."""
        for column, cell in enumerate(record.cells, 1):
            lines = cell.split("\n")
            # A sentence has commas too; parts of records have them on both sides of a line end, and enough of them.
            parted = len(lines) > 1 and self._delimiter in lines[0] and self._delimiter in lines[-1]
            swallowed = parted and cell.count(self._delimiter) >= max(1, len(self._headers) - 1)
            if cell.count('"') % 2 or swallowed:
                self._count += 1
                if len(self._broken) < MOST_BROKEN:
                    header = self._headers[column - 1] if column <= len(self._headers) else ""
                    address = f"{letter(column)} {header}".rstrip()
                    self._broken.append(
                        Issue(code="quotes-broken", row=record.number, line=record.line, column=address)
                    )

    def cut(self, record: DelimitedRecord) -> None:
        """The last record has fewer cells than the header, and its line is not ended."""
        column = max(1, len(record.cells))
        address = f"{letter(column)} {self._headers[column - 1]}".rstrip()
        self._cut = Issue(code="last-line-cut", row=record.number, line=record.line, column=address)

    def issues(self) -> tuple[Issue, ...]:
        """All of it, broken quotes beyond the first as one count."""
        more = self._count - len(self._broken)
        rest = [Issue(code="quotes-broken", count=more)] if more else []
        return (*self._broken, *rest, *([self._cut] if self._cut else []))


def fast(
    text: DecodedText,
    layout: HeaderLayout,
    head: Sequence[DelimitedRecord],
    counted: Future[Scan],
    workdir: Path,
    limits: IntakeLimits,
) -> DelimitedRows | None:
    """Let DuckDB read the file, if it provably reads what :func:`exact` would; None where that is not so.

    The cells are copied once to Parquet: row numbers then come from the file itself, where a window function would
    hold every later step to one thread, and where a column repeats few texts these are known, so each is read once.

    The proof: every line is one record of the same width, and every byte of the file is accounted for as cell text,
    delimiter, quote or line end, so nothing was skipped, trimmed or merged.
    """
    before = layout.data_row - 1
    after = [record for record in head if record.number > before]
    skipped = head[:before]
    if not after or len(skipped) < before or any(record.line != record.number for record in [*skipped, after[0]]):
        return None
    if (text.start and not before) or limits.cell_chars < IntakeLimits().cell_chars or has_wildcard(text.path):
        return None
    width = len(after[0].cells)
    if not len(trimmed(layout.headers)) <= width <= limits.columns:
        return None
    source = _in_place(text, before, width)
    copy = workdir / "raw-copy.parquet"
    cells = _prove(text, source, copy, before, width, counted)
    if cells is None:
        copy.unlink(missing_ok=True)
        return None
    kept = max([len(trimmed(layout.headers)), 1, *(index for index, filled in enumerate(cells.filled, 1) if filled)])
    where = f" WHERE coalesce({', '.join(column_names(width))}) IS NOT NULL" if cells.blank else ""
    number = f"file_row_number + {before + 1}"
    repeated = {index: texts for index, texts in cells.repeated.items() if index <= kept}
    chosen = ", ".join([*column_names(kept), *(f"k{index}" for index in repeated)])
    relation = (
        f"(SELECT {number} AS _row, {number} AS _line, {chosen} "
        f"FROM read_parquet({literal(str(copy))}, file_row_number = true){where})"
    )
    rows = cells.records - cells.blank
    full = frozenset(index for index, filled in enumerate(cells.filled[:kept], 1) if filled == rows)
    tail = _last_records(text, before + cells.records)
    return DelimitedRows(relation, (copy,), kept, rows, repeated=repeated, full=full, tail=tail)


def _last_records(text: DecodedText, lines: int) -> list[tuple[int, Sequence[str]]]:
    """The last records of a file of so many ``lines``, each of which is one."""
    with text.path.open("rb") as file:
        file.seek(max(text.start, text.path.stat().st_size - LONGEST_LINE))
        ends = file.read().decode("utf-8", "replace").splitlines()[1:][-MOST_LAST_ROWS:]
    return list(enumerate(csv.reader(ends, delimiter=text.delimiter), lines - len(ends) + 1))


def _in_place(text: DecodedText, before: int, width: int) -> str:
    """The call by which DuckDB reads the file where it stands, with nothing left to its guesses."""
    types = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in column_names(width))
    return (
        f"read_csv({literal(str(text.path))}, auto_detect = false, header = false, skip = {before}, "
        f"delim = {literal(text.delimiter)}, quote = '\"', escape = '\"', strict_mode = true, columns = {{{types}}}, "
        f"max_line_size = {LONGEST_LINE}, buffer_size = {TEXT_BUFFER_BYTES})"
    )


def _prove(
    text: DecodedText, source: str, copy: Path, before: int, width: int, counted: Future[Scan]
) -> CellCopy | None:
    """Copy the cells; what was copied if that is proven exact, else None."""
    try:
        with confined(paths=[text.path]) as base:
            with CellCopy(copy, width) as cells:
                cells.take(base.sql(f"FROM {source}").to_arrow_reader(_BATCH))
            whole = counted.result()
            if not _one_line_each(whole, before + cells.records):
                return None
            with text.path.open("rb") as file:
                head = b"".join(islice(file, before))
            ends = (whole.lf - before) * (2 if whole.crlf else 1)
            known = len(head) + sum(cells.bytes) + cells.records * (width - 1) + ends
            marks = whole.quotes - head.count(b'"')
            # Bytes that are neither cell text nor delimiter nor line end must be the quotes around and within cells.
            # DuckDB also drops spaces beside quotes; where there are none, equal sums leave nothing dropped.
            if whole.spaced or whole.size - known != marks:
                marks -= _quotes_kept(base, source, column_names(width))
            if whole.size - known != marks or (whole.spaced and _reopens(text)):
                return None
    except (duckdb.Error, pa.ArrowException):
        return None
    return cells


def _one_line_each(whole: Scan, records: int) -> bool:
    """Whether the lines of the file, all ended alike, are as many as the records."""
    return whole.nul_line is None and not whole.cr and whole.crlf in (0, whole.lf) and whole.lines == records


def _reopens(text: DecodedText) -> bool:
    """Whether a cell may be quoted, closed and quoted again after spaces, which the two readers take differently."""
    opening = re.escape(text.delimiter.encode("utf-8")) + rb"\r\n"
    again = re.compile(rb'"(?<![' + opening + rb']") +"')
    tail = b"\n"
    with text.path.open("rb") as file:
        file.seek(text.start)
        while chunk := file.read(CHUNK):
            piece = tail + chunk
            if again.search(piece):
                return True
            tail = piece[piece.rfind(b"\n") :]
    return False


def _quotes_kept(base: duckdb.DuckDBPyConnection, source: str, columns: Sequence[str]) -> int:
    """How many quotes are part of the cells' text."""
    marks = " + ".join(f"coalesce(strlen({name}) - strlen(replace({name}, '\"', '')), 0)" for name in columns)
    row = base.execute(f"SELECT coalesce(sum({marks}), 0)::BIGINT FROM {source}").fetchone()
    return int(row[0]) if row else 0
