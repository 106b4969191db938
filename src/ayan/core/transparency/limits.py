"""How long a portal may be silent, how much it may send, and how far the clock may be from the times in the log."""

from __future__ import annotations

from typing import Final

# Seconds that a portal may be silent while somebody waits for a verdict.
PORTAL_SECONDS: Final = 60.0
# Bytes of a document of a portal, which is held in memory; files are read piece by piece.
LARGEST_DOCUMENT: Final = 64 * 1024 * 1024
# Bytes of one file of a release: a hundred million rows stay below.
LARGEST_PART: Final = 16 * 1024 * 1024 * 1024
# Files of one release.
MOST_FILES: Final = 10_000
# Bytes that an answer of a portal to "all rows" may have for each byte of the releases, and beyond.
ANSWER_SHARE: Final = 4
# Bytes that the process that reads such rows may grow by: DuckDB takes up to 2 GB of it.
READING_MEMORY: Final = 4 * 1024 * 1024 * 1024
# Seconds for one release: five million rows take about one minute.
READING_SECONDS: Final = 1800.0
# Days that the clock may be ahead of the last times in the log: a living city signs something every day, the smallest
# each quarter, and whoever rested for longer is asked to look at the clock.
CLOCK_AHEAD_DAYS: Final = 100
# Minutes that the clock may be behind them: more than machines differ that are set by a time server.
CLOCK_BEHIND_MINUTES: Final = 10
# The last entries of the log whose times count.
CLOCK_ENTRIES: Final = 256
