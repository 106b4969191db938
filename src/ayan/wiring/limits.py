"""How much of what is wired together a process keeps."""

from __future__ import annotations

from typing import Final

# Cities of other names that a process keeps open: a server has one, tests have many.
MOST_CITIES: Final = 8

# Files by which one table is declared: ten times what the largest of ours has.
MOST_TABLE_FILES: Final = 200

# Of what a process may take, the part that one of many cities in it may: few of them are busy at once.
PART_OF_CITY: Final = 4
# Megabytes that one of them may take in any case: less would send the smallest questions to the disk.
LEAST_MEMORY_OF_CITY: Final = 256
