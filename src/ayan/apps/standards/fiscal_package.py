"""A budget as a Fiscal Data Package: which column is which measure in which phase, and what its lines are called by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ayan.apps.standards.data_catalogue import licence_of
from ayan.core.schema.definition import Dataset
from ayan.core.schema.export import table_schema
from ayan.core.schema.view import PlaysView
from ayan.ui.api.responses import root_of

PART: Final = "budget-lines"
"""The declared part of a dataset whose rows are the lines of a budget."""
_CURRENCY: Final = "IRR"
_RESOURCE: Final = "rows"
_PHASES: Final[Mapping[str, str]] = {"approved": "approved", "revised": "adjusted", "spent": "executed"}
"""The phase of each place of the part that holds an amount of the whole line."""
_DIMENSIONS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "year": ("datetime", ("year",)),
    "scheme": ("other", ("scheme",)),
    "line": ("classification", ("code", "title")),
    "side": ("classification", ("side",)),
    "heading": ("classification", ("heading", "heading_title")),
    "class": ("classification", ("class",)),
}
"""The dimensions of a line: their type, and the places whose values tell them; the first is their key, the second its
label. Which classification a code is of is not declared, so none is named."""


def is_budget(dataset: Dataset) -> bool:
    """Whether a dataset is declared to be the lines of a budget."""
    return dataset.plays == PART


def described(dataset: Dataset, site: str) -> dict[str, Any]:
    """The package of a dataset that `is_budget`, over its rows as they stand at any time."""
    view = next(view for view in dataset.views_of(PlaysView) if view.part == PART)
    public = {field.name for field in dataset.published if field.shown == "public"}
    places = {place: field for place, field in view.places if field in public}
    schema = table_schema(dataset.published, dataset.key, address=False)
    return {
        "profile": "fiscal-data-package",
        "name": dataset.slug,
        "title": f"{dataset.title.fa} / {dataset.title.en}",
        "description": dataset.description.fa,
        "homepage": f"{site}/data/{dataset.slug}",
        "licenses": [{"name": dataset.licence, "path": licence_of(dataset.licence)}],
        "countryCode": "IR",
        "resources": [
            {
                "name": _RESOURCE,
                "path": f"{site}{root_of(dataset)}/rows.csv",
                "profile": "tabular-data-resource",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "schema": {**schema, "fields": [*schema["fields"], {"name": "_row", "type": "string"}]},
            }
        ],
        "model": {
            "measures": {
                place: {"source": places[place], "resource": _RESOURCE, "currency": _CURRENCY, "phase": phase}
                for place, phase in _PHASES.items()
                if place in places
            },
            "dimensions": {
                name: _dimension(kind, members, places)
                for name, (kind, members) in _DIMENSIONS.items()
                if members[0] in places
            },
        },
    }


def _dimension(kind: str, members: tuple[str, ...], places: Mapping[str, str]) -> dict[str, Any]:
    key = members[0]
    attributes = {place: {"source": places[place], "resource": _RESOURCE} for place in members if place in places}
    for place in members[1:]:
        if place in attributes:
            attributes[place]["labelfor"] = key
    return {"dimensionType": kind, "primaryKey": [key], "attributes": attributes}
