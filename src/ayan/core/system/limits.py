"""What work with other processes of a machine may take."""

from __future__ import annotations

from typing import Final

# Bytes of what the malware scanner says: a name of what it met.
LONGEST_SCAN_REPLY: Final = 4_096
# Seconds that the malware scanner has to answer; it reads a large file in two.
SCAN_SECONDS: Final = 20.0
