"""What the hub takes from strangers, how long it keeps it, and how much it sends for it."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

# --- leases -----------------------------------------------------------------------------------------------------------

# Seconds of a lease that nobody asked a length for: ten days, as other hubs have it.
USUAL_LEASE: Final = 10 * 24 * 3600
# The shortest: a shorter one would be asked for again more often than a feed changes.
SHORTEST_LEASE: Final = 3600
# The longest: what nobody renews in a month is a program that is no longer there.
LONGEST_LEASE: Final = 30 * 24 * 3600
# Digits of the number that is asked for: enough for any length, and no number that is dear to read.
LONGEST_LEASE_DIGITS: Final = 18

# --- requests ---------------------------------------------------------------------------------------------------------

# Bytes of a request: the longest address three times, as a form writes its signs, and the secret.
LARGEST_REQUEST: Final = 16 * 1024
# Fields of a request: seven are the protocol's, the others are passed over.
MOST_FIELDS: Final = 40
# Bytes of a secret, by the protocol: less than 200.
LONGEST_SECRET: Final = 199
# Requests in a quarter of an hour from one place: a reader of feeds that renews what it has of each dataset.
MOST_FROM_PLACE: Final = 200
# And for one host of callbacks, wherever they come from: nobody has us knock more often at somebody's door.
MOST_FOR_CALLBACK_HOST: Final = 300
# And in all: each makes one short request to its callback.
MOST_IN_ALL: Final = 1_500
# Requests that wait to be verified: some minutes of work.
MOST_PENDING: Final = 1_000
# After that many seconds a full hub is asked again.
FULL_SECONDS: Final = 600

# --- subscriptions ----------------------------------------------------------------------------------------------------

# Subscriptions in all: one act is sent to so many in some minutes, a tenth of a gigabyte of feeds.
MOST_SUBSCRIPTIONS: Final = 5_000
# And of one host of callbacks: one service that reads for many.
MOST_OF_CALLBACK_HOST: Final = 1_000

# --- callbacks --------------------------------------------------------------------------------------------------------

# Ports below this one are of other protocols than HTTP, but for the two that are HTTP's.
LEAST_FREE_PORT: Final = 1024
# Seconds that a callback may take for an answer: it is to take what is sent, and to look at it later.
CALLBACK_SECONDS: Final = 5.0
# Bytes of a challenge that are read back: a longer answer is none.
CHALLENGE_BYTES: Final = 256
# Requests to different hosts at a time, to one host one after the other: all that may be subscribed, each of them as
# slow as it may be, is half an hour's work.
CALLBACKS_AT_ONCE: Final = 16
# Callbacks of one batch: a feed is told anew for each batch, so that nothing is sent that was taken back meanwhile.
CALLBACKS_A_BATCH: Final = 96
# Seconds after which a batch begins no further request, so that a feed is sent as it stood less than that ago.
BATCH_SECONDS: Final = 15.0
# Seconds after which a round begins no further batch: other work of the queue waits for no longer.
ROUND_SECONDS: Final = 60.0
# How long a request is kept at most, whatever became of it.
LONGEST_PENDING: Final = timedelta(hours=6)
