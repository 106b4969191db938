"""What tells a sheet of ours that holds no data: the guide of a template, and the sheet about a downloaded workbook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ayan.core.values.label import Label

GUIDE_MARK: Final = "راهنما: این برگه خوانده نمی‌شود / Guide: this sheet is not read"
"""The first cell of a sheet that is a guide and holds no data, as those of a template do, word for word."""

ABOUT_NAME: Final = Label("دربارهٔ این پرونده", "About this file")
"""The name of the sheet that says where the rows of a downloaded workbook are from, and what its columns mean."""


def is_guide(first_cell: object) -> bool:
    """Whether a sheet with this first cell is a guide."""
    return isinstance(first_cell, str) and first_cell.strip() == GUIDE_MARK


def with_data(names: Sequence[str]) -> list[str]:
    """Of sheets that are filled those that may hold data: all but the one about the others, which is never alone."""
    ours = frozenset(ABOUT_NAME.words().values())
    return [name for name in names if name.strip() not in ours] or list(names)
