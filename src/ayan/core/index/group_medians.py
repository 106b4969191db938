"""Groups of rows with the values in the middle of each, exactly and without a statement.

A statement would put the values of every group in order. Here all rows are first counted by their group and by the
first bits of their value, which stand in its order; only the rows that share these with a value in the middle, mostly
one in a hundred, are then put in order.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ayan.core.index.limits import LARGEST_ADDED, LONGEST_SPAN, MOST_BINS, MOST_GROUPS, MOST_IN_ORDER
from ayan.core.index.posting_lists import RowSet
from ayan.core.index.row_store import Numbers, RowStore
from ayan.core.index.row_tally import TallyKey, keyed

GroupLabel = TallyKey | int
Together = Callable[[int, list[GroupLabel]], Sequence[int]]
"""For the key at a place and its labels: the number of the group that each is in, from 0 on without a gap."""
GroupNumbers = npt.NDArray[np.int32]

# A number of four bytes with a point: its exponent and its first digits, in front, stand in the order of the numbers.
_DIGITS: Final = 23
_SHIFT: Final = 16
_BELOW_ONE: Final = 126


@dataclass(frozen=True, slots=True)
class Amounts:
    """Of a column of whole numbers, for each group: how many rows have a value, and what is asked of these, or None.

    ``low`` and ``high`` are the two in the middle, which are one where the number of values is odd.
    """

    filled: list[int]
    figures: Mapping[str, list[int | None]]


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """Groups in no order: a label of each key that some row of the group has, its rows, and its amounts by column."""

    labels: list[tuple[GroupLabel, ...]]
    rows: list[int]
    amounts: dict[str, Amounts]


@dataclass(frozen=True, slots=True)
class _Batch:
    """Some rows of one batch: for each key the place of a row's label, the labels, and which of them are held."""

    store: RowStore
    number: int
    at: npt.NDArray[Any] | slice
    rows: int
    keys: list[tuple[npt.NDArray[Any], Sequence[GroupLabel], list[int]]]


def group_figures(
    parts: Iterable[tuple[RowStore, RowSet | None]],
    keys: Sequence[str],
    amounts: Mapping[str, Collection[str]],
    together: Together,
) -> GroupFigures | None:
    """The groups of the rows of each segment (all of them where it is None) by ``keys``, or one without; exact.

    ``amounts`` says for each column what is asked of it, of ``sum``, ``min``, ``max``, ``low`` and ``high``. None where
    a key is neither a day, a whole number nor an entry of a dictionary, an amount no whole number of eight bytes, there
    are more rows or groups than are worked out here, or a number would not fit.
    """
    batches: list[_Batch] = []
    for store, held in parts:
        if not store.names.issuperset([*keys, *amounts]):
            return None
        if any(not pa.types.is_int64(store.kinds[name]) for name in amounts):
            return None
        pieces = store.pieces(held.numbers, held.marks) if held is not None else store.whole()
        for number, at in pieces:
            batch = _batch(store, number, at, keys)
            if batch is None:
                return None
            batches.append(batch)
        if sum(batch.rows for batch in batches) > MOST_IN_ORDER:
            return None
    numbered = _numbered(batches, len(keys), together)
    if numbered is None:
        return None
    codes, labels = numbered
    counts = _counted(codes, len(labels))
    by_column = {}
    for name, asked in amounts.items():
        figures = _amounts(batches, name, codes, counts, asked)
        if figures is None:
            return None
        by_column[name] = figures
    groups = np.flatnonzero(counts).tolist() if keys else [0]
    return GroupFigures(
        [labels[group] for group in groups],
        [int(counts[group]) for group in groups],
        {name: _of_groups(figures, groups) for name, figures in by_column.items()},
    )


def _of_groups(amounts: Amounts, groups: Sequence[int]) -> Amounts:
    figures = {name: [column[group] for group in groups] for name, column in amounts.figures.items()}
    return Amounts([amounts.filled[group] for group in groups], figures)


def _counted(codes: Sequence[GroupNumbers], groups: int) -> Numbers:
    counts = np.zeros(groups, dtype=np.int64)
    for piece in codes:
        counts += np.bincount(piece, minlength=groups) if groups > 1 else len(piece)
    return counts


# --- which group a row is in ------------------------------------------------------------------------------------------


def _batch(store: RowStore, number: int, at: npt.NDArray[Any] | slice, keys: Sequence[str]) -> _Batch | None:
    if isinstance(at, slice):
        rows = int(at.stop)
    else:
        rows = int(np.count_nonzero(at)) if at.dtype == np.bool_ else len(at)
    of_keys = []
    for key in keys:
        known = _places(store, key, number, at)
        if known is None:
            return None
        places, labels = known
        of_keys.append((places, labels, np.flatnonzero(np.bincount(places, minlength=1)).tolist()))
    return _Batch(store, number, at, rows, of_keys)


def _places(
    store: RowStore, key: str, number: int, at: npt.NDArray[Any] | slice
) -> tuple[npt.NDArray[Any], Sequence[GroupLabel]] | None:
    """For each row the place of its label among some labels."""
    if not pa.types.is_integer(store.kinds[key]):
        return keyed(store, key, number, at)
    values, there = store.memory(number, key, at)
    known = values if there is None else values[there]
    first, last = (int(known.min()), int(known.max())) if len(known) else (0, 0)
    if last - first > LONGEST_SPAN:
        return None
    places = values.astype(np.int64) - first
    if there is not None:
        places = np.where(there, places, last - first + 1)
    return places, [*range(first, last + 1), None]


def _numbered(
    batches: Sequence[_Batch], keys: int, together: Together
) -> tuple[list[GroupNumbers], list[tuple[GroupLabel, ...]]] | None:
    """The number of the group of each row, and a label of each key for each number; None where there are too many."""
    codes: list[GroupNumbers] = [] if keys else [np.zeros(batch.rows, dtype=np.int32) for batch in batches]
    labels: list[tuple[GroupLabel, ...]] = [()]
    for place in range(keys):
        of_labels = _groups_of(batches, place, together)
        wide = max(of_labels.values(), default=0) + 1
        if wide * len(labels) > MOST_GROUPS:
            return None
        named: list[GroupLabel] = [None] * wide
        for label, group in of_labels.items():
            named[group] = label
        for number, batch in enumerate(batches):
            places, own, held = batch.keys[place]
            group_of = np.zeros(max(held, default=0) + 1, dtype=np.int32)
            group_of[held] = [of_labels[own[at]] for at in held]
            groups = group_of[places]
            if place:
                codes[number] *= np.int32(wide)
                codes[number] += groups
            else:
                codes.append(groups)
        labels = [(*before, label) for before in labels for label in named]
    return codes, labels


def _groups_of(batches: Sequence[_Batch], place: int, together: Together) -> dict[GroupLabel, int]:
    """The number of the group of each label of the key at a place that some row has."""
    known: dict[GroupLabel, None] = {}
    for batch in batches:
        _, own, held = batch.keys[place]
        known.update((own[at], None) for at in held)
    return dict(zip(known, together(place, list(known)), strict=True)) if known else {}


# --- what is said of its rows -----------------------------------------------------------------------------------------


def _amounts(
    batches: Sequence[_Batch], name: str, codes: Sequence[GroupNumbers], counts: Numbers, asked: Collection[str]
) -> Amounts | None:
    """The figures of a column for each group; None where a number would not fit."""
    pieces, all_filled = [], True
    for batch, groups in zip(batches, codes, strict=True):
        values, there = batch.store.memory(batch.number, name, batch.at)
        all_filled = all_filled and there is None
        pieces.append((values, groups) if there is None else (values[there], groups[there]))
    pieces = [piece for piece in pieces if len(piece[0])]
    filled = counts if all_filled else _counted([groups for _, groups in pieces], len(counts))
    if not pieces:
        return Amounts(filled.tolist(), {figure: [None] * len(counts) for figure in asked})
    least = min(int(values.min()) for values, _ in pieces)
    greatest = max(int(values.max()) for values, _ in pieces)
    rows = sum(len(values) for values, _ in pieces)
    if greatest - least > LARGEST_ADDED or ("sum" in asked and max(greatest, -least) * rows > LARGEST_ADDED):
        return None
    columns: dict[str, Numbers] = {}
    if "sum" in asked:
        columns["sum"] = np.zeros(len(counts), dtype=np.int64)
        for values, groups in pieces:
            np.add.at(columns["sum"], groups, values)
    ends = np.cumsum(filled)
    held = np.flatnonzero(filled)
    first, last = (ends - filled)[held], ends[held] - 1
    ranks = {"min": first, "max": last, "low": (first + last) // 2, "high": (first + last + 1) // 2}
    wanted = [figure for figure in asked if figure in ranks]
    at_ranks = _at_ranks(pieces, len(counts), (least, greatest), np.array([ranks[figure] for figure in wanted]))
    if at_ranks is None:
        return None
    for figure, values in zip(wanted, at_ranks, strict=True):
        columns[figure] = np.zeros(len(counts), dtype=np.int64)
        columns[figure][held] = values
    some = (filled > 0).tolist()
    figures = {
        figure: [value if is_some else None for value, is_some in zip(column.tolist(), some, strict=True)]
        for figure, column in columns.items()
    }
    return Amounts(filled.tolist(), figures)


def _at_ranks(
    pieces: Sequence[tuple[Numbers, GroupNumbers]], groups: int, ends: tuple[int, int], ranks: Numbers
) -> Numbers | None:
    """The values at some places of the order by group and value; None where they are too many to be told apart.

    ``ends`` are the least and the greatest of all values.
    """
    least, greatest = ends
    shift = _SHIFT
    while (wide := int(_bins(np.array([greatest - least]), shift)[0]) + 1) * groups > MOST_BINS:
        shift += 1
        if shift > _DIGITS:
            return None
    binned = []
    counts = np.zeros(groups * wide, dtype=np.int64)
    for values, of_rows in pieces:
        bins = _bins(values - least, shift)
        if groups > 1:
            bins += of_rows * np.int32(wide)
        counts += np.bincount(bins, minlength=len(counts))
        binned.append(bins)
    ends_of = np.cumsum(counts)
    in_bin = np.searchsorted(ends_of, ranks, side="right")
    chosen = np.unique(in_bin)
    # Of the rows in bins that hold a wanted value: the number of the bin among these before the value, in one number.
    place = np.full(len(counts), -1, dtype=np.int32)
    place[chosen] = np.arange(len(chosen), dtype=np.int32)
    span = greatest - least + 1
    if span * len(chosen) > LARGEST_ADDED:
        return None
    rest = []
    for (values, _), bins in zip(pieces, binned, strict=True):
        of_chosen = place[bins]
        kept = np.flatnonzero(of_chosen >= 0)
        rest.append(of_chosen[kept].astype(np.int64) * span + (values[kept] - least))
    ordered = np.concatenate(rest)
    before = np.cumsum(counts[chosen]) - counts[chosen]
    at_chosen = np.searchsorted(chosen, in_bin)
    at = before[at_chosen] + ranks - (ends_of - counts)[in_bin]
    ordered.partition(np.unique(at))
    in_order: Numbers = ordered[at] - at_chosen * span + least
    return in_order


def _bins(values: Numbers, shift: int) -> GroupNumbers:
    """Numbers of a few bits, in the order of some whole numbers from 0 on."""
    bits = values.astype(np.float32).view(np.int32)
    bits >>= shift
    bits -= (_BELOW_ONE << _DIGITS) >> shift
    return np.maximum(bits, 0, out=bits)
