"""Feeds as Atom (RFC 4287), with pages after RFC 5005: well formed whatever text a file held."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from xml.etree import ElementTree

from django.http import HttpRequest, HttpResponseBase

from ayan.core.ledger.checkpoint import FEED_NAMESPACE
from ayan.core.store.tombstone import instant
from ayan.ui.api import responses

MEDIA_TYPE: Final = "application/atom+xml; charset=utf-8"
NAMESPACE: Final = "http://www.w3.org/2005/Atom"
# What a feed without entries says of its last change, for it must say something.
NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
# Everything that XML 1.0 has no way to hold, not even escaped.
_UNFIT: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class FeedLink:
    """A link to an absolute address; ``rel`` says what for, ``size`` is in bytes where it is known."""

    rel: str
    href: str
    type: str = ""
    lang: str = ""
    title: str = ""
    size: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One entry. ``text`` is plain, ``categories`` are (term, label); without ``authors`` the feed's holds."""

    id: str
    title: str
    updated: datetime
    published: datetime
    text: str
    links: Sequence[FeedLink]
    authors: Sequence[str] = ()
    contributors: Sequence[str] = ()
    categories: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One page of a feed; ``updated`` is of the whole feed, and ``author`` stands for entries that name nobody.

    ``checkpoint`` is what the city's log says of itself, signed: whoever keeps feeds keeps that too, and can tell
    whether others were shown the same log.
    """

    id: str
    title: str
    subtitle: str
    lang: str
    author: str
    updated: datetime
    links: Sequence[FeedLink]
    rights: str = ""
    checkpoint: str = ""


def answer(
    request: HttpRequest, name: str, feed: Feed, entries: Iterable[FeedEntry], headers: Mapping[str, str] | None = None
) -> HttpResponseBase:
    """The feed as an answer for programs; ``name`` tells it apart from what else has the same bytes."""
    return answer_of(request, name, feed, document(feed, entries), headers, MEDIA_TYPE)


def answer_of(
    request: HttpRequest, name: str, feed: Feed, body: bytes, headers: Mapping[str, str] | None, media_type: str
) -> HttpResponseBase:
    """A feed that was written in any form."""
    # Subscribers look for the hub, and for what to name there, in the header first (WebSub, section 4).
    hub = next((link.href for link in feed.links if link.rel == "hub"), "")
    if hub:
        own = next(link.href for link in feed.links if link.rel == "self")
        said = [
            f'<{hub}>; rel="hub"',
            f'<{own}>; rel="self"',
            *([headers["Link"]] if headers and "Link" in headers else []),
        ]
        headers = {**(headers or {}), "Link": ", ".join(said)}
    return responses.document(request, responses.tag(name, body.decode()), lambda: body, headers or {}, media_type)


def document(feed: Feed, entries: Iterable[FeedEntry]) -> bytes:
    """The feed as UTF-8."""
    root = ElementTree.Element("feed", {"xmlns": NAMESPACE, "xml:lang": feed.lang})
    _text(root, "id", feed.id)
    _text(root, "title", feed.title)
    _text(root, "subtitle", feed.subtitle)
    _text(root, "updated", instant(feed.updated))
    _person(root, "author", feed.author)
    _text(root, "rights", feed.rights)
    _text(root, "generator", "Ayan")
    _links(root, feed.links)
    _text(root, "checkpoint", feed.checkpoint, xmlns=FEED_NAMESPACE)
    for entry in entries:
        _entry(root, entry)
    document: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def fit(text: str) -> str:
    """The text with a replacement mark for each character that XML cannot hold."""
    return _UNFIT.sub("\ufffd", text)


def _entry(root: ElementTree.Element, entry: FeedEntry) -> None:
    out = ElementTree.SubElement(root, "entry")
    _text(out, "id", entry.id)
    # A title is one line wherever it is shown.
    _text(out, "title", " ".join(entry.title.split()) or "…")
    _text(out, "updated", instant(entry.updated))
    _text(out, "published", instant(entry.published))
    for role, names in (("author", entry.authors), ("contributor", entry.contributors)):
        for name in names:
            _person(out, role, name)
    for term, label in entry.categories:
        ElementTree.SubElement(out, "category", {"term": fit(term), "label": fit(label)})
    _links(out, entry.links)
    _text(out, "content", entry.text, type="text")


def _links(parent: ElementTree.Element, links: Iterable[FeedLink]) -> None:
    for link in links:
        attributes = {"rel": link.rel, "href": link.href, "type": link.type, "hreflang": link.lang, "title": link.title}
        attributes["length"] = "" if link.size is None else str(link.size)
        ElementTree.SubElement(parent, "link", {name: fit(value) for name, value in attributes.items() if value})


def _person(parent: ElementTree.Element, role: str, name: str) -> None:
    _text(ElementTree.SubElement(parent, role), "name", name or "…")


def _text(parent: ElementTree.Element, name: str, text: str, **attributes: str) -> None:
    if text:
        ElementTree.SubElement(parent, name, attributes).text = fit(text)
