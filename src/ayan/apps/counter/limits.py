"""How much comes to the counter, and how much of it is listed."""

from __future__ import annotations

from typing import Final

# --- replies ----------------------------------------------------------------------------------------------------------

# Replies that one letter may bring to one finding; whatever there is to add after that goes by the desk.
MOST_REPLIES: Final = 5

# --- lists ------------------------------------------------------------------------------------------------------------

# Decided cases that a list holds; those that are open are all there.
MOST_DECIDED: Final = 100
