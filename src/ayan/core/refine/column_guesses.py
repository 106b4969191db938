"""Guesses of which column holds a field: headed much like it, and its cells such as the field could hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from typing import Final

import duckdb

from ayan.core.intake.table import RawColumn, RawTable
from ayan.core.refine.column_sql import reading, token
from ayan.core.refine.header_matching import header_key
from ayan.core.refine.limits import SHORTEST_PART
from ayan.core.schema.field import Field
from ayan.core.schema.field import KindColumns as Steps

# Rows from the top whose cells are held against a field before it is offered as a guess.
LOOKED_AT: Final = 1_000
# How near two titles must be, and which share of the cells must be readable.
_NEAR: Final = 0.6
_FITS: Final = 0.9
_LARGE: Final = "million_rial"


class ColumnGuesses:
    """Finds for each field the one column that is headed much like it and holds what it could hold."""

    def __init__(self, con: duckdb.DuckDBPyConnection, raw: RawTable) -> None:
        self._con, self._raw = con, raw

    def pairs(self, fields: Sequence[Field], free: Sequence[RawColumn]) -> dict[str, RawColumn]:
        """The guesses: no column for two fields, the nearest titles first."""
        scored: list[tuple[float, int, Field, RawColumn]] = []
        for position, field in enumerate(fields):
            near = {column.index: _nearness(field, column.header) for column in free}
            telling = field.kind.telling or field.choices is not None
            wanted = [column for column in free if near[column.index] >= _NEAR or telling]
            fits = self._fitting(field, wanted)
            if not fits and field.kind.is_money:
                # Amounts with decimals are in a larger unit than the declared one.
                fits = self._fitting(replace(field, money_unit=_LARGE), wanted)
            alone = len(fits) == 1
            scored += [
                (-near[column.index], position, field, column)
                for column in wanted
                if column.index in fits and (near[column.index] >= _NEAR or (telling and alone))
            ]
        paired: dict[str, RawColumn] = {}
        taken: set[int] = set()
        for _, _, field, column in sorted(scored, key=lambda scored_pair: (*scored_pair[:2], scored_pair[3].index)):
            if field.name not in paired and column.index not in taken:
                paired[field.name] = column
                taken.add(column.index)
        return paired

    def _fitting(self, field: Field, columns: Sequence[RawColumn]) -> set[int]:
        """Those of the columns whose first filled cells can nearly all be read as ``field``."""
        if not columns:
            return set()
        how, c = reading(field), Steps(field.name)
        cells = " UNION ALL ".join(
            f"SELECT {column.index} AS _column, _row, c{column.index} AS cell FROM head" for column in columns
        )
        query = f"SELECT *, {token('cell', field.null)} AS {c.t} FROM ({cells})"
        if field.kind.is_shape:
            value = f"{c.t} LIKE '{{%\"type\"%'"
            query = f"SELECT *, CASE WHEN NOT {value} THEN 'not-geometry' END AS {c.e} FROM ({query})"
        else:
            for name, step in how.steps:
                query = f"SELECT *, {step} AS {name} FROM ({query})"
            query = f"SELECT *, {how.value} AS {c.v} FROM ({query})"
            query = f"SELECT *, {how.error} AS {c.e} FROM ({query})"
        counts = self._con.execute(
            f"WITH head AS (FROM {self._raw.relation} LIMIT {LOOKED_AT}) SELECT _column, "
            f"count(*) FILTER (cell IS NOT NULL), count(*) FILTER (cell IS NOT NULL AND {c.e} IS NULL) "
            f"FROM ({query}) GROUP BY _column"
        ).fetchall()
        return {int(column) for column, filled, good in counts if filled and good >= _FITS * filled}


def _nearness(field: Field, header: str) -> float:
    """How near a title is to the nearest spelling of a field: 1 when equal, 0 when nothing is alike."""
    title = header_key(header)
    if not title:
        return 0.0
    return max(_alike(header_key(name), title) for name in (field.name, field.label.fa, field.label.en, *field.aliases))


def _alike(first: str, other: str) -> float:
    if not first:
        return 0.0
    short, long = sorted((first, other), key=len)
    # «مبلغ» and «مبلغ قرارداد (ریال)»: one title within the other is near, the nearer the more of it.
    part = 0.6 + 0.4 * len(short) / len(long) if len(short) >= SHORTEST_PART and short in long else 0.0
    return max(part, SequenceMatcher(None, first, other, autojunk=False).ratio())
