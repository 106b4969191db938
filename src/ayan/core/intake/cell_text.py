"""The text of a workbook's cell, the same on every machine."""

from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

Value = int | float | str | bool | date | datetime | time | timedelta

# From here on a double no longer tells every whole number and its tenth apart, so the digits cannot be trusted.
LOST_FROM: Final = 1e15


def cell_text(value: Value) -> str:
    """Strings as they are, numbers without exponent below 10^15 and with it above, dates in ISO 8601, TRUE or FALSE."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    if isinstance(value, timedelta):
        return _duration(value)
    return value.isoformat()


def _number(value: float) -> str:
    if not math.isfinite(value):
        return str(value)
    if abs(value) >= LOST_FROM:
        return f"{Decimal(repr(value)).normalize():e}"
    if value.is_integer():
        return str(int(value))
    plain = repr(value)
    return f"{Decimal(plain):f}" if "e" in plain else plain


def _duration(value: timedelta) -> str:
    """ISO 8601 with days, hours, minutes and seconds: ``P1DT2H3M4S``; a leading minus for a negative one."""
    sign = "-" if value < timedelta() else ""
    value = abs(value)
    hours, rest = divmod(value.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    exact = f"{seconds}.{value.microseconds:06d}".rstrip("0") if value.microseconds else str(seconds)
    return f"{sign}P{value.days}DT{hours}H{minutes}M{exact}S" if value.days else f"{sign}PT{hours}H{minutes}M{exact}S"
