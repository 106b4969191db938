"""What the map shows in a window: land by zone, or the rows of a dataset with points; one by one, or as cells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
from django.urls import reverse

from ayan.apps.catalog.explorer import figures
from ayan.apps.catalog.explorer.state import ExplorerState
from ayan.apps.catalog.record import records
from ayan.apps.planning.land_table import Floats
from ayan.apps.planning.limits import MOST_DRAWN, MOST_LISTED
from ayan.apps.planning.linked_places import LinkedPlaces, classed_by, link_of, linked_places
from ayan.apps.planning.map_overview import MapCell, Zoom, map_cells
from ayan.apps.planning.map_question import MapQuestion
from ayan.apps.planning.map_sheet import MapSheet
from ayan.apps.planning.nearby import within
from ayan.core.query import keys
from ayan.core.query.answer import Snapshot
from ayan.core.query.grouping import GroupKey, GroupQuestion
from ayan.core.query.question import Filter, Question
from ayan.core.query.statistics import point_of
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.values.locale import Lang
from ayan.wiring.city import City

TINTS: Final = 6
"""Tints of the classes of points; further classes begin again."""


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

    ``rows`` is where the explorer shows the same rows; those of a dataset that others place cannot be asked for a
    window, and are shown all. Of its ``total`` rows ``unplaced`` have no place; None where rows have points themselves.
    """

    dataset: Dataset
    classed: Field | None
    classes: tuple[LayerClass, ...]
    count: int
    points: tuple[MapPoint, ...]
    cells: tuple[MapCell, ...]
    listed: tuple[MapPoint, ...]
    rows: str
    total: int = 0
    unplaced: int | None = None


def point_layer(city: City, dataset: Dataset, sheet: MapSheet, asked: MapQuestion, zoom: Zoom) -> PointLayer:
    """The layer in a window; ``zoom`` gives the address of the map nearer to a place. Raises Unanswered."""
    point = point_of(dataset)
    if point is not None:
        return _own_points(city, dataset, point, sheet, asked, zoom)
    link = link_of(city, dataset)
    places = linked_places(city, link, asked.as_of) if link is not None else None
    return _linked_points(places, dataset, sheet, asked, zoom)


def _linked_points(
    places: LinkedPlaces | None, dataset: Dataset, sheet: MapSheet, asked: MapQuestion, zoom: Zoom
) -> PointLayer:
    """A layer of rows that other rows place; without ``places`` it is empty, for there are more than are held."""
    lang, classed = asked.lang, classed_by(dataset)
    ask = ExplorerState.bare(dataset, reverse(f"{lang}:dataset", args=(dataset.slug,)), lang)
    if places is None:
        return PointLayer(dataset, classed, (), 0, (), (), (), ask.address)
    seen = places.within(sheet.window)
    said = [str(row.values.get(classed.name) or "") if classed else "" for row in places.rows]
    counts = Counter(said[at] for at in np.unique(places.of[seen]).tolist())
    classes = tuple(_declared(classed, counts, lang))
    tints = {each.code: each.tint for each in classes}
    if asked.chosen in tints and classed is not None:
        seen = np.array([at for at in seen.tolist() if said[places.of[at]] == asked.chosen], dtype=np.intp)
        condition = Filter(classed.name, "eq", (asked.chosen,))
        ask = ExplorerState.bare(dataset, reverse(f"{lang}:dataset", args=(dataset.slug,)), lang, condition)
    x, y = places.longitudes[seen], places.latitudes[seen]
    drawn = [
        MapPoint(
            sheet.x(float(x[nth])),
            sheet.y(float(y[nth])),
            records.title(dataset, places.rows[places.of[at]], lang),
            reverse(f"{lang}:record", args=(dataset.slug, keys.key_of(dataset, places.rows[places.of[at]]))),
            tints.get(said[places.of[at]], 0) if classed else 1,
        )
        for nth, at in enumerate(seen[:MOST_DRAWN].tolist())
    ]
    cells = tuple(map_cells(sheet, x, y, zoom)) if len(seen) > MOST_DRAWN else ()
    listed = {each.address: each for each in drawn}  # a row of several places is named once
    return PointLayer(
        dataset,
        classed,
        classes,
        len(np.unique(places.of[seen])),
        () if cells else tuple(drawn),
        cells,
        tuple(listed.values())[:MOST_LISTED],
        ask.address,
        places.count,
        places.unplaced,
    )


def _own_points(
    city: City,
    dataset: Dataset,
    point: tuple[Field, Field],
    sheet: MapSheet,
    asked: MapQuestion,
    zoom: Zoom,
) -> PointLayer:
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
        cells = tuple(map_cells(sheet, *_places(city, dataset, point, question, snapshot), zoom))
    return PointLayer(
        dataset, classed, classes, count, () if cells else tuple(rows), cells, tuple(rows[:MOST_LISTED]), ask.address
    )


def _classes(
    city: City, dataset: Dataset, field: Field, conditions: tuple[Filter, ...], snapshot: Snapshot, lang: Lang
) -> Iterator[LayerClass]:
    scope = Question(slug=dataset.slug, filters=conditions, size=200)
    answer = figures.groups(
        city.query_service, dataset, GroupQuestion(scope=scope, by=(GroupKey(field.name),)), snapshot
    )
    yield from _declared(field, {str(row[field.name]): int(row["count"]) for row in answer.rows}, lang)


def _declared(field: Field | None, counts: Mapping[str, int], lang: Lang) -> Iterator[LayerClass]:
    """The classes that some rows have, in the order of the declared list."""
    entries = field.choices.entries if field and field.choices else ()
    for at, entry in enumerate(entries):
        if counts.get(entry.code):
            yield LayerClass(entry.code, entry.label.of(lang), 1 + at % TINTS, counts[entry.code])


def _places(
    city: City, dataset: Dataset, point: tuple[Field, Field], question: Question, snapshot: Snapshot
) -> tuple[Floats, Floats]:
    names = tuple(field.name for field in point)
    every = Question(slug=dataset.slug, filters=question.filters, fields=names)
    read: list[list[Floats]] = [[], []]
    for batch in city.query_service.stream(dataset, every, snapshot):
        for kept, name in zip(read, names, strict=True):
            kept.append(batch.column(name).cast(pa.float64()).to_numpy(zero_copy_only=False))
    longitudes, latitudes = (np.concatenate(kept) if kept else np.empty(0) for kept in read)
    known = np.isfinite(longitudes) & np.isfinite(latitudes)
    return longitudes[known], latitudes[known]
