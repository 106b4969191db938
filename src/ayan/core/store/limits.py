"""How far the numbers of releases go."""

from __future__ import annotations

from typing import Final

# The number of a release within its period: nine digits, as names of folders have them.
LARGEST_NUMBER: Final = 999_999_999

# Pairs of a declaration and a release whose wording is remembered; every answer of the API asks for one.
MOST_WORDED: Final = 1_024

# Seconds between two looks of a process at which releases an object store has: what another machine published or
# withdrew shows within this time and that of one request.
BOARD_SECONDS: Final = 0.5

# Seconds until the next look at one that did not answer.
BOARD_PAUSE: Final = 2.0

# Seconds for which what was seen last is believed while it does not answer: a withdrawal elsewhere may be unseen.
BOARD_BELIEVED: Final = 30.0

# Seconds for which a look is repeated: somebody's page waits for it.
LOOK_PATIENCE: Final = 1.0

# Files of one release, or manifests of one dataset, that go up or come down at once.
FILES_AT_ONCE: Final = 6

# Lists of where the documents of a release stand that a process remembers: of four thousand documents one takes 2 MB,
# and readers ask for those of the releases that hold now.
LISTS_HELD: Final = 32

# Bytes of the texts of manifests that a process holds as trees, which take three times as much: those of a city of five
# thousand releases. The others stay packed and take 0.4 ms each to read.
MANIFEST_TREE_BYTES: Final = 64 * 1024 * 1024
# Seconds after which somebody may ask again for a dataset that somebody must mend first.
RETRY_SECONDS: Final = 120
# Seconds after which what was staged and never committed is left over: nobody comes back to it the next day.
STALE_SECONDS: Final = 86_400
