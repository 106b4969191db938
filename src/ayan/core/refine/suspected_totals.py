"""Records that look like totals: their amounts are the sum of those above, and nobody has said what they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, pairwise
from typing import Final, NamedTuple, overload

import numpy as np
import pyarrow as pa

from ayan.core.refine.distinct_texts import DistinctTexts
from ayan.core.refine.header_matching import MappedField
from ayan.core.refine.limits import FEWEST_ADDED, FEWEST_BELOW, MOST_PARTS
from ayan.core.refine.odd_rows import suspected
from ayan.core.refine.possible_sums import PossibleSums, as_amount
from ayan.core.refine.refine_session import RefineSession
from ayan.core.refine.text_records import RecordAddress
from ayan.core.refine.total_words import CellsBeside, TotalReading, TotalWords
from ayan.core.schema.issue import Issue
from ayan.core.values.digits import ExactNumber
from ayan.core.values.text import fold

CODE: Final = "total-suspected"
PART_CODE: Final = "row-part"

# One row in so many may be the sum of those below it and begin their codes by chance.
_CHANCE: Final = 500


@dataclass(slots=True)
class _Sums:
    """What the records since some row add up to, by column, and how many they are."""

    totals: list[ExactNumber]
    rows: int = 0

    def agree(self, amounts: Sequence[ExactNumber | None]) -> bool:
        """Whether the amounts of a row are those sums: all that it has, one of them at least and not zero."""
        if self.rows < FEWEST_ADDED or not any(amounts):
            return False
        for amount, total in zip(amounts, self.totals, strict=True):
            if amount is not None and amount != total:
                return False
        return True

    def add(self, amounts: Sequence[ExactNumber | None]) -> None:
        """Take in a record."""
        self.rows += 1
        self.totals = [total + (amount or 0) for amount, total in zip(amounts, self.totals, strict=True)]

    def begin(self) -> None:
        """Start again after a totals row."""
        self.rows, self.totals = 0, [0] * len(self.totals)


class _Row(NamedTuple):
    """A record or a row of sums by a word: where it stands, its money, what its other cells say, and these."""

    address: RecordAddress
    by_word: bool
    amounts: tuple[ExactNumber | None, ...]
    says: TotalReading
    at: int
    beside: CellsBeside

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
    table = _Table(session, session.texts, measures, others)
    label = measures[0].field.label
    if not columns:
        # Counts are often the sum of those below by chance.
        yield from suspected(session, CODE, table.below(), accepted, columns=label)
        return
    # Where each row names the one that it belongs to, parts and lines above them are what the table is made of.
    pointed = any(field.ref and field.ref.dataset == session.dataset.slug for field in session.dataset.fields)
    yield from suspected(session, PART_CODE, [] if pointed else table.parts(), accepted, columns=label)
    below = table.below()
    above = [] if pointed else table.on_top(set(below))
    yield from suspected(session, CODE, sorted({*below, *above}), accepted, columns=label)


def _is_amount(mapped: MappedField) -> bool:
    """Whether a column is of money, in whatever currency: that of another one is a plain number with that role."""
    kind = mapped.field.kind
    return kind.is_money or (kind.is_number and mapped.field.role == "amount")


def _is_added(mapped: MappedField) -> bool:
    """Whether a column is of numbers that could be added up, as counts and areas are."""
    field = mapped.field
    apart = ("rate", "longitude", "latitude", "ordinal", "counter")
    return field.kind.is_number and field.nature != "rate" and field.role not in apart and mapped.column is not None


class _Table:
    """The records of a small file and its rows of sums by a word, but those whose words are known to be none.

    What its amounts add up to is told by whole columns first; in most files no row has to be looked at by itself.
    """

    def __init__(
        self,
        session: RefineSession,
        texts: DistinctTexts,
        measures: Sequence[MappedField],
        others: Sequence[MappedField],
    ) -> None:
        self._session, self._measures = session, [f"v_{mapped.field.name}" for mapped in measures]
        self._beside = CellsBeside(texts, others, TotalWords({fold(word) for word in session.source.not_totals}))
        read = session.columns(["_class IN ('record', 'total')", "_class = 'total'", *self._measures])
        kept, by_word = (read.column(at).to_numpy() for at in range(2))
        taken = kept & (by_word | ~self._beside.saying_no_sum(len(by_word)))
        self._at = np.flatnonzero(taken)
        self._by_word = by_word[taken]
        self._possible = PossibleSums(read.filter(pa.array(taken)).columns[2:], self._by_word)

    @cached_property
    def _rows(self) -> _Rows:
        asked = ", ".join(self._measures)
        records = self._session.all(f"SELECT _row, _line, _class, {asked} FROM typed ORDER BY _row")
        return _Rows(records, self._at.tolist(), self._beside)

    def parts(self) -> list[RecordAddress]:
        """The records that say that they are part of the amount above, or are taken off it."""
        if not self._beside.tells_of_parts:
            return []
        rows = map(self._rows.__getitem__, np.flatnonzero(self._beside.saying(self._at)).tolist())
        return [row.address for row in rows if not row.by_word and row.is_part]

    def below(self) -> list[RecordAddress]:
        """The records that are the sum of those above them."""
        return list(_below(self._rows)) if self._beside.tells_of_parts or self._possible.below() else []

    def on_top(self, but: Set[RecordAddress]) -> list[RecordAddress]:
        """The records that are the sum of those below them, without some that are one of those above."""
        records = np.flatnonzero(~self._by_word)
        if but:
            records = records[[self._rows[at].address not in but for at in records.tolist()]]
        possible = self._possible.on_top(records)
        return list(_on_top(self._rows.some(records.tolist()), possible.tolist())) if possible.any() else []


class _Rows(Sequence[_Row]):
    """Rows that are made as they are asked for."""

    def __init__(self, records: Sequence[tuple[object, ...]], at: Sequence[int], beside: CellsBeside) -> None:
        self._records, self._at, self.beside = records, at, beside
        self._known: dict[int, _Row] = {}

    def some(self, places: Sequence[int]) -> _Rows:
        """Those of them that stand in some places."""
        return _Rows(self._records, [self._at[place] for place in places], self.beside)

    def lacking(self, column: int) -> int:
        """How many have an empty cell in a column of those beside."""
        return self.beside.lacking(self._at, column)

    def __len__(self) -> int:
        return len(self._at)

    @overload
    def __getitem__(self, place: int) -> _Row: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[_Row]: ...

    def __getitem__(self, place: int | slice) -> _Row | Sequence[_Row]:
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(len(self)))]
        at = self._at[place]
        if at not in self._known:
            number, line, said, *cells = self._records[at]
            address = int(str(number)), None if line is None else int(str(line))
            amounts = tuple(map(as_amount, cells))
            self._known[at] = _Row(address, said == "total", amounts, self.beside.says(at), at, self.beside)
        return self._known[at]


def _below(rows: Sequence[_Row]) -> Iterator[RecordAddress]:
    """Records that are the sum of all above them, or of those since the last row of sums."""
    if not rows:
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


def _on_top(rows: _Rows, possible: Sequence[bool]) -> Iterator[RecordAddress]:
    """Records that are the sum of those below them, to the next of their kind.

    ``possible`` says which may be one while no row below is part of another; above a sum every row is looked at.
    """
    groups: list[tuple[_Row, list[_Row]]] = []
    open_rows: list[int] = []
    nearest = len(rows) + MOST_PARTS
    for at in reversed(range(len(rows))):
        if possible[at] or nearest - at <= MOST_PARTS:
            parts = _parts(rows[at], map(rows.__getitem__, reversed(open_rows)))
            if parts:
                groups.append((rows[at], parts))
                del open_rows[-len(parts) :]
                nearest = at
        open_rows.append(at)
    if not groups:
        return
    tops = {row.address for row, _ in groups}
    # A table that is nothing but such groups is no accident, nor is one whose amounts hardly ever recur.
    every = len(groups) > 1 and all(rows[at].address in tops for at in open_rows)
    if every and 2 * len({row.amounts for row in rows}) > len(rows):
        yield from tops
        return
    # What many records lack tells nothing of those that happen to be a sum.
    lacking = [_lacks(row, parts) for row, parts in groups]
    telling = {
        at
        for at in set().union(*lacking)
        if 2 * sum(not row.beside.text(row.at, at) for row, _ in groups) >= rows.lacking(at)
    }
    counting = _CountingColumns(rows)
    begun = [row.address for row, parts in groups if _begins(row, parts, counting)]
    # Where codes name what sums up others, they do so throughout; a few in a long table begin others by chance.
    coded = set(begun) if _CHANCE * len(begun) >= len(rows) else set()
    for (row, _), lacks in zip(groups, lacking, strict=True):
        if lacks & telling or row.address in coded or row.says.is_sum:
            yield row.address


def _parts(row: _Row, below: Iterable[_Row]) -> list[_Row]:
    """The rows right below, of which it is the sum; ``below`` has the nearest first."""
    at = next((place for place, amount in enumerate(row.amounts) if amount), None)
    if at is None:
        return []
    wanted: ExactNumber = row.amounts[at] or 0
    total: ExactNumber = 0
    added = 0
    parts: list[_Row] = []
    for part in islice(below, MOST_PARTS):
        parts.append(part)
        total += part.amounts[at] or 0
        added += bool(part.amounts[at])
        if added >= FEWEST_ADDED and total == wanted:
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
