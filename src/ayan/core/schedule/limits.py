"""How many missing periods are told of, and how much of that is remembered."""

from __future__ import annotations

from typing import Final

# Missing periods of one dataset; beyond them the older ones are told by their number alone.
MOST_MISSING: Final = 400
# Sets of periods of which it is remembered what is missing: about one a dataset.
MOST_SCHEDULES: Final = 256
