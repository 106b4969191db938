"""Commitments to the rows of a release: a salt and a hash of each, and one root from which any row can be proved."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ayan.core.ledger import tree
from ayan.core.ledger.opening import BadRows, Opening
from ayan.core.ledger.rowhash import (
    BLOCK,
    GROUP,
    HEIGHT,
    BlockHashes,
    commitments_of,
    hash_rows,
    hashing,
    is_shared,
    texts_of,
)
from ayan.core.ledger.tree import HASH, folded, leaf_hash

BLOCKS: Final = "rows.tree"
"""The hash of every whole block of 256 rows, and then the leaf hashes of the rows after the last whole block."""
SALTS: Final = "salts.parquet"
"""``_row BIGINT, _salt BLOB(32), _commitment BLOB(32)``: for a row that stands its salt, for an erased one its hash."""

_HASHES: Final[pa.DataType] = pa.binary(HASH)
SALTS_SCHEMA: Final = pa.schema({"_row": pa.int64(), "_salt": _HASHES, "_commitment": _HASHES})

SaltSource = Callable[[int], bytes]
"""Gives so many random bytes."""


@dataclass(frozen=True, slots=True)
class RowsRoot:
    """The root over the commitments of all rows, erased ones included, and how many there are."""

    root: bytes
    rows: int


def commit_passing(
    passing: Iterable[pa.Table], parts: Sequence[Path], rows: int, out: Path, *, chance: SaltSource = os.urandom
) -> RowsRoot:
    """Draw a salt for every row of the Parquet ``parts``, and compute the root over the commitments.

    ``passing`` are the rows as somebody else reads them from there: all their columns, in their order. Leaf ``n`` of
    the tree (RFC 6962) is the commitment of the ``n``-th of them; ``_row`` must rise. Writes `SALTS` and `BLOCKS` to
    the folder ``out``; the caller makes them durable. Raises BadRows for columns without canonical text, and when
    ``_row`` is missing or does not rise.

    Where ``rows``, their number, is so large that processes share the hashing, these read the parts once more.
    """
    shared, blocks = is_shared(rows), BlockHashes()
    with salts_writer(out / SALTS) as writer, hashing() as leaves:
        for table in in_groups(passing):
            salts = draw_salts(table, chance)
            writer.write_table(salts)
            if not shared:
                blocks.add(leaves(table, salts))
    whole = hash_rows(parts, out / SALTS)[0] if shared else bytes(blocks)
    (out / BLOCKS).write_bytes(whole)
    return _root(whole, rows)


def recompute_rows(parts: Sequence[Path], beside: Path, *, salts: str = SALTS) -> RowsRoot:
    """The root that the rows lead to now, with the file ``salts`` in the folder ``beside``.

    Raises BadRows when rows and salts are not of each other, or when a block of 256 rows is not what `BLOCKS` says:
    some row, salt or commitment among those that are named was changed.
    """
    blocks, rows = hash_rows(parts, beside / salts)
    kept = (beside / BLOCKS).read_bytes()
    if kept != blocks:
        apart = next((at for at in range(0, len(blocks), HASH) if kept[at : at + HASH] != blocks[at : at + HASH]), 0)
        with pq.ParquetFile(beside / salts) as file:
            raise _changed(some_salts(file, min(apart // HASH, rows // BLOCK) * BLOCK, BLOCK))
    return _root(blocks, rows)


def recompute_held(
    rows: pa.Table, beside: Path, leaves: Callable[[pa.Table, pa.Table], bytes], *, salts: str = SALTS
) -> RowsRoot | None:
    """The same root of few rows that are all held in memory; ``leaves`` is what `rowhash.hashing` gives.

    None for whatever is out of the ordinary, such as erased rows or salts of others: `recompute_rows` tells.
    """
    with pq.ParquetFile(beside / salts) as file:
        if file.metadata.num_rows != len(rows) or len(rows) > GROUP:
            return None
        table = file.read(use_threads=False).combine_chunks()
    known = table.schema.equals(SALTS_SCHEMA) and not table["_salt"].null_count
    if not known or table["_commitment"].null_count != len(table) or not rows["_row"].equals(table["_row"]):
        return None
    blocks = BlockHashes()
    blocks.add(leaves(rows, table))
    whole = bytes(blocks)
    return _root(whole, len(rows)) if whole == (beside / BLOCKS).read_bytes() else None


def open_row(parts: Sequence[Path], beside: Path, row: int, *, salts: str = SALTS) -> Opening:
    """What proves the row with this ``_row``, from its block of 256 rows; KeyError when the release never had it.

    Raises BadRows when that block is not what was sealed.
    """
    with pq.ParquetFile(beside / salts) as file:
        total, position = file.metadata.num_rows, position_of(file, row)
        start = position // BLOCK * BLOCK
        table = some_salts(file, start, BLOCK)
    texts = texts_of(parts, table)
    commitments = commitments_of(table, texts)
    own = b"".join([leaf_hash(row_commitment) for row_commitment in commitments])
    stored = (beside / BLOCKS).read_bytes()
    whole, rest = stored[: total // BLOCK * HASH], stored[total // BLOCK * HASH :]
    if own != rest if len(commitments) < BLOCK else folded(own, 0, HEIGHT) != whole[start // BLOCK * HASH :][:HASH]:
        raise _changed(table)
    nodes = _nodes(whole, rest, own, start)
    at = position - start
    return Opening(
        position,
        total,
        commitments[at],
        tuple(tree.inclusion(nodes, position, total)),
        texts[at],
        table["_salt"][at].as_py(),
    )


def erase_salts(parts: Sequence[Path], beside: Path, rows: Collection[int], out: Path, *, salts: str = SALTS) -> int:
    """Write to the folder ``out`` the salts and blocks of a release of which ``rows`` (by ``_row``) are erased.

    The salts of those rows are gone from the new file, and their commitments stand in it. ``parts`` still hold the
    rows. The caller then removes the rows from the parts, and every copy of the older files. Returns how many were
    erased now, those erased before not counted; KeyError when the release never had one of them.
    """
    wanted = pa.array(sorted(set(rows)), pa.int64())
    seen = erased = 0
    with pq.ParquetFile(beside / salts) as file, salts_writer(out / SALTS) as writer:
        for group in range(file.num_row_groups):
            table = file.read_row_group(group).combine_chunks()
            hit = pc.is_in(table["_row"], value_set=wanted)
            seen += hit.to_pylist().count(True)
            fresh = pc.and_(hit, pc.is_valid(table["_salt"])).to_pylist()
            if True in fresh:
                erased += fresh.count(True)
                # Only from the first to the last: to read and hash the rest takes longer than all else.
                first, last = fresh.index(True), len(fresh) - fresh[::-1].index(True)
                some = table.slice(first, last - first)
                some = _without(some, fresh[first:last], commitments_of(some, texts_of(parts, some)))
                table = pa.concat_tables([table.slice(0, first), some, table.slice(last)]).combine_chunks()
            writer.write_table(table)
    if seen != len(wanted):
        raise KeyError("a row to be erased is not one of the release")
    (out / BLOCKS).write_bytes((beside / BLOCKS).read_bytes())
    return erased


def _without(table: pa.Table, erased: Sequence[bool | None], commitments: Sequence[bytes]) -> pa.Table:
    kind = pa.binary(HASH)
    salts = [None if gone else salt for gone, salt in zip(erased, table["_salt"].to_pylist(), strict=True)]
    hashes = [row_commitment if salt is None else None for salt, row_commitment in zip(salts, commitments, strict=True)]
    return pa.table([table["_row"], pa.array(salts, kind), pa.array(hashes, kind)], schema=SALTS_SCHEMA)


def _root(blocks: bytes, rows: int) -> RowsRoot:
    whole, rest = blocks[: rows // BLOCK * HASH], blocks[rows // BLOCK * HASH :]
    return RowsRoot(tree.root(_nodes(whole, rest), rows), rows)


def _nodes(whole: bytes, rest: bytes, own: bytes = b"", start: int = 0) -> tree.Nodes:
    """The nodes over all rows, from block hashes, the leaves after the last block, and those of one block."""
    upper = tree.nodes_of([whole[at : at + HASH] for at in range(0, len(whole), HASH)])
    after = len(whole) // HASH * BLOCK

    def node(height: int, index: int) -> bytes:
        first = index << height
        if first >= after:
            return folded(rest, first - after, height)
        return upper(height - HEIGHT, index) if height >= HEIGHT else folded(own, first - start, height)

    return node


def _changed(table: pa.Table) -> BadRows:
    first, last = table["_row"][0], table["_row"][-1]
    return BadRows(f"among the rows {first} to {last} one is not what was sealed")


# --- the file of salts ------------------------------------------------------------------------------------------------


def draw_salts(table: pa.Table, chance: SaltSource) -> pa.Table:
    """A new salt for every row of a table, by their numbers."""
    rows = table["_row"]
    salts = pa.py_buffer(chance(HASH * len(rows)))
    column = pa.FixedSizeBinaryArray.from_buffers(pa.binary(HASH), len(rows), [None, salts])
    return pa.table([rows, column, pa.nulls(len(rows), pa.binary(HASH))], schema=SALTS_SCHEMA)


def in_groups(tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """The rows that pass, in tables of exactly `GROUP`, but for the last; BadRows unless ``_row`` rises all the way."""
    last, waiting = -1, list[pa.Table]()
    for table in tables:
        last = _risen(table, last)
        waiting.append(table)
        while sum(map(len, waiting)) >= GROUP:
            held = pa.concat_tables(waiting)
            yield held.slice(0, GROUP).combine_chunks()
            waiting = [held.slice(GROUP)]
    if rest := pa.concat_tables(waiting) if waiting else None:
        yield rest.combine_chunks()


def position_of(file: pq.ParquetFile, row: int) -> int:
    """Where a row stands among all, from 0, by the number in ``_row``; KeyError when it is not one of them."""
    before = 0
    for group in range(file.num_row_groups):
        facts = file.metadata.row_group(group).column(0).statistics
        low, high = (None, None) if facts is None else (facts.min, facts.max)
        if low is None or high is None or low <= row <= high:
            index = pc.index(file.read_row_group(group, columns=["_row"])["_row"], row).as_py()
            if index >= 0:
                return before + int(index)
        before += file.metadata.row_group(group).num_rows
    raise KeyError(f"the release has no row {row}")


def some_salts(file: pq.ParquetFile, start: int, count: int) -> pa.Table:
    """The salts of the rows from position ``start`` on, at most ``count`` of them."""
    wanted: list[int] = []
    first = before = 0
    for group in range(file.num_row_groups):
        after = before + file.metadata.row_group(group).num_rows
        if before < start + count and after > start:
            first = first if wanted else before
            wanted.append(group)
        before = after
    return file.read_row_groups(wanted).slice(start - first, count).combine_chunks()


@contextmanager
def salts_writer(path: Path) -> Iterator[pq.ParquetWriter]:
    """Writes a file of salts, group by group."""
    # Random bytes do not compress; the row numbers pack well by their differences.
    packing = {"_row": "DELTA_BINARY_PACKED"}
    with pq.ParquetWriter(path, SALTS_SCHEMA, compression="none", use_dictionary=False, column_encoding=packing) as out:
        yield out


def _risen(table: pa.Table, last: int) -> int:
    """The highest number in a table whose numbers rise and are above ``last``."""
    if "_row" not in table.schema.names or table.schema.field("_row").type != pa.int64():
        raise BadRows("the rows have no _row of 64 bits")
    rows = table["_row"].combine_chunks()
    if not len(rows):
        return last
    if rows.null_count or rows[0].as_py() <= last:
        raise BadRows("_row does not rise from row to row")
    if not pc.all(pc.less(rows[:-1], rows[1:]), min_count=0).as_py():
        raise BadRows("_row does not rise from row to row")
    return int(rows[-1].as_py())
