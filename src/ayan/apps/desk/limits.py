"""What officers may send and write, and how much of a file is worked at while they wait."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

# --- words: characters ------------------------------------------------------------------------------------------------

# A note, a remark or a refusal: a page of text.
LONGEST_NOTE: Final = 4_000
# All that was typed into one form, which its step keeps.
LONGEST_TYPED: Final = 20_000
# The reason for which a balance is overridden, which the release states.
LONGEST_REASON: Final = 500
# Words by which an officer looks for a submission.
LONGEST_WORDS: Final = 100
# A cell as an approver is shown it, before and after.
LONGEST_CELL: Final = 200
# Digits of a number in a form: no row or revision has more.
LONGEST_NUMBER: Final = 12

# One message of the talk beside a submission: a paragraph.
LONGEST_COMMENT: Final = 2_000
# Messages of one talk: whoever needs more than that speaks by telephone.
MOST_COMMENTS: Final = 200

# --- files ------------------------------------------------------------------------------------------------------------

# Characters of a file's name; its ending is kept, and a longer stem ends in an ellipsis.
LONGEST_NAME: Final = 150
# Seconds after which an unfinished upload is taken for one whose sender has left.
STALE_SECONDS: Final = 6 * 3600
# Bytes of one piece of a file: what a weak line carries in some seconds, and a broken one loses.
LARGEST_PIECE: Final = 4 << 20
# Bytes of a letter: a scanned paper.
LARGEST_LETTER: Final = 20 << 20

# So far ahead a period may begin: a budget of the year after next is sent now and then, one of 1450 is a slip.
FURTHEST_PERIOD: Final = timedelta(days=2 * 366)

# --- many files at once ----------------------------------------------------------------------------------------------

# Files of one batch: six years of months, which one request may carry (Django reads a hundred at most).
MOST_FILES: Final = 80
# Files and sheets of one batch together: every line stands on its page with a field of its own.
MOST_BATCH_LINES: Final = 120
# Sheets of one workbook that are looked at, each of which is read by itself.
MOST_BATCH_SHEETS: Final = 40
# Batches on their page, the newest first.
MOST_BATCHES: Final = 30
# After so long without an act the files of a batch from which nothing was begun are removed.
BATCH_LASTS: Final = timedelta(days=14)

# --- tables entered by hand -------------------------------------------------------------------------------------------

# Rows of a table: more than anybody types in a day; a larger one is a file.
MOST_ENTERED: Final = 500
# Rows on a page: with all columns of a wide dataset fewer fields than a form may send.
ENTERED_SHOWN: Final = 25
# Empty rows that a page offers at its end: as many as are in sight below the last.
EMPTY_ROWS: Final = 3
# Empty rows that are asked for at once: a screen of them.
MORE_ROWS: Final = 10
# Characters of a cell, as a note.
LONGEST_ENTERED: Final = 4_000
# Characters of all cells, which are encrypted anew whenever some are saved.
LONGEST_TABLE: Final = 600_000
# Codes that are offered as a list in each row; a longer list is typed.
MOST_CODES: Final = 80
# Rows of a release of which one is corrected alone: all of them are written into its file while the page waits.
MOST_REWRITTEN: Final = 100_000

# --- work -------------------------------------------------------------------------------------------------------------

# Fewer than the worker's own, so that the last try can say what became of the others.
MOST_TRIES: Final = 3
# Texts that one decision about a whole group may name at once.
MOST_VALUES: Final = 5_000
# Records of a file up to which its bad rows are gathered while the page waits.
MOST_READ: Final = 500_000
# Layouts of a unit's files that are looked through for a new one, the newest first.
MOST_KNOWN: Final = 50

# Texts of one column that a unit put right and is offered again.
MOST_KNOWN_TEXTS: Final = 500
# Headers of a unit's files of which the recipe is kept.
MOST_KNOWN_RECIPES: Final = 20
# Texts of one group that are looked through for what was written for them the last time.
MOST_OFFERED: Final = 100
# Characters of a text that stands beside a cell to tell its row.
LONGEST_BESIDE: Final = 60
# Rows that one act at the page of problems may name, by their boxes: those of a page.
MOST_PICKED: Final = 200

# Privacy hits of a file that are told apart when the privacy officer is told of new ones.
MOST_HITS: Final = 20

# Periods in somebody's hands on one page: those that were left longest, of which something should be done.
MOST_HELD: Final = 100
# Rows that one request erases: what a person looks at one by one.
MOST_ERASED: Final = 200
# So far ahead the day of a publication may lie.
FURTHEST_DAY: Final = timedelta(days=366)

# --- withdrawal -------------------------------------------------------------------------------------------------------

# Rows of a release from which on its withdrawal asks for the second factor and waits, as an undo of it is impossible.
MANY_ROWS: Final = 1_000
# Submissions in preparation that are checked anew at once when their table changes; of one dataset there are few.
MOST_RECHECKED: Final = 200
# Values proposed for the lists of one dataset that wait to be decided: what is more is a column of free text.
MOST_PROPOSED: Final = 100

# Periods of one dataset that are told to be owed where one is chosen; a day that nobody sent may be one of hundreds.
MOST_OWED_SHOWN: Final = 6

# --- files given by mistake -------------------------------------------------------------------------------------------

# Headers of a dataset in a row of a sheet from which on it is said to have them: one word may stand anywhere.
FEWEST_HEADERS: Final = 2
# Datasets that a file fits better, as they are named where it was given for another.
MOST_TABLES_NAMED: Final = 3
# Periods that are named for which the same file was sent.
MOST_PERIODS_NAMED: Final = 3
# Pixels of the drawing of a wrong shape: several stand beside each other, and one fills a phone's half.
PICTURE_WIDTH: Final = 240
# Pixels of its height: four to three, as screens are.
PICTURE_HEIGHT: Final = 160
# Amended cells, rows left out or changes of one page of a decision.
AMENDMENTS_PAGE: Final = 50
# Rows that a group of an approval names by their numbers; the others are counted.
ROWS_NAMED: Final = 5
# Rows of one page of what a draft changes, each with both sides.
COMPARISON_PAGE: Final = 25
# How long a period may be held without an act until its holder is told; after twice as long the head of the unit is
# told too.
QUIET_LASTS: Final = timedelta(days=7)
# Rows that the second person is shown whole; of more there is the count.
ERASED_SHOWN: Final = 20
# Lines of one page of releases.
RELEASES_SHOWN: Final = 50
# Causes that the page of a submission lists, the gravest first: nobody mends more of them in one sitting.
CAUSES_SHOWN: Final = 60
# Values of one cause that stand beside it; all of them are one link away.
VALUES_SHOWN: Final = 8
# Cells of one cause on one page.
ISSUES_PAGE: Final = 50
# After how long what could not begin beside other work on the same submission is tried again.
TRIED_AGAIN_AFTER: Final = timedelta(seconds=1)
# Days that an approval in advance is offered for: a quarter; its terms may allow more.
USUAL_DAYS: Final = 90
# Originals of one page.
ORIGINALS_PAGE: Final = 50
# Lines of one page of one list of work.
WORK_SHOWN: Final = 50
# Lines of each list of work where all lists stand on one page.
FIRST_WORK_SHOWN: Final = 10
# Bytes of a workbook of bad rows that comes back: a clerk sees no more of them in a spreadsheet.
LARGEST_RETURNED: Final = 64 << 20
# The same once it is unpacked, so that a small file cannot unfold without end.
UNPACKED_RETURNED: Final = 256 << 20
# Cells of it, likewise: a hundred thousand rows of twenty columns.
MOST_RETURNED_CELLS: Final = 2_000_000
