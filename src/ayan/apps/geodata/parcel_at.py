"""The parcel at a point: which piece of land covers it, for a program that knows where somebody stands."""

from __future__ import annotations

from typing import Final

import orjson
from django.http import HttpRequest, HttpResponseBase

from ayan.apps.geodata.limits import MOST_AT_A_POINT
from ayan.apps.geodata.placed_rows import FeatureAnswer, feature, outline_of
from ayan.core.query.boxes import BBOX, box_text, place_fields
from ayan.core.query.problem import BadQuestion, problem
from ayan.core.query.question_parser import parse
from ayan.core.schema.definition import Dataset
from ayan.core.schema.view import PlaysView
from ayan.core.values.digits import to_latin
from ayan.core.values.label import Label
from ayan.core.values.place import Bbox, PlaceError, Point, point
from ayan.core.values.point_in_shape import covers
from ayan.ui.api.answers import ProvenanceAnswer, provenance
from ayan.ui.api.operations import JSON, Operation, Parameter
from ayan.ui.api.responses import NotFound, document, links, only, reading, tag
from ayan.wiring import city
from ayan.wiring.city import City

PART: Final = "land-parcels"
"""The part that the dataset of pieces of land plays, with a ``shape``."""

_NO_PARCELS: Final = Label("این شهر نقشهٔ ملک‌ها را منتشر نکرده است.", "This city publishes no map of parcels.")
_DEGREES: Final = {"type": "string", "pattern": "^-?[0-9]{1,3}([.][0-9]{1,15})?$"}


class ParcelsAtAnswer(ProvenanceAnswer):
    """The parcels that cover a point: none, one, or several where their outlines overlap or meet."""

    features: list[FeatureAnswer]


OPERATIONS: Final = (
    Operation(
        path="/api/v1/parcels/at",
        id="parcelAt",
        words=Label("ملکی که این نقطه در آن است", "The parcel that covers a point"),
        answers={JSON: ParcelsAtAnswer},
        parameters=(
            Parameter("lat", Label("عرض جغرافیایی به درجه (WGS 84)", "Latitude in degrees (WGS 84)"), _DEGREES),
            Parameter("lng", Label("طول جغرافیایی به درجه (WGS 84)", "Longitude in degrees (WGS 84)"), _DEGREES),
        ),
        needed=("lat", "lng"),
        refusals=(404,),
        tag="places",
    ),
)


@reading
def parcel_at(request: HttpRequest) -> HttpResponseBase:
    """The parcels that cover ``lat`` and ``lng``."""
    only(request, "lat", "lng")
    at = _point(request)
    current_city = city.current()
    dataset = _parcels(current_city)
    shape = place_fields(dataset)[0].name
    box = box_text(Bbox(at.lon, at.lat, at.lon, at.lat))
    question = parse(dataset, [(f"{shape}__{BBOX}", box), ("_size", str(MOST_AT_A_POINT))])
    standing = current_city.query_service.snapshot(dataset, question)

    def body() -> bytes:
        answer = current_city.query_service.rows(dataset, question, standing)
        covering = [row for row in answer.rows if (outline := outline_of(dataset, row)) and covers(outline, at)]
        document: ParcelsAtAnswer = {
            "features": [feature(dataset, row) for row in covering], **provenance(standing),
        }  # fmt: skip
        return orjson.dumps(document)

    etag = tag("parcel-at", box, standing.snapshot_id, dataset.digest)
    return document(request, etag, body, links(dataset, standing.releases))


def _point(request: HttpRequest) -> Point:
    """The point that the two numbers name. Raises BadQuestion at the one that is none."""
    numbers: dict[str, float] = {}
    for name in ("lat", "lng"):
        if name not in request.GET:
            raise BadQuestion([problem("needed", name)])
        try:
            number = float(to_latin(request.GET[name].strip()))
            point(number if name == "lng" else 0, number if name == "lat" else 0)
        except (ValueError, PlaceError):
            raise BadQuestion([problem("degrees", name)]) from None
        numbers[name] = number
    return Point(numbers["lng"], numbers["lat"])


def _parcels(current_city: City) -> Dataset:
    """The dataset that plays the part, with its shape. Raises NotFound where there is none."""
    for dataset in current_city.registry.declaring(PlaysView):
        for view in dataset.views_of(PlaysView):
            shape = dict(view.places).get("shape")
            if view.part == PART and shape and place_fields(dataset)[:1] == (dataset.field(shape),):
                return dataset
    raise NotFound("no-parcels", _NO_PARCELS)
