"""Whether any amount of a small file may be the sum of others: a first look at whole columns, by arithmetic alone.

In most files none may be, and then no row has to be looked at by itself. It asks for less than what makes a row a sum,
so that none is missed.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ayan.core.refine.limits import FEWEST_ADDED, MOST_PARTS
from ayan.core.values.digits import ExactNumber

# Sums up to this are exact in the numbers of the machine; beyond, and of decimals, they are added up one by one.
_EXACT: Final = 2**62


class PossibleSums:
    """The amounts of some rows in their order, by column; of ``by_word`` a word says that they are sums."""

    def __init__(self, amounts: Sequence[Any], by_word: npt.NDArray[np.bool_]) -> None:
        """``amounts`` are columns of Arrow."""
        self._by_word = by_word
        self._stated = [column.is_valid().to_numpy() for column in amounts]
        self._amounts = [_summable(column) for column in amounts]

    def below(self) -> bool:
        """Whether any row may be the sum of all above it, or of those since the last row of sums."""
        places = np.arange(len(self._by_word))
        left = (places >= FEWEST_ADDED) & ~self._by_word & self._some()
        begun = np.maximum.accumulate(np.where(self._by_word, places, 0))
        for amounts, stated in zip(self._amounts, self._stated, strict=True):
            added = np.where(self._by_word, 0, amounts)
            above = np.add.accumulate(added) - added
            left &= ~stated | (amounts == above) | (amounts == above - above[begun])
        return bool(left.any())

    def on_top(self, rows: npt.NDArray[np.intp]) -> npt.NDArray[np.bool_]:
        """Of some rows whether each may be the sum of those right below it among them."""
        may_be = np.zeros(len(rows), np.bool_)
        silent = np.ones(len(rows), np.bool_)
        for column in self._amounts:
            # The first amount of a row says how many of those below it are added up.
            amounts = column[rows]
            first = silent & (amounts != 0)
            silent &= amounts == 0
            may_be[_on_top(amounts, np.flatnonzero(first))] = True
        return may_be

    def _some(self) -> npt.NDArray[np.bool_]:
        """Of each row whether an amount of it is not zero."""
        some = np.zeros(len(self._by_word), np.bool_)
        for amounts in self._amounts:
            some |= amounts != 0
        return some


def _on_top(amounts: npt.NDArray[Any], asked: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """Which of the rows that are asked about are the sum of some right below them."""
    sums = np.concatenate([np.zeros(1, amounts.dtype), np.add.accumulate(amounts)])
    hits = [asked[:0]]
    for count in range(1, MOST_PARTS + 1):
        asked = asked[asked + count < len(amounts)]
        if not len(asked):
            break
        wanted, total = amounts[asked], sums[asked + 1 + count] - sums[asked + 1]
        if count >= FEWEST_ADDED:
            hits.append(asked[wanted == total])
        asked = asked[np.abs(total) <= np.abs(wanted)]
    return np.concatenate(hits)


def as_amount(cell: object) -> ExactNumber | None:
    """The value of a cell as it is added up."""
    return cell if cell is None or isinstance(cell, int | Decimal) else Decimal(str(cell))


def _summable(column: Any) -> npt.NDArray[Any]:
    """The amounts of a column, 0 where a cell has none."""
    if pa.types.is_int64(column.type):
        numbers: npt.NDArray[np.int64] = column.fill_null(0).to_numpy()
        if np.abs(numbers.astype(np.float64)).sum() < _EXACT:
            return numbers
    return np.array([as_amount(cell) or 0 for cell in column.to_pylist()], object)
