"""How offices write: the spellings of codes, and the cells of workbooks, chosen row by row from a draw ``z``."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Final

from ayan.core.values.sql import literal

Cell = str | int | float | date | None


@cache
def spellings(dataset: str, code_list: str) -> Mapping[str, tuple[str, ...]]:
    """Every way a declared code may be written: its Persian label, then its aliases."""
    path = files("ayan.datasets") / dataset / "codes" / f"{code_list}.toml"
    entries = tomllib.loads(path.read_text(encoding="utf-8"))["entry"]
    return {entry["code"]: (entry["fa"], *entry.get("aliases", ())) for entry in entries}


def spelled(dataset: str, code_list: str, column: str, z: str = "z") -> str:
    """SQL that writes the code in ``column`` in one of its spellings, drawn by ``z``."""
    cases = " ".join(
        f"WHEN {literal(code)} THEN ([{', '.join(map(literal, words))}])[1 + {z} % {len(words)}]"
        for code, words in spellings(dataset, code_list).items()
    )
    return f"CASE {column} {cases} END"


# --- cells of workbooks ---------------------------------------------------------------------------------------------

_PERSIAN: Final = str.maketrans("0123456789,", "۰۱۲۳۴۵۶۷۸۹٬")


def _text(value: object, _z: int) -> Cell:
    return None if value is None else str(value)


def _amount(value: object, z: int) -> Cell:
    """A number, or text with thousands in Latin or Persian digits; negatives in brackets or with the sign behind."""
    if value is None:
        return (None, "-", "--")[z % 3]
    number = int(str(value))
    form = z % 4
    if form < 2:
        return number
    text = f"{abs(number):,}"
    if number < 0:
        text = f"({text})" if z % 8 < 4 else f"{text}-"
    return text if form == 2 else text.translate(_PERSIAN)


def _whole(value: object, z: int) -> Cell:
    if value is None:
        return None
    return str(value).translate(_PERSIAN) if z % 4 == 3 else int(str(value))


def _code(value: object, z: int) -> Cell:
    """A code as text, as text in Persian digits or, where nothing is lost by it, as a number."""
    if value is None:
        return (None, "-", "ندارد")[z % 3]
    text = str(value)
    if z % 4 == 0 and text.isdecimal() and len(text) <= 15 and not text.startswith("0"):
        return int(text)
    return text.translate(_PERSIAN) if z % 4 == 1 else text


def _day(value: object, _z: int) -> Cell:
    return value if isinstance(value, date) else None


def _slash(value: object, z: int) -> Cell:
    """Hundredths of a square metre as 69/51, ۶۹/۵۱ or a true number."""
    if value is None:
        return None
    hundredths = int(str(value))
    if z % 3 == 0:
        return hundredths / 100
    text = f"{hundredths // 100}/{hundredths % 100:02}" if hundredths % 100 else str(hundredths // 100)
    return text.translate(_PERSIAN) if z % 3 == 1 else text


CELLS: Final[Mapping[str, Callable[[object, int], Cell]]] = {
    "text": _text,
    "amount": _amount,
    "whole": _whole,
    "code": _code,
    "day": _day,
    "slash": _slash,
}
