"""The dataset of services: which one it is, and whether it says what is declared."""

from __future__ import annotations

from ayan.core.schema.definition import Dataset
from ayan.core.schema.view import PlaysView
from ayan.wiring.city import City

PART = "public-services"
"""The part that the dataset of services plays."""


def register_of(city: City) -> Dataset | None:
    """The dataset of services, where something of it is published."""
    for dataset in city.registry.all():
        if any(view.part == PART for view in dataset.views_of(PlaysView)):
            return dataset if city.release_store.snapshot(dataset.slug).rows else None
    return None
