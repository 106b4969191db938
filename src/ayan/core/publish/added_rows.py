"""Rows of a draft added to what is published of its period: by their key they take the place of the row they are of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ayan.core.publish.entry_rows import absent_fields
from ayan.core.publish.limits import APPENDING_MEMORY
from ayan.core.schema.definition import Dataset
from ayan.core.system.duckdb import confined
from ayan.core.values import sql

_ROW: Final = "_row"
_BOTH: Final = "_old IS NOT NULL AND _new IS NOT NULL"


@dataclass(frozen=True, slots=True)
class AppendCounts:
    """What adding comes to: rows that are new, that take the place of one, that stand so already, and that stay."""

    added: int
    changed: int
    unchanged: int
    kept: int

    @property
    def rows(self) -> int:
        """Rows of the whole afterwards."""
        return self.added + self.changed + self.unchanged + self.kept


def may_append(dataset: Dataset) -> bool:
    """Whether rows can be added alone: a key says which are the same, and all that is needed is published whole."""
    absent = absent_fields(dataset)
    names = {field.name for field in absent}
    lost = any(field.required or field.published for field in absent)
    return bool(dataset.key) and not lost and not names.intersection(dataset.key)


def append(
    dataset: Dataset, standing: Sequence[Path], coming: Sequence[Path], target: Path, workdir: Path
) -> AppendCounts:
    """Write to ``target`` what is published with the rows of a draft in it, and count them.

    Both sides are Parquet parts as releases have them. A published row keeps its place, with the draft's content where
    that has its key; the others follow in the draft's order. Work that is too large for memory goes through
    ``workdir``, which is private.
    """
    with confined(
        paths=[*standing, *coming, target], folders=[workdir], memory=APPENDING_MEMORY, spill=workdir / "spill"
    ) as con:
        old, new = (_read(parts) for parts in (standing, coming))
        there, given = (
            {str(name): str(kind) for name, kind, *_ in con.execute(f"DESCRIBE SELECT * FROM {side}").fetchall()}
            for side in (old, new)
        )
        names = [field.name for field in dataset.published if field.name in there or field.name in given]
        same = " AND ".join(
            f"o.{sql.identifier(name)} IS NOT DISTINCT FROM n.{sql.identifier(name)}" for name in dataset.key
        )
        columns = ", ".join(
            f"CASE WHEN n.{_ROW} IS NOT NULL THEN {_cell('n', name, given)} ELSE {_cell('o', name, there)} END "
            f"AS {sql.identifier(name)}"
            for name in names
        )
        alike = " AND ".join(
            f"{_cell('o', name, there)} IS NOT DISTINCT FROM {_cell('n', name, given)}" for name in names
        )
        con.execute(
            f"CREATE TEMP TABLE joined AS SELECT o.{_ROW} AS _old, n.{_ROW} AS _new, ({alike}) AS _same "
            f"FROM {old} o FULL JOIN {new} n ON {same}"
        )
        con.execute(
            f"COPY (SELECT row_number() OVER (ORDER BY j._old NULLS LAST, j._new) AS {_ROW}, {columns} FROM joined j "
            f"LEFT JOIN {old} o ON o.{_ROW} = j._old LEFT JOIN {new} n ON n.{_ROW} = j._new "
            f"ORDER BY j._old NULLS LAST, j._new) TO {sql.literal(str(target))} ({sql.PARQUET})"
        )
        counted = con.execute(
            f"SELECT count(*) FILTER (_old IS NULL), count(*) FILTER ({_BOTH} AND NOT _same), "
            f"count(*) FILTER ({_BOTH} AND _same), count(*) FILTER (_new IS NULL) FROM joined"
        ).fetchone()
    assert counted is not None  # noqa: S101 - a count is always one row
    return AppendCounts(*(int(count) for count in counted))


def _read(parts: Sequence[Path]) -> str:
    files = ", ".join(sql.literal(str(part)) for part in parts)
    return f"read_parquet([{files}], union_by_name = true)"


def _cell(side: str, name: str, there: dict[str, str]) -> str:
    """A value of one side; nothing where that side has no such column."""
    return f"{side}.{sql.identifier(name)}" if name in there else "NULL"
