"""What contracting may cost to tell."""

from __future__ import annotations

from typing import Final

# Processes that are put together at a time: their rows are the only ones in memory.
CHUNK: Final = 500
# Seconds for putting the rows of all stages in order, before the first line is sent.
PREPARING_SECONDS: Final = 60.0
# Seconds for all lines, with whoever reads them slowly.
STREAM_SECONDS: Final = 600.0
# Memory for the rows of all stages, in the order of their processes; the rest is written aside.
PROCESSES_MEMORY: Final = "256MB"
# What may be written aside: five stages of some million rows each.
PROCESSES_DISK: Final = "4GB"
