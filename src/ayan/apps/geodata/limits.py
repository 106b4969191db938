"""What places for programs may cost."""

from __future__ import annotations

from typing import Final

# Parcels whose box has a point in it that are looked at: where plots are crowded, a few.
MOST_AT_A_POINT: Final = 50
# Features of a page, where nobody says how many; what the standard proposes.
USUAL_FEATURES: Final = 10
# Features of a page at most: more are answered as so many, as the standard wants it.
MOST_FEATURES: Final = 1_000
