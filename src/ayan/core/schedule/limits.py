"""How many missing periods are told of."""

from __future__ import annotations

from typing import Final

# Missing periods of one dataset; beyond them the older ones are told by their number alone.
MOST_MISSING: Final = 400
