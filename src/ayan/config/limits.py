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
# How often a piece of work may be cut short before it is given up: by then it is the work that kills its worker.
MOST_TRIES: Final = 4

# --- the queue of readers ---------------------------------------------------------------------------------------------

# Requests that wait for their turn in one process: at some 20 ms each the last of them is answered in a third of a
# second, and there are threads left for what stands outside the queue.
MOST_WAITING: Final = 16
# Of these, from one address: what one browser asks for at once.
MOST_WAITING_OF_ONE: Final = 8
# Seconds that somebody waits before being told to come again.
LONGEST_WAIT: Final = 10.0
# Processor seconds that one request may take with all its questions.
MOST_PROCESSOR: Final = 6.0
# Processor seconds a second that one address may take of one process while others wait: ten pages a second.
SHARE: Final = 0.25
# Processor seconds that an address which was quiet may take at once: one costly question.
MOST_CREDIT: Final = 1.0
# Processor seconds that an address may owe: whoever asked for too much is forgiven after some twenty seconds.
MOST_DEBT: Final = 4.0
# Processor seconds that every turn has, of whichever address: what a page takes that asks for little.
LEAST_TURN: Final = 0.02
# Addresses whose share is remembered, the last ones; some 200 bytes each.
MOST_ACCOUNTS: Final = 4_096
# Seconds for which the answer about readiness is believed: whoever asks for it again and again costs nothing.
READY_SECONDS: Final = 2.0
# Seconds that the database has to show itself when readiness is asked for.
DATABASE_SECONDS: Final = 2.0

# --- answers ----------------------------------------------------------------------------------------------------------

# Characters of an address that is kept; a longer one is nobody's second visit.
LONGEST_ADDRESS: Final = 2_000
# Bytes of an answer that is kept; a larger one would push out too many others.
LARGEST_ANSWER: Final = 1 << 20
# Bytes from which an answer is packed; what is smaller fits into one packet anyway.
LEAST_PACKED: Final = 512
# Seconds after which whoever was turned away may come again: by then another download may have ended.
RETRY_SECONDS: Final = 10
