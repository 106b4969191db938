"""What comes in by itself: how much, how often, how long."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

# --- of one token or one address, in a quarter of an hour -------------------------------------------------------------

# Files of one token: a system that sends one every few seconds does not do so on purpose.
MOST_UPLOADS: Final = 120
# Questions of one token: about one a second.
MOST_QUESTIONS: Final = 1_200
# Wrong tokens from one address: some for a mistake, too few to guess one.
MOST_WRONG: Final = 30

# --- tokens -----------------------------------------------------------------------------------------------------------

# Days that a token holds: two years.
LONGEST_DAYS: Final = 731

# --- secrets that are entered -----------------------------------------------------------------------------------------

# Characters of an address with its password, or of a header.
LONGEST_SECRET: Final = 2_000

# --- folders and databases --------------------------------------------------------------------------------------------

# Names in a watched folder: every look goes through all of them.
MOST_FILES: Final = 1_000
# Seconds that a file must have stayed as it is before it counts as whole.
SETTLED_SECONDS: Final = 60
# Rows of the answer of a database, besides the bytes that an upload may have.
MOST_ROWS: Final = 10_000_000
# Rows that trying a query reads.
ROWS_TRIED: Final = 5
# Characters of a query: more than people write.
LONGEST_QUERY: Final = 100_000

# Days before the last token of a source ends in which its administrators are asked for a new one.
TOKEN_DAYS: Final = 7
# Runs of one source that are kept: two months of one that is looked at daily.
RUNS_KEPT: Final = 60
# How long after a run that failed a source is tried again that is looked at seldom.
RETRY_AFTER: Final = timedelta(minutes=15)
# Runs, and arrivals, that the page of a source lists, the latest.
RUNS_SHOWN: Final = 30
