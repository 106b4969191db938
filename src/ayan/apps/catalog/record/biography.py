"""The life of a record: what each release said of it, and everything dated about it on one line of time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.utils.safestring import SafeString

from ayan.apps.catalog.limits import MOST_EVENTS
from ayan.apps.catalog.record import records
from ayan.apps.catalog.record.references import NamedRecord, Naming
from ayan.core.query import keys
from ayan.core.query.answer import Row, Unanswered
from ayan.core.query.question import ShownCalendar
from ayan.core.query.record_history import Version, differences, history
from ayan.core.query.statistics import axis_of
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.store.objects import StoreError
from ayan.core.store.release import Release
from ayan.core.values.locale import Lang
from ayan.wiring.city import City

BiographyEvent = Literal["first", "changed", "removed", "returned", "withdrawn"]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One value before and after."""

    field: Field
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class RecordEvent:
    """What one release meant for the record; ``row`` is its row in that release's file."""

    release: Release
    what: BiographyEvent
    changes: tuple[FieldChange, ...] = ()
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Biography:
    """The events, newest first; ``same`` releases repeated the record unchanged.

    ``earlier`` releases were not looked at; ``compared`` is False where the releases cannot be read.
    """

    events: tuple[RecordEvent, ...] = ()
    same: int = 0
    earlier: int = 0
    compared: bool = True

    @property
    def corrected(self) -> bool:
        """Whether some value was ever another."""
        return any(event.what in ("changed", "removed", "returned") for event in self.events)


def biography(city: City, dataset: Dataset, row: Row) -> Biography:
    """The life of a record; empty where the dataset has no key, for then nothing tells that two rows are one."""
    if not dataset.key:
        return Biography()
    key = {name: row.values.get(name) for name in dataset.key}
    try:
        past = history(city.release_store, dataset, key, (row.period,))
    except (Unanswered, StoreError):
        return Biography(compared=False)
    events: list[RecordEvent] = []
    before: Version | None = None
    known = same = 0
    for version in past.versions:
        event = _event(dataset, before, version, known > 0)
        if event is not None:
            events.append(event)
        elif version.values is not None:
            same += 1
        if not version.withdrawn:
            before = version
            known += version.values is not None
    return Biography(tuple(reversed(events)), same, past.earlier)


def _event(dataset: Dataset, before: Version | None, version: Version, known: bool) -> RecordEvent | None:
    """What a release meant after the one before it that can be read; None where it brought nothing new.

    ``known`` says whether some release before held the record.
    """
    release, values, row = version.release, version.values, version.row
    if version.withdrawn:
        return RecordEvent(release, "withdrawn")
    old = before.values if before is not None else None
    if values is None:
        return RecordEvent(release, "removed") if old is not None else None
    if old is None:
        return RecordEvent(release, "returned" if known else "first", row=row)
    fields = {field.name: field for field in dataset.published}
    changed = differences(old, values)
    changes = tuple(FieldChange(fields[name], *pair) for name, pair in changed.items() if name in fields)
    return RecordEvent(release, "changed", changes, row) if changes else None


# --- one line of time: its own days, what it names, and what belongs to it --------------------------------------------


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
    most: int = MOST_EVENTS,
) -> Timeline:
    """The line of time of a record, of ``most`` events.

    Empty where nothing else has a day, for the record's own days stand above it already.
    """
    own = list(_own(dataset, row))
    events: dict[tuple[str, str], TimelineEvent] = {}
    more = 0
    for target in named:
        for event in _dated_event(target.dataset, target.row, lang, calendar):
            events.setdefault((event.dataset.slug, event.key), event)
    for group in naming:
        if _day_of(group.dataset) is None:
            continue
        more += group.rows - len(group.newest)
        for newest_row in group.newest:
            for event in _dated_event(group.dataset, newest_row, lang, calendar):
                events.setdefault((event.dataset.slug, event.key), event)
    events.pop((dataset.slug, keys.key_of(dataset, row)), None)
    if not events:
        return Timeline(())
    every = sorted([*own, *events.values()], key=lambda event: event.day, reverse=True)
    kept = every[:most]
    return Timeline(tuple(kept), more + len(every) - len(kept))


def _own(dataset: Dataset, row: Row) -> Iterator[TimelineEvent]:
    for field in dataset.published:
        value = row.values.get(field.name)
        if field.kind.is_day and field.shown == "public" and isinstance(value, date):
            yield TimelineEvent(value, dataset, "", field)


def _dated_event(dataset: Dataset, row: Row, lang: Lang, calendar: ShownCalendar) -> Iterator[TimelineEvent]:
    field = _day_of(dataset)
    value = row.values.get(field.name) if field else None
    if isinstance(value, date):
        yield TimelineEvent(
            value,
            dataset,
            keys.key_of(dataset, row),
            words=records.sentence(dataset, row.values, lang, calendar),
        )


def _day_of(dataset: Dataset) -> Field | None:
    """The field that says on which day a row happened."""
    axis = axis_of(dataset)
    return axis if axis is not None and axis.kind.is_day else None
