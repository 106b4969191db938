"""The same feeds as JSON Feed 1.1 (https://jsonfeed.org/version/1.1), for programs that would rather not read XML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import orjson
from django.http import HttpRequest, HttpResponseBase

from ayan.apps.catalog.feeds import atom_feed
from ayan.apps.catalog.feeds.atom_feed import Feed, FeedEntry, FeedLink
from ayan.core.store.tombstone import instant

MEDIA_TYPE: Final = "application/feed+json"
VERSION: Final = "https://jsonfeed.org/version/1.1"


def answer(
    request: HttpRequest, name: str, feed: Feed, entries: Iterable[FeedEntry], headers: Mapping[str, str] | None = None
) -> HttpResponseBase:
    """The feed as an answer for programs, as `atom.answer` gives it."""
    return atom_feed.answer_of(request, name, feed, document(feed, entries), headers, MEDIA_TYPE)


def document(feed: Feed, entries: Iterable[FeedEntry]) -> bytes:
    """The feed as UTF-8. What the format has no word for stands below ``_ayan``, as extensions are to be written."""
    hubs = [{"type": "WebSub", "url": link.href} for link in feed.links if link.rel == "hub"]
    whole: dict[str, Any] = {
        "version": VERSION,
        "title": feed.title,
        "home_page_url": _href(feed.links, "alternate", "text/html"),
        "feed_url": _href(feed.links, "self"),
        "description": feed.subtitle,
        "next_url": _href(feed.links, "next"),
        "language": feed.lang,
        "authors": _people([feed.author]),
        "hubs": hubs or None,
        "items": [_item(entry, feed.lang) for entry in entries],
        "_ayan": {"checkpoint": feed.checkpoint} if feed.checkpoint else None,
    }
    return orjson.dumps({name: value for name, value in whole.items() if value is not None})


def _item(entry: FeedEntry, lang: str) -> dict[str, Any]:
    related = [link.href for link in entry.links if link.rel == "related"]
    item = {
        "id": entry.id,
        "url": _href(entry.links, "alternate"),
        "title": " ".join(entry.title.split()) or "…",
        "content_text": entry.text,
        "date_published": instant(entry.published),
        "date_modified": instant(entry.updated),
        "authors": _people(entry.authors),
        "tags": [term for term, _ in entry.categories],
        "language": lang,
        "_ayan": {"contributors": _people(entry.contributors) or [], "related": related},
    }
    return {name: value for name, value in item.items() if value is not None}


def _people(names: Sequence[str]) -> list[dict[str, str]] | None:
    return [{"name": name or "…"} for name in names] or None


def _href(links: Sequence[FeedLink], rel: str, media_type: str = "") -> str | None:
    return next((link.href for link in links if link.rel == rel and media_type in ("", link.type)), None)
