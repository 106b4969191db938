"""Bounds of what is asked for, waited for and kept."""

from __future__ import annotations

from typing import Final

# Rows of one page: the most that a portal gives.
PAGE_ROWS: Final = 1000
# Bytes of one document that is read as a whole: a page of 1,000 long rows takes a few megabytes.
MOST_DOCUMENT: Final = 64 << 20
# Bytes of one download, unless the caller says otherwise.
MOST_DOWNLOAD: Final = 8 << 30
# Bytes of documents that are kept to be asked for again with their tag.
MOST_KEPT: Final = 32 << 20
# Seconds to reach a portal, and between two pieces of what it sends: it may think for a while before the first.
CONNECT_SECONDS: Final = 10.0
READ_SECONDS: Final = 90.0
# Times that one request is made in all, and the seconds that are waited before the second time where nobody said how
# long.
ATTEMPTS: Final = 5
FIRST_WAIT: Final = 1.0
# Seconds that are waited before another attempt at most; who is told to wait longer gives up and says so.
LONGEST_WAIT: Final = 120.0
# Digits of a number with a fraction, and of one that stands as text: a portal's numbers have 38 at most.
MOST_DIGITS: Final = 80
# Releases of which a record's history asks, one request each.
MOST_VERSIONS: Final = 200
# Bytes read at a time of a download.
PIECE: Final = 1 << 18
# Seconds in which a document that is read as a whole must have come.
DOCUMENT_SECONDS: Final = 600.0
# Characters of one row in a stream: a text may hold a book, a line without end holds the memory.
LONGEST_LINE: Final = 16 << 20
