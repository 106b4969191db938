"""What may be handed in to be verified, and how much is read again for it."""

from __future__ import annotations

from typing import Final

# --- handed in --------------------------------------------------------------------------------------------------------

# Bytes of a file, which is measured as it comes and not kept.
LARGEST_UPLOAD: Final = 256 * 1024 * 1024
# Characters of what is typed: a digest, or an address with the longest citation.
LONGEST_QUESTION: Final = 6_500
# Characters of the name of a file: as many as file systems take.
LONGEST_FILE_NAME: Final = 255

# --- read again -------------------------------------------------------------------------------------------------------

# Bytes of sealed files that are measured for one reader: about a second.
LARGEST_REREAD: Final = 256 * 1024 * 1024
# Rows of a result that are compared one by one with the sealed ones; of a larger one the figures are.
MOST_ROWS_COMPARED: Final = 20_000
# Records that are linked from the differences of a file: each is looked up.
MOST_LINKED: Final = 12
# Releases that are asked one by one about rows of a file whose question is not known.
MOST_ASKED_RELEASES: Final = 60
# States of a dataset from which a file may come whose reader says where it came from, and not when.
MOST_STATES: Final = 6

# --- what is declared -------------------------------------------------------------------------------------------------

# Changes of tariffs and services on one page, each with the values that differ; a feed has as many.
DECLARED_CHANGES_A_PAGE: Final = 20
# Values of one change that are shown side by side: a tariff has some hundred at most.
MOST_DECLARED_DIFFERENCES: Final = 60
# Characters of one value: the longest sentence of a declaration.
LONGEST_DECLARED_VALUE: Final = 400
# Characters of a code in a condition of that page.
LONGEST_DECLARED_CODE: Final = 100

# --- what mirrors follow ----------------------------------------------------------------------------------------------

# Leaves of one page of changes: one bundle of the log, which is one file to read.
CHANGES_A_PAGE: Final = 256
# And at most: four bundles, some 400 KB of JSON.
MOST_CHANGES_A_PAGE: Final = 1_000

# --- the hub of feeds -------------------------------------------------------------------------------------------------

# Times that a hub is told of the same acts before they are given up: the last pauses are an hour, so about a day.
MOST_HUB_TRIES: Final = 30
# Seconds before it is told again, each time twice as many.
FIRST_HUB_PAUSE: Final = 60.0
# Seconds of the longest pause.
LONGEST_HUB_PAUSE: Final = 3600.0
# Feeds that a hub is told of in one round; more acts than that wait for the next.
HUB_TOPICS_A_ROUND: Final = 40
# Leaves of one page of the log.
LEDGER_PAGE: Final = 30
