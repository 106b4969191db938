"""How long the name of a file that is sent may be, and what stands in the folder for an original elsewhere."""

from __future__ import annotations

from typing import Final

# Bytes of a name, which with its ending stays below what file systems allow.
LONGEST_NAME: Final = 200
# Bytes of the ending of a name, such as .geojson; a longer one is part of the name.
LONGEST_ENDING: Final = 20
# Bytes of a stub that are read: a head of 60, a key, two digests and a size are 350.
LONGEST_STUB: Final = 2048
# Seconds after a file was kept in which somebody may be about to ask for it, though nobody does yet: a day of work.
COMING_SECONDS: Final = 24 * 3600.0
