"""The response cache: keeps public answers whole, gives them out without waking the site, lets requests in in turn."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from functools import partial
from threading import Lock
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from django.http import HttpResponse, HttpResponseBase

from ayan.config import compression
from ayan.config.compression import Coding
from ayan.config.door_refusals import refuse
from ayan.config.limits import LARGEST_ANSWER, LEAST_PACKED, LONGEST_ADDRESS, RETRY_SECONDS
from ayan.config.process_capacity import Downloads
from ayan.config.readers_queue import ReadersQueue, SiteBusy, TooManyQuestions, Turn
from ayan.config.wsgi_types import AnswerBeside, DjangoSite, Environ, Headers, StartResponse
from ayan.core.bucket.bucket_fault import BucketFault
from ayan.core.store.objects import StoreError
from ayan.core.values.refusal import Refusal
from ayan.ui import colour_scheme
from ayan.ui.api.turns import TURN
from ayan.ui.reader_address import reader_address
from ayan.ui.responses import is_marked

CacheKey = tuple[str, ...]

# What an answer costs beyond its bytes: headers, keys and the objects round them.
OVERHEAD: Final = 4_000
# Files of the site itself, which are in memory.
STATIC: Final = "/static/"
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
        self._entries: OrderedDict[CacheKey, CacheEntry] = OrderedDict()

    def find(self, site_version: str, key: CacheKey) -> CacheEntry | None:
        """The answer under a key, if it is of this site version."""
        with self._lock:
            if site_version != self._site_version:
                self._empty(site_version)
                return None
            entry = self._entries.get(key)
            if entry is not None:
                self._entries.move_to_end(key)
            return entry

    @property
    def takes_any(self) -> bool:
        """Whether anything is kept at all."""
        return self._most >= OVERHEAD

    def takes(self, answer: CacheEntry) -> bool:
        """Whether an answer is not too large to be kept."""
        return answer.size <= min(LARGEST_ANSWER, self._most)

    def keep(self, site_version: str, key: CacheKey, answer: CacheEntry) -> None:
        """Keep an answer of a site version, unless it is too large or a newer version has been asked for since."""
        with self._lock:
            if site_version != self._site_version or not self.takes(answer):
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


# Headers by which a reader says who is asking, or asks for something other than the whole answer.
PARTICULAR: Final = ("HTTP_AUTHORIZATION", "HTTP_RANGE", "HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE")
# Tells nginx that it may keep the answer but must ask about it every time; it does not hand the header on.
FOR_PROXY: Final = ("X-Accel-Expires", "@1")


class TooManyDownloads(Refusal):
    """As many files as one process may send at once are being sent."""

    code = "too-many-downloads"
    fa = "بارگیری‌های همزمان بیش از اندازه است. کمی بعد دوباره بخواهید."
    en = "Too many downloads are under way. Ask again in a moment."
    status = 503
    retry_after = RETRY_SECONDS


class ResponseCache:
    """The site as the server calls it (WSGI).

    A public answer is kept under everything that decides it: the site version of the city, the address in one spelling,
    the host and the scheme, light or dark as the reader chose. Never kept: errors, answers that set a cookie, that are
    streamed, that vary by more than their packing, or that are not marked by `ayan.ui.responses`; and never given: a
    kept one to a reader with a session. ``site_version`` tells what is published now, ``session`` is the cookie's name,
    ``most`` the bytes to keep and ``streams`` how many downloads may run at once in this process, ``streams_of_one`` of
    them to one address; ``fronted`` says that nginx stands in front.

    Whoever asks for what is not kept waits in the queue of the readers, and officers, under the paths ``desk``, in one
    of their own. Outside both stand files of the site itself, which are in memory, and ``apart``: answers by their path
    that need neither the site nor anybody's turn. ``queue`` makes each of the two queues.
    """

    def __init__(
        self,
        site: DjangoSite,
        site_version: Callable[[], str],
        session: str,
        most: int,
        streams: int,
        *,
        streams_of_one: int | None = None,
        fronted: bool = False,
        desk: tuple[str, ...] = (),
        apart: Mapping[str, AnswerBeside] | None = None,
        queue: Callable[[], ReadersQueue] = ReadersQueue,
    ) -> None:
        self._site = site
        self._site_version = site_version
        self._session = session
        self._fronted = fronted
        self._answers = CacheEntries(most)
        self._desk = desk
        self._apart = apart or {}
        self.readers, self.officers = queue(), queue()
        self._downloads = Downloads(streams, streams if streams_of_one is None else streams_of_one)

    def __call__(self, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        answer = self._apart.get(environ["PATH_INFO"])
        if answer is not None:
            return answer(environ, start)
        try:
            return self._in_turn(environ, start)
        except (TooManyQuestions, SiteBusy, TooManyDownloads) as refusal:
            return refuse(environ, start, refusal)

    def _in_turn(self, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or path.startswith(STATIC):
            # What is sent comes at the pace of the sender's line, and nobody waits for it. Who asks by it takes a turn
            # when it is there (`ayan.ui.api.turns`).
            environ[TURN] = partial(self.readers.turn, reader_address(environ, fronted=self._fronted))
            return self._site_answer(environ, start, None, "", None)
        key = self._key(environ)
        try:
            # To know it is to look at what is published, which is for nothing where no answer is kept.
            site_version = self._site_version() if key and self._answers.takes_any else ""
        except (StoreError, BucketFault, OSError, ValueError):
            # A damaged or silent store is for the page to tell of, or not to need.
            key, site_version = None, ""
        if key is not None and (kept := self._answers.find(site_version, key)):
            return _given(kept, environ, start)
        queue = self.officers if path.startswith(self._desk) else self.readers
        with queue.turn(reader_address(environ, fronted=self._fronted)) as turn:
            # Whoever had the turn before may have made this very answer.
            if key is not None and (kept := self._answers.find(site_version, key)):
                return _given(kept, environ, start)
            return self._site_answer(environ, start, key, site_version, turn)

    def forget(self) -> None:
        """Let go of every kept answer."""
        self._answers.clear()

    def _key(self, environ: Environ) -> CacheKey | None:
        """What decides a public answer beside the site version; None where the answer may be a particular one."""
        if any(name in environ for name in PARTICULAR) or self._session in environ.get("HTTP_COOKIE", ""):
            return None
        path, query = environ["PATH_INFO"], environ.get("QUERY_STRING", "")
        if len(path) + len(query) > LONGEST_ADDRESS:
            return None
        return (
            path,
            _spelled(query),
            environ.get("HTTP_HOST", ""),
            environ["wsgi.url_scheme"],
            environ.get("HTTP_X_FORWARDED_PROTO", ""),
            colour_scheme.of_header(environ.get("HTTP_COOKIE", "")),
        )

    def _site_answer(
        self, environ: Environ, start: StartResponse, key: CacheKey | None, site_version: str, turn: Turn | None
    ) -> Iterable[bytes]:
        """The answer of the site itself, kept where it may be. TooManyQuestions where its turn was cut short."""
        response_start: list[Any] = ["", []]

        def listen(status: str, headers: Headers) -> None:
            response_start[:] = status, headers

        answer = self._site(environ, listen)
        status, headers = response_start
        if turn is not None and turn.cut:
            # Whatever it is now, some of it was not looked at.
            answer.close()
            raise turn.refusal
        if not isinstance(answer, HttpResponse):
            return self._streamed(environ, start, answer, status, headers)
        body = answer.content
        # The server is handed bytes, so that Django's own clearing up is for us to call.
        answer.close()
        if key is not None and environ["REQUEST_METHOD"] == "GET" and _may_be_kept(answer):
            if self._fronted:
                headers = [*headers, FOR_PROXY]
            kept = CacheEntry(headers, answer.headers["ETag"], body)
            if self._answers.takes(kept) and self._site_version() == site_version:
                self._answers.keep(site_version, key, kept)
            return _given(kept, environ, start)
        return _once(environ, start, status, headers, body)

    def _streamed(
        self, environ: Environ, start: StartResponse, answer: HttpResponseBase, status: str, headers: Headers
    ) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "HEAD":
            answer.close()
            start(status, headers)
            return []
        address = reader_address(environ, fronted=self._fronted)
        if not self._downloads.begin(address):
            answer.close()
            raise TooManyDownloads
        pieces: Iterator[bytes] = iter(answer)
        if compression.is_packable(headers):
            headers = compression.varied(headers)
            coding = compression.coding_for(environ.get("HTTP_ACCEPT_ENCODING", ""), compression.STREAM)
            if coding is not None:
                headers = compression.coded(headers, coding, None)
                pieces = compression.packed_stream(pieces, coding)
        start(status, headers)
        return _Stream(self.readers.pieces(pieces, address), answer, lambda: self._downloads.end(address))


class _Stream:
    """Pieces on their way out, and the clearing up after the last of them or after the reader has left."""

    def __init__(self, pieces: Generator[bytes], answer: HttpResponseBase, left: Callable[[], None]) -> None:
        self._pieces = pieces
        self._answer = answer
        self._left: Callable[[], None] | None = left

    def __iter__(self) -> Iterator[bytes]:
        return self._pieces

    def close(self) -> None:
        """Called by the server when it is done, and again by Python, in case the server forgot."""
        left, self._left = self._left, None
        if left is not None:
            left()
            self._pieces.close()
            self._answer.close()

    __del__ = close


def _spelled(query: str) -> str:
    """A query in one spelling: the same parameters in the same order, whatever was percent-encoded."""
    return urlencode(parse_qsl(query, keep_blank_values=True)) if "%" in query or "+" in query else query


def _may_be_kept(answer: HttpResponse) -> bool:
    headers = answer.headers
    return (
        is_marked(answer)
        and answer.status_code == 200
        and "ETag" in headers
        and "Set-Cookie" not in headers
        and not answer.cookies
        and headers.get("Vary", "Accept-Encoding").lower() == "accept-encoding"
    )


def _given(kept: CacheEntry, environ: Environ, start: StartResponse) -> list[bytes]:
    """A kept answer: without a body to who has it already, and to HEAD."""
    coding = kept.coding(environ.get("HTTP_ACCEPT_ENCODING", ""))
    known = environ.get("HTTP_IF_NONE_MATCH")
    if known is not None and _names(known, kept.etag):
        start("304 Not Modified", kept.known(coding))
        return []
    headers, body = kept.form(coding)
    start("200 OK", headers)
    return [body] if environ["REQUEST_METHOD"] == "GET" else []


def _names(known: str, etag: str) -> bool:
    """Whether an ``If-None-Match`` header names the tag, by weak comparison (RFC 9110, 13.1.2)."""
    bare = etag.removeprefix("W/")
    return any(etag.strip().removeprefix("W/") in (bare, "*") for etag in known.split(","))


def _once(environ: Environ, start: StartResponse, status: str, headers: Headers, body: bytes) -> list[bytes]:
    """An answer that is not kept. Its packed length tells nothing, for it may hold a secret of its reader."""
    if status.startswith("304"):
        headers = compression.varied(headers)
    elif len(body) >= LEAST_PACKED and compression.is_packable(headers):
        headers = compression.varied(headers)
        if "gzip" in compression.accepted(environ.get("HTTP_ACCEPT_ENCODING", "")):
            body = compression.pack_private(body)
            headers = compression.coded(headers, "gzip", len(body))
    start(status, headers)
    return [body] if environ["REQUEST_METHOD"] != "HEAD" else []
