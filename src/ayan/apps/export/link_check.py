"""The last look at a copy: every link of every page, stylesheet and feed leads to a file of it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

from ayan.apps.export.page_rewriter import ATOM, LINKING

_CSS: Final = re.compile(r"""url\(\s*["']?([^"')]+)["']?\s*\)""")


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [value for name, value in attrs if name in LINKING and value is not None]


def links_of(path: Path) -> Iterator[str]:
    """The addresses in one file."""
    if path.suffix == ".html":
        page = _Links()
        page.feed(path.read_text(encoding="utf-8"))
        page.close()
        yield from page.links
    elif path.suffix == ".css":
        yield from _CSS.findall(path.read_text(encoding="utf-8"))
    elif path.suffix == ".atom":
        root = ElementTree.fromstring(path.read_bytes())  # noqa: S314 - written by this process
        yield from (element.get("href", "") for element in root.iter(f"{ATOM}link"))


def astray(root: Path, coming: Iterable[str] = ()) -> list[tuple[str, str]]:
    """The links that lead nowhere: the file that has one, and the link. Addresses of other hosts are theirs.

    ``coming`` are files that will be written yet.
    """
    written = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
    standing = written | set(coming)
    stray = []
    for name in sorted(written):
        for link in links_of(root / name):
            parts = urlsplit(link)
            if parts.scheme or parts.netloc or not parts.path:
                continue
            target = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(parts.path)))
            if parts.path.startswith("/") or parts.query or target not in standing:
                stray.append((name, link))
    return stray
