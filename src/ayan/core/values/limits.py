"""Bounds of plain values, and what a spreadsheet can hold."""

from __future__ import annotations

from typing import Final

# --- numbers and nesting ----------------------------------------------------------------------------------------------

# Digits of a number, leading zeros aside: what a DECIMAL(38) or a HUGEINT holds.
LONGEST_NUMBER: Final = 38
# Beyond ±2^53 a reader of JSON may lose the last digits.
LARGEST_INTEGER: Final = 2**53
# Lists and objects inside each other: far more than any document of ours, far fewer than a reader's stack.
DEEPEST_JSON: Final = 100

# --- geometries -------------------------------------------------------------------------------------------------------

# Positions of one geometry, each of which is checked, unless the caller says otherwise.
MOST_POSITIONS: Final = 1_000_000
# GeometryCollections inside each other; RFC 7946 advises against even two.
DEEPEST_COLLECTION: Final = 4

# --- spreadsheets: limits of the programs that open them --------------------------------------------------------------

# Rows of one sheet, less its header.
MOST_SHEET_ROWS: Final = 1_048_575
# Characters of a cell or a comment; a longer text is cut and ends in an ellipsis.
LONGEST_CELL: Final = 32_767
# Characters of the name of a sheet.
LONGEST_SHEET_NAME: Final = 31
# Digits that fit into a column of ours: a narrower one cuts its numbers.
SMALLEST_WIDTH: Final = 9
# The same of a wide one: a wider one leaves the others no room on a screen.
LARGEST_WIDTH: Final = 56
# Digits of a number that are kept exactly; longer ones are written as text.
MOST_SHEET_DIGITS: Final = 15
# Characters of a title or header in which a unit of money is looked for; it stands near their beginning.
LONGEST_UNIT_TEXT: Final = 500
# Characters of a cell that is nothing but the name of a unit; a longer text says more.
LONGEST_UNIT_CELL: Final = 30
# Characters of the name of a file or sheet in which periods are looked for; a longer one is no name.
LONGEST_NAME_READ: Final = 300

# Characters of the description of a coordinate system; the longest that is known by parameters has some two hundred.
LONGEST_SYSTEM: Final = 400
# Letters of a number whose words are written together: nobody writes longer ones.
LONGEST_NUMBER_WORD: Final = 40
# What a number of money, land or people stays below: longer rows of scales are none.
MOST_SPELLED_OUT: Final = 10**18
