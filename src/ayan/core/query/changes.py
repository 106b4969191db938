"""Answers about change: the rows that differ between two states."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
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
from ayan.core.query.additivity import obstacle
from ayan.core.query.answer import CursorExpired, Row
from ayan.core.query.change_question import ChangeQuestion, ChangeSort, SnapshotSides, sides
from ayan.core.query.part_comparison import (
    ComparedPair,
    ComparedPart,
    ComparisonCounts,
    ComparisonLimits,
    PartComparison,
)
from ayan.core.query.problem import BadQuestion, problem
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.store.objects import StoreError
from ayan.core.store.release import Release
from ayan.core.store.release_store import ReleaseStore

BUDGET = ComparisonLimits()
_EXACT: Final = Context(prec=60)


@dataclass(frozen=True, slots=True)
class RowDifference:
    """One row that differs.

    ``before`` is None for an added row, ``after`` for a removed one. ``fields`` are the names of the fields whose
    values differ, in declared order; of a row that is on one side only, those that have a value. ``key`` is the
    record's key as addresses write it.
    """

    what: ChangeSort
    period: str
    key: str
    fields: tuple[str, ...]
    before: Row | None
    after: Row | None


@dataclass(frozen=True, slots=True)
class ChangeTotal:
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
    tally: ComparisonCounts


@dataclass(frozen=True, slots=True)
class Summary:
    """What differs, in figures: over all periods that can be compared, whatever kind of change is asked for.

    ``periods`` are only those that differ; the rows of all others are among ``rollup.same``.
    """

    periods: tuple[PeriodChange, ...]
    tally: ComparisonCounts
    totals: tuple[ChangeTotal, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """One page of what differs between two states.

    ``sides.gone`` names the releases that stood on one side and were withdrawn since: their periods are not compared,
    for their rows are gone. ``next`` is the cursor of the page that follows, to be asked with the edges
    ``sides.before.pinned`` and ``sides.after.pinned``.
    """

    sides: SnapshotSides
    summary: Summary
    rows: tuple[RowDifference, ...]
    next: str | None


def changes(
    store: ReleaseStore,
    dataset: Dataset,
    question: ChangeQuestion,
    spill: Path,
    snapshot_sides: SnapshotSides | None = None,
    budget: ComparisonLimits | None = None,
) -> Changes:
    """One page of what changed; ``snapshot_sides`` where the sides have been looked up already.

    What does not fit into memory goes to a folder of its own in ``spill``.

    Raises NoSuchRelease and ReleaseWithdrawn for a release the question names, CursorExpired when the states of its
    cursor are no longer there, BadQuestion for a cursor that was never given, TooSlow and TooHeavy beyond the budget.
    """

    snapshot_sides, budget = snapshot_sides or sides(store, question), budget or BUDGET
    try:
        return _changes(dataset, question, spill, snapshot_sides, budget)
    except (duckdb.IOException, OSError, StoreError):
        # A withdrawal may take parts away while they are read; what stands now can be compared.
        again = sides(store, question)
        if again == snapshot_sides:
            raise
        return _changes(dataset, question, spill, again, budget)


def _changes(
    dataset: Dataset, question: ChangeQuestion, spill: Path, snapshot_sides: SnapshotSides, budget: ComparisonLimits
) -> Changes:
    offset = _offset(question, snapshot_sides)
    if not snapshot_sides.differing:
        # As of a dataset without releases: nothing has to be read for it.
        return Changes(snapshot_sides, _summary(dataset, snapshot_sides, None), (), None)
    with closing(_comparison(dataset, snapshot_sides, budget, budget.seconds, spill)) as comparison:
        pairs = comparison.pairs(question.what, offset, question.limit + 1)
        summary = _summary(dataset, snapshot_sides, comparison)
    kept = pairs[: question.limit]
    following = _cursor(snapshot_sides, kept[-1].position) if len(pairs) > len(kept) else None
    rows = tuple(map(_differences(dataset, snapshot_sides), kept))
    return Changes(snapshot_sides, summary, rows, following)


def every_change(
    dataset: Dataset,
    question: ChangeQuestion,
    spill: Path,
    snapshot_sides: SnapshotSides,
    budget: ComparisonLimits | None = None,
) -> Iterator[RowDifference]:
    """All changes between two sides in order, read as they are taken; raises what `changes` raises."""
    budget = budget or BUDGET
    with closing(_comparison(dataset, snapshot_sides, budget, budget.file_seconds, spill)) as comparison:
        comparison.allow(budget.stream_seconds)
        yield from map(_differences(dataset, snapshot_sides), comparison.every(question.what))


# --- parts and pieces -----------------------------------------------------------------------------------------------


def _comparison(
    dataset: Dataset, snapshot_sides: SnapshotSides, budget: ComparisonLimits, seconds: float, spill: Path
) -> PartComparison:
    before, after = snapshot_sides.before.by_period, snapshot_sides.after.by_period
    return PartComparison(
        dataset,
        [part for period in snapshot_sides.differing for part in _parts(before.get(period))],
        [part for period in snapshot_sides.differing for part in _parts(after.get(period))],
        budget,
        seconds,
        spill,
    )


def _parts(release: Release | None) -> list[ComparedPart]:
    return [] if release is None else [ComparedPart(release.period, path) for path in release.parts()]


def _differences(dataset: Dataset, snapshot_sides: SnapshotSides) -> Callable[[ComparedPair], RowDifference]:
    """How a pair of rows is told; there may be millions of pairs, and what they share is looked up once."""
    names = tuple(field.name for field in dataset.published)
    old_releases, new_releases = snapshot_sides.before.by_period, snapshot_sides.after.by_period

    def row(releases: Mapping[str, Release], period: str, cells: tuple[int, dict[str, Any]] | None) -> Row | None:
        if cells is None:
            return None
        number, values = cells
        # Where every field is there, they stand in declared order already.
        whole = values if len(values) == len(names) else {name: values.get(name) for name in names}
        return Row(whole, period, releases[period].number, number)

    def difference(pair: ComparedPair) -> RowDifference:
        before, after = row(old_releases, pair.period, pair.before), row(new_releases, pair.period, pair.after)
        old, new = (side.values if side else {} for side in (before, after))
        either = after or before
        assert either is not None  # noqa: S101 - a pair has at least one side
        differing = tuple(name for name in names if old.get(name) != new.get(name))
        return RowDifference(pair.what, pair.period, keys.key_of(dataset, either), differing, before, after)

    return difference


def _summary(dataset: Dataset, snapshot_sides: SnapshotSides, comparison: PartComparison | None) -> Summary:
    before, after = snapshot_sides.before.by_period, snapshot_sides.after.by_period
    by_period = comparison.tallies() if comparison else {}
    periods = tuple(
        PeriodChange(
            period, _name(before.get(period)), _name(after.get(period)), by_period.get(period, ComparisonCounts())
        )
        for period in snapshot_sides.differing
    )
    still = [after[period] for period in snapshot_sides.compared if period not in snapshot_sides.differing]
    rollup = sum((period.tally for period in periods), ComparisonCounts(same=sum(release.rows for release in still)))
    amounts = [field for field in dataset.published if is_amount(field) and _is_whole(dataset, field)]
    sums = comparison.sums([field for field in amounts if field in comparison.columns]) if comparison else {}
    settled = {field.name: _sum_of(still, dataset, field) for field in amounts}
    totals = []
    for field in amounts:
        old, new = sums.get(field.name, (0, 0))
        totals.append(ChangeTotal(field, settled[field.name] + old, settled[field.name] + new))
    return Summary(periods, rollup, tuple(totals))


def is_amount(field: Field) -> bool:
    """Whether a field's sum before and after is told: money, and any other number declared as an amount."""
    return field.kind.summable and field.shown == "public" and (field.kind.is_money or field.role == "amount")


def _is_whole(dataset: Dataset, field: Field) -> bool:
    """Whether the sum over all rows of the dataset means something: not that of stocks over time, or of two sides."""
    return obstacle(dataset, field.name, (), ()) is None


def _sum_of(releases: Iterable[Release], dataset: Dataset, field: Field) -> int | Decimal:
    """The sum of a field over releases: as their manifests state it, or from their parts where they do not."""
    hidden = any(total.code == field.name for total in dataset.totals)
    total = Decimal(0)
    for release in releases:
        stated = release.manifest["ayan"].get("totals", {}).get(field.name)
        if stated is not None and not hidden:
            total = _EXACT.add(total, Decimal(stated))
        else:
            total = _EXACT.add(total, sum((_sum_in(path, field) for path in release.parts()), Decimal(0)))
    return total if field.kind.has_decimals else int(total)


def _sum_in(path: Path, field: Field) -> Decimal:
    with pq.ParquetFile(path) as file:
        if field.name not in file.schema_arrow.names:
            return Decimal(0)
        column = file.read(columns=[field.name]).column(0)
    if not pa.types.is_integer(column.type) and not pa.types.is_decimal(column.type):
        return Decimal(0)
    return pc.sum(column.cast(pa.decimal128(38, field.kind.decimals(field)))).as_py() or Decimal(0)


def _name(release: Release | None) -> str | None:
    return f"{release.period}/{release.number}" if release else None


# --- paging ---------------------------------------------------------------------------------------------------------


def _cursor(snapshot_sides: SnapshotSides, offset: int) -> str:
    """What comes after a place in the comparison of two states."""
    return f"{snapshot_sides.before.snapshot.digest[:16]}.{snapshot_sides.after.snapshot.digest[:16]}.{offset}"


def _offset(question: ChangeQuestion, snapshot_sides: SnapshotSides) -> int:
    """The place that a cursor names, 0 without one: an order of changes holds for one pair of states only."""
    if question.cursor is None:
        return 0
    match = re.fullmatch(r"([0-9a-f]{16})\.([0-9a-f]{16})\.([0-9]{1,15})", question.cursor, re.ASCII)
    if match is None:
        raise BadQuestion([problem("cursor", "_next")])
    if (match[1], match[2]) != (snapshot_sides.before.snapshot.digest[:16], snapshot_sides.after.snapshot.digest[:16]):
        raise CursorExpired
    return int(match[3])
