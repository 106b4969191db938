"""Who plays a part: the dataset that is declared to be it, and which of its fields stands in which place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ayan.core.query.question import Filter
from ayan.core.query.values import read_value
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.schema.view import PlaysView
from ayan.core.store.release import Release
from ayan.wiring.city import City


@dataclass(frozen=True, slots=True)
class RoleDataset:
    """A dataset in a part; ``names`` are the fields by place, without the places that are empty."""

    dataset: Dataset
    names: Mapping[str, str]

    def has(self, *places: str) -> bool:
        """Whether each of these places is filled."""
        return all(role_field in self.names for role_field in places)

    def field(self, role_field: str) -> Field:
        """The field in a place that is filled."""
        return self.dataset.field(self.names[role_field])

    def value(self, role_field: str, values: Mapping[str, object]) -> object:
        """What a row says in a place; None where the place is empty."""
        return values.get(self.names[role_field]) if role_field in self.names else None

    def is_(self, role_field: str, text: str) -> Filter:
        """The condition that a place has a value. Raises ValueIssue where the field cannot have it."""
        return Filter(self.names[role_field], "eq", (read_value(self.field(role_field), text),))

    def empty(self, role_field: str, *, empty: bool = True) -> Filter:
        """The condition that a place has no value, or that it has one."""
        return Filter(self.names[role_field], "isnull", (empty,))


def player(city: City, part: str) -> RoleDataset | None:
    """Who plays a part: of several the one that has releases; None where nobody does."""
    candidates = [
        RoleDataset(dataset, dict(view.places))
        for dataset in city.registry.all()
        for view in dataset.views_of(PlaysView)
        if view.part == part
    ]
    return next(
        (candidate for candidate in candidates if releases(city, candidate)), candidates[0] if candidates else None
    )


def releases(city: City, role_dataset: RoleDataset) -> tuple[Release, ...]:
    """The releases that hold now."""
    return tuple(city.release_store.snapshot(role_dataset.dataset.slug).releases)
