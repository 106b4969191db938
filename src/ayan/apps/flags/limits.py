"""How much is written about findings, how many are listed, and how many flags are computed at once."""

from __future__ import annotations

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
