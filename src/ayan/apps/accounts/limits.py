"""How long people stay signed in, and how often they may try."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

# --- sessions ---------------------------------------------------------------------------------------------------------

# Without a request for so long, a session is over.
LONGEST_IDLE: Final = timedelta(minutes=30)
# So long after both factors were shown a session is over, however much is asked in it.
LONGEST_SESSION: Final = timedelta(hours=10)
# Time over which wrong attempts are counted, and for which too many of them keep everybody out.
ATTEMPTS_WINDOW: Final = timedelta(minutes=15)

# --- messages and forms -----------------------------------------------------------------------------------------------

# Attempts to send one reminder.
MOST_TRIES: Final = 3
# Characters of a form that is kept over a new sign-in.
LONGEST_FORM: Final = 100_000
