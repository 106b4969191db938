"""The reader's desk: finds the state a question is about and has an engine answer from it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import pyarrow as pa

from ayan.core.query.answer import Answer, CursorExpired, NoSuchRelease, ReleaseWithdrawn, Row, Standing
from ayan.core.query.cursor import Position, decode
from ayan.core.query.engines import Engine
from ayan.core.query.question import Question
from ayan.core.query.sql import Statement
from ayan.core.query.values import as_asked
from ayan.core.schema.definition import Dataset
from ayan.core.store.shelf import NotOnShelf, Release, Shelf, State, StoreError, state_of
from ayan.core.values.clock import TEHRAN


class Reader:
    """Answers questions about the releases of one shelf through an engine; safe to share between threads."""

    def __init__(self, shelf: Shelf, engine: Engine) -> None:
        self._shelf = shelf
        self._engine = engine

    def standing(self, dataset: Dataset, question: Question) -> Standing:
        """What the question is answered from.

        A cursor is answered from the state it pins, made anew where it is no longer kept: CursorExpired when a release
        of it has been withdrawn since. NoSuchRelease or ReleaseWithdrawn where ``release`` names one that cannot be
        read.
        """
        slug = dataset.slug
        if question.cursor:
            return self._pinned(slug, decode(question.cursor, as_asked(dataset), question.sort).state)
        if question.release:
            return self._standing(self._state_with(slug, *question.release))
        if question.as_of:
            return self._standing(self._shelf.as_of(slug, moment(question.as_of)))
        return self._standing(self._shelf.state(slug))

    def rows(
        self,
        dataset: Dataset,
        question: Question,
        standing: Standing | None = None,
        *,
        seconds: float | None = None,
    ) -> Answer:
        """One page of rows; ``standing`` where it has been looked up already, ``seconds`` where it must be quick."""
        standing = standing or self.standing(dataset, question)
        dataset = as_asked(dataset)
        return self._engine.rows(dataset, question, standing, self._position(dataset, question), seconds=seconds)

    def stream(
        self, dataset: Dataset, question: Question, standing: Standing | None = None, *, cells: bool = False
    ) -> Iterator[pa.RecordBatch]:
        """The whole result in Arrow batches, at least one, with the row's address as the last column ``_row``."""
        standing = standing or self.standing(dataset, question)
        dataset = as_asked(dataset)
        return self._engine.stream(dataset, question, standing, self._position(dataset, question), cells=cells)

    def pick(self, dataset: Dataset, statement: Statement, standing: Standing) -> tuple[Row, ...]:
        """The rows that a statement of `ayan.core.query.keys` picks."""
        return self._engine.pick(dataset, statement, standing)

    def table(self, dataset: Dataset, statement: Statement, standing: Standing) -> list[tuple[Any, ...]]:
        """The result of a small statement made by `ayan.core.query`."""
        return self._engine.table(dataset, statement, standing)

    @staticmethod
    def _position(dataset: Dataset, question: Question) -> Position | None:
        return decode(question.cursor, as_asked(dataset), question.sort) if question.cursor else None

    def _standing(self, state: State) -> Standing:
        try:
            self._engine.prepare(state)
        except StoreError:
            # A withdrawal may take parts away while they are read; the state that holds now can be prepared.
            state = self._shelf.state(state.slug)
            self._engine.prepare(state)
        return Standing(state)

    def _pinned(self, slug: str, digest: str) -> Standing:
        state = next((one for one in self._states(slug) if one.digest == digest), None)
        if state is None:
            raise CursorExpired
        try:
            self._engine.prepare(state)
        except StoreError:
            raise CursorExpired from None
        return Standing(state)

    def _states(self, slug: str) -> Iterator[State]:
        """Every state that can still be read, the present one first; none holds a release withdrawn since."""
        yield self._shelf.state(slug)
        for release in reversed(self._shelf.releases(slug)):
            yield self._shelf.as_of(slug, release.sealed_at)
            if not release.withdrawn:
                yield _alone(release)

    def _state_with(self, slug: str, period: str, number: int) -> State:
        try:
            release = self._shelf.release(slug, period, number)
        except (NotOnShelf, ValueError):
            raise NoSuchRelease from None
        if release.withdrawn:
            raise ReleaseWithdrawn(self._shelf.tombstone(release).code)
        state = self._shelf.state(slug)
        return state if release in state.releases else _alone(release)


def moment(as_of: date | datetime) -> datetime:
    """The instant that ``_as_of`` means: of a day, its last millisecond in Tehran."""
    if isinstance(as_of, datetime):
        return as_of
    next_day = datetime.combine(as_of + timedelta(days=1), time(), TEHRAN)
    return next_day - timedelta(milliseconds=1)


def _alone(release: Release) -> State:
    """The state of one release by itself, as a superseded one is read."""
    return state_of(release.slug, (release,))
