"""What questions about activities and missing data may hold."""

from __future__ import annotations

from typing import Final

# --- asked ------------------------------------------------------------------------------------------------------------

# Values of one condition, each of which is compared.
MOST_VALUES: Final = 100
# Characters of one value, as long as one of the explorer.
LONGEST_VALUE: Final = 200
# Pages that can be turned to: far beyond the last one.
MOST_PAGES: Final = 10_000

# --- shown ------------------------------------------------------------------------------------------------------------

# Days on which something went missing or came, the newest.
MOST_EVENTS: Final = 20
