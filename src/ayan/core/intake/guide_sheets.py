"""Sheets that say of themselves that they are a guide and hold no data, as those of a template do."""

from __future__ import annotations

from typing import Final

GUIDE_MARK: Final = "راهنما: این برگه خوانده نمی‌شود / Guide: this sheet is not read"
"""The first cell of such a sheet, word for word."""


def is_guide(first_cell: object) -> bool:
    """Whether a sheet with this first cell is one."""
    return isinstance(first_cell, str) and first_cell.strip() == GUIDE_MARK
