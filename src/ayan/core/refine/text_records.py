"""The records of a small file, and what is told of their cells by the different texts of each column."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from ayan.core.intake.header import JOINT
from ayan.core.intake.table import RawColumn
from ayan.core.refine.distinct_texts import DistinctTexts
from ayan.core.refine.limits import CODED_SHARE
from ayan.core.refine.refine_session import RefineSession
from ayan.core.values.text import fold

RecordAddress: TypeAlias = tuple[int, int | None]
"""A row by its number, and its line in a text file."""


class Records:
    """The records of a small file in their order, counted from 0; what holds for all cells is told by their texts.

    ``measured`` says how many of the numbers and days of each are filled, ``unread`` how many of these cannot be read.
    """

    def __init__(self, session: RefineSession, texts: DistinctTexts) -> None:
        self._columns, self._texts = session.raw.columns, texts
        measured = [
            mapped.field.name
            for mapped in session.present
            if mapped.column is not None and (mapped.field.kind.is_number or mapped.field.kind.is_day)
        ]
        filled = " + ".join(f"(t_{name} IS NOT NULL)::INTEGER" for name in measured) or "0"
        unread = " + ".join(f"(t_{name} IS NOT NULL AND v_{name} IS NULL)::INTEGER" for name in measured) or "0"
        kept = session.all(f"SELECT _row, _line, _class = 'record', {filled}, {unread} FROM typed ORDER BY _row")
        rows = [at for at, (_, _, is_record, *_) in enumerate(kept) if is_record]
        self._addresses = [kept[at][:2] for at in rows]
        self.measured, self.unread = (np.array([kept[at][of] for at in rows], np.int64) for of in (3, 4))
        self._rows = np.array(rows, np.int64)
        self._cells = {column.index: [*map(str.strip, texts.of(column.index)), ""] for column in self._columns}

    def __len__(self) -> int:
        return len(self._addresses)

    def address(self, at: int) -> RecordAddress:
        """Where a record stands."""
        row, line = self._addresses[at]
        return int(str(row)), None if line is None else int(str(line))

    def cells(self, at: int) -> list[str]:
        """The texts of a record, "" of an empty cell."""
        row = self._rows[at]
        return [self._cells[column.index][self._texts.places[column.index][row]] for column in self._columns]

    def holding(self, column: RawColumn, holds: Callable[[str], bool]) -> npt.NDArray[np.bool_]:
        """Of each record whether the text of a column is such a one; each text is looked at once."""
        verdicts = np.array([holds(text) for text in self._cells[column.index]], np.bool_)
        return verdicts[self._texts.places[column.index][self._rows]]

    def words_for_codes(self, at: int) -> int:
        """How many cells of a record are words without a digit in columns whose cells above it mostly have one."""
        words = 0
        for column, cell in zip(self._columns, self.cells(at), strict=True):
            if cell and not has_digit(cell):
                words += int(self.holding(column, has_digit)[:at].sum()) > CODED_SHARE * at
        return words

    def repeating_headers(self) -> list[int]:
        """The records of which every filled cell says what its column is headed, whole or by one of its levels."""
        repeated, filled = np.ones(len(self), np.bool_), np.zeros(len(self), np.int64)
        # Columns of few texts are looked at first: mostly one of them tells that no record is a header.
        for column in sorted(self._columns, key=lambda column: len(self._cells[column.index])):
            said = {fold(part) for part in (column.header, *column.header.split(JOINT)) if part.strip()}
            repeated &= self.holding(column, lambda text, said=said: not text or fold(text) in said)  # type: ignore[misc]  # bound now
            if not repeated.any():
                return []
            filled += self.holding(column, bool)
        return np.flatnonzero(repeated & (filled > 1)).tolist()


def has_digit(cell: str) -> bool:
    """Whether a digit of any script stands in a cell."""
    return any(map(str.isdigit, cell))
