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
