"""Answers of GeoReport as JSON and as XML, and its refusals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal
from xml.etree import ElementTree

import orjson
from django.http import HttpResponse

from ayan.apps.catalog.feeds.atom_feed import fit
from ayan.apps.counter.georeport.refusals import ReportUnsound
from ayan.core.values.refusal import Refusal
from ayan.ui.responses import private, refused

Output = Literal["json", "xml"]
MEDIA_TYPES: Final[Mapping[Output, str]] = {"json": "application/json", "xml": "text/xml; charset=utf-8"}
_MEMBERS: Final[Mapping[str, str]] = {
    "services": "service",
    "service_requests": "request",
    "errors": "error",
    "attributes": "attribute",
    "values": "value",
    "endpoints": "endpoint",
    "formats": "format",
}
"""What each thing of a list is called in XML."""


def answer(output: Output, root: str, content: Any, status: int = 200) -> HttpResponse:
    """An answer that nobody keeps: lists of cases change by the hour."""
    body = orjson.dumps(content) if output == "json" else _as_xml(root, content)
    return private(HttpResponse(body, content_type=MEDIA_TYPES[output], status=status))


def errors(output: Output, refusal: Refusal) -> HttpResponse:
    """A refusal, each of its causes by itself: ``description`` in both languages, and each of them alone."""
    causes: Sequence[Refusal] = refusal.faults if isinstance(refusal, ReportUnsound) else [refusal]
    listed = [
        {
            "code": refusal.status,
            "description": f"{cause.en} / {cause.fa}",
            "description_en": cause.en,
            "description_fa": cause.fa,
            "reason": cause.code,
            "parameter": cause.field or None,
        }
        for cause in causes
    ]
    return refused(answer(output, "errors", listed), refusal)


def _as_xml(root: str, content: Any) -> bytes:
    element = ElementTree.Element(root)
    _fill(element, content)
    document: bytes = ElementTree.tostring(element, encoding="utf-8", xml_declaration=True)
    return document


def _fill(element: ElementTree.Element, content: Any) -> None:
    match content:
        case dict():
            for name, value in content.items():
                _fill(ElementTree.SubElement(element, name), value)
        case list():
            for value in content:
                _fill(ElementTree.SubElement(element, _MEMBERS[element.tag]), value)
        case bool():
            element.text = str(content).lower()
        case None:
            pass
        case _:
            element.text = fit(str(content))
