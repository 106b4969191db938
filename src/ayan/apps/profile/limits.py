"""How much the city may say of itself at the desk."""

from __future__ import annotations

from typing import Final

# Characters of a name: it heads every page of a phone.
LONGEST_NAME: Final = 80
# Characters of an address or of office hours: two lines.
LONGEST_CONTACT: Final = 200
# Versions that one page lists, the latest; all of them stand in the audit trail.
SHOWN: Final = 50
# Bytes of the file that the desk changes: a hundred times what a city writes.
LARGEST_FILE: Final = 512 * 1024

# --- the emblem -------------------------------------------------------------------------------------------------------

# Bytes of a file with an emblem: a coat of arms drawn finely has a hundred thousand.
LARGEST_EMBLEM: Final = 256 * 1024
# Elements of a drawing: each page draws them.
MOST_EMBLEM_ELEMENTS: Final = 2_000
# How deep they stand in each other: groups of groups of an editor are ten.
MOST_EMBLEM_DEPTH: Final = 30
# Pixels of a side of a picture that is given: eight bytes each while it is looked at.
MOST_PIXELS: Final = 2_048
# Pixels of the longer side as it is kept: twelve times what a page shows.
EMBLEM_PIXELS: Final = 512
# How many times longer one side may be than the other: it stands in a square of forty pixels.
LARGEST_RATIO: Final = 4.0
# Characters of what a city says of itself: a paragraph.
LONGEST_ABOUT: Final = 1_200
