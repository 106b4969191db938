"""How large an index may grow, and how much of it is looked at in one piece."""

from __future__ import annotations

from typing import Final

# --- index files ----------------------------------------------------------------------------------------------------

# Other states (past ones that somebody asked for, coming ones) whose files a dataset may have at once: each may be as
# large as the present.
MOST_OTHERS: Final = 3
# States of which a process remembers how they are parted into segments: a line for each segment.
MOST_SEGMENTATIONS: Final = 256
# Rows of small releases that are indexed together, about: built anew when one of them comes, goes or is corrected. With
# fewer, a state of many releases has many files to ask; with more, each of its releases costs more to publish.
ROWS_TOGETHER: Final = 50_000
# Rows of the newest small releases that stand by themselves until they are so many: what such a release costs. With
# fewer, those before them are indexed again more often; with more, each of them costs more.
ROWS_APART: Final = 5_000
# Rows of a segment up to which one thread makes it: several wait for each other longer than they help.
ROWS_ALONE: Final = 150_000
# Bytes of a block of a secondary index: DuckDB's own default. Rows themselves are packed better in large blocks.
LARGE_BLOCK: Final = 262_144
# Bytes, DuckDB's least: for a segment of few rows, whose many small tables would take most of the disk.
SMALL_BLOCK: Final = 16_384
# Rows of a segment for each byte of a block: in small ones numbers are not packed, and large ones stand half empty.
ROWS_A_BLOCK_BYTE: Final = 4
# States that readers may have asked to be indexed and that are not yet.
MOST_REQUESTS: Final = 32

# --- secondary index ------------------------------------------------------------------------------------------------

# Rows from which a state has a secondary index. Below, DuckDB looks through a whole table for a word in a few
# milliseconds; a search asks every table, and those somewhat above took most of its time.
LEAST_ROWS: Final = 5_000
# Distinct values up to which a column is searched by looking through them; of others the words are kept.
MOST_SCANNED: Final = 200_000
# The same for a small segment: of many segments all values are looked through, and in each stand mostly the same ones.
LEAST_SCANNED: Final = 10_000
# Rows for each value, in a segment between the two.
ROWS_A_VALUE: Final = 8
# Entries of the Arrow dictionary of a card column: as many as two bytes can number.
MOST_NAMED: Final = 60_000

# --- rollup ---------------------------------------------------------------------------------------------------------

# Cells of one table: as many as DuckDB adds up in some milliseconds.
MOST_CELLS: Final = 200_000
# Rows for each cell of a table: with fewer it saves nothing.
LEAST_ROWS_A_CELL: Final = 8
# A table of so few cells is as quick as any smaller one that could be made of it.
FEW_CELLS: Final = 1_024
# Columns that are told apart: each is combined with every other.
MOST_KEYS: Final = 10
# Columns that are added up, each in every cell.
MOST_ADDED: Final = 8
# Tables of one state, so that they stay a small part of its index.
MOST_TABLES: Final = 48
# Cells of all tables that are put together in memory for a state of several segments.
MOST_UNITED_CELLS: Final = 400_000
# How many such tables there may be.
MOST_UNITED_TABLES: Final = 48
# Cells of a rollup up to which they are held as Python values and counted without a statement: of more of them the
# statement is the quicker one.
MOST_CELLS_AT_HAND: Final = 1_024
# Cells that all tables of a state together hold so: some hundred bytes each, for every state that is open.
MOST_CELLS_HELD: Final = 4 * MOST_CELLS_AT_HAND
# Values, or words, of all segments together that are put together in memory: some hundred bytes each at the most.
MOST_UNITED: Final = 500_000
# Words of all segments of a state up to which the numbers among them are held in memory, some sixteen bytes each.
MOST_NUMBERS: Final = 1_000_000
# Rows of a segment without a fitting table that are counted instead, where other segments have one.
MOST_COUNTED: Final = 200_000
# Sums stay exact in the 38 digits of DuckDB's widest numbers; beyond, the question's own SQL says what happens.
LARGEST_SUM: Final = 10**37

# --- rows that match --------------------------------------------------------------------------------------------------

# Rows of a set looked at in one piece, at first.
LEAST_PIECE: Final = 4_096
# The same, at last.
LARGEST_PIECE: Final = 262_144
# Rows of each of several segments whose orders are merged, read in one piece at the least.
LEAST_MERGED: Final = 8
# Rows of a word in a segment that are sooner looked at than another, perhaps rarer word is looked for.
FEW_LISTED: Final = 64
# What a number in eight bytes may come to.
LARGEST_ADDED: Final = 2**63 - 1
# Digits of the largest number that is told apart from every other one.
MOST_DIGITS: Final = 18
# Lines of a list that is kept as the text of a view; longer ones are tables, which are read more quickly.
MOST_VIEW_LINES: Final = 400
# Letters of such a text.
LONGEST_VIEW: Final = 200_000
# Releases that must stand in another segment for it to be opened for them.
LEAST_SHARED: Final = 8
# Days between the first and the last by which rows are added up side by side: more than the Jalali table has.
LONGEST_SPAN: Final = 200_000
# Rows whose values are put in order in memory, sixteen bytes each; more of them are left to DuckDB, which can be
# interrupted and has a disk.
MOST_IN_ORDER: Final = 10_000_000
# Groups of these: with more, the middle of each takes as long as the statement would.
MOST_GROUPS: Final = 10_000
# Counts of them by group and the first bits of a value, eight bytes each.
MOST_BINS: Final = 1 << 20
# Rows that are sooner held against a condition one by one, folded and against patterns, than a long list is read.
MOST_HELD_AGAINST: Final = 10_000
# Rows of such a list: to read so many takes about ten milliseconds.
LEAST_UNREAD: Final = 400_000
# Rows of it for each of those rows: a row takes as long as two hundred places, some five microseconds.
LEAST_UNREAD_EACH: Final = 200
# Values looked up one by one; longer lists are left to a look through the rows.
MOST_LOOKED_UP: Final = 16

# --- what an open index keeps in memory -----------------------------------------------------------------------------

# Values of columns.
MOST_SEEN: Final = 50_000
# Values of columns with what they are sorted by in the alphabet.
MOST_SORT_KEYS: Final = 20_000
# Values of a column, evenly spread over its order, between which a look for one begins.
SAMPLES: Final = 256
# Rows with a value up to which that is done: to spread over more would read every block of a long list.
MOST_SAMPLED: Final = 1_000_000
# Bytes of answers to conditions.
MOST_REMEMBERED_BYTES: Final = 32 * 1024**2
# Conditions with their rows.
MOST_PLANS: Final = 32
# Words with their rows.
MOST_REMEMBERED_WORDS: Final = 256
# Ranges of rows of a condition that is remembered; one with more takes too much of the bytes above.
MOST_STRETCHES: Final = 1_000
# Rows of a block of the row store, which is one range of memory per column: large enough that a page touches few,
# small enough to be put together.
BLOCK_ROWS: Final = 1_048_576
# Bytes of such a block, where its rows are long.
BLOCK_BYTES: Final = 192 * 1024**2
# --- building an index (`index_store.BuildLimits`) ------------------------------------------------------------------

# Memory of a build, beside which readers go on; what does not fit is written aside.
BUILD_MEMORY: Final = "1GB"
# Threads of one process that builds: as many as a small machine has.
BUILD_THREADS: Final = 2
