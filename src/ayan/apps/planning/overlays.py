"""What lies over a layer of the map: points of further datasets, each under a mark of its own shape and colour."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from ayan.apps.planning.limits import MOST_OVER
from ayan.apps.planning.map_layers import PointLayer, point_layer
from ayan.apps.planning.map_overview import Zoom
from ayan.apps.planning.map_question import MapQuestion
from ayan.apps.planning.map_sheet import MapSheet
from ayan.apps.planning.nearby import drawn_datasets
from ayan.core.schema.definition import Dataset
from ayan.wiring.city import City

MARKS: Final = (
    "M7 1a6 6 0 1 0 0 12a6 6 0 1 0 0-12z",
    "M2 2h10v10h-10z",
    "M7 1l6 11h-12z",
    "M7 0l7 7l-7 7l-7-7z",
    "M5 1h4v4h4v4h-4v4h-4v-4h-4v-4h4z",
)
"""Outlines in a square of 14: disc, square, triangle, diamond, cross. Told apart without their colours."""


@dataclass(frozen=True, slots=True)
class MapOverlay:
    """A dataset whose points may lie over the layer: its mark, the address with or without them, whether they do.

    ``tone`` is the number of its colour, that of its mark in `MARKS` too; ``drawn`` what of it lies in the window, if
    it has been asked.
    """

    dataset: Dataset
    tone: int
    address: str
    is_chosen: bool
    drawn: PointLayer | None = None

    @property
    def mark(self) -> str:
        """The outline of its mark."""
        return MARKS[self.tone - 1]


def tones(city: City) -> dict[str, int]:
    """The number of the mark of each dataset that is drawn as points; those further on begin again."""
    return {dataset.slug: 1 + at % len(MARKS) for at, dataset in enumerate(drawn_datasets(city))}


def overlays(city: City, asked: MapQuestion) -> list[MapOverlay]:
    """What may lie over the layer that is asked for. With as many as can be told apart, only these can be taken off."""
    numbers = tones(city)
    return [
        MapOverlay(dataset, numbers[dataset.slug], asked.with_over(dataset.slug).address, dataset.slug in asked.over)
        for dataset in drawn_datasets(city)
        if dataset.slug != asked.layer and (dataset.slug in asked.over or len(asked.over) < MOST_OVER)
    ]


def drawn_overlays(city: City, sheet: MapSheet, asked: MapQuestion, zoom: Zoom) -> list[MapOverlay]:
    """The same, with what lies in the window of those that were asked for. Raises Unanswered."""
    out = []
    for each in overlays(city, asked):
        alone = asked.over_alone(each.dataset.slug)
        drawn = point_layer(city, each.dataset, sheet, alone, zoom) if each.is_chosen else None
        out.append(replace(each, drawn=drawn))
    return out
