"""Sets of rows of one state: ascending numbers while they are few, marks beside all rows when they are many."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from ayan.core.query.limits import LARGEST_PIECE, LEAST_PIECE
from ayan.core.store.row_store import Numbers

Marks = npt.NDArray[np.bool_]

# From this share of all rows on, marking them is cheaper than sorting their numbers.
MANY: Final = 100


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

    @property
    def bytes(self) -> int:
        """What the set takes in memory."""
        return sum(part.nbytes for part in (self.numbers, self.marks) if part is not None)

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
