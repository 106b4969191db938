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
# Seconds between two looks whether a damaged dataset has changed.
DAMAGE_LOOK_SECONDS: Final = 5.0
# Seconds after which a damaged dataset is tried again in any case.
TRIED_AGAIN_SECONDS: Final = 300.0
# Seconds between two searches for the file that is at fault.
DAMAGE_SEARCH_SECONDS: Final = 60.0
# Bytes that such a search reads at most: readers wait meanwhile.
DAMAGE_SEARCH_BYTES: Final = 256 * 1024**2
# Megabytes that a process may take whose settings say nothing else.
DEFAULT_MEMORY_MB: Final = 1024
# Megabytes of a table that passes through, however much a process may take: what it is sorted by goes to the disk.
STREAM_MB: Final = 128
# Megabytes for the texts of some hundred small tables.
FOLDED_MB: Final = 32
# States without an index file that stay open in a process.
MOST_UNINDEXED: Final = 8
# Working days within which a department replies to a flag, where the profile says nothing else.
REPLY_DAYS: Final = 10
# Working days within which a reply is confirmed, where the profile says nothing else.
CONFIRM_DAYS: Final = 5
# Megabytes of files kept at hand of a bucket, where the settings say nothing else.
DEFAULT_CACHE_MB: Final = 10_240
# Memory in which the few rows are read that say which format a file of the index has.
META_MEMORY: Final = "256MB"
# Processor milliseconds from which a question is written down as slow, where the settings say nothing else.
DEFAULT_SLOW_MS: Final = 1_000
