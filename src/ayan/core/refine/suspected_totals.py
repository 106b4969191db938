"""Records that look like totals: their amounts are the sum of those above, and nobody has said what they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from ayan.core.refine.header_matching import MappedField
from ayan.core.refine.limits import FEWEST_ADDED, MOST_ROWS_KEPT
from ayan.core.refine.odd_rows import suspected
from ayan.core.refine.refine_session import RefineSession
from ayan.core.schema.issue import Issue
from ayan.core.values.text import fold

CODE: Final = "total-suspected"

# Words that stand in totals rows, whatever else their cell says; alone they prove nothing.
_WORDS: Final = frozenset({"جمع", "مجموع", "سرجمع", "total", "totals", "subtotal", "sum"})


@dataclass(slots=True)
class _Sums:
    """What the records since some row add up to, by column, and how many they are."""

    totals: list[Decimal]
    rows: int = 0

    def agree(self, amounts: Sequence[Decimal | None]) -> bool:
        """Whether the amounts of a row are those sums: all that it has, one of them at least and not zero."""
        stated = [(amount, total) for amount, total in zip(amounts, self.totals, strict=True) if amount is not None]
        whole = self.rows >= FEWEST_ADDED and any(amount for amount, _ in stated)
        return whole and all(amount == total for amount, total in stated)

    def add(self, amounts: Sequence[Decimal | None]) -> None:
        """Take in a record."""
        self.rows += 1
        self.totals = [total + (amount or 0) for amount, total in zip(amounts, self.totals, strict=True)]

    def begin(self) -> None:
        """Start again after a totals row."""
        self.rows, self.totals = 0, [Decimal(0)] * len(self.totals)


def issues_of(session: RefineSession, accepted: Mapping[str, int]) -> Iterable[Issue]:
    """One issue for every such record of a file that is not too large for it; the rows are kept among the suspected.

    Arithmetic alone only asks, and only where the row also bears a word for a sum or lacks half of what every record
    above it has. It is told as a warning where somebody has ``accepted`` as many of them.
    """
    columns = [mapped for mapped in session.present if mapped.field.kind.is_money]
    if not columns or session.raw.rows > MOST_ROWS_KEPT:
        return []
    return suspected(session, CODE, list(_suspected(session, columns)), accepted, columns=columns[0].field.label)


def _suspected(session: RefineSession, columns: Sequence[MappedField]) -> Iterator[tuple[int, int | None]]:
    others = [mapped for mapped in session.present if not mapped.field.kind.is_money and mapped.column is not None]
    no_totals = {fold(word) for word in session.source.not_totals}
    asked = [f"v_{mapped.field.name}" for mapped in columns] + [f"t_{mapped.field.name}" for mapped in others]
    whole, block = (_Sums([Decimal(0)] * len(columns)) for _ in range(2))
    always = set(range(len(others)))
    for row, line, kind, *cells in session.all(
        f"SELECT _row, _line, _class, {', '.join(asked)} FROM typed WHERE _class IN ('record', 'total') ORDER BY _row"
    ):
        amounts = [None if cell is None else Decimal(str(cell)) for cell in cells[: len(columns)]]
        texts = ["" if cell is None else str(cell) for cell in cells[len(columns) :]]
        filled = {at for at, text in enumerate(texts) if text}
        if kind == "total":
            block.begin()
            continue
        named = any(_names_total(text) for text in texts)
        known = any(fold(text) in no_totals for text in texts if text)
        bare = 2 * len(always - filled) >= max(1, len(always))
        if not known and (named or bare) and (whole.agree(amounts) or block.agree(amounts)):
            block.begin()
            yield int(str(row)), None if line is None else int(str(line))
            continue
        always &= filled
        whole.add(amounts)
        block.add(amounts)


def _names_total(text: str) -> bool:
    words = fold(text).replace("-", "").replace(":", " ").replace(".", " ").split()
    return not _WORDS.isdisjoint(words)
