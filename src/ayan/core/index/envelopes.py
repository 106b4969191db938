"""The envelopes of shapes in an index: rows near each other stand together, with a box around each few of them."""

from __future__ import annotations

from typing import Final

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ayan.core.index.posting_lists import PostingListsWriter
from ayan.core.values.envelope import envelope_sql
from ayan.core.values.sql import identifier

BLOCK: Final = 32
"""Rows of which one box is kept."""


def table_of(name: str) -> str:
    """The table of the boxes of a column, and the list of its rows; a column's name is letters, digits and lines."""
    return f"boxes_{name}"


def write_envelopes(connection: duckdb.DuckDBPyConnection, schema: str, writer: PostingListsWriter, name: str) -> None:
    """Keep the rows of a column of shapes in the order of a curve over the map, those without a shape left out."""
    west, south, east, north = envelope_sql(identifier(name))
    read = connection.execute(
        f"SELECT _n::UINTEGER AS n, {west} AS w, {south} AS s, {east} AS e, {north} AS t "
        f"FROM main.rows WHERE {identifier(name)} IS NOT NULL"
    ).fetchnumpy()
    boxes = np.column_stack([np.asarray(read[each], dtype=np.float64) for each in "wset"]).reshape(-1, 4)
    order = np.argsort(_along_curve(boxes), kind="stable")
    writer.add(table_of(name), [np.asarray(read["n"], dtype=np.uint32)[order]])
    boxes = boxes[order]
    first = np.arange(0, len(boxes), BLOCK)
    around = [
        np.minimum.reduceat(boxes[:, at], first) if at < 2 else np.maximum.reduceat(boxes[:, at], first)
        for at in range(4)
    ] if len(boxes) else [np.empty(0)] * 4  # fmt: skip
    rows = np.minimum(len(boxes) - first, BLOCK)
    table = pa.table({
        "first": first.astype(np.uint32), "rows": rows.astype(np.uint32),
        "west": around[0], "south": around[1], "east": around[2], "north": around[3],
    })  # fmt: skip
    connection.register("_boxes", table)
    connection.execute(f"CREATE TABLE {schema}.{identifier(table_of(name))} AS SELECT * FROM _boxes ORDER BY first")
    connection.unregister("_boxes")


def _along_curve(boxes: npt.NDArray[np.float64]) -> npt.NDArray[np.uint64]:
    """The place of the middle of each box on a curve that fills the plane (Morton's), over the globe."""
    across = ((boxes[:, 0] + boxes[:, 2]) / 2 + 180) / 360
    up = ((boxes[:, 1] + boxes[:, 3]) / 2 + 90) / 180
    place = np.zeros(len(boxes), dtype=np.uint64)
    for shift, share in ((0, across), (1, up)):
        cell = (np.clip(np.nan_to_num(share), 0, 1) * (2**31 - 1)).astype(np.uint64)
        for bit in range(31):
            place |= ((cell >> np.uint64(bit)) & np.uint64(1)) << np.uint64(2 * bit + shift)
    return place
