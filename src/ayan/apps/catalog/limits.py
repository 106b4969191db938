"""How much a page of the catalogue takes in, and how much it shows."""

from __future__ import annotations

from typing import Final

# --- what readers send ------------------------------------------------------------------------------------------------

# Characters of the code of a citation, which stands in an address.
LONGEST_CITATION: Final = 6_000
# Characters of a citation's code that gets a short one: each is kept for good.
LONGEST_SHORTENED: Final = 600
# Conditions of its question, and texts of one of them: each is looked up in the rows.
MOST_CONDITIONS_SHORTENED: Final = 8
# Bytes of one of the 1,024 files of short codes: some nine million codes in a gigabyte.
LARGEST_CODE_FILE: Final = 1_000_000
# Short codes that a process writes down in a day, so that whoever walks the whole site does not fill the disk.
MOST_CODES_A_DAY: Final = 20_000
# Bytes that a code unfolds to at most, so that a small one cannot fill the memory.
LONGEST_CITED: Final = 16_000
# Letters of the code in a file's name: names may have 255 bytes, and copies add to them.
LONGEST_NAME: Final = 160
# Releases that a file for people names, the newest; its citation leads to all of them.
MOST_RELEASES_TOLD: Final = 24
# Characters of a question typed into the console: as long as an address may be.
LONGEST_QUERY: Final = 2_000
# Characters of a subject as another page names it, such as row:works/C-001; more than this is no subject of ours.
LONGEST_SUBJECT: Final = 200
# Characters of the address that a reader came from, to be led back to: as long as an address may be.
LONGEST_BACK: Final = 2_000

# --- table and conditions ---------------------------------------------------------------------------------------------

# Values of a record that stand open: as many as are read at a glance.
MOST_FIRST_FACTS: Final = 8
# Further values from which on they are folded away: fewer take no more room than the fold.
FEWEST_FOLDED: Final = 4
# Columns shown where the reader has chosen none: as many as a page has room for.
MOST_COLUMNS: Final = 8
# Columns of them that a phone shows of each row, besides what heads it: the others are one tap away.
MOST_TELLING: Final = 3
# Entries of a closed list that are offered one by one: a longer one would fill the page.
MOST_CHOICES: Final = 60
# Fields without a closed list whose commonest values are offered.
MOST_OPEN: Final = 3
# Choices of a list that stand open; what is left is folded away.
MOST_CHOICES_SHOWN: Final = 8
# Years of which a dataset offers a workbook each; conditions lead to the others.
MOST_YEARS_OFFERED: Final = 8
# And at least so many: one year alone is the whole, which has its own file.
FEWEST_YEARS_OFFERED: Final = 2
# Groups of a page; the files hold all of them.
MOST_GROUPS: Final = 100
# Groups whose sums are put together from several questions, each over other rows: more are cut off.
MOST_PARTED: Final = 10_000
# Characters of an answer that the console shows; its address leads to all of it.
LONGEST_SHOWN: Final = 12_000

# Rows up to which a page has a number and can be jumped to: those before it are passed over each time. Further ones
# follow one after the other.
MOST_PAGED_ROWS: Final = 10_000
# The number of the last page that can be asked for, at the fewest rows to a page.
MOST_PAGES: Final = MOST_PAGED_ROWS // 25
# Datasets that the offer of a bundle names; the others are counted.
MOST_LINKS_NAMED: Final = 4
# Columns of a table whose values lead to the pages of what they name: each is looked up.
MOST_LEADING_COLUMNS: Final = 4

# --- charts -----------------------------------------------------------------------------------------------------------

# Points below which a chart says nothing.
FEWEST_POINTS: Final = 2
# With fewer years than this, months tell more.
ENOUGH_YEARS: Final = 3
# Years or months drawn as columns; more of them are a line, and all of them are drawn.
MOST_UPRIGHT: Final = 18
# Years or months between the first and the last that are filled in where there are no rows: half a century of months.
MOST_FILLED: Final = 600
# Years, months or periods of one table of groups: time is never cut by count.
MOST_PERIODS: Final = 1000
# Bars of one chart; the groups of the page are all there.
MOST_BARS: Final = 10
# Groups from which on the largest are also shown among all others.
ENOUGH_DOTS: Final = 15
# Groups that are asked for, to be shown among each other.
MOST_DOTS: Final = 400
# Rows of a table of shades, the largest groups.
MOST_SHADED: Final = 8
# Rows and columns from which on a table of shades says more than bars.
FEWEST_SHADED: Final = 3
# Periods without rows that a note names one by one; of more it names the first and the last.
MOST_NAMED: Final = 4
# Fields by which a chart is offered: each costs a question.
MOST_GROUPINGS: Final = 3
# Headings of a declared view of bars; the others are added up.
MOST_LINES: Final = 7
# The newest periods of a sum and its parts; older ones are a link away.
MOST_WHOLES: Final = 14
# Steps of a running sum drawn one by one; beyond them the sum alone is told.
MOST_STEPS: Final = 100
# Figures kept in one process, some kilobytes each. A state never changes, so neither do its figures.
MOST_FIGURES_KEPT: Final = 2048
# Sets of months of which it is remembered what they cover: about one a dataset.
MOST_COVERAGES: Final = 256

# --- a record and what belongs to it ----------------------------------------------------------------------------------

# Datasets of which rows are looked at; a record that more belong to shows the first ones.
MOST_LINKED_DATASETS: Final = 16
# Columns shown of their rows: they stand in a part of the page.
MOST_LINKED_COLUMNS: Final = 4
# Rows shown of those that have a rank, so that who won is seen beside who lost.
MOST_RANKED: Final = 12
# Groups told of their rows, the largest.
MOST_LINKED_GROUPS: Final = 5
# Drawings that a page carries, so that it stays light.
MOST_FIGURES: Final = 5
# Rows of one value among which the one of the record's year is looked for.
MOST_ALIKE: Final = 24
# Corners of a shape that is drawn: some 30 kB of a page; of more there is the GeoJSON alone.
MOST_OUTLINE_POSITIONS: Final = 2_000
# Letters of a word; shorter ones stand in too many texts to say that two are about one thing.
SHORTEST_WORDS: Final = 4
# Events of a line of time, the newest; how many more there are is told.
MOST_EVENTS: Final = 50
# And of one that is folded under lists of the same rows.
MOST_FOLDED_EVENTS: Final = 10

# --- front page and changes -------------------------------------------------------------------------------------------

# Releases that can be chosen to be compared, the newest; others are named in the address.
MOST_EDGES: Final = 60
# Releases of one page of their list: some 50 kB of HTML.
RELEASES_A_PAGE: Final = 50

# --- sitemaps ---------------------------------------------------------------------------------------------------------

# Addresses of one map of a site; the protocol allows 50,000.
MAPPED_PAGES: Final = 50_000
# Records of a dataset, each in every language: five of the index's largest pages of rows. The rest is in its files.
MAPPED_RECORDS: Final = 5_000

# --- faults -----------------------------------------------------------------------------------------------------------

# Seconds after which a page may be asked for again whose database was away.
AWAY_SECONDS: Final = 30

# --- the hub of feeds -------------------------------------------------------------------------------------------------

# Seconds that a hub may take for one message: it answers before it does anything.
HUB_SECONDS: Final = 15.0
# Bytes of its answer, which nobody reads.
HUB_BYTES: Final = 64 * 1024
# Tiles listed beside the map; the others are one click away.
TILES_LISTED: Final = 8
# Rows of one page of a table, unless a reader asks for more: a screen and a half.
EXPLORER_PAGE: Final = 25
# Rows that are asked for at once where all records of a dataset are copied.
EXPORT_PAGE: Final = 1000
# Entries of a feed, the newest; the pages that it belongs to have the others.
FEED_SIZE: Final = 50
# Rows shown of each dataset that belongs to a record; all of them are one link away.
REFERENCES_SHOWN: Final = 5
# Changes of one page between two releases, each of which takes several lines.
CHANGES_PAGE: Final = 25
