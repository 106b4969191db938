"""What the map in the browser draws: its layers with their tiles or rows, their classes, and the names of places."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import orjson
from django.urls import reverse

from ayan.apps.catalog.record import records
from ayan.apps.civic.roles import RoleDataset
from ayan.apps.planning.base_map import base_facts
from ayan.apps.planning.city_land import CityLand
from ayan.apps.planning.land_figures import STREETS, LandFigures, is_figured, land_figures
from ayan.apps.planning.land_map import tints, zone_words
from ayan.apps.planning.land_theme import OTHER, LandTheme
from ayan.apps.planning.land_values import land_values, value_theme, valued_streets
from ayan.apps.planning.limits import MOST_SENT, MOST_STREETS_SENT
from ayan.apps.planning.linked_places import LinkedPlaces, PlaceLink, classed_by, link_of, linked_places
from ayan.apps.planning.map_layers import TINTS
from ayan.apps.planning.map_question import MapQuestion
from ayan.apps.planning.map_sheet import bounds
from ayan.apps.planning.overlays import MARKS, tones
from ayan.apps.planning.parcel_page import SHOWN
from ayan.apps.planning.tile_parts import tile_facts
from ayan.core.publish.map_tiles import tile_bounds, tile_columns, tile_names
from ayan.core.query import keys
from ayan.core.query.answer import Snapshot
from ayan.core.query.boxes import place_fields
from ayan.core.query.question import Question
from ayan.core.query.statistics import point_of
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.values.locale import Lang
from ayan.core.values.place import Bbox
from ayan.wiring.city import City

AREAS: Final = "areas"
POINTS: Final = "points"


def layer_document(city: City, whole: CityLand, asked: MapQuestion) -> bytes | None:
    """The layers of a question as JSON, the ground first; None of figures that are not known. Raises Unanswered."""
    layers = []
    valued = valued_streets(city, whole.land) if asked.layer else None
    is_by_value = valued is not None and asked.layer == valued.dataset.slug
    if whole.land is not None and whole.snapshot is not None:
        is_by_street = is_by_value or asked.layer == STREETS
        layers.append(_land(city, whole.land, whole.snapshot, asked.lang, by_street=is_by_street))
    if is_by_value and valued is not None and layers:
        values = land_values(city, valued, asked.as_of)
        layers = [_by_figure(whole, value_theme(values, whole.names("street"), asked.lang), layers[0])]
    elif is_figured(asked.layer):
        figured = land_figures(city, whole, asked)
        if figured is None or not layers:
            return None
        layers = [_by_figure(whole, figured.theme, layers[0]) | _listed(figured)]
    elif asked.layer:
        layers.append(_points(city, city.registry.get(asked.layer), asked))
    numbers = tones(city)
    over = [
        _points(city, city.registry.get(slug), asked) | {"mark": MARKS[numbers[slug] - 1], "tone": numbers[slug]}
        for slug in asked.over
    ]
    return orjson.dumps({
        "base": base_facts(asked.lang),
        "extent": list(whole.extent) if whole.extent else None,
        "layers": layers,
        "over": over,
        "names": [*_districts(whole, asked.lang), *_streets(whole)],
    })  # fmt: skip


def _land(city: City, land: RoleDataset, snapshot: Snapshot, lang: Lang, *, by_street: bool = False) -> dict[str, Any]:
    by_zone, words = tints(land), zone_words(land, lang)
    columns = [land.field(place) for place in SHOWN if land.has(place)]
    street = land.names["street"] if by_street else ""
    layer = _layer(city, land.dataset, snapshot, AREAS, lang, street)
    return layer | {
        "classed": land.names.get("zone", ""),
        "classes": [{"code": code, "words": words[code], "tint": tint} for code, tint in by_zone.items()],
        "district": land.names.get("district", ""),
        "fields": [_card_line(field, lang) for field in columns],
    }


def _by_figure(whole: CityLand, theme: LandTheme, land: dict[str, Any]) -> dict[str, Any]:
    """Land by a figure of its streets or districts: a class is told by their names, which each piece tells.

    Tiles that were sealed before they told that column cannot be classed so, and are not handed out for it.
    """
    assert whole.land is not None  # noqa: S101 - figures are of land
    assert whole.snapshot is not None  # noqa: S101 - land was read
    column = whole.land.names[theme.column]
    files = [
        release.local(name) for release in whole.snapshot.source.releases for name, _ in tile_names(release.manifest)
    ]
    is_named = all(column in tile_columns(path) for path in files)
    names = whole.names(theme.column)
    classes = [
        {"code": each.code, "words": each.words, "tint": each.tint, "of": theme.of_class(names, each.code)}
        for each in theme.classes
        if each.code != OTHER
    ]
    return land | {
        "classed": column,
        "classes": classes,
        "other": next(each.words for each in theme.classes if each.code == OTHER),
        "tiles": land["tiles"] if is_named else [],
    }


def _listed(figured: LandFigures) -> dict[str, Any]:
    """The list beside a map by figures, which tells all places whatever the window."""
    lines = [
        {"words": each.words, "page": each.address, "said": each.said, "code": each.code} for each in figured.lines
    ]
    return {"heading": figured.name, "lines": lines, "counts": figured.counts, "source": figured.source}


def _points(city: City, dataset: Dataset, asked: MapQuestion) -> dict[str, Any]:
    snapshot = city.query_service.snapshot(dataset, asked.state(dataset.slug))
    classed = classed_by(dataset)
    entries = classed.choices.entries if classed and classed.choices else ()
    layer = _layer(city, dataset, snapshot, POINTS, asked.lang)
    if (link := link_of(city, dataset)) is not None:
        layer["rows"] = _linked(link, linked_places(city, link, asked.as_of), classed, asked.lang)
    return layer | {
        "classed": classed.name if classed else "",
        "classes": [
            {"code": entry.code, "words": entry.label.of(asked.lang), "tint": 1 + at % TINTS}
            for at, entry in enumerate(entries)
        ],
        "district": "",
        "fields": [_card_line(classed, asked.lang)] if classed else [],
    }


def _linked(link: PlaceLink, places: LinkedPlaces | None, classed: Field | None, lang: Lang) -> dict[str, Any] | None:
    """The places that others give the rows of a dataset; None of more than are sent."""
    if places is None or len(places.of) > MOST_SENT:
        return None
    degrees = zip(places.of.tolist(), places.longitudes.tolist(), places.latitudes.tolist(), strict=True)
    properties = [
        {
            "_key": keys.key_of(link.dataset, row),
            "_title": records.title(link.dataset, row, lang),
            **({classed.name: row.values.get(classed.name)} if classed else {}),
        }
        for row in places.rows
    ]
    features = [
        {"type": "Feature", "geometry": {"type": "Point", "coordinates": [x, y]}, "properties": properties[at]}
        for at, x, y in degrees
    ]
    return {"type": "FeatureCollection", "features": features}


def _layer(city: City, dataset: Dataset, snapshot: Snapshot, form: str, lang: Lang, more: str = "") -> dict[str, Any]:
    """Where the browser gets a layer: tiles where every release has them, else the rows, else neither."""
    releases = snapshot.source.releases
    tiles = [tile for release in releases for tile in tile_facts(release, lang)]
    is_tiled = bool(releases) and len(tiles) == len(releases)
    sent = None
    if not is_tiled and place_fields(dataset) and snapshot.source.rows <= MOST_SENT:
        sent = {"type": "FeatureCollection", "features": list(_features(city, dataset, snapshot, lang, more))}
    return {
        "slug": dataset.slug,
        "title": dataset.title.of(lang),
        "form": form,
        "tiles": tiles if is_tiled else [],
        "rows": sent,
        "count": snapshot.source.rows,
        "key": list(dataset.key) if is_tiled else [],
        "named": next((field.name for field in dataset.published if field.role == "title"), ""),
        "record": reverse(f"{lang}:record", args=(dataset.slug, "KEY")).removesuffix("KEY"),
    }


def tiled_extent(snapshot: Snapshot | None) -> Bbox | None:
    """The box around the tiles of a state; None where not every release of it has some."""
    releases = snapshot.source.releases if snapshot else ()
    stated = [(release, tile_names(release.manifest)) for release in releases]
    if not stated or not all(tiles for _, tiles in stated):
        return None
    return bounds(Bbox(*tile_bounds(release.local(name))) for release, tiles in stated for name, _ in tiles)


def _features(city: City, dataset: Dataset, snapshot: Snapshot, lang: Lang, more: str = "") -> Iterator[dict[str, Any]]:
    """The rows with a place, each with its key, its name and what classes it: lists of codes, the column ``more``."""
    place = place_fields(dataset)
    is_point = point_of(dataset) is not None
    question = Question(slug=dataset.slug, size=MOST_SENT)
    for row in city.query_service.rows(dataset, question, snapshot).rows:
        values = [row.values.get(field.name) for field in place]
        if not place or any(value is None for value in values):
            continue
        properties = {
            field.name: row.values[field.name]
            for field in dataset.published
            if (field.choices is not None or field.name == more)
            and field.shown == "public"
            and row.values.get(field.name) is not None
        }
        numbers = {
            field.name: float(str(value))
            for field in dataset.published
            if not is_point
            and field.kind.is_number
            and field.shown == "public"
            and (value := row.values.get(field.name)) is not None
        }
        yield {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [float(str(value)) for value in values]}
            if is_point
            else orjson.Fragment(str(values[0])),
            "properties": {
                "_key": keys.key_of(dataset, row),
                "_title": records.title(dataset, row, lang),
                **properties,
                **numbers,
            },
        }


def _card_line(field: Field, lang: Lang) -> dict[str, Any]:
    """How a card tells a column: its label, its unit, and the words of its codes."""
    entries = field.choices.entries if field.choices else ()
    return {
        "name": field.name,
        "label": field.label.of(lang),
        "unit": field.unit.of(lang) if field.unit else "",
        "codes": {entry.code: entry.label.of(lang) for entry in entries},
    }


def _districts(whole: CityLand, lang: Lang) -> Iterator[dict[str, Any]]:
    """The districts by name, each in the middle of its land, with its page."""
    listed = whole.land.field("district").choices if whole.land and whole.land.has("district") else None
    middles = whole.table.middles("district", whole.table.every) if whole.table is not None else {}
    for entry in listed.entries if listed else ():
        if entry.code in middles:
            address = reverse(f"{lang}:map_district", args=(entry.code,))
            at = middles[entry.code][:2]
            yield {"words": entry.label.of(lang), "at": at, "code": entry.code, "page": address}


def _streets(whole: CityLand) -> Iterator[dict[str, Any]]:
    """The streets by name, those with most land first, each in the middle of its land."""
    middles = whole.table.middles("street", whole.table.every) if whole.table is not None else {}
    for name in sorted(middles, key=lambda each: (-middles[each][2], each))[:MOST_STREETS_SENT]:
        yield {"words": name, "at": middles[name][:2]}
