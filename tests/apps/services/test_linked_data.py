"""The services as linked data against the shapes of CPSV-AP 3.2: some of the sample each day, all in a long trial."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pyshacl
import pytest
from django.test import Client
from rdflib import RDF, Graph, URIRef
from rdflib.compare import isomorphic
from tests.sampling import chance

import ayan
from ayan.apps.services.public_service_graph import document, turtle
from ayan.core.services.service import LegalBasis, Service
from ayan.core.services.service_file import read_services
from ayan.core.values.label import Label

# Of their own parsers: rdflib reads JSON-LD by a class that it means to take away.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
SAMPLE = read_services(Path(ayan.__file__).parent / "apps" / "services" / "sample")
DRAWN = 5


@pytest.fixture(scope="module")
def shapes(shared: Path) -> Graph:
    """The shapes of the profile as they were published."""
    return Graph().parse(shared / "vectors" / "shacl" / "cpsv-ap.ttl")


def violations(text: str, shapes: Graph) -> str:
    """What the shapes find wrong in a JSON-LD document; empty where nothing is."""
    holds, _, said = pyshacl.validate(Graph().parse(data=text, format="json-ld"), shacl_graph=shapes)
    return "" if holds else str(said)


def graph(services: Iterable[Service]) -> str:
    return json.dumps(document(SAMPLE, services, Label("شهر", "City"), "https://city.example"))


def test_services_of_the_sample_hold_to_the_profile(shapes: Graph) -> None:
    drawn = chance("linked services").sample(list(SAMPLE.services.values()), DRAWN)
    sourced = replace(
        drawn[0],
        law=LegalBasis(Label("مادهٔ ساختگی", "Invented article"), "book, page 1"),
        output=Label('پروانهٔ "ساختگی"\n', "Invented \\ permit"),
        tariff="permit-fee",
        fee="tariff",
    )
    services = [sourced, *drawn[1:]]
    assert not violations(graph(services), shapes)
    described = Graph().parse(data=graph(services), format="json-ld")
    assert isomorphic(described, Graph().parse(data=as_turtle(services), format="turtle"))
    assert len(list(described.subjects(RDF.type, URIRef("http://data.europa.eu/m8g/Output")))) == 1
    assert "https://city.example/tariffs/permit-fee" in graph(services)


def as_turtle(services: Iterable[Service]) -> bytes:
    return turtle(SAMPLE, services, Label("شهر", "City"), "https://city.example")


@pytest.mark.soak
def test_every_service_of_the_sample_holds_to_the_profile(shapes: Graph) -> None:
    assert not violations(graph(SAMPLE.services.values()), shapes)


def test_the_shapes_find_a_service_without_its_authority(shapes: Graph) -> None:
    text = graph(list(SAMPLE.services.values())[:1]).replace("m8g:hasCompetentAuthority", "m8g:nothing")
    assert "hasCompetentAuthority" in violations(text, shapes)


@pytest.mark.django_db
def test_the_whole_catalogue_has_one_address(reader: Client) -> None:
    response = reader.get("/services.jsonld")
    assert response.headers["Content-Type"].startswith("application/ld+json")
    nodes = {node["@id"]: node for node in json.loads(response.content)["@graph"]}
    wall = next(node for at, node in nodes.items() if at.endswith("/services/S-1"))
    assert {"@language": "en", "@value": "orange hedge"} in wall["dcat:keyword"]
    as_text = reader.get("/services.ttl")
    assert as_text.headers["Content-Type"].startswith("text/turtle")
    assert isomorphic(
        Graph().parse(data=as_text.content, format="turtle"), Graph().parse(data=response.content, format="json-ld")
    )
