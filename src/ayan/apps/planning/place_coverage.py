"""How many rows of each dataset have a place on the map, and why the others have none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.urls import reverse

from ayan.apps.catalog.explorer.state import ExplorerState
from ayan.apps.planning.linked_places import LinkedPlaces, PlaceLink, link_of, linked_datasets, linked_places
from ayan.core.query.answer import Unanswered
from ayan.core.query.boxes import place_fields
from ayan.core.query.question import Filter, Question
from ayan.core.query.statistics import point_of
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.wiring.city import City

NOT_SAID: Final = Label("جای این ردیف‌ها در داده نوشته نشده است", "The data say no place for these rows")
UNNAMED: Final = Label(
    "این ردیف‌ها نمی‌گویند جایشان کجاست: «{field}» خالی است",
    "These rows do not say where they lie: “{field}” is empty",
)
UNKNOWN: Final = Label(
    "«{field}» این ردیف‌ها در «{other}» منتشر نشده است",
    "What “{field}” of these rows names is not published in “{other}”",
)
PLACELESS: Final = Label(
    "آنچه این ردیف‌ها نام می‌برند در «{other}» جا ندارد",
    "What these rows name has no place in “{other}”",
)


@dataclass(frozen=True, slots=True)
class PlacelessRows:
    """Rows without a place: why, how many, and where they are; empty where their table cannot be asked for them."""

    why: str
    count: int
    address: str


@dataclass(frozen=True, slots=True)
class PlaceCoverage:
    """A dataset on the map: its rows, how many have a place (None of too many to count), and why others have not."""

    dataset: Dataset
    rows: int
    placed: int | None
    reasons: tuple[PlacelessRows, ...]


def place_coverage(city: City, lang: Lang) -> list[PlaceCoverage]:
    """Of every published dataset that the map draws. What cannot be answered now is left out."""
    covered = []
    published = [each for each in city.registry.all() if city.release_store.current(each.slug)]
    placed = [(each, place) for each in published if (place := _place(each))]
    for dataset, place in placed:
        try:
            covered.append(_own(city, dataset, place, lang))
        except Unanswered:
            continue
    for dataset in linked_datasets(city):
        link = link_of(city, dataset)
        try:
            places = linked_places(city, link) if link else None
            rows = city.query_service.snapshot(dataset, Question(slug=dataset.slug)).source.rows
        except Unanswered:
            continue
        reasons = tuple(_of_link(link, places, lang)) if link and places else ()
        covered.append(PlaceCoverage(dataset, rows, places.count - places.unplaced if places else None, reasons))
    return covered


def _place(dataset: Dataset) -> tuple[Field, ...]:
    """The fields that say where a row lies, where everybody may see them."""
    place = tuple(point_of(dataset) or place_fields(dataset)[:1])
    return place if all(field.shown == "public" for field in place) else ()


def _own(city: City, dataset: Dataset, place: tuple[Field, ...], lang: Lang) -> PlaceCoverage:
    snapshot = city.query_service.snapshot(dataset, Question(slug=dataset.slug))

    def count(*filters: Filter) -> int:
        question = Question(slug=dataset.slug, filters=filters, size=1, count=True)
        return city.query_service.rows(dataset, question, snapshot).total or 0

    rows = snapshot.source.rows
    placed = count(*(Filter(field.name, "isnull", (False,)) for field in place))
    without = rows - placed
    if not without:
        return PlaceCoverage(dataset, rows, placed, ())
    empty = Filter(place[0].name, "isnull", (True,))
    address = _rows(dataset, empty, lang) if count(empty) == without else ""
    return PlaceCoverage(dataset, rows, placed, (PlacelessRows(NOT_SAID.of(lang), without, address),))


def _of_link(link: PlaceLink, places: LinkedPlaces, lang: Lang) -> Iterator[PlacelessRows]:
    named = {"field": link.by.label.of(lang), "other": link.other.title.of(lang)}
    placeless = places.unplaced - places.unnamed - places.unknown
    empty = _rows(link.dataset, Filter(link.by.name, "isnull", (True,)), lang)
    reasons = ((UNNAMED, places.unnamed, empty), (UNKNOWN, places.unknown, ""), (PLACELESS, placeless, ""))
    return (PlacelessRows(why.of(lang).format(**named), count, address) for why, count, address in reasons if count)


def _rows(dataset: Dataset, condition: Filter, lang: Lang) -> str:
    path = reverse(f"{lang}:dataset", args=(dataset.slug,))
    return ExplorerState.bare(dataset, path, lang, condition).address
