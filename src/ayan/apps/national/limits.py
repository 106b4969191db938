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
