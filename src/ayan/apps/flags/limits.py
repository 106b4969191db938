"""How much is written about findings, and how many are listed."""

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
