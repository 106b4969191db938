"""Everything dated about a record on one line of time: its own days, what it names, and what belongs to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.safestring import SafeString

from ayan.apps.catalog import sentence
from ayan.apps.catalog.limits import MOST_EVENTS
from ayan.apps.catalog.references import NamedRecord, Naming
from ayan.core.query import keys
from ayan.core.query.answer import Row
from ayan.core.query.question import ShownCalendar
from ayan.core.query.statistics import axis_of
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.values.locale import Lang


@dataclass(frozen=True, slots=True)
class TimelineEvent:
    """What happened on a day: of the record itself ``field`` names the day, of another one ``words`` say what it is."""

    day: date
    dataset: Dataset
    key: str
    field: Field | None = None
    words: SafeString | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """The newest events, newest first; ``more`` rows with a day are beyond the oldest of them, where the line ends."""

    events: tuple[TimelineEvent, ...]
    more: int = 0


def timeline(
    dataset: Dataset,
    row: Row,
    named: Iterable[NamedRecord],
    naming: Iterable[Naming],
    lang: Lang,
    calendar: ShownCalendar,
) -> Timeline:
    """The line of time of a record; empty where nothing else has a day, for its own days stand above it already."""
    own = list(_own(dataset, row))
    events: dict[tuple[str, str], TimelineEvent] = {}
    more = 0
    for target in named:
        for event in _event(target.dataset, target.row, lang, calendar):
            events.setdefault((event.dataset.slug, event.key), event)
    for group in naming:
        if _day_of(group.dataset) is None:
            continue
        more += group.rows - len(group.newest)
        for newest_row in group.newest:
            for event in _event(group.dataset, newest_row, lang, calendar):
                events.setdefault((event.dataset.slug, event.key), event)
    events.pop((dataset.slug, keys.key_of(dataset, row)), None)
    if not events:
        return Timeline(())
    every = sorted([*own, *events.values()], key=lambda event: event.day, reverse=True)
    kept = every[:MOST_EVENTS]
    return Timeline(tuple(kept), more + len(every) - len(kept))


def _own(dataset: Dataset, row: Row) -> Iterator[TimelineEvent]:
    for field in dataset.published:
        value = row.values.get(field.name)
        if field.kind.is_day and field.shown == "public" and isinstance(value, date):
            yield TimelineEvent(value, dataset, "", field)


def _event(dataset: Dataset, row: Row, lang: Lang, calendar: ShownCalendar) -> Iterator[TimelineEvent]:
    field = _day_of(dataset)
    value = row.values.get(field.name) if field else None
    if isinstance(value, date):
        yield TimelineEvent(
            value,
            dataset,
            keys.key_of(dataset, row),
            words=sentence.sentence(dataset, row.values, lang, calendar),
        )


def _day_of(dataset: Dataset) -> Field | None:
    """The field that says on which day a row happened."""
    axis = axis_of(dataset)
    return axis if axis is not None and axis.kind.is_day else None
