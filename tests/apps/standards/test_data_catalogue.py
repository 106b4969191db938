"""The catalogue against the shapes of DCAT-AP 3.0.1, and its two writings against each other."""

from __future__ import annotations

from pathlib import Path

import pyshacl
import pytest
from django.test import Client
from rdflib import SH, Graph
from rdflib.compare import to_isomorphic
from tests.apps.small_city import SECRET

from ayan.apps.standards.data_catalogue import DataCatalogue
from ayan.apps.standards.linked_data import as_json_ld, as_turtle, ref, said
from ayan.core.values.label import Label
from ayan.wiring.city import City

# Of their own parsers: rdflib reads JSON-LD by a class that it means to take away.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")


@pytest.fixture(scope="module")
def shapes(shared: Path) -> Graph:
    """The shapes of the profile as they were published, but for two names of shapes that the file does not have."""
    shapes = Graph().parse(shared / "vectors" / "shacl" / "dcat-ap-3.0.1.ttl")
    lost = [(shape, part) for shape, part in shapes.subject_objects(SH.property) if (part, None, None) not in shapes]
    assert len(lost) == 2
    for shape, part in lost:
        shapes.remove((shape, SH.property, part))
    return shapes


def graph(text: bytes, form: str) -> Graph:
    return Graph().parse(data=text, format=form)


def violations(text: bytes, shapes: Graph) -> str:
    """What the shapes find wrong in Turtle; empty where nothing is."""
    holds, _, words = pyshacl.validate(graph(text, "turtle"), shacl_graph=shapes)
    return "" if holds else str(words)


def test_the_catalogue_holds_to_the_profile(reader: Client, shapes: Graph) -> None:
    response = reader.get("/catalog.ttl")
    assert response.headers["Content-Type"].startswith("text/turtle")
    assert not violations(response.content, shapes)
    assert response.headers["ETag"] != reader.get("/catalog.jsonld").headers["ETag"]
    assert reader.get("/catalog.ttl", headers={"If-None-Match": response.headers["ETag"]}).status_code == 304


def test_the_shapes_find_a_dataset_without_its_title(reader: Client, shapes: Graph) -> None:
    text = reader.get("/catalog.ttl").content.replace(b"dct:title", b"dct:nothing")
    assert "title" in violations(text, shapes)


def test_both_writings_say_the_same(reader: Client) -> None:
    turtle = graph(reader.get("/catalog.ttl").content, "turtle")
    other = graph(reader.get("/catalog.jsonld").content, "json-ld")
    assert len(turtle) > 150
    assert to_isomorphic(turtle) == to_isomorphic(other)


def test_whatever_a_text_holds_it_is_the_same_text_in_both() -> None:
    hostile = Label('"""\\ \n\t\x01<>" @en . <x>', "'\\u0041 \U0001f3d7\ufe0f {}")
    nodes = [ref('https://city.example/a b"<>\\') | {"@type": "foaf:Agent", "foaf:name": said(hostile)}]
    turtle, other = graph(as_turtle(nodes), "turtle"), graph(as_json_ld(nodes), "json-ld")
    names = {str(text) for text in turtle.objects() if str(text) in hostile.words().values()}
    assert names == set(hostile.words().values())
    assert {str(text) for text in other.objects()} >= names


def test_one_dataset_is_described_as_in_the_whole(reader: Client, small_city: City) -> None:
    whole = graph(reader.get("/catalog.jsonld").content, "json-ld")
    alone = graph(reader.get("/api/v1/datasets/works/dcat.jsonld").content, "json-ld")
    assert not set(alone) - set(whole)
    assert reader.get("/api/v1/datasets/nothing/dcat.jsonld").status_code == 404
    own = DataCatalogue(small_city, "https://city.example")
    assert any("spdx:checksumValue" in node for node in own.nodes_of(small_city.registry.get("works")))


def test_nothing_withheld_is_in_it(reader: Client) -> None:
    for address in ("/catalog.ttl", "/catalog.jsonld", "/api/v1/datasets/works/dcat.jsonld"):
        text = reader.get(address).content.decode()
        assert "works" in text
        assert SECRET not in text
        assert "holder_id" not in text
