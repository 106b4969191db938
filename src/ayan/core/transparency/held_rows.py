"""The rows of a small dataset in memory: what most answers are held against, without a statement for each of them.

It only ever says that something is the same. What is not the same, or not written as Ayan writes it, and rows that are
many or of other types than releases have, are left to the engine, which says what is wrong.

Everything here reads what a stranger may have written, so only the process for that does it (`row_check_process`).
"""

from __future__ import annotations

import codecs
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from ayan.core.store.plain_totals import exact_sum
from ayan.core.transparency.limits import HELD_BYTES, HELD_ROWS
from ayan.core.values.spreadsheet import safe
from ayan.core.values.sql import identifier

ADDRESS: Final = "_address"
UNSENT: Final = ("_row", "_line")

_NAME: Final = re.compile(r"[a-z_][a-z0-9_]*", re.ASCII).fullmatch
_Value = object


class HeldRows:
    """Rows in the order of their releases, by column; ``parts`` are the name of each release and its files."""

    def __init__(self, numbers: Sequence[list[int]], table: pa.Table) -> None:
        self._table = table
        self._numbers = numbers
        self._values: dict[str, list[_Value]] = {}
        self._by_key: dict[tuple[str, ...], dict[tuple[str, ...], list[int]]] = {}
        self.columns = tuple(str(name) for name in table.schema.names if name != ADDRESS)
        self._by_address = {str(address): at for at, address in enumerate(self.values(ADDRESS))}

    @classmethod
    def read(cls, releases: Sequence[tuple[str, Sequence[Path]]], rows: int) -> HeldRows | None:
        """The rows of releases, each as ``period/number`` with its parts; None where they are left to the engine.

        ``rows`` is how many there must be.
        """
        if rows > HELD_ROWS:
            return None
        try:
            read = [_released(ref, parts) for ref, parts in releases]
            table = pa.concat_tables([rows for _, rows in read], promote_options="default")
            plain = all(map(_NAME, table.schema.names)) and all(map(_is_plain, table.schema.types))
            if not plain or len(table) != rows or table.nbytes > HELD_BYTES:
                return None
            return cls([numbers for numbers, _ in read], table)
        except (MemoryError, ValueError, KeyError, OverflowError, pa.ArrowException):
            # Whatever it is, the engine meets with it too, within its own bounds.
            return None

    def values(self, name: str) -> list[_Value]:
        """A column."""
        if name not in self._values:
            self._values[name] = self._table[name].to_pylist()
        return self._values[name]

    def row(self, at: int) -> dict[str, object]:
        """The row at a position, by column."""
        return {name: self.values(name)[at] for name in (ADDRESS, *self.columns)}

    def __len__(self) -> int:
        return len(self._table)

    def at(self, addresses: Sequence[str]) -> list[dict[str, object]]:
        """The rows that stand at addresses."""
        return [
            self.row(at) for at in sorted({self._by_address[each] for each in addresses if each in self._by_address})
        ]

    def nth(self, release: int, position: int) -> dict[str, object]:
        """A row of a release by its position in the order of ``_row``."""
        numbers = self._numbers[release]
        before = sum(map(len, self._numbers[:release]))
        return self.row(before + sorted(range(len(numbers)), key=numbers.__getitem__)[position])

    def keyed(self, key: tuple[str, ...], parts: Sequence[str]) -> list[dict[str, object]]:
        """The rows that have such values, each as text, in the columns of a key; an empty one is an empty text."""
        if key not in self._by_key:
            index: dict[tuple[str, ...], list[int]] = defaultdict(list)
            for at, values in enumerate(zip(*(self._texts(name) for name in key), strict=True)):
                index[values].append(at)
            self._by_key[key] = index
        return [self.row(at) for at in self._by_key[key].get(tuple(parts), ())]

    def total(self, column: str) -> int:
        """The sum of a column of numbers."""
        return int(exact_sum(self.values(column)) or 0)

    def groups(self, by: str, added: str) -> list[tuple[object, int, object]]:
        """For each value of a column how many rows have it, and the sum of another where one is named."""
        rows: dict[object, list[int]] = defaultdict(list)
        for at, value in enumerate(self.values(by)):
            rows[value].append(at)
        summed = self.values(added) if added else [None] * len(self)
        return [(value, len(own), exact_sum(summed[at] for at in own)) for value, own in rows.items()]

    # --- whole downloads ----------------------------------------------------------------------------------------------

    def are_parquet(self, file: Path) -> bool:
        """Whether a file has just these rows, in their order and types, in all columns that both sides have."""
        with pq.ParquetFile(file) as given:
            names = given.schema_arrow.names
            if given.metadata.num_rows != len(self) or len(set(names)) != len(names) or "_row" not in names:
                return False
            table = given.read(use_threads=False)
        shared = [name for name in self.columns if name in names]
        pairs = [(self._table[ADDRESS], table["_row"]), *((self._table[name], table[name]) for name in shared)]
        return all(own.type == other.type and own.equals(other) for own, other in pairs)

    def are_csv(self, file: Path, head: Sequence[str]) -> bool:
        """Whether a file is, to the byte, what these rows are as CSV below a head: texts in quotes, the rest bare.

        Bytes that a spreadsheet could read in two ways are none of these.
        """
        if not set(head) <= {"_row", *self.columns} or file.stat().st_size > HELD_BYTES:
            return False
        cells = [self._cells(ADDRESS if name == "_row" else name) for name in head]
        lines = [",".join(head), *map(",".join, zip(*cells, strict=True)), ""]
        return file.read_bytes().removeprefix(codecs.BOM_UTF8) == "\n".join(lines).encode()

    def _cells(self, name: str) -> list[str]:
        if not pa.types.is_string(self._table.schema.field(name).type):
            return self._texts(name)
        # CSV quotes a text as SQL quotes a name.
        quoted = {value: identifier(safe(str(value))) for value in set(self.values(name)) - {None}}
        return ["" if value is None else quoted[value] for value in self.values(name)]

    def _texts(self, name: str) -> list[str]:
        """A column as text, as the engine casts it; an empty text for nothing."""
        write = _writer(self._table.schema.field(name).type)
        return ["" if value is None else write(value) for value in self.values(name)]


def _released(ref: str, parts: Sequence[Path]) -> tuple[list[int], pa.Table]:
    """The numbers of a release's rows, and the rows by their addresses."""
    tables: list[pa.Table] = []
    for part in parts:
        with pq.ParquetFile(part) as file:
            tables.append(file.read(use_threads=False))
    table = pa.concat_tables(tables, promote_options="default")
    if table["_row"].type != pa.int64() or table["_row"].null_count:
        raise ValueError("rows without numbers")
    numbers = [int(number) for number in table["_row"].to_pylist() if number is not None]
    table = table.drop_columns([name for name in UNSENT if name in table.schema.names])
    return numbers, table.add_column(0, ADDRESS, pa.array([f"{ref}#{number}" for number in numbers], pa.string()))


def _is_plain(kind: pa.DataType) -> bool:
    """Whether a column is of a type that releases have; numbers that round are not among them."""
    types = pa.types
    return bool(
        types.is_string(kind)
        or types.is_int64(kind)
        or types.is_int32(kind)
        or types.is_date32(kind)
        or types.is_boolean(kind)
        or types.is_decimal128(kind)
    )


def _writer(kind: pa.DataType) -> Callable[[Any], str]:
    if pa.types.is_boolean(kind):
        return lambda value: "true" if value else "false"
    if pa.types.is_decimal(kind):
        return lambda value: f"{value:f}"
    if pa.types.is_date(kind):
        return date.isoformat
    return str
