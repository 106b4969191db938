"""Periods as officers type them: in any digits, with strokes or dashes or by name, and not by a slip of the year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Final

from ayan.apps.desk.limits import FURTHEST_PERIOD
from ayan.apps.desk.refusals import DeskRefused
from ayan.core.publish.examination import resolve_period
from ayan.core.schema.definition import Dataset, Periodicity
from ayan.core.values.clock import today
from ayan.core.values.digits import to_latin
from ayan.core.values.locale import Lang
from ayan.core.values.period import NotAPeriod, Period, parse
from ayan.core.values.period_names import periods_in
from ayan.wiring import city

OFFERED: Final[Mapping[Periodicity, int]] = {"day": 31, "month": 24, "quarter": 12, "year": 8}
"""How many periods of each kind are offered beside the field, from the present one back."""


def meant(dataset: Dataset, typed: str) -> str:
    """The period that somebody typed, empty for none; CannotRead for what is no period of the dataset.

    Raises DeskRefused where the data have none, and for a slip of the year.
    """
    period = whole(typed)
    if not period:
        return period
    if dataset.period == "none":
        raise DeskRefused(
            "این داده دوره ندارد. دوره را خالی بگذارید.",
            "These data have no periods. Leave the period empty.",
            "period",
        )
    period = _by_its_name(dataset, period)
    if resolve_period(dataset, period).start > today(city.current().clock) + FURTHEST_PERIOD:
        raise DeskRefused(
            "این دوره بسیار دور است. سال را دوباره ببینید.",
            "That period is far in the future. Look at the year again.",
            "period",
        )
    return period


def _by_its_name(dataset: Dataset, typed: str) -> str:
    """«مرداد ۱۴۰۳» as the period that it names; what is no name, or names several, as it was typed."""
    try:
        parse(typed)
    except NotAPeriod:
        named = periods_in(typed, dataset.period).only
        return str(named) if named else typed
    return typed


def offered(lang: Lang) -> dict[Periodicity, list[tuple[str, str]]]:
    """Of each kind the periods that are likely to be meant, the present one first: what is written, and its name."""
    day = today(city.current().clock)
    return {kind: list(_latest(day, kind, most, lang)) for kind, most in OFFERED.items()}


def _latest(day: date, kind: Periodicity, most: int, lang: Lang) -> Iterator[tuple[str, str]]:
    for _ in range(most):
        period = Period.of(day, kind)
        yield str(period), period.label(lang)
        day = period.start - timedelta(days=1)


def whole(text: str) -> str:
    """A period as it is typed, in Persian or Latin digits and with strokes or dashes."""
    return to_latin(text).strip().replace("/", "-")
