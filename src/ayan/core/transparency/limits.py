"""How long a portal may be silent, how much it may send, and how far times may differ, in a log and from the clock."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

# Seconds that a portal may be silent while somebody waits for a verdict.
PORTAL_SECONDS: Final = 60.0
# Seconds that one verification waits in all where a portal asks it to come again later.
PATIENCE_SECONDS: Final = 300
# Addresses of a portal that are asked for at the same time: fewer than a portal lets one reader wait for.
ASKED_AT_ONCE: Final = 6
# Addresses that lead to another before one answers.
MOST_REDIRECTS: Final = 5
# Pages of a list of releases: a hundred releases each, more than a century of days.
MOST_LISTS: Final = 1_000
# Bytes of a document of a portal, which is held in memory; files are read piece by piece.
LARGEST_DOCUMENT: Final = 64 * 1024 * 1024
# Bytes of one file of a release: a hundred million rows stay below.
LARGEST_PART: Final = 16 * 1024 * 1024 * 1024
# Files of one release.
MOST_FILES: Final = 10_000
# Bytes that an answer of a portal to "all rows" may have for each byte of the releases, and beyond.
ANSWER_SHARE: Final = 4
# Bytes that the process that reads such rows may grow by: DuckDB takes up to 2 GB of it.
READING_MEMORY: Final = 4 * 1024 * 1024 * 1024
# Seconds for one release: five million rows take about one minute.
READING_SECONDS: Final = 1800.0
# How much earlier an entry may be dated than the one before: a release has the time at which its sealing began, and
# while that of a hundred million rows is indexed, others publish other datasets.
BACKWARDS: Final = timedelta(hours=1)
# How much later an entry may be dated than a witness saw it: clocks differ by minutes.
AHEAD: Final = timedelta(minutes=10)
# How much later an entry may be dated than the clock of who verifies says it is, before that is worth a word.
TOMORROW: Final = timedelta(days=1)
# Until when an act that was interrupted may be taken back: its sender was told that it failed, and sends again.
TAKEN_BACK: Final = timedelta(hours=36)
# How far a day of the audit trail may end from midnight: time zones were decreed and changed.
MIDNIGHT: Final = timedelta(hours=2)
# How old a release is when a correction of it is late, and worth a reader's attention.
LATE: Final = timedelta(days=90)
# How far the clock may be from the times in the log, from a witness and from the machine's time service before
# anything is signed: more than machines differ that are set by a time server.
CLOCK_APART: Final = timedelta(minutes=10)
# How far the clock may have gone on since the last time in the log where nobody can tell whether it is right, and how
# long the word of an operator counts that it is: a living city signs every working day.
CLOCK_JUMP: Final = timedelta(hours=36)
# Seconds that are waited for witnesses to tell the time.
CLOCK_SECONDS: Final = 3.0
# Seconds that are waited for a time-stamping authority.
AUTHORITY_SECONDS: Final = 10.0
# Anchors in time of one log that are looked at, the newest: more than twenty years of them.
MOST_ANCHORS: Final = 8192

# How often a monitor looks again where something does not fit and the log has grown meanwhile.
MONITOR_TRIES: Final = 3
# Days that a log may rest before a monitor says so, where its user names no other number: a living city signs something
# every working day, and holidays are shorter than this.
MONITOR_RESTING_DAYS: Final = 14

# --- what readers are given, drawn by chance --------------------------------------------------------------------------

# Seeds are below.
LARGEST_SEED: Final = 1_000_000_000
# Pages that one verification reads, of all datasets together.
PAGES_DRAWN: Final = 30
# Of these, from one dataset.
PAGES_OF_A_DATASET: Final = 3
# Rows of the datasets whose CSV one verification reads whole; the first that is drawn is read however large.
CSV_ROWS: Final = 500_000
# Rows of the documents that are asked for.
ANSWERED_ROWS: Final = 50
# Groups of those.
ANSWERED_GROUPS: Final = 1_000
# Withdrawn releases whose tombstones are read.
TOMBSTONES_DRAWN: Final = 50
# Bytes of one page; ours have some hundred thousand.
LARGEST_PAGE: Final = 4 * 1024 * 1024
# Elements of a page that stand in one another; ours have some twenty, and what lies deeper is read as if beside it.
DEEPEST_PAGE: Final = 100
# Rows that are held in memory to be compared with; more stay in their files.
ROWS_AT_HAND: Final = 500_000
# Rows that are held as values, so that most answers are compared without a statement; the engine takes longer to begin.
HELD_ROWS: Final = 60_000
# Datasets of which these are kept, as several are looked at side by side.
HELD_DATASETS: Final = 7
# Bytes of the columns of such rows, and of a download that is compared with them.
HELD_BYTES: Final = 64 * 1024 * 1024
# Rows among which the line of a table is looked for that leads to no record.
LINES_LOOKED_UP: Final = 2_000
# Letters of a name in a formula that pages part from its meaning.
LONGEST_LETTER: Final = 40
# Letters of what a stranger wrote that a finding repeats.
LONGEST_QUOTE: Final = 80
# Differences of one answer that are named; the rest are counted.
DIFFERENCES_NAMED: Final = 5
# Memory in which rows of others are added up or compared: a mirror is checked on a small machine.
READING_MEMORY_LIMIT: Final = "2GB"
# What may be written aside: a few rows of others can unpack to anything; what does not fit here is not compared.
READING_DISK: Final = "32GB"
