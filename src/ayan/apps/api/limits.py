"""How much of one answer of the API is listed."""

from __future__ import annotations

from typing import Final

# Releases of one page of the list, unless ``_size`` asks for another number.
RELEASES_LISTED: Final = 100
