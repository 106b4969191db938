"""Short ways to put cells through refining and to see what came of each."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ayan.core.intake.header import columns as raw_columns
from ayan.core.intake.table import FileFacts, RawTable
from ayan.core.refine.code_nods import ANYTHING
from ayan.core.refine.pipeline import Refined, refine
from ayan.core.schema.definition import Dataset, Layout
from ayan.core.schema.field import Field, Kind
from ayan.core.schema.kinds import KINDS
from ayan.core.values.label import Label

Table: TypeAlias = Mapping[str, Sequence[str | None]]
"""Cells by the header of their column."""

N = Field(name="n", kind=KINDS["integer"], label=Label("ش", "N"))
"""A column of running numbers, so that a row with an empty cell is still a record."""


def field(kind: str | Kind, **more: Any) -> Field:
    more.setdefault("name", "x")
    more.setdefault("label", Label("ستون", "Column"))
    return Field(kind=KINDS[kind] if isinstance(kind, str) else kind, **more)


def dataset(fields: Sequence[Field], **more: Any) -> Dataset:
    words = Label("درختان", "Trees")
    return Dataset(
        slug="trees", title=words, description=words, owner=words, topic="green", fields=tuple(fields), **more
    )


def raw_table(folder: Path, table: Table, *, first: int = 2, coded: bool = False) -> RawTable:
    """A raw table as intake gives it: headers and cells, the first record in row ``first``.

    ``coded`` as of a large file, whose repeated texts are known.
    """
    rows = max((len(cells) for cells in table.values()), default=0)
    path = folder / "raw.parquet"
    numbers = list(range(first, first + rows))
    columns: dict[str, Any] = {"_row": pa.array(numbers, pa.int64()), "_line": pa.array(numbers, pa.int64())}
    for column_number, cells in enumerate(table.values(), 1):
        columns[f"c{column_number}"] = pa.array([cell or None for cell in cells], pa.string())
    repeated: dict[int, pa.StringArray] = {}
    for position in range(1, len(table) + 1) if coded else ():
        texts = columns[f"c{position}"].unique().drop_null()
        repeated[position] = texts
        columns[f"k{position}"] = pc.add(pc.index_in(columns[f"c{position}"], value_set=texts), 1).fill_null(0)
    # In groups of rows as intake writes them, which threads share out among themselves.
    pq.write_table(pa.table(columns), path, row_group_size=16_384)
    return RawTable(
        columns=raw_columns(tuple(table), len(table)),
        relation=f"(SELECT * FROM read_parquet('{path}'))",
        files=(path,),
        rows=rows,
        facts=FileFacts(name="trees.csv", sha256="0" * 64, bytes=1, format="csv"),
        repeated=repeated,
        full=frozenset(at for at in repeated if not columns[f"c{at}"].null_count),
    )


@contextmanager
def refined(
    fields: Sequence[Field],
    table: Table,
    *,
    source: Layout | None = None,
    period: Any = None,
    refs: Any = None,
    coded: bool = False,
    accepted: Mapping[str, int] | None = None,
    nods: Sequence[str] = (ANYTHING,),
    **declared: Any,
) -> Iterator[Refined]:
    """What becomes of ``table`` (header → cells) under ``fields`` and whatever else the dataset declares."""
    if source is not None:
        declared["sources"] = {"default": source}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        raw = raw_table(folder, table, coded=coded)
        result = refine(
            raw,
            dataset(fields, **declared),
            workdir=folder / "work",
            period=period,
            refs=refs,
            accepted=accepted,
            nods=nods,
        )
        try:
            yield result
        finally:
            result.close()


def written(result: Refined, *, partial: bool = False) -> list[dict[str, Any]]:
    """The rows that would be published."""
    path = result.session.workdir / "out.parquet"
    result.write_parquet(path, partial=partial)
    rows: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    path.unlink()
    return rows


def read(tested_field: Field, cells: Sequence[str | None], **more: Any) -> list[Any]:
    """What each cell is read as: its published value, or the code of its issue as text behind an exclamation mark."""
    table: Table = {"N": [str(number) for number in range(1, len(cells) + 1)], tested_field.label.fa: list(cells)}
    # A mark for "as above" is a text here like any other.
    with refined([N, tested_field], table, accepted={"row-ditto": len(cells)}, **more) as result:
        wrong = {
            issue.row: issue.code
            for issue in result.issues
            if issue.field == tested_field.name and issue.row is not None
        }
        values = {row["_row"]: row[tested_field.name] for row in written(result, partial=bool(result.errors))}
    assert set(wrong) | set(values) == set(range(2, len(cells) + 2)), "a row was lost"
    return [f"!{wrong[row]}" if row in wrong else values[row] for row in range(2, len(cells) + 2)]


def codes(result: Refined, field: str | None = None) -> list[tuple[str, int | None]]:
    """The issues as (code, row), of one field or of all."""
    return [(issue.code, issue.row) for issue in result.issues if field is None or issue.field == field]


def holds(tested_field: Field, expected: dict[str, Any]) -> None:
    """``expected``: cell → value, or issue code behind an exclamation mark."""
    assert dict(zip(expected, read(tested_field, list(expected)), strict=True)) == expected
