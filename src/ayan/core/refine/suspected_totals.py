"""Records that look like totals: their amounts are the sum of those above, and nobody has said what they are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice, pairwise
from typing import Any, Final, NamedTuple, TypeAlias

from ayan.core.refine.header_matching import MappedField
from ayan.core.refine.limits import FEWEST_ADDED, FEWEST_BELOW, MOST_PARTS, MOST_ROWS_KEPT
from ayan.core.refine.odd_rows import Address, suspected
from ayan.core.refine.refine_session import RefineSession
from ayan.core.schema.issue import Issue
from ayan.core.values.text import fold

CODE: Final = "total-suspected"

# Words that stand in totals rows, whatever else their cell says; alone they prove nothing.
_WORDS: Final = frozenset({"جمع", "مجموع", "سرجمع", "خالص", "total", "totals", "subtotal", "sum", "net"})
PART_CODE: Final = "row-part"
# How a row begins that is part of the amount above it, and one that is taken off it.
_PARTS: Final = tuple(
    fold(words)
    for words in (
        "از این مبلغ",
        "که از این مبلغ",
        "از مبلغ فوق",
        "از مبلغ بالا",
        "از این میان",
        "از محل فوق",
        "مبلغ فوق شامل",
        "of which",
        "thereof",
        "davon",
        "dont",
    )
)
_TAKEN_OFF: Final = tuple(
    fold(words)
    for words in (
        "کسر می‌شود",
        "کسر می‌گردد",
        "کسر میشود",
        "کسر میگردد",
        "کسر شود",
        "منهای",
        "less:",
        "deduct",
        "minus:",
    )
)


# Without any of these a text says nothing of sums; a dash may part their letters.
_MARKS: Final = re.compile("|".join(map(re.escape, sorted({*_WORDS, *_PARTS, *_TAKEN_OFF, "کل"}))))
_NO_FRENCH: Final = re.compile(r"don[^\w\s]+t\b", re.IGNORECASE)
_LETTER: Final = re.compile(r"[^\W\d_]")

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


@dataclass(frozen=True, slots=True)
class _Reading:
    """What one text, or those of a row, say: part of the amount above, taken off it, a word for a sum, surely none."""

    is_part: bool = False
    is_taken_off: bool = False
    is_sum: bool = False
    is_no_sum: bool = False


_NOTHING: Final = _Reading()


class _Readings:
    """What the words of a table's cells say of sums; each text is read once, since most stand in many rows."""

    def __init__(self, no_totals: Set[str]) -> None:
        """``no_totals``: folded texts that name no sum here."""
        self._no_totals = no_totals
        self._known: dict[str, _Reading] = {"": _NOTHING}
        self._telling: set[str] = set()

    def read(self, texts: Iterable[str]) -> None:
        """Read texts before rows are asked about that hold them."""
        self._telling |= {text for text in texts if self._of(text) is not _NOTHING}

    def of(self, texts: Sequence[str]) -> _Reading:
        """What the cells of a row say, all of which have been read."""
        if self._telling.isdisjoint(texts):
            return _NOTHING
        said = [reading for text in texts if (reading := self._of(text)) is not _NOTHING]
        return _Reading(
            is_part=any(each.is_part for each in said),
            is_taken_off=any(each.is_taken_off for each in said),
            is_sum=any(each.is_sum for each in said),
            is_no_sum=any(each.is_no_sum for each in said),
        )

    def _of(self, text: str) -> _Reading:
        known = self._known.get(text)
        if known is None:
            # Codes, dates and numbers, most of the texts that stand once, say nothing.
            silent = not self._no_totals and _LETTER.search(text) is None
            known = self._known[text] = _NOTHING if silent else self._read(text)
        return known

    def _read(self, text: str) -> _Reading:
        # What is folded has no apostrophe: "Don't redact" is no "dont" of a French table.
        folded = fold(_NO_FRENCH.sub("do not", text))
        whole = _MARKS.search(folded) or ("-" in folded and _MARKS.search(folded.replace("-", "")))
        if not whole and folded not in self._no_totals:
            return _NOTHING
        begun = folded.lstrip(" -–—•*.()+0123456789")
        words = folded.replace("-", "").replace(":", " ").replace(".", " ").split()
        reading = _Reading(
            is_part=_begins_with(begun, _PARTS),
            is_taken_off=_begins_with(begun, _TAKEN_OFF),
            # «کل شهر» is all of it, «اداره کل» an office.
            is_sum=not _WORDS.isdisjoint(words) or words[:1] == ["کل"],
            is_no_sum=folded in self._no_totals,
        )
        return _NOTHING if reading == _NOTHING else reading


class _Row(NamedTuple):
    """A record or a row of sums by a word: where it stands, its money, its other cells and what they say."""

    address: Address
    by_word: bool
    amounts: tuple[Amount | None, ...]
    texts: tuple[str, ...]
    says: _Reading

    @property
    def filled(self) -> set[int]:
        """Which of the other cells are filled."""
        return {at for at, text in enumerate(self.texts) if text}

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
    if not measures or session.source.sum_rows or session.raw.rows > MOST_ROWS_KEPT:
        return
    others = [mapped for mapped in session.present if mapped not in measures and mapped.column is not None]
    no_totals = {fold(word) for word in session.source.not_totals}
    rows = [
        row for row in _rows(session, measures, others, _Readings(no_totals)) if not row.says.is_no_sum or row.by_word
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
    session: RefineSession, columns: Sequence[MappedField], others: Sequence[MappedField], readings: _Readings
) -> Iterator[_Row]:
    asked = [f"v_{mapped.field.name}" for mapped in columns]
    asked += [f"coalesce(t_{mapped.field.name}, '')" for mapped in others]
    records: list[tuple[Any, ...]] = session.all(
        f"SELECT _row, _line, _class, {', '.join(asked)} FROM typed WHERE _class IN ('record', 'total') ORDER BY _row"
    )
    if not records:
        return
    first_text = 3 + len(columns)
    by_column = list(zip(*records, strict=True))
    amounts = [[_amount(cell) for cell in cells] for cells in by_column[3:first_text]]
    for texts in by_column[first_text:]:
        readings.read(set(texts))
    for record, stated in zip(records, zip(*amounts, strict=True), strict=True):
        said = record[first_text:]
        yield _Row((record[0], record[1]), record[2] == "total", stated, said, readings.of(said))


def _amount(cell: object) -> Amount | None:
    return cell if cell is None or isinstance(cell, int | Decimal) else Decimal(str(cell))


def _below(rows: Sequence[_Row]) -> Iterator[Address]:
    """Records that are the sum of all above them, or of those since the last row of sums."""
    if not rows:
        return
    whole, block = (_Sums([0] * len(rows[0].amounts)) for _ in range(2))
    # Until a row is taken off, what is left is the whole.
    net: _Sums | None = None
    always = set(range(len(rows[0].texts)))
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


def _begins_with(begun: str, phrases: tuple[str, ...]) -> bool:
    # "Deductible" is no word for what is taken off.
    return begun.startswith(phrases) and any(
        begun.startswith(words) and not begun[len(words) :][:1].isalpha() for words in phrases
    )


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
        if 2 * sum(not row.texts[at] for row, _ in groups) >= sum(not row.texts[at] for row in rows)
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
            numbers = [int(row.texts[at]) if row.texts[at].isdecimal() else None for row in self._rows]
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
