"""What one search may hold and take."""

from __future__ import annotations

from typing import Final

# --- asked ------------------------------------------------------------------------------------------------------------

# Characters of a search; the box takes no more either.
LONGEST_SEARCH: Final = 200
# Seconds that one search may take over all datasets.
SEARCH_SECONDS: Final = 4.0

# --- shown ------------------------------------------------------------------------------------------------------------

# Records of one dataset that a key may name: periods repeat a natural key.
MOST_RECORDS: Final = 3
# Fields told of beside a row's name, of those in which the words stand.
MOST_PLACES: Final = 3
