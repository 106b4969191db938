"""What a static copy has in the words of standards: what stands at one address each, and contracting and the
council in bulk.

What needs a question (reconciliation, actions of CKAN, one process of contracting) is left to the portal.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

from ayan.apps.standards import csv_metadata, fiscal_package, popolo_api
from ayan.apps.standards.contracting import ROOT, Contracting, ContractingRefused, ContractingUndeclared
from ayan.core.schema.definition import Dataset
from ayan.core.store.damage import DatasetDamaged
from ayan.ui.contract import CopiedFile
from ayan.wiring.city import City

_DCAT: Final = ("dcat:accessURL", "dcat:downloadURL", "dcat:endpointURL", "dcat:endpointDescription")


def copied_files(city: City) -> Iterator[CopiedFile]:
    """The files of a city as it is published now."""
    # By its schema an address in data.json is absolute: it stays the portal's.
    yield CopiedFile("/data.json", "data.json")
    for name in ("catalog.ttl", "catalog.jsonld"):
        yield CopiedFile(f"/{name}", name, leading=_DCAT)
    yield CopiedFile("/.well-known/api-catalog", ".well-known/api-catalog", leading=("href",))
    for dataset in city.registry.all():
        yield from _of(city, dataset)
    yield from _contracting(city)
    yield from _council(city)


def _of(city: City, dataset: Dataset) -> Iterator[CopiedFile]:
    own = f"/api/v1/datasets/{quote(dataset.slug)}"

    def document(name: str, *leading: str) -> CopiedFile:
        return CopiedFile(f"{own}/{name}", f"{own[1:]}/{name}", leading=leading)

    yield document("dcat.jsonld", *_DCAT)
    if dataset.withheld is None and city.release_store.current(dataset.slug):
        yield document("croissant.json", "contentUrl")
        yield document(f"rows.csv{csv_metadata.ENDING}", "url")
        if fiscal_package.is_budget(dataset):
            yield document("fiscal.json", "path")


def _contracting(city: City) -> Iterator[CopiedFile]:
    try:
        Contracting.of(city, "")
    except (ContractingUndeclared, ContractingRefused, DatasetDamaged):
        return
    yield CopiedFile(ROOT, f"{ROOT[1:]}.json", leading=("releases_url", "records_url"))
    for what in ("releases", "records"):
        yield CopiedFile(f"{ROOT}/{what}.jsonl", f"{ROOT[1:]}/{what}.jsonl")


def _council(city: City) -> Iterator[CopiedFile]:
    """The council in Popolo: its things refer to each other by name, so its addresses may stay the portal's."""
    root = popolo_api.ROOT
    if classes := popolo_api.published_classes(city):
        yield CopiedFile(root, f"{root[1:]}.json", leading=("all", *classes))
        for name in ("popolo", *classes):
            yield CopiedFile(f"{root}/{name}.json", f"{root[1:]}/{name}.json")
