"""What questions about activities and missing data may hold."""

from __future__ import annotations

from datetime import timedelta
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
# Activities of one page of the year's programme.
ACTIVITIES_PAGE: Final = 25
# How far back an answer of the API goes where nobody says since when: a quarter.
ANSWER_PERIOD: Final = timedelta(days=92)
# Stretches of missing numbers that a line of the page names; the API names them all.
STRETCHES_SHOWN: Final = 12
# How far back the page of what is missing tells of: a quarter.
PAGE_PERIOD: Final = timedelta(days=92)
# How far back the feed of what is missing tells of: a year, with what came late in it.
FEED_PERIOD: Final = timedelta(days=400)
# Entries of that feed.
FEED_SIZE: Final = 50
