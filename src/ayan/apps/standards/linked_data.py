"""Nodes of linked data: the vocabularies they are described by, and the same nodes as JSON-LD and as Turtle."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import orjson

from ayan.core.values.label import Label

JSON_LD: Final = "application/ld+json"
TURTLE: Final = "text/turtle; charset=utf-8"
VOCABULARIES: Final[Mapping[str, str]] = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "org": "http://www.w3.org/ns/org#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_NOT_IN_IRIS: Final = {ord(sign): f"%{ord(sign):02X}" for sign in '<>"{}|^`\\ '} | {
    code: f"%{code:02X}" for code in range(0x20)
}
GraphNode = dict[str, Any]
"""What is said of one thing: ``@id``, ``@type``, and properties by their prefixed names. A value is a reference
(`ref`), a text in a language (`said`), a literal with its type (`typed`), a text in none, or a list of these."""


def ref(iri: str) -> GraphNode:
    """A reference to a thing; signs that no IRI may have are written as their bytes."""
    return {"@id": iri.translate(_NOT_IN_IRIS)}


def said(label: Label) -> list[GraphNode]:
    """A text in every language that it is worded in."""
    return [{"@value": text, "@language": lang} for lang, text in label.words().items()]


def typed(text: str, kind: str) -> GraphNode:
    """A literal of a type, such as ``xsd:dateTime``."""
    return {"@value": text, "@type": kind}


def as_json_ld(nodes: Iterable[GraphNode]) -> bytes:
    """The nodes as one JSON-LD document with its context in it, so that nobody has to fetch one."""
    return orjson.dumps({"@context": dict(VOCABULARIES), "@graph": list(nodes)})


def as_turtle(nodes: Iterable[GraphNode], vocabularies: Mapping[str, str] = VOCABULARIES) -> bytes:
    """The nodes as Turtle 1.1, in the same order."""
    return "".join(_turtle(nodes, vocabularies)).encode()


def _turtle(nodes: Iterable[GraphNode], vocabularies: Mapping[str, str]) -> Iterator[str]:
    for prefix, iri in vocabularies.items():
        yield f"@prefix {prefix}: <{iri}> .\n"
    for node in nodes:
        properties = [("a", _words(node["@type"]))] if "@type" in node else []
        for name, value in node.items():
            values = value if isinstance(value, list) else [value]
            if not name.startswith("@") and values:
                properties.append((name, ", ".join(map(_object, values))))
        yield f"\n<{node['@id']}> " + " ;\n    ".join(" ".join(each) for each in properties) + " .\n"


def _words(kinds: str | list[str]) -> str:
    """Types by their prefixed names, and such as have none by their address."""
    named = [kinds] if isinstance(kinds, str) else kinds
    return ", ".join(f"<{kind}>" if "://" in kind else kind for kind in named)


def _object(value: GraphNode | str) -> str:
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if "@id" in value:
        return f"<{value['@id']}>"
    # Every escape of a JSON text is one of Turtle, too.
    text = json.dumps(value["@value"], ensure_ascii=False)
    return f"{text}@{value['@language']}" if "@language" in value else f"{text}^^{value['@type']}"
