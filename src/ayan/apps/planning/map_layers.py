"""What the map shows in a window: land by zone, or the rows of a dataset with points; one by one, or as cells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Final

from django.urls import reverse

from ayan.apps.catalog.explorer import figures
from ayan.apps.catalog.explorer.state import ExplorerState
from ayan.apps.catalog.record import records
from ayan.apps.planning.limits import MOST_DRAWN, MOST_LISTED, MOST_SQUARES
from ayan.apps.planning.map_question import MapQuestion
from ayan.apps.planning.map_sheet import MapSheet
from ayan.apps.planning.nearby import within
from ayan.apps.planning.shapes import PlacedShape, Ring
from ayan.core.query import keys
from ayan.core.query.answer import Snapshot
from ayan.core.query.grouping import GroupKey, GroupQuestion
from ayan.core.query.question import Filter, Question
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.values.locale import Lang
from ayan.wiring.city import City

COLUMNS: Final = 16
LINES: Final = 11
SHADES: Final = 5
TINTS: Final = 6
"""Tints of the classes of points; further classes begin again."""
GRAIN: Final = 6
"""Pixels of a little square of land that is painted, not drawn."""
TELLING: Final = ("status", "category")
"""The roles of the field by which the rows of a layer are classed, in the order in which it tells most."""


Zoom = Callable[[float, float], str]
"""The address of the map nearer to a longitude and a latitude."""


@dataclass(frozen=True, slots=True)
class MapCell:
    """A square of the window that stands for many: its corner and sides in pixels, and what it leads to."""

    x: float
    y: float
    width: float
    height: float
    count: int
    shade: int
    address: str

    @property
    def middle(self) -> float:
        """Where its number stands."""
        return self.x + self.width / 2

    @property
    def foot(self) -> float:
        """The base line of its number."""
        return self.y + self.height / 2 + 4


@dataclass(frozen=True, slots=True)
class MapPoint:
    """One row with a point: where it stands on the sheet, what it is called, its record, and its tint."""

    x: float
    y: float
    title: str
    address: str
    tint: int


@dataclass(frozen=True, slots=True)
class LayerClass:
    """A class of a layer's rows: its code, its words, its tint and how many rows in view have it."""

    code: str
    words: str
    tint: int
    count: int


@dataclass(frozen=True, slots=True)
class PointLayer:
    """The rows of a dataset in a window: all of them counted and classed, drawn as points or as cells, and listed.

    ``rows`` is where the explorer shows the same rows.
    """

    dataset: Dataset
    classed: Field | None
    classes: tuple[LayerClass, ...]
    count: int
    points: tuple[MapPoint, ...]
    cells: tuple[MapCell, ...]
    listed: tuple[MapPoint, ...]
    rows: str


def classed_by(dataset: Dataset) -> Field | None:
    """The field that classes the rows of a layer: one with a closed list that people choose by."""
    fields = {field.role: field for field in dataset.published if field.choices is not None and field.shown == "public"}
    return next((fields[role] for role in TELLING if role in fields), None)


def point_layer(
    city: City,
    dataset: Dataset,
    point: tuple[Field, Field],
    sheet: MapSheet,
    asked: MapQuestion,
    zoom: Zoom,
) -> PointLayer:
    """The layer in a window; ``zoom`` gives the address of the map nearer to a place. Raises Unanswered."""
    chosen, lang = asked.chosen, asked.lang
    snapshot = city.query_service.snapshot(dataset, asked.state(dataset.slug))
    conditions = within(point, sheet.window)
    classed = classed_by(dataset)
    classes = tuple(_classes(city, dataset, classed, conditions, snapshot, lang)) if classed else ()
    picked = (Filter(classed.name, "eq", (chosen,)),) if classed and chosen in {each.code for each in classes} else ()
    ask = ExplorerState.bare(dataset, reverse(f"{lang}:dataset", args=(dataset.slug,)), lang, *conditions, *picked)
    question = Question(slug=dataset.slug, filters=(*conditions, *picked), size=MOST_DRAWN, count=True)
    answer = city.query_service.rows(dataset, question, snapshot)
    count = answer.total or 0
    tints = {each.code: each.tint for each in classes}
    rows = [
        MapPoint(
            sheet.x(float(str(row.values[point[0].name]))),
            sheet.y(float(str(row.values[point[1].name]))),
            records.title(dataset, row, lang),
            reverse(f"{lang}:record", args=(dataset.slug, keys.key_of(dataset, row))),
            tints.get(str(row.values.get(classed.name)), 0) if classed else 1,
        )
        for row in answer.rows
    ]
    cells: tuple[MapCell, ...] = ()
    if count > MOST_DRAWN:
        places = _places(city, dataset, point, question, snapshot)
        cells = tuple(map_cells(sheet, places, zoom))
    return PointLayer(
        dataset, classed, classes, count, () if cells else tuple(rows), cells, tuple(rows[:MOST_LISTED]), ask.address
    )


def map_cells(sheet: MapSheet, places: Iterable[tuple[float, float]], zoom: Zoom) -> Iterator[MapCell]:
    """Places put together in squares of the sheet, each a way nearer."""
    wide, high = sheet.width / COLUMNS, sheet.height / LINES
    counts: dict[tuple[int, int], int] = {}
    for longitude, latitude in places:
        column, line = int(sheet.x(longitude) // wide), int(sheet.y(latitude) // high)
        if 0 <= column < COLUMNS and 0 <= line < LINES:
            counts[column, line] = counts.get((column, line), 0) + 1
    most = max(counts.values(), default=1)
    window = sheet.window
    for (column, line), count in sorted(counts.items(), key=lambda item: (item[0][1], item[0][0])):
        longitude = window.west + (window.east - window.west) * (column + 0.5) / COLUMNS
        latitude = window.north - (window.north - window.south) * (line + 0.5) / LINES
        shade = max(1, -(-count * SHADES // most))
        yield MapCell(column * wide, line * high, wide, high, count, shade, zoom(longitude, latitude))


@dataclass(frozen=True, slots=True)
class PaintedZone:
    """The squares of the sheet in which one tint has most land, as one path."""

    tint: int
    path: str


def outlined(sheet: MapSheet, shapes: Iterable[tuple[PlacedShape, int]]) -> list[PaintedZone]:
    """Many shapes as one path of each tint, to whole pixels: the plan of the city at a glance."""
    paths: dict[int, list[str]] = {}
    for shape, tint in shapes:
        paths.setdefault(tint, []).extend(_outline(sheet, ring) for ring in shape.rings)
    return [PaintedZone(tint, "".join(rings)) for tint, rings in sorted(paths.items())]


def _outline(sheet: MapSheet, ring: Ring) -> str:
    corners = [(round(sheet.x(x)), round(sheet.y(y))) for x, y in ring[:-1]]
    steps = (f"{to[0] - at[0]} {to[1] - at[1]}" for at, to in pairwise(corners))
    return f"M{corners[0][0]} {corners[0][1]}l{' '.join(steps)}z"


def painted(sheet: MapSheet, shapes: Iterable[tuple[PlacedShape, int]]) -> list[PaintedZone]:
    """Land too small to be drawn piece by piece: each little square in the tint that most of its land has."""
    counts: dict[tuple[int, int], Counter[int]] = {}
    left = MOST_SQUARES
    for shape, tint in shapes:
        box = shape.box
        lines = _squares(sheet.y(box.north), sheet.y(box.south), sheet.height)
        columns = _squares(sheet.x(box.west), sheet.x(box.east), sheet.width)
        left -= len(lines) * len(columns)
        if left < 0:
            break
        for line in lines:
            for column in columns:
                counts.setdefault((line, column), Counter())[tint] += 1
    runs: dict[int, list[str]] = {}
    tints = {square: min(met, key=lambda each: (-met[each], each)) for square, met in counts.items()}
    for (line, column), tint in sorted(tints.items()):
        if tints.get((line, column - 1)) == tint:
            continue
        last = column
        while tints.get((line, last + 1)) == tint:
            last += 1
        wide = (last + 1 - column) * GRAIN
        runs.setdefault(tint, []).append(f"M{column * GRAIN} {line * GRAIN}h{wide}v{GRAIN}h-{wide}z")
    return [PaintedZone(tint, "".join(each)) for tint, each in sorted(runs.items())]


def _squares(first: float, last: float, most: int) -> range:
    """The numbers of the little squares between two places of the sheet."""
    return range(max(0, int(first // GRAIN)), min(most // GRAIN, int(last // GRAIN)) + 1)


def _classes(
    city: City, dataset: Dataset, field: Field, conditions: tuple[Filter, ...], snapshot: Snapshot, lang: Lang
) -> Iterator[LayerClass]:
    scope = Question(slug=dataset.slug, filters=conditions, size=200)
    answer = figures.groups(
        city.query_service, dataset, GroupQuestion(scope=scope, by=(GroupKey(field.name),)), snapshot
    )
    counts = {str(row[field.name]): int(row["count"]) for row in answer.rows}
    entries = field.choices.entries if field.choices else ()
    for at, entry in enumerate(entries):
        if counts.get(entry.code):
            yield LayerClass(entry.code, entry.label.of(lang), 1 + at % TINTS, counts[entry.code])


def _places(
    city: City, dataset: Dataset, point: tuple[Field, Field], question: Question, snapshot: Snapshot
) -> Iterator[tuple[float, float]]:
    names = tuple(field.name for field in point)
    every = Question(slug=dataset.slug, filters=question.filters, fields=names)
    for batch in city.query_service.stream(dataset, every, snapshot):
        for longitude, latitude in zip(*(batch.column(name).to_pylist() for name in names), strict=True):
            if isinstance(longitude, Decimal) and isinstance(latitude, Decimal):
                yield float(longitude), float(latitude)
