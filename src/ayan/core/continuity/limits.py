"""How many files of a backup are on their way at once."""

from __future__ import annotations

from typing import Final

# To and from an object store. Small files wait for the line rather than for its breadth; each takes its size of disk,
# and of memory up to two pieces of a large one.
FILES_AT_ONCE: Final = 6
