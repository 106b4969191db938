"""Where a store of a test stands: in a folder, or in a bucket of a real object store."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from ayan.core.bucket.bucket_place import BucketPlace
from ayan.core.store.bucket_objects import BucketObjects
from ayan.core.store.folder import FolderObjects
from ayan.core.store.release_store import ReleaseStore
from ayan.core.values.clock import Clock


@dataclass(frozen=True, slots=True)
class StorePlace:
    """Where a store stands; ``place`` is None for a folder. Each ``machine`` has a folder of its own for a bucket."""

    root: Path
    clock: Clock
    place: BucketPlace | None = None

    def objects(self, machine: str = "store") -> FolderObjects | BucketObjects:
        where = self.place
        return (
            FolderObjects(self.root / machine) if where is None else BucketObjects(where, self.root / machine, 1 << 30)
        )

    def opened(self, clock: Clock | None = None, machine: str = "store") -> ReleaseStore:
        return ReleaseStore(self.root / machine, clock or self.clock, self.objects(machine))


FOLDER_ONLY = pytest.mark.parametrize("store_place", ["folder"], indirect=True)
