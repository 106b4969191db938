"""Bounds of the doors of documents."""

from __future__ import annotations

from typing import Final

# Documents on one page of the API: as many as rows.
MOST_ON_A_PAGE: Final = 1000
# Those on a page whose size nobody gave.
ON_A_PAGE: Final = 100
# Bytes of an original that is attached: a contract that was scanned with its annexes has a quarter of it.
LARGEST_ATTACHED: Final = 64 * 1024**2
# Characters of the title of a document, and of its source.
LONGEST_TITLE: Final = 300
# Characters that somebody asks to have covered at once.
LONGEST_WORDS: Final = 200
# Pages that a page of the desk shows; the others follow on further ones.
PAGES_SHOWN: Final = 10
# Dots across of a page that an officer looks at.
PAGE_DOTS: Final = 900
# Days after which what was attached and never sent is removed, with its original.
FORGOTTEN_DAYS: Final = 60
# How often the preparing of a document is tried that a process did not outlive.
MOST_TRIES: Final = 3
