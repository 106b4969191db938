"""What the map shows in a window: land by zone, or the rows of a dataset with points; one by one, or as cells."""

from __future__ import annotations

from collections.abc import Iterator
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
from ayan.apps.planning.map_question import MapQuestion
from ayan.apps.planning.map_sheet import MapSheet
from ayan.apps.planning.nearby import within
from ayan.apps.planning.painting import MapCell, Zoom, map_cells
from ayan.core.query import keys
from ayan.core.query.answer import Snapshot
from ayan.core.query.grouping import GroupKey, GroupQuestion
from ayan.core.query.question import Filter, Question
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.values.locale import Lang
from ayan.wiring.city import City

TINTS: Final = 6
"""Tints of the classes of points; further classes begin again."""
TELLING: Final = ("status", "category")
"""The roles of the field by which the rows of a layer are classed, in the order in which it tells most."""


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
    counts = {str(row[field.name]): int(row["count"]) for row in answer.rows}
    entries = field.choices.entries if field.choices else ()
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
