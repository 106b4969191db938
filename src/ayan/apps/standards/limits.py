"""How much of what is published one document in the words of a standard tells."""

from __future__ import annotations

from typing import Final

# Releases of a dataset whose files a catalogue names, the newest: two years of months. All of them are in the list of
# releases, to which the catalogue leads; a catalogue that is harvested each night must not grow with every release.
MOST_RELEASES_LISTED: Final = 24
# Processes of one piece of a stream of lines: some hundred kilobytes, so that whoever reads slowly holds little.
PROCESSES_OF_A_PIECE: Final = 25
