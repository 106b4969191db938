"""The query service: finds the state a question is about and has an engine answer, exact to the rial.

Rows by the page, as a stream or newest first; groups with their measures; the values of fields with their counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any, Final

import pyarrow as pa

from ayan.core.query.additivity import dated_apart
from ayan.core.query.answer import Answer, CursorExpired, NoSuchRelease, ReleaseWithdrawn, Row, Snapshot, as_rows
from ayan.core.query.engines import Engine
from ayan.core.query.grouping import FacetQuestion, GroupKey, GroupMeasure, GroupQuestion, sum_problems
from ayan.core.query.plan import Facet, Groups, Newest, Plan, Record, RowFile, Rows
from ayan.core.query.problem import BadQuestion, problem
from ayan.core.query.question import Position, Question, Sort, read_cursor
from ayan.core.query.values import as_asked
from ayan.core.schema.definition import Dataset
from ayan.core.store.damage import DatasetDamaged
from ayan.core.store.objects import NotInStore, StoreError
from ayan.core.store.release import DatasetSnapshot, Release, snapshot_of
from ayan.core.store.release_store import ReleaseStore
from ayan.core.values.asked_value import value_text
from ayan.core.values.clock import TEHRAN


class QueryService:
    """Answers questions about the releases of one store through an engine; safe to share between threads."""

    def __init__(self, store: ReleaseStore, engine: Engine) -> None:
        self._store = store
        self._engine = engine

    def snapshot(self, dataset: Dataset, question: Question) -> Snapshot:
        """What the question is answered from.

        A cursor is answered from the state it pins, made anew where it is no longer kept: CursorExpired when a release
        of it has been withdrawn since. NoSuchRelease or ReleaseWithdrawn where ``release`` names one that cannot be
        read.
        """
        slug = dataset.slug
        if question.cursor:
            return self.pinned(slug, read_cursor(question.cursor, as_asked(dataset), question.sort).state)
        if question.release:
            return self._snapshot(self._state_with(slug, *question.release))
        if question.as_of:
            return self._snapshot(self._store.as_of(slug, moment(question.as_of)))
        return self._snapshot(self._store.snapshot(slug))

    def pinned(self, slug: str, digest: str) -> Snapshot:
        """The state of a dataset with this digest. CursorExpired where a part of it is no longer kept, or none is."""
        state = next((candidate for candidate in self._states(slug) if candidate.digest == digest), None)
        if state is None:
            raise CursorExpired
        try:
            self._engine.prepare(state)
        except StoreError:
            raise CursorExpired from None
        return Snapshot(state)

    def rows(
        self,
        dataset: Dataset,
        question: Question,
        snapshot: Snapshot | None = None,
        *,
        seconds: float | None = None,
    ) -> Answer:
        """One page of rows; ``snapshot`` where it has been looked up already, ``seconds`` where it must be quick."""
        snapshot = snapshot or self.snapshot(dataset, question)
        dataset = as_asked(dataset)
        return self._engine.page(dataset, Rows(question, self._position(dataset, question)), snapshot, seconds=seconds)

    def stream(
        self, dataset: Dataset, question: Question, snapshot: Snapshot | None = None, *, cells: bool = False
    ) -> Iterator[pa.RecordBatch]:
        """The whole result in Arrow batches, at least one, with the row's address as the last column ``_row``."""
        snapshot = snapshot or self.snapshot(dataset, question)
        dataset = as_asked(dataset)
        return self._engine.stream(dataset, RowFile(question, self._position(dataset, question), cells), snapshot)

    def pick(self, dataset: Dataset, plan: Record | Newest, snapshot: Snapshot) -> tuple[Row, ...]:
        """The rows that a plan names, of a dataset as questions see it."""
        return as_rows(dataset.published, self._engine.table(dataset, plan, snapshot))

    def table(self, dataset: Dataset, plan: Plan, snapshot: Snapshot) -> list[tuple[Any, ...]]:
        """The result of a small plan, of a dataset as questions see it."""
        return self._engine.table(dataset, plan, snapshot)

    @staticmethod
    def _position(dataset: Dataset, question: Question) -> Position | None:
        return read_cursor(question.cursor, as_asked(dataset), question.sort) if question.cursor else None

    def _snapshot(self, state: DatasetSnapshot) -> Snapshot:
        try:
            self._engine.prepare(state)
        except StoreError:
            # A withdrawal may take parts away while they are read; the state that holds now can be prepared.
            state = self._store.snapshot(state.slug)
            try:
                self._engine.prepare(state)
            except StoreError as fault:
                raise DatasetDamaged(state.slug) from fault
        return Snapshot(state)

    def _states(self, slug: str) -> Iterator[DatasetSnapshot]:
        """Every state that can still be read, the present one first; none holds a release withdrawn since."""
        yield self._store.snapshot(slug)
        for release in reversed(self._store.releases(slug)):
            yield self._store.as_of(slug, release.sealed_at)
            if not release.withdrawn:
                yield _alone(release)

    def _state_with(self, slug: str, period: str, number: int) -> DatasetSnapshot:
        try:
            release = self._store.release(slug, period, number)
        except (NotInStore, ValueError):
            raise NoSuchRelease from None
        if release.withdrawn:
            raise ReleaseWithdrawn(self._store.tombstone(release).code)
        state = self._store.snapshot(slug)
        return state if release in state.releases else _alone(release)


def moment(as_of: date | datetime) -> datetime:
    """The instant that ``_as_of`` means: of a day, its last millisecond in Tehran."""
    if isinstance(as_of, datetime):
        return as_of
    next_day = datetime.combine(as_of + timedelta(days=1), time(), TEHRAN)
    return next_day - timedelta(milliseconds=1)


def _alone(release: Release) -> DatasetSnapshot:
    """The state of one release by itself, as a superseded one is read."""
    return snapshot_of(release.slug, (release,))


# --- newest first -----------------------------------------------------------------------------------------------------

# Parameters that mean nothing here: the order is given, and how many there are changes while one reads.
REFUSED = ("_sort", "_sort_desc", "_count", "_calendar")


def newest_rows(
    reader: QueryService, dataset: Dataset, question: Question, snapshot: Snapshot
) -> tuple[tuple[Row, ...], str | None]:
    """One page of rows, by the time their release was sealed, newest first; and the cursor of the next page.

    Raises TooSlow, TooHeavy, or CursorExpired when the state is no longer kept.
    """
    dataset = as_asked(dataset)
    past = read_cursor(question.cursor, dataset, None).number if question.cursor else 0
    releases = sorted(snapshot.source.releases, key=lambda release: (release.sealed_at, release.period), reverse=True)
    if not releases:
        return (), None
    periods = tuple(release.period for release in releases)
    rows = reader.pick(dataset, Newest(question, periods, question.limit + 1, past), snapshot)
    kept = rows[: question.limit]
    more = Position(snapshot.snapshot_id, None, past + len(kept)).encode(None) if len(rows) > len(kept) else None
    return kept, more


# --- groups and facets ------------------------------------------------------------------------------------------------

AVERAGE_DECIMALS: Final = 2
_EXACT: Final = Context(prec=60, rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class GroupAnswer:
    """Groups as values by column name (`GroupKey.name`, `GroupMeasure.name`), and how many groups there are in all."""

    rows: tuple[dict[str, Any], ...]
    total: int
    snapshot: Snapshot


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a field (None for rows without one), how many rows have it, and whether it is asked for."""

    value: Any
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class FieldFacet:
    """The commonest values of a field, most rows first; ``more`` when it has others."""

    by: GroupKey
    values: tuple[FacetValue, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class FacetAnswer:
    """The facets in the order they were asked for."""

    facets: tuple[FieldFacet, ...]
    snapshot: Snapshot


def answer_groups(
    reader: QueryService,
    dataset: Dataset,
    question: GroupQuestion,
    snapshot: Snapshot | None = None,
    *,
    known_meaning: bool = False,
) -> GroupAnswer:
    """The groups; keys of a part of time are texts (``1403``, ``1403-Q2``, ``1403-05``), averages have two decimals.

    Raises BadQuestion for a sum that means nothing, unless who asks knows what it means (``known_meaning``): it is only
    divided, or a declared part of a special page says what its numbers are.
    """
    snapshot = snapshot or reader.snapshot(dataset, question.scope)
    dataset = as_asked(dataset)
    if not known_meaning:
        _refuse_meaningless(reader, dataset, question, snapshot)
    records = reader.table(dataset, Groups(question), snapshot)
    names = question.columns
    rows = tuple(_group(question, names, row) for row in records)
    return GroupAnswer(rows, records[0][-1] if records else 0, snapshot)


def _refuse_meaningless(reader: QueryService, dataset: Dataset, question: GroupQuestion, snapshot: Snapshot) -> None:
    """Refuse sums over what may not be added, and those of stocks where some group holds two dates."""
    if problems := sum_problems(dataset, question):
        raise BadQuestion(problems)
    summed = [measure.field for measure in question.measures if measure.function == "sum"]
    for at in dated_apart(dataset, summed, {key.name for key in question.by}):
        counted = GroupQuestion(
            scope=replace(question.scope, size=1), by=question.by, measures=(GroupMeasure("distinct", at.name),)
        )
        asked = replace(counted, sort=Sort(counted.columns[-1], descending=True))
        most = reader.table(dataset, Groups(asked), snapshot)
        if most and most[0][len(asked.by)] > 1:
            raise BadQuestion([problem("over-time", "sum", at=at.name, side="")])


def _group(question: GroupQuestion, names: Sequence[str], row: tuple[Any, ...]) -> dict[str, Any]:
    cells = iter(row)
    keys, numbers = names[: len(question.by)], names[len(question.by) :]
    out: dict[str, Any] = {name: key_value(by, next(cells)) for name, by in zip(keys, question.by, strict=True)}
    for name, measure in zip(numbers, question.measures, strict=True):
        value = next(cells)
        if measure.function == "avg":
            value = _average(value, next(cells))
        elif measure.function == "median":
            value = _middle(value, next(cells))
        out[name] = value
    return out


def _average(total: Any, count: int) -> Decimal | None:
    """The mean with two decimals, halves away from zero: divided once, from exact numbers."""
    if not count:
        return None
    return _EXACT.quantize(_EXACT.divide(Decimal(total), Decimal(count)), Decimal(1).scaleb(-AVERAGE_DECIMALS))


def _middle(low: Any, high: Any) -> int | Decimal | None:
    """Half-way between the two values in the middle, which are one where their number is odd; whole where it can be."""
    if low is None:
        return None
    half = _EXACT.divide(_EXACT.add(Decimal(low), Decimal(high)), Decimal(2))
    return int(half) if half == half.to_integral_value() else half.normalize(_EXACT)


def key_value(by: GroupKey, value: Any) -> Any:
    """A key as answers show it: ``1403``, ``1403-Q2`` and ``1403-05`` for parts of time, any other value as it is."""
    if by.part is None or not isinstance(value, int):
        return value
    if by.part == "quarter":
        return f"{value // 10}-Q{value % 10}"
    return str(value) if by.part == "year" else f"{value // 100}-{value % 100:02}"


def answer_facets(
    reader: QueryService, dataset: Dataset, question: FacetQuestion, snapshot: Snapshot | None = None
) -> FacetAnswer:
    """The facets of a question."""
    snapshot = snapshot or reader.snapshot(dataset, question.scope)
    dataset = as_asked(dataset)
    facets = []
    for by in question.by:
        records = reader.table(dataset, Facet(question.scope, by, question.limit), snapshot)
        chosen = _filtered_values(question, by)
        shown = [(key_value(by, value), count) for value, count in records[: question.limit]]
        values = tuple(FacetValue(value, count, _text(value) in chosen) for value, count in shown)
        facets.append(FieldFacet(by, values, len(records) > question.limit))
    return FacetAnswer(tuple(facets), snapshot)


def _filtered_values(question: FacetQuestion, by: GroupKey) -> set[str]:
    filters = [condition for condition in question.scope.filters if condition.field == by.field]
    chosen = {value_text(value) for condition in filters if condition.op in ("eq", "in") for value in condition.values}
    return chosen | {"" for condition in filters if condition.op == "isnull" and condition.values[0]}


def _text(value: Any) -> str:
    return "" if value is None else value_text(value)
