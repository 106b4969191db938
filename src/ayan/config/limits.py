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
# Files that are read at once: each may take the whole memory of a task.
MOST_FILES_AT_ONCE: Final = 16
# Seconds after which a process that found nothing more to do in its queue leaves, if it is not the first of its queue.
IDLE_SECONDS: Final = 60.0
# Seconds that a piece of work waits before a further process is begun for it: by then the others are busy.
WAITED_SECONDS: Final = 1.0
# Seconds before a process that ends again and again is begun anew, each wait twice the one before up to this.
LONGEST_WAIT: Final = 60.0
# How often a piece of work may be cut short before it is given up: by then it is the work that kills its worker.
MOST_TRIES: Final = 4

# --- what is sent -----------------------------------------------------------------------------------------------------

# Threads of a process that may wait for bodies, so that others are left for readers.
BODIES_AT_ONCE: Final = 5
# How many of these may wait for one address.
BODIES_OF_ONE: Final = 3
# Seconds for which a body waits for such a place: a form is read in a hundredth of that.
BODY_PLACE_SECONDS: Final = 0.2
# Seconds that any body has: a form on the worst of lines.
BODY_GRACE_SECONDS: Final = 20.0
# Bytes that buy a long body a second more: a telephone line is enough.
BODY_RATE: Final = 4_096

# --- answers ----------------------------------------------------------------------------------------------------------

# Characters of an address that is kept; a longer one is nobody's second visit.
LONGEST_ADDRESS: Final = 2_000
# Bytes of an answer that is kept; a larger one would push out too many others.
LARGEST_ANSWER: Final = 1 << 20
# Bytes from which an answer is packed; what is smaller fits into one packet anyway.
LEAST_PACKED: Final = 512
# Seconds after which whoever was turned away may come again: by then another download may have ended.
RETRY_SECONDS: Final = 10
