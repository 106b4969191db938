"""What one search may hold and take."""

from __future__ import annotations

from typing import Final

# --- asked ------------------------------------------------------------------------------------------------------------

# Characters of a search; the box takes no more either.
LONGEST_SEARCH: Final = 200
# Processor seconds that one question may take in all, before its page is drawn: to be read, answered, and looked for in
# the rows of all datasets.
QUESTION_PROCESSOR: Final = 0.25
# Of these, what its answers may take: the rows below them are looked for in what is left.
ANSWERS_PROCESSOR: Final = 0.15
# The same two where nothing was opened ahead, as in a command: whoever asks first opens every index.
SEARCH_PROCESSOR: Final = 2.0
# Of these, what asking again without a word may take.
LOOSER_PROCESSOR: Final = 0.8
# Seconds that it may take on a crowded machine, or one with a slow disk.
SEARCH_SECONDS: Final = 8.0
# Words that are left out in turn where nothing is found: with more of them, leaving out one rarely helps.
MOST_LOOSENED: Final = 3
# Words of a search of which any is left out: a text of more that no row holds is not mistyped in one of them.
MOST_OF_A_SEARCH: Final = 6
# Words that a key may have.
MOST_OF_A_KEY: Final = 4

# --- shown ------------------------------------------------------------------------------------------------------------

# Records of one dataset that a key may name: periods repeat a natural key.
MOST_RECORDS: Final = 3
# Datasets whose rows stand open, those that fit best first; the others are folded under their names.
MOST_OPEN: Final = 3
# Fields told of beside a row's name, of those in which the words stand.
MOST_PLACES: Final = 3

# Years beside an answer: as many as stand on a phone.
MOST_YEARS: Final = 8
# Fewer of them are no course.
FEWEST_YEARS: Final = 2

# --- kept -------------------------------------------------------------------------------------------------------------

# Sets of declarations whose words are kept, folded: those of today, and of the day before while it turns.
MOST_KEPT: Final = 2

# --- changed ----------------------------------------------------------------------------------------------------------

# Characters of a question of the grammar that a chip of an answer leads to; of a comparison it holds both.
LONGEST_CHANGE: Final = 3_000

# --- services ---------------------------------------------------------------------------------------------------------

# Services that the answers lead to: more of them are a list, which has a page of its own.
MOST_SERVICE_CARDS: Final = 3
# Services that the list of an event of life is told by.
MOST_SERVICES_SAID: Final = 3
# Words beside the name of a service with which it is still what is meant.
MOST_OTHER_WORDS: Final = 2
# Words of one saying of everyday speech.
LONGEST_SAYING: Final = 3
# Words that must speak for a service where several are told: one of them may stand there by chance.
FEWEST_TOLD_WORDS: Final = 2
# Weight of the words that speak for a service (`told_services`): that of two words which a tenth of the services have.
LEAST_TOLD: Final = 4.5
# Part of all that is told which they must be: the rest is where, when and whose it is.
LEAST_TOLD_SHARE: Final = 0.3
# The same weight where somebody tells of their own, which is no question of data.
LEAST_OWN: Final = 3.5
# The same part there: a story has more by-words.
LEAST_OWN_SHARE: Final = 0.22
# Weight of a single word that is enough: one that a tenth of the services have.
LEAST_SINGLE: Final = 2.2
# Part of all that is told which a single word must be.
LEAST_SINGLE_SHARE: Final = 0.5
# Part of all that is told with which a service is meant though other answers fit, too.
MOST_OF_IT: Final = 0.45
# Part with which a single word is nearly all that is told.
NEARLY_ALL: Final = 0.75
# Services that are told of almost as clearly as the first: this part of its weight.
NEAR_TOLD: Final = 0.6
# The same of a page of the site, whose words are those of every service that is asked for.
NEAR_PAGE: Final = 0.8

# Part of what is told beside the words of paying which a published rate must be: the rest is whose and where it is.
LEAST_RATE_SHARE: Final = 0.33
# The same where somebody asks what they have to pay, which is no question of data: a story has more by-words.
LEAST_OF_ONE: Final = 0.25
# The same beside an answer that is sure, which nobody asked of one alone.
LEAST_OTHERWISE: Final = 0.6
# Weight of the words that speak for a rate: that of one which two of a dozen rates have.
LEAST_RATE: Final = 1.4
# Rates that are told of almost as clearly as the first: this part of its weight.
NEAR_RATE: Final = 0.9
# Rates that one answer lists: words that more of them have say of none which is meant.
MOST_RATES_TOLD: Final = 2

# --- documents --------------------------------------------------------------------------------------------------------

# Processor seconds that looking through the words of documents may take: twice what ten thousand of them need.
DOCUMENTS_PROCESSOR: Final = 0.1
# Documents that one search tells of.
MOST_DOCUMENT_HITS: Final = 5
# Letters of the second half of a word of two nouns, where a shorter one is an ending.
SHORTEST_PART: Final = 3
# Letters of the first half: a single one is a preposition, and two are nouns (خط، آب، گل).
SHORTEST_HEAD: Final = 2
# Letters of a word that is known by its sound: of fewer any other may sound alike.
SHORTEST_HEARD: Final = 3
# Rows shown of each dataset; all of them are one link away.
ROWS_SHOWN: Final = 3
