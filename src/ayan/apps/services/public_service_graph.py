"""The services as linked data: CPSV-AP 3.2, the European profile of public services, as JSON-LD and as Turtle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final
from urllib.parse import quote

from ayan.apps.standards.linked_data import GraphNode, as_turtle
from ayan.core.services.service import CHANNELS, Service, ServiceTerm
from ayan.core.services.service_file import ServiceCatalogue
from ayan.core.values import locale
from ayan.core.values.label import Label, joined

MEDIA_TYPE: Final = "application/ld+json"
CONTEXT: Final[Mapping[str, str]] = {
    "cpsv": "http://purl.org/vocab/cpsv#",
    "m8g": "http://data.europa.eu/m8g/",
    "dct": "http://purl.org/dc/terms/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "eli": "http://data.europa.eu/eli/ontology#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_TERRITORY: Final = "http://data.europa.eu/88u/dataset/atu-type"
_RIAL: Final = "http://publications.europa.eu/resource/authority/currency/IRR"
_PROMISED: Final = Label("{says} وعده: {n} روز کاری.", "{says} Promised within {n} working days.")
_STEPS: Final = Label("گام‌های «{title}»", "Steps of “{title}”")
_FREE: Final = Label("رایگان", "Free of charge")
_BY_TARIFF: Final = Label("به حساب تعرفهٔ {code}", "By the tariff {code}")


def document(catalogue: ServiceCatalogue, services: Iterable[Service], city: Label, site: str) -> GraphNode:
    """Some services of a catalogue, with all that they name: every address begins with that of the site."""
    return {"@context": dict(CONTEXT), "@graph": list(nodes(catalogue, list(services), city, site))}


def turtle(catalogue: ServiceCatalogue, services: Iterable[Service], city: Label, site: str) -> bytes:
    """The same as Turtle."""
    return as_turtle(nodes(catalogue, list(services), city, site), CONTEXT)


def nodes(catalogue: ServiceCatalogue, services: list[Service], city: Label, site: str) -> Iterator[GraphNode]:
    """Everything that is told, each thing once."""
    terms = catalogue.terms
    territory = f"{site}/#territory"
    yield {"@id": territory, "@type": _TERRITORY, "dct:title": _said(city)}
    yield from ({"@id": f"{language}", "@type": "dct:LinguisticSystem"} for language in _languages())
    for kind, listed in (("unit", terms.units), ("audience", terms.audiences), ("event", terms.events)):
        for term in listed.values():
            yield _term(site, kind, term, territory)
    for document_type in terms.documents.values():
        node = _node(site, "document", document_type.code, "m8g:EvidenceType")
        yield node | {"dct:identifier": document_type.code, "dct:title": _said(document_type.title)}
    for code, label in CHANNELS.items():
        yield _node(site, "channel-type", code, "skos:Concept") | {"skos:prefLabel": _said(label)}
    yield {"@id": _RIAL, "@type": "skos:Concept", "skos:notation": "IRR"}
    for service in services:
        yield from _service(service, site)


def _term(site: str, kind: str, term: ServiceTerm, territory: str) -> GraphNode:
    if kind == "unit":
        node = _node(site, kind, term.code, "m8g:PublicOrganisation")
        return node | {"skos:prefLabel": _said(term.title), "dct:spatial": {"@id": territory}}
    if kind == "event":
        node = _node(site, kind, term.code, "m8g:LifeEvent")
        return node | {
            "@type": ["m8g:LifeEvent", "m8g:Event"],
            "dct:identifier": term.code,
            "dct:title": _said(term.title),
        }
    return _node(site, kind, term.code, "skos:Concept") | {"skos:prefLabel": _said(term.title)}


def _service(service: Service, site: str) -> Iterator[GraphNode]:
    """A service, and what belongs to it alone: its channels, its cost, its steps, its condition, its legal basis."""
    page = f"{site}/services/{service.code}"
    node: GraphNode = {
        "@id": page,
        "@type": "cpsv:PublicService",
        "dct:identifier": service.code,
        "dct:title": _said(service.title),
        "dct:description": _said(_description(service)),
        "dct:language": [{"@id": language} for language in _languages()],
        "dct:audience": _refer(site, "audience", [service.audience]),
        "m8g:hasCompetentAuthority": _refer(site, "unit", [service.unit]),
        "m8g:isGroupedBy": _refer(site, "event", service.events),
        "m8g:hasInputType": _refer(site, "document", service.documents),
        "m8g:contactPoint": {"@id": f"{page}#contact"},
        "m8g:holdsRequirement": {"@id": f"{page}#who"},
        "m8g:hasChannel": [{"@id": f"{page}#{channel}"} for channel in service.channels],
    }
    names = {lang: called for lang, called in service.called.items() if called}
    node |= {
        "dcat:keyword": [
            {"@value": locale.of(lang).comma.join(called), "@language": lang} for lang, called in names.items()
        ]
    }
    yield {"@id": f"{page}#contact", "@type": "m8g:ContactPoint", "m8g:contactPage": {"@id": f"{page}#page"}}
    yield {"@id": f"{page}#page", "@type": "foaf:Document", "foaf:homepage": page}
    yield {"@id": f"{page}#who", "@type": "m8g:Requirement", "dct:identifier": f"{service.code}-who"} | {
        "dct:title": _said(service.who)
    }
    for channel in service.channels:
        yield {
            "@id": f"{page}#{channel}",
            "@type": "m8g:Channel",
            "dct:identifier": f"{service.code}-{channel}",
            "dct:type": {"@id": f"{site}/services#channel-type-{channel}"},
            "dct:description": _said(CHANNELS[channel]),
        }
    for key, part in _parts(service, page, site):
        node[key] = {"@id": part["@id"]}
        yield part
    yield node


def _parts(service: Service, page: str, site: str) -> Iterator[tuple[str, GraphNode]]:
    """What only some services have, each with the name of what leads to it."""
    if service.fee != "unstated":
        words = _FREE if service.fee == "free" else _BY_TARIFF.format(code=service.tariff)
        cost: GraphNode = {"@id": f"{page}#cost", "@type": "m8g:Cost", "dct:identifier": f"{service.code}-cost"}
        cost["dct:description"] = _said(words)
        if service.tariff:
            cost["rdfs:seeAlso"] = {"@id": f"{site}/tariffs/{quote(service.tariff)}"}
        if service.fee == "free":
            cost |= {"m8g:hasValue": {"@value": "0.0", "@type": "xsd:double"}, "m8g:currency": {"@id": _RIAL}}
        yield "m8g:hasCost", cost
    if service.steps:
        yield (
            "cpsv:follows",
            {
                "@id": f"{page}#steps",
                "@type": "cpsv:Rule",
                "dct:identifier": f"{service.code}-steps",
                "dct:title": _said(_STEPS.format(title=service.title)),
                "dct:description": _said(joined(step.title for step in service.steps)),
            },
        )
    if service.output is not None:
        yield (
            "cpsv:produces",
            {
                "@id": f"{page}#output",
                "@type": "m8g:Output",
                "dct:identifier": f"{service.code}-output",
                "dct:title": _said(service.output),
            },
        )
    if service.law is not None:
        yield (
            "m8g:hasLegalResource",
            {
                "@id": f"{page}#law",
                "@type": "eli:LegalResource",
                "dct:title": _said(service.law.words),
                "dct:source": service.law.source,
            },
        )


def _description(service: Service) -> Label:
    """What a service is, and its promise in words: days of work are no duration of the calendar."""
    if service.days is None:
        return service.says
    return _PROMISED.format(says=service.says, n=service.days)


def _languages() -> tuple[str, ...]:
    return tuple(f"http://publications.europa.eu/resource/authority/language/{code}" for code in ("FAS", "ENG"))


def _node(site: str, kind: str, code: str, sort: str) -> GraphNode:
    return {"@id": f"{site}/services#{kind}-{code}", "@type": sort}


def _refer(site: str, kind: str, terms: Iterable[ServiceTerm]) -> list[GraphNode]:
    return [{"@id": f"{site}/services#{kind}-{term.code}"} for term in terms]


def _said(label: Label) -> list[GraphNode]:
    return [{"@value": text, "@language": lang} for lang, text in label.words().items()]
