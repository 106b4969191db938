"""Datasets in the words of what is published of them: the one place where a label of a release is looked up."""

from __future__ import annotations

from ayan.core.schema.definition import Dataset
from ayan.core.store.objects import StoreError
from ayan.core.store.release_store import ReleaseStore
from ayan.core.store.sealed_labels import as_standing


class SealedWords:
    """What makes of a declared dataset the one in the words of its newest release that stands, each state once.

    A declaration may be reworded at any time; what was published says what was meant then. Safe to share between
    threads.
    """

    def __init__(self, store: ReleaseStore) -> None:
        self._store = store
        self._known: dict[str, tuple[Dataset, str, Dataset]] = {}

    def __call__(self, dataset: Dataset) -> Dataset:
        """The dataset as it was sealed; as it is declared where nothing stands, or its releases cannot be read."""
        try:
            snapshot = self._store.snapshot(dataset.slug)
            known = self._known.get(dataset.slug)
            if known is not None and known[0] is dataset and known[1] == snapshot.digest:
                return known[2]
            worded = as_standing(dataset, snapshot)
        except (StoreError, OSError):
            # Whoever asks for its rows is told so.
            return dataset
        self._known[dataset.slug] = dataset, snapshot.digest, worded
        return worded
