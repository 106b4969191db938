"""Bounds of the doors of documents."""

from __future__ import annotations

from typing import Final

# Documents on one page of the API: as many as rows.
MOST_ON_A_PAGE: Final = 1000
# Those on a page whose size nobody gave.
ON_A_PAGE: Final = 100
