"""Documents as they are kept: PDF, office documents and plain text that hold nothing which runs, opens or hides.

An office document is packed anew: its texts as they came, its pictures stripped, and what it says of its author,
editor and device left out. A PDF is looked through and kept as it is.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Mapping
from typing import Final

from ayan.apps.counter.attachments import pictures
from ayan.apps.counter.attachments.refused_file import ACTIVE, DAMAGED, LOCKED, TOO_MUCH, UNKNOWN, refused
from ayan.apps.counter.limits import LONGEST_PDF_HEAD, MOST_OPENED, MOST_PACKED, MOST_STREAMS

PDF: Final = b"%PDF-"
ZIP: Final = b"PK\x03\x04"
OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How the office documents of before 2007 begin, and those that are locked with a password."""

# --- PDF (ISO 32000) --------------------------------------------------------------------------------------------------

_ACTIVE_NAMES: Final = re.compile(
    rb"/(?:JavaScript|Launch|EmbeddedFiles?|FileAttachment|RichMedia|SubmitForm|ImportData|GoToE|Rendition|Movie"
    rb"|Collection)(?![A-Za-z0-9])|/XFA[\s\[]"
)
_ENCRYPTED: Final = re.compile(rb"/Encrypt(?![A-Za-z0-9])")
_ESCAPED: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM: Final = re.compile(rb"(?<!end)stream\r?\n")
_HELD: Final = re.compile(rb"/Type\s*/ObjStm(?![A-Za-z0-9])")
_FILTERS: Final = re.compile(rb"/Filter\s*(\[[^\]]*\]|/[A-Za-z0-9]+)?")
_PLAIN_FILTERS: Final = frozenset({b"", b"/FlateDecode", b"[/FlateDecode]"})


def checked_pdf(content: bytes) -> bytes:
    """A PDF that runs and hides nothing. Raises AttachmentRefused.

    What names an act stands in the open or in a stream of objects; both are read, with names spelt in every way.
    """
    if b"%%EOF" not in content[-2048:] or zipfile.is_zipfile(io.BytesIO(content)):
        raise refused(DAMAGED)
    _refuse_active(content)
    opened = 0
    for number, start in enumerate(_STREAM.finditer(content)):
        if number > MOST_STREAMS:
            raise refused(TOO_MUCH)
        head = _unescaped(content[max(0, start.start() - LONGEST_PDF_HEAD) : start.start()])
        head = head[head.rfind(b"obj") :]
        if not _HELD.search(head):
            continue
        filters = _FILTERS.search(head)
        if filters is not None and re.sub(rb"\s", b"", filters[1] or b"?") not in _PLAIN_FILTERS:
            raise refused(ACTIVE)
        if b"/DecodeParms" in head or b"/F " in head:
            raise refused(ACTIVE)
        end = content.find(b"endstream", start.end())
        held = _inflated(memoryview(content)[start.end() : end], MOST_OPENED - opened) if filters is not None else b""
        opened += len(held)
        _refuse_active(held)
    return content


def _refuse_active(text: bytes) -> None:
    for spelt in (text, _unescaped(text)):
        if _ENCRYPTED.search(spelt):
            raise refused(LOCKED)
        if _ACTIVE_NAMES.search(spelt):
            raise refused(ACTIVE)


def _unescaped(text: bytes) -> bytes:
    return _ESCAPED.sub(lambda matched: bytes([int(matched[1], 16)]), text)


def _inflated(content: memoryview, most: int) -> bytes:
    opener = zlib.decompressobj()
    try:
        text = opener.decompress(content, max(1, most))
    except zlib.error:
        raise refused(DAMAGED) from None
    if not opener.eof:
        # Half of it was read, so that the other half may hold anything.
        raise refused(TOO_MUCH if len(text) >= most else DAMAGED)
    return text


# --- office documents (ISO 29500, ISO 26300) --------------------------------------------------------------------------

_OOXML: Final[Mapping[bytes, str]] = {
    b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": "docx",
    b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": "xlsx",
}
_ODF: Final[Mapping[bytes, str]] = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
}
_ENDINGS: Final = frozenset(
    {"xml", "rels", "vml", "rdf", "jpg", "jpeg", "png", "webp", "gif", "emf", "wmf", "odttf", "ttf", "mimetype"}
)
_ACTIVE_PARTS: Final = re.compile(
    r"vbaproject|vbadata|(?:^|/)(?:embeddings|activex|externallinks|ctrlprops|customui|webextensions|basic|scripts"
    r"|configurations2/scripts)(?:/|$)|(?:^|/)object ?\d|connections\.xml|querytables?/|objectreplacements",
    re.IGNORECASE,
)
_ACTIVE_XML: Final = re.compile(
    rb"macroEnabled|<!DOCTYPE|<!ENTITY|<script:|script:event-listener|<office:script[ >]|DDEAUTO|<w:altChunk|oleObject"
    rb"|<o:OLEObject|<w:object[ >]|<draw:object[ -]|<draw:plugin|<draw:applet|<\w*:?ddeLink|office:dde-source"
    rb"|macro:///|vnd\.sun\.star\.script|>\s*DDE\s",
    re.IGNORECASE,
)
_OUTSIDE: Final = re.compile(rb"<[^>]*TargetMode\s*=\s*[\"']External[\"'][^>]*>", re.IGNORECASE)
_LINK: Final = re.compile(rb"Type\s*=\s*[\"'][^\"']*/hyperlink[\"']", re.IGNORECASE)
_AUTHORS: Final[Mapping[str, bytes]] = {
    "docProps/core.xml": b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><cp:coreProperties xmlns:cp='
    b'"http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>',
    "docProps/app.xml": b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Properties xmlns='
    b'"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>',
    "docProps/custom.xml": b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Properties xmlns='
    b'"http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>',
    "meta.xml": b'<?xml version="1.0" encoding="UTF-8"?><office:document-meta xmlns:office='
    b'"urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:version="1.2"><office:meta/></office:document-meta>',
}


def repacked_office(content: bytes) -> tuple[str, bytes]:
    """An office document packed anew, and what it is: docx, xlsx, odt or ods. Raises AttachmentRefused."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = _parts(packed)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError):
        raise refused(DAMAGED) from None
    kind = _office_kind(parts)
    for name, body in parts.items():
        _refuse_part(name, body)
    out = io.BytesIO()
    # In ODF the type stands first, and unpacked, so that it is known by its first bytes.
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(parts, key=lambda each: (each != "mimetype", each != "[Content_Types].xml")):
            how = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name), _kept_part(name, parts[name]), how)
    return kind, out.getvalue()


def _parts(packed: zipfile.ZipFile) -> dict[str, bytes]:
    listed = packed.infolist()
    if len(listed) > MOST_PACKED:
        raise refused(TOO_MUCH)
    parts: dict[str, bytes] = {}
    opened = 0
    for each in listed:
        if each.flag_bits & 1:
            raise refused(LOCKED)
        if each.is_dir():
            continue
        name = each.filename
        if name in parts or name.startswith("/") or "\\" in name or ".." in name.split("/"):
            raise refused(DAMAGED)
        # What the list says of sizes is not believed: so much is read and no more.
        with packed.open(each) as part:
            parts[name] = part.read(MOST_OPENED - opened + 1)
        opened += len(parts[name])
        if opened > MOST_OPENED:
            raise refused(TOO_MUCH)
    return parts


def _office_kind(parts: Mapping[str, bytes]) -> str:
    if (kind := _ODF.get(parts.get("mimetype", b"").strip())) is not None and "content.xml" in parts:
        return kind
    types = parts.get("[Content_Types].xml", b"")
    matched = next((kind for name, kind in _OOXML.items() if name in types), None)
    if matched is not None:
        return matched
    # Macro-enabled documents have other types, which are told apart for the sake of the message.
    raise refused(ACTIVE if b"macroEnabled" in types else UNKNOWN)


def _refuse_part(name: str, body: bytes) -> None:
    ending = name.rsplit("/", 1)[-1].rsplit(".", 1)[-1].lower()
    if _ACTIVE_PARTS.search(name) or (ending not in _ENDINGS and "printerSettings" not in name):
        raise refused(ACTIVE)
    if ending in ("xml", "rels", "vml", "rdf"):
        if body[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in body[:64]:
            # Words would be hidden from a look at bytes; no office program writes so.
            raise refused(ACTIVE)
        if _ACTIVE_XML.search(body) or any(not _LINK.search(matched[0]) for matched in _OUTSIDE.finditer(body)):
            raise refused(ACTIVE)


def _kept_part(name: str, body: bytes) -> bytes:
    if name in _AUTHORS:
        return _AUTHORS[name]
    if body.startswith((pictures.JPEG, pictures.PNG)) or pictures.is_webp(body):
        return pictures.stripped(body)
    return body


# --- plain text -------------------------------------------------------------------------------------------------------

_RUNS: Final = re.compile(
    r"\A\s*(?:#!|<\?|<!doctype|<html|<svg|%!|@echo|MZ)|<script|<iframe|<\?php|javascript:", re.IGNORECASE
)


def checked_text(content: bytes) -> bytes:
    """Plain text in UTF-8, of a page or a program nothing. Raises AttachmentRefused."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refused(UNKNOWN) from None
    if any(sign < " " and sign not in "\t\r\n\f" for sign in text):
        raise refused(UNKNOWN)
    if _RUNS.search(text):
        raise refused(ACTIVE)
    return text.encode()
