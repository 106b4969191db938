"""What is known of a file from its bytes alone: what it is, whatever its ending says, its digest, lines and quotes."""

from __future__ import annotations

import hashlib
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from ayan.core.intake.issues import format_refused, refuse, too_large, unreadable
from ayan.core.intake.table import IntakeLimits
from ayan.core.values.label import Label

Family = Literal["text", "zip", "ole", "json"]

HEAD: Final = 1024 * 1024
TEXT_EXTENSIONS: Final = frozenset({".csv", ".tsv", ".tab", ".txt"})
ZIP_EXTENSIONS: Final = frozenset({".xlsx", ".xlsm", ".ods"})
JSON_EXTENSIONS: Final = frozenset({".json", ".geojson"})
_EXPECTED: Final[dict[Family, frozenset[str]]] = {
    "text": TEXT_EXTENSIONS,
    "zip": ZIP_EXTENSIONS,
    # A password turns an XLSX into an OLE file; the reader of workbooks tells that case from a wrong extension.
    "ole": frozenset({".xls", ".xlsx", ".xlsm"}),
    "json": JSON_EXTENSIONS,
}
_NAMES: Final[dict[Family, Label]] = {
    "text": Label("متن ساده", "plain text"),
    "zip": Label("پروندهٔ زیپ", "a zip file"),
    "ole": Label("پروندهٔ قدیمی آفیس", "an old Office file"),
    "json": Label("JSON", "JSON"),
}
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHERS: Final = (
    (b"%PDF-", "PDF"),
    (b"{\\rtf", "RTF"),
    (b"\x1f\x8b", "gzip"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!", "RAR"),
    (b"PAR1", "Parquet"),
    (b"SQLite format 3\0", "SQLite"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
)
_HTML: Final = re.compile(rb"\s*<(?:!doctype html|html|table|head|body|meta|div)\b", re.IGNORECASE)
_XML: Final = re.compile(rb"\s*<\?xml\b")
_JSON: Final = re.compile(rb"\s*(?:\{\s*[\"}]|\[\s*[\[{\"])")
_BINARY: Final = bytes(sorted(set(range(32)) - set(b"\t\n\r\f\x1a\x1b"))) + b"\x7f"
# So many control bytes in a hundred mean that this never was text.
_BINARY_SHARE: Final = 0.02
CHUNK: Final = 4 * 1024 * 1024
# A quote with a space before or after it; one pattern with a literal start, since an alternation is ten times slower.
_SPACED: Final = re.compile(rb'"(?:(?<= ")| )')


def regular(path: Path, limits: IntakeLimits) -> int:
    """The size in bytes of a regular file; CannotRead for anything else, for an empty one and for one too large."""
    try:
        state = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        raise refuse("file-missing") from None
    except (OSError, ValueError):
        raise unreadable(Label("نشانی پرونده پذیرفته نیست", "the path is not accepted")) from None
    if not stat.S_ISREG(state.st_mode):
        raise unreadable(Label("این نشانی پروندهٔ معمولی نیست", "the path is not a regular file"))
    if not state.st_size:
        raise refuse("file-empty")
    if state.st_size > limits.bytes:
        raise too_large(state.st_size, limits.bytes)
    return state.st_size


def first_bytes(path: Path) -> bytes:
    """The head of the file; CannotRead when it may not be opened."""
    try:
        with path.open("rb") as file:
            return file.read(HEAD)
    except OSError:
        raise unreadable(Label("اجازهٔ خواندن آن نیست", "it may not be opened")) from None


def family(head: bytes, extension: str) -> Family:
    """The family of formats that the content belongs to; CannotRead ``file-format`` when the extension contradicts it.

    ``extension`` is lower case with its dot; an unknown or missing one contradicts nothing.
    """
    kind = _by_content(head, extension)
    foreign = frozenset[str]().union(*_EXPECTED.values()) - _EXPECTED[kind]
    if extension in foreign:
        raise format_refused(extension, _NAMES[kind])
    return kind


def _by_content(head: bytes, extension: str) -> Family:
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if head.startswith(_OLE):
        return "ole"
    for magic, name in _OTHERS:
        if head.startswith(magic):
            raise format_refused(extension, Label(name, name))
    bare = head.removeprefix(b"\xef\xbb\xbf")
    if _HTML.match(bare):
        raise format_refused(extension, Label("صفحهٔ وب (HTML)", "a web page (HTML)"))
    if _XML.match(bare):
        raise format_refused(extension, Label("XML", "XML"))
    if _JSON.match(bare) and extension not in TEXT_EXTENSIONS:
        return "json"
    if not head.startswith((b"\xff\xfe", b"\xfe\xff")) and _is_binary(head):
        raise format_refused(extension, Label("دادهٔ دودویی", "binary data"))
    return "text"


def _is_binary(head: bytes) -> bool:
    sample = head[:65536]
    return len(sample) - len(sample.translate(None, _BINARY)) > _BINARY_SHARE * len(sample) + 1


# --- one pass over the bytes: digest, line ends, quotes, NUL ----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Scan:
    """Counts of one file: ``size`` in bytes, line ends (``crlf`` is part of ``lf``), bare ``cr``, ``quotes``.

    ``spaced`` says whether a space stands beside any quote, ``ended`` whether the last line has its end; ``nul_line``
    is the line of the first NUL byte.
    """

    sha256: str
    size: int
    lf: int
    crlf: int
    cr: int
    quotes: int
    spaced: bool
    nul_line: int | None
    ended: bool

    @property
    def lines(self) -> int:
        """Lines as ``\\n`` makes them, the last one counted with or without its end."""
        return self.lf if self.ended or not self.size else self.lf + 1


def digest(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def scan(path: Path) -> Scan:
    """Count what :class:`Scan` tells; about a gigabyte a second, in constant memory."""
    sha = hashlib.sha256()
    size = lf = crlf = cr = quotes = 0
    nul_line: int | None = None
    spaced = False
    last = b""
    with path.open("rb", buffering=0) as file:
        while chunk := file.read(CHUNK):
            sha.update(chunk)
            if nul_line is None and (at := chunk.find(b"\0")) >= 0:
                nul_line = lf + chunk.count(b"\n", 0, at) + 1
            # `in` is a memchr and nearly free; most files have no carriage return at all.
            if b"\r" in chunk:
                cr += chunk.count(b"\r")
                crlf += chunk.count(b"\r\n")
            if last == b"\r" and chunk.startswith(b"\n"):
                crlf += 1
            spaced = spaced or last + chunk[:1] in (b'" ', b' "')
            if b'"' in chunk:
                quotes += chunk.count(b'"')
                spaced = spaced or _SPACED.search(chunk) is not None
            lf += chunk.count(b"\n")
            size += len(chunk)
            last = chunk[-1:]
    return Scan(sha.hexdigest(), size, lf, crlf, cr - crlf, quotes, spaced, nul_line, last == b"\n")
