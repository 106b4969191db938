"""Files of a few kilobytes that unpack to gigabytes: python -m tests.flow.bomb PART ROWS SALTS ROWS."""

from __future__ import annotations

import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq


def write_part(path: Path, rows: int) -> None:
    """The rows of a release, all of them the same, in one group."""
    text = pa.DictionaryArray.from_arrays(pa.repeat(pa.scalar(0, pa.int32()), rows), pa.array(["x" * 100]))
    pq.write_table(
        pa.table({"_row": pa.repeat(pa.scalar(1, pa.int64()), rows), "text": text}), path, row_group_size=rows
    )


def write_salts(path: Path, rows: int) -> None:
    """The salts of as many rows, none of which stands."""
    hashes = pa.nulls(rows, pa.binary(32))
    numbers = pa.repeat(pa.scalar(1, pa.int64()), rows)
    drawn = pa.table([numbers, hashes, hashes], names=["_row", "_salt", "_commitment"])
    pq.write_table(drawn, path, row_group_size=rows)


if __name__ == "__main__":
    part, rows, salts, drawn = sys.argv[1:]
    write_part(Path(part), int(rows))
    write_salts(Path(salts), int(drawn))
