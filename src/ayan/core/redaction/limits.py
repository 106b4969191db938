"""What making one public copy may take."""

from __future__ import annotations

from typing import Final

# Bytes of an original: it is opened as a whole.
LARGEST_ORIGINAL: Final = 128 * 1024**2
# Pages of an original; each is drawn, which takes a quarter of a second.
MOST_PAGES_DRAWN: Final = 2_000
# Pages that one process draws at a stretch and puts down: what is lost when it is killed.
PIECE_PAGES: Final = 25
# Processes that draw pages of one document at once, however many cores there are: each holds some drawings of a page.
MOST_DRAWERS: Final = 4
# By how much they stand back behind those who serve pages (nice).
DRAWERS_STAND_BACK: Final = 5
# Points of a side of a page: the 200 inches that the standard of PDF allows.
LONGEST_SIDE: Final = 14_400.0
# Points of a side below which a page is no page that people read.
SHORTEST_SIDE: Final = 3.0
# Dots of a drawn page: A2 at full sharpness; larger sheets are drawn less sharply.
MOST_DOTS: Final = 16_000_000
# Dots of a picture that is handed in: larger than any scanner of an office makes.
MOST_PICTURE_DOTS: Final = 100_000_000
# Objects of a page, those within others too: the densest drawn plans have a fifth of it.
MOST_PAGE_OBJECTS: Final = 200_000
# Drawings within drawings; programs nest three or four.
DEEPEST_FORM: Final = 12
# Texts of a page that are drawn one by one to see which of two signs at one place is seen.
MOST_CONTESTED: Final = 40
# Marks of one document: more are no redaction but another document.
MOST_MARKS: Final = 20_000
# Bytes of a file that are looked through at once.
READ_AT_ONCE: Final = 4 * 1024**2
# Bytes of a public copy.
LARGEST_COPY: Final = 512 * 1024**2
# Bytes by which the process may grow that draws and writes.
COPY_MEMORY: Final = 3 * 512 * 1024**2
# Seconds of processor for one page, so that one that unfolds without end does not take those of all.
PAGE_SECONDS: Final = 20.0
# Seconds of processor for all pages of a copy; a page takes a quarter of one.
COPY_SECONDS: Final = 1_200.0
# Seconds that the pages of one piece, or putting the pieces together, may take by the clock: others share the machine.
PIECE_SECONDS: Final = 600.0
# Seconds and bytes for one drawn page, or for looking for what could be marked.
DRAW_SECONDS: Final = 20.0
# Bytes by which the process that draws one page may grow.
DRAW_MEMORY: Final = 1024**3
# Seconds for looking through all pages for personal data.
PROPOSAL_SECONDS: Final = 300.0
# Dots across of a drawn page: twice the width of a desk's screen.
WIDEST_DRAWING: Final = 2_400
# Dots across below which nothing is read on a drawn page.
NARROWEST_DRAWING: Final = 60
# Digits from which a number that is marked may stand nowhere else in the copy: fewer are house numbers and years.
FEWEST_TELLING_DIGITS: Final = 6
