"""Signposts on a dataset's page (signposting.org): typed links in its header, for programs that do not read pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.http import HttpRequest

from ayan.apps.catalog import page_context
from ayan.apps.catalog.citation.file_about import licence_page
from ayan.core.query.formats import formats_of
from ayan.core.schema.definition import Dataset
from ayan.ui.api.responses import root_of

_TYPES: Final = ("https://schema.org/AboutPage", "https://schema.org/Dataset")


def header(request: HttpRequest, dataset: Dataset) -> str:
    """The value of ``Link``: what to cite, what describes the data, their files, licence, types and catalogue."""
    return ", ".join(_links(request, dataset))


def _links(request: HttpRequest, dataset: Dataset) -> Iterator[str]:
    def link(path: str, relation: str, media_type: str = "") -> str:
        typed = f'; type="{media_type}"' if media_type else ""
        return f'<{page_context.absolute(request, path)}>; rel="{relation}"{typed}'

    api = root_of(dataset)
    yield link(f"/data/{dataset.slug}", "cite-as")
    yield link(f"{api}/dcat.jsonld", "describedby", "application/ld+json")
    yield link(f"{api}/croissant.json", "describedby", "application/ld+json")
    yield link(api, "describedby", "application/json")
    for name, form in formats_of(dataset).items():
        if form.write is not None:
            yield link(f"{api}/rows.{name}", "item", form.media_type.partition(";")[0])
    yield f'<{licence_page(dataset)}>; rel="license"'
    yield from (f'<{kind}>; rel="type"' for kind in _TYPES)
    yield link("/catalog.jsonld", "collection", "application/ld+json")
