"""The canonical text of published rows, and hashing millions of them, in two processes where there are many."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache
from hashlib import sha256
from itertools import pairwise
from json.encoder import encode_basestring
from pathlib import Path
from typing import Any, Final, cast

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ayan.core.ledger import tree
from ayan.core.ledger.limits import LARGEST_ROW_NUMBER, LEAST_ROW_NUMBER
from ayan.core.ledger.opening import BadRows, commitment
from ayan.core.ledger.tree import HASH, leaf_hash
from ayan.core.system import child
from ayan.core.system.duckdb import confined
from ayan.core.values.canonical import canonical_json
from ayan.core.values.sql import identifier, literal

# DuckDB's own text of these is the text that the rule asks for.
_PLAIN: Final = re.compile(r"(U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|DECIMAL\(\d+,\d+\)|DATE|BOOLEAN)")

# Where these are in a text, DuckDB spells them with capital hexadecimal digits, RFC 8785 with small ones.
_CONTROLS: Final = tuple(code for code in range(0x20) if chr(code) not in "\b\t\n\f\r")
_SHORT: Final = {"\b": r"\b", "\t": r"\t", "\n": r"\n", "\f": r"\f", "\r": r"\r"}
HEIGHT: Final = 8
BLOCK: Final = 1 << HEIGHT

GROUP: Final = 61_440
"""Rows that are read, hashed and written at a time."""

MANY: Final = 500_000
"""From so many rows on the work is shared: hashing holds Python's lock, so that only processes can do it at once."""

PROCESSES: Final = 2

_HELD: Final = "held"

FEW: Final = 4_000
"""Up to so many rows, `few_leaves` takes less time."""

REFUSED: Final = 3
"""The exit code of a process that found rows and salts not of each other."""


def row_sql(columns: Mapping[str, str]) -> str:
    """A DuckDB expression for the canonical text of a row; ``columns`` are the names and DuckDB types of the file.

    The text is a JSON object (RFC 8785) with a member for every column. A value is null or a string, so that no reader
    of JSON can round it: whole numbers in decimal digits; decimals with exactly the digits of their scale; dates as
    ``YYYY-MM-DD``; ``true`` and ``false``; text as it is.
    Raises BadRows for a column of a type that has no canonical text.
    """
    names = sorted(columns, key=lambda name: name.encode("utf-16-be"))
    parts: list[str] = []
    for before, name in zip(["{", *[","] * len(names)], names, strict=False):
        label = literal(before + canonical_json(name).decode() + ":")
        parts.append(f"{label}, {_value_sql(identifier(name), columns[name])}")
    return f"concat({', '.join(parts)}, '}}')"


def _value_sql(column: str, kind: str) -> str:
    if kind == "VARCHAR":
        quick = f"CAST(to_json({column}) AS VARCHAR)"
        escaped = f"WHEN contains({quick}, '\\u00') THEN {_escaped(column)}"
        return f"CASE WHEN {column} IS NULL THEN 'null' {escaped} ELSE {quick} END"
    if _PLAIN.fullmatch(kind):
        return f"""CASE WHEN {column} IS NULL THEN 'null' ELSE concat('"', CAST({column} AS VARCHAR), '"') END"""
    raise BadRows(f"a column of type {kind} has no canonical text")


def _escaped(column: str) -> str:
    """The JSON string of a text by plain replacement: slow, and asked for only where a control character is."""
    escaped = f"""replace(replace({column}, '\\', '\\\\'), '"', '\\"')"""
    for short, spelled in _SHORT.items():
        escaped = f"replace({escaped}, chr({ord(short)}), {literal(spelled)})"
    for code in _CONTROLS:
        spelled = f"\\u{code:04x}"
        escaped = f"replace({escaped}, chr({code}), {literal(spelled)})"
    return f"""concat('"', {escaped}, '"')"""


# --- hashing rows in their order --------------------------------------------------------------------------------------


def hash_rows(parts: Sequence[Path], salts: Path, *, share_from: int = MANY) -> tuple[bytes, int]:
    """The hash of every whole block of 256 rows, then the leaf hashes of the rest; and how many rows there are.

    From ``share_from`` rows on, processes share the work. Raises BadRows when rows and salts are not of each other.
    """
    with pq.ParquetFile(salts) as file:
        groups, rows = file.num_row_groups, file.metadata.num_rows
        if any(file.metadata.row_group(at).num_rows > GROUP for at in range(groups)):
            # Read whole, group by group: a group of another size is none of ours, and may be of any size.
            raise BadRows("the salts are not in groups as Ayan writes them")
        aligned = all(file.metadata.row_group(at).num_rows % BLOCK == 0 for at in range(groups - 1))
    if not is_shared(rows, share_from) or groups < PROCESSES or not aligned:
        return hash_groups(parts, salts, 0, groups), rows
    cuts = [groups * at // PROCESSES for at in range(PROCESSES + 1)]
    pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL
    children = [
        child.start(
            __name__, str(salts), *map(str, parts), str(start), str(end), stdin=nowhere, stdout=pipe, stderr=pipe
        )
        for start, end in pairwise(cuts)
    ]
    try:
        answers = [process.communicate() for process in children]
    finally:
        for process in children:
            process.kill()
            process.wait()
    for process, (_, said) in zip(children, answers, strict=True):
        if process.returncode == REFUSED:
            raise BadRows(said.decode(errors="replace"))
        if process.returncode:
            raise RuntimeError(f"hashing rows ended with {process.returncode}: {said.decode(errors='replace')}")
    return b"".join([hashes for hashes, _ in answers]), rows


def is_shared(rows: int, share_from: int = MANY) -> bool:
    """Whether so many rows are hashed by several processes, each of which reads its share by itself."""
    return rows >= share_from and (os.cpu_count() or 1) >= PROCESSES


@contextmanager
def hashing(few: int = FEW) -> Iterator[Callable[[pa.Table, pa.Table], bytes]]:
    """What gives the leaf hashes of rows that are held in memory, with the salts that were drawn for them.

    No database is opened before it is given more than ``few`` rows.
    """
    with ExitStack() as stack:
        opened = cache(lambda: stack.enter_context(confined()))

        def leaves(rows: pa.Table, salts: pa.Table) -> bytes:
            if len(rows) <= few:
                return few_leaves(rows, salts)
            con = opened()
            con.register(_HELD, rows)
            try:
                columns = {name: kind for name, kind, *_ in con.execute(f"DESCRIBE SELECT * FROM {_HELD}").fetchall()}
                texts = con.sql(f"SELECT encode({row_sql(columns)}) AS text FROM {_HELD}").to_arrow_table()
            except duckdb.Error as fault:
                raise BadRows(f"the rows cannot be read ({type(fault).__name__})") from fault
            finally:
                con.unregister(_HELD)
            return _leaves(salts, texts["text"].to_pylist())

        yield leaves


def few_leaves(rows: pa.Table, salts: pa.Table) -> bytes:
    """The same leaf hashes of few rows, for which putting a statement together takes longer than the rows themselves.

    Raises BadRows for a column of a type that has no canonical text.
    """
    names = sorted(rows.schema.names, key=lambda name: name.encode("utf-16-be"))
    columns = [_texts_of_column(name, rows[name]) for name in names]
    texts = [f"{{{','.join(members)}}}".encode() for members in zip(*columns, strict=True)]
    return _leaves(salts, texts)


def _texts_of_column(name: str, column: pa.ChunkedArray[Any]) -> list[str]:
    """A column as members of the canonical rows."""
    kind, label = column.type, f"{canonical_json(name).decode()}:"
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        written = [None if text is None else encode_basestring(text) for text in column.to_pylist()]
    elif pa.types.is_integer(kind) or pa.types.is_date32(kind):
        written = [None if value is None else f'"{value}"' for value in column.to_pylist()]
    elif pa.types.is_boolean(kind):
        written = [None if value is None else f'"{str(value).lower()}"' for value in column.to_pylist()]
    elif pa.types.is_decimal(kind):
        written = [None if value is None else f'"{value:f}"' for value in column.to_pylist()]
    else:
        raise BadRows(f"a column of type {kind} has no canonical text")
    return [f"{label}{'null' if text is None else text}" for text in written]


class BlockHashes:
    """Hashes of whole blocks of 256 rows, made as leaf hashes come by."""

    def __init__(self) -> None:
        self._blocks: list[bytes] = []
        self._waiting = b""

    def add(self, leaves: bytes) -> None:
        """Take in the leaf hashes of the rows that follow."""
        self._waiting += leaves
        full = len(self._waiting) - len(self._waiting) % (BLOCK * HASH)
        run, self._waiting = self._waiting[:full], self._waiting[full:]
        for _ in range(HEIGHT):
            run = tree.climb(run)
        self._blocks.append(run)

    def __bytes__(self) -> bytes:
        """The hash of every whole block, then the leaf hashes of the rest."""
        return b"".join(self._blocks) + self._waiting


def hash_groups(parts: Sequence[Path], salts: Path, start: int, end: int) -> bytes:
    """The same over the groups ``start`` to ``end`` of the salts alone; all but the last group are whole blocks."""
    blocks = BlockHashes()
    with pq.ParquetFile(salts) as file:
        # What lies between two groups, or beyond the last, has no salt: each share takes in all that it would be.
        first, after = (_first_row(file, at) if 0 < at < file.num_row_groups else None for at in (start, end))
        between = (LEAST_ROW_NUMBER if first is None else first, LARGEST_ROW_NUMBER if after is None else after - 1)
        with _Published.of(parts, between) as published:
            for group in range(start, end):
                table = file.read_row_group(group).combine_chunks()
                blocks.add(_leaves(table, published.take(table)))
            published.finish()
    return bytes(blocks)


def _first_row(file: pq.ParquetFile, group: int) -> int:
    return int(file.read_row_group(group, columns=["_row"])["_row"][0].as_py())


def commitments_of(table: pa.Table, texts: Sequence[bytes | None]) -> list[bytes]:
    """The commitment of each row of a run of salts; BadRows when a salt has no row or a row no salt."""
    commitments: list[bytes] = []
    for salt, kept, text in zip(table["_salt"].to_pylist(), table["_commitment"].to_pylist(), texts, strict=True):
        if kept is not None and salt is None and text is None:
            commitments.append(kept)
        elif kept is None and salt is not None and text is not None:
            commitments.append(commitment(salt, text))
        else:
            raise BadRows("the salts are not those of the rows")
    return commitments


def texts_of(parts: Sequence[Path], table: pa.Table) -> list[bytes | None]:
    """The canonical rows of one run of salts; None for an erased one."""
    between = (table["_row"][0].as_py(), table["_row"][-1].as_py())
    with _Published.of(parts, between) as published:
        texts = published.take(table)
        published.finish()
    return texts


def _leaves(table: pa.Table, texts: Sequence[bytes | None]) -> bytes:
    """The leaf hashes of a group of rows, one after the other."""
    if table["_salt"].null_count:
        return b"".join([leaf_hash(row_commitment) for row_commitment in commitments_of(table, texts)])
    pairs = cast(Iterator[tuple[bytes, bytes]], zip(table["_salt"].to_pylist(), texts, strict=True))
    # One expression, for it runs millions of times: `commitment` and `leaf_hash` without their calls.
    return b"".join([sha256(b"\0" + sha256(salt + text).digest()).digest() for salt, text in pairs])


class _Published:
    """The published rows in their order, as canonical bytes beside their numbers."""

    def __init__(self, reader: pa.RecordBatchReader) -> None:
        self._reader = reader
        self._held = pa.table([pa.array([], pa.int64()), pa.array([], pa.binary())], names=["_row", "text"])

    @classmethod
    @contextmanager
    def of(cls, parts: Sequence[Path], between: tuple[int, int]) -> Iterator[_Published]:
        """The rows of the parts whose numbers lie between two."""
        paths = [str(part) for part in parts]
        try:
            with confined(paths=paths) as con:
                yield cls(con.sql(_query(con, paths, between)).to_arrow_reader(GROUP))
        except duckdb.Error as fault:
            raise BadRows(f"the rows cannot be read ({type(fault).__name__})") from fault

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
        return [next(living) if present else None for present in stands.to_pylist()]

    def finish(self) -> None:
        """Raise BadRows when rows are left over."""
        if len(self._held) or next((batch for batch in self._reader if len(batch)), None) is not None:
            raise BadRows("there are more rows than salts")


def _query(con: duckdb.DuckDBPyConnection, paths: Sequence[str], between: tuple[int, int]) -> str:
    source = f"read_parquet([{', '.join(map(literal, paths))}], hive_partitioning = false)"
    columns = {name: kind for name, kind, *_ in con.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()}
    if columns.get("_row") != "BIGINT":
        raise BadRows("the rows have no _row of 64 bits")
    # A row without a number belongs to no share, so every share must stumble over it.
    kept = f"_row IS NULL OR _row BETWEEN {int(between[0])} AND {int(between[1])}"
    return f"SELECT _row, encode({row_sql(columns)}) AS text FROM {source} WHERE {kept}"


def main(arguments: Sequence[str]) -> None:
    """Hash one share of the rows in a process of its own, and write the hashes to standard output."""
    child.die_with_parent()
    salts, *parts, start, end = arguments
    try:
        sys.stdout.buffer.write(hash_groups([Path(part) for part in parts], Path(salts), int(start), int(end)))
    except BadRows as refusal:
        sys.stderr.write(str(refusal))
        sys.exit(REFUSED)


if __name__ == "__main__":
    main(sys.argv[1:])
