"""Where programs learn what is published: the catalogue as linked data, and the way from the host to all of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from django.http import HttpRequest, HttpResponseBase

from ayan.apps.catalog.page_context import site
from ayan.apps.standards.data_catalogue import DataCatalogue
from ayan.apps.standards.linked_data import JSON_LD, TURTLE, Node, as_json_ld, as_turtle
from ayan.core.values.label import Label
from ayan.ui.api.operations import Operation
from ayan.ui.api.responses import dataset_of, document, links, only, reading, tag
from ayan.wiring import city

Written = Callable[[Iterable[Node]], bytes]

OPERATIONS: Final = tuple(
    Operation(
        path=f"/catalog.{name}",
        id=f"catalogue_{name}",
        words=Label("فهرست همهٔ داده‌ها به DCAT-AP 3.0.1 ({form})", "All datasets in DCAT-AP 3.0.1 ({form})").format(
            form=form
        ),
        answers={media.partition(";")[0]: None},
        parameters=(),
        tag="standards",
    )
    for name, form, media in (("ttl", "Turtle", TURTLE), ("jsonld", "JSON-LD", JSON_LD))
)


@reading
def catalogue_ttl(request: HttpRequest) -> HttpResponseBase:
    """The catalogue as Turtle."""
    return _catalogue(request, as_turtle, TURTLE)


@reading
def catalogue_jsonld(request: HttpRequest) -> HttpResponseBase:
    """The catalogue as JSON-LD."""
    return _catalogue(request, as_json_ld, JSON_LD)


def _catalogue(request: HttpRequest, written: Written, media_type: str) -> HttpResponseBase:
    only(request)
    current_city, address = city.current(), site(request)
    etag = tag("catalogue", media_type, address, current_city.site_version.now())
    return document(request, etag, lambda: written(DataCatalogue(current_city, address).nodes()), {}, media_type)


@reading
def dataset_jsonld(request: HttpRequest, slug: str) -> HttpResponseBase:
    """What the catalogue says of one dataset."""
    only(request)
    current_city, address = city.current(), site(request)
    dataset = dataset_of(current_city.registry, slug)
    etag = tag("catalogue-of", slug, address, current_city.site_version.now())
    return document(
        request,
        etag,
        lambda: as_json_ld(DataCatalogue(current_city, address).nodes_of(dataset)),
        links(dataset),
        JSON_LD,
    )
