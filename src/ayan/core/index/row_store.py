"""The row store of a segment: its rows in one Arrow file, mapped into memory, so that few rows cost little to read."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ayan.core.index.cell_coding import CellCoding, CodedCells, as_text
from ayan.core.index.cell_coding import read as read_codings
from ayan.core.index.limits import BLOCK_BYTES, BLOCK_ROWS
from ayan.core.system.processor_budget import once

_PIECE: Final = 8 * 1024**2
DAY_ZERO: Final = date(1970, 1, 1).toordinal()
"""The ordinal of the day from which days are counted."""

Numbers = npt.NDArray[np.int64]
CellReader = Callable[[Numbers], list[Any]]
"""The values of a column at some places of a batch."""


class RowStoreDamaged(Exception):
    """The file is not the one that was written."""


@dataclass(frozen=True, slots=True)
class RowBlock:
    """One batch of the file: its rows, where its bytes stand and their CRC-32."""

    rows: int
    at: int
    bytes: int
    crc: int


def write_row_store(
    path: Path, state: str, schema: pa.Schema, batches: Iterable[pa.RecordBatch], codings: Sequence[CellCoding] = ()
) -> list[RowBlock]:
    """Write rows in their order, and say what was written. ``state`` is the name of the segment they are of.

    A column with a coding comes as `CellCoding.sql` gives it, or not at all where it takes no bytes.
    """
    regions = []
    coded = {coding.name: coding for coding in codings}
    fields = [field.with_type(coded[field.name].stored) if field.name in coded else field for field in schema]
    stored = pa.schema(fields, {"state": state, "codings": as_text(codings)})
    narrow = (
        pa.RecordBatch.from_arrays(
            [
                coded[field.name].narrowed(batch.column(place)) if field.name in coded else batch.column(place)
                for place, field in enumerate(fields)
            ],
            schema=stored,
        )
        for batch in batches
    )
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, stored) as writer:
        for batch in _joined(narrow):
            at = sink.tell()
            writer.write_batch(batch)
            regions.append((batch.num_rows, at, sink.tell() - at))
    with path.open("rb") as file:
        return [RowBlock(rows, at, size, _crc(file, at, size)) for rows, at, size in regions]


def _crc(file: Any, at: int, size: int) -> int:
    crc = 0
    file.seek(at)
    while size > 0:
        piece = file.read(min(size, _PIECE))
        if not piece:
            raise RowStoreDamaged("the file is shorter than it was")
        crc, size = zlib.crc32(piece, crc), size - len(piece)
    return crc


def _joined(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        waiting.append(batch)
        if (
            sum(queued.num_rows for queued in waiting) >= BLOCK_ROWS
            or sum(queued.nbytes for queued in waiting) >= BLOCK_BYTES
        ):
            yield from pa.Table.from_batches(waiting).combine_chunks().to_batches()
            waiting = []
    if waiting:
        yield from pa.Table.from_batches(waiting).combine_chunks().to_batches()


class RowStore:
    """The rows of an open file by their number ``_n``, which is from 1; safe to share between threads.

    ``kinds`` are the types of its columns' values. Each batch is compared with its CRC when it is first touched. Raises
    RowStoreDamaged, or OSError.
    """

    def __init__(self, path: Path, state: str, batches: Sequence[RowBlock]) -> None:
        self._path = path
        self._batches = batches
        self._ends = np.cumsum([block.rows for block in batches], dtype=np.int64)
        self._sound: dict[int, pa.RecordBatch] = {}
        self._dictionaries: dict[str, list[str]] = {}
        self._opened: dict[tuple[int, str], CodedCells] = {}
        self._readers: dict[tuple[int, str], CellReader] = {}
        try:
            self._source = pa.memory_map(str(path), "r")
            self._file = pa.ipc.open_file(self._source)
        except pa.ArrowException as error:
            raise RowStoreDamaged(str(error)) from error
        metadata = self._file.schema.metadata or {}
        self._codings = read_codings(metadata.get(b"codings", b"[]"))
        self.kinds = {field.name: _kind(field.type) for field in self._file.schema}
        self.kinds |= {name: coding.kind for name, coding in self._codings.items()}
        self.names = frozenset(self.kinds)
        if metadata.get(b"state") != state.encode() or self._file.num_record_batches != len(batches):
            raise RowStoreDamaged("the cards are of another segment")

    def rows(self, numbers: Numbers, names: Sequence[str]) -> list[tuple[Any, ...]]:
        """The values of some columns of some rows, in the order of ``numbers``."""
        out: list[tuple[Any, ...]] = [()] * len(numbers)
        if not names:
            return out
        for places, number, at in self._stretches(numbers):
            rows = zip(*(self._reader(number, name)(at) for name in names), strict=True)
            if len(at) == len(out):
                return list(rows)
            for position, row in zip(places.tolist(), rows, strict=True):
                out[position] = row
        return out

    def values(self, numbers: Numbers, name: str) -> list[Any]:
        """The values of one column of some rows, in the order of ``numbers``."""
        out: list[Any] = [None] * len(numbers)
        for places, number, at in self._stretches(numbers):
            values = self._reader(number, name)(at)
            if len(values) == len(out):
                return values
            for position, value in zip(places.tolist(), values, strict=True):
                out[position] = value
        return out

    def value(self, number: int, name: str) -> Any:
        """The value of one column of one row."""
        which = int(np.searchsorted(self._ends, number - 1, side="right"))
        place = number - 1 - self._before(which)
        if name in self._codings:
            return self._coded(which, name).value(place)
        return self._batch(which).column(name)[place].as_py()

    def whole_numbers(self, name: str, numbers: Numbers | None, marks: npt.NDArray[np.bool_] | None) -> Numbers | None:
        """The values of one column of the rows given, or marked (the mark at 0 stands for no row), the empty left out.

        None where the column holds no whole numbers.
        """
        if name not in self.names or not pa.types.is_int64(self.kinds[name]):
            return None
        pieces = [np.empty(0, dtype=np.int64)]
        for number, at in self._chosen_rows(numbers, marks):
            if name in self._codings:
                cells = self._coded(number, name)
                values = cells.numbers(at)
                if cells.there is not None:
                    places = np.flatnonzero(at) if at.dtype == np.bool_ else at
                    values = values[cells.filled(places)]
                pieces.append(values)
                continue
            array: Any = self._batch(number).column(name)
            values, there = memory_of(array)[at], filled_places(array, at)
            pieces.append(values if there is None else values[there])
        return np.concatenate(pieces)

    def all_whole_numbers(self, name: str) -> Numbers | None:
        """The same of all rows."""
        rows = int(self._ends[-1]) if len(self._ends) else 0
        return self.whole_numbers(name, None, np.ones(rows + 1, dtype=np.bool_))

    def pieces(
        self, numbers: Numbers | None, marks: npt.NDArray[np.bool_] | None
    ) -> Iterator[tuple[int, npt.NDArray[Any]]]:
        """The numbers of the batches that hold some rows, given or marked as above, each with their places in it or a
        mark for each row of it."""
        return self._chosen_rows(numbers, marks)

    def whole(self) -> Iterator[tuple[int, slice]]:
        """The same of all rows: each batch with a slice that is all of it."""
        return ((number, slice(0, block.rows)) for number, block in enumerate(self._batches))

    def memory(
        self, number: int, name: str, at: npt.NDArray[Any] | slice
    ) -> tuple[npt.NDArray[Any], npt.NDArray[np.bool_] | None]:
        """The whole numbers or days of some places of a batch, or of those marked, and which of them hold a value.

        Anything where they do not; None in the place of the marks where all do.
        """
        if name not in self._codings:
            array = self._batch(number).column(name)
            return memory_of(array)[at], filled_places(array, at)
        cells = self._coded(number, name)
        there = None
        if cells.there is not None:
            there = cells.filled(_row_places(at))
        return cells.numbers(at), there

    def dictionary_column(self, number: int, name: str) -> Any:
        """A column of a batch that is kept as a dictionary and places in it; None for any other."""
        if name in self._codings or not pa.types.is_dictionary(self._file.schema.field(name).type):
            return None
        return self._batch(number).column(name)

    def dictionary(self, name: str, column: Any) -> list[str]:
        """The texts of a column that is kept as a dictionary; all batches have the same."""
        words = self._dictionaries.get(name)
        if words is None:
            words = self._dictionaries[name] = column.dictionary.to_pylist()
        return words

    def _chosen_rows(
        self, numbers: Numbers | None, marks: npt.NDArray[np.bool_] | None
    ) -> Iterator[tuple[int, npt.NDArray[Any]]]:
        """For each batch: its number, and the places of the rows in it, or a mark for each row of it."""
        if numbers is not None:
            for _, number, at in self._stretches(numbers):
                yield number, at
        elif marks is not None:
            for number, end in enumerate(self._ends.tolist()):
                yield number, marks[end - self._batches[number].rows + 1 : end + 1]

    def table(self, numbers: Numbers, names: Sequence[str]) -> pa.Table:
        """Those of some columns that are kept, of some rows in ascending order of ``numbers``."""
        names = [name for name in names if name in self.names]
        bounds = [0, *np.searchsorted(numbers, self._ends, side="right").tolist()]
        schema = pa.schema([(name, self._type(name)) for name in names])
        pieces = []
        for number, (first, last) in enumerate(pairwise(bounds)):
            if first < last:
                at = numbers[first:last] - (self._before(number) + 1)
                taken = self._batch(number).select([name for name in names if name not in self._codings])
                plain = taken.take(_indices(at))
                columns = [
                    self._coded(number, name).array(at) if name in self._codings else plain.column(name)
                    for name in names
                ]
                pieces.append(pa.RecordBatch.from_arrays(columns, schema=schema))
        return pa.Table.from_batches(pieces, schema)

    def are_slim(self, names: Iterable[str]) -> bool:
        """Whether each value of some columns takes a few bytes: a number, a day, or a place in a dictionary."""
        kinds = (self._type(name) for name in names if name in self.names)
        return all(pa.types.is_dictionary(kind) or pa.types.is_primitive(kind) for kind in kinds)

    def _stretches(self, numbers: Numbers) -> Iterator[tuple[Numbers, int, Numbers]]:
        """For each batch: the places in ``numbers`` that fall into it, its number, and the rows' places in it."""
        at = numbers - 1
        if len(self._batches) == 1 and len(at):
            yield np.arange(len(at)), 0, at
            return
        which = np.searchsorted(self._ends, at, side="right")
        for number in np.unique(which).tolist():
            places = np.flatnonzero(which == number)
            yield places, number, at[places] - self._before(number)

    def _before(self, number: int) -> int:
        """How many rows stand before a batch."""
        return int(self._ends[number - 1]) if number else 0

    def _type(self, name: str) -> pa.DataType:
        """The type in which a column is handed on."""
        return self.kinds[name] if name in self._codings else self._file.schema.field(name).type

    def _coded(self, number: int, name: str) -> CodedCells:
        """A column of a batch that has a coding; opened once, for that costs more than a few cells."""
        cells = self._opened.get((number, name))
        if cells is None:
            coding, batch = self._codings[name], self._batch(number)
            cells = coding.opened(batch.column(name) if coding.width else None, self._before(number))
            self._opened[number, name] = cells
        return cells

    def _batch(self, number: int) -> pa.RecordBatch:
        if number not in self._sound:
            block = self._batches[number]
            # Whoever comes first looks for all; the question has what time it had.
            with once(), self._path.open("rb") as file:
                if _crc(file, block.at, block.bytes) != block.crc:
                    raise RowStoreDamaged(f"batch {number} is not the one that was written")
            self._sound[number] = self._file.get_batch(number)
        return self._sound[number]

    def _reader(self, number: int, name: str) -> CellReader:
        """What reads cells of a column of a batch; made once, for that costs more than the cells of a page."""
        read = self._readers.get((number, name))
        if read is None:
            if name in self._codings:
                read = self._coded(number, name).cells
            else:
                column: Any = self._batch(number).column(name)
                named = pa.types.is_dictionary(column.type)
                read = _reader_of(column, self.dictionary(name, column) if named else [])
            self._readers[number, name] = read
        return read


def _kind(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _indices(at: Numbers) -> Any:
    return pa.array(at)


def _reader_of(array: Any, words: list[str]) -> CellReader:
    """What reads values of a column without a coding; ``words`` are the entries of its dictionary."""
    kind = array.type
    if pa.types.is_dictionary(kind):
        return _reader_of_places(array.indices, words)
    if pa.types.is_string(kind):
        return _filled(array, _reader_of_texts(array))
    if pa.types.is_integer(kind):
        numbers = memory_of(array)
        return _filled(array, lambda at: numbers[at].tolist())
    if pa.types.is_date32(kind):
        days = memory_of(array)
        known = _filled(array, lambda at: days[at].tolist())
        return lambda at: [None if day is None else date.fromordinal(DAY_ZERO + day) for day in known(at)]
    return lambda at: list(array.take(_indices(at)).to_pylist())


def _reader_of_places(indices: Any, words: list[str]) -> CellReader:
    places = memory_of(indices)
    if not indices.null_count:
        return lambda at: [words[place] for place in places[at].tolist()]
    known = _filled(indices, lambda at: places[at].tolist())
    return lambda at: [None if place is None else words[place] for place in known(at)]


def _reader_of_texts(array: Any) -> CellReader:
    _, ends, data = array.buffers()
    where = _view(ends, "int32")
    text = memoryview(data) if data is not None else memoryview(b"")

    def read(at: Numbers) -> list[Any]:
        starts, stops = where[at].tolist(), where[at + 1].tolist()
        return [str(text[start:stop], "utf-8") for start, stop in zip(starts, stops, strict=True)]

    return read


def _filled(array: Any, read: CellReader) -> CellReader:
    """The same with None where there is no value, whatever lies there."""
    if not array.null_count:
        return read

    def known(at: Numbers) -> list[Any]:
        there: Any = filled_places(array, at)
        return [value if present else None for value, present in zip(read(at), there.tolist(), strict=True)]

    return known


def _row_places(at: npt.NDArray[Any] | slice) -> Numbers:
    """Places as numbers, where they may be marks or a slice from 0 on."""
    if isinstance(at, slice):
        return np.arange(at.stop)
    return np.flatnonzero(at) if at.dtype == np.bool_ else at


def filled_places(array: Any, at: npt.NDArray[Any] | slice) -> npt.NDArray[np.bool_] | None:
    """Which of some places of a column, or of those marked, hold a value; None where all do."""
    if not array.null_count:
        return None
    bits = _view(array.buffers()[0], "uint8")
    if isinstance(at, slice) or at.dtype == np.bool_:
        marked: npt.NDArray[np.uint8] = np.unpackbits(bits, count=len(array), bitorder="little")[at]
        return marked.view(np.bool_)
    named: npt.NDArray[np.uint8] = (bits[at >> 3] >> (at & 7).astype(np.uint8)) & 1
    return named.view(np.bool_)


def memory_of(array: Any) -> npt.NDArray[Any]:
    """A column of numbers or days as it lies in memory, where a place without a value may hold anything."""
    kind = "int32" if pa.types.is_date32(array.type) else str(array.type)
    return _view(array.buffers()[1], kind)[: len(array)]


def _view(buffer: Any, kind: str) -> npt.NDArray[Any]:
    """The memory of a column as numbers, without a copy."""
    return np.frombuffer(buffer, dtype=kind)
