"""A part that is about to be published: its digest, rows, totals and rows root, all from one pass over its bytes."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from ayan.core.ledger.commitments import BLOCKS, SALTS, commit_passing
from ayan.core.publish.limits import MOST_ROWS_HELD, MOST_SPILLED_FOR_TOTALS
from ayan.core.schema.definition import Dataset
from ayan.core.schema.expression import aggregate_expression
from ayan.core.store.manifest import Commitments
from ayan.core.store.objects import PartFacts
from ayan.core.store.parquet import columns_of
from ayan.core.store.plain_totals import plain_total
from ayan.core.store.staged_check import MeasuredPart, stamp_of
from ayan.core.system.duckdb import confined, spill_folder
from ayan.core.system.progress import Progress
from ayan.core.values import sql
from ayan.core.values.canonical import sha256_file

_PIECE: Final = 1 << 20
_HELD, _KEPT = "held", "kept"


@dataclass(frozen=True, slots=True)
class StagedPart:
    """One Parquet part in a staging folder, with the files that open its commitments beside it.

    ``totals`` are the control totals of its rows, exact numbers as text.
    """

    measured: MeasuredPart
    totals: Mapping[str, str]
    commitments: Commitments

    @property
    def facts(self) -> PartFacts:
        """Its name, size, digest, rows and columns."""
        return self.measured.facts

    @classmethod
    def of(cls, path: Path, dataset: Dataset, progress: Progress | None = None) -> StagedPart:
        """Read ``path`` from its beginning to its end, once, and write the salts and blocks of its rows beside it.

        Only the hashing of rows that are so many that processes share it reads them a second time. Raises what
        `commit_passing` raises, and ArrowInvalid for what is not Parquet.
        """
        stamp = stamp_of(path)
        if progress:
            progress("commit", None)
        with path.open("rb", buffering=0) as raw:
            once = _OnePass(raw)
            with (
                pq.ParquetFile(pa.PythonFile(once)) as file,
                _summing(dataset, file.schema_arrow.names, path.parent) as summing,
            ):
                passing = (summing.add(table) for table in once.tables(file))
                root = commit_passing(passing, [path], file.metadata.num_rows, path.parent)
                schema = file.schema_arrow
                columns = tuple((name, str(kind)) for name, kind in zip(schema.names, schema.types, strict=True))
                facts = PartFacts(path.name, stamp[1], once.digest(), file.metadata.num_rows, columns)
                totals = summing.totals()
        opening = commitments_of(path.parent, root.root.hex(), (SALTS, BLOCKS))
        return cls(MeasuredPart(facts, stamp), totals, opening)


class _OnePass(io.RawIOBase):
    """A file that a reader of Parquet reads piece by piece, in its order, and that is digested on the way.

    What comes before the rows are read, which is the footer, is not a part of the pass.
    """

    def __init__(self, raw: io.FileIO) -> None:
        super().__init__()
        self._raw = raw
        self._at = self._passed = 0
        self._digest = hashlib.sha256()
        self._begun = False

    def tables(self, file: pq.ParquetFile) -> Iterator[pa.Table]:
        """The rows, a group of the file at a time."""
        self._begun = True
        for group in range(file.num_row_groups):
            yield file.read_row_group(group, use_threads=False)

    def digest(self) -> str:
        """The SHA-256 (hex) of all bytes; those that no reader asked for are read now."""
        while self._pass(_PIECE):
            pass
        return self._digest.hexdigest()

    def read(self, size: int = -1) -> bytes:
        """The bytes that follow; pieces that were left out on the way are digested too."""
        end = self._size() if size < 0 else self._at + size
        if not self._begun or self._at < self._passed:
            self._raw.seek(self._at)
            data = _exactly(self._raw, end - self._at)
            self._raw.seek(self._passed)
        else:
            while self._passed < self._at:
                self._pass(min(_PIECE, self._at - self._passed))
            data = self._pass(end - self._at)
        self._at += len(data)
        return data

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size()}[whence]
        return self._at

    def tell(self) -> int:
        return self._at

    def _pass(self, size: int) -> bytes:
        data = _exactly(self._raw, size)
        self._digest.update(data)
        self._passed += len(data)
        return data

    def _size(self) -> int:
        at = self._raw.tell()
        end = self._raw.seek(0, io.SEEK_END)
        self._raw.seek(at)
        return end


def _exactly(raw: io.FileIO, size: int) -> bytes:
    """So many bytes, fewer only at the end of the file."""
    pieces = []
    while size > 0 and (data := raw.read(size)):
        pieces.append(data)
        size -= len(data)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


class _Summing:
    """Keeps of the rows that pass the columns that totals are made of, and computes these at the end.

    ``rules`` are the expressions of ``sums`` as manifests state them. Few rows of which nothing is asked but what these
    say plainly need no database; for others one is opened in ``block``, which spills into ``staged``.
    """

    def __init__(
        self,
        sums: Mapping[str, str],
        rules: Mapping[str, str],
        columns: Sequence[str],
        block: ExitStack,
        staged: Path,
    ) -> None:
        self._sums, self._rules, self._columns, self._block, self._staged = sums, rules, columns, block, staged
        self._waiting: list[pa.Table] = []
        self._con: duckdb.DuckDBPyConnection | None = None

    def add(self, table: pa.Table) -> pa.Table:
        """Take note of some rows, and hand them on."""
        if self._sums:
            self._waiting.append(table.select(self._columns))
            if self._con is not None or sum(map(len, self._waiting)) > MOST_ROWS_HELD:
                self._keep()
        return table

    def totals(self) -> dict[str, str]:
        """The totals that are not empty."""
        if not self._waiting and self._con is None:
            return {}
        if self._con is None:
            held = pa.concat_tables(self._waiting)
            plain = {name: plain_total(rule, held) for name, rule in self._rules.items()}
            if None not in plain.values():
                return {name: total for name, total in plain.items() if total is not None and total != str(None)}
        return _totals(self._keep(), self._sums, _KEPT)

    def _keep(self) -> duckdb.DuckDBPyConnection:
        """Put what waits into the database."""
        con = self._con or self._block.enter_context(_spilling((), self._staged))
        columns = ", ".join(map(sql.identifier, self._columns))
        for table in self._waiting:
            con.register(_HELD, table)
            if self._con is None:
                con.execute(f"CREATE TABLE {_KEPT} AS SELECT {columns} FROM {_HELD} LIMIT 0")
                self._con = con
            con.execute(f"INSERT INTO {_KEPT} SELECT {columns} FROM {_HELD}")
            con.unregister(_HELD)
        self._waiting.clear()
        return con


@contextmanager
def _summing(dataset: Dataset, names: Sequence[str], staged: Path) -> Iterator[_Summing]:
    sums, rules, columns = _sums(dataset, names)
    with ExitStack() as block:
        yield _Summing(sums, rules, columns or names[:1], block, staged)


def control_totals(dataset: Dataset, parts: Sequence[Path], staged: Path) -> dict[str, str]:
    """The totals a release states, recomputed from the bytes of its parts: exact numbers as text.

    What does not fit into memory goes to a folder in ``staged``, where the release is made.
    """
    sums, _, _ = _sums(dataset, sorted({name for part in parts for name in columns_of(part)}))
    if not sums:
        return {}
    paths = ", ".join(sql.literal(str(part)) for part in parts)
    with _spilling(parts, staged) as con:
        return _totals(con, sums, f"read_parquet([{paths}], union_by_name = true)")


def _sums(dataset: Dataset, names: Sequence[str]) -> tuple[dict[str, str], dict[str, str], list[str]]:
    """By code the expression of every total that is stated of rows with these columns, its rule as manifests state it,
    and the columns that they read.

    Every numeric published field is summed, and every declared control total is computed; a total whose fields are
    not published, or not in the parts, is left to the audit of the draft and is not stated.
    """
    there = set(names)
    public = {field.name for field in dataset.published if field.shown == "public" and field.name in there}
    summed = [
        field.name
        for field in dataset.published
        if field.kind.summable and field.role in ("amount", "quantity") and field.name in public
    ]
    sums, read = {name: f"sum({sql.identifier(name)})" for name in summed}, set(summed)
    rules = {name: f"sum({name})" for name in summed}
    identifiers = {name: sql.identifier(name) for name in public}
    for total in dataset.totals:
        expression = aggregate_expression(total.sql, identifiers)
        if expression.names <= public:
            sums[total.code], rules[total.code] = expression.sql, total.sql
            read |= expression.names
    return sums, rules, sorted(read)


def _totals(con: duckdb.DuckDBPyConnection, sums: Mapping[str, str], rows: str) -> dict[str, str]:
    columns = ", ".join(f"CAST({expression} AS VARCHAR)" for expression in sums.values())
    values = con.execute(f"SELECT {columns} FROM {rows}").fetchone() or ()
    return {name: str(value) for name, value in zip(sums, values, strict=True) if value is not None}


@contextmanager
def _spilling(paths: Sequence[Path], staged: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Different values are counted in memory, and those of a large register may not fit."""
    with (
        spill_folder(staged) as spill,
        confined(paths=paths, spill=spill, spill_limit=f"{MOST_SPILLED_FOR_TOTALS}B") as con,
    ):
        yield con


def commitments_of(staged: Path, rows_root: str, names: Sequence[str]) -> Commitments:
    """What a manifest says of a rows root (hex) and of the staged files that open the commitments."""
    files = {name: ((staged / name).stat().st_size, sha256_file(staged / name)) for name in names}
    return Commitments(rows_root, files)
