"""A document for programs made to stand in a copy: what is fetched leads to files, and names of things stay."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Any

import orjson

LinkTarget = Callable[[str], str]
"""An address in the document → what takes its place."""


def led(document: bytes, members: Collection[str], lead: LinkTarget) -> bytes:
    """The document, JSON or Turtle of our own, with the addresses that its ``members`` hold led elsewhere."""
    return orjson.dumps(_json(orjson.loads(document), members, lead)) if document[:1] == b"{" else (
        _turtle(document.decode(), members, lead).encode()
    )  # fmt: skip


def _json(value: Any, members: Collection[str], lead: LinkTarget) -> Any:
    if isinstance(value, dict):
        return {
            member: _led(held, lead) if member in members else _json(held, members, lead)
            for member, held in value.items()
        }
    return [_json(each, members, lead) for each in value] if isinstance(value, list) else value


def _led(value: Any, lead: LinkTarget) -> Any:
    """An address, a reference to one, or several of these."""
    if isinstance(value, list):
        return [_led(each, lead) for each in value]
    if isinstance(value, dict) and isinstance(value.get("@id"), str):
        return {**value, "@id": lead(value["@id"])}
    return lead(value) if isinstance(value, str) else value


def _turtle(text: str, members: Collection[str], lead: LinkTarget) -> str:
    """Every property stands at the beginning of a line, where no text reaches: a text is written in one line."""
    property_line = re.compile(rf"^( +(?:{'|'.join(map(re.escape, sorted(members)))}) )<([^>]*)>", re.MULTILINE)
    return property_line.sub(lambda match: f"{match[1]}<{lead(match[2])}>", text)
