"""Where each address stands in a copy, and a page made to stand there: links lead to files."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from typing import Final
from urllib.parse import quote, unquote, urljoin, urlsplit
from xml.etree import ElementTree

from django.urls import reverse

from ayan.ui import contract
from ayan.ui.contract import page_file
from ayan.wiring.city import City

ABSENT: Final = "not-in-this-copy.html"

Address = tuple[str, str]
"""A decoded path and a query."""
LINKING: Final = frozenset({"href", "src", "action", "formaction", "poster", "data", "xlink:href"})
"""The attributes that hold an address."""

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; base-uri 'none'; "
    "form-action 'none'"
)
ATOM: Final = "{http://www.w3.org/2005/Atom}"

Lead = Callable[[str], str | None]
"""An address on the page → what takes its place; None leaves it out, with what names it where nothing else is left."""


def address_of(url: str) -> Address:
    """The address that a URL of the portal spells."""
    parts = urlsplit(url)
    return unquote(parts.path), parts.query


class CopyPaths:
    """Which address stands in which file. ``hosts`` are the names under which pages speak of the portal itself."""

    def __init__(self, hosts: frozenset[str]) -> None:
        self._hosts = hosts
        self._files: dict[Address, str] = {}
        self._deaf: dict[str, str] = {}
        self._taken: set[str] = set()

    def put(self, url: str, file: str = "", *, deaf: bool = False) -> str:
        """Give a URL its file, by default that of a page; ``deaf`` where every query leads to the same.

        Two addresses that differ only in case get different files on every file system.
        """
        address = address_of(url)
        file = file or page_file(address[0])
        while file.casefold() in self._taken:
            folder, name = posixpath.split(file)
            file = posixpath.join(f"{folder}~{sha256(repr(address).encode()).hexdigest()[:8]}", name)
        self._taken.add(file.casefold())
        self._files[address] = file
        if deaf:
            self._deaf[address[0]] = file
        return file

    def drop(self, address: Address) -> None:
        """Take back an address that has no answer."""
        del self._files[address]
        self._deaf.pop(address[0], None)

    def __iter__(self) -> Iterator[tuple[Address, str]]:
        return iter(list(self._files.items()))

    def find(self, url: str, base: Address) -> str | None:
        """What ``url`` on the page at ``base`` becomes in the copy.

        The file and its fragment, percent-encoded and from the root of the copy; None for an address that is not the
        portal's, which stays as it is. What is not copied leads to `ABSENT`.
        """
        whole = urljoin(f"https://portal.invalid{quote(base[0])}{'?' if base[1] else ''}{base[1]}", url)
        parts = urlsplit(whole)
        if parts.scheme not in ("http", "https") or parts.netloc not in (self._hosts | {"portal.invalid"}):
            return None
        address = unquote(parts.path) or "/", parts.query
        file = self._files.get(address) or self._deaf.get(address[0])
        if file is None:
            return ABSENT
        return quote(file) + (f"#{parts.fragment}" if parts.fragment else "")


def relative(target: str, source: str) -> str:
    """The link from the file ``source`` to ``target`` (a percent-encoded path, perhaps with a fragment)."""
    path, mark, fragment = target.partition("#")
    if mark and path == quote(source):
        return f"#{fragment}"
    return posixpath.relpath(path, posixpath.dirname(quote(source)) or ".") + mark + fragment


# --- what a copy holds ------------------------------------------------------------------------------------------------


def lay_out(paths: CopyPaths, city: City, records: int) -> dict[str, int]:
    """Give every address of the city in use its file; how many records of each dataset have a page."""
    counted = {dataset.slug: 0 for dataset in city.registry.all()}
    for app in contract.installed_apps():
        for copied in app.copied(records):
            paths.put(copied.url, copied.file, deaf=copied.any_query)
            if copied.record_of:
                counted[copied.record_of] += 1
    if city.profile.brand.css:
        paths.put(reverse("brand"), "brand.css", deaf=True)
    return counted


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
