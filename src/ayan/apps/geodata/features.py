"""OGC API Features (part 1: core, GeoJSON): every dataset with a place as a collection that map programs open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Final, Literal, NotRequired, TypedDict
from urllib.parse import urlencode

import orjson
from django.http import HttpRequest, HttpResponseBase

from ayan.apps.geodata.feature_time import time_conditions
from ayan.apps.geodata.limits import MOST_FEATURES, USUAL_FEATURES
from ayan.apps.geodata.placed_rows import GEOJSON, FeatureAnswer, LinkAnswer, feature
from ayan.core.query import keys
from ayan.core.query.boxes import place_fields
from ayan.core.query.formats.place_columns import NoPlace
from ayan.core.query.problem import BadQuestion, problem
from ayan.core.query.question_parser import parse
from ayan.core.schema.definition import Dataset
from ayan.core.values import locale
from ayan.core.values.digits import to_latin
from ayan.core.values.label import Label
from ayan.ui.api.answers import WholeNumber
from ayan.ui.api.json_schema import Schema
from ayan.ui.api.operations import JSON, SLUG, TEXT, Operation, Parameter
from ayan.ui.api.responses import NotFound, dataset_of, document, links, only, parameters, reading, tag
from ayan.wiring import city

ROOT: Final = "/api/v1/features"
CRS84: Final = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
CONFORMS: Final = tuple(
    f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{part}" for part in ("core", "geojson")
)
"""Without ``oas30``: the description is of OpenAPI 3.1. Without part 2: there is one system of coordinates."""
_SYSTEMS: Final = (
    CRS84,
    "https://www.opengis.net/def/crs/OGC/1.3/CRS84",
    "urn:ogc:def:crs:OGC:1.3:CRS84",
    "[OGC:CRS84]",
)
"""How clients call the one system, of which the first is the one that is told."""
_NO_FEATURE: Final = Label("ردیفی با این شناسه نیست.", "There is no row of this key.")
_OWN: Final = frozenset({"limit", "next", "datetime", "f", "crs", "bbox-crs"})
"""Parameters of the standard that are no conditions of the public grammar."""
_JSON_ASKED: Final = ("json", "geojson")


class LandingAnswer(TypedDict):
    """What there is, and where."""

    title: str
    description: str
    links: list[LinkAnswer]


class ConformanceAnswer(TypedDict):
    """The classes of the standard that are kept to."""

    conformsTo: list[str]


class ExtentAnswer(TypedDict):
    """Where the features of a collection may lie."""

    spatial: Annotated[dict[str, Any], Schema("Boxes in degrees: west, south, east, north")]


class CollectionAnswer(TypedDict):
    """One dataset with a place."""

    id: str
    title: str
    description: str
    itemType: Literal["feature"]
    extent: NotRequired[ExtentAnswer]
    crs: list[str]
    links: list[LinkAnswer]


class CollectionsAnswer(TypedDict):
    """Every dataset with a place."""

    collections: list[CollectionAnswer]
    links: list[LinkAnswer]


class FeaturesAnswer(TypedDict):
    """A page of features, with the way to the next one."""

    type: Literal["FeatureCollection"]
    features: list[FeatureAnswer]
    numberReturned: WholeNumber
    numberMatched: WholeNumber
    links: list[LinkAnswer]


_LIMIT: Final = Parameter(
    "limit",
    Label("چند ردیف در هر صفحه.", "How many features a page holds."),
    {"type": "integer", "minimum": 1, "maximum": MOST_FEATURES, "default": USUAL_FEATURES},
)
_BOX: Final = Parameter(
    "bbox",
    Label("کادری به درجه: غرب، جنوب، شرق، شمال.", "A box in degrees: west, south, east, north."),
    {"type": "string", "pattern": "^-?[0-9.]+,-?[0-9.]+,-?[0-9.]+,-?[0-9.]+$"},
)
_DATETIME: Final = Parameter(
    "datetime",
    Label(
        "روز یا بازه‌ای از روزها (RFC 3339)، بر پایهٔ ستون تاریخ داده؛ داده‌ای که تاریخ ندارد همه‌اش می‌آید.",
        "A day or an interval of days (RFC 3339), of the dataset’s date; of one without a date all features come.",
    ),
    {"type": "string"},
)
_BOX_SYSTEM: Final = Parameter(
    "bbox-crs",
    Label("تنها CRS84، که خود به خود همان است.", "CRS84 alone, which it is anyway."),
    {"type": "string", "enum": [*_SYSTEMS]},
)
_SYSTEM: Final = Parameter(
    "crs",
    Label("تنها CRS84، که خود به خود همان است.", "CRS84 alone, which it is anyway."),
    {"type": "string", "enum": [*_SYSTEMS]},
)
_NEXT: Final = Parameter("next", Label("نشانهٔ صفحهٔ بعد.", "The mark of the next page."), TEXT)
_FORMAT: Final = Parameter("f", Label("قالب پاسخ.", "The format."), {"type": "string", "enum": [*_JSON_ASKED]})
_KEY: Final = Parameter("key", Label("شناسهٔ ردیف.", "The key of the row."), TEXT)

OPERATIONS: Final = (
    Operation(
        path=ROOT, id="featuresLanding", answers={JSON: LandingAnswer}, parameters=(_FORMAT,), tag="places",
        words=Label("داده‌های مکانی برای برنامه‌های نقشه", "Places for map programs (OGC API Features)"),
    ),
    Operation(
        path=f"{ROOT}/conformance", id="featuresConformance", answers={JSON: ConformanceAnswer}, parameters=(_FORMAT,),
        tag="places", words=Label("بخش‌هایی از استاندارد که رعایت می‌شود", "What of the standard is kept to"),
    ),
    Operation(
        path=f"{ROOT}/collections", id="featuresCollections", answers={JSON: CollectionsAnswer}, parameters=(_FORMAT,),
        tag="places", words=Label("داده‌هایی که جا دارند", "Datasets with a place"),
    ),
    Operation(
        path=f"{ROOT}/collections/{{slug}}", parts=(SLUG,), id="featuresCollection", answers={JSON: CollectionAnswer},
        parameters=(_FORMAT,), refusals=(404,), tag="places", words=Label("یک داده", "One dataset with a place"),
    ),
    Operation(
        path=f"{ROOT}/collections/{{slug}}/items", parts=(SLUG,), id="featuresItems",
        answers={GEOJSON: FeaturesAnswer},
        parameters=(_LIMIT, _BOX, _BOX_SYSTEM, _SYSTEM, _DATETIME, _NEXT, _FORMAT), filters=True,
        refusals=(404, 410), tag="places", words=Label("ردیف‌های آن روی نقشه", "Its rows as features"),
    ),
    Operation(
        path=f"{ROOT}/collections/{{slug}}/items/{{key}}", parts=(SLUG, _KEY), id="featuresItem",
        answers={GEOJSON: FeatureAnswer}, parameters=(_FORMAT,), refusals=(404,), tag="places",
        words=Label("یک ردیف روی نقشه", "One row as a feature"),
    ),
)  # fmt: skip


def _link(request: HttpRequest, path: str, rel: str, media_type: str = JSON, title: str = "") -> LinkAnswer:
    link: LinkAnswer = {"href": request.build_absolute_uri(path), "rel": rel, "type": media_type}
    return {**link, "title": title} if title else link


@reading
def landing(request: HttpRequest) -> HttpResponseBase:
    """The landing page of the standard."""
    _asked(request)
    current_city = city.current()
    name = current_city.profile.name
    body: LandingAnswer = {
        "title": name.of("en"),
        "description": name.of("fa"),
        "links": [
            _link(request, ROOT, "self"),
            _link(request, "/api/v1/openapi.json", "service-desc", "application/vnd.oai.openapi+json;version=3.1"),
            _link(request, "/developers", "service-doc", "text/html"),
            _link(request, f"{ROOT}/conformance", "conformance"),
            _link(request, f"{ROOT}/collections", "data"),
        ],
    }
    return document(request, tag("features", request.get_host(), name.en), lambda: orjson.dumps(body), {})


@reading
def conformance(request: HttpRequest) -> HttpResponseBase:
    """The conformance classes."""
    _asked(request)
    body: ConformanceAnswer = {"conformsTo": [*CONFORMS]}
    return document(request, tag("conformance", *CONFORMS), lambda: orjson.dumps(body), {})


def _placed() -> Iterator[Dataset]:
    return (dataset for dataset in city.current().registry.all() if place_fields(dataset))


@reading
def collections(request: HttpRequest) -> HttpResponseBase:
    """Every dataset whose rows have a place."""
    _asked(request)
    body: CollectionsAnswer = {
        "collections": [_collection(request, dataset) for dataset in _placed()],
        "links": [_link(request, f"{ROOT}/collections", "self")],
    }
    text = orjson.dumps(body)
    return document(request, tag("collections", text.decode()), lambda: text, {})


@reading
def collection(request: HttpRequest, slug: str) -> HttpResponseBase:
    """One of them."""
    _asked(request)
    text = orjson.dumps(_collection(request, _dataset(slug)))
    return document(request, tag("collection", text.decode()), lambda: text, {})


def _collection(request: HttpRequest, dataset: Dataset) -> CollectionAnswer:
    root = f"{ROOT}/collections/{dataset.slug}"
    place = place_fields(dataset)[0]
    answer: CollectionAnswer = {
        "id": dataset.slug,
        "title": dataset.title.of(locale.DEFAULT.code),
        "description": dataset.description.of(locale.DEFAULT.code),
        "itemType": "feature",
        "crs": [CRS84],
        "links": [
            _link(request, root, "self"),
            _link(request, f"{root}/items", "items", GEOJSON),
            _link(request, f"/data/{dataset.slug}", "describedby", "text/html"),
        ],
    }
    if place.extent is not None:
        answer["extent"] = {"spatial": {"bbox": [list(place.extent)], "crs": CRS84}}
    return answer


@reading
def items(request: HttpRequest, slug: str) -> HttpResponseBase:
    """A page of features."""
    dataset = _dataset(slug)
    asked = [pair for pair in parameters(request) if pair[0] not in _OWN]
    _json(request)
    _in_degrees(request)
    limit = _limit(request)
    shaping = [("_size", str(limit)), ("_count", "1")]
    if any(name.startswith("_") for name, _ in asked):
        raise BadQuestion([problem("unknown-parameter", name) for name, _ in asked if name.startswith("_")])
    cursor = [("_next", request.GET["next"])] if "next" in request.GET else []
    times = time_conditions(dataset, request.GET["datetime"]) if "datetime" in request.GET else []
    question = parse(dataset, [*asked, *times, *shaping, *cursor])
    service = city.current().query_service
    standing = service.snapshot(dataset, question)
    path = f"{ROOT}/collections/{slug}/items"

    def body() -> bytes:
        answer = service.rows(dataset, question, standing)
        ways = [_link(request, request.get_full_path(), "self", GEOJSON)]
        ways.append(_link(request, f"{ROOT}/collections/{slug}", "collection"))
        if answer.next:
            kept = [(name, request.GET[name]) for name in ("datetime", "crs", "bbox-crs") if name in request.GET]
            following = urlencode([*asked, *kept, ("limit", limit), ("next", answer.next)], safe=",:/")
            ways.append(_link(request, f"{path}?{following}", "next", GEOJSON))
        page: FeaturesAnswer = {
            "type": "FeatureCollection",
            "features": [feature(dataset, row) for row in answer.rows],
            "numberReturned": len(answer.rows),
            "numberMatched": answer.total or 0,
            "links": ways,
        }
        return orjson.dumps(page)

    etag = tag("items", request.get_host(), standing.snapshot_id, dataset.digest, request.get_full_path())
    return document(request, etag, body, links(dataset, standing.releases), GEOJSON)


def _in_degrees(request: HttpRequest) -> None:
    """Refuse every system of coordinates but the one; a client that names this one is answered."""
    for name in ("crs", "bbox-crs"):
        if request.GET.get(name, CRS84) not in _SYSTEMS:
            raise BadQuestion([problem("not-allowed", name, _SYSTEMS)])


@reading
def item(request: HttpRequest, slug: str, key: str) -> HttpResponseBase:
    """One feature by its key."""
    _asked(request)
    dataset = _dataset(slug)
    service = city.current().query_service
    standing = service.snapshot(dataset, parse(dataset, []))
    picked = keys.find(service, dataset, key, standing)
    if not picked:
        raise NotFound("no-such-feature", _NO_FEATURE)
    root = f"{ROOT}/collections/{slug}"
    step = keys.step_of(keys.key_of(dataset, picked[0]))
    body: FeatureAnswer = {
        **feature(dataset, picked[0]),
        "links": [
            _link(request, f"{root}/items/{step}", "self", GEOJSON),
            _link(request, root, "collection"),
            _link(request, f"/data/{slug}/r/{step}", "alternate", "text/html"),
        ],
    }
    etag = tag("item", request.get_host(), standing.snapshot_id, dataset.digest, key)
    return document(request, etag, lambda: orjson.dumps(body), links(dataset, standing.releases), GEOJSON)


def _asked(request: HttpRequest) -> None:
    only(request, "f")
    _json(request)


def _json(request: HttpRequest) -> None:
    if request.GET.get("f", "json") not in _JSON_ASKED:
        raise BadQuestion([problem("not-allowed", "f", _JSON_ASKED)])


def _dataset(slug: str) -> Dataset:
    dataset = dataset_of(city.current().registry, slug)
    if not place_fields(dataset):
        raise NoPlace
    return dataset


def _limit(request: HttpRequest) -> int:
    """How many features a page holds; of more than may be, so many as may be."""
    text = to_latin(request.GET.get("limit", str(USUAL_FEATURES)).strip())
    if not text.isascii() or not text.isdigit() or not 0 < len(text) < 10 or int(text) < 1:
        raise BadQuestion([problem("size", "limit", limit=MOST_FEATURES)])
    return min(int(text), MOST_FEATURES)
