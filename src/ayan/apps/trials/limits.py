"""What the forms of trials take."""

from __future__ import annotations

from typing import Final

# Characters of the name of a file, or of a dataset: the end of a longer one tells as much.
LONGEST_NAME: Final = 120
# Characters of a period, with blanks that somebody typed.
LONGEST_PERIOD: Final = 20
# Bytes of the other parts of a form with a file.
LARGEST_FORM: Final = 16 * 1024
# Files of a declaration that a form holds: a list for each column of a wide table.
MOST_TEXTS: Final = 80
# Answers of a form: those to three questions of some earlier trials.
MOST_ANSWERS: Final = 24
# Characters of an answer: at most a list of the texts that mean an empty cell.
LONGEST_ANSWER: Final = 400
