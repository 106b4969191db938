"""Bounds of charts and of words, and of the paths of a static copy."""

from __future__ import annotations

from typing import Final

# --- marks ------------------------------------------------------------------------------------------------------------

# Steps of a sum along time that have their figure each: of more only some would have room.
MOST_STEPS_TOLD: Final = 8
# Tiles that can still be told apart.
MOST_TILES: Final = 900
# Rows of tiles in a column: a higher one is no longer held together.
HIGHEST_COLUMN: Final = 14
# Tiles beside each other in a column.
MOST_BESIDE: Final = 5
# Dots that the table beside a strip lists, besides those that are chosen; nobody reads a longer one.
MOST_IN_TABLE: Final = 200
# Width of a bar in user units: few years do not make walls.
WIDEST_BAR: Final = 64.0
# CSS pixels of what a finger may meet (WCAG 2.2, 2.5.8); the table under a drawing has the same links.
SMALLEST_TARGET: Final = 24.0

# --- words ------------------------------------------------------------------------------------------------------------

# Width of a label under an axis in user units; the rest is an ellipsis.
LONGEST_TICK: Final = 120.0
# Characters of a code that stays on one line; a digest is longer than the screen of a phone.
LONGEST_WHOLE: Final = 24
# From here on a computed amount is told in whole units: parts of one are nothing beside it.
WHOLE_FROM: Final = 1000
# Decimals of a number at a mark: more cannot be seen in a drawing.
MOST_PLACES: Final = 3
# Lines of a title on a picture to be passed on, which leave room for the drawing.
MOST_TITLE_LINES: Final = 3

# Headings of a page from which on a list of them helps: with fewer it would say what is in sight.
FEWEST_HEADINGS: Final = 3
# Days of tables that are kept as they are written: those of twenty years, in a language and a calendar or two.
MOST_DAYS_KEPT: Final = 16_384

# --- paths ------------------------------------------------------------------------------------------------------------

# Bytes of one step of a path in a static copy that are kept as they are; file systems stop at 255.
LONGEST_STEP: Final = 120
