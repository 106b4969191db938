"""How much a release tells, and how much is kept of what a draft would change."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

# Characters of the words of a reason: a page of text.
LONGEST_REASON: Final = 2000
# Rows of each sort kept to be looked at one by one; of more there are the counts, the sums and the preview.
MOST_CHANGES_KEPT: Final = 5_000
# Runs of rows that a manifest lists for one column; of more it only tells how many cells they are.
MOST_RUNS: Final = 2_000
# Rows that are added up where they are held: to open a database for them takes longer.
MOST_ROWS_HELD: Final = 4_000
# Bytes of the different values of a release, which are counted in memory, that may be written aside: as many as of a
# file whose layout is undone.
MOST_SPILLED_FOR_TOTALS: Final = 20 * 1000**3
# Periods nearest to one whose amounts are compared with its own.
MOST_PERIODS: Final = 5
# Years, as they are named, that such a period may stand apart; of thousands of names only those near it are read.
MOST_YEARS: Final = 4

# Rows below which a release has no tiles: a map reads so many shapes as they are in one answer.
FEWEST_TILED: Final = 1_000
# The farthest zoom level of tiles: a province on a screen.
FIRST_ZOOM: Final = 8
# The farthest one of many shapes: a quarter, in which single parcels can be told apart.
FIRST_ZOOM_OF_MANY: Final = 12
# The nearest one; nearer views stretch its tiles.
LAST_ZOOM: Final = 14
# Shapes that are still drawn from afar; of more nobody could see one.
MOST_FAR_AWAY: Final = 5_000
# Bytes that the process may grow by that writes the tiles of one release.
TILE_MEMORY: Final = 3 * 1024**3
# Seconds that it may take: two hundred thousand parcels take a minute.
TILE_SECONDS: Final = 900.0
# Threads that cut shapes into tiles: as many as a small machine has.
TILE_THREADS: Final = 2
# Changes of one page of a draft.
CHANGES_PAGE: Final = 50
# How far apart the beginnings of two periods may stand whose amounts are compared: prices of longer ago are others.
NEAR_PERIODS: Final = timedelta(days=3 * 366)
# Memory in which new rows are put under those that stand; what does not fit is written aside.
APPENDING_MEMORY: Final = "512MB"
# Memory in which a draft is compared with what it changes: twice that of a reader who compares two releases.
DRAFT_MEMORY: Final = "1GB"
# Seconds of the clock, and of processors, for that: it is done once for a draft and kept beside it.
DRAFT_SECONDS: Final = 120.0
