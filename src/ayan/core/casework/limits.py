"""How much a kind of case may declare."""

from __future__ import annotations

from typing import Final

# --- declarations -----------------------------------------------------------------------------------------------------

# Days that a clock may run before an answer is due, or be made longer by at once: a year.
LONGEST_CLOCK: Final = 366
# Times that a clock may be made longer.
MOST_EXTENSIONS: Final = 3
# Days in which a case may be opened again or appealed, or a question waits for its answer: two years.
LONGEST_TIME: Final = 731
# Similar cases after which a unit is asked to publish what they ask for.
MOST_REPEATS: Final = 50
# Characters of one field of a form: about six pages.
LONGEST_FIELD: Final = 20_000
# Days that names, texts or files are kept after a case is closed: ten years.
LONGEST_KEEPING: Final = 3660
