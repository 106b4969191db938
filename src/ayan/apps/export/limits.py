"""Bounds of the paths of a static copy."""

from __future__ import annotations

from typing import Final

# --- paths ------------------------------------------------------------------------------------------------------------

# Bytes of one step of a path that are kept as they are; file systems stop at 255.
LONGEST_STEP: Final = 120
