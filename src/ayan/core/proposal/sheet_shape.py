"""Where a table stands on its sheet, told from the first rows alone: titles, header, records."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ayan.core.intake.reading_notes import SheetPreview
from ayan.core.proposal.time_headers import is_year
from ayan.core.schema.limits import MOST_HEADER_ROWS
from ayan.core.values.unit_words import is_unit

_PARENTHESISED: Final = re.compile(r"[(\[][^()\[\]\d]{1,40}[)\]]")
_LETTER: Final = re.compile(r"[^\W\d_]")
_DIGIT: Final = re.compile(r"\d")
# Rows at the end of what is seen by which it is told what a column holds.
_LAST: Final = 8
# Different years in a row from which it is a header, whatever words stand beside them.
_YEARS_OF_HEADER: Final = 3


@dataclass(frozen=True, slots=True)
class SheetShape:
    """The parts of a sheet, rows counted from 1.

    ``header_row`` is None where the first row is a record already: then headers must be declared. ``title`` is what
    stands alone above the header. ``data_row`` is None where records follow the header at once.
    """

    header_row: int | None
    header_rows: int = 1
    data_row: int | None = None
    title: str = ""


def shape_of(sheet: SheetPreview, header_row: int | None = None) -> SheetShape:
    """The shape of ``sheet``; a ``header_row`` that somebody named holds.

    The header is the last row of words before the first record, together with the rows of words right above it; a
    record is a row that has numbers or dates where most rows below it have them.
    """
    rows = [row.cells for row in sheet.head]
    numeric = _numeric_columns(rows if header_row is None else rows[header_row:])
    begin = header_row or 0
    first = next((at for at in range(begin, len(rows)) if _is_record(rows[at], numeric)), None)
    if header_row is not None:
        depth = 1 if first is None else max(1, first - header_row + 1)
        return _levels(rows, header_row - 1, min(depth, MOST_HEADER_ROWS), "")
    worded = [
        at
        for at, row in enumerate(rows)
        if (len(_filled(row)) > 1 and _is_worded(row)) or (at and _is_of_units(row) and len(_filled(rows[at - 1])) > 1)
    ]
    if not worded:
        return SheetShape(None, data_row=(first or 0) + 1) if first is not None else SheetShape(1)
    if first is None or not numeric:
        return SheetShape(worded[0] + 1, title=_title(rows[: worded[0]]))
    above = [at for at in worded if at < first]
    if not above:
        return SheetShape(None, data_row=first + 1, title=_title(rows[:first]))
    top = bottom = above[-1]
    # Between the header and the first record a title of those under it may stand.
    at_once = all(len(_filled(row)) <= 1 for row in rows[bottom + 1 : first])
    while top - 1 in above and bottom - top + 1 < MOST_HEADER_ROWS and at_once:
        top -= 1
    return _levels(rows, top, bottom - top + 1, _title(rows[:top]))


def _levels(rows: Sequence[Sequence[str]], top: int, depth: int, title: str) -> SheetShape:
    """A header of ``depth`` rows, or of its first row alone where the lower ones have lost their places.

    Titles of a lower level stand under blanks of the upper one or under its titles; in a text file whose merged cells
    are gone they begin at the left, and to join them would head the wrong columns.
    """
    if depth == 1:
        return SheetShape(top + 1, title=title)
    upper, lower = rows[top], rows[top + 1]
    blanks = {at for at, cell in enumerate(upper) if not cell.strip()}
    under = {at for at, cell in enumerate(lower) if cell.strip()}
    titles = [upper[at].strip() for at in _filled(upper)]
    inner = _filled(upper) == list(range(len(titles)))
    # A row of units, each in parentheses, is none however few they are.
    if _is_of_units(lower) or (bool(under) and all(_PARENTHESISED.fullmatch(lower[at].strip()) for at in under)):
        return SheetShape(top + 1, depth, title=title)
    if inner and len(set(titles)) == len(titles) >= len(under) and not under - set(range(len(titles))):
        # Nothing is merged in a row whose columns all have a title of their own: what follows is a record of words,
        # unless it has no digit and as many words: then it may be the same titles in another language.
        digits = any(_DIGIT.search(lower[at]) and not is_year(lower[at]) for at in under)
        if len(titles) > len(under) or digits:
            return SheetShape(top + 1, title=title)
    parents = {at for at in under if at + 1 in blanks or at - 1 in blanks or at in blanks}
    if under <= parents | blanks or len(under) >= len(_filled(upper)) - 1:
        return SheetShape(top + 1, depth, title=title)
    return SheetShape(top + 1, 1, top + depth + 1, title)


def is_number(cell: str) -> bool:
    """Whether a cell is written in digits: a number, a date, a code."""
    return bool(_DIGIT.search(cell)) and not _LETTER.search(cell)


def _is_of_units(row: Sequence[str]) -> bool:
    """Whether a row says of the columns above it in what each is counted, and nothing else."""
    cells = [row[at] for at in _filled(row)]
    return bool(cells) and all(map(is_unit, cells))


def _filled(row: Sequence[str]) -> list[int]:
    return [at for at, cell in enumerate(row) if cell.strip()]


def _numeric_columns(rows: Sequence[Sequence[str]]) -> set[int]:
    """The columns most of whose cells in the last rows seen are digits."""
    last = rows[-_LAST:] if len(rows) > 1 else rows
    numeric = set()
    for at in range(max(map(len, last), default=0)):
        cells = [row[at] for row in last if at < len(row) and row[at].strip()]
        if cells and 2 * sum(map(is_number, cells)) > len(cells):
            numeric.add(at)
    return numeric


def _is_worded(row: Sequence[str]) -> bool:
    """Whether no cell of a row is a number but a year, which heads columns as a number does cells."""
    return _is_of_units(row) or not any(is_number(cell) and not is_year(cell) for cell in row if cell.strip() != "#")


def _is_record(row: Sequence[str], numeric: set[int]) -> bool:
    if _is_of_units(row):
        return False
    filled = [at for at in _filled(row) if at in numeric]
    digits = [at for at in filled if is_number(row[at])]
    # The years above a crosstab are its header.
    years = bool(digits) and all(is_year(row[at]) for at in digits)
    if years and (len(digits) == len(_filled(row)) - 1 or len({row[at] for at in digits}) >= _YEARS_OF_HEADER):
        return False
    return len(_filled(row)) > 1 and bool(digits) and 2 * len(digits) >= len(filled)


def _title(rows: Sequence[Sequence[str]]) -> str:
    """What stands alone in a row above the header."""
    return next((row[at].strip() for row in rows for at in _filled(row)[:1] if len(_filled(row)) == 1), "")
