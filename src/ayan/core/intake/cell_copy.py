"""Cells on their way into Parquet: counted as they pass, and the texts of a column kept once where they are few."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ayan.core.intake.raw import names

GROUP_ROWS: Final = 61_440
GROUP_BYTES: Final = 64 * 1024 * 1024
# Beyond so many different texts, looking one up costs as much as reading the cell.
FEW: Final = 8_192
FEW_BYTES: Final = 4 * 1024 * 1024


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
        """Write and count all of them."""
        waiting: list[pa.RecordBatch] = []
        rows = size = 0
        for batch in batches:
            waiting.append(batch)
            rows += batch.num_rows
            size += batch.nbytes
            if rows >= GROUP_ROWS or size >= GROUP_BYTES:
                self._write(waiting, rows)
                waiting, rows, size = [], 0, 0
        if rows:
            self._write(waiting, rows)

    def _write(self, batches: Sequence[pa.RecordBatch], rows: int) -> None:
        table = pa.Table.from_batches(batches).combine_chunks()
        columns: list[Any] = [column.chunk(0) for column in table.columns]
        self._count(columns, rows)
        writer = self._writer or self._open(columns, rows)
        codes = []
        for number in self._coded:
            columns[number - 1] = columns[number - 1].dictionary_encode()
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
        few = min(FEW, rows // 4)
        self._coded = [number for number, column in enumerate(columns, 1) if len(column.unique()) <= few]
        self.repeated = {number: pa.array([], pa.string()) for number in self._coded}
        kinds: dict[str, pa.DataType] = dict.fromkeys(names(self._width), pa.string())
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
            if len(more) > FEW or more.nbytes > FEW_BYTES:
                del self.repeated[number]
                return pa.nulls(len(column), pa.int32())
            self.repeated[number] = more
            places = pc.index_in(texts, value_set=more)
        codes: pa.Array[Any] = pc.add(places.take(column.indices), 1).fill_null(0).cast(pa.int32())
        return codes
