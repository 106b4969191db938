"""The salts of a release's rows: one file beside its parts, from which an erased row's salt is gone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

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


def draw(table: pa.Table, chance: Chance) -> pa.Table:
    """A new salt for every row of a table, by their numbers."""
    rows = table["_row"]
    salts = pa.py_buffer(chance(HASH * len(rows)))
    column = pa.FixedSizeBinaryArray.from_buffers(pa.binary(HASH), len(rows), [None, salts])
    return pa.table([rows, column, pa.nulls(len(rows), pa.binary(HASH))], schema=SCHEMA)


def in_groups(tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """The rows that pass, in tables of exactly `GROUP`, but for the last; BadRows unless ``_row`` rises all the way."""
    last, waiting = -1, list[pa.Table]()
    for table in tables:
        last = _risen(table, last)
        waiting.append(table)
        while sum(map(len, waiting)) >= GROUP:
            held = pa.concat_tables(waiting)
            yield held.slice(0, GROUP).combine_chunks()
            waiting = [held.slice(GROUP)]
    if rest := pa.concat_tables(waiting) if waiting else None:
        yield rest.combine_chunks()


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


def _risen(table: pa.Table, last: int) -> int:
    """The highest number in a table whose numbers rise and are above ``last``."""
    if "_row" not in table.schema.names or table.schema.field("_row").type != pa.int64():
        raise BadRows("the rows have no _row of 64 bits")
    rows = table["_row"].combine_chunks()
    if not len(rows):
        return last
    if rows.null_count or rows[0].as_py() <= last:
        raise BadRows("_row does not rise from row to row")
    if not pc.all(pc.less(rows[:-1], rows[1:]), min_count=0).as_py():
        raise BadRows("_row does not rise from row to row")
    return int(rows[-1].as_py())
