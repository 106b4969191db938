"""Commitments to the rows of a release: a salted hash of each, and one root from which any row can be proved alone."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final, cast

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ayan.core.ledger import salts as files
from ayan.core.ledger import tree
from ayan.core.ledger.rowtext import BadRows, row_sql
from ayan.core.ledger.salts import GROUP, SALTS, Chance
from ayan.core.ledger.stored import folded
from ayan.core.ledger.tree import HASH, leaf_hash
from ayan.core.values.sql import literal

BLOCKS: Final = "rows.tree"
"""The hash of every whole block of 256 rows, and then the leaf hashes of the rows after the last whole block."""

HEIGHT: Final = 8
BLOCK: Final = 1 << HEIGHT


@dataclass(frozen=True, slots=True)
class RowsRoot:
    """The root over the commitments of all rows, erased ones included, and how many there are."""

    root: bytes
    rows: int


@dataclass(frozen=True, slots=True)
class Opening:
    """What shows that one row belongs to a rows root.

    ``position`` counts from 0 among all ``rows`` in the order of ``_row``. ``text`` is the canonical row and ``salt``
    its salt, both None for an erased row. ``path`` leads from the leaf hash of ``commitment`` to the root.
    """

    position: int
    rows: int
    commitment: bytes
    path: tuple[bytes, ...]
    text: bytes | None = None
    salt: bytes | None = None

    def root(self) -> bytes:
        """The rows root that this leads to; BadProof when text and salt are not those of the commitment."""
        if (self.text is None) != (self.salt is None):
            raise tree.BadProof("a row is shown with its salt or not at all")
        if self.text is not None and self.salt is not None and commitment(self.salt, self.text) != self.commitment:
            raise tree.BadProof("the row is not the one committed to")
        return tree.root_by_inclusion(leaf_hash(self.commitment), self.position, self.rows, self.path)


def commitment(salt: bytes, row: bytes) -> bytes:
    """The commitment to a row: SHA-256 over its 32-byte salt and then its canonical bytes."""
    if len(salt) != HASH:
        raise BadRows("a salt has 32 bytes")
    return sha256(salt + row).digest()


def commit_rows(parts: Sequence[Path], out: Path, *, chance: Chance = os.urandom) -> RowsRoot:
    """Draw a salt for every row of the Parquet ``parts``, and compute the root over the commitments.

    Leaf ``n`` of the tree (RFC 6962) is the commitment of the ``n``-th row in the order of the parts, by which ``_row``
    must rise. Writes `SALTS` and `BLOCKS` to the folder ``out``; the caller makes them durable. Raises BadRows for
    columns without canonical text, and when ``_row`` is missing or does not rise.
    """
    files.draw(parts, out / SALTS, chance)
    blocks, found = _hashed(parts, out / SALTS)
    (out / BLOCKS).write_bytes(blocks)
    return found


def recompute_rows(parts: Sequence[Path], beside: Path) -> RowsRoot:
    """The root that the rows lead to now, with the salts in the folder ``beside``.

    Raises BadRows when rows and salts are not of each other, or when a block of 256 rows is not what `BLOCKS` says:
    some row, salt or commitment among those that are named was changed.
    """
    blocks, found = _hashed(parts, beside / SALTS)
    kept = (beside / BLOCKS).read_bytes()
    if kept != blocks:
        apart = next((at for at in range(0, len(blocks), HASH) if kept[at : at + HASH] != blocks[at : at + HASH]), 0)
        with pq.ParquetFile(beside / SALTS) as file:
            raise _changed(files.some(file, min(apart // HASH, found.rows // BLOCK) * BLOCK, BLOCK))
    return found


def open_row(parts: Sequence[Path], beside: Path, row: int) -> Opening:
    """What proves the row with this ``_row``, from its block of 256 rows; KeyError when the release never had it.

    Raises BadRows when that block is not what was sealed.
    """
    with pq.ParquetFile(beside / SALTS) as file:
        total, position = file.metadata.num_rows, files.position_of(file, row)
        start = position // BLOCK * BLOCK
        table = files.some(file, start, BLOCK)
    texts = _texts(parts, table)
    made = _commitments(table, texts)
    own = b"".join([leaf_hash(one) for one in made])
    stored = (beside / BLOCKS).read_bytes()
    whole, rest = stored[: total // BLOCK * HASH], stored[total // BLOCK * HASH :]
    if own != rest if len(made) < BLOCK else folded(own, 0, HEIGHT) != whole[start // BLOCK * HASH :][:HASH]:
        raise _changed(table)
    nodes = _nodes(whole, rest, own, start)
    at = position - start
    return Opening(
        position, total, made[at], tuple(tree.inclusion(nodes, position, total)), texts[at], table["_salt"][at].as_py()
    )


def erase_salts(parts: Sequence[Path], beside: Path, rows: Collection[int], out: Path) -> int:
    """Write to the folder ``out`` the salts and blocks of a release of which ``rows`` (by ``_row``) are erased.

    The salts of those rows are gone from the new file, and their commitments stand in it. ``parts`` still hold the
    rows. The caller then removes the rows from the parts, and every copy of the older files. Returns how many were
    erased now, those erased before not counted; KeyError when the release never had one of them.
    """
    wanted = pa.array(sorted(set(rows)), pa.int64())
    seen = erased = 0
    with pq.ParquetFile(beside / SALTS) as file, files.writer(out / SALTS) as writer:
        for group in range(file.num_row_groups):
            table = file.read_row_group(group).combine_chunks()
            hit = pc.is_in(table["_row"], value_set=wanted)
            seen += hit.to_pylist().count(True)
            fresh = pc.and_(hit, pc.is_valid(table["_salt"])).to_pylist()
            if True in fresh:
                erased += fresh.count(True)
                table = _without(table, fresh, _commitments(table, _texts(parts, table)))
            writer.write_table(table)
    if seen != len(wanted):
        raise KeyError("a row to be erased is not one of the release")
    (out / BLOCKS).write_bytes((beside / BLOCKS).read_bytes())
    return erased


def _without(table: pa.Table, erased: Sequence[bool | None], made: Sequence[bytes]) -> pa.Table:
    kind = pa.binary(HASH)
    salts = [None if gone else salt for gone, salt in zip(erased, table["_salt"].to_pylist(), strict=True)]
    hashes = [one if salt is None else None for salt, one in zip(salts, made, strict=True)]
    return pa.table([table["_row"], pa.array(salts, kind), pa.array(hashes, kind)], schema=files.SCHEMA)


def _hashed(parts: Sequence[Path], salts: Path) -> tuple[bytes, RowsRoot]:
    """What `BLOCKS` should hold, and the root over everything."""
    blocks: list[bytes] = []
    waiting, total = b"", 0
    with pq.ParquetFile(salts) as file, _Published.of(parts) as published:
        for group in range(file.num_row_groups):
            table = file.read_row_group(group).combine_chunks()
            total += len(table)
            waiting += _leaves(table, published.take(table))
            full = len(waiting) - len(waiting) % (BLOCK * HASH)
            run, waiting = waiting[:full], waiting[full:]
            for _ in range(HEIGHT):
                run = tree.climb(run)
            blocks.append(run)
        published.finish()
    whole = b"".join(blocks)
    return whole + waiting, RowsRoot(tree.root(_nodes(whole, waiting), total), total)


def _nodes(whole: bytes, rest: bytes, own: bytes = b"", start: int = 0) -> tree.Nodes:
    """The nodes over all rows, from block hashes, the leaves after the last block, and those of one block."""
    upper = tree.held([whole[at : at + HASH] for at in range(0, len(whole), HASH)])
    after = len(whole) // HASH * BLOCK

    def node(height: int, index: int) -> bytes:
        first = index << height
        if first >= after:
            return folded(rest, first - after, height)
        return upper(height - HEIGHT, index) if height >= HEIGHT else folded(own, first - start, height)

    return node


def _leaves(table: pa.Table, texts: Sequence[bytes | None]) -> bytes:
    """The leaf hashes of a group of rows, one after the other."""
    if table["_salt"].null_count:
        return b"".join([leaf_hash(one) for one in _commitments(table, texts)])
    pairs = cast(Iterator[tuple[bytes, bytes]], zip(table["_salt"].to_pylist(), texts, strict=True))
    # One expression, for it runs millions of times: `commitment` and `leaf_hash` without their calls.
    return b"".join([sha256(b"\0" + sha256(salt + text).digest()).digest() for salt, text in pairs])


def _commitments(table: pa.Table, texts: Sequence[bytes | None]) -> list[bytes]:
    found: list[bytes] = []
    for salt, kept, text in zip(table["_salt"].to_pylist(), table["_commitment"].to_pylist(), texts, strict=True):
        if kept is not None and salt is None and text is None:
            found.append(kept)
        elif kept is None and salt is not None and text is not None:
            found.append(commitment(salt, text))
        else:
            raise BadRows("the salts are not those of the rows")
    return found


def _texts(parts: Sequence[Path], table: pa.Table) -> list[bytes | None]:
    """The canonical rows of one run of salts; None for an erased one."""
    between = (table["_row"][0].as_py(), table["_row"][-1].as_py())
    with _Published.of(parts, between) as published:
        found = published.take(table)
        published.finish()
    return found


class _Published:
    """The published rows in their order, as canonical bytes beside their numbers."""

    def __init__(self, reader: pa.RecordBatchReader) -> None:
        self._reader = reader
        self._held = pa.table([pa.array([], pa.int64()), pa.array([], pa.binary())], names=["_row", "text"])

    @classmethod
    @contextmanager
    def of(cls, parts: Sequence[Path], between: tuple[int, int] | None = None) -> Iterator[_Published]:
        """All rows of the parts, or those whose numbers lie between two."""
        paths = [str(part) for part in parts]
        with duckdb.connect(config={"threads": 2, "memory_limit": "1GB"}) as con:
            con.execute(f"SET allowed_paths = [{', '.join(map(literal, paths))}]")
            con.execute("SET enable_external_access = false")
            con.execute("SET lock_configuration = true")
            source = f"read_parquet([{', '.join(map(literal, paths))}])"
            columns: Mapping[str, str] = {
                name: kind for name, kind, *_ in con.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
            }
            kept = f"WHERE _row BETWEEN {int(between[0])} AND {int(between[1])}" if between else ""
            found = con.sql(f"SELECT _row, encode({row_sql(columns)}) AS text FROM {source} {kept}")
            yield cls(found.to_arrow_reader(GROUP))

    def take(self, table: pa.Table) -> list[bytes | None]:
        """The next rows, for the salts in ``table``; None where the row is erased. BadRows when they do not match."""
        stands = pc.is_valid(table["_salt"])
        wanted = table["_row"].filter(stands)
        while len(self._held) < len(wanted):
            batch = next(self._reader, None)
            if batch is None:
                raise BadRows("there are fewer rows than salts")
            self._held = pa.concat_tables([self._held, pa.table(batch).cast(self._held.schema)])
        rows, self._held = self._held.slice(0, len(wanted)), self._held.slice(len(wanted))
        if not rows["_row"].equals(wanted):
            raise BadRows("the salts are not those of the rows")
        texts: list[bytes | None] = rows["text"].to_pylist()
        if len(texts) == len(table):
            return texts
        living = iter(texts)
        return [next(living) if here else None for here in stands.to_pylist()]

    def finish(self) -> None:
        """Raise BadRows when rows are left over."""
        if len(self._held) or next((batch for batch in self._reader if len(batch)), None) is not None:
            raise BadRows("there are more rows than salts")


def _changed(table: pa.Table) -> BadRows:
    first, last = table["_row"][0], table["_row"][-1]
    return BadRows(f"among the rows {first} to {last} one is not what was sealed")
