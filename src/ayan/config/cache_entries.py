"""The whole-answer cache: public answers of the present site version, each in every form that readers take."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Final

from ayan.config import compression
from ayan.config.compression import Coding, Headers
from ayan.config.limits import LARGEST_ANSWER, LEAST_PACKED

Key = tuple[str, ...]

# What an answer costs beyond its bytes: headers, keys and the objects round them.
OVERHEAD: Final = 4_000
# Headers of the body, which an answer without one does not carry (RFC 9110, 15.4.5).
OF_THE_BODY: Final = frozenset({"content-type", "content-language", "content-length"})


class CacheEntry:
    """One answer with status 200; a packed form is made when it is first asked for."""

    def __init__(self, headers: Headers, etag: str, body: bytes) -> None:
        self.etag = etag
        self._packable = len(body) >= LEAST_PACKED and compression.is_packable(headers)
        self._headers = compression.varied(headers) if self._packable else headers
        self._body = body
        self._forms: dict[Coding | None, tuple[Headers, bytes]] = {}
        self._knowns: dict[Coding | None, Headers] = {}

    @property
    def size(self) -> int:
        """About how many bytes it takes in memory; its packed forms together are a fraction of it."""
        return OVERHEAD + len(self._body) * 3 // 2

    def coding(self, accepted: str) -> Coding | None:
        """The form for an ``Accept-Encoding`` header."""
        return compression.coding_for(accepted, compression.WHOLE) if self._packable else None

    def form(self, coding: Coding | None) -> tuple[Headers, bytes]:
        """Headers and body of one form."""
        coded = self._forms.get(coding)
        if coded is None:
            body = self._body if coding is None else compression.pack(self._body, coding)
            coded = self._forms[coding] = compression.coded(self._headers, coding, len(body)), body
        return coded

    def known(self, coding: Coding | None) -> Headers:
        """The headers of the answer to a reader who has it already."""
        known_headers = self._knowns.get(coding)
        if known_headers is None:
            rest = [(name, value) for name, value in self._headers if name.lower() not in OF_THE_BODY]
            known_headers = self._knowns[coding] = [
                header for header in compression.coded(rest, coding, None) if header[0].lower() != "content-encoding"
            ]
        return known_headers


class CacheEntries:
    """The answers of one site version, up to so many bytes; whichever was asked for longest ago goes first.

    With the next site version all go at once, so nothing of a withdrawn release stays behind. Safe to share between
    threads.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._site_version = ""
        self._bytes = 0
        self._entries: OrderedDict[Key, CacheEntry] = OrderedDict()

    def find(self, site_version: str, key: Key) -> CacheEntry | None:
        """The answer under a key, if it is of this site version."""
        with self._lock:
            if site_version != self._site_version:
                self._empty(site_version)
                return None
            entry = self._entries.get(key)
            if entry is not None:
                self._entries.move_to_end(key)
            return entry

    def keep(self, site_version: str, key: Key, answer: CacheEntry) -> None:
        """Keep an answer of a site version, unless it is too large or a newer version has been asked for since."""
        with self._lock:
            if site_version != self._site_version or answer.size > min(LARGEST_ANSWER, self._most):
                return
            before = self._entries.pop(key, None)
            self._bytes += answer.size - (before.size if before else 0)
            self._entries[key] = answer
            while self._bytes > self._most:
                self._bytes -= self._entries.popitem(last=False)[1].size

    def clear(self) -> None:
        """Let go of everything."""
        with self._lock:
            self._empty(self._site_version)

    def _empty(self, site_version: str) -> None:
        self._entries.clear()
        self._bytes = 0
        self._site_version = site_version
