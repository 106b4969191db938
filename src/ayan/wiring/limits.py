"""How much of what is wired together a process keeps."""

from __future__ import annotations

from typing import Final

# Cities of other names that a process keeps open: a server has one, tests have many.
MOST_CITIES: Final = 8

# Files by which one table is declared: ten times what the largest of ours has.
MOST_TABLE_FILES: Final = 200
