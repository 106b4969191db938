"""An index that keeps a finder for the smallest state, and the words of columns with more than a few values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ayan.core.store import finder, tally
from ayan.core.store.serving import Serving
from ayan.core.store.shelf import Shelf, State

FEW = 3


class Indexed(Serving):
    """Serving files with all that a large state has beside its own."""

    def __init__(self, shelf: Shelf, root: Path, scanned: int = FEW, least: int = 0) -> None:
        super().__init__(shelf, root, least_rows=least)
        self.scanned = scanned

    def build(self, slug: str, state: State, *more: Any) -> Path:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(finder, "MOST_SCANNED", self.scanned)
            patch.setattr(tally, "LEAST_ROWS_A_CELL", 1)
            patch.setattr(tally, "FEW_CELLS", 0)
            return super().build(slug, state, *more)


def index_of(engine: str, shelf: Shelf, root: Path) -> Serving:
    """The serving files that an engine of the suite is asked over."""
    return Indexed(shelf, root) if engine == "indexed" else Serving(shelf, root)
