"""What the documents of a dataset may come to."""

from __future__ import annotations

from typing import Final

# Documents of one release: each is named in the manifest with its text, which readers take up whole.
MOST_DOCUMENTS: Final = 4_000
# Bytes of the text of a document's pages: five thousand densely printed pages have half of it.
LARGEST_TEXT: Final = 64 * 1024**2
# Documents of one row that are listed: a contract with all its annexes and versions has a few dozen.
MOST_OF_A_ROW: Final = 500
# Values of a row for which a line of a document is named: a contract has two dozen that are written in it.
MOST_LINKS: Final = 40
# Hexadecimal digits that a shortened digest has at least: fewer could be tried one after the other.
SHORTEST_DIGEST: Final = 16
# Bytes by which the process may grow that reads the text of a document.
READING_MEMORY: Final = 1024**3
# Seconds that it may take: a thousand printed pages take twenty.
READING_SECONDS: Final = 300.0
# Memory in which rows are counted that have a document.
COVERAGE_MEMORY: Final = "512MB"
