"""The text and tables of an HTML page as a reader of it sees them, in their order; nothing is fetched, nothing run.

Comments, attributes, scripts, forms, pictures and whatever the page's styles hide are not read (`html_styles`). A page
of which only a browser could say what is seen is not read at all: styles in other files, parts that lie over anything.
"""

from __future__ import annotations

import base64
import codecs
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote_to_bytes

import cssselect2
from lxml import etree

from ayan.core.documents.docx import Paragraph, Table
from ayan.core.documents.drawn_page import UnreadableDocument
from ayan.core.documents.html_covers import Covers
from ayan.core.documents.html_sheets import StyleSheets, StyleValues, Unclear
from ayan.core.documents.html_styles import BreakKind, ShownText, breaks
from ayan.core.documents.limits import DEEPEST, LARGEST_HTML, MOST_ELEMENTS, WIDEST_CELL
from ayan.core.values.text import publish

_BEGINNING: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_LOOKED_AT: Final = 4096
_CHARSET: Final = re.compile(rb"<meta[^>]{0,400}?charset\s*=\s*[\"']?\s*([a-z0-9_:.-]{1,40})", re.IGNORECASE)
# As browsers take these names; others are hardly met in Persian, and are read only where all is ASCII.
_ENCODINGS: Final = {
    "utf-8": "utf-8-sig", "utf8": "utf-8-sig", "windows-1256": "cp1256", "cp1256": "cp1256", "iso-8859-6": "iso8859_6",
    "windows-1252": "cp1252", "iso-8859-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252",
}  # fmt: skip
_HEAD: Final = frozenset({"head", "title", "meta", "link", "base", "style", "script", "noscript", "template"})
# What is drawn, played, filled in or fetched: none of it is text of the page.
_DRAWN: Final = frozenset({"img", "picture", "svg", "math", "canvas", "video", "audio", "map", "area"})
_FETCHED: Final = frozenset(
    {"iframe", "frame", "frameset", "noframes", "object", "embed", "applet", "noembed", "portal"}
)
_FILLED_IN: Final = frozenset({"input", "select", "option", "optgroup", "datalist", "textarea", "button", "meter",
    "progress", "output", "keygen"})  # fmt: skip
# Struck out: read without its line it would say the opposite. Names of ruby brackets are shown to nobody.
_STRUCK: Final = frozenset({"del", "s", "strike", "rp"})
_BLOCKS: Final = frozenset({"html", "body", "address", "article", "aside", "blockquote", "center", "dd", "details",
    "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4",
    "h5", "h6", "header", "hgroup", "hr", "li", "legend", "main", "menu", "nav", "ol", "p", "pre", "search", "section",
    "summary", "table", "caption", "tbody", "thead", "tfoot", "tr", "td", "th", "ul", "listing", "xmp"})  # fmt: skip
_AS_WRITTEN: Final = frozenset({"pre", "listing", "xmp"})
_SHEET_IN_ADDRESS: Final = re.compile(r"data:text/css(?:;charset=[-\w]+)?(;base64)?,(.*)", re.IGNORECASE | re.DOTALL)
# What such sheets say holds on no screen; what a reader of the page sees is not changed by it.
_NEVER_ON_SCREEN: Final = frozenset({"print", "speech", "aural", "braille", "embossed", "tty"})
_NOT_IN_FORCE: Final = frozenset({"noscript", "template"})
_LINE: Final = "\n"
_BARE_COLOUR: Final = re.compile(r"[0-9a-fA-F]{6}")
_BLANK: Final = re.compile(r"[ \t\n\r\f]+")


@dataclass
class HtmlPage:
    """A page that was read: its paragraphs and tables, and how much of it is not among them.

    ``unseen`` are signs that its styles hide, ``pictures``, ``files`` (frames and objects), ``programs`` and ``notes``
    (fields of forms) how many there are.
    """

    blocks: list[Paragraph | Table] = field(default_factory=list)
    unseen: int = 0
    pictures: int = 0
    files: int = 0
    programs: int = 0
    notes: int = 0


def is_html(path: Path) -> bool:
    """Whether a file begins as a page of HTML does."""
    with path.open("rb") as file:
        beginning = file.read(_LOOKED_AT)
    return bool(_BEGINNING.match(beginning))


def read(path: Path) -> HtmlPage:
    """The page in a file. Raises UnreadableDocument."""
    if path.stat().st_size > LARGEST_HTML:
        raise UnreadableDocument("large")
    root = _root(_text(path.read_bytes()))
    try:
        reader = _Reader(_styles(root))
        reader.read(cssselect2.ElementWrapper.from_html_root(root))
    except Unclear:
        raise UnreadableDocument("styled") from None
    except RecursionError:
        raise UnreadableDocument("damaged") from None
    return reader.page


def _text(data: bytes) -> str:
    """The page in the encoding that it names, UTF-8 where it names none."""
    named = _CHARSET.search(data[:_LOOKED_AT])
    encoding = _ENCODINGS.get(named[1].decode("ascii").lower()) if named else "utf-8-sig"
    try:
        text = data.decode("utf-8-sig" if data.startswith(codecs.BOM_UTF8) else encoding or "ascii")
    except UnicodeDecodeError:
        raise UnreadableDocument("damaged") from None
    if "\0" in text:
        raise UnreadableDocument("damaged")
    return text


def _root(text: str) -> Any:
    parser = etree.HTMLParser(
        no_network=True, huge_tree=False, remove_pis=True, remove_comments=True, default_doctype=False, encoding="utf-8"
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "surrogatepass"), parser)
    except (etree.LxmlError, ValueError, UnicodeError):
        raise UnreadableDocument("damaged") from None
    if root is None or any(each.level >= etree.ErrorLevels.FATAL for each in parser.error_log):
        # What a bound of the parser cuts off would be lost without a word.
        raise UnreadableDocument("damaged")
    stack, count = [(root, 1)], 0
    while stack:
        element, depth = stack.pop()
        count += 1
        if depth > DEEPEST or count > MOST_ELEMENTS:
            raise UnreadableDocument("damaged" if depth > DEEPEST else "full")
        stack += [(child, depth + 1) for child in element if isinstance(child.tag, str)]
    return root


def _styles(root: Any) -> StyleSheets:
    """The styles of a page. Raises Unclear for those in other files, and for trees put in place of what is written."""
    sheets = StyleSheets()
    for element in root.iter("link", "style", "template"):
        media = element.get("media", "").strip().lower()
        if element.tag == "link" and "stylesheet" in (relations := element.get("rel", "").lower().split()):
            inline = _SHEET_IN_ADDRESS.fullmatch(element.get("href", "").strip())
            if inline is not None:
                sheets.add(_sheet(inline), media)
            elif "alternate" not in relations and media not in _NEVER_ON_SCREEN:
                raise Unclear
        if element.tag == "template" and (element.get("shadowrootmode") or element.get("shadowroot")):
            raise Unclear
        if element.tag == "style":
            is_usual = element.get("type", "").strip().lower() in ("", "text/css")
            within = {each.tag for each in element.iterancestors()}
            sheets.add(element.text or "", media if is_usual and within.isdisjoint(_NOT_IN_FORCE) else "none")
    return sheets


def _sheet(inline: re.Match[str]) -> str:
    """The style sheet that an address itself holds."""
    try:
        held = base64.b64decode(inline[2]) if inline[1] else unquote_to_bytes(inline[2])
        return held.decode("utf-8")
    except ValueError:
        raise Unclear from None


class _Reader:
    """Reads elements one within the other, and notes the text that is seen, cut into blocks."""

    def __init__(self, styles: StyleSheets) -> None:
        self.page = HtmlPage()
        self._styles = styles
        self._parts: list[str] = []
        self._in_cell = False
        self._new_page = False
        self._covers = Covers(self._values, set())

    def read(self, root: cssselect2.ElementWrapper) -> None:
        """Read a page from its root. Raises Unclear."""
        self._covers.look(root)
        self._element(root, ShownText(), as_written=False)
        self._end_block()
        if not self.page.blocks:
            raise Unclear

    def _element(self, wrapped: cssselect2.ElementWrapper, above: ShownText, *, as_written: bool) -> None:
        element = wrapped.etree_element
        name = element.tag.lower()
        shown = self._shown(wrapped, above)
        if shown is None:
            return
        sight, kind = shown
        if kind == "page":
            self._end_block()
            self._new_page = True
        elif kind:
            self._end_block()
        if name == "br":
            self._parts.append(_LINE)
        if name == "table" and not self._in_cell and not _is_layout(element):
            self._table(wrapped, sight)
            return
        self._within(wrapped, sight, as_written=as_written or name in _AS_WRITTEN)
        if kind:
            self._end_block()

    def _within(self, wrapped: cssselect2.ElementWrapper, sight: ShownText, *, as_written: bool = False) -> None:
        self._say(wrapped.etree_element.text, sight, as_written)
        for child in wrapped.iter_children():
            self._element(child, sight, as_written=as_written)
            self._say(child.etree_element.tail, sight, as_written)

    def _shown(self, wrapped: cssselect2.ElementWrapper, above: ShownText) -> tuple[ShownText, BreakKind] | None:
        """How the text of an element is shown, and what begins with it; None where none of it is text of the page."""
        element = wrapped.etree_element
        name = element.tag.lower()
        if name in _HEAD:
            self.page.programs += name == "script"
            return None
        values = self._values(wrapped, above)
        sight = above.within(values)
        if sight.hidden or name in _STRUCK or element in self._covers.unread:
            self.page.unseen += sum(_letters(text) for text in element.itertext(with_tail=False))
        elif name in _DRAWN:
            self.page.pictures += name not in ("map", "area")
        elif name in _FETCHED:
            self.page.files += 1
        elif name in _FILLED_IN:
            self.page.notes += 1
        else:
            return sight, breaks(values, usual=name in _BLOCKS)
        return None

    def _values(self, wrapped: cssselect2.ElementWrapper, above: ShownText, part: str | None = None) -> StyleValues:
        element = wrapped.etree_element
        hints, inline = (_hints(element), element.get("style", "")) if part is None else ({}, "")
        return self._styles.values(wrapped, hints, inline, above.variables, part=part)

    def _say(self, text: str | None, sight: ShownText, as_written: bool) -> None:
        if not text:
            return
        if sight.is_seen:
            self._parts.append(text.replace("\r", "") if as_written else _BLANK.sub(" ", text))
        else:
            self.page.unseen += _letters(text)

    def _end_block(self) -> None:
        if self._in_cell:
            self._parts.append(" ")
            return
        lines = (" ".join(line.split(" ")).strip() for line in "".join(self._parts).split(_LINE))
        self._parts = []
        text = _LINE.join(" ".join(line.split()) for line in lines if line)
        if text:
            self.page.blocks.append(Paragraph(publish(text).strip(), self._new_page))
            self._new_page = False

    # --- tables ---

    def _table(self, wrapped: cssselect2.ElementWrapper, sight: ShownText) -> None:
        rows: list[list[str]] = []
        held: dict[int, int] = {}
        for row, own in self._rows(wrapped, sight):
            rows.append(self._cells(row, own, held))
        width = max(map(len, rows), default=0)
        self._end_block()
        if any(any(row) for row in rows):
            self.page.blocks.append(Table([row + [""] * (width - len(row)) for row in rows]))

    def _rows(
        self, wrapped: cssselect2.ElementWrapper, sight: ShownText
    ) -> Iterator[tuple[cssselect2.ElementWrapper, ShownText]]:
        """The rows of a table that are seen; what else stands in it comes before it."""
        self._say(wrapped.etree_element.text, sight, as_written=False)
        for child in wrapped.iter_children():
            name = child.etree_element.tag.lower()
            if name in ("tr", "tbody", "thead", "tfoot"):
                if (shown := self._shown(child, sight)) is not None and name == "tr":
                    yield child, shown[0]
                elif shown is not None:
                    yield from self._rows(child, shown[0])
            elif name not in ("col", "colgroup"):
                self._element(child, sight, as_written=False)
            self._say(child.etree_element.tail, sight, as_written=False)

    def _cells(self, row: cssselect2.ElementWrapper, sight: ShownText, held: dict[int, int]) -> list[str]:
        """The cells of a row; places that a cell above still takes (``held``, by column) are empty."""
        cells: list[str] = []
        for cell in row.iter_children():
            shown = self._shown(cell, sight)
            if shown is None:
                continue
            self._skip_held(cells, held)
            before, self._parts, self._in_cell = self._parts, [], True
            self._within(cell, shown[0])
            text, self._parts, self._in_cell = "".join(self._parts), before, False
            down, across = (_span(cell.etree_element, name) for name in ("rowspan", "colspan"))
            for at in range(len(cells), len(cells) + across):
                if down > 1:
                    held[at] = down
            cells += [" ".join(publish(text).split()), *[""] * (across - 1)]
        self._skip_held(cells, held)
        for column in list(held):
            held[column] -= 1
            if held[column] < 1:
                del held[column]
        return cells

    @staticmethod
    def _skip_held(cells: list[str], held: Mapping[int, int]) -> None:
        while len(cells) in held and len(cells) < WIDEST_CELL:
            cells.append("")


def _letters(text: str) -> int:
    return sum(not sign.isspace() for sign in text)


def _span(cell: Any, name: str) -> int:
    stated = cell.get(name, "1").strip()
    return min(max(1, int(stated)), WIDEST_CELL) if stated.isascii() and stated.isdecimal() and len(stated) < 6 else 1


def _is_layout(table: Any) -> bool:
    """Whether a table only puts other blocks beside each other."""
    return table.get("role") in ("presentation", "none") or next(table.iterdescendants("table"), None) is not None


def _hints(element: Any) -> dict[str, str]:
    """What attributes say of how an element is shown, as styles would say it."""
    said = {}
    if element.get("hidden") is not None:
        said["display"] = "none"
    name = element.tag.lower()
    if element.get("popover") is not None or (name == "dialog" and element.get("open") is None):
        said["display"] = "none"
    elif name == "dialog":
        said |= {"position": "absolute", "background-color": "#fff"}
    for attribute, on, style in (
        ("color", ("font",), "color"), ("text", ("body",), "color"), ("bgcolor", (), "background-color"),
    ):  # fmt: skip
        value = element.get(attribute)
        if value is not None and (not on or name in on):
            said[style] = f"#{value}" if _BARE_COLOUR.fullmatch(value) else value.strip().lower()
    if element.get("background") is not None:
        said["background-image"] = "url()"
    if name in ("small", "sub", "sup"):
        said["font-size"] = "smaller"
    return said
