"""What work with other processes of a machine may take."""

from __future__ import annotations

from typing import Final

# Bytes of what the malware scanner says: a name of what it met.
LONGEST_SCAN_REPLY: Final = 4_096
# Seconds that the malware scanner has to answer; it reads a large file in two.
SCAN_SECONDS: Final = 20.0
# Memory of a connection to DuckDB whose opener says nothing else.
USUAL_MEMORY: Final = "1GB"
# Threads of such a one: as many as a small machine has.
USUAL_THREADS: Final = 2
# Seconds between two tries for a lock that another process holds.
LOCK_POLL_SECONDS: Final = 0.05
