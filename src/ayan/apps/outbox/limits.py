"""How often a message is tried, how long it is kept, and how much of it there may be."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

# --- sending ----------------------------------------------------------------------------------------------------------

# After each attempt that failed the next one waits so long, in minutes: a server that begins anew is found again at
# once, one that is away over a holiday within four days; after the last it is given up.
PAUSES: Final = (1, 5, 30, 120, 360, 720, 1440, 1440, 1440)
# So long one process has a message to itself: far more than a slow server takes.
CLAIM_LASTS: Final = timedelta(minutes=15)
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
