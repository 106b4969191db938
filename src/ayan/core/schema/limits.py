"""Bounds of a declaration: beyond them it is more likely a mistake than a wish."""

from __future__ import annotations

from typing import Final

# --- files and texts --------------------------------------------------------------------------------------------------

# Bytes of one declaration file; a longer list of codes is a dataset of its own.
LARGEST_DECLARATION: Final = 2_000_000
# Characters of one text: a page of description.
LONGEST_TEXT: Final = 4000
# The largest whole number where nothing smaller is said; every reader of JSON keeps it exactly.
LARGEST_WHOLE: Final = 10**15

# --- rules ------------------------------------------------------------------------------------------------------------

# Characters of one expression; a longer one cannot be checked by reading it.
LONGEST_EXPRESSION: Final = 2000
# Nodes of one expression's tree; beyond it nobody can check the rule by reading it.
MOST_NODES: Final = 400
# A code with fewer characters than this shows none of them: its last two would tell too much.
SHORTEST_CODE: Final = 6

# --- cells ------------------------------------------------------------------------------------------------------------

# Characters of a web address; browsers and servers agree on about as many.
LONGEST_LINK: Final = 2000

# --- layouts and originals --------------------------------------------------------------------------------------------

# Rows of a header; what is deeper is a form, not a table.
MOST_HEADER_ROWS: Final = 6
# Tables below each other on a sheet among which one is chosen.
MOST_TABLES: Final = 200
# Steps of a layout; a file that needs more is better asked for in another shape.
MOST_LAYOUT_STEPS: Final = 20
# Rows that one row may become by all steps together, and sheets times these: columns of years, months and members.
MOST_PLACES: Final = 20_000
# Places by which a point may be moved: from a rial to a trillion of them.
FURTHEST_POWER: Final = 12
# Values in one cell that may become rows.
MOST_STEP_PARTS: Final = 100
# Years that an original is kept at most: what is to be kept longer belongs into an archive.
MOST_KEPT_YEARS: Final = 100
# The same in days.
MOST_KEPT_DAYS: Final = 36_500

# --- documents --------------------------------------------------------------------------------------------------------

# Kinds of documents that rows of one dataset have: a contract with everything that goes with it has a dozen.
MOST_DOCUMENT_KINDS: Final = 40

# --- views ------------------------------------------------------------------------------------------------------------

# Parts of a sum: a chart tells as many apart.
MOST_PARTS: Final = 6
# Steps of a chain that can still be taken in at a glance.
MOST_STEPS: Final = 12
# Per cent at which a meter warns: ten times what was agreed.
LARGEST_PERCENT: Final = 1000
# The running number that a numbering may begin with.
LARGEST_RUNNING_NUMBER: Final = 10**12
# Memory of the empty database in which an expression is tried: it computes one row.
TRIAL_MEMORY: Final = "64MB"
