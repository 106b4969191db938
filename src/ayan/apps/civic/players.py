"""Who plays a part: the dataset that is declared to be it, and which of its fields stands in which place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ayan.core.query.question import Filter
from ayan.core.query.values import read_value
from ayan.core.schema.definition import Dataset, Field
from ayan.core.store.shelf import Release
from ayan.wiring.city import City


@dataclass(frozen=True, slots=True)
class Player:
    """A dataset in a part; ``names`` are the fields by place, without the places that are empty."""

    dataset: Dataset
    names: Mapping[str, str]

    def has(self, *places: str) -> bool:
        """Whether each of these places is filled."""
        return all(place in self.names for place in places)

    def field(self, place: str) -> Field:
        """The field in a place that is filled."""
        return self.dataset.field(self.names[place])

    def value(self, place: str, values: Mapping[str, object]) -> object:
        """What a row says in a place; None where the place is empty."""
        return values.get(self.names[place]) if place in self.names else None

    def is_(self, place: str, text: str) -> Filter:
        """The condition that a place has a value. Raises BadValue where the field cannot have it."""
        return Filter(self.names[place], "eq", (read_value(self.field(place), text),))

    def empty(self, place: str, *, empty: bool = True) -> Filter:
        """The condition that a place has no value, or that it has one."""
        return Filter(self.names[place], "isnull", (empty,))


def player(city: City, part: str) -> Player | None:
    """Who plays a part: of several the one that has releases; None where nobody does."""
    found = [
        Player(dataset, dict(view.places))
        for dataset in city.registry.all()
        for view in dataset.views_of("plays")
        if view.part == part
    ]
    return next((one for one in found if releases(city, one)), found[0] if found else None)


def releases(city: City, one: Player) -> tuple[Release, ...]:
    """The releases that hold now."""
    return tuple(city.shelf.state(one.dataset.slug).releases)
