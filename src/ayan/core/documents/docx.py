"""The text and tables of a DOCX (ISO/IEC 29500): what a reader of it sees, in its order.

What was struck out in tracked changes or marked as hidden is not read; comments are not part of the text.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from xml.parsers import expat

from ayan.core.documents.drawn_page import UnreadableDocument
from ayan.core.documents.limits import DEEPEST, LARGEST_DOCUMENT, LARGEST_UNPACKED, WIDEST_CELL
from ayan.core.values.text import publish

BODY: Final = "word/document.xml"
_NOTES: Final = ("word/footnotes.xml", "word/endnotes.xml")
_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_UNSEEN: Final = frozenset({f"{_W}del", f"{_W}moveFrom", f"{_W}delText", f"{_W}instrText", f"{_W}rPr", f"{_W}pPr"})
_FALLBACK: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_SIGNS: Final = {f"{_W}tab": "\t", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_PAGE_BREAK: Final = "\f"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph's text; ``new_page`` says that it begins on a page of its own."""

    text: str
    new_page: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table's cells, row by row; a cell that covers several columns has its text in the first."""

    rows: list[list[str]]


def blocks(path: Path) -> Iterator[Paragraph | Table]:
    """Paragraphs and tables in their order, notes at the end. Raises UnreadableDocument."""
    if path.stat().st_size > LARGEST_DOCUMENT:
        raise UnreadableDocument("large")
    body, *notes = _roots(path)
    new_page = False
    for element in _block_elements(body):
        if element.tag == f"{_W}tbl":
            yield Table(_table(element))
            continue
        for number, text in enumerate(_text(element).split(_PAGE_BREAK)):
            new_page = new_page or number > 0
            if text.strip():
                yield Paragraph(publish(text).strip(), new_page)
                new_page = False
    for root in notes:
        for paragraph in root.iter(f"{_W}p"):
            if text := publish(_text(paragraph)).strip():
                yield Paragraph(text)


def is_docx(path: Path) -> bool:
    """Whether a file is an archive with the text of a word processor."""
    try:
        with zipfile.ZipFile(path) as archive:
            return BODY in archive.namelist()
    except (zipfile.BadZipFile, OSError):
        return False


def _roots(path: Path) -> list[Element]:
    try:
        with zipfile.ZipFile(path) as archive:
            names = [BODY, *(name for name in _NOTES if name in archive.namelist())]
            if sum(archive.getinfo(name).file_size for name in names) > LARGEST_UNPACKED:
                raise UnreadableDocument("large")
            return [_parsed(archive.open(name).read(LARGEST_UNPACKED + 1)) for name in names]
    except (zipfile.BadZipFile, KeyError, NotImplementedError, OSError, EOFError):
        raise UnreadableDocument("damaged") from None
    except RuntimeError:
        raise UnreadableDocument("locked") from None


def _parsed(text: bytes) -> Element:
    if len(text) > LARGEST_UNPACKED:
        raise UnreadableDocument("large")
    builder = ElementTree.TreeBuilder()
    depth = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise UnreadableDocument("damaged")
        builder.start(_braced(tag), {_braced(name): value for name, value in attributes.items()})

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(_braced(tag))

    def refuse(*_: object) -> None:
        # No word processor writes a document type, by which entities could unfold without end.
        raise UnreadableDocument("damaged")

    parser = expat.ParserCreate(namespace_separator="}")
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = builder.data, refuse
    try:
        parser.Parse(text, True)
    except expat.ExpatError:
        raise UnreadableDocument("damaged") from None
    return builder.close()


def _braced(name: str) -> str:
    """A name with its namespace as ElementTree writes it."""
    return f"{{{name}" if "}" in name else name


def _block_elements(element: Element) -> Iterator[Element]:
    """Paragraphs and tables that stand in no other, frames that hold some opened."""
    for child in element:
        if child.tag in (f"{_W}p", f"{_W}tbl"):
            yield child
        elif child.tag not in _UNSEEN and child.tag != _FALLBACK:
            yield from _block_elements(child)


def _text(element: Element) -> str:
    """What is seen of an element's text."""
    if element.tag in _UNSEEN or element.tag == _FALLBACK or _hidden(element):
        return ""
    if element.tag == f"{_W}t":
        return element.text or ""
    if element.tag in _SIGNS:
        return _SIGNS[element.tag]
    if element.tag == f"{_W}br":
        return _PAGE_BREAK if element.get(f"{_W}type") == "page" else "\n"
    inner = "".join(map(_text, element))
    return f"\n{inner}\n" if element.tag == f"{_W}txbxContent" else inner


def _hidden(run: Element) -> bool:
    vanish = run.find(f"{_W}rPr/{_W}vanish") if run.tag == f"{_W}r" else None
    return vanish is not None and vanish.get(f"{_W}val") not in ("0", "false")


def _table(table: Element) -> list[list[str]]:
    """The cells of a table; a table inside a cell is text of that cell."""
    rows: list[list[str]] = []
    for row in _children(table, f"{_W}tr"):
        cells: list[str] = []
        for cell in _children(row, f"{_W}tc"):
            paragraphs = (publish(_text(paragraph)) for paragraph in cell.iter(f"{_W}p"))
            cells.append(" ".join(" ".join(paragraphs).split()))
            span = cell.find(f"{_W}tcPr/{_W}gridSpan")
            stated = span.get(f"{_W}val", "1") if span is not None else "1"
            cells += [""] * (min(int(stated), WIDEST_CELL) - 1 if stated.isascii() and stated.isdecimal() else 0)
        rows.append(cells)
    width = max(map(len, rows), default=0)
    return [row + [""] * (width - len(row)) for row in rows]


def _children(element: Element, tag: str) -> Iterator[Element]:
    """Rows of a table, or cells of a row, those in frames of content controls and tracked insertions among them."""
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag not in _UNSEEN and child.tag not in (f"{_W}tbl", f"{_W}tc", f"{_W}tr"):
            yield from _children(child, tag)
