"""Rows that hold the sums of others by their codes: chapters of a budget above their lines, each a record."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Final

import duckdb

from ayan.core.intake.table import RawColumn
from ayan.core.proposal.limits import FEWEST_CHAPTERS, FEWEST_DIGITS, MOST_CHAPTER_ROWS, MOST_SUM_TEXTS
from ayan.core.values.digits import to_latin
from ayan.core.values.text import fold

# A word for a sum and of what; waste that is collected («جمع‌آوری») is none.
_SUM_OF: Final = re.compile(r"(جمع|مجموع|سرجمع|total|subtotal|sum)( کل)? (?!آوری|اوری|بندی)\S")


def chapters_among(con: duckdb.DuckDBPyConnection, columns: Sequence[RawColumn]) -> int:
    """How many rows of ``records`` hold the sum of those whose codes begin with theirs; 0 where that may be chance.

    A code of one length throughout, different in every row, ends in zeros where others stand below it: 110000 holds
    110100 and 110200.
    """
    cells = ", ".join(f"trim(c{column.index})" for column in columns)
    rows = con.execute(f"SELECT {cells} FROM records ORDER BY _row LIMIT {MOST_CHAPTER_ROWS + 1}").fetchall()
    if not 0 < len(rows) <= MOST_CHAPTER_ROWS:
        return 0
    plain = [[to_latin(str(cell or "")) for cell in column] for column in zip(*rows, strict=True)]
    codes = next((column for column in plain if _in_levels(column)), None)
    if codes is None:
        return 0
    below = _children(codes)
    amounts = [numbers for column in plain if column is not codes and (numbers := _numbers(column))]
    sums = max((_agreeing(below, numbers) for numbers in amounts), default=0)
    return sums if sums >= FEWEST_CHAPTERS and 2 * sums >= len(below) else 0


def _in_levels(column: Sequence[str]) -> bool:
    lengths = {len(code) for code in column}
    digits = len(lengths) == 1 and lengths.pop() >= FEWEST_DIGITS and all(map(str.isdecimal, column))
    return digits and len(set(column)) == len(column)


def _children(codes: Sequence[str]) -> dict[int, list[int]]:
    """The rows right below each: those whose codes begin with its own, and with no nearer one's."""
    prefixes = {at: code.rstrip("0") for at, code in enumerate(codes)}
    owners = {prefix: at for at, prefix in prefixes.items() if len(prefix) < len(codes[at])}
    below: dict[int, list[int]] = {}
    for at, prefix in prefixes.items():
        nearest = next((prefix[:end] for end in range(len(prefix) - 1, 0, -1) if prefix[:end] in owners), None)
        if nearest is not None:
            below.setdefault(owners[nearest], []).append(at)
    return below


def _numbers(column: Sequence[str]) -> list[Decimal | None]:
    """The cells as numbers; nothing where most are none."""
    numbers = [_number(cell) for cell in column]
    return numbers if 2 * sum(number is not None for number in numbers) > len(numbers) else []


def _number(cell: str) -> Decimal | None:
    try:
        return Decimal(cell.replace(",", "").replace("٬", ""))
    except InvalidOperation:
        return None


def _agreeing(below: dict[int, list[int]], numbers: Sequence[Decimal | None]) -> int:
    """How many rows state the sum of those right below them."""
    return sum(
        bool(numbers[at]) and numbers[at] == sum((numbers[child] or Decimal(0) for child in children), Decimal(0))
        for at, children in below.items()
    )


def sums_among(con: duckdb.DuckDBPyConnection, columns: Sequence[RawColumn]) -> tuple[str, ...]:
    """The texts of rows of ``records`` that are sums of parts by their words: «جمع منطقه ۱».

    Only where all columns of words but the one of that text are empty, as those of no record are; that the sums agree
    with their rows is seen when the file is read.
    """
    cells = ", ".join(f"trim(c{column.index})" for column in columns)
    rows = con.execute(f"SELECT {cells} FROM records ORDER BY _row LIMIT {MOST_CHAPTER_ROWS}").fetchall()
    plain = [[str(cell or "") for cell in row] for row in rows]
    begun = [row for row in plain if _SUM_OF.match(fold(next(filter(None, row), "")))]
    others = [row for row in plain if row not in begun]
    if not begun or not others:
        return ()
    texts: list[str] = []
    for row in begun:
        worded = [at for at, cell in enumerate(row) if cell and _number(to_latin(cell)) is None]
        stated = [at for at, cell in enumerate(row) if cell and _number(to_latin(cell)) is not None]
        fuller = all(sum(bool(cell) for cell in other) > len(worded) + len(stated) for other in others)
        if len(worded) != 1 or not stated or not fuller:
            return ()
        texts.append(row[worded[0]])
    return tuple(dict.fromkeys(texts)) if len(texts) <= MOST_SUM_TEXTS else ()
