"""What a dataset's page says of it to programs that read pages: schema.org's Dataset, as JSON-LD."""

from __future__ import annotations

import json
from typing import Any, Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString

from ayan.apps.catalog import page_context
from ayan.core.query.answer import Snapshot
from ayan.core.query.formats import formats_of
from ayan.core.schema.definition import Dataset
from ayan.core.values import locale
from ayan.core.values.clock import TEHRAN
from ayan.ui import language
from ayan.wiring.city import City

FORMS: Final = ("csv", "xlsx", "geojson", "geoparquet")
# Nothing in it may end the element that it stands in.
_ESCAPED: Final = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


def _open_table(api: str) -> dict[str, str]:
    """The same as a table of Apache Iceberg, whose metadata has no media type of its own."""
    address = f"{api}/iceberg/metadata.json"
    return {
        "@type": "DataDownload",
        "name": "Apache Iceberg",
        "encodingFormat": "application/json",
        "contentUrl": address,
    }


def described(request: HttpRequest, city: City, dataset: Dataset, standing: Snapshot) -> SafeString:
    """The text of the element, for the page of what is published now: names, owner, licence, span and files."""
    lang = language.of(request)
    address = page_context.absolute(request, page_context.address(request, "dataset", dataset.slug))
    api = page_context.absolute(request, f"/api/v1/datasets/{dataset.slug}")
    possible = formats_of(dataset)
    files = [
        {
            "@type": "DataDownload",
            "encodingFormat": possible[form].media_type.partition(";")[0],
            "contentUrl": f"{api}/rows.{form}",
        }
        for form in FORMS
        if form in possible
    ]
    about: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": dataset.title.of(lang),
        "alternateName": [
            name for code in locale.codes() if (name := dataset.title.of(code)) != dataset.title.of(lang)
        ],
        "description": dataset.description.of(lang),
        "url": address,
        "identifier": dataset.slug,
        "inLanguage": [*locale.codes()],
        "license": f"https://spdx.org/licenses/{dataset.licence}",
        "isAccessibleForFree": True,
        "creator": {"@type": "GovernmentOrganization", "name": dataset.owner.of(lang)},
        "publisher": {
            "@type": "GovernmentOrganization",
            "name": city.profile.name.of(lang),
            "url": page_context.site(request),
        },
        "dateModified": standing.as_of.astimezone(TEHRAN).date().isoformat() if standing.as_of else None,
        "variableMeasured": [field.label.of(lang) for field in dataset.published],
        "distribution": [
            *files,
            {"@type": "DataDownload", "encodingFormat": "application/json", "contentUrl": f"{api}/rows"},
            *([_open_table(api)] if standing.releases else []),
        ],
        "includedInDataCatalog": {
            "@type": "DataCatalog",
            "url": page_context.absolute(request, reverse(f"{lang}:catalogue")),
        },
    }
    return SafeString(json.dumps(about, ensure_ascii=False).translate(_ESCAPED))
