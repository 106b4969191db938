"""What reading one file may take; of `table.IntakeLimits`, which the caller may choose, what it is otherwise."""

from __future__ import annotations

from typing import Final

# --- fetching ---------------------------------------------------------------------------------------------------------

# Redirections that are followed; each is judged like the first address.
MOST_REDIRECTS: Final = 5
# Seconds for a connection to be made: who is there answers sooner.
CONNECT_SECONDS: Final = 10.0
# Characters of an address; many servers refuse longer ones.
LONGEST_ADDRESS: Final = 2_000

# --- text files -------------------------------------------------------------------------------------------------------

# Characters of one record, so that a file of one endless line cannot fill the memory.
LONGEST_RECORD: Final = 32 * 1024 * 1024
# Bytes of a line that DuckDB takes; with the rows it hands over at once they bound the memory.
LONGEST_LINE: Final = 256 * 1024

# Bytes of its first line, out of which words are shown.
LONGEST_HEAD: Final = 16 * 1024
# Words of a file in no certain encoding whose letters are looked at.
MOST_WORDS: Final = 100_000
# Cells with broken quotes that are named one by one; the rest is one count.
MOST_BROKEN: Final = 50

# --- other files ------------------------------------------------------------------------------------------------------

# Bytes of a JSON file: it is held in memory as a whole. One record a line (NDJSON) is not bound by this.
LARGEST_JSON: Final = 256 * 1024**2
# Levels to which JSON and XML may be nested; the deepest standard of public data has a dozen.
DEEPEST: Final = 64
# Bytes of an HTML page: it is held in memory as a whole.
LARGEST_HTML: Final = 128 * 1024**2
# Cells of all sheets of a workbook that is held in memory as text: SpreadsheetML and HTML.
MOST_GRID_CELLS: Final = 8_000_000
# Lists or members that are named where somebody is to choose one.
MOST_OFFERED: Final = 20
# Columns of a sheet up to which hidden ones are told; programs write no more.
FURTHEST_COLUMN: Final = 16_384
# Points of a font below which nobody reads a text.
SMALLEST_FONT: Final = 3.0
# Runs of hidden rows that are named, so that they can be left out by one decision.
MOST_HIDDEN_RUNS: Final = 5_000
# The last row of a sheet of an XML workbook, which no program goes beyond.
FURTHEST_ROW: Final = 1_048_576
# Rows or columns that one cell of an HTML page covers; browsers take no more columns than a thousand.
FURTHEST_SPAN: Final = 10_000
# Bytes of one tag, comment or other mark of a workbook's XML; a text in a cell may be longer.
LONGEST_TAG: Final = 8 * 1024**2
# How often the width of a row may be merged over: some programs write a range twice; of thousands that lie on each
# other, every row would be gone through thousands of times.
MOST_OVERLAPS: Final = 8
# Seconds of processor that a workbook or a file of JSON or XML may take: a large one takes twenty.
WORKBOOK_SECONDS: Final = 60.0
# So many times as long may pass on the clock, for on a busy machine a file does not have a processor to itself.
WALL_FACTOR: Final = 2

# --- units of money ---------------------------------------------------------------------------------------------------

# Filled cells of a row above the header up to which it is a sentence over the table, and not titles of columns.
MOST_TITLE_CELLS: Final = 3
# Filled cells of a row at the end up to which it is a note.
MOST_NOTE_CELLS: Final = 2
# Characters of a cell that is a unit by itself: «(هزار میلیارد تومان)».
LONGEST_UNIT_CELL: Final = 30
# Rows under the header that may be a row of units.
MOST_UNIT_ROWS: Final = 2
# Last rows of a file that are looked at for notes.
MOST_LAST_ROWS: Final = 12
# Cells of a sheet whose number formats are looked at; the formats of a column rarely change further down.
MOST_STYLED_CELLS: Final = 200_000

# --- what is shown of a file ------------------------------------------------------------------------------------------

# Characters of a name of a file or a sheet; the rest is an ellipsis.
LONGEST_NAME: Final = 200
# Columns of its first rows: a table that can be looked at.
MOST_PREVIEW_COLUMNS: Final = 100
# Characters of a cell of its first rows; the rest is an ellipsis.
MOST_PREVIEW_CHARS: Final = 300

# --- layout steps -----------------------------------------------------------------------------------------------------

# Bytes of memory of the database in which steps are done; what does not fit is written aside.
STEPS_MEMORY: Final = 1024**3
# Rows of a table of which each may become several: a sheet holds no more.
MOST_ROWS_SPREAD: Final = 2_000_000
# Rows and cells that a step names one by one; the rest is a count.
MOST_STEP_CELLS_NAMED: Final = 20
# Sheets that are read as one table.
MOST_SHEETS: Final = 200
# Bytes of a text file that DuckDB reads at once: sixty-four of the longest lines.
TEXT_BUFFER_BYTES: Final = 16 * 1024 * 1024
# Words by which an encoding is offered: as many as one glance takes.
WORDS_SHOWN: Final = 3
# Rows of one group of the file of raw cells: thirty of DuckDB's vectors.
RAW_GROUP_ROWS: Final = 61_440
# Bytes of one group of it, which is held in memory while it is written.
RAW_GROUP_BYTES: Final = 64 * 1024 * 1024
# Different texts of a column up to which they are kept as a dictionary: beyond, looking one up costs as much as
# reading the cell.
MOST_DICTIONARY_TEXTS: Final = 8_192
# Bytes of these texts, for the same reason.
LARGEST_DICTIONARY: Final = 4 * 1024 * 1024
# Files within one zipped file: a workbook has some dozen, and the list of them is read before anything else.
MOST_ARCHIVE_PARTS: Final = 10_000
# How many times as large a part may be unpacked. Deflate reaches 1032 to 1 at best, on one byte repeated; sheets of
# equal rows come to one or two hundred.
LARGEST_RATIO: Final = 500
# Unpacked bytes of a part from which this is held against it: a smaller one can do no harm.
RATIO_FROM_BYTES: Final = 64 * 1024**2
# What they may write aside: each step of a table makes one more of its size.
STEPS_DISK: Final = "20GB"

# --- one file (`table.IntakeLimits`) ----------------------------------------------------------------------------------

# Bytes of the file on disk; whoever has more sends it in parts.
LARGEST_FILE: Final = 4 * 1024**3
# Bytes of a zipped workbook, unpacked, so that a small file cannot unfold without end.
LARGEST_UNPACKED: Final = 1024**3
# Cells of one sheet: as many rows as a workbook has, of fifty-seven columns.
MOST_CELLS: Final = 60_000_000
# Columns of one table: one with a column for each month of a century stays below.
MOST_COLUMNS: Final = 2_000
# Characters of one cell: shapes are the longest, written point by point.
LONGEST_CELL: Final = 2_000_000
# Bytes by which the process may grow that reads a workbook or a GeoJSON file.
FILE_MEMORY: Final = 2 * 1024**3
