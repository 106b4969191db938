"""How much of what is published one document in the words of a standard tells."""

from __future__ import annotations

from typing import Final

# Releases of a dataset whose files a catalogue names, the newest: two years of months. All of them are in the list of
# releases, to which the catalogue leads; a catalogue that is harvested each night must not grow with every release.
MOST_RELEASES_LISTED: Final = 24
# Processes of one piece of a stream of lines: some hundred kilobytes, so that whoever reads slowly holds little.
PROCESSES_OF_A_PIECE: Final = 25
# Persons, motions or votes of one piece of a file: as many kilobytes as of the above, for a vote is two hundred bytes.
THINGS_OF_A_PIECE: Final = 500
# Queries of one request for names: OpenRefine sends ten at a time, other clients some tens.
MOST_QUERIES: Final = 50
# Characters of all of them as JSON: fifty with the longest names and some properties each, in any script.
LONGEST_QUERIES: Final = 200_000
# Candidates of a query that names no limit: what somebody looks through.
USUAL_CANDIDATES: Final = 10
# Candidates of a query at most: who would look through more than that has not asked well.
MOST_CANDIDATES: Final = 50
# Conditions of one query; there are not as many different ones.
MOST_PROPERTIES: Final = 10
# Characters of a name that is looked for, as those of any text that is asked for.
LONGEST_NAME: Final = 200
# Words of a name by which others like it are found; a name of more is found by its first ones.
MOST_NAME_WORDS: Final = 12
# Names that are looked at for one word: it is the rare words that tell, and «شرکت» stands in most of them.
MOST_WITH_A_WORD: Final = 500
# Per cent of words that two names must share, so that one is a candidate for the other.
LEAST_LIKENESS: Final = 30
# Entities of one source that are held in memory, some 900 bytes each: 140 MB at most.
MOST_ENTITIES: Final = 150_000
# Sources that are held at a time: those of a city with room for its newest release, or of some small cities.
MOST_SOURCES_HELD: Final = 12
# Codes in one question to an engine, which takes no more texts in a list.
MOST_CODES_ASKED: Final = 20

# --- CKAN -------------------------------------------------------------------------------------------------------------

# Bytes of the parameters of one action: conditions on a dozen columns with the longest lists are a fraction of it.
LARGEST_ACTION: Final = 64 * 1024
# Packages of one page of a search, as in CKAN.
MOST_PACKAGES: Final = 1_000
# Packages of such a page unless asked for otherwise, as in CKAN.
PACKAGES_SHOWN: Final = 10
# Characters of a search among packages; harvesters send the names of many owners.
LONGEST_PACKAGE_QUERY: Final = 4_000
# Terms of such a search, each of which is looked for in every package.
MOST_PACKAGE_TERMS: Final = 100
# Digits of the longest number that is read.
MOST_DIGITS: Final = 18
# Where the furthest row stands that can be asked for by its place where none may stand: as many digits as a count has.
FURTHEST_OFFSET: Final = 10**12
