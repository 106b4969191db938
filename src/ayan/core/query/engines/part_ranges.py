"""Where the columns of a part stand in its file, and digests of each: what a worker fetches of it and holds it against.

A digest of a whole part says nothing about a piece of it. This machine has the part, held against the digest in its
manifest when it was fetched, and so can say what each piece must be.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq

from ayan.core.query.limits import MOST_PART_RANGES
from ayan.core.store.objects import SharedObject

FOOTER_END: Final = 8
"""The last bytes of a Parquet file: four of the footer's length, and its mark."""

FileRange = tuple[int, int, str]
"""The first byte, how many, and their SHA-256 (hex)."""


def part_facts(path: Path, part: SharedObject, columns: Sequence[str]) -> dict[str, Any]:
    """What a worker must know to read ``columns`` of a part, as JSON takes it; ``path`` is its copy on this machine.

    ``footer`` is a range; ``groups`` has, for each group of rows, its ranges by the name of the column. OSError.
    """
    size, footer, count = _footer(path, part.sha256)
    by_column = {name: _chunks(path, part.sha256, name) for name in columns}
    return {
        "endpoint": part.endpoint,
        "region": part.region,
        "bucket": part.bucket,
        "key": part.key,
        "size": size,
        "footer": footer,
        "groups": [{name: chunks[group] for name, chunks in by_column.items()} for group in range(count)],
    }


# Parts are never written twice under one digest: what is remembered by it stays true.
@lru_cache(maxsize=MOST_PART_RANGES)
def _footer(path: Path, sha256: str) -> tuple[int, FileRange, int]:  # noqa: ARG001 - what it is remembered by
    """The size of a part, the range of its footer, and how many groups of rows it has."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(size - FOOTER_END)
        length = int.from_bytes(file.read(4), "little") + FOOTER_END
    return size, _range(path, size - length, length), pq.read_metadata(path).num_row_groups


@lru_cache(maxsize=MOST_PART_RANGES)
def _chunks(path: Path, sha256: str, column: str) -> tuple[tuple[FileRange, ...], ...]:  # noqa: ARG001 - as above
    """The ranges of a column, for each group of rows; a column of lists has more than one in a group."""
    metadata = pq.read_metadata(path)
    by_group = []
    for group in range(metadata.num_row_groups):
        ranges = []
        facts = metadata.row_group(group)
        for leaf in range(facts.num_columns):
            chunk = facts.column(leaf)
            if chunk.path_in_schema.split(".")[0] == column:
                begins = [at for at in (chunk.dictionary_page_offset, chunk.data_page_offset) if at]
                ranges.append(_range(path, min(begins), chunk.total_compressed_size))
        by_group.append(tuple(ranges))
    return tuple(by_group)


def _range(path: Path, start: int, length: int) -> FileRange:
    with path.open("rb") as file:
        file.seek(start)
        return start, length, hashlib.sha256(file.read(length)).hexdigest()
