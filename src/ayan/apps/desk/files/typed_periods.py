"""Periods as officers type them: in any digits, with strokes or dashes, and not by a slip of the year."""

from __future__ import annotations

from ayan.apps.desk.limits import FURTHEST_PERIOD
from ayan.apps.desk.refusals import DeskRefused
from ayan.core.publish.examination import resolve_period
from ayan.core.schema.definition import Dataset
from ayan.core.values.clock import today
from ayan.core.values.digits import to_latin
from ayan.wiring import city


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
    if resolve_period(dataset, period).start > today(city.current().clock) + FURTHEST_PERIOD:
        raise DeskRefused(
            "این دوره بسیار دور است. سال را دوباره ببینید.",
            "That period is far in the future. Look at the year again.",
            "period",
        )
    return period


def whole(text: str) -> str:
    """A period as it is typed, in Persian or Latin digits and with strokes or dashes."""
    return to_latin(text).strip().replace("/", "-")
