"""The salts of a release's rows: one file beside its parts, from which an erased row's salt is gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, cast

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ayan.core.ledger.rowtext import BadRows
from ayan.core.ledger.tree import HASH

SALTS: Final = "salts.parquet"
"""``_row BIGINT, _salt BLOB(32), _commitment BLOB(32)``: for a row that stands its salt, for an erased one its hash."""

GROUP: Final = 61_440
"""Rows that are read, hashed and written at a time."""

_HASHES: Final[pa.DataType] = pa.binary(HASH)
SCHEMA: Final = pa.schema({"_row": pa.int64(), "_salt": _HASHES, "_commitment": _HASHES})

Chance = Callable[[int], bytes]
"""Gives so many random bytes."""


def draw(parts: Sequence[Path], path: Path, chance: Chance) -> None:
    """Write a new salt for every row of the Parquet ``parts``; BadRows unless ``_row`` rises from row to row."""
    with writer(path) as out:
        for rows in _groups(_numbers(parts), GROUP):
            salts = pa.py_buffer(chance(HASH * len(rows)))
            column = pa.FixedSizeBinaryArray.from_buffers(pa.binary(HASH), len(rows), [None, salts])
            out.write_table(pa.table([rows, column, pa.nulls(len(rows), pa.binary(HASH))], schema=SCHEMA))


def position_of(file: pq.ParquetFile, row: int) -> int:
    """Where a row stands among all, from 0, by the number in ``_row``; KeyError when it is not one of them."""
    before = 0
    for group in range(file.num_row_groups):
        facts = file.metadata.row_group(group).column(0).statistics
        low, high = (None, None) if facts is None else (facts.min, facts.max)
        if low is None or high is None or low <= row <= high:
            index = pc.index(file.read_row_group(group, columns=["_row"])["_row"], row).as_py()
            if index >= 0:
                return before + int(index)
        before += file.metadata.row_group(group).num_rows
    raise KeyError(f"the release has no row {row}")


def some(file: pq.ParquetFile, start: int, count: int) -> pa.Table:
    """The salts of the rows from position ``start`` on, at most ``count`` of them."""
    wanted: list[int] = []
    first = before = 0
    for group in range(file.num_row_groups):
        after = before + file.metadata.row_group(group).num_rows
        if before < start + count and after > start:
            first = first if wanted else before
            wanted.append(group)
        before = after
    return file.read_row_groups(wanted).slice(start - first, count).combine_chunks()


@contextmanager
def writer(path: Path) -> Iterator[pq.ParquetWriter]:
    """Writes a file of salts, group by group."""
    # Random bytes do not compress; the row numbers pack well by their differences.
    packing = {"_row": "DELTA_BINARY_PACKED"}
    with pq.ParquetWriter(path, SCHEMA, compression="none", use_dictionary=False, column_encoding=packing) as out:
        yield out


def _numbers(parts: Sequence[Path]) -> Iterator[pa.Int64Array]:
    last = -1
    for part in parts:
        with pq.ParquetFile(part) as file:
            if "_row" not in file.schema_arrow.names or file.schema_arrow.field("_row").type != pa.int64():
                raise BadRows("the rows have no _row of 64 bits")
            for batch in file.iter_batches(batch_size=GROUP, columns=["_row"]):
                rows = batch.column(0)
                if rows.null_count or rows[0].as_py() <= last:
                    raise BadRows("_row does not rise from row to row")
                if not pc.all(pc.less(rows[:-1], rows[1:]), min_count=0).as_py():
                    raise BadRows("_row does not rise from row to row")
                last = rows[-1].as_py()
                yield cast(pa.Int64Array, rows)


def _groups(arrays: Iterator[pa.Int64Array], size: int) -> Iterator[pa.Int64Array]:
    """The same numbers in arrays of exactly ``size``, but for the last."""
    waiting = pa.array([], pa.int64())
    for array in arrays:
        waiting = pa.concat_arrays([waiting, array])
        while len(waiting) >= size:
            yield waiting[:size]
            waiting = waiting[size:]
    if len(waiting):
        yield waiting
