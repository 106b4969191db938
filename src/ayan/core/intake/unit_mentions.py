"""Where a file itself names a unit of money: above and below its table, in a number format, in its own name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from ayan.core.intake.header import HeaderLayout
from ayan.core.intake.limits import LONGEST_UNIT_CELL, MOST_NOTE_CELLS, MOST_TITLE_CELLS, MOST_UNIT_ROWS
from ayan.core.intake.table import UnitMention
from ayan.core.values.money_unit_names import NamedUnit, units_named


def around(
    head: Sequence[Sequence[str]], layout: HeaderLayout, tail: Iterable[tuple[int, Sequence[str]]]
) -> tuple[UnitMention, ...]:
    """What the rows around a table name: ``head`` are the first of the file, ``tail`` its last with their numbers."""
    return tuple(dict.fromkeys([*_above(head, layout), *_below(tail, layout)]))


def _above(head: Sequence[Sequence[str]], layout: HeaderLayout) -> Iterator[UnitMention]:
    """Title rows, header rows that a declaration does not trust, and a row of units under the header."""
    for number, cells in enumerate(head[: layout.data_row - 1], 1):
        if layout.header_row is not None and number >= layout.header_row:
            break
        filled = [column for column, cell in enumerate(cells, 1) if cell.strip()]
        for column in filled:
            # Many cells beside each other are titles of columns; few are a sentence over the table.
            alone = len(filled) <= MOST_TITLE_CELLS
            for named in units_named(cells[column - 1], heading=not alone):
                yield UnitMention("title", named, None if alone else column, number)
    first = layout.data_row
    for number, cells in enumerate(head[first - 1 : first - 1 + MOST_UNIT_ROWS], first):
        for column, cell in enumerate(cells, 1):
            # A cell with a digit is an amount, whatever else it says.
            if cell and not any(sign.isdecimal() for sign in cell):
                for named in units_named(cell, heading=True) if _is_unit(cell) else ():
                    yield UnitMention("title", named, column, number)


def _is_unit(cell: str) -> bool:
    """Whether a cell is short enough to be a unit by itself."""
    return len(cell) <= LONGEST_UNIT_CELL


def _below(tail: Iterable[tuple[int, Sequence[str]]], layout: HeaderLayout) -> Iterator[UnitMention]:
    """Notes under the table: rows of the file's end in which one cell or two are filled."""
    for number, cells in tail:
        filled = [cell for cell in cells if cell and cell.strip()]
        if number >= layout.data_row + MOST_UNIT_ROWS and len(filled) <= MOST_NOTE_CELLS:
            for cell in filled:
                yield from (UnitMention("note", named, None, number) for named in units_named(cell))


# --- number formats ---------------------------------------------------------------------------------------------------

# ECMA-376 part 1, 18.8.31: texts stand in quotes, after a backslash or as [$symbol-locale].
_QUOTED: Final = re.compile(r'"([^"]*)"')
_SYMBOL: Final = re.compile(r"\[\$([^\]\[-]*)(?:-[0-9A-Fa-f]*)?\]")
_BRACKETS: Final = re.compile(r"\[[^\]\[]*\]")
_ESCAPED: Final = re.compile(r"\\(.)")
_FILLER: Final = re.compile(r"[_*].")
_DIGITS: Final = re.compile(r"[0#?.,;%/@]+")
# Commas that close the digits divide by a thousand each.
_SCALED: Final = re.compile(r"[0#?](,+)(?![0#?,])")


def format_mentions(code: str) -> tuple[tuple[NamedUnit, ...], int]:
    """What a number format names, and by how many thousands it divides what it shows: ``#,##0 "تومان"``."""
    positive = _section(code)
    words = " ".join(match[1] for match in _QUOTED.finditer(positive))
    bare = _QUOTED.sub(" ", positive)
    words += " " + " ".join(match[1] for match in _SYMBOL.finditer(bare))
    bare = _BRACKETS.sub(" ", bare)
    scaled = _SCALED.search(bare)
    words += " " + _DIGITS.sub(" ", _ESCAPED.sub(r"\1", _FILLER.sub(" ", bare)))
    named = units_named(words) or units_named(words.strip(), heading=True)
    if not named and any(map(str.isdecimal, words)):
        # Digits that the format writes beside those of the number make another one of it.
        named = (NamedUnit(None, None),)
    return named, len(scaled[1]) if scaled else 0


def _section(code: str) -> str:
    """The part of a format that positive numbers are shown by: up to the first semicolon that is no text."""
    quoted = False
    for at, sign in enumerate(code):
        quoted ^= sign == '"'
        if sign == ";" and not quoted and code[at - 1 : at] != "\\":
            return code[:at]
    return code


def of_format(code: str, column: int) -> list[UnitMention]:
    """The mentions of a column some of whose cells carry the format."""
    named, thousands = format_mentions(code)
    if not named and not thousands:
        return []
    return [UnitMention("format", each, column, thousands=thousands) for each in named or (NamedUnit(None, None),)]


def speaks(code: str) -> bool:
    """Whether a number format says anything of a unit."""
    return format_mentions(code) != ((), 0)
