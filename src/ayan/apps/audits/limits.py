"""How much of a balance's past is told."""

from __future__ import annotations

from typing import Final

# --- turns of an outcome, the newest first ----------------------------------------------------------------------------

# Turns on its page: a history that can be read.
MOST_TURNS_SHOWN: Final = 20
# Turns that programs are told in one answer.
MOST_TURNS_TOLD: Final = 100
