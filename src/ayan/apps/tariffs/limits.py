"""Bounds of what the pages of the fees hand on."""

from __future__ import annotations

from typing import Final

# Characters of the subject of a case that disputes a line: as many as the counter takes for one.
LONGEST_DISPUTE: Final = 160
