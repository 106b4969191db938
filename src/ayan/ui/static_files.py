"""The static files: read once, compressed once, served under an address that changes when any of them does."""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyarrow as pa
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

FOLDER = Path(__file__).resolve().parent / "static"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".png": "image/png",
    ".txt": "text/plain; charset=utf-8",
    ".json": "application/json",
}
COMPRESSED_ALREADY = frozenset({".woff2", ".png"})
SHEET, FACES = "css/site.css", "css/fonts.css"
FONT = "build/vazirmatn-fa.woff2"
"""Where it has been built, the stylesheet begins with the faces that name it."""
_REMARK = re.compile(rb"[ ]*/\*.*?\*/\n?", re.DOTALL)
"""What a stylesheet says to whoever changes it; no text of ours in one holds such signs."""
_SPACING = re.compile(rb"\s*([{};,])\s*|(?<=:)[ ]+")
"""What sets it out for them: round its signs, and after a colon, before which a space would mean something."""

_REFUSED = re.compile(r"q=0(\.0*)?")


@dataclass(frozen=True, slots=True)
class Static:
    """One file in memory; ``packed`` is its gzip form where that is smaller, ``tight`` its brotli form if built."""

    kind: str
    plain: bytes
    packed: bytes | None
    tight: bytes | None = None


@cache
def all_files() -> dict[str, Static]:
    """Every file of a known type under static/, by its path there."""
    files: dict[str, Static] = {}
    for path in sorted(FOLDER.rglob("*")):
        kind = TYPES.get(path.suffix)
        if kind is None or not path.is_file():
            continue
        plain = path.read_bytes()
        if path.suffix == ".css":
            plain = _SPACING.sub(rb"\1", _REMARK.sub(b"", plain))
        files[path.relative_to(FOLDER).as_posix()] = _static(kind, plain, path.suffix, _tight(path, plain))
    if FONT in files:
        # One file less that a page waits for before it is drawn.
        both = files[FACES].plain + files[SHEET].plain
        files[SHEET] = _static(files[SHEET].kind, both, ".css")
    return files


def _tight(path: Path, plain: bytes) -> bytes | None:
    """The brotli form laid beside a file at its build; None where there is none, or one of other bytes."""
    built = path.with_name(path.name + ".br")
    packed = built.read_bytes() if built.is_file() else b""
    try:
        held = pa.Codec("brotli").decompress(packed, decompressed_size=len(plain), asbytes=True) if packed else None
    except OSError:
        return None
    return packed if held == plain else None


def _static(kind: str, plain: bytes, suffix: str, tight: bytes | None = None) -> Static:
    return Static(kind, plain, None if suffix in COMPRESSED_ALREADY else gzip.compress(plain, 9, mtime=0), tight)


@cache
def version() -> str:
    """Twelve hex digits over the names and contents of all files; the same files give the same version."""
    digest = hashlib.sha256()
    for name, static_file in all_files().items():
        digest.update(name.encode() + b"\0" + hashlib.sha256(static_file.plain).digest())
    return digest.hexdigest()[:12]


def has(name: str) -> bool:
    """Whether the file stands: fonts and third-party scripts are made at set-up and may be absent."""
    return name in all_files()


def url(name: str) -> str:
    """The address of a file; files name each other by relative paths, so all share one version."""
    return reverse("static", args=[version(), name])


def serve(request: HttpRequest, stamp: str, name: str) -> HttpResponse:
    """The file, to be kept for a year; an address of an older version leads to the present one."""
    static_file = all_files().get(name)
    if static_file is None:
        raise Http404
    if stamp != version():
        return HttpResponseRedirect(url(name), headers={"Cache-Control": "no-cache"})
    taken = request.headers.get("Accept-Encoding", "")
    forms = (("br", static_file.tight), ("gzip", static_file.packed))
    coding, packed = next(((name, form) for name, form in forms if form and _takes(taken, name)), ("", None))
    response = HttpResponse(packed or static_file.plain, content_type=static_file.kind)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["Access-Control-Allow-Origin"] = "*"
    if static_file.packed is not None:
        response.headers["Vary"] = "Accept-Encoding"
    if packed is not None:
        response.headers["Content-Encoding"] = coding
    return response


def _takes(header: str, coding: str) -> bool:
    """Whether an ``Accept-Encoding`` header names a coding and does not turn it down."""
    named = (part.replace(" ", "").lower().partition(";") for part in header.split(","))
    return any(name == coding and not _REFUSED.fullmatch(weight) for name, _, weight in named)


def icon(_request: HttpRequest) -> HttpResponse:
    """Where browsers look for a picture of the site without being told: pages tell them, files do not."""
    return HttpResponseRedirect(url("icon.svg"), headers={"Cache-Control": "public, max-age=86400"})
