"""What a workbook comes in, opened within limits, and what lies in it beside its cells."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal
from xml.parsers import expat

from ayan.core.intake.issues import format_refused, refuse, too_large, unreadable
from ayan.core.intake.limits import LARGEST_RATIO, LONGEST_TAG, MOST_ARCHIVE_PARTS, RATIO_FROM_BYTES
from ayan.core.intake.table import IntakeLimits, printable_name
from ayan.core.schema.issue import CannotRead, Issue
from ayan.core.values.label import Label

WorkbookKind = Literal["xlsx", "xlsm", "xlsb", "ods"]
# Kinds that a program writes under each other's endings without anybody being mistaken.
_GROUPS: Final = {"xlsx": "xlsx", "xlsm": "xlsx", "xlsb": "xlsb", "ods": "ods"}
CHUNK: Final = 1024 * 1024

# A document type that is only named says nothing; one that is written out may define entities.
_ENTITY: Final = re.compile(rb"<!ENTITY|<!DOCTYPE[^>\[]{0,1000}\[", re.IGNORECASE)
# [MS-CFB] 2.1: sector numbers from here on are marks, not sectors.
_MARKS: Final = 0xFFFFFFFA


def embedded_issue(code: str, count: int = 1, **params: object) -> Issue:
    """One thing that the file carries."""
    return Issue(code=code, count=count, params={"count": count, **params})


def properties_issue(names: Iterable[str]) -> Issue:
    """The properties that name somebody; which ones, never what they say."""
    return embedded_issue("file-properties", names=sorted({printable_name(name) for name in names}))


@dataclass(frozen=True, slots=True)
class Package:
    """A zipped workbook: its kind and the names of its parts."""

    path: Path
    kind: WorkbookKind
    parts: frozenset[str]

    def chunks(self, part: str, limits: IntakeLimits) -> Iterator[bytes]:
        """The unpacked bytes of one part; CannotRead when they exceed the limit or are damaged."""
        total = 0
        try:
            with zipfile.ZipFile(self.path) as package, package.open(part) as file:
                while chunk := file.read(CHUNK):
                    total += len(chunk)
                    if total > limits.unpacked:
                        raise too_large(total, limits.unpacked)
                    yield chunk
        except KeyError:
            raise unreadable(Label("بخش {part} در آن نیست", "its part {part} is missing").format(part=part)) from None
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError):
            raise damaged() from None


def damaged() -> CannotRead:
    """``file-unreadable`` for bytes that break the format's own rules."""
    return unreadable(Label("آسیب‌دیده یا ناتمام است", "it is damaged or incomplete"))


def open_package(path: Path, extension: str, limits: IntakeLimits) -> Package:
    """Look at the directory of the zip at ``path``; CannotRead for what is no workbook, too large or encrypted."""
    try:
        with zipfile.ZipFile(path) as package:
            entries = package.infolist()
            if len(entries) > MOST_ARCHIVE_PARTS:
                raise unreadable(Label("بیش از اندازه بخش دارد", "it has too many parts"))
            names = [entry.filename for entry in entries]
            mimetype = package.open("mimetype").read(200) if "mimetype" in names else b""
            manifest = package.open("META-INF/manifest.xml").read(CHUNK) if "META-INF/manifest.xml" in names else b""
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError):
        raise damaged() from None
    kind = _kind(frozenset(names), mimetype, extension)
    if _GROUPS[kind] != _GROUPS.get(extension[1:], _GROUPS[kind]):
        raise format_refused(extension, Label(kind.upper(), kind.upper()))
    if b"encryption-data" in manifest or any(entry.flag_bits & 1 for entry in entries):
        raise refuse("file-password")
    if len(names) != len(set(names)):
        raise unreadable(Label("دو بخش هم‌نام دارد", "two of its parts have the same name"))
    size = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    if size > limits.unpacked or (size > RATIO_FROM_BYTES and size / packed > LARGEST_RATIO):
        raise too_large(size, min(limits.unpacked, max(RATIO_FROM_BYTES, packed * LARGEST_RATIO)))
    return Package(path, kind, frozenset(names))


def _kind(names: frozenset[str], mimetype: bytes, extension: str) -> WorkbookKind:
    if "xl/workbook.xml" in names:
        return "xlsm" if "xl/vbaProject.bin" in names else "xlsx"
    if mimetype.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        return "ods"
    if "xl/workbook.bin" in names:
        return "xlsb"
    if mimetype.startswith(b"application/vnd.oasis.opendocument"):
        raise format_refused(extension, Label("سند دیگر اُپن‌داکیومنت", "another OpenDocument file"))
    if "word/document.xml" in names:
        raise format_refused(extension, Label("سند ورد", "a Word document"))
    raise format_refused(extension, Label("پروندهٔ زیپ", "a zip file"))


# --- XML parts --------------------------------------------------------------------------------------------------------


def refuse_entities(start: bytes) -> None:
    """Refuse an XML part whose ``start`` writes out a document type: no file needs one, and entities multiply."""
    if _ENTITY.search(start[:65536]):
        raise _entities()


def _entities() -> CannotRead:
    return unreadable(Label("XML آن موجودیت تعریف می‌کند", "its XML defines entities"))


def walk(
    chunks: Iterable[bytes],
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
    broken: Callable[[expat.ExpatError], CannotRead] = lambda _error: damaged(),
) -> None:
    """Read an XML part from its beginning to its end and tell of its elements; CannotRead where it is damaged.

    ``broken`` is what it is refused with where it is not XML.
    """
    parser: expat.XMLParserType | None = None
    given = 0
    try:
        for chunk in chunks:
            if parser is None:
                parser = _parser(chunk)
                parser.StartElementHandler = start
                parser.EndElementHandler = end
                parser.CharacterDataHandler = text
            parser.Parse(chunk, False)
            given += len(chunk)
            # Older releases of expat begin an unfinished tag anew with each chunk, so its length counts twice over.
            if given - parser.CurrentByteIndex > LONGEST_TAG:
                raise damaged()
        if parser is not None:
            parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise broken(error) from None


def _parser(start: bytes) -> expat.XMLParserType:
    """A parser that refuses documents which define entities; ``start`` is the document's beginning."""
    refuse_entities(start)
    expat_parser = expat.ParserCreate()
    expat_parser.buffer_text = True

    def declared(*_: object) -> None:
        raise _entities()

    def typed(_name: str, _system: str | None, _public: str | None, within: bool) -> None:
        if within:
            raise _entities()

    # What a document type elsewhere says is never fetched.
    expat_parser.StartDoctypeDeclHandler = typed
    expat_parser.EntityDeclHandler = declared
    return expat_parser


# --- the compound file of old Office programs ([MS-CFB]) --------------------------------------------------------------


def ole_entries(data: bytes) -> list[tuple[str, int, int]]:
    """Name, first sector and size of every stream and storage, the root first."""
    chain = _chains(data)
    (first,) = struct.unpack_from("<I", data, 48)
    table = chain(first)
    entries = []
    for at in range(0, len(table) - 127, 128):
        length = struct.unpack_from("<H", table, at + 64)[0]
        name = table[at : at + max(0, length - 2)].decode("utf-16-le", "replace")
        start, size = struct.unpack_from("<II", table, at + 116)
        entries.append((name, start, size))
    return entries


def ole_stream(data: bytes, names: Collection[str]) -> bytes:
    """The first stream that has one of ``names``; empty when there is none."""
    cutoff, first_mini = struct.unpack_from("<II", data, 56)
    chain = _chains(data)
    entries = ole_entries(data)
    for name, start, size in entries:
        if name in names:
            if size >= cutoff:
                return chain(start)[:size]
            return _mini(chain(entries[0][1]), chain(first_mini), start)[:size]
    return b""


def _chains(data: bytes) -> Callable[[int], bytes]:
    """A function from the first sector of a chain to its bytes."""
    shift, mini_shift = struct.unpack_from("<HH", data, 30)
    if shift not in (9, 12) or mini_shift != 6:
        raise damaged()
    size = 1 << shift

    def sector(number: int) -> bytes:
        return data[(number + 1) << shift : (number + 2) << shift]

    listed = list(struct.unpack_from("<109I", data, 76))
    more = struct.unpack_from("<I", data, 68)[0]
    for _ in range(len(data) >> shift):
        if more >= _MARKS:
            break
        block = struct.unpack(f"<{size // 4}I", sector(more))
        listed.extend(block[:-1])
        more = block[-1]
    table: list[int] = []
    for number in listed:
        if number < _MARKS:
            table.extend(struct.unpack(f"<{size // 4}I", sector(number)))

    def chain(first: int) -> bytes:
        parts, steps = [], len(data) >> shift
        while first < _MARKS and steps >= 0:
            parts.append(sector(first))
            first, steps = table[first], steps - 1
        return b"".join(parts)

    return chain


def _mini(ole_stream: bytes, table: bytes, first: int) -> bytes:
    """A short stream, kept in 64-byte pieces inside the root's own."""
    following = struct.unpack(f"<{len(table) // 4}I", table)
    parts, steps = [], len(following)
    while first < _MARKS and steps >= 0:
        parts.append(ole_stream[first << 6 : (first + 1) << 6])
        first, steps = following[first], steps - 1
    return b"".join(parts)
