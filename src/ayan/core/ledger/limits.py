"""Bounds of what is read from others, and of numbers that formats fix."""

from __future__ import annotations

from typing import Final

# Seconds between two looks of a machine at what others have appended to a log that they share.
LOG_LOOK_SECONDS: Final = 1.0

# Seconds until the next look where the object store did not answer the last one.
LOG_SILENT_SECONDS: Final = 10.0

# --- documents: bytes that are held in memory -------------------------------------------------------------------------

# A signed note.
LARGEST_NOTE: Final = 1 << 20
# A policy of witnesses.
LARGEST_POLICY: Final = 1 << 20
# A proof, whose hashes and row are a small part of this.
LARGEST_PROOF: Final = 1 << 20
# A request to a witness.
LARGEST_REQUEST: Final = 1 << 16
# An answer of a witness.
LARGEST_ANSWER: Final = 1 << 16

# --- counts -----------------------------------------------------------------------------------------------------------

# Signatures of one note: each costs a check.
MOST_SIGNATURES: Final = 100
# Hashes of a proof: none in a tree of fewer than 2^63 leaves has more.
MOST_HASHES: Final = 64
# Lines of a proof that C2SP tlog-witness lets a request have.
MOST_PROOF_LINES: Final = 63

# Entries of one log: an index has to fit where JSON readers keep whole numbers.
MOST_ENTRIES: Final = (1 << 53) - 1

# --- formats ----------------------------------------------------------------------------------------------------------

# Bytes of an entry, whose length is written in two bytes.
LONGEST_ENTRY: Final = 0xFFFF
# The least number that `_row`, a BIGINT, can hold.
LEAST_ROW_NUMBER: Final = -(1 << 63)
# The largest.
LARGEST_ROW_NUMBER: Final = (1 << 63) - 1

# --- waiting ----------------------------------------------------------------------------------------------------------

# Seconds that sealing waits at most for all witnesses together.
WITNESS_SECONDS: Final = 5.0
