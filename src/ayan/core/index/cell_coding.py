"""Cells of the row store in few bytes: whole numbers, days, decimals and codes as numbers counted from the least one.

A code is a text that begins like all of its column and goes on in digits. What numbers the rows one by one takes no
bytes at all. Each cell is still read by itself, without those beside it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import Decimal, localcontext
from itertools import takewhile
from typing import Any, Final, Literal

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ayan.core.index.limits import LARGEST_ADDED, MOST_DIGITS
from ayan.core.values.sql import identifier, literal

_Numbers = npt.NDArray[np.int64]
Shape = Literal["whole", "day", "decimal", "code"]

_BITS: Final = {"BIGINT": 64, "INTEGER": 32, "SMALLINT": 16, "TINYINT": 8}
_DECIMAL: Final = re.compile(r"DECIMAL\((\d+),(\d+)\)")
_DAY_ZERO: Final = date(1970, 1, 1).toordinal()
# Bytes of a number that numpy reads as they stand.
_NATIVE: Final = (1, 2, 4, 8)
_STORED: Final[Mapping[int, pa.DataType]] = {1: pa.uint8(), 2: pa.uint16(), 4: pa.uint32(), 8: pa.uint64()}
_WHOLES: Final[Mapping[int, pa.DataType]] = {8: pa.int8(), 16: pa.int16(), 32: pa.int32(), 64: pa.int64()}
_UNSIGNED: Final = {1: "UTINYINT", 2: "USMALLINT", 4: "UINTEGER", 8: "UBIGINT"}


@dataclass(frozen=True, slots=True)
class CellCoding:
    """How the cells of one column are stored: as numbers of ``width`` bytes to which ``base`` is added.

    With a width of 0 nothing is stored, and the number is ``base`` and ``step`` for each row up to its own. It tells a
    whole number of so many ``bits``, a day (from 1970 on), a decimal of ``precision`` digits, ``scale`` of them behind
    the point, or what stands in a code behind its ``prefix``: so many ``digits``, without zeros before it where that
    is 0.
    """

    name: str
    shape: Shape
    base: int = 0
    width: int = 0
    step: int = 0
    prefix: str = ""
    digits: int = 0
    precision: int = 0
    scale: int = 0
    bits: int = 64

    @property
    def kind(self) -> pa.DataType:
        """The type of the column's values."""
        match self.shape:
            case "whole":
                return _WHOLES[self.bits]
            case "day":
                return pa.date32()
            case "decimal":
                return pa.decimal128(self.precision, self.scale)
        return pa.string()

    @property
    def stored(self) -> pa.DataType:
        """The type of what stands in the file."""
        return _STORED[self.width] if self.width in _NATIVE else pa.binary(self.width)

    # --- writing ------------------------------------------------------------------------------------------------

    @property
    def plain(self) -> int:
        """Bytes of a value without a coding, at the least."""
        return {"whole": self.bits // 8, "day": 4, "decimal": 16}.get(self.shape, 4 + len(self.prefix) + self.digits)

    @property
    def number(self) -> str:
        """The number of a cell, in SQL."""
        x = identifier(self.name)
        match self.shape:
            case "day":
                return f"({x} - DATE '1970-01-01')"
            case "code":
                behind = f"substr({x}, {len(self.prefix) + 1})" if self.prefix else x
                return f"CAST({behind} AS BIGINT)"
        return x

    @property
    def sql(self) -> str:
        """What DuckDB is asked for; the rest is done by `narrowed`."""
        x = identifier(self.name)
        if self.shape == "decimal":
            return x
        return f"({self.number} - {self.base})::{_UNSIGNED.get(self.width, 'UBIGINT')} AS {x}"

    def narrowed(self, array: Any) -> pa.Array[Any]:
        """The column as it is stored, from what DuckDB gave."""
        if self.shape != "decimal" and self.width in _NATIVE:
            plain: pa.Array[Any] = array
            return plain
        step = 2 if self.shape == "decimal" else 1
        start = array.offset * step
        numbers = np.frombuffer(array.buffers()[1], dtype="<i8")[start : start + step * len(array) : step]
        if self.shape == "decimal":
            numbers = numbers - np.int64(self.base)
        there = np.ones(len(array), dtype=np.bool_) if not array.null_count else array.is_valid().to_numpy(False)
        if self.width in _NATIVE:
            return _of(numbers.astype(f"<u{self.width}"), ~there)
        data = np.ascontiguousarray(numbers).view(np.uint8).reshape(-1, 8)[:, : self.width].tobytes()
        return _from(self.stored, there, data)

    # --- reading ------------------------------------------------------------------------------------------------

    def opened(self, column: Any, before: int) -> CodedCells:
        """The column of a batch, before which so many rows stand, to be read; None where nothing is stored of it."""
        if column is None:
            return CodedCells(self, before)
        valid, data = column.buffers()
        there = np.frombuffer(valid, dtype=np.uint8) if column.null_count else None
        bytes_ = memoryview(data)
        if self.width in _NATIVE:
            return CodedCells(self, before, np.frombuffer(data, dtype=f"<u{self.width}")[: len(column)], there, bytes_)
        stored = np.frombuffer(data, dtype=np.uint8, count=len(column) * self.width).reshape(-1, self.width)
        return CodedCells(self, before, stored, there, bytes_)

    def reader(self) -> Callable[[int], Any]:
        """What makes a value of a number."""
        match self.shape:
            case "day":
                return lambda number: date.fromordinal(_DAY_ZERO + number)
            case "decimal":
                return lambda number: Decimal(number).scaleb(-self.scale)
            case "whole":
                return int
        return (
            f"{self.prefix.replace('%', '%%')}%0{self.digits}d"
            if self.digits
            else f"{self.prefix.replace('%', '%%')}%d"
        ).__mod__

    def codes(self, numbers: _Numbers, mask: npt.NDArray[np.bool_] | None) -> pa.Array[Any]:
        """Codes with these numbers, none where the mask says so."""
        before = self.prefix.encode()
        if not self.digits:
            texts = pa.array(numbers, mask=mask).cast(pa.string())
            return _joined(self.prefix, texts) if self.prefix else texts
        width = len(before) + self.digits
        data = np.empty((len(numbers), width), dtype=np.uint8)
        data[:, : len(before)] = np.frombuffer(before, dtype=np.uint8)
        rest = numbers.copy()
        for place in range(width - 1, len(before) - 1, -1):
            rest, digit = np.divmod(rest, 10)
            data[:, place] = digit + ord("0")
        ends = np.arange(len(numbers) + 1, dtype=np.int32) * width
        there = np.ones(len(numbers), dtype=np.bool_) if mask is None else ~mask
        return _from(pa.string(), there, ends.tobytes(), data.tobytes())


@dataclass(frozen=True, slots=True)
class CodedCells:
    """A column of one batch: its numbers as they lie in memory, if any do, and which rows have a value, if not all."""

    coding: CellCoding
    before: int
    stored: npt.NDArray[Any] | None = None
    there: npt.NDArray[np.uint8] | None = None
    bytes: memoryview | None = None

    def numbers(self, at: npt.NDArray[Any] | slice) -> _Numbers:
        """The numbers of some rows, of marked ones or of a slice; anything where there is no value."""
        coding = self.coding
        if self.stored is None:
            if isinstance(at, slice):
                at = np.arange(at.start, at.stop)
            places = np.flatnonzero(at) if at.dtype == np.bool_ else at
            return np.asarray(places, dtype=np.int64) * coding.step + (coding.base + coding.step * (self.before + 1))
        out: _Numbers
        if isinstance(at, slice) and self.stored.ndim > 1:
            out = self._in_a_row(at)
            out += coding.base
            return out
        cells = self.stored[at]
        if cells.ndim == 1:
            out = cells.astype(np.int64)
        else:
            wide = np.zeros((len(cells), 8), dtype=np.uint8)
            wide[:, : coding.width] = cells
            out = wide.view(np.int64).ravel()
        out += coding.base
        return out

    def _in_a_row(self, at: slice) -> _Numbers:
        """Cells of another width than numpy's, read eight bytes at a time, of which those of the next are cut off."""
        width, stored = self.coding.width, self.stored
        assert stored is not None  # noqa: S101 - the caller has looked
        out = np.zeros((at.stop - at.start, 8), dtype=np.uint8)
        numbers = out.view(np.int64).ravel()
        # Behind the last rows there may be nothing.
        whole = max(min(at.stop, (stored.size - 8) // width + 1), at.start)
        wide: Any = np.ndarray((whole,), dtype="<i8", buffer=self.bytes, strides=(width,))
        np.bitwise_and(wide[at.start :], (1 << 8 * width) - 1, out=numbers[: whole - at.start])
        out[whole - at.start :, :width] = stored[whole : at.stop]
        return numbers

    def value(self, place: int) -> Any:
        """The value of one row."""
        coding = self.coding
        if self.bytes is None:
            return coding.reader()(coding.base + coding.step * (place + self.before + 1))
        if self.there is not None and not self.there[place >> 3] >> (place & 7) & 1:
            return None
        width = coding.width
        return coding.reader()(int.from_bytes(self.bytes[place * width : (place + 1) * width], "little") + coding.base)

    def cells(self, at: _Numbers) -> list[Any]:
        """The values of some rows."""
        values: list[Any] = self.numbers(at).tolist()
        if self.coding.shape != "whole":
            values = list(map(self.coding.reader(), values))
        if self.there is None:
            return values
        return [value if present else None for value, present in zip(values, self.filled(at).tolist(), strict=True)]

    def filled(self, at: _Numbers) -> npt.NDArray[np.bool_]:
        """Which of some rows have a value."""
        if self.there is None:
            return np.ones(len(at), dtype=np.bool_)
        filled: npt.NDArray[np.bool_] = ((self.there[at >> 3] >> (at & 7).astype(np.uint8)) & 1).view(np.bool_)
        return filled

    def array(self, at: _Numbers) -> pa.Array[Any]:
        """The values of some rows, for Arrow."""
        coding, numbers, there = self.coding, self.numbers(at), self.filled(at)
        mask = None if there.all() else ~there
        match coding.shape:
            case "whole":
                return _of(numbers.astype(f"int{coding.bits}", copy=False), mask)
            case "day":
                return _from(coding.kind, there, numbers.astype(np.int32).tobytes())
            case "decimal":
                return _from(coding.kind, there, np.stack((numbers, numbers >> 63), axis=1).tobytes())
        return coding.codes(np.where(there, numbers, 0), mask)


def codings(
    connection: duckdb.DuckDBPyConnection, columns: Mapping[str, str], digits: frozenset[str]
) -> list[CellCoding]:
    """Codings of those columns (name and type) of the finished table ``main.rows`` that take fewer bytes by one.

    ``digits`` are those of which it is known that their texts are digits alone.
    """
    asked = {
        name: kind for name, kind in columns.items() if kind in (*_BITS, "DATE", "VARCHAR") or _DECIMAL.match(kind)
    }
    if not asked:
        return []
    ends = ", ".join(
        f"count({x}), min({x}), max({x}), {f'min(strlen({x})), max(strlen({x}))' if kind == 'VARCHAR' else '0, 0'}"
        for x, kind in ((identifier(name), kind) for name, kind in asked.items())
    )
    rows, *measured = connection.execute(f"SELECT count(*), {ends} FROM main.rows").fetchall()[0]
    out = []
    for at, (name, kind) in enumerate(asked.items()):
        filled, least, greatest, shortest, longest = measured[5 * at : 5 * at + 5]
        if not filled:
            continue
        if kind == "VARCHAR":
            draft = _code(connection, name, (least, greatest), (shortest, longest), known=name in digits)
        else:
            draft = _of_numbers(name, kind, least, greatest)
        coding = _fitted(connection, *draft, rows if filled == rows else None) if draft is not None else None
        if coding is not None:
            out.append(coding)
    return out


def as_text(some: Sequence[CellCoding]) -> str:
    """Codings as a text that `read` understands."""
    return json.dumps([asdict(coding) for coding in some])


def read(text: str | bytes) -> dict[str, CellCoding]:
    """The codings that `as_text` wrote, by the names of their columns."""
    return {each["name"]: CellCoding(**each) for each in json.loads(text)}


Draft = tuple[CellCoding, int, int]
"""A coding without its width, and the least and the greatest number."""


def _of_numbers(name: str, kind: str, least: Any, greatest: Any) -> Draft | None:
    if kind == "DATE":
        return CellCoding(name, "day"), least.toordinal() - _DAY_ZERO, greatest.toordinal() - _DAY_ZERO
    if kind in _BITS:
        return CellCoding(name, "whole", bits=_BITS[kind]), int(least), int(greatest)
    match = _DECIMAL.fullmatch(kind)
    assert match is not None  # noqa: S101 - the caller has looked
    precision, scale = int(match[1]), int(match[2])
    with localcontext(prec=2 * precision):
        low, high = int(least.scaleb(scale)), int(greatest.scaleb(scale))
    if max(abs(low), abs(high)) > LARGEST_ADDED:
        return None
    return CellCoding(name, "decimal", precision=precision, scale=scale), low, high


def _code(
    connection: duckdb.DuckDBPyConnection, name: str, ends: tuple[str, str], lengths: tuple[int, int], *, known: bool
) -> Draft | None:
    """The coding of texts that begin alike and go on in digits; None where some do not."""
    # What the least and the greatest text begin with, all between them begin with.
    prefix = "".join(sign for sign, other in takewhile(lambda pair: pair[0] == pair[1], zip(*ends, strict=False)))
    fixed = lengths[0] == lengths[1]
    if not fixed or ends[0] == ends[1]:
        prefix = prefix.rstrip("0123456789")
    digits = lengths[0] - len(prefix.encode()) if fixed else 0
    rest = re.compile(f"[0-9]{{{digits}}}" if fixed else f"0|[1-9][0-9]{{0,{MOST_DIGITS - 1}}}")
    # A text of one length with nothing behind what all have is no code.
    if digits not in range(0 if not fixed else 1, MOST_DIGITS + 1):
        return None
    if not all(rest.fullmatch(end[len(prefix) :]) for end in ends):
        return None
    behind = f"substr({identifier(name)}, {len(prefix) + 1})"
    other = f"SELECT 1 FROM main.rows WHERE NOT regexp_full_match({behind}, {literal(rest.pattern)}) LIMIT 1"
    if not (fixed and known) and connection.execute(other).fetchall():
        return None
    coding = CellCoding(name, "code", prefix=prefix, digits=digits)
    if fixed:
        # Of one length, they stand in the order of their numbers.
        least, greatest = (int(end[len(prefix) :]) for end in ends)
    else:
        bounds = f"SELECT min({coding.number}), max({coding.number}) FROM main.rows"
        least, greatest = connection.execute(bounds).fetchall()[0]
    return coding, least, greatest


def _fitted(
    connection: duckdb.DuckDBPyConnection, coding: CellCoding, least: int, greatest: int, full: int | None
) -> CellCoding | None:
    """A coding with the width that its numbers need; ``full`` is the number of rows where each has a value."""
    span = greatest - least
    if full is not None and not span:
        return replace(coding, base=least)
    if full == span + 1 and coding.shape != "decimal":
        other = f"SELECT 1 FROM main.rows WHERE {coding.number} - _n <> {least - 1} LIMIT 1"
        if not connection.execute(other).fetchall():
            return replace(coding, base=least - 1, step=1)
    width = max(1, -(-span.bit_length() // 8))
    if coding.shape != "code":
        # Many numbers are read at once, as they stand.
        width = next((native for native in _NATIVE if native >= width), 16)
    return replace(coding, base=least, width=width) if width < coding.plain else None


def _of(numbers: npt.NDArray[Any], mask: npt.NDArray[np.bool_] | None) -> pa.Array[Any]:
    array: pa.Array[Any] = pa.array(numbers, mask=mask)
    return array


def _joined(prefix: str, texts: Any) -> Any:
    return pc.binary_join_element_wise(prefix, texts, "")


def _from(kind: pa.DataType, there: npt.NDArray[np.bool_], *data: bytes) -> pa.Array[Any]:
    """An array of a type made of its memory; there is no value where ``there`` says so."""
    valid = None if there.all() else pa.array(there).buffers()[1]
    return pa.Array.from_buffers(kind, len(there), [valid, *map(pa.py_buffer, data)])
