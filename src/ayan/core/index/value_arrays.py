"""What a segment is asked for most, in memory: where rows of a value or a number stand is known without a statement.

The values of a column by a hash of their spelling, sixteen bytes each, and the numbers in its texts, about as many;
read once for a segment, when somebody first asks for one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class ValueHashes:
    """For each value of a column, in the order of ``hashes``: the ``first`` place of its rows, and how many they are.

    Two values may share a hash, by chance or because they are spelt alike; whoever asks compares them.
    """

    hashes: npt.NDArray[np.uint64]
    first: npt.NDArray[np.uint32]
    rows: npt.NDArray[np.uint32]

    def places(self, spellings: Iterable[str]) -> list[tuple[int, int]]:
        """The first place and the number of rows of the values that are ``joined`` so, in the order of places."""
        out: set[tuple[int, int]] = set()
        for wanted in {_hash(spelling) for spelling in spellings}:
            at, end = (int(np.searchsorted(self.hashes, wanted, side=side)) for side in ("left", "right"))
            out.update(zip(self.first[at:end].tolist(), self.rows[at:end].tolist(), strict=True))
        return sorted(out)


def read_hashes(cursor: duckdb.DuckDBPyConnection, table: str) -> ValueHashes:
    """Those of a table of values (see `StoredColumn`) whose texts are kept ``joined``."""
    query = f"SELECT md5_number_lower(joined) AS hash, first, rows FROM {table} WHERE k IS NOT NULL ORDER BY 1"
    columns = cursor.execute(query).fetchnumpy()
    hashes = np.asarray(columns["hash"], dtype=np.uint64)
    return ValueHashes(hashes, *(np.asarray(columns[name], dtype=np.uint32) for name in ("first", "rows")))


@dataclass(frozen=True, slots=True)
class NumberRuns:
    """The numbers that texts hold, in the order of their signs, as ASCII of one width.

    The rows of the number at ``i`` stand in the list of words from ``ends[i]`` up to ``ends[i + 1]``.
    """

    texts: npt.NDArray[np.bytes_]
    ends: npt.NDArray[np.uint32]

    def range(self, digits: str, *, whole: bool) -> tuple[int, int]:
        """The first place of the rows that hold a number, or one that begins so, and the last; (0, 0) for none."""
        width = self.texts.dtype.itemsize
        if not len(self.texts) or len(digits) > width:
            return 0, 0
        wanted = np.array(digits.encode("ascii"), dtype=self.texts.dtype)
        first = int(np.searchsorted(self.texts, wanted))
        if whole or len(digits) == width:
            last = int(np.searchsorted(self.texts, wanted, side="right"))
        else:
            # The sign that follows 9 is greater than every digit.
            last = int(np.searchsorted(self.texts, np.array(f"{digits}:".encode("ascii"), dtype=self.texts.dtype)))
        return (int(self.ends[first]), int(self.ends[last])) if first < last else (0, 0)


def read_numbers(cursor: duckdb.DuckDBPyConnection, words: str) -> NumberRuns:
    """Those of a table of words, which begins with them."""
    table = cursor.sql(f"SELECT t, first, rows FROM {words} WHERE t < ':' ORDER BY first").to_arrow_table()
    if not table.num_rows:
        return NumberRuns(np.empty(0, dtype="S1"), np.zeros(1, dtype=np.uint32))
    texts: Any = table.column("t").combine_chunks().cast("large_string")
    _, offsets, data = texts.buffers()
    starts = np.frombuffer(offsets, dtype=np.int64)[texts.offset : texts.offset + len(texts) + 1]
    signs, lengths = np.frombuffer(data, dtype=np.uint8), np.diff(starts)
    width = int(lengths.max())
    spelt = np.zeros((len(texts), width), dtype=np.uint8)
    for at in range(width):
        longer = np.flatnonzero(lengths > at)
        spelt[longer, at] = signs[starts[longer] + at]
    first, rows = (table.column(name).to_numpy() for name in ("first", "rows"))
    return NumberRuns(spelt.view(f"S{width}").ravel(), np.append(first, first[-1] + rows[-1]).astype(np.uint32))


def _hash(spelling: str) -> np.uint64:
    digest = hashlib.md5(spelling.encode(), usedforsecurity=False).digest()
    return np.uint64(int.from_bytes(digest[8:], "little"))
