"""Whether two engines say the same of a state: the proof that an index holds what the archive holds."""

from __future__ import annotations

import hashlib

from ayan.core.query.answer import Snapshot
from ayan.core.query.engines import Engine
from ayan.core.query.formats import delimited
from ayan.core.query.query_service import QueryService
from ayan.core.query.question import Question
from ayan.core.schema.definition import Dataset
from ayan.core.store.release_store import ReleaseStore


def agree(store: ReleaseStore, dataset: Dataset, first: Engine, other: Engine) -> bool:
    """Whether every published cell of the dataset's present state, and the address of every row, is the same in both.

    Reads all of it twice, batch by batch. Raises what `QueryService.stream` raises, and StoreError where a part is
    missing.
    """
    state = store.snapshot(dataset.slug)
    return _digest(store, dataset, first, Snapshot(state)) == _digest(store, dataset, other, Snapshot(state))


def _digest(store: ReleaseStore, dataset: Dataset, engine: Engine, snapshot: Snapshot) -> str:
    """SHA-256 of the rows as CSV, in which an empty cell and an empty text differ and batches leave no trace."""
    engine.prepare(snapshot.source)
    hasher = hashlib.sha256()
    for piece in delimited.lines(QueryService(store, engine), dataset, Question(slug=dataset.slug), snapshot):
        hasher.update(piece)
    return hasher.hexdigest()
