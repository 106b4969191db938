"""What differs between two cities that hold the same: digests, cursors, tags and the like become placeholders.

A placeholder is numbered within its document, so that one digest in two cells stays one and two stay two.
"""

from __future__ import annotations

import binascii
import io
import json
import re
import zipfile
from collections.abc import Callable
from functools import partial
from typing import Any, Final

PATTERNS: Final = (
    ("folder", re.compile(r"(?:/[\w.-]+)*/ayan-parity-\w+")),
    ("stamp", re.compile(r"(?<=/static/)[0-9a-f]{6,}(?=/)|(?<=brand\.css\?)[0-9A-Za-z_=-]+")),
    ("cursor", re.compile(r"(?<=_next=)[A-Za-z0-9_%=-]+")),
    ("citation", re.compile(r"(?<=/c/)[0-9a-z]{12,}")),
    ("secret", re.compile(r"(?:(?<=/join/)|(?<=/leave/)|(?<=/confirm/))[A-Za-z0-9_-]{16,}")),
    ("secret", re.compile(r'(?<=name="csrfmiddlewaretoken" value=")[^"]+|(?<=nonce[=-])"?[A-Za-z0-9+/=_-]{16,}"?')),
    ("uuid", re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")),
    ("sha256", re.compile(r"\b[0-9a-f]{64}\b")),
    ("base64", re.compile(r"(?<![A-Za-z0-9+/])(?:[A-Za-z0-9+/]{4}){10,}(?:[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)")),
    ("short", re.compile(r"\b[0-9a-f]{8}…[0-9a-f]{4}\b")),
    ("citekey", re.compile(r"(?<=@misc\{)[\w-]+(?=,)")),
    ("state", re.compile(r'(?<=-)[0-9a-f]{12}(?=\.\w+")')),
    ("extra", re.compile(r"(?<=^extra )[A-Za-z0-9+/=]+", re.MULTILINE)),
    ("secret", re.compile(r'(?<=data-options=")[^"]+')),
    (
        "version",
        re.compile(r'(?<="engine": ")[^"]+|(?<=^  "version": ")[^"]+|(?<=^    "version": ")[^"]+', re.MULTILINE),
    ),
    ("hex", re.compile(r"\b(?=[0-9]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{8,}\b")),
)
"""Name of a placeholder, and what it stands for. The order counts: the particular ones come first."""

HEADERS: Final = (
    "access-control-allow-origin",
    "allow",
    "cache-control",
    "content-disposition",
    "content-language",
    "content-range",
    "content-security-policy",
    "content-type",
    "etag",
    "link",
    "location",
    "referrer-policy",
    "retry-after",
    "vary",
    "x-frame-options",
    "x-robots-tag",
)
"""The headers of an answer that are compared."""

MARKUP: Final = ("html", "xml", "svg")
WHOLE_LINES: Final = 2_000
"""Lines of a body that are written out; of those after them each hundred is one digest."""

WIDEST: Final = 4_000


class Placeholders:
    """The placeholders of one document."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], int] = {}

    def _placeholder(self, name: str, match: re.Match[str]) -> str:
        return self._number(name, match[0])

    def text(self, text: str) -> str:
        """The text with placeholders in it."""
        for name, pattern in PATTERNS:
            text = pattern.sub(partial(self._placeholder, name), text)
        return text

    def _number(self, name: str, value: str) -> str:
        number = self._known.setdefault((name, value), sum(kind == name for kind, _ in self._known) + 1)
        return f"‹{name} {number}›"


def document(status: str, headers: list[tuple[str, str]], body: bytes) -> str:
    """An answer as text: its status, the headers that are compared, and its body by lines."""
    known = {name.lower(): value for name, value in headers}
    holders = Placeholders()
    lines = [status]
    for name in HEADERS:
        if name in known:
            value = "‹tag›" if name == "etag" else known[name]
            lines.append(f"{name}: {holders.text(value)}")
    return "\n".join([*lines, "", *body_lines(known.get("content-type", ""), body, holders)]) + "\n"


def body_lines(kind: str, body: bytes, holders: Placeholders) -> list[str]:
    """A body as lines that can be laid beside one another, whatever it was written in."""
    lines = [line for text in _decoded(kind, body) for line in holders.text(text).split("\n")]
    lines = [line if len(line) <= WIDEST else f"{line[:WIDEST]}… {_digest(line)}" for line in lines]
    rest = lines[WHOLE_LINES:]
    blocks = (rest[at : at + 100] for at in range(0, len(rest), 100))
    return [*lines[:WHOLE_LINES], *(f"‹{len(block)} lines {_digest(chr(10).join(block))}›" for block in blocks)]


def _digest(text: str) -> str:
    # Of text whose digests are placeholders already; short, and in no form that one of the patterns knows.
    return f"crc {binascii.crc32(text.encode()):010d}"


def _decoded(kind: str, body: bytes) -> list[str]:
    for known, decode in DECODERS:
        if known(kind, body):
            return decode(body)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return [f"‹{len(body)} bytes of {kind or 'no type'}›"]
    if any(name in kind for name in MARKUP):
        return [re.sub(r">\s*<", ">\n<", text)]
    return text.splitlines() or [""]


def _json(body: bytes) -> list[str]:
    """One line a value, in the order in which they were written."""
    return json.dumps(json.loads(body), ensure_ascii=False, indent=1).split("\n")


def _parquet(body: bytes) -> list[str]:
    import pyarrow.parquet as pq

    file = pq.ParquetFile(io.BytesIO(body))
    about = [f"{name.decode()}: {value.decode('utf-8', 'replace')}" for name, value in _metadata(file)]
    table = file.read()
    return [str(table.schema.remove_metadata()), *about, *(str(row) for row in table.to_pylist())]


def _metadata(file: Any) -> list[tuple[bytes, bytes]]:
    return sorted((file.schema_arrow.metadata or {}).items())


def _package(body: bytes) -> list[str]:
    """A workbook or another archive: every member in order, and its text."""
    lines = []
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        for member in sorted(archive.namelist()):
            lines += [
                f"== {member}",
                *_decoded("text/xml" if member.endswith((".xml", ".rels")) else "", archive.read(member)),
            ]
    return lines


def _entries(body: bytes) -> list[str]:
    """An entry bundle of the log: entries, each after its length in two bytes."""
    lines, at = [], 0
    while at + 2 <= len(body):
        end = at + 2 + int.from_bytes(body[at : at + 2], "big")
        lines += _json(body[at + 2 : end])
        at = end
    return lines


def _is_entries(_kind: str, body: bytes) -> bool:
    return len(body) > 3 and body[2:3] == b"{" and int.from_bytes(body[:2], "big") + 2 <= len(body)


DECODERS: Final[tuple[tuple[Callable[[str, bytes], bool], Callable[[bytes], list[str]]], ...]] = (
    (lambda kind, body: len(body) > 8 and body[:4] == body[-4:] == b"PAR1", _parquet),
    (lambda kind, body: body.startswith(b"PK\x03\x04"), _package),
    (lambda kind, body: re.search(r"[/+]json\b|geo\+json", kind) is not None and body[:1] in (b"{", b"["), _json),
    (_is_entries, _entries),
)
"""Whether a body is of a form, and the lines that it is then written in."""
