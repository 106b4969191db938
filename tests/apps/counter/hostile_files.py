"""Files that people should not be able to leave at the counter, and some that they should, made as they are wanted."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

from PIL import Image
from PIL.TiffImagePlugin import IFDRational

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""What every scanner calls malware by agreement, and is none."""

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = (
    '<Types><Override PartName="/{part}" ContentType="application/vnd.openxmlformats-officedocument.{kind}.main+xml"/>'
    "</Types>"
)


def photo(form: str = "JPEG", size: tuple[int, int] = (64, 40), orientation: int = 6) -> bytes:
    """A picture with a place, an owner and a comment, as a telephone takes it."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "SECRETPHONE"
    exif.get_ifd(0x8825)[2] = (IFDRational(35), IFDRational(42), IFDRational(1))
    out = io.BytesIO()
    more = {"comment": b"SECRETPHONE"} if form == "JPEG" else {}
    Image.new("RGB", size, (200, 60, 20)).save(out, form, exif=exif, **more)
    return out.getvalue()


def vast_png(width: int = 60_000, height: int = 60_000) -> bytes:
    """A picture of a few bytes that says it has billions of pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


def pdf(*objects: bytes) -> bytes:
    """A PDF of these objects, without its table, which nobody here reads."""
    numbered = b"".join(b"%d 0 obj\n%s\nendobj\n" % each for each in enumerate((b"<</Type/Catalog>>", *objects), 1))
    return b"%PDF-1.7\n" + numbered + b"trailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


def held_in_stream(objects: bytes, *, more: bytes = b"") -> bytes:
    """An object of a PDF that holds others, packed."""
    packed = zlib.compress(objects)
    head = b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode%s/Length %d>>" % (more, len(packed))
    return head + b"stream\n" + packed + b"\nendstream"


def zipped(parts: Mapping[str, bytes | str]) -> bytes:
    """An archive of these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


def docx(**more: bytes | str) -> bytes:
    """A text document with an author; ``more`` are parts beside it, whose names have __ for / and _D_ for a dot."""
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": _TYPES.format(part="word/document.xml", kind="wordprocessingml.document"),
        "_rels/.rels": f'<Relationships><Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="word/document.xml"/>'
        "</Relationships>",
        "word/document.xml": "<w:document><w:body><w:p><w:r><w:t>متن</w:t></w:r></w:p></w:body></w:document>",
        "docProps/core.xml": "<cp:coreProperties><dc:creator>SECRETAUTHOR</dc:creator></cp:coreProperties>",
    }
    return zipped(parts | {name.replace("__", "/").replace("_D_", "."): content for name, content in more.items()})


def odt(**more: bytes | str) -> bytes:
    """The same in the open format."""
    parts: dict[str, bytes | str] = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": "<office:document-content><office:scripts/><office:body/></office:document-content>",
        "meta.xml": "<office:document-meta><dc:creator>SECRETAUTHOR</dc:creator></office:document-meta>",
    }
    return zipped(parts | {name.replace("__", "/").replace("_D_", "."): content for name, content in more.items()})
