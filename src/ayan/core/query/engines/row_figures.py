"""Sums and facets of rows that are known one by one, straight from the row store and without a statement."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from typing import Any

import duckdb

from ayan.core.index.index import Index
from ayan.core.index.posting_lists import RowSet
from ayan.core.index.row_tally import Tally, together
from ayan.core.query.operators import is_words
from ayan.core.query.plan import AmountTotals, Facet, Scoped
from ayan.core.schema.definition import Dataset


def tallied(
    cursor: duckdb.DuckDBPyConnection, dataset: Dataset, index: Index, plan: Scoped, rows: RowSet
) -> list[tuple[Any, ...]] | None:
    """The result of a plan about exactly these rows, as its own SQL gives it; None where that has to be asked."""
    if isinstance(plan, AmountTotals):
        return _totals(index, plan, rows)
    if isinstance(plan, Facet) and plan.by.part is None:
        return _facet(cursor, dataset, index, plan, rows)
    return None


def _totals(index: Index, plan: AmountTotals, rows: RowSet) -> list[tuple[Any, ...]] | None:
    by_key = index.tallies(rows, plan.key, plan.amounts)
    if by_key is None:
        return None
    none: Tally = (0, *(None for _ in plan.amounts))
    whole = reduce(together, by_key.values(), none)
    return [(0, None, *whole), *((1, key, *tally) for key, tally in by_key.items() if plan.key)]


def _facet(
    cursor: duckdb.DuckDBPyConnection, dataset: Dataset, index: Index, plan: Facet, rows: RowSet
) -> list[tuple[Any, ...]] | None:
    tallies = index.tallies(rows, plan.by.field, ())
    if tallies is None:
        return None
    wanted, counts = plan.limit + 1, {value: count for value, (count, *_) in tallies.items() if count}
    largest = sorted(counts.values(), reverse=True)[:wanted]
    shown = [(value, count) for value, count in counts.items() if count >= largest[-1]]
    keys: Mapping[Any, Any] = {}
    if is_words(dataset.field(plan.by.field)):
        keys = index.sort_keys(cursor, [value for value, _ in shown if isinstance(value, str)])

    def order(counted: tuple[Any, int]) -> tuple[Any, ...]:
        value, count = counted
        return (-count, True) if value is None else (-count, False, keys.get(value, value), value)

    return sorted(shown, key=order)[:wanted]
