"""What one follower may follow, and how much news one letter brings."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

# --- followers --------------------------------------------------------------------------------------------------------

# Things that one address may follow: every letter asks about each of them. What was not confirmed takes no place.
MOST_EACH: Final = 40
# Requests in a quarter of an hour from one place: a household.
MOST_FROM_PLACE: Final = 12
# Of these, how many for one address: whoever lost the letter asks again.
MOST_FOR_ADDRESS: Final = 3
# Requests in a quarter of an hour in all: what a mail server takes without a doubt.
MOST_IN_ALL: Final = 300
# Days for which the link to leave in a letter holds; the next letter brings another.
LEAVING_DAYS: Final = 180
# Characters of an address of e-mail (RFC 5321).
LONGEST_ADDRESS: Final = 254
# Characters of what is followed: a question of some conditions.
LONGEST_TOPIC: Final = 1000
# Days in a row on which the server refused an address, after which it is erased.
MOST_REFUSALS: Final = 5

# --- news -------------------------------------------------------------------------------------------------------------

# News of one thing, the newest: a letter that can be read to its end.
MOST_NEWS: Final = 50
# Records of one meter that may be beyond its limit.
MOST_NAMED: Final = 20_000
# Seconds that a search over all datasets may take together.
SEARCH_SECONDS: Final = 8.0
# Processor seconds of one feed: more than a search, as each row is held against what it said before.
FEED_PROCESSOR: Final = 2.0

# Columns of a changed record whose former and new values are told.
MOST_DIFFERENCES: Final = 3
# Characters of a former or new value that is told: a letter is read on a telephone.
LONGEST_VALUE: Final = 80
# How long the link of a confirmation holds: until the day after tomorrow. What was not confirmed is forgotten,
# address and all.
CONFIRMATION_LASTS: Final = timedelta(hours=48)
# How far back a search is told of: what was published before is on the page of the search.
SEARCH_PERIOD: Final = timedelta(days=92)
