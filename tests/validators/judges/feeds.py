"""Judges feeds as a reader of feeds sees them: well-formed Atom, each entry with its own id, a title, a day, a link."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import feedparser


def faults(path: Path) -> Iterator[str]:
    """What is wrong in one feed."""
    feed = feedparser.parse(path.read_bytes())
    if feed.bozo:
        yield f"not well-formed: {feed.bozo_exception}"
    if feed.version != "atom10":
        yield f"read as {feed.version or 'nothing'}"
    yield from (f"the feed has no {part}" for part in ("id", "title", "updated", "author") if not feed.feed.get(part))
    selves = [link for link in feed.feed.get("links", ()) if link.rel == "self"]
    if len(selves) != 1:
        yield f"{len(selves)} links to itself"
    ids = [entry.get("id") for entry in feed.entries]
    if len(set(ids)) != len(ids):
        yield "two entries have one id"
    days = [entry.get("updated_parsed") for entry in feed.entries]
    if days and None not in days and max(days) > feed.feed.updated_parsed:
        yield "an entry is newer than the feed"
    for entry in feed.entries:
        parts = ("id", "title", "updated_parsed", "link")
        yield from (f"{entry.get('id')} has no {part}" for part in parts if not entry.get(part))


def main(*feeds: Path) -> None:
    """Write what was found."""
    lines = [f"{feed.name}: {line}" for feed in feeds for line in faults(feed)]
    sys.stdout.write(json.dumps({"judged": len(feeds), "found": lines}) + "\n")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
