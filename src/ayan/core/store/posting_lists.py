"""The places of a state: lists of row numbers in one file mapped into memory, checked where they are first touched."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Final

import numpy as np
import numpy.typing as npt

from ayan.core.store.row_store import Numbers, RowStoreDamaged

# Numbers, of four bytes each, that share one CRC-32.
BLOCK: Final = 1_048_576
_KIND: Final = np.dtype("<u4")


@dataclass(frozen=True, slots=True)
class PostingList:
    """One list in the file: where it begins, counted in numbers, and how long it is."""

    start: int
    length: int


@dataclass(slots=True)
class PostingListsWriter:
    """Writes lists one after the other; ``listings`` and, once closed, ``checks`` (a CRC-32 of each block) say how."""

    path: Path
    listings: dict[str, PostingList] = field(default_factory=dict)
    checks: list[int] = field(default_factory=list)

    def __enter__(self) -> PostingListsWriter:
        self.path.write_bytes(b"")
        return self

    def add(self, name: str, numbers: Iterable[npt.NDArray[np.uint32]]) -> None:
        """Append a list, given in pieces."""
        start = self.path.stat().st_size // _KIND.itemsize
        with self.path.open("ab") as sink:
            for piece in numbers:
                sink.write(piece.astype(_KIND, copy=False).tobytes())
            self.listings[name] = PostingList(start, sink.tell() // _KIND.itemsize - start)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if kind is None:
            with self.path.open("rb") as file:
                while piece := file.read(BLOCK * _KIND.itemsize):
                    self.checks.append(zlib.crc32(piece))


class PostingLists:
    """The lists of an open file; safe to share between threads. Raises RowStoreDamaged or OSError."""

    def __init__(self, path: Path, listings: Mapping[str, PostingList], checks: Sequence[int]) -> None:
        self._listings = listings
        self._checks = checks
        self._sound: set[int] = set()
        if path.stat().st_size != sum(listing.length for listing in listings.values()) * _KIND.itemsize:
            raise RowStoreDamaged("the places are not as many as were written")
        # An empty file cannot be mapped.
        self._numbers = np.memmap(path, dtype=_KIND, mode="r") if checks else np.empty(0, dtype=_KIND)

    def slice(self, name: str, first: int, last: int) -> Numbers:
        """The numbers of a list from one place up to, and without, another."""
        return self._part(name, first, last).astype(np.int64)

    def within(self, name: str, first: int, last: int, after: int, until: int) -> Numbers:
        """Those numbers of such a part of a list that are greater than one number and not greater than another."""
        part = self._part(name, first, last)
        # Looked through as it lies in the file; what is greater than most is soon told apart.
        up_to = part[part <= until]
        return up_to[up_to > after].astype(np.int64)

    def _part(self, name: str, first: int, last: int) -> npt.NDArray[np.uint32]:
        listing = self._listings[name]
        start, stop = listing.start + max(first, 0), listing.start + min(last, listing.length)
        for block in range(start // BLOCK, (max(stop, start + 1) - 1) // BLOCK + 1):
            self._check(block)
        return self._numbers[start:stop]

    def length(self, name: str) -> int:
        """How many numbers a list has."""
        return self._listings[name].length

    def at(self, name: str, offset: int) -> int:
        """The number at one place of a list."""
        position = self._listings[name].start + offset
        self._check(position // BLOCK)
        return int(self._numbers[position])

    def _check(self, block: int) -> None:
        if block in self._sound or block >= len(self._checks):
            return
        if zlib.crc32(self._numbers[block * BLOCK : (block + 1) * BLOCK].tobytes()) != self._checks[block]:
            raise RowStoreDamaged(f"block {block} of the places is not the one that was written")
        self._sound.add(block)
