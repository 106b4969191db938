"""Whether two engines say the same of a state: the proof that an index holds what the archive holds."""

from __future__ import annotations

import hashlib

from ayan.core.query.answer import Standing
from ayan.core.query.engines import Engine
from ayan.core.query.formats import delimited
from ayan.core.query.question import Question
from ayan.core.query.reader import Reader
from ayan.core.schema.definition import Dataset
from ayan.core.store.shelf import Shelf


def agree(shelf: Shelf, dataset: Dataset, one: Engine, other: Engine) -> bool:
    """Whether every published cell of the dataset's present state, and the address of every row, is the same in both.

    Reads all of it twice, batch by batch. Raises what `Reader.stream` raises, and StoreError where a part is missing.
    """
    state = shelf.state(dataset.slug)
    return _digest(shelf, dataset, one, Standing(state)) == _digest(shelf, dataset, other, Standing(state))


def _digest(shelf: Shelf, dataset: Dataset, engine: Engine, standing: Standing) -> str:
    """SHA-256 of the rows as CSV, in which an empty cell and an empty text differ and batches leave no trace."""
    engine.prepare(standing.source)
    found = hashlib.sha256()
    for piece in delimited.lines(Reader(shelf, engine), dataset, Question(slug=dataset.slug), standing):
        found.update(piece)
    return found.hexdigest()
