"""Posting lists: lists of row numbers in one file mapped into memory, and the sets of rows that are made of them.

A set is kept as ascending numbers while they are few, and as marks beside all rows when they are many.
"""

from __future__ import annotations

import mmap
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np
import numpy.typing as npt

from ayan.core.index.limits import LARGEST_PIECE, LEAST_PIECE
from ayan.core.index.packed_numbers import SECTION, Narrow, NumberReader, NumberSection, packed
from ayan.core.index.row_store import Numbers, RowStoreDamaged

# The name of a list that is not in the file: every row in the order of its number.
ALL: Final = "all"
# From this share of all rows on, marking them is cheaper than sorting their numbers.
MANY: Final = 100
# Parts of a list from which on they are read together: to read a small one costs more than its numbers.
FEW_PARTS: Final = 4

Marks = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class PostingList:
    """One list in the file: the first of its sections, counted from 0, and how many numbers it has."""

    section: int
    length: int


@dataclass(slots=True)
class PostingListsWriter:
    """Writes lists of numbers from 1 to ``rows`` one after the other; ``listings`` and ``sections`` say how."""

    path: Path
    rows: int
    listings: dict[str, PostingList] = field(default_factory=dict)
    sections: list[NumberSection] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.path.write_bytes(b"")

    def add(self, name: str, numbers: Iterable[Narrow]) -> None:
        """Append a list, given in pieces."""
        first, length = len(self.sections), 0
        with self.path.open("ab") as sink:
            for section in _sections(numbers):
                self._write(sink, section)
                length += len(section)
        self.listings[name] = PostingList(first, length)

    def _write(self, sink: BinaryIO, numbers: Narrow) -> None:
        data, low, high = packed(numbers, self.rows)
        self.sections.append(NumberSection(sink.tell(), len(data), low, high, zlib.crc32(data)))
        sink.write(data)


def _sections(pieces: Iterable[Narrow]) -> Iterator[Narrow]:
    """Numbers that come in pieces of any size in pieces of `SECTION`, the last one aside."""
    waiting: list[Narrow] = []
    for piece in pieces:
        waiting.append(piece)
        if sum(map(len, waiting)) >= SECTION:
            joined = np.concatenate(waiting)
            whole = len(joined) // SECTION * SECTION
            for at in range(0, whole, SECTION):
                yield joined[at : at + SECTION]
            waiting = [joined[whole:]]
    if rest := [piece for piece in waiting if len(piece)]:
        yield np.concatenate(rest)


class PostingLists:
    """The lists of an open file; safe to share between threads. Raises RowStoreDamaged or OSError."""

    def __init__(
        self, path: Path, listings: Mapping[str, PostingList], sections: Sequence[NumberSection], rows: int
    ) -> None:
        self._listings = listings
        self._sound: set[int] = set()
        if path.stat().st_size != sum(section.bytes for section in sections):
            raise RowStoreDamaged("the places are not as many as were written")
        # An empty file cannot be mapped.
        data = memoryview(bytes(4))
        if sections:
            with path.open("rb") as file:
                data = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        self._reader = NumberReader(data, sections, rows)

    def has(self, name: str) -> bool:
        """Whether there is a list of that name."""
        return name in self._listings

    def slice(self, name: str, first: int, last: int) -> Numbers:
        """The numbers of a list from one place up to, and without, another."""
        if name == ALL:
            return np.arange(first + 1, last + 1, dtype=np.int64)
        pieces = [self._reader.part(*part) for part in self._parts(name, first, last)]
        if len(pieces) == 1:
            return pieces[0].astype(np.int64)
        return np.concatenate([np.empty(0, dtype=np.int64), *pieces])

    def slices(self, name: str, parts: Sequence[tuple[int, int]]) -> Numbers:
        """The numbers of several parts of a list, one after the other, each as with `slice`."""
        if len(parts) < FEW_PARTS or name == ALL:
            pieces = [self.slice(name, first, last) for first, last in parts]
            return pieces[0] if len(pieces) == 1 else np.concatenate([np.empty(0, dtype=np.int64), *pieces])
        listing = self._listings[name]
        first, last = np.minimum(np.maximum(np.array(parts, dtype=np.int64), 0), listing.length).T
        sizes = np.maximum(last - first, 0)
        before = np.cumsum(sizes) - sizes
        places = np.repeat(first - before, sizes) + np.arange(int(sizes.sum()))
        sections = places // SECTION
        out = np.empty(len(places), dtype=np.int64)
        for section in np.flatnonzero(np.bincount(sections)).tolist():
            which = np.flatnonzero(sections == section)
            self._check(listing.section + section)
            out[which] = self._reader.gathered(listing.section + section, places[which] - section * SECTION)
        return out

    def within(self, name: str, parts: Sequence[tuple[int, int]], after: int, until: int) -> Iterator[Numbers]:
        """Those numbers of such parts that are greater than one number and not greater than another."""
        if name == ALL:
            for first, last in parts:
                yield np.arange(max(first, after) + 1, min(last, until) + 1, dtype=np.int64)
        elif len(parts) < FEW_PARTS or sum(last - first for first, last in parts) > SECTION * len(parts):
            # Most blocks of a long part need not be read.
            for first, last in parts:
                for part in self._parts(name, first, last):
                    yield self._reader.within(*part, after, until).astype(np.int64)
        else:
            numbers = self.slices(name, parts)
            yield numbers[(numbers > after) & (numbers <= until)]

    def length(self, name: str) -> int:
        """How many numbers a list has."""
        return self._listings[name].length

    def at(self, name: str, offset: int) -> int:
        """The number at one place of a list."""
        section, place = divmod(offset, SECTION)
        section += self._listings[name].section
        self._check(section)
        return self._reader.at(section, place)

    def _parts(self, name: str, first: int, last: int) -> Iterator[tuple[int, int, int]]:
        """The sections that a part of a list reaches into, each with the places from which and up to which it does."""
        listing = self._listings[name]
        first, last = max(first, 0), min(last, listing.length)
        while first < last:
            number, place = divmod(first, SECTION)
            size = min(SECTION - place, last - first)
            self._check(listing.section + number)
            yield listing.section + number, place, place + size
            first += size

    def _check(self, section: int) -> None:
        if section in self._sound:
            return
        if not self._reader.is_sound(section):
            raise RowStoreDamaged(f"section {section} of the places is not the one that was written")
        self._sound.add(section)


# --- sets of rows -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RowSet:
    """Some of the rows 1, 2 … ``rows``: as ``numbers``, or else as ``marks``, of which the one at 0 stands for none."""

    rows: int
    numbers: Numbers | None = None
    marks: Marks | None = None

    @classmethod
    def of(cls, parts: Sequence[Numbers], rows: int, *, ascending: bool = False) -> RowSet:
        """The rows of any part; ``ascending`` when there is one part, without repetition."""
        if ascending and len(parts) == 1:
            return cls(rows, numbers=parts[0])
        if sum(map(len, parts)) * MANY > rows:
            marks = np.zeros(rows + 1, dtype=np.bool_)
            for part in parts:
                marks[part] = True
            return cls(rows, marks=marks)
        numbers = np.sort(np.concatenate([*parts, np.empty(0, dtype=np.int64)]))
        # numpy's unique() makes a hash table, which takes ten times as long.
        differs = np.ones(len(numbers), dtype=np.bool_)
        differs[1:] = numbers[1:] != numbers[:-1]
        return cls(rows, numbers=numbers[differs])

    @classmethod
    def joined(cls, sets: Sequence[RowSet]) -> RowSet:
        """Sets of the rows of tables that stand one behind the other as a set of the rows of all."""
        if len(sets) == 1:
            return sets[0]
        rows = sum(part.rows for part in sets)
        # Few rows of a small table may be marked, and still be few of all.
        if all(part.numbers is not None for part in sets) or sum(map(len, sets)) * MANY <= rows:
            befores = accumulate((part.rows for part in sets), initial=0)
            pieces = [part.all() + before for part, before in zip(sets, befores, strict=False)]
            return cls(rows, numbers=np.concatenate(pieces))
        return cls(rows, marks=np.concatenate([np.zeros(1, dtype=np.bool_), *(part.marked() for part in sets)]))

    def split(self, sizes: Sequence[int]) -> list[RowSet]:
        """The opposite of `joined`: the rows of tables of these sizes that stand one behind the other."""
        if len(sizes) == 1:
            return [self]
        out, before = [], 0
        for size in sizes:
            if self.numbers is not None:
                first, last = np.searchsorted(self.numbers, (before, before + size), side="right").tolist()
                out.append(RowSet(size, numbers=self.numbers[first:last] - before))
            else:
                # The mark at 0 stands for no row, whatever it says.
                out.append(RowSet(size, marks=np.append(False, self._marks()[before + 1 : before + size + 1])))
            before += size
        return out

    @property
    def bytes(self) -> int:
        """What the set takes in memory."""
        return (self.numbers.nbytes if self.numbers is not None else 0) + (
            self.marks.nbytes if self.marks is not None else 0
        )

    def __len__(self) -> int:
        return len(self.numbers) if self.numbers is not None else int(np.count_nonzero(self._marks()))

    def __and__(self, other: RowSet) -> RowSet:
        """The rows that are in both."""
        if self.numbers is None and other.numbers is None:
            return RowSet(self.rows, marks=self._marks() & other._marks())
        few, many = (self, other) if self.numbers is not None else (other, self)
        if few.numbers is not None and many.numbers is not None and len(many.numbers) < len(few.numbers):
            few, many = many, few
        assert few.numbers is not None  # noqa: S101 - one of the two has them
        return RowSet(self.rows, numbers=few.numbers[many.holds(few.numbers)])

    def holds(self, numbers: Numbers) -> Marks:
        """For each of some numbers whether its row is in the set."""
        if self.numbers is None:
            return self._marks()[numbers]
        if not len(self.numbers):
            return np.zeros(len(numbers), dtype=np.bool_)
        at = np.searchsorted(self.numbers, numbers)
        at[at == len(self.numbers)] = 0
        marks: Marks = self.numbers[at] == numbers
        return marks

    def all(self) -> Numbers:
        """The numbers of the rows, ascending."""
        return self.numbers if self.numbers is not None else np.flatnonzero(self._marks()).astype(np.int64)

    def marked(self) -> Marks:
        """A mark for each row, from the first one on."""
        marks = self.marks
        if marks is None:
            marks = np.zeros(self.rows + 1, dtype=np.bool_)
            marks[self.all()] = True
        return marks[1:]

    def pieces(self, after: int) -> Iterator[Numbers]:
        """The numbers greater than one, in pieces that grow."""
        size = LEAST_PIECE
        if self.numbers is not None:
            at = int(np.searchsorted(self.numbers, after, side="right"))
            while at < len(self.numbers):
                yield self.numbers[at : at + size]
                at, size = at + size, min(size * 4, LARGEST_PIECE)
            return
        at = after + 1
        while at <= self.rows:
            yield np.flatnonzero(self._marks()[at : at + size]) + at
            at, size = at + size, min(size * 4, LARGEST_PIECE)

    def _marks(self) -> Marks:
        assert self.marks is not None  # noqa: S101 - a set has either numbers or marks
        return self.marks
