"""The pages of places: the map, a street and a district."""

from __future__ import annotations

from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

import orjson
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.shortcuts import render

from ayan.apps.catalog import page_context
from ayan.apps.catalog.page_context import published
from ayan.apps.civic.page_context import read_step
from ayan.apps.civic.roles import player
from ayan.apps.planning import district_page, map_page, street_page
from ayan.apps.planning.base_map import base_file, base_tag
from ayan.apps.planning.city_land import CityLand, city_land
from ayan.apps.planning.district_page import district_list
from ayan.apps.planning.land_figures import DISTRICTS, STREETS, figure_layers, is_figured
from ayan.apps.planning.land_values import valued_streets
from ayan.apps.planning.layer_document import layer_document, tiled_extent
from ayan.apps.planning.limits import LONGEST_SEARCH, MOST_LAND, MOST_MEASURED, MOST_OVER
from ayan.apps.planning.map_page import sources
from ayan.apps.planning.map_place import MapPlace
from ayan.apps.planning.map_question import FULL, PATH, STRENGTHS, MapQuestion
from ayan.apps.planning.map_sheet import fitting
from ayan.apps.planning.nearby import drawn_datasets
from ayan.apps.planning.overlays import overlays
from ayan.apps.planning.parcel_comparison import comparison
from ayan.apps.planning.parcel_rule import PART
from ayan.apps.planning.place_search import place_document, search
from ayan.apps.planning.tile_parts import tile_part
from ayan.core.query.answer import Unanswered
from ayan.core.store.objects import Withdrawn
from ayan.core.values.clock import today
from ayan.core.values.label import Label
from ayan.ui import code_html, language, static_files
from ayan.ui.api.byte_ranges import ranged
from ayan.ui.api.responses import NotFound, dataset_of, not_modified, release_of
from ayan.ui.component_parts import Crumb
from ayan.ui.responses import permissions, refused
from ayan.wiring import city

SECTION: Final = "map"
SCRIPTS: Final = ("build/maplibre-gl.js", "build/maplibre-gl-shared.js", "build/city-map.js")
ASKED: Final = frozenset({"layer", "of", "each", "over", "at", "class", "q", "fill", "measure", "_as_of"})
"""What an address of the map may ask."""
CLOSER: Final = 3
"""Levels nearer than the whole of a large city, where its tiles begin."""
TITLE: Final = Label("نقشهٔ شهر", "Map of the city")

COMPARED: Final = Label("ملک‌ها کنار هم", "Parcels side by side")


@published
def city_map(request: HttpRequest) -> HttpResponse:
    """The map in a window, with its layers, its list and a search for a place."""
    current_city, lang = city.current(), language.of(request)
    try:
        asked = _asked(request)
        whole = city_land(current_city, asked.as_of)
        words = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
        answers = search(current_city, whole, words, lang) if words else []
        if len(answers) == 1:
            return HttpResponseRedirect(answers[0].address)
        context: dict[str, Any] = {"section": SECTION, "title": TITLE, "wide": True, "q": words, "answers": answers}
        if whole.extent is None:
            if is_figured(asked.layer):
                raise Http404
            context |= {"many": whole.rows > MOST_LAND, "n": whole.rows}
            return _asking_place(render(request, "planning/no_map.html", context | _tiled(whole, asked)))
        context |= map_page.page(current_city, whole, asked)
        if is_figured(asked.layer) and "figured" not in context:
            raise Http404
    except Unanswered as none:
        return _unanswered(request, none)
    drawn = [whole.land.dataset] if whole.land else []
    if "layer" in context:
        drawn.append(context["layer"].dataset)
    elif "valued" in context:
        drawn.append(context["valued"].valued.dataset)
    elif "figured" in context and context["figured"].dataset is not None:
        drawn.append(context["figured"].dataset)
    has_days = "figured" not in context or context["figured"].dataset is not None
    context |= {
        "sources": sources(current_city, drawn, asked.as_of),
        "drawn_on": today(current_city.clock),
        "days": map_page.days(current_city, drawn[-1], asked) if drawn and has_days else [],
        "town": fitting(whole.extent).window,
        "is_live": _is_live(),
        "base": base_file() is not None,
    }
    if asked.layer == DISTRICTS and asked.as_of is None:  # a frame tells what holds now
        said = urlencode([(name, text) for name, text in (("of", asked.of), ("each", "1" * asked.each)) if text])
        path = page_context.address(request, "map_frame")
        context |= {"frame_address": page_context.absolute(request, f"{path}?{said}" if said else path)}
    return _asking_place(render(request, "planning/map.html", context))


def _is_live() -> bool:
    return all(static_files.has(name) for name in SCRIPTS)


def _asking_place(response: HttpResponse) -> HttpResponse:
    """Where the reader is may be asked for on a page with a map, by the reader's own press; it goes nowhere."""
    response.headers["Permissions-Policy"] = permissions("geolocation")
    return response


def _tiled(whole: CityLand, asked: MapQuestion) -> dict[str, Any]:
    """What the map in the browser needs of land that is too much to be drawn here; nothing where it has no tiles."""
    extent = tiled_extent(whole.snapshot)
    if extent is None or whole.land is None or not _is_live():
        return {}
    known = city.current().registry
    drawn = [whole.land.dataset, *([known.get(asked.layer)] if asked.layer and not is_figured(asked.layer) else [])]
    window = asked.place.sheet(extent) if asked.place.level else fitting(extent, margin=1 / 2**CLOSER)
    return {
        "asked": asked, "is_live": True, "wide": True, "base": base_file() is not None,
        "town": fitting(extent).window, "window": window.window,
        "themes": map_page.themes(city.current(), whole, asked),
        "overlays": overlays(city.current(), asked),
        "days": map_page.days(city.current(), drawn[-1], asked),
        "sources": sources(city.current(), drawn, asked.as_of),
        "drawn_on": today(city.current().clock),
    }  # fmt: skip


@published
def map_layer(request: HttpRequest) -> HttpResponse:
    """What the map in the browser draws of a layer, as JSON."""
    asked = _asked(request)
    try:
        whole = city_land(city.current(), asked.as_of)
        document = layer_document(city.current(), whole, asked)
        if document is None:
            raise Http404
        return HttpResponse(document, content_type="application/json")
    except Unanswered as none:
        return refused(HttpResponse(none.of(asked.lang), content_type="text/plain; charset=utf-8"), none)


@published
def map_places(request: HttpRequest) -> HttpResponse:
    """The places that a text may mean, as JSON: what the map in the browser goes to."""
    current_city, lang = city.current(), language.of(request)
    words = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    if not words or set(request.GET) != {"q"}:
        raise Http404
    try:
        whole = city_land(current_city)
        places = [place_document(whole, each, lang) for each in search(current_city, whole, words, lang)]
    except Unanswered as none:
        return refused(HttpResponse(none.of(lang), content_type="text/plain; charset=utf-8"), none)
    return HttpResponse(orjson.dumps({"places": places}), content_type="application/json")


def map_tiles(
    request: HttpRequest, slug: str, period: str, number: int, tag: str, first: int, length: int
) -> HttpResponse:
    """Some bytes of a file of tiles. Its digest is in the address, so a browser may keep them, but nobody between."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    current_city = city.current()
    try:
        dataset = dataset_of(current_city.registry, slug)
        release = release_of(current_city.release_store, dataset.slug, period, number)
        part = None if release.withdrawn else tile_part(release, tag, first, length)
    except (NotFound, Withdrawn):
        part = None
    if part is None or request.GET:
        raise Http404
    headers = {"Cache-Control": "private, max-age=31536000, immutable"}
    return HttpResponse(part, content_type="application/octet-stream", headers=headers)


def _asked(request: HttpRequest) -> MapQuestion:
    """What the address asks; Http404 of a layer or a window that is none."""
    lang, layer = language.of(request), request.GET.get("layer", "")
    if set(request.GET) - ASKED:
        raise Http404
    if layer and layer not in _layers():
        raise Http404
    over = tuple(request.GET["over"].split(",")) if request.GET.get("over") else ()
    placed = {dataset.slug for dataset in drawn_datasets(city.current())}
    if set(over) - placed or len({*over, layer}) != len(over) + 1 or len(over) > MOST_OVER:
        raise Http404
    measured = request.GET.get("measure", "")
    if measured and (measured.count(";") >= MOST_MEASURED or not PATH.fullmatch(measured)):
        raise Http404
    strength = request.GET.get("fill", str(FULL))
    if strength not in map(str, STRENGTHS):
        raise Http404
    place = MapPlace.read(request.GET.get("at", "")) if request.GET.get("at") else MapPlace()
    if place is None:
        raise Http404
    try:
        as_of = date.fromisoformat(request.GET["_as_of"]) if "_as_of" in request.GET else None
    except ValueError:
        raise Http404 from None
    if as_of is not None and layer == STREETS:  # how requests stood on a day is not kept
        raise Http404
    chosen = request.GET.get("class", "")[:LONGEST_SEARCH]
    of, each = request.GET.get("of", ""), request.GET.get("each", "")
    if ((of or each) and layer != DISTRICTS) or each not in ("", "1") or len(of) > LONGEST_SEARCH:
        raise Http404
    return MapQuestion(lang, layer, place, chosen, as_of, over, int(strength), measured, of, bool(each))


def _layers() -> set[str]:
    """The layers beside land by its zone."""
    current_city = city.current()
    land = player(current_city, PART)
    valued = valued_streets(current_city, land)
    placed = {dataset.slug for dataset in drawn_datasets(current_city)}
    figured = set(figure_layers(current_city, CityLand(current_city, land)))
    return placed | figured | ({valued.dataset.slug} if valued is not None else set())


def base_map(request: HttpRequest) -> HttpResponseBase:
    """The operator's ground of the map, in ranges."""
    path = base_file()
    if path is None:
        raise Http404
    etag = base_tag(path)
    headers = {"Cache-Control": "public, max-age=0, must-revalidate", "ETag": etag, "Accept-Ranges": "bytes"}
    return not_modified(request, etag, headers) or ranged(request, path, "application/vnd.pmtiles", etag, headers)


@published
def map_compare(request: HttpRequest) -> HttpResponse:
    """Parcels side by side."""
    if set(request.GET) - {"lot"}:
        raise Http404
    lang = language.of(request)
    try:
        compared = comparison(city.current(), request.GET.getlist("lot"), lang)
    except Unanswered as none:
        return _unanswered(request, none)
    crumbs = _crumbs(request, Crumb(COMPARED.of(lang)))
    context = {"section": SECTION, "title": COMPARED, "crumbs": crumbs, "compared": compared, "unit": "toman"}
    return render(request, "planning/compare.html", context)


@published
def street(request: HttpRequest, name: str) -> HttpResponse:
    """A street: its values, its parcels on a drawing, and what is published of it."""
    steps = read_step(name)
    path = page_context.address(request, "dataset", "SLUG").replace("SLUG", "{slug}")
    try:
        context = street_page.page(city.current(), steps[0], path, language.of(request)) if len(steps) == 1 else None
    except Unanswered as none:
        return _unanswered(request, none)
    if context is None:
        raise Http404
    crumbs = _crumbs(request, Crumb(code_html.isolated(context["name"])))
    return render(request, "planning/street.html", {"section": SECTION, "crumbs": crumbs, **context})


@published
def district(request: HttpRequest, code: str) -> HttpResponse:
    """A district: its people, its land, and what was done there last year."""
    try:
        whole = city_land(city.current())
        listed = district_list(whole.land)
        if listed is None or code not in {entry.code for entry in listed.entries}:
            raise Http404
        context = district_page.page(city.current(), whole, listed, code, language.of(request))
    except Unanswered as none:
        return _unanswered(request, none)
    extent, place = context["extent"], None
    if extent is not None and whole.extent is not None:
        middle = (extent.west + extent.east) / 2, (extent.south + extent.north) / 2
        place = MapPlace.around(whole.extent, *middle, 2)
        asked = MapQuestion(language.of(request), place=place)
        context |= map_page.page(city.current(), whole, asked, extent, code) | {"larger": asked.address}
    crumbs = _crumbs(request, Crumb(context["name"]))
    return render(request, "planning/district.html", {"section": SECTION, "crumbs": crumbs, **context})


def _crumbs(request: HttpRequest, last: Crumb) -> list[Crumb]:
    return [Crumb(TITLE.of(language.of(request)), page_context.address(request, "map")), last]


def _unanswered(request: HttpRequest, none: Unanswered) -> HttpResponse:
    context = {
        "words": none.of(language.of(request)),
        "crumbs": _crumbs(request, Crumb(TITLE.of(language.of(request)))),
    }
    return page_context.refuse(request, "planning/no_map.html", {"section": SECTION, "title": TITLE, **context}, none)
