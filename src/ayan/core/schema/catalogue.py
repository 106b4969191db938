"""The issue catalogue: every code the engine can report, with all that follows from it, in one entry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ayan.core.schema.catalogue_cells import CELLS, COLUMNS
from ayan.core.schema.catalogue_file import FILE
from ayan.core.schema.catalogue_guard import GUARD
from ayan.core.schema.catalogue_rows import RETURNED, ROWS, SUBMISSION, SUMS
from ayan.core.schema.entry import IssueEntry

CATALOGUE: Final[Mapping[str, IssueEntry]] = {
    **FILE,
    **COLUMNS,
    **CELLS,
    **ROWS,
    **RETURNED,
    **SUMS,
    **SUBMISSION,
    **GUARD,
}

CHECK: Final = "check:"
"""How the codes of checks begin that a dataset declares itself; all are of the entry ``check``."""

STRUCTURAL: Final = frozenset(code for code, entry in CATALOGUE.items() if entry.structural)
"""Faults of the whole file: leaving rows out does not cure them, so they can never be published in part."""

HOLDING: Final = frozenset(code for code, entry in CATALOGUE.items() if entry.holds)
"""Codes whose errors hold the whole submission until they are mended, redacted or waived."""


def entry_of(code: str) -> IssueEntry:
    """The entry of a code, also of one that a dataset declares; KeyError for one that nobody knows."""
    return CATALOGUE["check" if code.startswith(CHECK) else code]
