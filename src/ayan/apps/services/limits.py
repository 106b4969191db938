"""Limits of the pages of services."""

from __future__ import annotations

from typing import Final

# Characters of what is looked for in the list.
LONGEST_LOOKED_FOR: Final = 100
# Characters of a code in a condition of the list.
LONGEST_CODE: Final = 60
# Services named beside another as its neighbours in the same event of life.
MOST_NEIGHBOURS: Final = 6
# Finished cases from which on is said how long one takes: fewer of them say nothing, and might be known.
FEWEST_CASES: Final = 5
