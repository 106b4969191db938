"""All land of a city in a few arrays, made once for each state: the box of each piece, its zone, district and street.

Two hundred thousand pieces take some ten megabytes, so that a map of any window is counted and painted from memory;
outlines are asked for by their box where they are near enough to be drawn.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from ayan.apps.civic.roles import RoleDataset
from ayan.apps.planning.limits import MOST_LAND, MOST_STATES
from ayan.core.query.answer import Snapshot
from ayan.core.query.question import Question
from ayan.core.values.place import Bbox
from ayan.wiring.city import City

Floats = NDArray[np.float64]
LandNumbers = NDArray[np.int32]

NAMED: Final = ("zone", "district", "street")
_POLYGON, _MULTIPOLYGON, _COLLECTION = 3, 6, 7
_AREAS: Final = (_POLYGON, _MULTIPOLYGON, _COLLECTION)
"""The types of GEOS that may be a piece of land; points and lines are none."""

_held: OrderedDict[tuple[str, str, str], LandTable] = OrderedDict()
"""The tables of the states that were asked for last, by dataset, state and declaration."""
_reading = Lock()


@dataclass(frozen=True, slots=True, eq=False)
class LandTable:
    """``boxes`` has a row of west, south, east and north in degrees for each piece of land.

    ``named`` has for each of `NAMED` the number of each piece's name in ``names``; an empty name is one too.
    """

    boxes: Floats
    named: Mapping[str, LandNumbers]
    names: Mapping[str, tuple[str, ...]]

    @property
    def extent(self) -> Bbox | None:
        """The box around all land; None around none."""
        return self.box_of(None)

    @property
    def every(self) -> NDArray[np.intp]:
        """All pieces."""
        return np.arange(len(self.boxes))

    def box_of(self, which: NDArray[np.intp] | None) -> Bbox | None:
        """The box around some pieces; None around none."""
        boxes = self.boxes if which is None else self.boxes[which]
        if not len(boxes):
            return None
        west, south = boxes[:, :2].min(axis=0)
        east, north = boxes[:, 2:].max(axis=0)
        return Bbox(float(west), float(south), float(east), float(north))

    def within(self, window: Bbox) -> NDArray[np.intp]:
        """The pieces whose box meets a window."""
        boxes = self.boxes
        meets = (boxes[:, 0] <= window.east) & (boxes[:, 2] >= window.west)
        meets &= (boxes[:, 1] <= window.north) & (boxes[:, 3] >= window.south)
        return np.flatnonzero(meets)

    def with_name(self, column: str, name: str) -> NDArray[np.intp]:
        """The pieces of a zone, a district or a street."""
        names = self.names[column]
        return np.flatnonzero(self.named[column] == names.index(name)) if name in names else np.empty(0, dtype=np.intp)

    def with_names(self, column: str, names: Iterable[str]) -> NDArray[np.intp]:
        """The pieces that have one of some names."""
        wanted = frozenset(names)
        chosen = np.array([name in wanted for name in self.names[column]], dtype=bool)
        return np.flatnonzero(chosen[self.named[column]]) if len(chosen) else np.empty(0, dtype=np.intp)

    def counts(self, column: str, which: NDArray[np.intp]) -> dict[str, int]:
        """How many of some pieces each name has, without those that none has."""
        names = self.names[column]
        counted = np.bincount(self.named[column][which], minlength=len(names))
        return {names[at]: int(counted[at]) for at in np.flatnonzero(counted)}

    def middles(self, column: str, which: NDArray[np.intp]) -> dict[str, tuple[float, float, int]]:
        """Where the middle of each name's pieces lies among some pieces, in degrees, and how many they are."""
        names, numbers = self.names[column], self.named[column][which]
        counted = np.bincount(numbers, minlength=len(names))
        x, y = self.points(which)
        east, north = (np.bincount(numbers, weights=each, minlength=len(names)) for each in (x, y))
        return {
            names[at]: (float(east[at] / counted[at]), float(north[at] / counted[at]), int(counted[at]))
            for at in np.flatnonzero(counted)
            if names[at]
        }

    def points(self, which: NDArray[np.intp]) -> tuple[Floats, Floats]:
        """The middles of the boxes of some pieces: longitudes and latitudes."""
        boxes = self.boxes[which]
        return (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2


def land_table(city: City, land: RoleDataset, snapshot: Snapshot) -> LandTable | None:
    """The table of a state; None where there is more land than is held, or no column of shapes. Raises Unanswered."""
    if not land.has("shape") or snapshot.source.rows > MOST_LAND:
        return None
    state = land.dataset.slug, snapshot.snapshot_id, land.dataset.digest
    # Of many who ask at once for a new state one reads it.
    with _reading:
        if state not in _held:
            _held[state] = _read(city, land, snapshot)
            while len(_held) > MOST_STATES:
                _held.popitem(last=False)
        _held.move_to_end(state)
        return _held[state]


def _read(city: City, land: RoleDataset, snapshot: Snapshot) -> LandTable:
    shape = land.names["shape"]
    columns = [column for column in NAMED if land.has(column)]
    fields = tuple(dict.fromkeys([*(land.names[column] for column in columns), shape]))
    question = Question(slug=land.dataset.slug, fields=fields)
    boxes: list[Floats] = []
    numbers: dict[str, list[LandNumbers]] = {column: [] for column in NAMED}
    names: dict[str, dict[str, int]] = {column: {} for column in NAMED}
    for batch in city.query_service.stream(land.dataset, question, snapshot):
        kept, box = _boxes(batch.column(shape))
        boxes.append(box)
        for column in NAMED:
            cells = batch.column(land.names[column]).to_pylist() if column in columns else [""] * batch.num_rows
            known = names[column]
            read = [known.setdefault(str(cell or ""), len(known)) for cell in cells]
            numbers[column].append(np.array(read, dtype=np.int32)[kept])
    return LandTable(
        np.concatenate(boxes) if boxes else np.empty((0, 4)),
        {column: np.concatenate(each) if each else np.empty(0, dtype=np.int32) for column, each in numbers.items()},
        {column: tuple(each) for column, each in names.items()},
    )


def _boxes(cells: Any) -> tuple[NDArray[np.bool_], Floats]:
    """Which cells of a column are areas, and the boxes around these."""
    shapes = shapely.from_geojson(np.asarray(cells.to_pylist(), dtype=object), on_invalid="ignore")
    edges: Floats = shapely.bounds(shapes)
    kept = np.isin(shapely.get_type_id(shapes), _AREAS) & np.isfinite(edges).all(axis=1)
    return kept, edges[kept]
