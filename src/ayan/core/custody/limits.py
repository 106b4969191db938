"""How long the name of a file that is sent may be."""

from __future__ import annotations

from typing import Final

# Bytes of a name, which with its ending stays below what file systems allow.
LONGEST_NAME: Final = 200
# Bytes of the ending of a name, such as .geojson; a longer one is part of the name.
LONGEST_ENDING: Final = 20
