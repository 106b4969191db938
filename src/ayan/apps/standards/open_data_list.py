"""The list of datasets after Project Open Data 1.1 (``data.json``), for harvesters that know no linked data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ayan.apps.standards.data_catalogue import licence_of, span_of
from ayan.core.query.formats import formats_of
from ayan.core.schema.definition import Cadence, Dataset
from ayan.core.values.clock import TEHRAN
from ayan.core.values.label import Label
from ayan.ui.api.responses import root_of
from ayan.wiring.city import City

_SCHEMA: Final = "https://project-open-data.cio.gov/v1.1/schema"
_EVERY: Final[Mapping[Cadence, str]] = {
    "daily": "R/P1D",
    "weekly": "R/P1W",
    "monthly": "R/P1M",
    "quarterly": "R/P3M",
    "yearly": "R/P1Y",
    "irregular": "irregular",
}


def listed(city: City, site: str) -> dict[str, Any]:
    """Every dataset that is declared; one that is withheld is not public and has no file."""
    return {
        "@context": f"{_SCHEMA}/catalog.jsonld",
        "@id": f"{site}/data.json",
        "@type": "dcat:Catalog",
        "conformsTo": _SCHEMA,
        "describedBy": f"{_SCHEMA}/catalog.json",
        "dataset": [_dataset(city, dataset, site) for dataset in city.registry.all()],
    }


def _dataset(city: City, dataset: Dataset, site: str) -> dict[str, Any]:
    state = city.release_store.snapshot(dataset.slug)
    page = f"{site}/data/{dataset.slug}"
    topic = city.topics.get(dataset.topic, Label(dataset.topic, dataset.topic))
    out: dict[str, Any] = {
        "@type": "dcat:Dataset",
        "title": both(dataset.title),
        "description": both(dataset.description),
        "keyword": [topic.fa, topic.en],
        "theme": [topic.en],
        "publisher": {
            "@type": "org:Organization",
            "name": both(dataset.owner),
            "subOrganizationOf": {"@type": "org:Organization", "name": both(city.profile.name)},
        },
        "contactPoint": _contact(city),
        "identifier": page,
        "accessLevel": "public" if dataset.withheld is None else "non-public",
        "license": licence_of(dataset.licence),
        "accrualPeriodicity": _EVERY[dataset.cadence],
        "language": ["fa", "en"],
        "landingPage": page,
        "describedBy": f"{site}{root_of(dataset)}",
        "describedByType": "application/json",
    }
    if state.sealed_at is None or dataset.withheld is not None:
        return out
    out["modified"] = state.sealed_at.astimezone(TEHRAN).isoformat(timespec="seconds")
    out["distribution"] = [
        {
            "@type": "dcat:Distribution",
            "title": name.upper(),
            "downloadURL": f"{site}{root_of(dataset)}/rows.{name}",
            "mediaType": form.media_type.partition(";")[0],
            "format": name.upper(),
        }
        for name, form in formats_of(dataset).items()
        if form.write is not None
    ]
    days = span_of(state)
    return out | ({"temporal": "/".join(day.isoformat() for day in days)} if days else {})


def _contact(city: City) -> dict[str, str]:
    addresses = [contact.address for contact in city.profile.contact if contact.address.startswith("mailto:")]
    contact = {"@type": "vcard:Contact", "fn": both(city.profile.name)}
    return contact | ({"hasEmail": addresses[0]} if addresses else {})


def both(label: Label) -> str:
    """A text for readers of either language, where a standard has room for one."""
    return label.fa if label.fa == label.en else f"{label.fa} / {label.en}"
