"""What is read into a cell, and how much of what was found is told one by one."""

from __future__ import annotations

from typing import Final

# --- cells ------------------------------------------------------------------------------------------------------------

# Characters of a value that the sender states for a whole column: a cell, not a text.
LONGEST_CONSTANT: Final = 2_000
# Letters of a title that makes another one near by standing in it; fewer stand in too many.
SHORTEST_PART: Final = 3
# Cells that must be those of the example, where there are as many, for a row to be the example.
LEAST_EXAMPLE_CELLS: Final = 3

# --- issues -----------------------------------------------------------------------------------------------------------

# Cells of one cause that get an issue of their own; the rest are one issue with their count.
MOST_SHOWN_PER_CAUSE: Final = 500
# Cells of one privacy hit that are named; the rest are one count.
MOST_SHOWN_PER_HIT: Final = 500
# Different texts of one privacy hit that can be masked by one decision.
MOST_MASKS: Final = 5_000
# Numbers that look like telephones from which on a run of them is known from an accident.
FEWEST_RUNNING: Final = 5
# The same where the columns beside it speak of documents too, and nothing of a person.
FEWEST_RUNNING_AMONG_DOCUMENTS: Final = 2
# Values that begin with a given name from which a column holds people; fewer are chance.
FEWEST_NAMED: Final = 3
# Share of such values among those of the column; given names of other countries are not listed.
NAMED_SHARE: Final = 0.3
# The same, from which on that half of them end alike is no accident.
FEWEST_ALIKE: Final = 20
# Records up to which the typed cells are kept in memory rather than computed by every query.
MOST_ROWS_KEPT: Final = 20_000
# Different texts of a column of a small file that are read beside those of other columns: as many as DuckDB takes at
# once. Columns with more take a table of their own, so that the others are not read as far as the longest.
FEW_TEXTS: Final = 2_048
# Rows that a statement names one by one; more of them are described by what they have in common.
MOST_ROWS_LISTED: Final = 500

# How many times as many cells the fullest row has as one at the end that is a note or a signature.
FEW_CELLS: Final = 3

# Characters of a cell in which it is looked whether it says what its row is; longer ones are sentences.
LONGEST_WORDS: Final = 200

# Share of the codes of a column with a digit from which one without any is a word.
CODED_SHARE: Final = 0.7

# Different texts of a column that stand for codes, the most frequent ones, that an approver is told of.
MOST_CODES_TOLD: Final = 200
# Fields of a row left out by which an approver is told which row it is.
MOST_SHOWN_OF_LEFT_ROW: Final = 4
# Fields of a row by which whoever mends one of its cells is told which row it is.
MOST_TELLING: Final = 4

# Texts that a list has otherwise, of which the question for a nod names so many.
MOST_PAIRS_SHOWN: Final = 12

# Records up to which they are held against each other where no key tells them apart.
MOST_ROWS_COMPARED: Final = 500_000
# Rows that are the same of which the warning names so many groups, and so many rows of each.
MOST_REPEATED_SHOWN: Final = 5

# Columns of no field, beyond an empty one, that may be a table of their own.
FEWEST_BESIDE: Final = 2
# Columns that are numbered 1, 2, 3 in a row of numbers; fewer are a record.
FEWEST_NUMBERED: Final = 3
# Rows of a large file whose texts are looked at one by one.
MOST_LOOKED_AT: Final = 2_000

# Rows above a row whose sum it may be; fewer add up to another one by chance.
FEWEST_ADDED: Final = 2
# Rows above one that is their sum in several columns at once, from which on that is no accident.
FEWEST_BELOW: Final = 4
# Rows below a row of which it may be the sum; a chapter of a budget has fewer lines.
MOST_PARTS: Final = 200

# Different texts of a column among which similar spellings are looked for; more are no names that come again.
MOST_SPELLINGS_READ: Final = 5_000
# Clusters of a file that a page shows.
MOST_CLUSTERS: Final = 40
# Spellings of one name that a page shows, and texts of one sort that are held against each other.
MOST_SPELLINGS: Final = 12
# Letters of two texts from which on one that differs may be a slip; shorter words are others.
SHORTEST_NEAR: Final = 8
# Share of different texts among the cells of a column up to which its texts are names that come again.
SHARE_REPEATED: Final = 0.7

# --- units of money ---------------------------------------------------------------------------------------------------

# Answers about one column that are remembered: places of a file that name another unit.
MOST_ANSWERED: Final = 20
# Amounts that must stand on both sides before their size is compared; fewer differ tenfold by chance.
FEWEST_COMPARED: Final = 8
# Rows of a file or release whose amounts are looked at for it.
MOST_COMPARED: Final = 100_000

# Different texts of a column that may say in which unit, or on which side of an account, each row is.
MOST_WORDS_OF_UNITS: Final = 12

# Texts of each group that are read at once for a page; whoever wants more asks for the group alone.
MOST_FIRST: Final = 201

# --- shapes -----------------------------------------------------------------------------------------------------------

# Characters of shapes that are examined at once in the process apart.
SHAPE_BATCH: Final = 4 * 1024**2
# Bytes that it may grow by: thirty times as much.
SHAPE_MEMORY: Final = 1024**3
# Seconds for one batch; ten thousand parcels take a second.
SHAPE_SECONDS: Final = 60.0

# --- mending ----------------------------------------------------------------------------------------------------------

# Shapes of one group that are drawn on the page of problems: one can tell what is wrong by a few.
MOST_SHAPES_DRAWN: Final = 6
# Positions of a shape that is drawn: a picture of some hundred pixels shows no more of them.
MOST_POSITIONS_DRAWN: Final = 400
# Shapes of one group that are put right by one decision, each with its whole text in it.
MOST_MENDS: Final = 2_000

# Characters of a text in a decision; cells that people write are shorter.
LONGEST_TEXT: Final = 20_000
# Characters of a text that an operation on a column looks for or writes: a word or a sign.
LONGEST_PART: Final = 200
# Different texts of a column that an operation writes anew; more of them are a matter for the file itself.
MOST_REWRITTEN: Final = 500_000
# Rows that one decision may name, which it keeps as ranges.
MOST_ROWS_NAMED: Final = 1_000_000
# Rows of a workbook to be mended; where more are wrong, the file itself has to be mended.
MOST_ROWS_GIVEN_OUT: Final = 100_000
# Decisions that one returned workbook may amount to; with more, the file is to be sent anew.
MOST_DECISIONS: Final = 20_000
# Rows of a returned workbook of which it is said why they were not taken; of more there is the count.
MOST_REFUSALS_SHOWN: Final = 200
# Groups, or rows, of amended cells on one page.
AMENDMENTS_PAGE: Final = 50
# Cells, or values, of one cause on one page.
ISSUES_PAGE: Final = 50
# --- work on one submission (`refine_session.ResourceLimits`) ---------------------------------------------------------

# Bytes of memory of DuckDB while a submission is read, checked and written; the rest is written aside.
SUBMISSION_MEMORY: Final = 3 * 1024**3
# Threads of it: as many as a small machine has.
SUBMISSION_THREADS: Final = 2
# Seconds of the clock, after which its sender is told to send the file in parts: others wait for the worker.
SUBMISSION_SECONDS: Final = 1800.0
# Memory in which corrections are put into a file before it is read; the rest is written aside.
CORRECTING_MEMORY: Final = "2GB"
# Memory in which a page of cells or values is read for somebody who looks at it: a page, of a file in groups.
SHOWING_MEMORY: Final = "256MB"
