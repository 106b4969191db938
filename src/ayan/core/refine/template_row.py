"""The example row of a template: made from the declaration, and known again when it comes back as it was given out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from ayan.core.intake.table import RawTable
from ayan.core.refine.header_matching import MappedField
from ayan.core.refine.limits import LEAST_EXAMPLE_CELLS
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.schema.field_reading import read_as
from ayan.core.schema.issue import Issue
from ayan.core.system.duckdb import confined
from ayan.core.values import sql

# Spellings tried for a field with a pattern, when it declares no example of its own.
_TRIED: Final = ("1001", "1", "12345", "1234567890", "1403-1001", "A-1001", "021-12345678")
# The example is looked for among so many records from the top: it is the first one of a template.
_LOOKED_AT: Final = 500


def template_row(dataset: Dataset) -> list[tuple[Field, str]]:
    """The fields a template asks for, as the default layout reads them, each with its example."""
    _, fields, constants = read_as(dataset, "default")
    asked = [field for field in fields if field.role != "counter" and field.name not in constants]
    return [(field, _example(dataset, field)) for field in asked]


def set_aside(raw: RawTable, dataset: Dataset, fields: Sequence[MappedField]) -> RawTable:
    """``raw`` without the example rows of the dataset's template, which say nothing; how many is told in an issue.

    Only a row of which every cell is that of the example is one.
    """
    columns = {mapped.field.name: mapped.column for mapped in fields if mapped.column is not None}
    row = template_row(dataset)
    cells = [(columns[field.name], text) for field, text in row if field.name in columns]
    if any(field.required and field.name not in columns for field, _ in row) or len(cells) < min(
        LEAST_EXAMPLE_CELLS, len(row)
    ):
        return raw
    tests = " AND ".join(
        f"{sql.trimmed(f'c{column.index}')} IS NOT DISTINCT FROM {sql.literal(text) if text else 'NULL'}"
        for column, text in cells
    )
    with confined(paths=raw.files, memory="256MB", threads=1) as con:
        top = f"(FROM {raw.relation} LIMIT {_LOOKED_AT})"
        # Trimming is slow to plan, and needed only where the texts themselves are found.
        near = " AND ".join(f"contains(c{column.index}, {sql.literal(text)})" for column, text in cells if text)
        if near and not con.execute(f"SELECT 1 FROM {top} WHERE {near} LIMIT 1").fetchall():
            return raw
        rows = con.execute(f"SELECT _row, _line FROM {top} WHERE {tests} ORDER BY _row").fetchall()
    if not rows:
        return raw
    numbers = ", ".join(str(number) for number, _ in rows)
    issue = Issue(code="example-ignored", sheet=raw.facts.sheet, row=rows[0][0], line=rows[0][1], count=len(rows))
    return replace(
        raw,
        relation=f"(SELECT * FROM {raw.relation} WHERE _row NOT IN ({numbers}))",
        rows=raw.rows - len(rows),
        issues=(*raw.issues, issue),
    )


def _example(dataset: Dataset, field: Field) -> str:
    if field.kind.is_period and dataset.period == "year" and field.example is None:
        return "1403"
    text = field.kind.example_of(field)
    if field.pattern is None or field.choices is not None:
        return text
    return next((tried for tried in (text, *_TRIED) if _fits(field.pattern, tried)), "")


def _fits(pattern: str, text: str) -> bool:
    try:
        return re.fullmatch(pattern, text) is not None
    except re.error:
        return False
