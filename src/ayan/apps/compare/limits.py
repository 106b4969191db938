"""How much is compared at once, and how much of it is shown."""

from __future__ import annotations

from typing import Final

# --- asked ------------------------------------------------------------------------------------------------------------

# Sides beside each other: a table that a page can hold.
MOST_SIDES: Final = 6
# Groups of one side, which are held in memory and laid beside those of the others.
MOST_GROUPS: Final = 20_000
# Years and places whose people are counted: more than any city tells.
MOST_COUNTS: Final = 20_000

# --- offered ----------------------------------------------------------------------------------------------------------

# Values offered as sides; others are written into the address.
MOST_OFFERED: Final = 24
# Dimensions that are looked at for one to begin with.
MOST_TRIED: Final = 8
# Comparisons given as examples, with other cities and of the city alone; the page of other cities has all of its own.
MOST_EXAMPLES: Final = 8

# --- shown ------------------------------------------------------------------------------------------------------------

# Lines on the page, but those of time, which is never cut; the files hold all of them.
MOST_LINES: Final = 40
# Pairs of a chart of two sides; the table has all of them.
MOST_PAIRS: Final = 10
