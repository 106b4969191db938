"""How much of an answer the pages of questions show."""

from typing import Final

# Groups that are read at once: those of a part are counted in units, years and codes.
MOST_GROUPS: Final = 1000
# Records by which others are found in one question: as many as a query may name.
MOST_RECORDS: Final = 200
# Rows of a table of shares, those of most cases first: the others have too few for a share to say anything.
MOST_ROWS: Final = 12
# Cases of a year below which no share of it is called the greatest: one of two is not half of anything.
FEWEST_CASES: Final = 10
# Columns of a table of shares: as many as can be read on a phone.
MOST_YEARS: Final = 6
# Codes into which a bar is divided: a chart has as many colours.
MOST_CODES: Final = 6
# Rows whose numbers are held against each other for one part: about a second of reading.
MOST_COMPARED: Final = 200_000
# The newest rows that a list of them shows.
MOST_NEWEST: Final = 5
# Corrections told on the home page.
MOST_CORRECTIONS: Final = 4
# Searches proposed under the box: one line of them.
MOST_SEARCHES: Final = 5
# Questions named beside one, the first ones.
MOST_OTHERS: Final = 6
# Questions named on the home page besides the doors.
MOST_ASKED: Final = 8
# Days that a small calendar of datasets has tiles for.
MOST_TILES: Final = 60
# Columns of the cases of a period by a number: beyond them the highest numbers share the last one.
MOST_NUMBERS: Final = 7
# Services named on the home page.
MOST_SERVICES: Final = 6
# Whole periods from which on the least and the greatest of them say more than the first and the last.
FEWEST_ENDS: Final = 3
