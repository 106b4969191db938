"""The land of the city as it is published now: who plays the part, where it lies, and its outlines in a window."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ayan.apps.civic.roles import RoleDataset, player, releases
from ayan.apps.planning.land_table import LandTable, land_table
from ayan.apps.planning.limits import MOST_OUTLINED, MOST_READ, MOST_SHAPES
from ayan.apps.planning.parcel_rule import PART
from ayan.apps.planning.shapes import PlacedShape, all_shapes, inside, shapes_in_box
from ayan.core.query.answer import Snapshot
from ayan.core.query.question import Filter, Question
from ayan.core.values.place import Bbox
from ayan.wiring.city import City

NONE: Final = np.empty(0, dtype=np.intp)


@dataclass(frozen=True, slots=True)
class CityLand:
    """Who plays the part of land, its state, all of it in a table, and how many rows it has.

    ``table`` and ``extent`` are None where nothing with a shape is published, or more than is held.
    """

    city: City
    land: RoleDataset | None
    snapshot: Snapshot | None = None
    table: LandTable | None = None
    extent: Bbox | None = None
    rows: int = 0

    def within(self, window: Bbox) -> NDArray[np.intp]:
        """The pieces of the table whose box meets a window."""
        return self.table.within(window) if self.table is not None else NONE

    def shapes(
        self, window: Bbox, most: int, named: tuple[str, Collection[str]] | None = None, district: str = ""
    ) -> list[PlacedShape]:
        """The outlines whose box meets a window, at most so many. Raises Unanswered.

        ``named`` asks for land with one of some names of zones or streets alone, ``district`` for that of a district.
        """
        if self.land is None or self.snapshot is None:
            return []
        held = all_shapes(self.city, self.land, self.snapshot)
        shapes: Iterable[PlacedShape] = inside(held, window)
        if not held:
            asked = [self.land.is_("district", district)] if district else []
            # What has no name is none of the names that can be asked for: then all is read, and looked at here.
            if named is not None and "" not in named[1]:
                asked.append(Filter(self.land.names[named[0]], "in", tuple(sorted(named[1])), exact=True))
            shapes = shapes_in_box(self.city, self.land, self.snapshot, window, most, *asked)
        if named is not None:
            column, names = named[0], frozenset(named[1])
            shapes = (each for each in shapes if getattr(each, column) in names)
        return list(islice((each for each in shapes if district in ("", each.district)), most))

    @property
    def outlined(self) -> int:
        """How many outlines one drawing may ask for."""
        return MOST_OUTLINED if self.rows <= MOST_SHAPES else MOST_READ

    def names(self, column: str) -> list[str]:
        """The zones, districts or streets that some land has, in the order in which they are met."""
        return [name for name in self.table.names[column] if name] if self.table is not None else []


def city_land(city: City, as_of: date | None = None) -> CityLand:
    """The land as it is published now, or as it was on a day, within what is its extent now. Raises Unanswered."""
    land = player(city, PART)
    if land is None or not releases(city, land):
        return CityLand(city, land)
    snapshot = city.query_service.snapshot(land.dataset, Question(slug=land.dataset.slug))
    table = land_table(city, land, snapshot)
    extent = table.extent if table is not None else None
    if as_of is not None:
        snapshot = city.query_service.snapshot(land.dataset, Question(slug=land.dataset.slug, as_of=as_of))
        table = land_table(city, land, snapshot)
    return CityLand(city, land, snapshot, table, extent, snapshot.source.rows)
