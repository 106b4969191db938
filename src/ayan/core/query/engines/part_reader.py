"""A part of a release read from its bucket by a worker of a cluster: the columns that are asked for, and no more.

This module travels to the workers as it stands (`ayan.core.query.engines.bucket_source`), so it imports nothing of
Ayan. The key of the bucket is in a worker's own environment (``AYAN_S3_KEY``, ``AYAN_S3_SECRET``, and
``AYAN_S3_ENDPOINT`` where it reaches the store at another address). What it fetches stays in memory alone, so that
nothing stays behind that may be erased.
"""

from __future__ import annotations

import hashlib
import mmap
import os
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from obstore.store import S3Store

ColumnBound = tuple[str, str, Any]
"""The name of a column, how it is compared (``EqualTo``, ``In``, …) and with what: no other row is wanted."""


def read_part(
    facts: Mapping[str, Any],
    names: Sequence[str],
    path: str,
    index: str,
    bounds: Sequence[ColumnBound],
    batch_rows: int,
) -> Iterator[pa.RecordBatch]:
    """The columns ``names`` of a part (`part_facts`); ``path`` among them is its key, ``index`` the place in it from 0.

    RuntimeError with ``ayan: gone`` where the part is gone, with ``ayan: not what`` where a piece of it is another.
    """
    store, stored = _store(facts), [name for name in names if name not in (path, index)]
    # As long as the part, and no more memory than what of it is fetched.
    room = mmap.mmap(-1, facts["size"])
    _fetch(store, facts["key"], [facts["footer"]], room)
    file = pq.ParquetFile(pa.BufferReader(pa.py_buffer(room)))
    metadata = file.metadata
    counts = [metadata.row_group(group).num_rows for group in range(metadata.num_row_groups)]
    befores = list(accumulate(counts, initial=0))
    groups = [group for group in range(len(counts)) if may_hold(metadata.row_group(group), bounds)]
    wanted = [each for group in groups for name in stored for each in facts["groups"][group][name]]
    _fetch(store, facts["key"], wanted, room)
    for group in groups:
        before = befores[group]
        for length, arrays in _pieces(file, group, stored, counts[group], batch_rows):
            columns = dict(zip(stored, arrays, strict=True))
            if path in names:
                columns[path] = pa.repeat(facts["key"], length)
            if index in names:
                ones = pa.repeat(pa.scalar(1, pa.int64()), length)
                columns[index] = pc.cumulative_sum(ones, start=pa.scalar(before - 1, pa.int64()))
            before += length
            yield pa.RecordBatch.from_arrays([columns[name] for name in names], names=list(names))


def may_hold(group: Any, bounds: Sequence[ColumnBound]) -> bool:
    """Whether a group of rows may have one within all bounds, by what its file says of its least and greatest values.

    Texts are left alone: what is said of a long one may be cut.
    """
    said = {}
    for leaf in range(group.num_columns):
        chunk = group.column(leaf)
        if chunk.is_stats_set and chunk.statistics.has_min_max:
            said[chunk.path_in_schema] = chunk.statistics.min, chunk.statistics.max
    return all(_meet(*said[name], how, value) for name, how, value in bounds if name in said)


def _meet(least: Any, greatest: Any, how: str, value: Any) -> bool:
    values = [each for each in (value if how == "In" else [value]) if each is not None]
    if any(type(each) is not type(least) or isinstance(each, (str, bytes, float)) for each in values):
        return True
    if how in ("EqualTo", "In"):
        return any(least <= each <= greatest for each in values)
    if how in ("GreaterThan", "GreaterThanOrEqual"):
        return any(greatest > each or (greatest == each and how.endswith("Equal")) for each in values)
    return any(least < each or (least == each and how.endswith("Equal")) for each in values)


def _pieces(
    file: pq.ParquetFile, group: int, stored: list[str], rows: int, batch_rows: int
) -> Iterator[tuple[int, list[Any]]]:
    """Some rows of a group after the other: how many, and their columns."""
    if not stored:
        for at in range(0, rows, batch_rows):
            yield min(batch_rows, rows - at), []
        return
    for batch in file.iter_batches(batch_size=batch_rows, row_groups=[group], columns=stored):
        yield len(batch), [batch.column(name) for name in stored]


def _store(facts: Mapping[str, Any]) -> S3Store:
    from obstore.store import S3Store

    key, secret = os.environ.get("AYAN_S3_KEY"), os.environ.get("AYAN_S3_SECRET")
    if not key or not secret:
        raise RuntimeError("ayan: the workers have no AYAN_S3_KEY and AYAN_S3_SECRET in their environment")
    endpoint = os.environ.get("AYAN_S3_ENDPOINT") or facts["endpoint"]
    return S3Store(
        facts["bucket"],
        endpoint=endpoint,
        region=facts["region"],
        access_key_id=key,
        secret_access_key=secret,
        client_options={"allow_http": endpoint.startswith("http://")},
    )


def _fetch(store: S3Store, key: str, ranges: Sequence[tuple[int, int, str]], room: mmap.mmap) -> None:
    """Put ranges of a part in their places, each held against its digest."""
    import obstore
    from obstore.exceptions import BaseError, NotFoundError

    if not ranges:
        return
    try:
        pieces = obstore.get_ranges(
            store, key, starts=[each[0] for each in ranges], lengths=[each[1] for each in ranges], coalesce=65_536
        )
    except (NotFoundError, FileNotFoundError):
        raise RuntimeError(f"ayan: gone: {key}") from None
    except BaseError:
        # A shorter file has no such ranges.
        if obstore.head(store, key)["size"] != len(room):
            raise RuntimeError(f"ayan: not what was put there: {key}") from None
        raise
    for (start, length, sha256), piece in zip(ranges, pieces, strict=True):
        data = memoryview(piece)
        if len(data) != length or hashlib.sha256(data).hexdigest() != sha256:
            raise RuntimeError(f"ayan: not what was put there: {key}")
        room[start : start + length] = bytes(data)
