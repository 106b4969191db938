"""What the reading of one question may hold and take."""

from __future__ import annotations

from typing import Final

# --- asked ------------------------------------------------------------------------------------------------------------

# Characters and words of a question that are read; what is longer is a text and no question.
LONGEST_QUESTION: Final = 200
MOST_TOKENS: Final = 32
# Words that one form of the lexicon or one name may hold.
LONGEST_FORM: Final = 7

# --- known ------------------------------------------------------------------------------------------------------------

# Different values of one field that names are taken from, the commonest first.
MOST_NAMES: Final = 4_000
# Rows up to which a dataset's titles are read for the words they hold.
MOST_TITLES: Final = 20_000
# Things with one word of a question in their names that are looked at to find the one that is meant.
MOST_BEARERS: Final = 400
# Lexicons that are kept: that of today, and of the day before while it turns.
MOST_LEXICONS: Final = 2

# --- answered ---------------------------------------------------------------------------------------------------------

# Answers given to one question, and readings that are run for it.
MOST_ANSWERS: Final = 4
MOST_READINGS: Final = 2
# Readings that are tried where the first finds no rows.
MOST_TRIED: Final = 4
# Rows or groups that an answer shows, and those of a superlative in the plural.
SHORT_LIST: Final = 5
LONG_LIST: Final = 10
# Seconds that an engine may take for one answer.
ANSWER_SECONDS: Final = 2.0
