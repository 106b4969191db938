"""Records that look like totals: their amounts are the sum of those above, and nobody has said what they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate, islice, pairwise
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from ayan.core.refine.distinct_texts import DistinctTexts
from ayan.core.refine.header_matching import MappedField
from ayan.core.refine.limits import FEWEST_ADDED, FEWEST_BELOW, MOST_PARTS
from ayan.core.refine.odd_rows import suspected
from ayan.core.refine.records import Address
from ayan.core.refine.refine_session import RefineSession
from ayan.core.refine.total_words import NO_READING, TotalReading, TotalWords
from ayan.core.schema.issue import Issue
from ayan.core.values.text import fold

CODE: Final = "total-suspected"
PART_CODE: Final = "row-part"

# One row in so many may be the sum of those below it and begin their codes by chance.
_CHANCE: Final = 500


Amount: TypeAlias = int | Decimal
"""An amount of a cell, or a sum of some: whole as mostly, or with its decimals."""


@dataclass(slots=True)
class _Sums:
    """What the records since some row add up to, by column, and how many they are."""

    totals: list[Amount]
    rows: int = 0

    def agree(self, amounts: Sequence[Amount | None]) -> bool:
        """Whether the amounts of a row are those sums: all that it has, one of them at least and not zero."""
        if self.rows < FEWEST_ADDED or not any(amounts):
            return False
        for amount, total in zip(amounts, self.totals, strict=True):
            if amount is not None and amount != total:
                return False
        return True

    def add(self, amounts: Sequence[Amount | None]) -> None:
        """Take in a record."""
        self.rows += 1
        self.totals = [total + (amount or 0) for amount, total in zip(amounts, self.totals, strict=True)]

    def begin(self) -> None:
        """Start again after a totals row."""
        self.rows, self.totals = 0, [0] * len(self.totals)


class _CellsBeside:
    """The cells beside the amounts: of each column its different texts, and of each row the place of its own."""

    def __init__(self, columns: Sequence[tuple[list[str], npt.NDArray[np.int32]]], readings: TotalWords) -> None:
        self._columns = columns
        self._said: dict[int, list[TotalReading]] = {}
        for texts, places in columns:
            # Each text is read once, since most stand in many rows.
            telling = {place: said for place, text in enumerate(texts) if (said := readings.of(text)) is not NO_READING}
            for at in np.flatnonzero(np.isin(places, list(telling))).tolist() if telling else ():
                self._said.setdefault(at, []).append(telling[int(places[at])])

    def __len__(self) -> int:
        return len(self._columns)

    def text(self, at: int, column: int) -> str:
        """One cell of a row; "" where it is empty."""
        texts, places = self._columns[column]
        return texts[int(places[at])]

    def texts(self, at: int) -> list[str]:
        """The cells of a row."""
        return [texts[places[at]] for texts, places in self._columns]

    def says(self, at: int) -> TotalReading:
        """What the cells of a row say."""
        said = self._said.get(at)
        if said is None:
            return NO_READING
        return TotalReading(
            is_part=any(each.is_part for each in said),
            is_taken_off=any(each.is_taken_off for each in said),
            is_sum=any(each.is_sum for each in said),
            is_no_sum=any(each.is_no_sum for each in said),
        )


class _Row(NamedTuple):
    """A record or a row of sums by a word: where it stands, its money, what its other cells say, and these."""

    address: Address
    by_word: bool
    amounts: tuple[Amount | None, ...]
    says: TotalReading
    at: int
    beside: _CellsBeside

    @property
    def texts(self) -> list[str]:
        """The other cells."""
        return self.beside.texts(self.at)

    @property
    def filled(self) -> set[int]:
        """Which of the other cells are filled."""
        return {column for column, text in enumerate(self.texts) if text}

    @property
    def is_taken_off(self) -> bool:
        """Whether it says that its amount is taken off the one above, and does not write it as less."""
        return self.says.is_taken_off and any(amount and amount > 0 for amount in self.amounts)

    @property
    def is_part(self) -> bool:
        """Whether it says that its amount is part of the one above, or is taken off it."""
        return any(self.amounts) and (self.says.is_part or self.is_taken_off)


def issues_of(session: RefineSession, accepted: Mapping[str, int]) -> Iterable[Issue]:
    """One issue for every such record of a file that is not too large for it; the rows are kept among the suspected.

    Arithmetic alone only asks. A sum of the rows above also bears a word for one, lacks half of what every record
    above it has, or is that of many rows in several columns; one of the rows below lacks what they all have, or its
    code begins theirs, or the whole table is made of such groups. A row that says that it is part of the one above, or
    taken off it, is asked about by its words alone. It is told as a warning where somebody has ``accepted`` as many of
    them. In a table without money it is the numbers that could be added up which are looked at, and sums of rows above.
    """
    columns = [mapped for mapped in session.present if _is_amount(mapped)]
    measures = columns or [mapped for mapped in session.present if _is_added(mapped)]
    if not measures or session.source.sum_rows or session.texts is None:
        return
    others = [mapped for mapped in session.present if mapped not in measures and mapped.column is not None]
    no_totals = {fold(word) for word in session.source.not_totals}
    rows = [
        row
        for row in _rows(session, session.texts, measures, others, TotalWords(no_totals))
        if not row.says.is_no_sum or row.by_word
    ]
    label = measures[0].field.label
    if not columns:
        # Counts are often the sum of those below by chance.
        yield from suspected(session, CODE, list(_below(rows)), accepted, columns=label)
        return
    pointed = any(field.ref and field.ref.dataset == session.dataset.slug for field in session.dataset.fields)
    # Where each row names the one that it belongs to, parts and lines above them are what the table is made of.
    parts = [] if pointed else [row.address for row in rows if not row.by_word and row.is_part]
    yield from suspected(session, PART_CODE, parts, accepted, columns=label)
    below = set(_below(rows))
    above = set() if pointed else set(_on_top([row for row in rows if not row.by_word and row.address not in below]))
    yield from suspected(session, CODE, sorted(below | above), accepted, columns=label)


def _is_amount(mapped: MappedField) -> bool:
    """Whether a column is of money, in whatever currency: that of another one is a plain number with that role."""
    kind = mapped.field.kind
    return kind.is_money or (kind.is_number and mapped.field.role == "amount")


def _is_added(mapped: MappedField) -> bool:
    """Whether a column is of numbers that could be added up, as counts and areas are."""
    field = mapped.field
    apart = ("rate", "longitude", "latitude", "ordinal", "counter")
    return field.kind.is_number and field.nature != "rate" and field.role not in apart and mapped.column is not None


def _rows(
    session: RefineSession,
    texts: DistinctTexts,
    columns: Sequence[MappedField],
    others: Sequence[MappedField],
    readings: TotalWords,
) -> Iterator[_Row]:
    asked = ", ".join(f"v_{mapped.field.name}" for mapped in columns)
    records: list[tuple[Any, ...]] = session.all(f"SELECT _row, _line, _class, {asked} FROM typed ORDER BY _row")
    if not records:
        return
    held = [(texts.tokens(mapped), texts.places[mapped.column.index]) for mapped in others if mapped.column]
    beside = _CellsBeside(held, readings)
    amounts = [[_amount(cell) for cell in cells] for cells in list(zip(*records, strict=True))[3:]]
    for at, (record, stated) in enumerate(zip(records, zip(*amounts, strict=True), strict=True)):
        if record[2] in ("record", "total"):
            yield _Row((record[0], record[1]), record[2] == "total", stated, beside.says(at), at, beside)


def _amount(cell: object) -> Amount | None:
    return cell if cell is None or isinstance(cell, int | Decimal) else Decimal(str(cell))


def _below(rows: Sequence[_Row]) -> Iterator[Address]:
    """Records that are the sum of all above them, or of those since the last row of sums."""
    if not rows or not _may_be_below(rows):
        return
    whole, block = (_Sums([0] * len(rows[0].amounts)) for _ in range(2))
    # Until a row is taken off, what is left is the whole.
    net: _Sums | None = None
    always = set(range(len(rows[0].beside)))
    for row in rows:
        if row.by_word:
            block.begin()
            continue
        agreed = [sums for sums in (whole, block, net) if sums is not None and sums.agree(row.amounts)]
        if agreed:
            bare = 2 * len(always - row.filled) >= max(1, len(always))
            several = any(sums.rows >= FEWEST_BELOW for sums in agreed) and len({*row.amounts} - {None, 0}) > 1
            if row.says.is_sum or bare or several:
                block.begin()
                yield row.address
                continue
        if "" in row.texts:
            always = always & row.filled
        if row.is_taken_off:
            net = net or _Sums([*whole.totals], whole.rows)
            net.add([None if amount is None else -amount for amount in row.amounts])
        elif net is not None:
            net.add(row.amounts)
        whole.add(row.amounts)
        block.add(row.amounts)


def _may_be_below(rows: Sequence[_Row]) -> bool:
    """Whether any record may be such a sum, told from the sums alone; in most tables none is.

    Before the first one nothing has been left out of what is added up, and it begins anew at rows of sums alone.
    """
    if any(row.is_taken_off for row in rows if row.says is not NO_READING):
        return True
    left = [at for at, row in enumerate(rows) if at >= FEWEST_ADDED and not row.by_word and any(row.amounts)]
    for column in range(len(rows[0].amounts)):
        amounts = [None if row.by_word else row.amounts[column] for row in rows]
        whole: list[Amount] = [0, *accumulate(amount or 0 for amount in amounts)]
        since: list[Amount] = [0] * len(rows)
        begun = 0
        for at in (at for at, row in enumerate(rows) if row.by_word):
            since[begun:at], begun = [whole[begun]] * (at - begun), at
        since[begun:] = [whole[begun]] * (len(rows) - begun)
        left = [
            at
            for at in left
            if (amount := amounts[at]) is None or amount == whole[at] or amount == whole[at] - since[at]
        ]
    return bool(left)


def _on_top(rows: Sequence[_Row]) -> Iterator[Address]:
    """Records that are the sum of those below them, to the next of their kind."""
    groups: list[tuple[_Row, list[_Row]]] = []
    open_rows: list[_Row] = []
    for row in reversed(rows):
        parts = _parts(row, open_rows)
        if parts:
            groups.append((row, parts))
            del open_rows[-len(parts) :]
        open_rows.append(row)
    if not groups:
        return
    tops = {row.address for row, _ in groups}
    # A table that is nothing but such groups is no accident, nor is one whose amounts hardly ever recur.
    every = len(groups) > 1 and all(row.address in tops for row in open_rows)
    if every and 2 * len({row.amounts for row in rows}) > len(rows):
        yield from tops
        return
    # What many records lack tells nothing of those that happen to be a sum.
    lacking = [_lacks(row, parts) for row, parts in groups]
    telling = {
        at
        for at in set().union(*lacking)
        if 2 * sum(not row.beside.text(row.at, at) for row, _ in groups)
        >= sum(not row.beside.text(row.at, at) for row in rows)
    }
    counting = _CountingColumns(rows)
    begun = [row.address for row, parts in groups if _begins(row, parts, counting)]
    # Where codes name what sums up others, they do so throughout; a few in a long table begin others by chance.
    coded = set(begun) if _CHANCE * len(begun) >= len(rows) else set()
    for (row, _), lacks in zip(groups, lacking, strict=True):
        if lacks & telling or row.address in coded or row.says.is_sum:
            yield row.address


def _parts(row: _Row, below: Sequence[_Row]) -> list[_Row]:
    """The rows right below, of which it is the sum; ``below`` has the nearest last."""
    at = next((place for place, amount in enumerate(row.amounts) if amount), None)
    if at is None:
        return []
    wanted: Amount = row.amounts[at] or 0
    total: Amount = 0
    added = 0
    for count, part in enumerate(islice(reversed(below), MOST_PARTS), 1):
        total += part.amounts[at] or 0
        added += bool(part.amounts[at])
        if added >= FEWEST_ADDED and total == wanted:
            parts = list(below[-count:])
            stated = [(amount, other) for other, amount in enumerate(row.amounts) if amount is not None]
            agree = all(sum(each.amounts[other] or 0 for each in parts) == amount for amount, other in stated)
            return parts if agree else []
        if max(total, -total) > max(wanted, -wanted):
            return []
    return []


def _lacks(row: _Row, parts: Sequence[_Row]) -> set[int]:
    """The cells that all of its parts have and it lacks."""
    return set.intersection(*(part.filled for part in parts)) - row.filled


class _CountingColumns:
    """Which of the other cells do nothing but count the rows: 540 begins no 541 to 549 there."""

    def __init__(self, rows: Sequence[_Row]) -> None:
        self._rows = rows
        self._known: dict[int, bool] = {}

    def __contains__(self, at: int) -> bool:
        if at not in self._known:
            texts = [row.beside.text(row.at, at) for row in self._rows]
            numbers = [int(text) if text.isdecimal() else None for text in texts]
            steps = sum(a is not None and b is not None and b - a == 1 for a, b in pairwise(numbers))
            self._known[at] = 10 * steps >= 9 * (len(self._rows) - 1)
        return self._known[at]


def _begins(row: _Row, parts: Sequence[_Row], counting: _CountingColumns) -> bool:
    """Whether a code of it, without the zeros at its end, begins that of each part."""
    for at, text in enumerate(row.texts):
        stem = text.rstrip("0.-/ ")
        if (
            stem
            and any(map(str.isdigit, stem))
            and all(part.texts[at].startswith(stem) and part.texts[at] != text for part in parts)
            and at not in counting
        ):
            return True
    return False
