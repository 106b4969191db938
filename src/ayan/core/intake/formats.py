"""The formats that can be read, in one table: how each is recognised by its content, and what reads it.

A further format is a module with a reader and one line here. The name of a file decides nothing: an ending that belongs
to other formats alone is refused, for then somebody was mistaken about the file.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from ayan.core.intake import archives, document_tables, gdal_layers, json_records, xml_records
from ayan.core.intake.archives import Unpacked
from ayan.core.intake.issues import format_refused
from ayan.core.intake.reading_notes import ChildReply
from ayan.core.intake.table import IntakeLimits
from ayan.core.intake.workbook import html_tables, reader, spreadsheetml
from ayan.core.schema.definition import Layout
from ayan.core.values.label import Label

FormatReader: TypeAlias = Callable[
    [Path, str | int | None, Layout, Sequence[str], Path, IntakeLimits], ChildReply | tuple[Unpacked, ...]
]
"""Reads a file in the process apart: file, sheet, layout, known titles, work folder, limits."""

TEXT_ENDINGS: Final = frozenset({".csv", ".tsv", ".tab", ".txt"})


@dataclass(frozen=True, slots=True)
class Format:
    """One format: its name in requests, its endings, how its first bytes are known, and its reader.

    ``recognised`` is given the beginning of the file, marks of UTF-8 taken off and UTF-16 made UTF-8, and the ending.
    Without a ``reader`` it is delimited text, which is read in place. ``sheets``: it may hold several tables.
    ``with_numpy``: what reads it cannot do without.
    """

    name: str
    label: Label
    endings: frozenset[str]
    recognised: Callable[[bytes, str], bool]
    reader: FormatReader | None = None
    sheets: bool = False
    with_numpy: bool = False


_HTML: Final = re.compile(rb"\s*<(?:!doctype html|html|table|head|body|meta|div)\b", re.IGNORECASE)
_NAME: Final = re.compile(rb"<(?:\w{1,40}:)?([A-Za-z][\w.-]{0,40})")
_SPACES: Final = re.compile(rb"\s*+")
_XML: Final = re.compile(rb"\s*<\?xml\b")
_ELEMENT: Final = re.compile(rb"\s*<(?:[A-Za-z_][\w.:-]{0,200}[\s/>]|!--|!DOCTYPE\s)")
_JSON: Final = re.compile(rb"\s*(?:\{\s*[\"}]|\[\s*[\[{\"\]])")
_SQLITE: Final = b"SQLite format 3\0"
# A drawing in text: notes (999) and then its first section.
_DRAWING: Final = re.compile(rb"(?:\s*999\s*\n[^\n]*\n)*\s*0\s*\n\s*SECTION\s*\n")
_LINE: Final = re.compile(rb"\s*(\{[^\n]*\})[ \t\r]*\n")


def _is_html(head: bytes, _ending: str) -> bool:
    start = head[:65536]
    if _HTML.match(start):
        return True
    # XHTML, and pages of Office that begin with a declaration of XML or with a comment.
    root = _NAME.match(start, _prolog(start))
    return root is not None and root[1].lower() == b"html"


def _prolog(start: bytes) -> int:
    """Where the first element of a document begins, past its declarations and comments."""
    at = _SPACES.match(start).end()  # type: ignore[union-attr]  # blanks may be none
    while start.startswith((b"<?", b"<!"), at):
        mark = b"-->" if start.startswith(b"<!--", at) else b">"
        end = start.find(mark, at)
        if end < 0:
            return len(start)
        at = _SPACES.match(start, end + len(mark)).end()  # type: ignore[union-attr]  # blanks may be none
    return at


def _is_spreadsheetml(head: bytes, ending: str) -> bool:
    return _is_xml(head, ending) and spreadsheetml.NAMESPACE.encode() in head[:65536] and b"Workbook" in head[:65536]


def _is_xml(head: bytes, ending: str) -> bool:
    return _XML.match(head) is not None or (ending not in TEXT_ENDINGS and _ELEMENT.match(head) is not None)


def _is_json(head: bytes, ending: str) -> bool:
    return ending not in TEXT_ENDINGS and _JSON.match(head) is not None


def _is_lines(head: bytes, ending: str) -> bool:
    """Whether the first line is an object by itself, and is no single record of a JSON file."""
    line = _LINE.match(head) if ending not in TEXT_ENDINGS else None
    if line is None:
        return ending in (".ndjson", ".jsonl") and _is_json(head, ending)
    rest = head[line.end() :].lstrip(b" \t\r\n")
    if not rest.startswith(b"{") and (rest or ending not in (".ndjson", ".jsonl")):
        return False
    try:
        json.loads(line[1])
    except (ValueError, RecursionError):
        # A line that is broken is named with its place by the reader.
        return ending in (".ndjson", ".jsonl")
    return True


def _is_geopackage(head: bytes, ending: str) -> bool:
    # Before version 1.2 the mark of a GeoPackage was one of GP10 and GP11.
    return head.startswith(_SQLITE) and (head[68:70] == b"GP" or ending == ".gpkg")


def _is_kml(head: bytes, _ending: str) -> bool:
    start = head[:65536]
    root = _NAME.match(start, _prolog(start))
    return root is not None and root[1] == b"kml"


def _is_gml(head: bytes, ending: str) -> bool:
    """Features in GML: a collection of them, or a document that is called so."""
    start = head[:65536]
    root = _NAME.match(start, _prolog(start))
    if root is None or b"http://www.opengis.net/gml" not in start:
        return False
    return ending == ".gml" or root[1] == b"FeatureCollection"


def _is_drawing(head: bytes, _ending: str) -> bool:
    return _DRAWING.match(head) is not None


def _begins(*magic: bytes) -> Callable[[bytes, str], bool]:
    return lambda head, _ending: head.startswith(magic)


FORMATS: Final = (
    Format(
        "zip", Label("پروندهٔ زیپ", "a zip file"),
        frozenset({".zip", ".xlsx", ".xlsm", ".xlsb", ".ods", ".kmz", ".docx"}),
        _begins(b"PK\x03\x04", b"PK\x05\x06"), archives.read_zip, sheets=True,
    ),
    # A password turns an XLSX into an OLE file; the reader of workbooks tells that case from a wrong ending.
    Format(
        "ole", Label("پروندهٔ قدیمی آفیس", "an old Office file"), frozenset({".xls", ".xlsx", ".xlsm", ".xlsb"}),
        _begins(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), reader.read, sheets=True,
    ),
    Format(
        "pdf", Label("سند PDF", "a PDF"), frozenset({".pdf"}), _begins(b"%PDF-"), document_tables.read_pdf, sheets=True,
    ),
    Format("gzip", Label("gzip", "gzip"), frozenset({".gz"}), _begins(b"\x1f\x8b"), archives.read_gzip),
    Format(
        "html", Label("صفحهٔ وب (HTML)", "a web page (HTML)"), frozenset({".html", ".htm", ".xls"}),
        _is_html, html_tables.read, sheets=True,
    ),
    Format(
        "spreadsheetml", Label("کارپوشهٔ XML (۲۰۰۳)", "an XML workbook (2003)"), frozenset({".xml", ".xls"}),
        _is_spreadsheetml, spreadsheetml.read, sheets=True,
    ),
    Format(
        "shapefile", Label("شیپ‌فایل", "a shapefile"), frozenset({".shp"}), _begins(b"\x00\x00\x27\x0a"),
        gdal_layers.reader_of(gdal_layers.SHAPEFILE), with_numpy=True,
    ),
    Format(
        "gpkg", Label("ژئوپکیج", "a GeoPackage"), frozenset({".gpkg"}), _is_geopackage,
        gdal_layers.reader_of(gdal_layers.GEOPACKAGE), sheets=True, with_numpy=True,
    ),
    Format(
        "kml", Label("KML", "KML"), frozenset({".kml", ".xml"}), _is_kml,
        gdal_layers.reader_of(gdal_layers.KML), sheets=True, with_numpy=True,
    ),
    Format(
        "gml", Label("GML", "GML"), frozenset({".gml", ".xml"}), _is_gml,
        gdal_layers.reader_of(gdal_layers.GML), sheets=True, with_numpy=True,
    ),
    Format(
        "dxf", Label("نقشهٔ DXF", "a DXF drawing"), frozenset({".dxf"}), _is_drawing,
        gdal_layers.reader_of(gdal_layers.DXF), sheets=True, with_numpy=True,
    ),
    Format("xml", Label("XML", "XML"), frozenset({".xml"}), _is_xml, xml_records.read),
    Format(
        "ndjson", Label("NDJSON", "NDJSON"), frozenset({".ndjson", ".jsonl", ".json"}), _is_lines,
        json_records.read_lines,
    ),
    Format("json", Label("JSON", "JSON"), frozenset({".json", ".geojson"}), _is_json, json_records.read),
    Format("text", Label("متن ساده", "plain text"), TEXT_ENDINGS, lambda _head, _ending: True),
)  # fmt: skip
"""Every format, in the order in which a file is held against them."""

IN_DEGREES: Final = frozenset({"geojson", "shapefile", "gpkg", "kml", "gml", "dxf"})
"""Formats whose shapes are brought to degrees as they are read."""

BY_NAME: Final = {form.name: form for form in FORMATS}
ENDINGS: Final = frozenset[str]().union(*(form.endings for form in FORMATS))

_REFUSED: Final = (
    (b"{\\rtf", "RTF"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!", "RAR"),
    (b"PAR1", "Parquet"),
    (b"AutoCAD Binary DXF", "binary DXF"),
    (b"AC10", "DWG"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\0", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
)
_LINKS: Final = frozenset({".url", ".webloc", ".desktop", ".lnk", ".gsheet", ".gdoc"})
"""Endings of files that only say where another one is."""
_BINARY: Final = bytes(sorted(set(range(32)) - set(b"\t\n\r\f\x1a\x1b"))) + b"\x7f"
# So many control bytes in a hundred mean that this never was text.
_BINARY_SHARE: Final = 0.02


def recognise(head: bytes, ending: str) -> Format:
    """The format that the content belongs to; CannotRead ``file-format`` when it is none, or the ending contradicts it.

    ``ending`` is lower case with its dot; an unknown or missing one contradicts nothing.
    """
    if ending in _LINKS:
        raise format_refused(ending, Label("نشانی پرونده‌ای دیگر", "the address of another file"))
    for magic, name in _REFUSED:
        if head.startswith(magic):
            raise format_refused(ending, Label(name, name))
    if head[257:262] == b"ustar":
        raise format_refused(ending, Label("tar", "tar"))
    bare = _plain(head)
    if head.startswith(_SQLITE) and not _is_geopackage(head, ending):
        raise format_refused(ending, Label("SQLite", "SQLite"))
    form = next(form for form in FORMATS if form.recognised(bare, ending))
    if ending in ENDINGS - form.endings:
        raise format_refused(ending, form.label)
    if form.reader is None and bare is head and _is_binary(head):
        raise format_refused(ending, Label("دادهٔ دودویی", "binary data"))
    return form


def _plain(head: bytes) -> bytes:
    """The beginning of a file without marks, and UTF-16 as UTF-8."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return head[: len(head) // 2 * 2].decode("utf-16", "ignore").encode()
    return head.removeprefix(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else head


def _is_binary(head: bytes) -> bool:
    sample = head[:65536]
    return len(sample) - len(sample.translate(None, _BINARY)) > _BINARY_SHARE * len(sample) + 1
