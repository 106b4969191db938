"""Answers about change: the rows that were added, removed or changed between two states, value by value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from decimal import Context, Decimal
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ayan.core.query import keys
from ayan.core.query.answer import CursorExpired, Row
from ayan.core.query.changing import ChangeQuestion, What
from ayan.core.query.comparing import Budget, Comparison, Pair, Part, Tally
from ayan.core.query.problem import BadQuestion, problem
from ayan.core.query.sides import Side, Sides, sides
from ayan.core.schema.definition import NUMERIC_KINDS, Dataset, Field
from ayan.core.store.shelf import Release, Shelf, StoreError

BUDGET = Budget()
_EXACT: Final = Context(prec=60)


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
    """A period whose release is another one: both as ``period/number`` (None for none), and how its rows fared."""

    period: str
    before: str | None
    after: str | None
    tally: Tally


@dataclass(frozen=True, slots=True)
class Summary:
    """What differs, in figures: over all periods that can be compared, whatever kind of change is asked for.

    ``periods`` are only those that differ; the rows of all others are among ``tally.same``.
    """

    periods: tuple[PeriodChange, ...]
    tally: Tally
    totals: tuple[Total, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """One page of what differs between two states.

    ``sides.gone`` names the releases that stood on one side and were withdrawn since: their periods are not compared,
    for their rows are gone. ``next`` is the cursor of the page that follows, to be asked with the edges
    ``sides.before.pinned`` and ``sides.after.pinned``.
    """

    sides: Sides
    summary: Summary
    rows: tuple[Change, ...]
    next: str | None


def changes(
    shelf: Shelf, dataset: Dataset, question: ChangeQuestion, found: Sides | None = None, budget: Budget | None = None
) -> Changes:
    """One page of what changed; ``found`` where the sides have been looked up already.

    Raises NoSuchRelease and ReleaseWithdrawn for a release the question names, CursorExpired when the states of its
    cursor are no longer there, BadQuestion for a cursor that was never given, TooSlow and TooHeavy beyond the budget.
    """

    found, budget = found or sides(shelf, question), budget or BUDGET
    try:
        return _changes(dataset, question, found, budget)
    except (duckdb.IOException, OSError, StoreError):
        # A withdrawal may take parts away while they are read; what stands now can be compared.
        again = sides(shelf, question)
        if again == found:
            raise
        return _changes(dataset, question, again, budget)


def _changes(dataset: Dataset, question: ChangeQuestion, found: Sides, budget: Budget) -> Changes:
    place = _place(question, found)
    with closing(_comparison(dataset, found, budget, budget.seconds)) as comparison:
        pairs = comparison.pairs(question.what, place, question.limit + 1)
        summary = _summary(dataset, found, comparison)
    kept = pairs[: question.limit]
    following = _cursor(found, kept[-1].place) if len(pairs) > len(kept) else None
    return Changes(found, summary, tuple(_change(dataset, found, pair) for pair in kept), following)


def every_change(
    dataset: Dataset, question: ChangeQuestion, found: Sides, budget: Budget | None = None
) -> Iterator[Change]:
    """All changes between two sides in order, read as they are taken; raises what `changes` raises."""
    budget = budget or BUDGET
    with closing(_comparison(dataset, found, budget, budget.file_seconds)) as comparison:
        comparison.allow(budget.stream_seconds)
        for pair in comparison.every(question.what):
            yield _change(dataset, found, pair)


# --- parts and pieces -----------------------------------------------------------------------------------------------


def _comparison(dataset: Dataset, found: Sides, budget: Budget, seconds: float) -> Comparison:
    before, after = found.before.by_period, found.after.by_period
    return Comparison(
        dataset,
        [part for one in found.differing for part in _parts(before.get(one))],
        [part for one in found.differing for part in _parts(after.get(one))],
        budget,
        seconds,
    )


def _parts(release: Release | None) -> list[Part]:
    return [] if release is None else [Part(release.period, path) for path in release.parts()]


def _change(dataset: Dataset, found: Sides, pair: Pair) -> Change:
    before = _row(dataset, found.before, pair.period, pair.before)
    after = _row(dataset, found.after, pair.period, pair.after)
    old, new = (row.values if row else {} for row in (before, after))
    row = after or before
    assert row is not None  # noqa: S101 - a pair has at least one side
    return Change(
        pair.what,
        pair.period,
        keys.key_of(dataset, row),
        tuple(one.name for one in dataset.published if old.get(one.name) != new.get(one.name)),
        before,
        after,
    )


def _row(dataset: Dataset, side: Side, period: str, cells: tuple[int, dict[str, Any]] | None) -> Row | None:
    if cells is None:
        return None
    number, values = cells
    return Row(
        {one.name: values.get(one.name) for one in dataset.published}, period, side.by_period[period].number, number
    )


def _summary(dataset: Dataset, found: Sides, comparison: Comparison) -> Summary:
    before, after, by_period = found.before.by_period, found.after.by_period, comparison.tallies()
    periods = tuple(
        PeriodChange(one, _name(before.get(one)), _name(after.get(one)), by_period.get(one, Tally()))
        for one in found.differing
    )
    still = [after[one] for one in found.compared if one not in found.differing]
    tally = sum((one.tally for one in periods), Tally(same=sum(one.rows for one in still)))
    amounts = [one for one in dataset.published if is_amount(one)]
    sums = comparison.sums([one for one in amounts if one in comparison.columns])
    settled = {one.name: _sum_of(still, dataset, one) for one in amounts}
    totals = []
    for one in amounts:
        old, new = sums.get(one.name, (0, 0))
        totals.append(Total(one, settled[one.name] + old, settled[one.name] + new))
    return Summary(periods, tally, tuple(totals))


def is_amount(field: Field) -> bool:
    """Whether a field's sum before and after is told: money, and any other number declared as an amount."""
    return field.kind in NUMERIC_KINDS and field.shown == "public" and (field.kind == "rial" or field.role == "amount")


def _sum_of(releases: Iterable[Release], dataset: Dataset, field: Field) -> int | Decimal:
    """The sum of a field over releases: as their manifests state it, or from their parts where they do not."""
    hidden = any(one.code == field.name for one in dataset.totals)
    total = Decimal(0)
    for release in releases:
        stated = release.manifest["ayan"].get("totals", {}).get(field.name)
        if stated is not None and not hidden:
            total = _EXACT.add(total, Decimal(stated))
        else:
            total = _EXACT.add(total, sum((_sum_in(path, field) for path in release.parts()), Decimal(0)))
    return total if field.kind == "decimal" else int(total)


def _sum_in(path: Path, field: Field) -> Decimal:
    with pq.ParquetFile(path) as file:
        if field.name not in file.schema_arrow.names:
            return Decimal(0)
        column = file.read(columns=[field.name]).column(0)
    if not pa.types.is_integer(column.type) and not pa.types.is_decimal(column.type):
        return Decimal(0)
    return pc.sum(column.cast(pa.decimal128(38, field.scale if field.kind == "decimal" else 0))).as_py() or Decimal(0)


def _name(release: Release | None) -> str | None:
    return f"{release.period}/{release.number}" if release else None


# --- paging ---------------------------------------------------------------------------------------------------------


def _cursor(found: Sides, place: int) -> str:
    """What comes after a place in the comparison of two states."""
    return f"{found.before.state.digest[:16]}.{found.after.state.digest[:16]}.{place}"


def _place(question: ChangeQuestion, found: Sides) -> int:
    """The place that a cursor names, 0 without one: an order of changes holds for one pair of states only."""
    if question.cursor is None:
        return 0
    match = re.fullmatch(r"([0-9a-f]{16})\.([0-9a-f]{16})\.([0-9]{1,15})", question.cursor, re.ASCII)
    if match is None:
        raise BadQuestion([problem("cursor", "_next")])
    if (match[1], match[2]) != (found.before.state.digest[:16], found.after.state.digest[:16]):
        raise CursorExpired
    return int(match[3])
