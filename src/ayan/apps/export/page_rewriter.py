"""Where each address stands in a copy, and a page made to stand there: links lead to files."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from hashlib import sha256
from html import escape, unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, unquote, urljoin, urlsplit
from xml.etree import ElementTree

from django.urls import reverse

from ayan.ui import contract
from ayan.ui.contract import page_file
from ayan.wiring.city import City

ABSENT: Final = "not-in-this-copy.html"

SiteAddress = tuple[str, str]
"""A decoded path and a query."""
Attributes = list[tuple[str, str | None]]
LINKING: Final = frozenset({"href", "src", "action", "formaction", "poster", "data", "xlink:href"})
"""The attributes that hold an address."""

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; base-uri 'none'; "
    "form-action 'none'"
)
ATOM: Final = "{http://www.w3.org/2005/Atom}"

CopiedTarget = Callable[[str], str | None]
"""An address on the page → what takes its place; None leaves it out, with what names it where nothing else is left."""


def address_of(url: str) -> SiteAddress:
    """The address that a URL of the portal spells."""
    parts = urlsplit(url)
    return unquote(parts.path), parts.query


class CopyPaths:
    """Which address stands in which file. ``hosts`` are the names under which pages speak of the portal itself."""

    def __init__(self, hosts: frozenset[str]) -> None:
        self._hosts = hosts
        self._files: dict[SiteAddress, str] = {}
        self._deaf: dict[str, str] = {}
        self._leading: dict[str, list[str]] = {}
        self._taken: set[str] = set()
        self._led: dict[str, str | None] = {}

    @classmethod
    def of(cls, laid_out: Mapping[str, Any]) -> CopyPaths:
        """Those that another process has laid out, as `as_json` tells them."""
        paths = cls(frozenset(laid_out["hosts"]))
        paths._files = {(path, query): file for path, query, file in laid_out["files"]}
        paths._deaf, paths._leading = dict(laid_out["deaf"]), dict(laid_out["leading"])
        return paths

    def as_json(self) -> dict[str, Any]:
        """All of them, for another process."""
        files = [[path, query, file] for (path, query), file in self._files.items()]
        return {"hosts": sorted(self._hosts), "files": files, "deaf": self._deaf, "leading": self._leading}

    def put(self, url: str, file: str = "", *, deaf: bool = False, leading: Iterable[str] = ()) -> str:
        """Give a URL its file, by default that of a page; ``deaf`` where every query leads to the same.

        ``leading`` are the members of the document there that lead to files.

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
        if names := list(leading):
            self._leading[file] = names
        return file

    def leading(self, file: str) -> list[str]:
        """The members of the document in a file that lead to files of the copy."""
        return self._leading.get(file, [])

    def drop(self, address: SiteAddress) -> None:
        """Take back an address that has no answer."""
        del self._files[address]
        self._deaf.pop(address[0], None)
        self._led.clear()

    def __iter__(self) -> Iterator[tuple[SiteAddress, str]]:
        return iter(list(self._files.items()))

    def find(self, url: str, base: SiteAddress) -> str | None:
        """What ``url`` on the page at ``base`` becomes in the copy.

        The file and its fragment, percent-encoded and from the root of the copy; None for an address that is not the
        portal's, which stays as it is. What is not copied leads to `ABSENT`.
        """
        if not url.startswith("/"):
            return self._find(url, base)
        # Wherever it stands, it leads to the same.
        if url not in self._led:
            self._led[url] = self._find(url, base)
        return self._led[url]

    def _find(self, url: str, base: SiteAddress) -> str | None:
        whole = urljoin(f"https://portal.invalid{quote(base[0])}{'?' if base[1] else ''}{base[1]}", url)
        parts = urlsplit(whole)
        if parts.scheme not in ("http", "https") or parts.netloc not in (self._hosts | {"portal.invalid"}):
            return None
        address = unquote(parts.path) or "/", parts.query
        file = self._files.get(address) or self._deaf.get(address[0])
        if file is None:
            return ABSENT
        return quote(file) + (f"#{parts.fragment}" if parts.fragment else "")


@lru_cache(maxsize=64)
def _steps(source: str) -> tuple[str, list[str]]:
    """A file percent-encoded, and the folders that it stands in; asked for every link of a page."""
    spelled = quote(source)
    return spelled, spelled.split("/")[:-1]


def relative(target: str, source: str) -> str:
    """The link from the file ``source`` to ``target`` (a percent-encoded path, perhaps with a fragment)."""
    path, mark, fragment = target.partition("#")
    spelled, own = _steps(source)
    if mark and path == spelled:
        return f"#{fragment}"
    other = path.split("/")
    same = 0
    while same < len(own) and same < len(other) - 1 and own[same] == other[same]:
        same += 1
    return "../" * (len(own) - same) + "/".join(other[same:]) + mark + fragment


# --- what a copy holds ------------------------------------------------------------------------------------------------


def lay_out(paths: CopyPaths, city: City, records: int) -> dict[str, int]:
    """Give every address of the city in use its file; how many records of each dataset have a page."""
    counted = {dataset.slug: 0 for dataset in city.registry.all()}
    for app in contract.installed_apps():
        for copied in app.copied(records):
            paths.put(copied.url, copied.file, deaf=copied.any_query, leading=copied.leading)
            if copied.record_of:
                counted[copied.record_of] += 1
    if city.profile.brand.css:
        paths.put(reverse("brand"), "brand.css", deaf=True)
    if name := city.profile.emblem:
        paths.put(reverse("emblem", args=(name,)), f"emblem/{name}", deaf=True)
    return counted


# A tag, whatever stands in quotes in it; an end of what is left out whole; and what no reader sees.
_MARKUP: Final = re.compile(
    r"""<(?P<tag>[a-zA-Z][^\s/>]*)(?P<rest>(?:[^>"']|"[^"]*"|'[^']*')*)>|(?P<end></(?:form|script|style)\s*>)|<!--.*?-->""",
    re.DOTALL,
)
_ATTRIBUTE: Final = re.compile(r"""([^\s=/"'>]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")
# The list of a page's headings, and one of them.
_LISTED: Final = re.compile(r'<details class="contents">.*?</details>', re.DOTALL)
_ENTRY: Final = re.compile(r'<li><a href="#([^"]+)">[^<]*</a></li>')
# Tags that change whatever they hold, and what others hold where they may.
_CHANGED: Final = frozenset({"form", "script", "style", "link", "head", "main"})
_TELLING: Final = re.compile(rf"(?i)[\s\"'](?:(?:data-)?hx-|(?:{'|'.join(sorted(LINKING))})[\s=])")


class CopyPage:
    """One page, read tag by tag and written again; whatever need not change stays byte for byte.

    ``lead`` says where links go, ``formless`` what stands in the place of each form (but for those with
    ``data-in-copy="none"``) and ``notice`` what the main part begins with; both are HTML. ``links`` are the addresses
    on the page as it was written.
    """

    def __init__(self, lead: CopiedTarget, formless: str, notice: str) -> None:
        self._lead = lead
        self._formless = formless
        self._notice = notice
        self.links: list[str] = []

    def written(self, text: str) -> str:
        """The page ``text``, rewritten. Its markup is our own: every value in it is escaped, every tag closed."""
        out: list[str] = []
        at = 0
        while markup := _MARKUP.search(text, at):
            out.append(text[at : markup.start()])
            at = markup.end()
            tag = (markup["tag"] or "").lower()
            if not tag:
                # The end of something that stays; a remark goes.
                out.append(markup["end"] or "")
            elif tag not in _CHANGED and not _TELLING.search(markup["rest"]):
                out.append(markup[0])
            else:
                kept = self._tag(tag, markup)
                out += kept
                if tag in ("form", "script", "style"):
                    end = text.index(f"</{tag}>", at)
                    if kept and tag != "form":
                        out.append(text[at:end])
                        at = end
                    else:
                        at = end + len(f"</{tag}>")
        out.append(text[at:])
        page = _without_headings_left_out("".join(out))
        self.links += _hrefs(self._notice)
        return page

    def _tag(self, tag: str, markup: re.Match[str]) -> list[str]:
        """What takes the place of a tag; nothing where it is left out."""
        attributes = [
            (name.lower(), None if spelled is None else unescape(spelled))
            for name, spelled in _attributes(markup["rest"])
        ]
        if tag == "form":
            # The box in the head of every page goes without a word; the page of the search says why.
            return [] if ("data-in-copy", "none") in attributes else [self._formless]
        changed = self._changed(tag, attributes)
        if changed is None:
            return []
        if tag == "img" and any(name == "src" and (value or "").endswith(ABSENT) for name, value in changed):
            # A picture that the copy has not is said to be what its words say.
            return [escape(next((value or "" for name, value in changed if name == "alt"), ""))]
        self.links += [value for name, value in changed if name in LINKING and value is not None]
        written = markup[0] if changed == attributes else _tag(tag, changed, markup[0])
        if tag == "head":
            return [written, f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">']
        return [written, self._notice] if tag == "main" else [written]

    def _changed(self, tag: str, attributes: Attributes) -> Attributes | None:
        """The attributes as they are in the copy; None for a tag that has no place there."""
        if tag == "link" and ("rel", "preload") in attributes:
            # Read from a disk, a font is no file of the same origin to a request that asks for one.
            return None
        out: Attributes = []
        for name, value in attributes:
            if name.startswith(("data-hx-", "hx-")):
                continue
            led = self._lead(value) if name in LINKING and value is not None else value
            if led is None and value is not None:
                return None
            out.append((name, led))
        return out


def _without_headings_left_out(page: str) -> str:
    """A page whose list of headings names those alone that stand on it: some stood in a form."""

    def standing(match: re.Match[str]) -> str:
        return match[0] if f'id="{match[1]}"' in page else ""

    return _LISTED.sub(lambda contents: _ENTRY.sub(standing, contents[0]), page, count=1)


def _attributes(text: str) -> Iterator[tuple[str, str | None]]:
    """The attributes of a tag as they are spelled; None for the value of one without."""
    for spelled in _ATTRIBUTE.finditer(text):
        yield spelled[1], next((value for value in spelled.groups()[1:] if value is not None), None)


def _hrefs(html: str) -> list[str]:
    """The links of a few words of HTML of our own."""
    return [unescape(link) for link in re.findall(r'href="([^"]*)"', html)]


def _tag(tag: str, attrs: Attributes, before: str) -> str:
    inner = "".join(f" {name}" if value is None else f' {name}="{escape(value)}"' for name, value in attrs)
    return f"<{tag}{inner}{'/' if before.endswith('/>') else ''}>"


def feed(data: bytes, lead: CopiedTarget) -> bytes:
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


def stray_links(name: str, links: Iterable[str], standing: Collection[str]) -> Iterator[tuple[str, str]]:
    """Those of the links of the file ``name`` that lead to none of the files that stand, each with the file.

    Addresses of other hosts are theirs.
    """
    folder = posixpath.dirname(name)
    for link in links:
        parts = urlsplit(link)
        if parts.scheme or parts.netloc or not parts.path:
            continue
        target = posixpath.normpath(posixpath.join(folder, unquote(parts.path)))
        if parts.path.startswith("/") or parts.query or target not in standing:
            yield name, link


def astray(root: Path, coming: Iterable[str] = (), looked: Collection[str] = ()) -> list[tuple[str, str]]:
    """The links that lead nowhere: the file that has one, and the link.

    ``coming`` are files that will be written yet, and ``looked`` those whose links were followed already.
    """
    written = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
    standing = written | set(coming)
    return [
        stray
        for name in sorted(written.difference(looked))
        for stray in stray_links(name, links_of(root / name), standing)
    ]
