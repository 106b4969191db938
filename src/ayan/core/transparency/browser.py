"""Asking a portal as a common browser asks for a page, so that no portal can show other things to who verifies it.

One connection to each host is kept and used again. What still tells a program from a browser is the handshake of TLS,
and what is asked for in which order.
"""

from __future__ import annotations

import ssl
import weakref
import zlib
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from socket import SHUT_RDWR, socket
from typing import Final, Protocol
from urllib.parse import SplitResult, unquote, urljoin, urlsplit
from urllib.request import getproxies, proxy_bypass

from ayan.core.transparency.limits import MOST_REDIRECTS, PORTAL_SECONDS

_AGENT: Final = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
HEADERS: Final[Mapping[str, str]] = {
    "User-Agent": _AGENT,
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
    "Accept-Language": "fa,en-US;q=0.7,en;q=0.3",
    "Accept-Encoding": "gzip, deflate",
    "Connection": "keep-alive",
    "Upgrade-Insecure-Requests": "1",
    "Sec-Fetch-Dest": "document",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Site": "none",
    "Sec-Fetch-User": "?1",
    "Priority": "u=0, i",
}
"""What a common browser sends when somebody types an address, in its order; the host stands before them."""

_MOVED: Final = frozenset({301, 302, 303, 307, 308})
_PIECE: Final = 1 << 16
# Bits of zlib that take the head of gzip, and that of zlib.
_EITHER: Final = 32 + zlib.MAX_WBITS


class NoAnswer(Exception):
    """Nothing answers at an address, or not as a web server does; the text says what was tried."""


class Bytes(Protocol):
    """What can be read piece by piece."""

    def read(self, most: int, /) -> bytes:
        """At most so many bytes; none at the end."""


class Unpacking(Protocol):
    """What unpacks an answer as it comes."""

    @property
    def eof(self) -> bool:
        """Whether the end was reached."""

    @property
    def unconsumed_tail(self) -> bytes:
        """What was given and not unpacked yet."""

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        """Unpack some, at most so many bytes of it."""


class BrowserAnswer:
    """What was answered: its status, and its bytes as they were before they were packed for the way.

    ``retry_after`` are the seconds after which one should ask again, where that is said; ``tag`` is the entity tag.
    """

    def __init__(self, response: HTTPResponse) -> None:
        self.status = response.status
        self.tag = response.headers.get("ETag", "")
        after = response.headers.get("Retry-After", "")
        self.retry_after = int(after[:6]) if after.isascii() and after.isdecimal() else None
        self._response = response
        packed = response.headers.get("Content-Encoding", "").strip().lower() in ("gzip", "x-gzip", "deflate")
        self._unpacking: Unpacking | None = zlib.decompressobj(_EITHER) if packed else None
        self._tail = b""

    def read(self, most: int, /) -> bytes:
        """At most so many bytes; none at the end. Raises NoAnswer when it breaks off."""
        try:
            return self._response.read(most) if self._unpacking is None else self._unpacked(self._unpacking, most)
        except (OSError, HTTPException, zlib.error) as error:
            raise NoAnswer(f"an answer broke off: {error}") from error

    def _unpacked(self, unpacking: Unpacking, most: int) -> bytes:
        while not unpacking.eof:
            self._tail = self._tail or self._response.read(_PIECE)
            if not self._tail:
                raise HTTPException("it is cut short")
            piece = unpacking.decompress(self._tail, most)
            self._tail = unpacking.unconsumed_tail
            if piece:
                return piece
        # What ends an answer on its way may stand behind the last packed byte.
        self._response.read(1)
        return b""


class Browser:
    """Asks for addresses, one after the other. Not to be shared between threads, any of which may close it."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], HTTPConnection] = {}
        self._proxies: dict[tuple[str, str], SplitResult | None] = {}
        # A connection that is to be used once lets go of its socket as soon as the answer begins.
        self._answering: socket | None = None
        # Whoever forgets to close it leaves nothing open.
        weakref.finalize(self, _close_all, self._kept)

    @contextmanager
    def answer(self, address: str, known: str = "") -> Iterator[BrowserAnswer]:
        """What stands at an address in the end, wherever it leads. Raises NoAnswer, also when it breaks off.

        ``known`` is the tag of what is there already: the answer is 304 while that has not changed.
        """
        at = address
        for _ in range(MOST_REDIRECTS):
            parts = _parts(at)
            response = self._asked(parts, at, known)
            try:
                target = response.headers.get("Location") if response.status in _MOVED else None
                if target is None:
                    yield BrowserAnswer(response)
                    return
                at = urljoin(at, target)
                # Few words, read so that the connection can be used again.
                BrowserAnswer(response).read(_PIECE)
            finally:
                self._done(parts, response)
        raise NoAnswer(f"{address} leads from one address to the next")

    def close(self) -> None:
        """Give up every connection, and the answer that is coming."""
        answering = self._answering
        if answering is not None:
            with suppress(OSError):
                answering.shutdown(SHUT_RDWR)
        _close_all(self._kept)

    def _asked(self, parts: SplitResult, address: str, known: str) -> HTTPResponse:
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise NoAnswer(f"{address} is not a web address")
        host = (parts.scheme, parts.netloc)
        kept = host in self._kept
        try:
            return self._sent(host, parts, known)
        except (OSError, HTTPException) as error:
            self._close(host)
            if not kept:
                raise NoAnswer(f"{address}: {error}") from error
        try:
            # A connection that was kept may have been closed at the other end meanwhile.
            return self._sent(host, parts, known)
        except (OSError, HTTPException) as error:
            self._close(host)
            raise NoAnswer(f"{address}: {error}") from error

    def _sent(self, host: tuple[str, str], parts: SplitResult, known: str) -> HTTPResponse:
        scheme, netloc = host
        if host not in self._proxies:
            self._proxies[host] = _proxy(scheme, parts.hostname or "")
        proxy = self._proxies[host]
        connection = self._kept.get(host) or _opened(scheme, netloc, proxy)
        self._kept[host] = connection
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        plain_proxy = proxy is not None and scheme == "http"
        try:
            connection.putrequest(
                "GET", f"http://{netloc}{target}" if plain_proxy else target, skip_host=True, skip_accept_encoding=True
            )
            connection.putheader("Host", netloc.rpartition("@")[2])
            for name, value in HEADERS.items():
                connection.putheader(name, value)
            if known:
                connection.putheader("If-None-Match", known)
            if plain_proxy:
                for name, value in _authorisation(proxy).items():
                    connection.putheader(name, value)
            connection.endheaders()
            self._answering = connection.sock
            response = connection.getresponse()
        except (OSError, HTTPException):
            connection.close()
            raise
        if self._kept.get(host) is not connection:
            # Another thread gave it up before it stood, so that nobody else would close it.
            connection.close()
            raise HTTPException("the connection was given up")
        return response

    def _done(self, parts: SplitResult, response: HTTPResponse) -> None:
        """Keep the connection when all of the answer has been read, else give it up."""
        self._answering = None
        if not response.isclosed():
            response.close()
            self._close((parts.scheme, parts.netloc))

    def _close(self, host: tuple[str, str]) -> None:
        if connection := self._kept.pop(host, None):
            connection.close()


def _close_all(kept: dict[tuple[str, str], HTTPConnection]) -> None:
    while kept:
        _, connection = kept.popitem()
        with suppress(OSError, AttributeError):
            # Another thread may wait for bytes of it.
            connection.sock.shutdown(SHUT_RDWR)
        connection.close()


def _parts(address: str) -> SplitResult:
    try:
        return urlsplit(address)
    except ValueError:
        raise NoAnswer(f"{address} is not a web address") from None


def _opened(scheme: str, netloc: str, proxy: SplitResult | None) -> HTTPConnection:
    try:
        through = proxy.netloc.rpartition("@")[2] if proxy else netloc.rpartition("@")[2]
        if scheme == "http":
            return HTTPConnection(through, timeout=PORTAL_SECONDS)
        secure = HTTPSConnection(through, timeout=PORTAL_SECONDS, context=ssl.create_default_context())
        if proxy:
            secure.set_tunnel(netloc.rpartition("@")[2], headers=_authorisation(proxy))
    except ValueError as error:
        raise OSError(str(error)) from error
    return secure


def _proxy(scheme: str, host: str) -> SplitResult | None:
    """The proxy that the environment names for a host."""
    named = getproxies().get(scheme)
    if not named or proxy_bypass(host):
        return None
    return urlsplit(named if "://" in named else f"http://{named}")


def _authorisation(proxy: SplitResult | None) -> dict[str, str]:
    if proxy is None or proxy.username is None:
        return {}
    words = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
    return {"Proxy-Authorization": f"Basic {b64encode(words.encode()).decode('ascii')}"}
