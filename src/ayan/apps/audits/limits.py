"""How much of a balance's past is told."""

from __future__ import annotations

from typing import Final

# --- turns of an outcome, the newest first ----------------------------------------------------------------------------

# On its page.
MOST_TURNS_SHOWN: Final = 20
# To programs.
MOST_TURNS_TOLD: Final = 100
