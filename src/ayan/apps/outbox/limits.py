"""How often a message is tried, how long it is kept, and how much of it there may be."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

# --- sending ----------------------------------------------------------------------------------------------------------

# So long after it was taken a gateway is asked whether a message reached the telephone: telephones are off for a night.
LONGEST_UNREPORTED: Final = timedelta(days=3)

# --- keeping ----------------------------------------------------------------------------------------------------------

# So long it is remembered that something was sent, so that it is not sent anew: a year of reminders, and a month.
REMEMBERED: Final = timedelta(days=400)
# So long the words of what was given up are kept, to be sent again once the address is right.
LONGEST_UNSENT: Final = timedelta(days=30)

# --- words ------------------------------------------------------------------------------------------------------------

# Characters of a subject: what programs of mail show of one.
LONGEST_SUBJECT: Final = 160
# Messages that one digest collects: what was not opened in weeks is read at the desk.
MOST_COLLECTED: Final = 100
