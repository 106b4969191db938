"""The whole-answer cache: public answers of the present edition, each in every form that readers take."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Final

from ayan.config import packing
from ayan.config.limits import LARGEST_ANSWER, LEAST_PACKED
from ayan.config.packing import Coding, Headers

Key = tuple[str, ...]

# What an answer costs beyond its bytes: headers, keys and the objects round them.
OVERHEAD: Final = 4_000
# Headers of the body, which an answer without one does not carry (RFC 9110, 15.4.5).
OF_THE_BODY: Final = frozenset({"content-type", "content-language", "content-length"})


class Kept:
    """One answer with status 200; a packed form is made when it is first asked for."""

    def __init__(self, headers: Headers, etag: str, body: bytes) -> None:
        self.etag = etag
        self._packable = len(body) >= LEAST_PACKED and packing.is_packable(headers)
        self._headers = packing.varied(headers) if self._packable else headers
        self._body = body
        self._forms: dict[Coding | None, tuple[Headers, bytes]] = {}
        self._knowns: dict[Coding | None, Headers] = {}

    @property
    def size(self) -> int:
        """About how many bytes it takes in memory; its packed forms together are a fraction of it."""
        return OVERHEAD + len(self._body) * 3 // 2

    def coding(self, accepted: str) -> Coding | None:
        """The form for an ``Accept-Encoding`` header."""
        return packing.chosen(accepted, packing.WHOLE) if self._packable else None

    def form(self, coding: Coding | None) -> tuple[Headers, bytes]:
        """Headers and body of one form."""
        made = self._forms.get(coding)
        if made is None:
            body = self._body if coding is None else packing.pack(self._body, coding)
            made = self._forms[coding] = packing.coded(self._headers, coding, len(body)), body
        return made

    def known(self, coding: Coding | None) -> Headers:
        """The headers of the answer to a reader who has it already."""
        made = self._knowns.get(coding)
        if made is None:
            rest = [(name, value) for name, value in self._headers if name.lower() not in OF_THE_BODY]
            made = self._knowns[coding] = [
                one for one in packing.coded(rest, coding, None) if one[0].lower() != "content-encoding"
            ]
        return made


class Answers:
    """The answers of one edition, up to so many bytes; whichever was asked for longest ago goes first.

    With the next edition all go at once, so nothing of a withdrawn release stays behind. Safe to share between
    threads.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._edition = ""
        self._bytes = 0
        self._kept: OrderedDict[Key, Kept] = OrderedDict()

    def find(self, edition: str, key: Key) -> Kept | None:
        """The answer under a key, if it is of this edition."""
        with self._lock:
            if edition != self._edition:
                self._empty(edition)
                return None
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def keep(self, edition: str, key: Key, answer: Kept) -> None:
        """Keep an answer of an edition, unless it is too large or a newer edition has been asked for since."""
        with self._lock:
            if edition != self._edition or answer.size > min(LARGEST_ANSWER, self._most):
                return
            before = self._kept.pop(key, None)
            self._bytes += answer.size - (before.size if before else 0)
            self._kept[key] = answer
            while self._bytes > self._most:
                self._bytes -= self._kept.popitem(last=False)[1].size

    def clear(self) -> None:
        """Let go of everything."""
        with self._lock:
            self._empty(self._edition)

    def _empty(self, edition: str) -> None:
        self._kept.clear()
        self._bytes = 0
        self._edition = edition
