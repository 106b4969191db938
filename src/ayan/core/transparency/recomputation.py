"""Recomputing from public bytes alone: the totals that a manifest states, and the rows that a portal answers with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import pyarrow.parquet as pq

from ayan.core.system.duckdb import confined
from ayan.core.values.sql import identifier, literal

_MEMORY: Final = "2GB"
# A few rows of others can unpack to anything; what does not fit here is not compared.
_SPILL: Final = "32GB"


def recomputed(parts: Sequence[Path], stated: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """The stated totals that are not the sums of their columns: name, stated, found.

    A total that is not named after a column follows from the dataset's declaration and is not looked at.
    """
    columns = {name for part in parts for name in pq.read_schema(part).names}
    names = sorted(columns & stated.keys())
    if not names:
        return
    sums = ", ".join(f"CAST(sum({identifier(name)}) AS VARCHAR)" for name in names)
    with confined(paths=parts, memory=_MEMORY) as con:
        row = con.execute(f"SELECT {sums} FROM {_read(parts)}").fetchone() or ()
    for name, actual in zip(names, row, strict=True):
        if str(actual) != stated[name]:
            yield name, stated[name], str(actual)


def differing(served: Path, parts: Mapping[str, Sequence[Path]]) -> int:
    """How many rows stand on one side only: in ``served``, or in the parts of the releases (by ``period/number``).

    ``served`` is a download of a dataset's rows, whose ``_row`` is ``period/number#row``. Columns that only one side
    has are empty on the other.
    """
    files = [path for paths in parts.values() for path in paths]
    if not files:
        return int(pq.read_metadata(served).num_rows)
    columns = sorted(set(pq.read_schema(served).names) - {"_row"})
    with confined(paths=[served, *files], memory=_MEMORY, spill=served.with_name("spill"), spill_limit=_SPILL) as con:
        released = " UNION ALL BY NAME ".join(
            f"SELECT {literal(f'{ref}#')} || _row AS _address, * EXCLUDE (_row) FROM {_read(paths)}"
            for ref, paths in sorted(parts.items())
        )
        con.execute(f"CREATE VIEW released AS {released}")
        held = {str(name) for name, *_ in con.execute("DESCRIBE released").fetchall()}
        shared = ", ".join(identifier(name) for name in columns if name in held)
        con.execute(f"CREATE VIEW served AS SELECT _row AS _address, * EXCLUDE (_row) FROM {_read([served])}")
        served_rows, two = (f"SELECT _address, {shared} FROM {side}" for side in ("served", "released"))
        row = con.execute(
            f"SELECT (SELECT count(*) FROM ({served_rows} EXCEPT ALL {two}))"
            f" + (SELECT count(*) FROM ({two} EXCEPT ALL {served_rows}))"
        ).fetchone()
    return int(row[0]) if row else 0


def _read(paths: Sequence[Path]) -> str:
    return f"read_parquet([{', '.join(literal(str(path)) for path in paths)}], union_by_name = true)"
