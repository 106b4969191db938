"""Asking a portal politely: one connection kept, tags sent along, waits as long as it says, and bounds on all that
comes.
"""

from __future__ import annotations

import io
import random
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from threading import Lock
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import httpx2

from ayan_client.exact_json import malformed, parsed
from ayan_client.limits import (
    ATTEMPTS,
    CONNECT_SECONDS,
    DOCUMENT_SECONDS,
    FIRST_WAIT,
    LONGEST_WAIT,
    MOST_DOCUMENT,
    MOST_KEPT,
    PIECE,
    READ_SECONDS,
)
from ayan_client.refusals import Busy, Malformed, PortalFault, Refused, Unreachable, refusal_of

# What may be over in a moment: too much was asked, or something on the way was not there.
_LATER: Final = frozenset({429, 502, 503, 504})
# A question that was not answered in time will hardly be the third time.
_UNANSWERED, _ATTEMPTS_UNANSWERED = 503, 2
_REFUSAL_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class _Kept:
    etag: str
    body: bytes


class Transport:
    """The way to one portal. ``site`` is its address without a path; redirects are not followed."""

    def __init__(self, site: str, agent: str, *, read_seconds: float = READ_SECONDS) -> None:
        parts = urlsplit(site)
        if (
            parts.scheme not in ("http", "https")
            or not parts.hostname
            or parts.path not in ("", "/")
            or parts.query
            or parts.fragment
            or parts.username
        ):
            raise ValueError(f"not the address of a portal: {site}")
        self.site = site.rstrip("/")
        self._client = httpx2.Client(
            timeout=httpx2.Timeout(read_seconds, connect=CONNECT_SECONDS),
            follow_redirects=False,
            headers={"User-Agent": agent, "Accept-Encoding": "gzip"},
        )
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._bytes, self._lock = 0, Lock()

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def json(self, path: str) -> dict[str, Any]:
        """The object at a path. Raises PortalFault."""
        return parsed(self.document(path), path)

    def document(self, path: str, headers: Mapping[str, str] | None = None) -> bytes:
        """The bytes at a path (with its query), asked for with the tag of what is kept. Raises PortalFault."""
        with self._lock:
            kept = self._kept.get(path)
        asked = dict(headers or {}) | ({"If-None-Match": kept.etag} if kept else {})
        with self.opened(path, asked) as response:
            if response.status_code == 304:
                if kept is None:
                    raise malformed(path, "not changed, and never asked for")
                return kept.body
            body = b"".join(pieces(response, path, MOST_DOCUMENT, DOCUMENT_SECONDS))
            etag = response.headers.get("ETag", "")
        if etag and "no-store" not in response.headers.get("Cache-Control", ""):
            self._keep(path, _Kept(etag, body))
        return body

    @contextmanager
    def opened(self, path: str, headers: Mapping[str, str] | None = None) -> Iterator[httpx2.Response]:
        """The answer to a GET, its body still to be read; asked again where that may help. Raises PortalFault."""
        if not path.startswith("/") or path.startswith("//"):
            raise malformed(path, "it leads elsewhere")
        for attempt in range(1, ATTEMPTS + 1):
            request = self._client.build_request("GET", self.site + path, headers=dict(headers or {}))
            try:
                response = self._client.send(request, stream=True)
            except httpx2.TransportError as wrong:
                if attempt == ATTEMPTS:
                    raise unreachable(path, wrong) from None
                _wait(_back_off(attempt))
                continue
            try:
                if response.status_code in (200, 304):
                    yield response
                    return
                refused = _refusal(response, path)
            finally:
                response.close()
            last = attempt == (_ATTEMPTS_UNANSWERED if response.status_code == _UNANSWERED else ATTEMPTS)
            delay = _retry_after(response)
            if response.status_code not in _LATER or last or (delay or 0) > LONGEST_WAIT:
                if isinstance(refused, Busy):
                    refused.retry_after = delay
                raise refused
            _wait(_back_off(attempt) if delay is None else delay)

    def own_path(self, url: object, below: str) -> str:
        """The path and query of an address that an answer gives, which must lead to ``below`` on this portal."""
        if not isinstance(url, str) or len(url) > 1 << 16:
            raise malformed(below, "its next address")
        there, here = urlsplit(urljoin(f"{self.site}/", url)), urlsplit(self.site)
        if (there.scheme, there.netloc) != (here.scheme, here.netloc) or there.path != below:
            raise malformed(below, f"it leads on to {url[:100]}")
        return f"{there.path}?{there.query}" if there.query else there.path

    def _keep(self, path: str, kept: _Kept) -> None:
        with self._lock:
            gone = self._kept.pop(path, None)
            self._bytes += len(kept.body) - (len(gone.body) if gone else 0)
            self._kept[path] = kept
            while self._bytes > MOST_KEPT:
                self._bytes -= len(self._kept.popitem(last=False)[1].body)


def pieces(response: httpx2.Response, path: str, most: int, seconds: float | None = None) -> Iterator[bytes]:
    """The body piece by piece, unpacked, ``most`` bytes at most, within so many seconds. Raises Malformed,
    Unreachable.
    """
    size, until = 0, None if seconds is None else time.monotonic() + seconds
    try:
        for piece in response.iter_bytes(PIECE):
            size += len(piece)
            if size > most:
                raise Malformed(
                    "too-long", f"پاسخ از {most} بایت بلندتر است ({path})", f"Longer than {most} bytes ({path})"
                )
            if until is not None and time.monotonic() > until:
                raise unreachable(path, TimeoutError("it takes too long"))
            yield piece
    except (httpx2.TransportError, httpx2.DecodingError) as wrong:
        raise unreachable(path, wrong) from None


class PieceFile(io.RawIOBase):
    """What comes piece by piece, read as a file; closing it calls ``done``."""

    def __init__(self, source: Iterator[bytes], done: Callable[[], object] = lambda: None) -> None:
        super().__init__()
        self._source, self._done, self._rest = source, done, b""

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer as far as a piece goes; 0 at the end."""
        while not self._rest:
            piece = next(self._source, None)
            if piece is None:
                return 0
            self._rest = piece
        size = min(len(buffer), len(self._rest))
        buffer[:size], self._rest = self._rest[:size], self._rest[size:]
        return size

    def close(self) -> None:
        """Let go of the answer."""
        if not self.closed:
            self._done()
        super().close()


def unreachable(path: str, wrong: Exception) -> Unreachable:
    """The fault of a portal that does not answer."""
    said = f"{type(wrong).__name__} {wrong}".strip()
    return Unreachable("unreachable", f"سامانه پاسخ نداد: {said} ({path})", f"No answer: {said} ({path})")


def _refusal(response: httpx2.Response, path: str) -> PortalFault:
    status = response.status_code
    if 300 <= status < 400:
        return malformed(path, f"it leads elsewhere ({status})")
    try:
        document = parsed(b"".join(pieces(response, path, _REFUSAL_BYTES, DOCUMENT_SECONDS)), path)
    except PortalFault:
        document = {}
    refused: Refused = refusal_of(status, document, path)
    return refused


def _retry_after(response: httpx2.Response) -> float | None:
    """The seconds that an answer says to wait, in either of the two ways of the header."""
    text = response.headers.get("Retry-After", "")
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, (at.replace(tzinfo=at.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


def _back_off(attempt: int) -> float:
    """Twice as long each time, and not all clients at once."""
    return min(LONGEST_WAIT, FIRST_WAIT * float(1 << attempt - 1)) * random.uniform(0.5, 1.0)  # noqa: S311 - no secret


def _wait(seconds: float) -> None:
    time.sleep(seconds)
