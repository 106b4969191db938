"""What a question may ask for, and what answering it may take."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Final

# --- parameters -------------------------------------------------------------------------------------------------------

# Parameters of one question; a form of ours sends a fraction of them.
MOST_PARAMETERS: Final = 100
# Words of one search: each is looked for in every text.
MOST_SEARCH_WORDS: Final = 10
# Rows of one JSON page; who wants more streams a file.
MAX_SIZE: Final = 1000
# Releases that an answer names of those it was read from, the newest; the others are a link away.
MOST_NAMED_RELEASES: Final = 20
# Characters of a cursor, which holds a value of a row.
LONGEST_CURSOR: Final = 8_000

# --- values -----------------------------------------------------------------------------------------------------------

# Characters of one value: a long title.
LONGEST_TEXT: Final = 200
# Values of one list of codes, numbers or dates.
MOST_VALUES: Final = 200
# Values of one list of free texts, each of which is folded and compared with every row.
MOST_TEXTS: Final = 20
# Characters of one list of free texts: as many as its texts may have.
LONGEST_LIST: Final = MOST_TEXTS * LONGEST_TEXT
# How long after 1900 the last instant is that is understood, so that no time zone leads out of the calendar.
FURTHEST_INSTANT: Final = timedelta(days=400 * 365)
# Characters of a regular expression; RE2 gave up at about 600,000 of ours.
LARGEST_PATTERN: Final = 200_000
# Letters that must remain of a word for an ending to be one.
SHORTEST_STEM: Final = 2

# --- groups and facets: columns of a table that people can still read -------------------------------------------------

# Fields that rows are grouped by.
MOST_KEYS: Final = 4
# Dates of one stock, looked through for the last of each year; a register of balances has one a year or a month.
MOST_DATES: Final = 10_000
# Measures of each group.
MOST_MEASURES: Final = 12
# Conditions on its numbers.
MOST_GROUP_CONDITIONS: Final = 4
# Digits of how many there are, in such a condition.
LONGEST_COUNT: Final = 18
# Fields whose values are counted at once.
MOST_FACETS: Final = 12

# --- history and numbering --------------------------------------------------------------------------------------------

# Releases that are looked through: a register published whole every day has many; the newest tell enough for a page.
MOST_RELEASES: Final = 24
# Seconds that the history of a record may take, which is an addition to a page.
HISTORY_SECONDS: Final = 6.0
# The same in processor seconds.
HISTORY_PROCESSOR: Final = 2.0
# Rows of releases whose records are read all at once where every one of them is asked for.
HISTORY_ROWS: Final = 60_000
# Groups of releases whose records are held so: a copy goes through a dataset period by period.
HISTORIES_HELD: Final = 4
# Answers that are remembered while the portal is copied: those of a few records and of what they name.
ANSWERS_REMEMBERED: Final = 6_000
# Rows of one record of a state: more than one where periods repeat a key.
MOST_RECORDS: Final = 100
# Rows looked at of a record that stands in a file more than once (a fault that the file's check reports).
MOST_ROWS_OF_A_RECORD: Final = 200
# Ranges of missing numbers that are named; the rest are counted.
MOST_RANGES: Final = 1_000
# Degrees (some metres) below which a result is one tile.
SMALLEST_TILE: Final = Decimal("0.0001")

# Seconds between two looks at a question that has nearly used up its processor time.
SHORTEST_LOOK: Final = 0.005

# --- engines: where the index is quicker than the table, as measured --------------------------------------------------

# Bytes of a state whose whole table is read where its pages are, so that what is read stays in memory with it.
LARGEST_KEPT: Final = 2 * 1024 * 1024
# Rows of a stream that is made from the row store; a longer one from the whole table.
MOST_STREAMED: Final = 50_000
# Rows that are handed to DuckDB as a table of their own; more are marked in the whole table.
MOST_CARDS: Final = 100_000
# As many where each value takes a few bytes: DuckDB groups by the numbers of a dictionary's entries, not by texts.
MOST_SLIM: Final = 3_000_000
# Rows of an order that are walked through for those that match.
MOST_WALKED: Final = 400_000
# Rows of such a walk that are taken at once, once the pieces have grown.
LARGEST_STEP: Final = 65_536
# Rows of an order that are looked at, as far as can be foreseen, rather than all rows of the table.
MOST_SETTLED: Final = 20_000
# Rows that are looked at first among those that follow, in any case: a guess from fewer may be far off.
LEAST_NEAR: Final = 1_024

# --- workbooks for people ---------------------------------------------------------------------------------------------

# Rows by whose texts the width of columns is measured: they are at hand before the first is sent.
MOST_MEASURED: Final = 200

# --- bundles: a result with what belongs to it ------------------------------------------------------------------------

# Rows of a result for which rows of other datasets are gathered: a year of contracts of a large city. Each brings some
# values by which the others are asked for, and these stand in a statement.
MOST_BUNDLED_ROWS: Final = 5_000
# Rows of one other dataset: what a spreadsheet on a small machine still opens.
MOST_LINKED_ROWS: Final = 200_000

# --- files in a reader's hand, compared with the answer they came from ------------------------------------------------

# Bytes of a file that is read cell by cell: what a person looks at in a spreadsheet is smaller.
LARGEST_COMPARED: Final = 12 * 1024 * 1024
# Bytes of the answer that it is compared with: somebody may have cut the file down to a few rows.
LARGEST_EXPECTED: Final = 64 * 1024 * 1024
# Bytes that the process may grow by that reads both, all texts of both being in memory.
COMPARISON_MEMORY: Final = 1536 * 1024 * 1024
# Seconds for both, which are counted as the reader's own.
COMPARISON_SECONDS: Final = 6.0
# Differences told one by one; the others are counted.
MOST_DIFFERENCES: Final = 30
# Releases named by the rows of one file: a daily register of several years.
MOST_NAMED_BY_ROWS: Final = 2_000
# Characters of a cell that are repeated to its reader.
LONGEST_REPEATED: Final = 200
# Characters of one property of a workbook, as office programs show and keep them; longer texts go on in the next one.
LONGEST_PROPERTY: Final = 250
# Bytes of the properties of a workbook, unpacked: ours are a few kilobytes.
LARGEST_PROPERTIES: Final = 1024 * 1024

# --- small tables, held folded in memory ------------------------------------------------------------------------------

# Rows up to which a state is held so: one of more has a secondary index (`ayan.core.index.limits.LEAST_ROWS`).
MOST_FOLDED_ROWS: Final = 5_000
# The part of all that is held which one table may take.
LARGEST_FOLDED_PART: Final = 4
# Rows that are named to DuckDB one by one; each row is compared with each of them.
MOST_NAMED_ROWS: Final = 200
# Values that words stand for, named to it instead of their pattern.
MOST_SPELT: Final = 200
# Words whose patterns are kept, compiled.
MOST_FINDERS: Final = 256
# Lists of codes whose labels are kept, folded; more than a city declares.
MOST_CODE_LISTS: Final = 256
# States that an engine remembers as having been open, for each that may stay so.
MOST_REMEMBERED: Final = 16

# Characters of a box on the map: four numbers as precise as any map.
LONGEST_BOX: Final = 200
# Rows of one group of a GeoParquet file: shapes are long, and a reader of a part of the map takes whole groups.
GEOMETRY_GROUP_ROWS: Final = 16_384

# --- a cluster --------------------------------------------------------------------------------------------------------

# Rows of a state from which a cluster is thought of: below, this machine is done before a cluster begins.
LEAST_CLUSTER_ROWS: Final = 5_000_000
# Seconds of one processor that DuckDB takes for groups or facets over a million rows of Parquet: 0.018 to 0.079 over
# 50 million (benchmarks/cluster.py).
HERE_SECONDS: Final = 0.04
# Processors of Spark that do what one does here: 8 to 21 over 50 million rows.
CLUSTER_CORES_FOR_ONE: Final = 16.0
# Seconds until the cluster has begun, on a quiet machine: its plan, its tasks, the way there and back; 0.36 to 0.88.
CLUSTER_START: Final = 0.5
# Seconds of a processor from which this machine would give a question up (`EngineLimits.processor`): better slow there.
LONGEST_HERE: Final = 3.0
# Seconds in which nobody looks again for a cluster that did not answer.
CLUSTER_PAUSE: Final = 30.0
# Seconds within which it must take a call: a reader waits for this machine's answer besides.
CLUSTER_SECONDS: Final = 3.0
# Times that a call is made again, up to a second apart: a server that is only busy has taken it by then.
CLUSTER_RETRIES: Final = 3
# States that stay known to it by name; a name costs it a plan and no data.
MOST_CLUSTER_VIEWS: Final = 64
# Choices of columns of a state that stay known to it: each is a view, where a bucket is read by columns.
MOST_COLUMN_CHOICES: Final = 32
# Columns of parts whose places and digests are remembered: two kilobytes for one of a million rows.
MOST_PART_RANGES: Final = 8192
# Seconds after which somebody who asked too much may ask again: then the machine may be less busy.
COSTLY_RETRY_SECONDS: Final = 120
# Seconds after which an index may have been built; one of ten million rows takes some minutes.
INDEX_RETRY_SECONDS: Final = 30
# Values of one facet, the most frequent, unless a reader asks for more.
FACET_SIZE: Final = 20
# Rows of one JSON page, unless ``_size`` asks for another number.
DEFAULT_SIZE: Final = 100
# Memory in which the releases of a record are read: of each only the rows of one key.
HISTORY_MEMORY: Final = "256MB"
# Memory of DuckDB with which one shape of an answer is found out: it sees tables without a row.
TYPES_MEMORY: Final = "64MB"
# Memory of the one beside a cluster, which holds tables without rows and what the cluster answers.
SHADOW_MEMORY: Final = "256MB"

# --- what answering may cost (`engines.embedded.EngineLimits`) --------------------------------------------------------

# Memory of an open state: half of what a process takes whose settings say nothing else.
ENGINE_MEMORY: Final = "512MB"
# Memory of a whole table on its way out: it passes through in batches.
STREAM_MEMORY: Final = "128MB"
# What a question may write aside that does not fit in memory, such as the order of a long file.
ENGINE_DISK: Final = "1GB"
# Seconds of the clock for a page, which are there for what waits, as for a slow disk, and for a crowded machine.
PAGE_SECONDS: Final = 10.0
# Processor seconds of a page: one reader keeps the others waiting no longer.
PAGE_PROCESSOR: Final = 3.0
# Seconds until the first batch of a streamed file: its reader sees nothing until then.
FIRST_BATCH_SECONDS: Final = 60.0
# The same in processor seconds.
FIRST_BATCH_PROCESSOR: Final = 10.0
# Seconds for the rest of it, which a slow reader may stretch.
STREAM_SECONDS: Final = 3600.0
# States that stay open in a process: more than a city has datasets, as a search asks them all.
MOST_OPEN_STATES: Final = 128
# Bytes that they may hold together: each keeps in memory what it has read of its file.
OPEN_STATES_BYTES: Final = 1 << 29
# Bytes that small states may hold beside that, all together, to be searched without SQL.
FOLDED_BYTES: Final = 1 << 25

# --- what comparing two releases may cost (`part_comparison.ComparisonLimits`) ----------------------------------------

# Memory of one comparison, in which both sides are joined by their keys.
DIFFERENCE_MEMORY: Final = "512MB"
# What it may write aside: of both sides what does not fit in memory.
DIFFERENCE_DISK: Final = "2GB"
# Processor seconds of it: two releases are read, where a page reads one state.
DIFFERENCE_PROCESSOR: Final = 5.0
