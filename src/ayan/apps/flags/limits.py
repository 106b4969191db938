"""How much is written about findings, how many are listed, and how many flags are computed at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

# --- words ------------------------------------------------------------------------------------------------------------

# Characters of a reply or a reason.
LONGEST_WORDS: Final = 4000

# --- lists ------------------------------------------------------------------------------------------------------------

# Findings on one page of the list; the others come up as these are dealt with.
MOST_LISTED: Final = 500
# Findings of one flag that its page lists; the answers for programs give all of them.
MOST_SHOWN: Final = 200

# --- work -------------------------------------------------------------------------------------------------------------

# Flags that are computed side by side: each has a database of its own in memory, of at most a gigabyte.
FLAGS_AT_ONCE: Final = 2
# Findings of one page of the API, unless ``_size`` asks for another number.
FINDINGS_PAGE: Final = 100
# How long the end of a finding is told of: a budget year and what follows it.
ENDS_LISTED: Final = timedelta(days=400)
# Findings that a fault of a sealed day names; the others are as lost as these.
FINDINGS_NAMED: Final = 5
# Entries of the feed of findings.
FEED_SIZE: Final = 50
