"""A dataset after Croissant 1.1, for programs that learn from tables: its files, and every column with its type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from ayan.apps.standards.data_catalogue import licence_of
from ayan.apps.standards.limits import MOST_RELEASES_LISTED
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.store.manifest import MEDIATYPE, file_name
from ayan.core.store.release import DatasetSnapshot
from ayan.core.values.clock import TEHRAN
from ayan.core.values.label import Label
from ayan.core.values.locale import PERSIAN
from ayan.ui.api.responses import root_of
from ayan.wiring.city import City

VERSION: Final = "http://mlcommons.org/croissant/1.1"
_CONTEXT: Final[Mapping[str, Any]] = {
    "@language": "fa",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "description": {"@container": "@language"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "isLiveDataset": "cr:isLiveDataset",
    "key": "cr:key",
    "name": {"@container": "@language"},
    "recordSet": "cr:recordSet",
    "sc": "https://schema.org/",
    "source": "cr:source",
}
_TYPES: Final[Mapping[str, str]] = {
    "integer": "sc:Integer",
    "number": "sc:Float",
    "boolean": "sc:Boolean",
    "date": "sc:Date",
}
_ROWS: Final = "rows.csv"
_ADDRESS: Final = Label(
    "نشانی ردیف: دوره، شمارهٔ انتشار و شمارهٔ ردیف", "The address of the row: period, release, and row"
)


def described(city: City, dataset: Dataset, state: DatasetSnapshot, site: str) -> dict[str, Any]:
    """The description of what is published now.

    It is that of a live dataset: the rows as they stand at any time, and the files of releases with their digests.
    """
    page = f"{site}/data/{dataset.slug}"
    newest = state.sealed_at.astimezone(TEHRAN).date().isoformat() if state.sealed_at else None
    first = min((release.sealed_at for release in state.releases), default=None)
    number = len(city.release_store.releases(dataset.slug))
    name = city.profile.name
    return {
        "@context": dict(_CONTEXT),
        "@type": "sc:Dataset",
        "conformsTo": VERSION,
        "@id": page,
        "name": _said(dataset.title),
        "description": _said(dataset.description),
        "url": page,
        "identifier": dataset.slug,
        "license": licence_of(dataset.licence),
        "creator": {"@type": "sc:Organization", "name": dataset.owner.fa},
        "publisher": {"@type": "sc:Organization", "name": name.fa, "url": f"{site}/"},
        "citeAs": f"{PERSIAN.comma.join((name.fa, PERSIAN.quoted(dataset.title.fa)))}. {page}",
        # As many releases as were ever sealed: it only grows.
        "version": f"{number}.0.0",
        "inLanguage": ["fa", "en"],
        "isLiveDataset": True,
        "datePublished": first.astimezone(TEHRAN).date().isoformat() if first else None,
        "dateModified": newest,
        "distribution": list(_files(dataset, state, site)),
        "recordSet": [_records(dataset)],
    }


def _files(dataset: Dataset, state: DatasetSnapshot, site: str) -> Iterator[dict[str, Any]]:
    api = f"{site}{root_of(dataset)}"
    yield {
        "@type": "cr:FileObject",
        "@id": _ROWS,
        "name": _ROWS,
        "contentUrl": f"{api}/{_ROWS}",
        "encodingFormat": "text/csv",
    }
    for at in reversed(state.by_sealing[-MOST_RELEASES_LISTED:]):
        release = state.releases[at]
        for resource in release.manifest["resources"]:
            name = f"releases/{release.period}/{release.number}/{file_name(resource)}"
            yield {
                "@type": "cr:FileObject",
                "@id": name,
                "name": name,
                "contentUrl": f"{api}/{name}",
                "contentSize": f"{resource['bytes']} B",
                "encodingFormat": MEDIATYPE,
                "sha256": str(resource["hash"]).removeprefix("sha256:"),
            }


def _records(dataset: Dataset) -> dict[str, Any]:
    fields = [_field(field.name, field.label, field.description, _type(field)) for field in dataset.published]
    return {
        "@type": "cr:RecordSet",
        "@id": "rows",
        "name": "rows",
        "description": _said(dataset.title),
        "key": {"@id": "rows/_row"},
        "field": [*fields, _field("_row", _ADDRESS, None, "sc:Text")],
    }


def _field(name: str, label: Label, description: Label | None, kind: str) -> dict[str, Any]:
    words = label if description is None else Label("{name}. {words}", "{name}. {words}").format(
        name=label, words=description
    )  # fmt: skip
    return {
        "@type": "cr:Field",
        "@id": f"rows/{name}",
        "name": name,
        "description": _said(words),
        "dataType": kind,
        "source": {"fileObject": {"@id": _ROWS}, "extract": {"column": name}},
    }


def _type(field: Field) -> str:
    return "sc:Text" if field.shown == "masked" else _TYPES.get(field.kind.schema_type, "sc:Text")


def _said(label: Label) -> dict[str, str]:
    return {"fa": label.fa, "en": label.en}
