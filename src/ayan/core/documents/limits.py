"""What reading one document may take."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

# Bytes of a PDF or DOCX: it is held in memory as a whole. A scanned contract with annexes has less.
LARGEST_DOCUMENT: Final = 256 * 1024**2
# Pages of a document; a budget of a large city has a tenth of it.
MOST_PAGES: Final = 5_000
# Characters of a page, so that one page cannot fill the memory; the densest printed tables have 20,000.
MOST_GLYPHS: Final = 200_000
# Objects of a page that are looked at for rules of tables; drawings of maps have more, and no table.
MOST_OBJECTS: Final = 20_000
# Bytes of the text of a DOCX once unpacked, so that a small file cannot unfold without end.
LARGEST_UNPACKED: Final = 128 * 1024**2
# Bytes of a page of HTML, with the pictures that stand in it as text.
LARGEST_HTML: Final = 32 * 1024**2
# Elements of a page of HTML; the longest laws have a tenth of it.
MOST_ELEMENTS: Final = 200_000
# Rules of its styles that say anything of what is seen; the frameworks of sites have three thousand.
MOST_STYLE_RULES: Final = 12_000
# Values that one property of an element may have by its variables; a theme has two of each.
MOST_STYLE_VALUES: Final = 16
# Elements unlike each other whose values are kept at hand; a page of a site has some hundreds.
MOST_STYLES_KNOWN: Final = 4_000
# Characters of a value with its variables put in, so that they cannot unfold without end.
LONGEST_STYLE_VALUE: Final = 2_000
# Levels to which elements of a DOCX or HTML may be nested; tables in tables of tables have a few dozen.
DEEPEST: Final = 200
# Columns that one cell of a DOCX may cover; Word itself makes tables of 63.
WIDEST_CELL: Final = 64
# Drawings within drawings of a page that are looked into for rules; what programs nest deeper is no table.
DEEPEST_DRAWING: Final = 4
# Dots of a scanned page whose letters are recognised: A1 at 200 to an inch; larger sheets are drawn less sharply.
MOST_SCANNED_DOTS: Final = 18_000_000
# Pages of one document that are recognised, so that one does not keep the worker for a day; a page takes three seconds.
MOST_SCANNED_PAGES: Final = 1_000
# Seconds for the letters of one page; the densest pages of gazettes take ten.
SCAN_SECONDS: Final = 60.0
# Bytes that recognising one page may take; Tesseract with both languages takes a third of it.
SCAN_MEMORY: Final = 1024**3
# Lines of a page that are cut out: the densest pages of gazettes have two hundred in their columns.
MOST_SCANNED_LINES: Final = 400
# Bytes of what Tesseract says of a page; a dense page has a fiftieth of it.
LARGEST_SCAN_ANSWER: Final = 8 * 1024**2
# Words of which the machine is less sure are no text of the page but stains, stamps and signatures.
LEAST_SURE_WORD: Final = 0.1
# A page of which it is less sure on the whole stays one without text: what is read there helps nobody.
LEAST_SURE_PAGE: Final = Decimal("0.5")
# Of the ink of a full line, what a line of a scanned page has at least: what has less are specks.
LEAST_INK: Final = 0.02
# Of the width of a scanned page, what a column takes at least: what is narrower are numbers of lines and margins.
LEAST_COLUMN: Final = 0.25
# Lines side by side from which they are columns: two may stand beside each other by chance, as dates and signatures do.
FEWEST_COLUMN_LINES: Final = 3
# Seconds beyond Tesseract's for drawing the page.
DRAWING_SECONDS: Final = 20.0
# Seconds for Tesseract's list of languages, for which it looks into a folder and no more.
LANGUAGES_SECONDS: Final = 10.0
