"""Answers about change: the rows that were added, removed or changed between two states, value by value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from ayan.core.query import keys
from ayan.core.query.answer import CursorExpired, Row
from ayan.core.query.changing import ChangeQuestion, What
from ayan.core.query.comparing import Budget, Comparison, Pair, Part, Tally
from ayan.core.query.reader import Reader
from ayan.core.query.sides import Sides, sides
from ayan.core.schema.definition import NUMERIC_KINDS, Dataset, Field
from ayan.core.store.shelf import Release, StoreError

BUDGET: Final = Budget()


@dataclass(frozen=True, slots=True)
class Change:
    """One row that differs.

    ``before`` is None for an added row, ``after`` for a removed one. ``fields`` are the names of the fields whose
    values differ, in declared order; of a row that is on one side only, those that have a value. ``key`` is the
    record's key as addresses write it.
    """

    what: What
    period: str
    key: str
    fields: tuple[str, ...]
    before: Row | None
    after: Row | None


@dataclass(frozen=True, slots=True)
class Total:
    """The exact sum of an amount over all compared rows, before and after."""

    field: Field
    before: int | Decimal
    after: int | Decimal


@dataclass(frozen=True, slots=True)
class PeriodChange:
    """A period whose release is another one: both as ``period/number`` (None where there was none), and how rows fared."""

    period: str
    before: str | None
    after: str | None
    tally: Tally


@dataclass(frozen=True, slots=True)
class Changes:
    """One page of what differs between two states.

    ``periods`` are those that differ; ``tally`` and ``totals`` are over all periods that can be compared, unchanged
    ones included, whatever kind of change was asked for. ``sides.gone`` names the releases that stood on one side and
    were withdrawn since: their periods are not compared, for their rows are gone. ``next`` is the cursor of the page
    that follows, to be asked with `ChangeQuestion` edges ``sides.before.pinned`` and ``sides.after.pinned``.
    """

    sides: Sides
    periods: tuple[PeriodChange, ...]
    tally: Tally
    totals: tuple[Total, ...]
    rows: tuple[Change, ...]
    next: str | None


def changes(reader: Reader, dataset: Dataset, question: ChangeQuestion, found: Sides | None = None) -> Changes:
    """One page of what changed; ``found`` where the sides have been looked up already.

    Raises NoSuchRelease and ReleaseWithdrawn for a release the question names, CursorExpired when a cursor's states
    are no longer there, TooSlow and TooHeavy beyond the budget.
    """
    found = found or sides(reader.shelf, question)
    place = _place(question, found)
    with _comparison(reader, dataset, found, reader.comparing.seconds) as comparison:
        by_period = comparison.tallies()
        pairs = comparison.pairs(question.what, place, question.limit + 1)
        totals = _totals(dataset, found, comparison)
    before, after = found.before.by_period, found.after.by_period
    still = sum(after[one].rows for one in found.compared if one not in found.differing)
    kept = pairs[: question.limit]
    return Changes(
        found,
        tuple(
            PeriodChange(one, _name(before.get(one)), _name(after.get(one)), by_period.get(one, Tally()))
            for one in found.differing
        ),
        sum(by_period.values(), Tally(same=still)),
        totals,
        tuple(_change(dataset, found, pair) for pair in kept),
        cursor_at(found, kept[-1].place) if len(pairs) > len(kept) else None,
    )


def stream(
    reader: Reader, dataset: Dataset, question: ChangeQuestion, found: Sides | None = None
) -> Iterator[pa.RecordBatch]:
    """All changes in Arrow batches, as `Comparison.batches` shapes them, with the key as the last column ``key``."""
    found = found or sides(reader.shelf, question)
    with _comparison(reader, dataset, found, reader.comparing.stream_seconds) as comparison:
        ...


def cursor_at(found: Sides, place: int) -> str:
    """The cursor of what comes after a place in the comparison of two states."""
    return f"{found.before.state.digest[:16]}.{found.after.state.digest[:16]}.{place}"
