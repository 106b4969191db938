"""A file on disk as an answer, whole or in the range that is asked for (RFC 9110, 14)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from ayan.core.values.refusal import Refusal
from ayan.ui.api.responses import problem_document

PIECE: Final = 1 << 18
_RANGE: Final = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})").fullmatch


class OutsideFile(Refusal):
    """The range asked for is not in the file."""

    code = "range"
    fa = "بازهٔ خواسته‌شده بیرون از پرونده است."
    en = "The range asked for is outside the file."
    status = 416


def ranged(request: HttpRequest, path: Path, media_type: str, etag: str, headers: dict[str, str]) -> HttpResponseBase:
    """The file, or the range of it that is asked for; a range of another version (``If-Range``) is the whole."""
    size = path.stat().st_size
    first, last, status = 0, size - 1, 200
    asked = _RANGE(request.headers.get("Range", ""))
    if asked and (asked[1] or asked[2]) and request.headers.get("If-Range", etag) == etag:
        first, last, status = _bounds(asked, size)
        if status == OutsideFile.status:
            response = problem_document(request, OutsideFile())
            response.headers["Content-Range"] = f"bytes */{size}"
            return response
        if status == 206:
            headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    headers["Content-Length"] = str(last - first + 1)
    if request.method == "HEAD":
        return HttpResponse(content_type=media_type, status=status, headers=headers)
    return StreamingHttpResponse(_bytes(path, first, last), content_type=media_type, status=status, headers=headers)


def _bounds(asked: re.Match[str], size: int) -> tuple[int, int, int]:
    """First and last byte and the status: 206, 416 where nothing of the range is there, 200 for an invalid one."""
    if not asked[1]:
        length = int(asked[2])
        return (max(0, size - length), size - 1, 206) if length and size else (0, 0, 416)
    first, last = int(asked[1]), int(asked[2]) if asked[2] else size - 1
    if asked[2] and last < first:
        return 0, size - 1, 200
    return (first, min(last, size - 1), 206) if first < size else (0, 0, 416)


def _bytes(path: Path, first: int, last: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(first)
        left = last - first + 1
        while left > 0 and (piece := file.read(min(PIECE, left))):
            left -= len(piece)
            yield piece
