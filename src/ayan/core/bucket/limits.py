"""How long an object store is waited for, and in which pieces it is spoken to."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

# A connection within a data centre, or to a cloud of the country, stands in far less.
CONNECT: Final = timedelta(seconds=3)

# One request. Files go up and come down in pieces, each a request of its own, so that this need not grow with them.
REQUEST: Final = timedelta(seconds=30)

# One request that somebody's page waits for: a server that hangs is given up for the moment.
HASTY_REQUEST: Final = timedelta(seconds=2)

# Seconds for which a request is repeated that met a silent, restarting or throttling server; then somebody is told.
PATIENCE: Final = 20.0

# Seconds before the second try, drawn from half of it to all of it; each further pause is twice as long.
FIRST_PAUSE: Final = 0.1

# Seconds that no pause exceeds: a server that is back is noticed soon.
LONGEST_PAUSE: Final = 2.0

# Bytes of a piece of a file: from twice that on it goes up in several. S3 asks for 5 MiB at least.
PIECE: Final = 16 << 20

# Pieces of one file that are on their way at once.
PIECES_AT_ONCE: Final = 4

# Bytes of an object that is held in memory whole: a head of some hundred thousand releases.
LARGEST_HELD: Final = 256 << 20

# Seconds without a sign of life after which somebody else takes a lease over. A sealer that is paused for longer has
# lost it; what it does then is refused, for the head has moved.
LEASE_SECONDS: Final = 30.0

# Seconds between two looks at a lease that somebody else holds.
LEASE_LOOK: Final = 0.2
