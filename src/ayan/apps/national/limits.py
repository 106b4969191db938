"""How much is told of all cities together."""

from __future__ import annotations

from typing import Final

# --- told of one city -------------------------------------------------------------------------------------------------

# Groups of one question about a city: years and sides of a figure, or companies of a table; those with most rows first.
MOST_GROUPS: Final = 20_000
# Characters of a company's name that are kept.
LONGEST_NAME: Final = 200

# --- asked and shown --------------------------------------------------------------------------------------------------

# Characters of a search.
LONGEST_SEARCH: Final = 200
# Words of it, each of which is looked for in every name.
MOST_WORDS: Final = 10
# Tables and companies that a search shows of each, and companies on their page: whoever wants others says more.
MOST_HITS: Final = 50
# Seconds that what cities hold is believed: in that time a page over all of them looks at none.
BELIEVED_SECONDS: Final = 1.0
# Seconds after which a city whose releases stand in a bucket is left out where its worker has not looked at it since.
UNSEEN_SECONDS: Final = 300.0
# Seconds that a reader waits while the worker writes.
BUSY_SECONDS: Final = 5.0
# Places after the point of a figure for each thousand people.
PER_THOUSAND_PLACES: Final = 1
# Per cent by which the rise of prices between two years may differ between two cities' indices that are taken for one:
# rounded to one place in a later base, an index of the nineties is off by as much.
LIKE_LEVELS_PERCENT: Final = 1

# --- asked of the cities themselves -----------------------------------------------------------------------------------

# Cities that a process asks at the same time, for all its readers: each runs a statement on its own threads besides.
ASKED_AT_ONCE: Final = 4
# Seconds that an answer waits for all of them; those that have not answered by then are told to be missing, and what
# the others said is remembered.
CITIES_SECONDS: Final = 8.0
# Groups of one city in one question, and of an answer over all: half a million numbers of 300 cities stay in memory.
MOST_CITY_GROUPS: Final = 2_000
# Values of a field that facets over cities hold of each city before they are put together: legal IDs, mostly.
MOST_JOINED: Final = 20_000
