"""What a number format shows another thing for than the number: leading zeros, per cent, a formula never computed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Final

UNCOMPUTED: Final = "#GETTING_DATA"
"""The text of a cell whose formula was never computed: what a spreadsheet shows while a value is still awaited."""

ERROR: Final = "#VALUE!"
"""The text of a cell that failed in a way that only its own program names."""

BUILT_IN: Final[Mapping[int, str]] = {9: "0%", 10: "0.00%"}
"""The formats with a number of their own that matter here (ECMA-376 part 1, 18.8.30)."""

# A number format of nothing but zeros, as codes and postal codes carry it: 42 is seen as 00042.
_ZEROS: Final = re.compile(r"(?:\[\$[^\]]*\])?(0{2,30})")
# Characters from which the text of a number may be that of a double in full.
_DOUBLE: Final = 17
_TEXTS: Final = re.compile(r'"[^"]*"|\\.|\[[^\]\[]*\]')


BUILT_IN_DAYS: Final = frozenset({*range(14, 23), *range(27, 37), *range(50, 59)})
"""The formats with a number of their own that show a day or a time of day."""
_DAY_SIGNS: Final = re.compile(r"[dmyhs]", re.IGNORECASE)


def is_day(code: str) -> bool:
    """Whether a format shows a number as a day or a time of day, and not as a duration or a number."""
    return _DAY_SIGNS.search(_TEXTS.sub("", code).partition(";")[0].replace("General", "")) is not None


_CONDITION: Final = re.compile(r"\[[<>=][^\]\[]*\]")
_FILLERS: Final = re.compile(r"[_*].|\[[^\]\[]*\]")
_MINUS: Final = frozenset("-−(")


def is_odd(code: str) -> bool:
    """Whether a format shows a number otherwise than its plain digits, so that a person reads another value."""
    return _ZEROS.fullmatch(code) is not None or _is_percent(code) or _is_negative(code)


def hides(code: str) -> bool:
    """Whether a format shows nothing at all of a number above zero, as ``;;;`` does."""
    return code.strip().startswith(";")


def _is_negative(code: str) -> bool:
    """Whether a format shows a number above zero as one below: a minus or a parenthesis and nothing else before it."""
    if "-" not in code and "−" not in code and "(" not in code:
        return False
    section = code.partition(";")[0]
    before = re.match(r"[^0#?]*(?=[0#?])", _FILLERS.sub("", section).replace('"', "").replace("\\", ""))
    return before is not None and before[0].strip() in _MINUS and not _CONDITION.search(section)


def displayed(code: str, number: str) -> str:
    """What a person sees in a cell of an odd format, exact: ``00042``, ``12.5%``; '' where it is the number itself."""
    if zeros := _ZEROS.fullmatch(code):
        width = len(zeros[1])
        return number.zfill(width) if number.isascii() and number.isdecimal() and len(number) < width else ""
    if _is_negative(code) and not _is_percent(code):
        return f"-{number}" if re.fullmatch(r"[0-9.]*[1-9][0-9.]*", number) else ""
    if not _is_percent(code):
        return ""
    try:
        # Seventeen digits are how a program writes a double, of which these are the shortest that say the same.
        value = Decimal(number if len(number) < _DOUBLE else repr(float(number)))
    except (InvalidOperation, ValueError):
        return ""
    if not value.is_finite():
        return ""
    plain = f"{value.scaleb(2):f}"
    return (plain.rstrip("0").rstrip(".") if "." in plain else plain) + "%"


def _is_percent(code: str) -> bool:
    return "%" in _TEXTS.sub("", code)
