"""Where programs learn what is published: the catalogue as linked data, and the way from the host to all of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

import orjson
from django.http import HttpRequest, HttpResponseBase

from ayan.apps.catalog.page_context import site
from ayan.apps.standards import croissant, csv_metadata, fiscal_package, open_data_list
from ayan.apps.standards.data_catalogue import DataCatalogue
from ayan.apps.standards.linked_data import JSON_LD, TURTLE, GraphNode, as_json_ld, as_turtle
from ayan.core.values.label import Label
from ayan.ui.api.operations import JSON, SLUG, Operation, Parameter
from ayan.ui.api.responses import DESCRIPTION, NotFound, dataset_of, document, links, only, reading, tag
from ayan.wiring import city

LINKSET: Final = "application/linkset+json"
NOTHING: Final = Label("از این داده هنوز چیزی منتشر نشده است.", "Nothing of this dataset is published yet.")
NO_BUDGET: Final = Label(
    "این داده ردیف‌های بودجه نیست (نمای budget-lines).", "This dataset is not declared to be a budget (budget-lines)."
)
GraphWriter = Callable[[Iterable[GraphNode]], bytes]


@reading
def catalogue_ttl(request: HttpRequest) -> HttpResponseBase:
    """The catalogue as Turtle."""
    return _catalogue(request, as_turtle, TURTLE)


@reading
def catalogue_jsonld(request: HttpRequest) -> HttpResponseBase:
    """The catalogue as JSON-LD."""
    return _catalogue(request, as_json_ld, JSON_LD)


def _catalogue(request: HttpRequest, written: GraphWriter, media_type: str) -> HttpResponseBase:
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


@reading
def dataset_croissant(request: HttpRequest, slug: str) -> HttpResponseBase:
    """One dataset after Croissant 1.1. NotFound while nothing of it is published."""
    only(request)
    current_city, address = city.current(), site(request)
    dataset = dataset_of(current_city.registry, slug)
    state = current_city.release_store.snapshot(slug)
    if not state.releases or dataset.withheld is not None:
        raise NotFound("nothing-published", NOTHING)
    etag = tag("croissant", slug, address, current_city.site_version.now())
    return document(
        request,
        etag,
        lambda: orjson.dumps(croissant.described(current_city, dataset, state, address)),
        links(dataset),
        JSON_LD,
    )


@reading
def csv_columns(request: HttpRequest, slug: str) -> HttpResponseBase:
    """What the columns of the CSV of a dataset are."""
    only(request)
    current_city, address = city.current(), site(request)
    dataset = dataset_of(current_city.registry, slug)
    etag = tag("csvw", slug, address, dataset.digest, current_city.site_version.now())
    body = csv_metadata.described(dataset, address)
    return document(request, etag, lambda: orjson.dumps(body), links(dataset), csv_metadata.MEDIA_TYPE)


@reading
def budget_package(request: HttpRequest, slug: str) -> HttpResponseBase:
    """A budget as a Fiscal Data Package. NotFound for a dataset that is not declared to be one."""
    only(request)
    current_city, address = city.current(), site(request)
    dataset = dataset_of(current_city.registry, slug)
    if not fiscal_package.is_budget(dataset) or dataset.withheld is not None:
        raise NotFound("no-budget", NO_BUDGET)
    etag = tag("fiscal", slug, address, dataset.digest, current_city.site_version.now())
    body = fiscal_package.described(dataset, address)
    return document(request, etag, lambda: orjson.dumps(body), links(dataset))


@reading
def data_json(request: HttpRequest) -> HttpResponseBase:
    """The list of datasets after Project Open Data 1.1."""
    only(request)
    current_city, address = city.current(), site(request)
    etag = tag("data-json", address, current_city.site_version.now())
    return document(request, etag, lambda: orjson.dumps(open_data_list.listed(current_city, address)), {})


@reading
def api_catalog(request: HttpRequest) -> HttpResponseBase:
    """The way from the host to its doors for programs (RFC 9727), as a set of links (RFC 9264)."""
    only(request)
    address = site(request)
    api = [
        {"href": f"{address}{DESCRIPTION}", "type": "application/openapi+json"},
        {"href": f"{address}/api/v1/datasets", "type": JSON},
    ]
    linkset = [
        {
            "anchor": f"{address}/.well-known/api-catalog",
            "item": [
                {"href": f"{address}{root}"}
                for root in ("/api/v1", "/api/v1/ocds", "/api/v1/popolo", "/api/v1/open311/discovery.json")
            ],
        },
        {
            "anchor": f"{address}/api/v1",
            "service-desc": api[:1],
            "service-doc": [{"href": f"{address}/developers", "type": "text/html"}],
            "service-meta": [
                {"href": f"{address}/catalog.jsonld", "type": JSON_LD},
                {"href": f"{address}/catalog.ttl", "type": "text/turtle"},
                {"href": f"{address}/data.json", "type": JSON},
                {"href": f"{address}/services.jsonld", "type": JSON_LD},
                {"href": f"{address}/services.ttl", "type": "text/turtle"},
            ],
            "item": api[1:],
        },
    ]
    body = orjson.dumps({"linkset": linkset})
    return document(request, tag("api-catalog", body.decode()), lambda: body, {}, LINKSET)


def _operation(path: str, name: str, words: Label, media: str, *parts: Parameter) -> Operation:
    return Operation(
        path=path,
        parts=parts,
        id=name,
        words=words,
        answers={media.partition(";")[0]: None},
        parameters=(),
        refusals=(404,) if parts else (),
        tag="standards",
    )


_ALL: Final = Label("فهرست همهٔ داده‌ها به DCAT-AP 3.0.1 ({form})", "All datasets in DCAT-AP 3.0.1 ({form})")
_DATASET: Final = "/api/v1/datasets/{slug}"
OPERATIONS: Final = (
    _operation("/catalog.ttl", "catalogue_ttl", _ALL.format(form="Turtle"), TURTLE),
    _operation("/catalog.jsonld", "catalogue_jsonld", _ALL.format(form="JSON-LD"), JSON_LD),
    _operation(
        "/data.json",
        "data_json",
        Label("فهرست همهٔ داده‌ها به Project Open Data 1.1", "All datasets in Project Open Data 1.1"),
        JSON,
    ),
    _operation(
        "/.well-known/api-catalog",
        "api_catalog",
        Label("راه به همهٔ درهای برنامه‌ها (RFC 9727)", "The way to all doors for programs (RFC 9727)"),
        LINKSET,
    ),
    _operation(
        f"{_DATASET}/dcat.jsonld",
        "dataset_jsonld",
        Label("یک داده به DCAT-AP 3.0.1", "One dataset in DCAT-AP 3.0.1"),
        JSON_LD,
        SLUG,
    ),
    _operation(
        f"{_DATASET}/croissant.json",
        "dataset_croissant",
        Label("یک داده به Croissant 1.1", "One dataset in Croissant 1.1"),
        JSON_LD,
        SLUG,
    ),
    _operation(
        f"{_DATASET}/rows.csv{csv_metadata.ENDING}",
        "csv_columns",
        Label("ستون‌های CSV یک داده به CSVW", "The columns of a dataset’s CSV in CSVW"),
        csv_metadata.MEDIA_TYPE,
        SLUG,
    ),
    _operation(
        f"{_DATASET}/fiscal.json",
        "budget_package",
        Label("بودجه به Fiscal Data Package", "A budget as a Fiscal Data Package"),
        JSON,
        SLUG,
    ),
)
"""What can be asked of what is published as a whole."""
