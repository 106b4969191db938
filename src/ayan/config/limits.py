"""What one process, one answer and one piece of work may take."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

# --- processes --------------------------------------------------------------------------------------------------------

# Megabytes of one process: Django and DuckDB take most of them before a question comes.
LEAST_MEMORY_MB: Final = 256
# Processes for each core; beyond this one only waits for another to leave it.
MOST_PER_CORE: Final = 2
# Looks in a row that find too much before the process leaves: a peak alone is no reason.
MOST_LOOKS_ABOVE: Final = 3
# How often a piece of work may be cut short before it is given up: by then it is the work that kills its worker.
MOST_TRIES: Final = 4

# --- answers ----------------------------------------------------------------------------------------------------------

# Characters of an address that is kept; a longer one is nobody's second visit.
LONGEST_ADDRESS: Final = 2_000
# Bytes of an answer that is kept; a larger one would push out too many others.
LARGEST_ANSWER: Final = 1 << 20
# Bytes from which an answer is packed; what is smaller fits into one packet anyway.
LEAST_PACKED: Final = 512
# How often a page is begun anew, each time without one more damaged dataset: enough for a bad day of a disk.
MOST_DRAWINGS: Final = 5
# Seconds after which whoever was turned away may come again: by then another download may have ended.
RETRY_SECONDS: Final = 10

# --- health -----------------------------------------------------------------------------------------------------------

# Bytes that should be free on the disk: a release and its index are written before the old ones go.
LEAST_FREE: Final = 2 * 1024**3
# Bytes below which the disk counts as full: even a line of a database may not find room.
FULL_FREE: Final = 128 * 1024**2
# So long after its day an original may still stand: who deletes comes once a day.
LONGEST_OVERDUE: Final = timedelta(days=2)
# Bytes of files that a look without `--deep` reads again, drawn anew each day: a second or two of a disk.
SAMPLE_BYTES: Final = 128 * 1024**2
# Bundles of the log's entries that such a look hashes again, besides the last one.
SAMPLE_BUNDLES: Final = 4
# Seconds after which a worker that should show itself every few seconds counts as dead.
SILENT_WORKER: Final = 120
# After how long work that waits is told of: most is done within a minute.
LATE_WORK: Final = timedelta(minutes=15)
# After how long somebody must look: no piece of work takes so long.
STUCK_WORK: Final = timedelta(hours=2)
# How long a failed piece of work is an error: whoever looks once a day must meet with it.
FRESH_FAILURE: Final = timedelta(days=1)
# How long it is told of.
TOLD_FAILURE: Final = timedelta(days=7)
# After how long a backup is old: a weekly one was missed.
OLD_BACKUP: Final = timedelta(days=8)
# After how long that is an error: a monthly one was missed too.
LAPSED_BACKUP: Final = timedelta(days=32)
