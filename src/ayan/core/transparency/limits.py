"""How long a portal may be silent while it is verified, and how much it may send."""

from __future__ import annotations

from typing import Final

# Seconds that a portal may be silent while somebody waits for a verdict.
PORTAL_SECONDS: Final = 60.0
# Bytes of a document of a portal, which is held in memory; files are read piece by piece.
LARGEST_DOCUMENT: Final = 64 * 1024 * 1024
