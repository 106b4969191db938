"""The query service: finds the state a question is about and has an engine answer from it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import pyarrow as pa

from ayan.core.query.answer import Answer, CursorExpired, NoSuchRelease, ReleaseWithdrawn, Row, Snapshot, as_rows
from ayan.core.query.cursor import Position, decode
from ayan.core.query.engines import Engine
from ayan.core.query.plan import File, Newest, Plan, Record, Rows
from ayan.core.query.question import Question
from ayan.core.query.values import as_asked
from ayan.core.schema.definition import Dataset
from ayan.core.store.objects import NotInStore, StoreError
from ayan.core.store.release import DatasetSnapshot, Release, snapshot_of
from ayan.core.store.release_store import ReleaseStore
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
            return self._pinned(slug, decode(question.cursor, as_asked(dataset), question.sort).state)
        if question.release:
            return self._snapshot(self._state_with(slug, *question.release))
        if question.as_of:
            return self._snapshot(self._store.as_of(slug, moment(question.as_of)))
        return self._snapshot(self._store.snapshot(slug))

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
        return self._engine.stream(dataset, File(question, self._position(dataset, question), cells), snapshot)

    def pick(self, dataset: Dataset, plan: Record | Newest, snapshot: Snapshot) -> tuple[Row, ...]:
        """The rows that a plan names, of a dataset as questions see it."""
        return as_rows(dataset.published, self._engine.table(dataset, plan, snapshot))

    def table(self, dataset: Dataset, plan: Plan, snapshot: Snapshot) -> list[tuple[Any, ...]]:
        """The result of a small plan, of a dataset as questions see it."""
        return self._engine.table(dataset, plan, snapshot)

    @staticmethod
    def _position(dataset: Dataset, question: Question) -> Position | None:
        return decode(question.cursor, as_asked(dataset), question.sort) if question.cursor else None

    def _snapshot(self, state: DatasetSnapshot) -> Snapshot:
        try:
            self._engine.prepare(state)
        except StoreError:
            # A withdrawal may take parts away while they are read; the state that holds now can be prepared.
            state = self._store.snapshot(state.slug)
            self._engine.prepare(state)
        return Snapshot(state)

    def _pinned(self, slug: str, digest: str) -> Snapshot:
        state = next((candidate for candidate in self._states(slug) if candidate.digest == digest), None)
        if state is None:
            raise CursorExpired
        try:
            self._engine.prepare(state)
        except StoreError:
            raise CursorExpired from None
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
