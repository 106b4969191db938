"""How long commands wait, and how much they take."""

from __future__ import annotations

from typing import Final

# --- waiting ----------------------------------------------------------------------------------------------------------

# Seconds before a program that ended is started again, so that one that ends at once does not keep a core busy.
FIRST_WAIT: Final = 0.5
# Seconds, when it ends again and again and each wait is twice the one before.
LONGEST_WAIT: Final = 60.0
# Seconds that a program has to end by itself before it is killed.
STOP_SECONDS: Final = 10.0
# Seconds that a process still answers after the one in its place has loaded the site: that one listens by then.
OVERLAP_SECONDS: Final = 1.0
# Seconds within which a process of the site has loaded it, or never will.
READY_SECONDS: Final = 300.0
# Seconds between two looks whether a database that is away is back.
DATABASE_SECONDS: Final = 3.0
# Seconds that answers have to reach their readers when the server stops.
DRAIN_SECONDS: Final = 10
# Seconds, at most, for which a site that was told to stop may go on answering: whoever told it kills it in the end.
MOST_DRAIN: Final = 300
# Seconds that a caller may keep a connection without saying anything.
SILENT_SECONDS: Final = 10

# --- work and what is said of it --------------------------------------------------------------------------------------

# Processes that write a copy, unless another number is asked for: each holds pages and rows in memory.
MOST_EXPORTERS: Final = 4
# Seconds between two lines that tell how far a long piece of work is, where there is no terminal for a bar.
SECONDS_BETWEEN_LINES: Final = 20.0
# Seconds that a mail server or a webhook may be silent while a monitor tells what it found.
TELLING_SECONDS: Final = 20.0

# Seconds that whoever is inside a city has to leave before its folder moves: longer than any page may take.
CITY_DRAIN_SECONDS: Final = 15.0
# Leaves that are named one by one.
LEAVES_SHOWN: Final = 20
# Addresses printed under each cause; the JSON report has them all.
ADDRESSES_SHOWN: Final = 5
