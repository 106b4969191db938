"""Periods and amounts of a question as conditions of the grammar, on the fields of one dataset that they are of."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from ayan.core.answers.cues import Bound, Cues
from ayan.core.answers.facts import CityFacts
from ayan.core.answers.interpretation import Reading
from ayan.core.answers.periods import SaidPeriod
from ayan.core.query import values
from ayan.core.query.question import Filter
from ayan.core.query.sum_parts import amount_field
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.values.asked_value import BadValue

# A Gregorian year begins and mostly lies in the Jalali year that is so much less.
_JALALI_OF_GREGORIAN: Final = 621
_LAST_JALALI: Final = 1500


def bounded(reading: Reading, cues: Cues, *, other: bool) -> Reading:
    """The reading with the conditions in numbers, on the field that they are of."""
    filters = list(reading.filters)
    unread = list(reading.unread)
    for bound in cues.bounds:
        own = _bounded_field(reading, bound)
        if own is None:
            # A number that is of no column is not understood.
            unread.append("")
            continue
        meant = bound.other if other and bound.other is not None else bound
        filters += [Filter(own.name, op, (value,)) for pair in (meant.low, meant.high) if pair for op, value in (pair,)]
    return replace(reading, filters=tuple(filters), unread=tuple(unread))


def _bounded_field(reading: Reading, bound: Bound) -> Field | None:
    named = [reading.dataset.field(meaning.field) for meaning in reading.measures]
    if bound.is_money:
        return next((own for own in named if own.kind.is_money), None) or amount_field(reading.dataset)
    return next((own for own in named if own.kind.summable and not own.kind.is_money), None)


def period_conditions(
    facts: CityFacts, dataset: Dataset, period: SaidPeriod | None
) -> tuple[str | None, tuple[Filter, ...]]:
    """A period as text and as conditions on the field of time; none where the dataset has no such field."""
    own = facts.time(dataset)
    if period is None or own is None:
        return None, ()
    pairs = period.conditions
    if period.newest:
        years = facts.years(dataset)[-period.newest :]
        pairs = (("gte", str(years[0])), ("lte", str(years[-1]))) if years else ()
    filters = []
    for op, text in pairs:
        if own.kind.is_period and text[:4].isdigit() and int(text[:4]) > _LAST_JALALI:
            written = str(int(text[:4]) - _JALALI_OF_GREGORIAN)
        else:
            written = text
        try:
            value = values.read_value(values.as_asked(dataset).field(own.name), written)
            filters.append(Filter(own.name, op, (value,)))
        except BadValue:
            return None, ()
    shown = pairs[0][1] if len(pairs) == 1 and pairs[0][0] == "eq" else "/".join(_edge(op, text) for op, text in pairs)
    return shown or None, tuple(filters)


def _edge(op: str, text: str) -> str:
    return {"gte": f"{text}-", "gt": f">{text}", "lt": f"<{text}"}.get(op, f"-{text}")
