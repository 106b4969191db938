"""How much of what is published one document in the words of a standard tells."""

from __future__ import annotations

from typing import Final

# Releases of a dataset whose files a catalogue names, the newest: two years of months. All of them are in the list of
# releases, to which the catalogue leads; a catalogue that is harvested each night must not grow with every release.
MOST_RELEASES_LISTED: Final = 24
# Processes of one piece of a stream of lines: some hundred kilobytes, so that whoever reads slowly holds little.
PROCESSES_OF_A_PIECE: Final = 25

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
