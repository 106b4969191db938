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
# Points of a side of a place that somebody covers by hand: less is no sign that anybody reads.
NARROWEST_PLACE: Final = 2.0
# Days after which what was attached and never sent is removed, with its original.
FORGOTTEN_DAYS: Final = 60
# How often the preparing of a document is tried that a process did not outlive.
MOST_TRIES: Final = 3

# Pages in which lines are proposed for the values of a row: annexes behind them hold tables, and cost a second.
MOST_PROPOSED_PAGES: Final = 300

# Digits or letters of a value for which lines are proposed: a shorter one stands on every other line.
FEWEST_PROPOSED: Final = 2

# --- the reader -------------------------------------------------------------------------------------------------------

# Pictures of pages that a machine keeps, at about 150 kB each.
MOST_PICTURES: Final = 4_000
# Seconds that a reader waits while pictures of others are drawn.
PICTURE_WAIT: Final = 10.0
# Characters of a search within a document; the box of the site takes no more either.
LONGEST_SEARCH: Final = 200
# Pages of a search within a document that are shown with their pieces.
MOST_PAGE_HITS: Final = 50
# Pages on both sides of this one that the pages' row leads to.
NEAR_PAGES: Final = 2
# Values of a row that are looked for in its document.
MOST_VALUES: Final = 40
# Places of one value that are told.
MOST_PLACES: Final = 3
# Digits from which a number stands in a text hardly by chance.
FEWEST_DIGITS: Final = 5
# Letters and digits of a code from which it stands in a text hardly by chance.
FEWEST_SIGNS: Final = 5
# Lines of two versions that are compared: Python's comparison takes a second for so many that differ throughout.
MOST_COMPARED_LINES: Final = 4_000
# Lines that stand beside each difference as they were.
LINES_AROUND: Final = 2
