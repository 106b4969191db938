"""How much of a table is changed, shown and taken at once at the desk."""

from __future__ import annotations

from typing import Final

# Characters of a code: what a cell of a phone shows.
LONGEST_CODE: Final = 60
# Characters of a name in a list, or of a column: two lines of a phone.
LONGEST_NAME: Final = 200
# Spellings that one form adds to a code.
MOST_ALIASES: Final = 40
# Changes that one page lists, the latest; all of them stand in the audit trail.
SHOWN: Final = 50
# Lines of a difference that a page draws; the files themselves can be downloaded.
MOST_LINES: Final = 600
# Bytes of an archive that is taken: a hundred times what a table of ours has.
LARGEST_ARCHIVE: Final = 2 * 1024 * 1024
# Bytes of all that is packed in it: text is packed to a quarter.
LARGEST_UNPACKED: Final = 8 * 1024 * 1024
# Entries of an archive that are looked at; folders are entries too.
MOST_ENTRIES: Final = 400
# Releases that an effect of a change names; the others are counted.
RELEASES_SHOWN: Final = 6
