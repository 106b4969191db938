"""Facts of the Parquet parts of a release, and whether files are still what a manifest says they are."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ayan.core.store.objects import PartFacts, check_name
from ayan.core.system.duckdb import confined
from ayan.core.values.sql import PARQUET, literal


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """A file that is not what the manifest says; ``what``: ``missing``, ``unnamed``, ``bytes``, ``hash``, ``rows``."""

    name: str
    what: str
    expected: str
    actual: str


def facts_of(path: Path) -> PartFacts:
    """Measure one Parquet file, reading it once; raises ``pyarrow.ArrowInvalid`` when it is not Parquet."""
    size, digest = _digested(path)
    with pq.ParquetFile(path) as file:
        schema = file.schema_arrow
        columns = tuple((name, str(kind)) for name, kind in zip(schema.names, schema.types, strict=True))
        return PartFacts(path.name, size, digest, file.metadata.num_rows, columns)


def rows_of(path: Path) -> int:
    """The rows of a Parquet file, read from its footer."""
    return int(pq.read_metadata(path).num_rows)


def columns_of(path: Path) -> list[str]:
    """The names of the columns of a Parquet file, in order."""
    return list(pq.read_schema(path).names)


def numbers_in(path: Path, wanted: Collection[int]) -> set[int]:
    """Those of the row numbers that are in a file."""
    numbers: set[int] = set()
    among = pa.array(sorted(wanted), pa.int64())
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=1 << 20, columns=["_row"]):
            column = batch.column(0)
            hit = column.filter(pc.is_in(column, value_set=among))
            numbers.update(number for number in hit.to_pylist() if number is not None)
    return numbers


def copy_without(source: Path, target: Path, rows: Collection[int]) -> int:
    """Write a part anew without some of its rows, by ``_row``; returns how many are left.

    Everything in the file is made again, so that no dictionary and no statistic remembers what was left out.
    """
    with confined(paths=[source, target]) as con:
        con.execute("CREATE TABLE gone (_row BIGINT)")
        con.execute("INSERT INTO gone SELECT unnest($1)", [sorted(rows)])
        row = con.execute(
            f"COPY (SELECT * FROM read_parquet({literal(str(source))}) WHERE _row NOT IN (FROM gone)) "
            f"TO {literal(str(target))} ({PARQUET})"
        ).fetchone()
    return int(row[0]) if row else 0


def rises(paths: Sequence[Path]) -> bool:
    """Whether ``_row`` is there as a whole number, never empty, and grows from row to row through all the files."""
    last = -1
    for path in paths:
        with pq.ParquetFile(path) as file:
            if "_row" not in file.schema_arrow.names or file.schema_arrow.field("_row").type != pa.int64():
                return False
            for batch in file.iter_batches(batch_size=1 << 20, columns=["_row"]):
                column = batch.column(0)
                if column.null_count or column[0].as_py() <= last:
                    return False
                if not pc.all(pc.less(column[:-1], column[1:]), min_count=0).as_py():
                    return False
                last = column[-1].as_py()
    return True


def misplaced(folder: Path, manifest: Mapping[str, Any]) -> list[Discrepancy]:
    """The files of a manifest that are not in ``folder``, or not in their size; none of them is read."""
    wrong = []
    for name, file in _named(manifest).items():
        try:
            size = (folder / name).stat().st_size
        except FileNotFoundError:
            wrong.append(Discrepancy(name, "missing", str(file["hash"]), ""))
            continue
        if size != file["bytes"]:
            wrong.append(Discrepancy(name, "bytes", str(file["bytes"]), str(size)))
    return wrong


def _named(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """The files that a manifest names, the parts and those beside them."""
    facts = manifest["ayan"]
    commitments = facts.get("commitments") or {"files": ()}
    files = (*manifest["resources"], *commitments["files"], *facts.get("documents", ()))
    return {check_name(str(file["path"])): file for file in files}


def verify(folder: Path, manifest: Mapping[str, Any]) -> list[Discrepancy]:
    """Every way in which the files in ``folder`` differ from ``manifest``; an empty list when they do not.

    Sizes and digests are recomputed from the bytes, the row count from the parts themselves.
    """
    parts = {check_name(str(resource["path"])): resource for resource in manifest["resources"]}
    named = _named(manifest)
    discrepancies: list[Discrepancy] = []
    rows = 0
    for name, file in named.items():
        path = folder / name
        if not path.is_file():
            discrepancies.append(Discrepancy(name, "missing", str(file["hash"]), ""))
            continue
        size, digest = _digested(path)
        if size != file["bytes"]:
            discrepancies.append(Discrepancy(name, "bytes", str(file["bytes"]), str(size)))
        if f"sha256:{digest}" != file["hash"]:
            discrepancies.append(Discrepancy(name, "hash", str(file["hash"]), f"sha256:{digest}"))
        elif name in parts:
            rows += rows_of(path)
    unnamed = sorted({path.name for path in folder.glob("*.parquet")} - named.keys())
    discrepancies += [Discrepancy(name, "unnamed", "", name) for name in unnamed]
    if not discrepancies and rows != manifest["ayan"]["rows"]:
        discrepancies.append(Discrepancy("", "rows", str(manifest["ayan"]["rows"]), str(rows)))
    return discrepancies


def _digested(path: Path) -> tuple[int, str]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return file.tell(), digest
