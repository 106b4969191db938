"""A list in a reader's hand that is computed, not sealed: compared with what its address gives now."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve

from ayan.apps.catalog.citation import file_sources
from ayan.apps.logbook.file_check import HandedFile
from ayan.core.query.download_comparison import DownloadReader, TableDifference, Unread
from ayan.core.query.limits import LARGEST_EXPECTED
from ayan.wiring.city import City

# What is asked for again: files for everybody that are computed, of the API and of pages; nothing else.
_LISTS: Final = re.compile(
    r"/api/v1/(?!datasets/)[a-z0-9/_-]+\.(?:csv|xlsx)|/api/v1/datasets/[a-z0-9-]+/changes\.(?:csv|ndjson)"
    r"|(?:/[a-z]{2,3})?/budget(?:/[^?#]*)?\.csv"
)
# What a browser sent along with the file and means nothing to the other address, or would say who asks.
_KEPT: Final = ("SERVER_NAME", "SERVER_PORT", "SERVER_PROTOCOL", "HTTP_HOST", "REMOTE_ADDR", "wsgi.url_scheme")

ListOutcome = Literal["list-same", "list-differs", "list-older"]


@dataclass(frozen=True, slots=True)
class ListVerdict:
    """What came of it: the same as now; different, although nothing has changed since; or of an earlier time."""

    outcome: ListOutcome
    file: HandedFile
    address: str
    difference: TableDifference | None = None


def check(request: HttpRequest, city: City, file: HandedFile, typed: str, folder: Path) -> ListVerdict | None:
    """Compare a file with what the address in its name, or the one ``typed``, gives now; None where neither is one."""
    for address, mark in _addresses(file.name, typed):
        body = _asked(request, address)
        if body is None:
            continue
        if hashlib.sha256(body).hexdigest() == file.digest:
            return ListVerdict("list-same", file, address)
        if mark not in (file_sources.PINNED, file_sources.list_mark(city)):
            return ListVerdict("list-older", file, address)
        return ListVerdict("list-differs", file, address, _difference(file, body, folder))
    return None


def _addresses(name: str, typed: str) -> Iterator[tuple[str, bytes]]:
    for held in file_sources.codes_in(name):
        if held.slug == file_sources.LIST:
            yield dict(held.parameters).get(file_sources.ADDRESS, ""), held.mark
    try:
        parts = urlsplit(typed.strip())
    except ValueError:
        return
    yield f"{parts.path}?{parts.query}" if parts.query else parts.path, b""


def _asked(request: HttpRequest, address: str) -> bytes | None:
    """What an address of ours gives to everybody; None for any other address, and where it gives nothing."""
    path, _, query = address.partition("?")
    if not _LISTS.fullmatch(path):
        return None
    try:
        match = resolve(path)
    except Resolver404:
        return None
    asked = HttpRequest()
    asked.method, asked.path, asked.path_info = "GET", path, path
    asked.META = {name: request.META[name] for name in _KEPT if name in request.META}
    asked.META |= {"REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query}
    asked.GET = QueryDict(query)
    return _body(match.func(asked, *match.args, **match.kwargs))


def _body(response: HttpResponseBase) -> bytes | None:
    if response.status_code != 200:
        return None
    if isinstance(response, HttpResponse):
        return bytes(response.content)
    out = bytearray()
    if isinstance(response, StreamingHttpResponse):
        for piece in response:
            out += bytes(piece)
            if len(out) > LARGEST_EXPECTED:
                response.close()
                return None
    return bytes(out)


def _difference(file: HandedFile, body: bytes, folder: Path) -> TableDifference | None:
    if file.path is None:
        return None
    answer = folder / "list"
    answer.write_bytes(body)
    try:
        with DownloadReader() as reader:
            return reader.compare(file.path, [answer])
    except Unread:
        return None
