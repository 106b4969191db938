"""What may be handed in to be verified."""

from __future__ import annotations

from typing import Final

# --- handed in --------------------------------------------------------------------------------------------------------

# Bytes of a file, which is measured as it comes and not kept.
LARGEST_UPLOAD: Final = 256 * 1024 * 1024
# Characters of what is typed: a digest or an address.
LONGEST_QUESTION: Final = 2000
