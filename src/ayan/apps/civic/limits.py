"""How much the pages of budget, council and organisation read and show."""

from __future__ import annotations

from typing import Final

# --- read at once: far more than a council, an organisation or a budget has -------------------------------------------

# Rows of one reading.
MOST_ROWS: Final = 20_000
# Groups of one reading of sums.
MOST_GROUPS: Final = 20_000

# --- shown ------------------------------------------------------------------------------------------------------------

# Entries of each side; the files hold all of them.
MOST_ENTRIES: Final = 200
# Headings whose parts are drawn; the table beside the chart has all of them.
MOST_WHOLES: Final = 10
# Parts of a whole from which on areas show more than two numbers do.
FEWEST_AREAS: Final = 3
# Votes of one member, the newest; the explorer has all of them.
MOST_VOTES: Final = 40
# Units that only other datasets name; the rest are counted.
MOST_STRANGERS: Final = 40
# Changes of a line in one direction that its page lists; of more there are the sum and the explorer.
MOVES_LISTED: Final = 100
