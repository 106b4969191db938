"""What one harvest of another city may take, besides the bounds of its files."""

from __future__ import annotations

from typing import Final

# --- time -------------------------------------------------------------------------------------------------------------

# Seconds of one harvest, however many files there are.
HARVEST_SECONDS: Final = 3600.0
