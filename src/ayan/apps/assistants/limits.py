"""What one request of an assistant may hold and take; what it costs is counted by the queue of readers."""

from __future__ import annotations

from typing import Final

# Bytes of a request: a question in the grammar with many conditions is a hundredth of it.
LARGEST_REQUEST: Final = 64 * 1024
# Bytes of one answer of the site: more than this an assistant cannot read, and should ask narrower.
LARGEST_ANSWER: Final = 256 * 1024
# Rows and groups of one answer: more of them are a download, which has an address of its own.
MOST_ROWS: Final = 100
# Rows and groups where nobody says how many: as many as a page of a list shows.
USUAL_ROWS: Final = 20
# Rows of each dataset that are looked up beside an answer in words: the answer itself is what was asked for.
ROWS_BESIDE: Final = 1
# Rows by which a figure is explained.
ROWS_OF_A_FIGURE: Final = 5
# Releases named where a dataset or a figure is told of.
MOST_RELEASES: Final = 10
# Parameters of one question: the site reads no more either.
MOST_PARAMETERS: Final = 100
# Requests that one process has under way; each further one is refused, and not left waiting.
MOST_AT_ONCE: Final = 64
# Seconds after which whoever was not answered yet is told to come again: longer than a reader waits for a turn, and
# than a question may compute.
REQUEST_SECONDS: Final = 60.0
