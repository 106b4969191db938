"""The life of a record: what each release said of it, told as events, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ayan.core.query import history
from ayan.core.query.answer import Row, Unanswered
from ayan.core.query.history import Version
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.store.objects import StoreError
from ayan.core.store.release import Release
from ayan.wiring.city import City

What = Literal["first", "changed", "removed", "returned", "withdrawn"]


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
    what: What
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
        past = history.history(city.release_store, dataset, key, (row.period,))
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
    changed = history.differences(old, values)
    changes = tuple(FieldChange(fields[name], *pair) for name, pair in changed.items() if name in fields)
    return RecordEvent(release, "changed", changes, row) if changes else None
