"""Raw rows of text on their way into Parquet, one by one or in batches, and in SQL how to read them back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ayan.core.intake.issues import refuse
from ayan.core.intake.limits import (
    LARGEST_DICTIONARY,
    MOST_DICTIONARY_TEXTS,
    MOST_LAST_ROWS,
    RAW_GROUP_BYTES,
    RAW_GROUP_ROWS,
)
from ayan.core.intake.table import IntakeLimits
from ayan.core.values.sql import literal

BATCH_ROWS: Final = 16_384
BATCH_CHARS: Final = 8_000_000


def has_wildcard(path: Path) -> bool:
    """Whether DuckDB might take ``path`` for a pattern and read other files than this one."""
    return any(sign in str(path) for sign in "*?[\\")


def column_names(width: int) -> list[str]:
    """The column names c1 … c``width``."""
    return [f"c{index}" for index in range(1, width + 1)]


class RawWriter:
    """Takes rows of cells one by one; a row wider than those before opens a further part with more columns.

    ``width`` ends up as the widest row's last filled cell, never less than it was at the start; ``tail`` are the last
    rows with their numbers.
    """

    def __init__(self, folder: Path, width: int, limits: IntakeLimits, stem: str = "raw") -> None:
        self.width = self._first = max(1, width)
        self.rows = 0
        self.parts: list[Path] = []
        self.tail: list[tuple[int, Sequence[str]]] = []
        self._folder, self._stem, self._limits = folder, stem, limits
        self._room = self.width
        self._writer: pq.ParquetWriter | None = None
        self._schema = pa.schema([])
        self._numbers: list[int] = []
        self._lines: list[int | None] = []
        self._cells: list[Sequence[str]] = []
        self._chars = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if kind is None:
            self.close()
        elif self._writer is not None:
            self._writer.close()

    def add(self, row: int, line: int | None, cells: list[str]) -> None:
        """Write one record; ``cells`` is taken over. Raises CannotRead when it is wider than the limit."""
        size = len(cells)
        if size > self.width:
            while size > self.width and not cells[size - 1]:
                size -= 1
            if size > self.width:
                self._widen(row, size)
            del cells[size:]
        if size < self._room:
            cells.extend([""] * (self._room - size))
        self._numbers.append(row)
        self._lines.append(line)
        self._cells.append(cells)
        self._chars += sum(map(len, cells))
        if len(self._numbers) >= BATCH_ROWS or self._chars >= BATCH_CHARS:
            self._flush()

    def close(self) -> None:
        """Write what is left; a table without rows still gets its file."""
        if self._numbers or not self.parts:
            self._flush()
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    @property
    def relation(self) -> str:
        """The table expression that reads the rows back in order."""
        files = ", ".join(literal(str(part)) for part in self.parts)
        options = ", union_by_name = true" if len(self.parts) > 1 else ""
        chosen = ", ".join(["_row", "_line", *column_names(self.width)])
        return f"(SELECT {chosen} FROM read_parquet([{files}]{options}))"

    def _widen(self, row: int, size: int) -> None:
        if size > self._limits.columns:
            raise refuse("columns-too-many", row=row, limit=self._limits.columns)
        if size > self._room:
            if self._numbers:
                self._flush()
            if self._writer is not None:
                self._writer.close()
                self._writer = None
            # Doubling the surplus keeps the number of parts small however the rows grow.
            self._room = min(self._limits.columns, size + (size - self._first))
        self.width = size

    def _flush(self) -> None:
        if not self._numbers and self.parts:
            return
        if self._writer is None:
            self._open()
        writer = self._writer
        if writer is None:
            raise RuntimeError("the part was not opened")
        columns: list[pa.Array[Any]] = [pa.array(self._numbers, pa.int64()), pa.array(self._lines, pa.int64())]
        for cells in list(zip(*self._cells, strict=True)) or [()] * self._room:
            if self._chars > self._limits.cell_chars:
                self._measure(cells)
            columns.append(pa.array([cell or None for cell in cells], pa.string()))
        writer.write_table(pa.Table.from_arrays(columns, schema=self._schema))
        last = zip(self._numbers[-MOST_LAST_ROWS:], self._cells[-MOST_LAST_ROWS:], strict=True)
        self.tail = [*self.tail, *last][-MOST_LAST_ROWS:]
        self.rows += len(self._numbers)
        self._numbers, self._lines, self._cells, self._chars = [], [], [], 0

    def _measure(self, cells: Sequence[str]) -> None:
        limit = self._limits.cell_chars
        for at, cell in enumerate(cells):
            if len(cell) > limit:
                line = self._lines[at]
                raise refuse("cell-too-long", line=self._numbers[at] if line is None else line, limit=limit)

    def _open(self) -> None:
        part = self._folder / f"{self._stem}-{len(self.parts) + 1}.parquet"
        kinds: dict[str, pa.DataType] = {"_row": pa.int64(), "_line": pa.int64()}
        kinds.update(dict.fromkeys(column_names(self._room), pa.string()))
        self._schema = pa.schema(kinds)
        # The file is read once or twice and thrown away: fast codec, no dictionaries.
        self._writer = pq.ParquetWriter(part, self._schema, compression="lz4", use_dictionary=False)
        self.parts.append(part)


# --- batches: counted as they pass, the texts of a column kept once where they are few --------------------------------


class CellCopy:
    """Writes batches of ``width`` columns of text, in their order, to the Parquet file ``path``.

    Counts ``records``, the ``blank`` ones among them, and of each column its ``filled`` cells and the ``bytes`` of
    their text. A column ``c<i>`` that repeats few texts has ``k<i>`` beside it: the place of its text in
    ``repeated[i]``, from 1; an empty cell has 0.
    """

    def __init__(self, path: Path, width: int) -> None:
        self.records = self.blank = 0
        self.filled = [0] * width
        self.bytes = [0] * width
        self.repeated: dict[int, pa.StringArray] = {}
        self._path, self._width = path, width
        self._coded: list[int] = []
        self._schema = pa.schema([])
        self._writer: pq.ParquetWriter | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._writer is not None:
            self._writer.close()

    def take(self, batches: Iterable[pa.RecordBatch]) -> None:
        """Write and count all of them, while the next ones are being read."""
        waiting: list[pa.RecordBatch] = []
        rows = size = 0
        with ThreadPoolExecutor(1) as threads:
            written = threads.submit(lambda: None)
            for batch in batches:
                waiting.append(batch)
                rows += batch.num_rows
                size += batch.nbytes
                if rows >= RAW_GROUP_ROWS or size >= RAW_GROUP_BYTES:
                    # One group is written at a time, so that no more than two are held.
                    written.result()
                    written = threads.submit(self._write, waiting, rows)
                    waiting, rows, size = [], 0, 0
            written.result()
            if rows:
                self._write(waiting, rows)

    def _write(self, batches: Sequence[pa.RecordBatch], rows: int) -> None:
        # Left in their batches: to put them together first costs as much as to write half of them.
        columns: list[Any] = pa.Table.from_batches(batches).columns
        self._count(columns, rows)
        writer = self._writer or self._open(columns, rows)
        codes = []
        for number in self._coded:
            columns[number - 1] = columns[number - 1].combine_chunks().dictionary_encode()
            codes.append(self._codes(number, columns[number - 1]))
        writer.write_table(pa.Table.from_arrays([*columns, *codes], schema=self._schema), row_group_size=rows)

    def _count(self, columns: Sequence[Any], rows: int) -> None:
        self.records += rows
        for at, column in enumerate(columns):
            self.filled[at] += rows - column.null_count
            self.bytes[at] += pc.sum(pc.binary_length(column)).as_py() or 0
        if all(column.null_count for column in columns):
            blank: Any = reduce(pc.and_, map(pc.is_null, columns))
            self.blank += pc.sum(blank).as_py()

    def _open(self, columns: Sequence[Any], rows: int) -> pq.ParquetWriter:
        few = min(MOST_DICTIONARY_TEXTS, rows // 4)
        self._coded = [number for number, column in enumerate(columns, 1) if len(column.unique()) <= few]
        self.repeated = {number: pa.array([], pa.string()) for number in self._coded}
        kinds: dict[str, pa.DataType] = dict.fromkeys(column_names(self._width), pa.string())
        kinds |= {f"c{number}": pa.dictionary(pa.int32(), pa.string()) for number in self._coded}
        self._schema = pa.schema(kinds | {f"k{number}": pa.int32() for number in self._coded})
        texts: Any = [f"c{number}" for number in self._coded]  # its stubs know all or none only
        # The file is read once or twice and thrown away.
        self._writer = pq.ParquetWriter(
            self._path, self._schema, compression="lz4", use_dictionary=texts, write_statistics=False
        )
        return self._writer

    def _codes(self, number: int, column: Any) -> pa.Array[Any]:
        """The places of the cells' texts; a column whose texts turn out to be many is no longer among the repeated."""
        if number not in self.repeated:
            return pa.nulls(len(column), pa.int32())
        texts = column.dictionary
        places = pc.index_in(texts, value_set=self.repeated[number])
        if places.null_count:
            more: Any = pa.concat_arrays([self.repeated[number], texts.filter(places.is_null())])
            if len(more) > MOST_DICTIONARY_TEXTS or more.nbytes > LARGEST_DICTIONARY:
                del self.repeated[number]
                return pa.nulls(len(column), pa.int32())
            self.repeated[number] = more
            places = pc.index_in(texts, value_set=more)
        codes: pa.Array[Any] = pc.add(places.take(column.indices), 1).fill_null(0).cast(pa.int32())
        return codes
