"""How much a release, a draft and their examination may hold."""

from __future__ import annotations

from typing import Final

# --- what is sent -----------------------------------------------------------------------------------------------------

# Bytes of a name, which with its ending stays below what file systems allow.
LONGEST_NAME: Final = 200
# Bytes of the ending of a name, such as .geojson; a longer one is part of the name.
LONGEST_ENDING: Final = 20
# Characters of the words of a reason: a page of text.
LONGEST_REASON: Final = 2000

# --- what is told -----------------------------------------------------------------------------------------------------

# Rows of each sort kept to be looked at one by one; of more there are the counts, the sums and the preview.
MOST_CHANGES_KEPT: Final = 5_000
# Runs of rows that a manifest lists for one column; of more it only tells how many cells they are.
MOST_RUNS: Final = 2_000
# Missing periods of one dataset; beyond them the older ones are told by their number alone.
MOST_MISSING: Final = 400

# --- portals that are read from outside -------------------------------------------------------------------------------

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
