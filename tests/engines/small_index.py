"""An index with a secondary index for the smallest state, and the words of columns with more than a few values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ayan.core.index import rollup, secondary_index
from ayan.core.index.index_store import IndexStore
from ayan.core.store.release import DatasetSnapshot
from ayan.core.store.release_store import ReleaseStore

FEW = 3
# So few that the releases of the world are segments by themselves.
TOGETHER = 30


class Indexed(IndexStore):
    """Index files with all that a large state has beside its own."""

    def __init__(
        self, store: ReleaseStore, root: Path, scanned: int = FEW, least: int = 0, together: int = TOGETHER
    ) -> None:
        super().__init__(store, root, least_rows=least, rows_together=together)
        self.scanned = scanned

    def build(self, slug: str, state: DatasetSnapshot, *more: Any) -> tuple[Path, ...]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(secondary_index, "MOST_SCANNED", self.scanned)
            patch.setattr(rollup, "LEAST_ROWS_A_CELL", 1)
            patch.setattr(rollup, "FEW_CELLS", 0)
            return super().build(slug, state, *more)


def index_of(engine: str, store: ReleaseStore, root: Path) -> IndexStore:
    """The index files that an engine of the suite is asked over."""
    return Indexed(store, root) if engine == "indexed" else IndexStore(store, root)
