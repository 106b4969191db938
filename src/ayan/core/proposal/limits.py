"""What a proposal looks at, and from which share on evidence is a guess worth making."""

from __future__ import annotations

from typing import Final

# --- how much is looked at --------------------------------------------------------------------------------------------

# Rows from the top of a file: so many tell the kind of a column as well as all of them.
MOST_ROWS: Final = 200_000
# Different texts of a column that are taken out of the database to see what it may hold at all.
MOST_SAMPLES: Final = 200
# Different texts of a column up to which its readings are planned as one: with 20,000 the planning is the smaller part.
MOST_READ_TOGETHER: Final = 5_000
# Rows from the top in which layout steps are looked for: what offices do to tables they do on every page.
STEP_HEAD: Final = 3_000
# Rows from the end of a longer file: notes and signatures stand there.
STEP_TAIL: Final = 200
# Rows, and columns, from which it can be told what is usual in a table.
FEWEST_TABLE_ROWS: Final = 3
# Columns headed by months from which they are taken to be a crosstab: two months are no accident.
FEWEST_MONTHS: Final = 2
# The same of years: two of them may well be a first and a last year.
FEWEST_YEARS: Final = 3
# Lists of a JSON or XML file that are read to see which of them holds the records, the least deep first.
MOST_LISTS: Final = 5
# Lists, sheets or members that are offered as answers.
MOST_OPTIONS: Final = 12
# Files of one family; a folder of more is declared from a part of it.
MOST_FILES: Final = 60
# Columns of which a pair may make a key: pairs grow with the square.
MOST_KEY_COLUMNS: Final = 8
# Rows of a table in which sums of others are looked for; a budget has some thousands.
MOST_CHAPTER_ROWS: Final = 20_000
# Texts of rows of sums that are proposed as such; where there are more, they are lines of a table.
MOST_SUM_TEXTS: Final = 40
# Rows that must hold the sum of others before that is no chance.
FEWEST_CHAPTERS: Final = 2
# Digits from which a code can have levels.
FEWEST_DIGITS: Final = 3
# Rows below which nothing can be said of a key or of a closed list.
FEWEST_ROWS: Final = 10

# --- evidence ---------------------------------------------------------------------------------------------------------

# Share of the filled cells that must fit a kind before the column is proposed as one.
FITS: Final = 0.95
# The same where the header says what the column holds: then the rest is asked about.
FITS_AS_HEADED: Final = 0.2
# The same of days beneath the header of a date: the rest is asked about row by row.
MOST_FIT: Final = 0.6
# Share of the samples that must look like a kind before the database is asked about it.
LOOKS_LIKE: Final = 0.1
# Different values up to which a column of words is proposed as a closed list.
MOST_CODES: Final = 16
# Cells for each of them at least: values that stand once each are names.
RARELY: Final = 5
# Different words up to which a column may hold yes and no: two languages have two each.
MOST_TRUTHS: Final = 4
# Characters of a value of such a list: a longer one is a sentence.
LONGEST_CODE: Final = 60
# Share of different values from which a column that is headed as a number of something may be the key despite repeats.
NEARLY_UNIQUE: Final = 0.9
# How alike two headers must be to be one field in files where only one of them stands.
SAME_HEADER: Final = 0.85
# Digits from which a number is a name of something and not an amount.
LONGEST_COUNT: Final = 13

# The last year that a Gregorian year of two digits is proposed to mean.
PIVOT: Final = 2049
# The same of Jalali years, where a column has years of both sides of 1400.
JALALI_PIVOT: Final = 1449

# --- what is asked and told -------------------------------------------------------------------------------------------

# Questions about one file: more are not answered, so the others stay guesses that the confirming person reads.
MOST_QUESTIONS: Final = 3
# Rows named of those that do not fit.
MOST_MISFITS: Final = 3
# Characters of a label that comes from a header.
LONGEST_HEADER: Final = 200
# Characters of a field's name that comes from one: it stands in addresses.
LONGEST_FIELD_NAME: Final = 40

# --- a file that is tried ---------------------------------------------------------------------------------------------

# Bytes of it: a table of some ten thousand rows.
LARGEST_TRIAL: Final = 4 * 1024 * 1024
# Cells of its sheet.
TRIAL_CELLS: Final = 2_000_000
# Seconds that its process may take.
TRIAL_SECONDS: Final = 20.0
# The same where an officer declares a dataset: nobody else waits, and the machine may be busy.
DECLARING_SECONDS: Final = 60.0
# Bytes of addresses by which that may grow: a library asks for far more of them than it fills.
TRIAL_ADDRESSES: Final = 4 * 1024**3
# Bytes that the database may fill in it, and a workbook.
TRIAL_MEMORY: Final = 512 * 1024**2
# Causes of issues that are told of it: a page that can be read.
MOST_TOLD: Final = 40
# Places of each.
MOST_PLACES: Final = 12
# First values of each column that are shown.
MOST_VALUES: Final = 3
# Characters of one of them: a cell of a phone's width, twice.
LONGEST_VALUE: Final = 60
