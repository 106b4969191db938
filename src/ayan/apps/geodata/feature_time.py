"""The parameter ``datetime`` of OGC API Features: an instant or an interval, as conditions on the day of a row."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from ayan.core.query.problem import BadQuestion, problem
from ayan.core.query.statistics import axis_of
from ayan.core.schema.definition import Dataset
from ayan.core.values.clock import TEHRAN
from ayan.core.values.digits import to_latin
from ayan.core.values.jalali import FIRST_YEAR, LAST_YEAR, days_in_year, first_day

OPEN: Final = ("", "..")
"""How an interval says that it has no end on that side."""
WRITTEN: Final = ("2024-08-02", "2024-08-02/2024-09-01", "2024-08-02/..", "../2024-09-01", "2024-08-02T08:30:00Z")


EARLIEST: Final = first_day(FIRST_YEAR)
LATEST: Final = first_day(LAST_YEAR) + timedelta(days=days_in_year(LAST_YEAR) - 1)
"""The days of the Jalali calendar, outside of which no day is published."""


class _Refused(BadQuestion):
    """What is no instant and no interval."""

    def __init__(self) -> None:
        super().__init__([problem("not-allowed", "datetime", WRITTEN)])


def time_conditions(dataset: Dataset, text: str) -> list[tuple[str, str]]:
    """What the parameter asks of a dataset, as parameters of the public grammar; nothing of one whose rows have no day.

    An instant within a day asks for that day in the city. Raises BadQuestion for what is no instant and no interval.
    """
    begins, slash, ends = to_latin(text.strip()).partition("/")
    first = _day(begins, beyond=EARLIEST if slash else None)
    last = _day(ends if slash else begins, beyond=LATEST if slash else None)
    if first is not None and last is not None and first > last:
        raise _Refused
    axis = axis_of(dataset)
    if axis is None or not axis.kind.is_day:
        return []
    bounds = (("gte", first), ("lte", last))
    return [(f"{axis.name}__{op}", day.isoformat()) for op, day in bounds if day is not None]


def _day(text: str, *, beyond: date | None) -> date | None:
    """The day of one end; None of an open one, and of one ``beyond`` which nothing is, as clients write open ends."""
    if beyond is not None and text in OPEN:
        return None
    try:
        day = date.fromisoformat(text) if "T" not in text else _in_the_city(datetime.fromisoformat(text))
    except ValueError:
        raise _Refused from None
    if EARLIEST <= day <= LATEST:
        return day
    if beyond is not None and (day < EARLIEST) == (beyond == EARLIEST):
        return None
    raise _Refused


def _in_the_city(moment: datetime) -> date:
    """The day of a moment there; ValueError of one that does not say its distance from UTC."""
    if moment.tzinfo is None:
        raise ValueError("no offset")
    try:
        return moment.astimezone(TEHRAN).date()
    except OverflowError:
        # The very ends of what a date can be, by which clients mean none.
        return moment.date()
