"""What one process, one answer and one piece of work may take."""

from __future__ import annotations

from typing import Final

# --- processes --------------------------------------------------------------------------------------------------------

# Megabytes of one process: Django and DuckDB take most of them before a question comes.
LEAST_MEMORY_MB: Final = 256
# Processes for each core; beyond this one only waits for another to leave it.
MOST_PER_CORE: Final = 2
# Looks in a row that find too much before the process leaves: a peak alone is no reason.
MOST_LOOKS_ABOVE: Final = 3
# Seconds that a connection to a database server may take: one that is there answers in a fraction of the first.
CONNECT_SECONDS: Final = 5
# How often a piece of work may be cut short before it is given up: by then it is the work that kills its worker.
MOST_TRIES: Final = 4

# --- answers ----------------------------------------------------------------------------------------------------------

# Characters of an address that is kept; a longer one is nobody's second visit.
LONGEST_ADDRESS: Final = 2_000
# Bytes of an answer that is kept; a larger one would push out too many others.
LARGEST_ANSWER: Final = 1 << 20
# Bytes from which an answer is packed; what is smaller fits into one packet anyway.
LEAST_PACKED: Final = 512
# Seconds after which whoever was turned away may come again: by then another download may have ended.
RETRY_SECONDS: Final = 10
