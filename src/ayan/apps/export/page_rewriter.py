"""A page or a feed made to stand in a copy: links lead to files, forms are gone; and the last look at all links."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

LINKING: Final = frozenset({"href", "src", "action", "formaction", "poster", "data", "xlink:href"})
"""The attributes that hold an address."""

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; base-uri 'none'; "
    "form-action 'none'"
)
ATOM: Final = "{http://www.w3.org/2005/Atom}"

Lead = Callable[[str], str | None]
"""An address on the page → what takes its place; None leaves it out, with what names it where nothing else is left."""


class CopyPage(HTMLParser):
    """One page, read tag by tag and written again; whatever need not change stays byte for byte.

    ``lead`` says where links go, ``formless`` what stands in the place of each form (but for those with
    ``data-in-copy="none"``) and ``notice`` what the main part begins with; both are HTML.
    """

    def __init__(self, lead: Lead, formless: str, notice: str) -> None:
        super().__init__(convert_charrefs=False)
        self._lead = lead
        self._formless = formless
        self._notice = notice
        self._out: list[str] = []
        self._in_form = False
        self._in_script = False

    def written(self, text: str) -> str:
        """The page ``text``, rewritten."""
        self.feed(text)
        self.close()
        return "".join(self._out)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "form":
            self._in_form = True
            # The box in the head of every page goes without a word; the page of the search says why.
            self._out.append("" if ("data-in-copy", "none") in attrs else self._formless)
            return
        changed = self._changed(tag, attrs)
        if changed is None:
            self._in_script = tag == "script"
            return
        self._put(self.get_starttag_text() or "" if changed == attrs else _tag(tag, changed, self.get_starttag_text()))
        if tag == "head":
            self._put(f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">')
        if tag == "main":
            self._put(self._notice)

    handle_startendtag = handle_starttag

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._in_form = False
        elif tag == "script" and self._in_script:
            self._in_script = False
        else:
            self._put(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self._put(data)

    def handle_entityref(self, name: str) -> None:
        self._put(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._put(f"&#{name};")

    def handle_decl(self, decl: str) -> None:
        self._put(f"<!{decl}>")

    def _put(self, text: str) -> None:
        if not self._in_form and not self._in_script:
            self._out.append(text)

    def _changed(self, tag: str, attrs: list[tuple[str, str | None]]) -> list[tuple[str, str | None]] | None:
        """The attributes as they are in the copy; None for a tag that has no place there."""
        known = dict(attrs)
        if tag == "link" and known.get("rel") == "preload":
            # Read from a disk, a font is no file of the same origin to a request that asks for one.
            return None
        attributes: list[tuple[str, str | None]] = []
        for name, value in attrs:
            if name.startswith(("data-hx-", "hx-")):
                continue
            led = self._lead(value) if name in LINKING and value is not None else value
            if led is None and value is not None:
                return None
            attributes.append((name, led))
        return attributes


def _tag(tag: str, attrs: list[tuple[str, str | None]], before: str | None) -> str:
    inner = "".join(f" {name}" if value is None else f' {name}="{escape(value)}"' for name, value in attrs)
    return f"<{tag}{inner}{'/' if (before or '').endswith('/>') else ''}>"


def feed(data: bytes, lead: Lead) -> bytes:
    """An Atom feed with its links led to files; a link that ``lead`` has no place for is left out."""
    ElementTree.register_namespace("", ATOM[1:-1])
    root = ElementTree.fromstring(data)  # noqa: S314 - a document that this very process has just written
    for parent in (root, *root.iter(f"{ATOM}entry")):
        for link in parent.findall(f"{ATOM}link"):
            href = lead(link.get("href", ""))
            if href is None:
                parent.remove(link)
            else:
                link.set("href", href)
    document: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return document


# --- the last look at the links ---------------------------------------------------------------------------------------


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
