"""What one harvest of another city, or one run of a mirror, may take, besides the bounds of single files."""

from __future__ import annotations

from typing import Final

# --- time -------------------------------------------------------------------------------------------------------------

# Seconds of one harvest, however many files there are.
HARVEST_SECONDS: Final = 3600.0
# Seconds that one run of a mirror takes, unless its user says otherwise: what came by then stays, and the next goes on.
MIRROR_SECONDS: Final = 6 * 3600.0
# Files of a package that a refusal names, where a mapping leaves open which of them it means.
MOST_RESOURCES_NAMED: Final = 10
# Looks at a portal in one run: what is published meanwhile may show as a file too few, or a tile too many.
MIRROR_TRIES: Final = 3

# --- size -------------------------------------------------------------------------------------------------------------

# Bytes of what one run reads of a log, which is held in memory: some five million leaves.
MIRROR_LOG_BYTES: Final = 2 * 1024**3
# Bytes of a whole mirror, unless its user says otherwise: a large city of ten years has some tens of gigabytes.
MIRROR_BYTES: Final = 200 * 1024**3
