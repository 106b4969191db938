"""What a search in documents may hold, and in what pieces their words are written."""

from __future__ import annotations

from typing import Final

# --- asked ------------------------------------------------------------------------------------------------------------

# Words of one search in documents: a line that somebody copied from a page has fewer.
MOST_ASKED_WORDS: Final = 40
# Letters from which a word is also the beginning of longer ones; with fewer, too much of the vocabulary begins so.
SHORTEST_BEGINNING: Final = 4
# Pages that are put in order by how well they fit. Where more hold the words, these say little: the newest come first.
MOST_RANKED: Final = 2_000
# Documents that one answer tells of.
MOST_DOCUMENTS: Final = 100
# Pages of one document that one answer tells of.
MOST_PAGES_TOLD: Final = 3
# Pages of one document in which words are looked for on its own page.
MOST_PAGES_WITHIN: Final = 500
# Pages that are looked at for each document that is wanted: a long document has many that fit.
PAGES_A_DOCUMENT: Final = 8
# Instructions of SQLite between two looks at what is left of the processor's time: below a millisecond.
INSTRUCTIONS: Final = 20_000
# Seconds that a reader waits for a file that is being put in order.
READER_WAITS: Final = 1.0

# --- shown ------------------------------------------------------------------------------------------------------------

# Characters of the piece of a page that is shown beside a hit: two lines on a phone.
LONGEST_SNIPPET: Final = 240
# Of these, what stands before the first word that was found.
BEFORE_THE_FOUND: Final = 70

# --- written ----------------------------------------------------------------------------------------------------------

# Pages of a document at most, as a number of 16 bits in the number of each page: more than a document may have.
PAGE_BITS: Final = 16
# Characters that are written in one transaction: what a crash costs, and what the memory holds of it.
CHARACTERS_AT_ONCE: Final = 4_000_000
