"""What a reader sees and hears of a page: the facts of a record and the lines of a table, taken out of its HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from html import unescape
from html.parser import HTMLParser
from typing import Final
from urllib.parse import unquote, urlsplit

from ayan.core.transparency.limits import DEEPEST_PAGE
from ayan.core.values.address_step import read_key

_VOID: Final = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})
_UNREAD: Final = frozenset({"script", "style", "template", "svg"})
_HREF: Final = re.compile(r'href="([^"]*)"')


@dataclass(slots=True)
class Element:
    """An element of a page, its children in order; texts stand among them."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)

    @property
    def classes(self) -> list[str]:
        """The names of its classes."""
        return self.attributes.get("class", "").split()

    def all(self, tag: str) -> Iterator[Element]:
        """The elements below it with a tag, in the order of the page."""
        for child in self.children:
            if isinstance(child, Element):
                if child.tag == tag:
                    yield child
                yield from child.all(tag)

    def text(self, *, heard: bool = False, beside: bool = False) -> str:
        """What is seen of it, or ``heard`` of it by who cannot see; small words ``beside`` a value only when asked."""
        return "".join(self._texts(heard, beside))

    def _texts(self, heard: bool, beside: bool) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            elif not (child.tag in _UNREAD or child.silent(heard) or (not beside and "sub" in child.classes)):
                yield from child._texts(heard, beside)

    def silent(self, heard: bool) -> bool:
        """Whether it is for the other sense alone."""
        return self.attributes.get("aria-hidden") == "true" if heard else "vh" in self.classes


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page shows in one place: to the eye, to a voice, and small beside it; ``leads`` are its links."""

    seen: str
    heard: str
    beside: tuple[str, ...] = ()
    leads: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShownRow:
    """One line of a table: the key in the address that it leads to (empty without one), its head, cells by header."""

    key: str
    head: Shown
    cells: tuple[tuple[str, Shown], ...]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(element)
        if tag not in _VOID and len(self._open) < DEEPEST_PAGE:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open[-1].children.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        for at in range(len(self._open) - 1, 0, -1):
            if self._open[at].tag == tag:
                del self._open[at:]
                return

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)


def read_html(html: str) -> Element:
    """A stretch of HTML as a tree, whatever is not closed in it."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.root


def stretches(page: str, begin: str, end: str) -> Iterator[str]:
    """The stretches of a page from one text to the next other; the last one may have no end."""
    at = page.find(begin)
    while at >= 0:
        close = page.find(end, at)
        stop = len(page) if close < 0 else close + len(end)
        yield page[at:stop]
        at = page.find(begin, stop)


def facts(page: str) -> list[tuple[str, Shown]]:
    """The facts of a record: what each is called, and what is shown for it."""
    out: list[tuple[str, Shown]] = []
    for listed in stretches(page, '<dl class="pairs facts-list">', "</dl>"):
        for pair in read_html(listed).all("div"):
            names, values = list(_own(pair, "dt")), list(_own(pair, "dd"))
            for value in values:
                inner = next(_own(value, "div"), value)
                out.append((" ".join(name.text() for name in names), shown(inner)))
    return out


_TABLES = ('<table class="tbl">', '<table class="tbl brief">')


@lru_cache(maxsize=1)
def _tables(page: str) -> tuple[Element, ...]:
    """The tables of rows of a page, which is read for its lines and once more for its sums.

    Those behind charts are none of them, though their lines lead to rows. A page all of whose tables stood in charts
    would have no rows at all, which is named.
    """
    rows = "".join(apart.rpartition("</figure>")[2] for apart in page.split('<figure class="fig'))
    # Those of many columns are of a class besides, by which phones leave some out.
    tables = (table for begin in _TABLES for table in stretches(rows, begin, "</table>"))
    return tuple(map(read_html, tables))


def table_rows(page: str) -> Iterator[ShownRow]:
    """The lines of the page's tables of rows, without head and foot."""
    for table in _tables(page):
        for body in table.all("tbody"):
            for line in body.all("tr"):
                head = next(line.all("th"), Element("th"))
                cells = tuple((cell.attributes.get("data-h", ""), shown(cell)) for cell in line.all("td"))
                leads = [link.attributes.get("href", "") for link in head.all("a")]
                # Tables of sums lead nowhere.
                if leads:
                    yield ShownRow(record_key(leads[0]), shown(head), cells)


def table_sums(page: str) -> Iterator[tuple[str, Shown]]:
    """What stands under the columns of the page's tables."""
    for table in _tables(page):
        for foot in table.all("tfoot"):
            for cell in foot.all("td"):
                if cell.attributes.get("data-h"):
                    yield cell.attributes["data-h"], shown(cell)


def counted_rows(page: str) -> str:
    """What the page says that its result counts."""
    return "".join(read_html(part).text() for part in stretches(page, '<h2 id="count"', "</h2>"))


def headline_sums(page: str) -> Iterator[tuple[str, Shown]]:
    """The sums over the whole result: what is summed, and what is shown."""
    for part in stretches(page, '<div class="sum">', "</dl>"):
        for pair in read_html(part).all("div"):
            names, values = list(_own(pair, "dt")), list(_own(pair, "dd"))
            for name, value in zip(names, values, strict=False):
                yield name.text(), shown(value)


def main_text(page: str) -> str:
    """All that is seen in the main part of a page."""
    return "".join(read_html(part).text(beside=True) for part in stretches(page, "<main", "</main>"))


def shown(element: Element) -> Shown:
    """What is shown in an element."""
    small = tuple(
        span.text(beside=True) for span in element.all("span") if "sub" in span.classes and "vh" not in span.classes
    )
    leads = tuple(link.attributes.get("href", "") for link in element.all("a"))
    return Shown(element.text(), element.text(heard=True), small, leads)


def record_key(href: str) -> str:
    """The key in the address of a record, on a portal or in a copy of one; empty for any other address."""
    try:
        steps = urlsplit(href).path.split("/r/", 1)
    except ValueError:
        return ""
    if len(steps) < 2:
        return ""
    if steps[1].endswith("/index.html"):
        # In a copy a key is one step of a path, percent-encoded by itself; what is cut short cannot be read back.
        return unquote(unquote(steps[1].removesuffix("/index.html")))
    return read_key(unquote(steps[1]))


def links(page: str) -> set[str]:
    """Every address that a page leads to."""
    return {unescape(address) for address in _HREF.findall(page)}


def _own(element: Element, tag: str) -> Iterator[Element]:
    for child in element.children:
        if isinstance(child, Element) and child.tag == tag:
            yield child
