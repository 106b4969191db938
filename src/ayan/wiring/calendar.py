"""The working calendar of a city as ``ayan.toml`` gives it: weekend, own days off, days worked all the same."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ayan.core.values import jalali
from ayan.core.values.jalali import DEFAULT_WEEKEND, WEEKDAYS, Workdays


def read_workdays(table: object) -> Workdays:
    """The table ``[calendar]``: ``weekend`` (English names), ``off`` (Jalali day = why), ``worked`` (Jalali days).

    Raises ValueError or TypeError for what is not as it should be.
    """
    if not isinstance(table, Mapping):
        raise TypeError("calendar is a table")
    if unknown := set(table) - {"weekend", "off", "worked"}:
        raise ValueError(f"calendar has no {', '.join(sorted(unknown))}: weekend, off and worked are known")
    named = table.get("weekend")
    if named is not None and (not isinstance(named, list) or not set(named) <= set(WEEKDAYS)):
        raise ValueError(f"calendar.weekend is a list of {', '.join(WEEKDAYS)}")
    weekend = DEFAULT_WEEKEND if named is None else frozenset(WEEKDAYS[day] for day in named)
    off = table.get("off", {})
    if not isinstance(off, Mapping):
        raise TypeError('calendar.off is a table, such as "1404-02-10" = "why"')
    return Workdays(
        weekend, {_day(day): str(why) for day, why in off.items()}, frozenset(map(_day, table.get("worked", [])))
    )


def _day(text: object) -> date:
    if not isinstance(text, str):
        raise TypeError('days of the calendar are written in quotes, such as "1404-02-10"')
    return jalali.to_gregorian(jalali.parse_jalali(text))
