"""Fetching an address without being led astray: a name is resolved once, judged, and connected to as judged."""

from __future__ import annotations

import hashlib
import http.client
import secrets
import socket
import ssl
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import SplitResult, urljoin, urlsplit

from ayan.core.intake.limits import CONNECT_SECONDS, LONGEST_ADDRESS, MOST_REDIRECTS
from ayan.core.intake.special_addresses import Network, is_open
from ayan.core.system.files import PRIVATE_FOLDER, creating, make_folder

UNFINISHED: Final = "coming-"
"""How a file is called that has not come whole yet."""

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_PORTS: Final = {"https": 443, "http": 80}


class FetchOutcome(Exception):
    """How a fetch, or a look at what others send, ended: in one word, raised where it ends the work.

    ``about`` is for the operator's log alone.
    """

    def __init__(self, code: str, about: str = "") -> None:
        super().__init__(code)
        self.code, self.about = code, about


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """What a fetch may take: bytes, seconds in all, inner networks it may enter, and whether plain HTTP is allowed."""

    size: int
    seconds: float
    networks: Sequence[Network] = ()
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came: None for ``path`` when it is unchanged since the tags that were shown."""

    path: Path | None
    digest: str = ""
    size: int = 0
    tags: Mapping[str, str] = field(default_factory=dict)


def fetch(
    address: str, bounds: FetchLimits, folder: Path, tags: Mapping[str, str] | None = None, secret: str = ""
) -> Fetched:
    """Fetch ``address`` into a file of ``folder``.

    ``tags`` are those of the last answer; ``secret`` is sent as ``Authorization``, to the origin of ``address`` alone.
    Raises FetchOutcome. What the server says of the type is not asked: the file is judged by its bytes, like any other.
    """
    deadline = time.monotonic() + bounds.seconds
    first = current = _split(address, bounds)
    for _ in range(MOST_REDIRECTS + 1):
        headers = {
            "Accept-Encoding": "identity",
            "User-Agent": "Ayan",
            "Connection": "close",
            **_conditional_headers(tags or {}),
        }
        if secret and _origin(current) == _origin(first):
            headers["Authorization"] = secret
        connection = _connection(current, bounds, deadline)
        watch = _watched(connection.sock, deadline)
        try:
            # The answer holds the line too, so it is closed as well.
            with _answer(connection, current, headers, deadline) as answer:
                if answer.status in _REDIRECTS and (onward := answer.headers.get("Location")):
                    current = _split(urljoin(current.geturl(), onward), bounds)
                    continue
                if answer.status == http.client.NOT_MODIFIED and tags:
                    return Fetched(None, tags=tags)
                if answer.status != http.client.OK or answer.headers.get("Content-Encoding", "identity") != "identity":
                    raise FetchOutcome("status", str(answer.status))
                return _body(answer, bounds, folder, deadline)
        finally:
            watch.cancel()
            connection.close()
    raise FetchOutcome("redirects")


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer, in memory: its status, and of its body as much as was asked for."""

    status: int
    body: bytes


def exchange(address: str, bounds: FetchLimits, headers: Mapping[str, str], body: bytes | None = None) -> bytes:
    """The body of one answer, in memory: to a POST of ``body``, or to a GET without it.

    No redirect is followed, so that what is sent goes to this address alone. Raises FetchOutcome, ``status`` with the
    number in ``about`` for any answer but 200.
    """
    came = reply(address, bounds, headers, body)
    if came.status != http.client.OK:
        raise FetchOutcome("status", str(came.status))
    if len(came.body) > bounds.size:
        raise FetchOutcome("too-large")
    return came.body


def reply(address: str, bounds: FetchLimits, headers: Mapping[str, str], body: bytes | None = None) -> Reply:
    """The same with whatever status, a redirect among them; of a longer body one byte more than ``bounds`` allows.

    Raises FetchOutcome where no answer comes in time.
    """
    deadline = time.monotonic() + bounds.seconds
    parts = _split(address, bounds)
    connection = _connection(parts, bounds, deadline)
    watch = _watched(connection.sock, deadline)
    sent = {"Accept-Encoding": "identity", "User-Agent": "Ayan", "Connection": "close", **headers}
    try:
        with _answer(connection, parts, sent, deadline, body) as answer:
            got = Reply(answer.status, answer.read(bounds.size + 1))
    except (OSError, http.client.HTTPException):
        raise FetchOutcome("too-slow" if time.monotonic() >= deadline else "unreachable") from None
    finally:
        watch.cancel()
        connection.close()
    if time.monotonic() >= deadline:
        raise FetchOutcome("too-slow")
    return got


def is_success(status: int) -> bool:
    """Whether a status says that a request was taken (RFC 9110, section 15.3)."""
    return http.client.OK <= status < http.client.MULTIPLE_CHOICES


def check_address(address: str, *, plain: bool) -> None:
    """Raise FetchOutcome (``address-odd``) for an address that could not be fetched whatever it leads to."""
    _split(address, FetchLimits(0, 0, plain=plain))


def _split(address: str, bounds: FetchLimits) -> SplitResult:
    """The parts of an address; Ended (``address-odd``) for one that is not plainly https, or http where allowed."""
    try:
        parts = urlsplit(address)
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode("ascii") if parts.hostname else ""
    except (ValueError, UnicodeError):
        raise FetchOutcome("address-odd") from None
    schemes = ("https", "http") if bounds.plain else ("https",)
    odd = (
        len(address) > LONGEST_ADDRESS
        or not address.isascii()
        or any(mark <= " " or mark == "\x7f" for mark in address)
    )
    if odd or parts.scheme not in schemes or not host or "@" in parts.netloc or port == 0:
        raise FetchOutcome("address-odd")
    return parts


def _origin(parts: SplitResult) -> tuple[str, str, int]:
    return parts.scheme, parts.hostname or "", parts.port or _PORTS[parts.scheme]


def _conditional_headers(tags: Mapping[str, str]) -> dict[str, str]:
    names = {"etag": "If-None-Match", "modified": "If-Modified-Since"}
    return {names[name]: value for name, value in tags.items() if name in names}


def _connection(parts: SplitResult, bounds: FetchLimits, deadline: float) -> http.client.HTTPConnection:
    """A connection to an address that was judged, whatever the name is made to mean a moment later."""
    _scheme, host, port = _origin(parts)
    try:
        resolved = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise FetchOutcome("unreachable", "name") from None
    places = [(family, endpoint) for family, _kind, _proto, _name, endpoint in resolved]
    # One that is refused beside others that are not is how a name is made to change its meaning.
    if not places or not all(is_open(str(endpoint[0]), bounds.networks) for _family, endpoint in places):
        raise FetchOutcome("address-refused", host)
    plain = _reached(places, deadline)
    if parts.scheme == "http":
        connection = http.client.HTTPConnection(host, port)
        connection.sock = plain
        return connection
    connection = http.client.HTTPSConnection(host, port)
    connection.sock = _secured(plain, host, deadline)
    return connection


def _secured(plain: socket.socket, host: str, deadline: float) -> ssl.SSLSocket:
    """The line under TLS; the certificate is held against the name, not against the address."""
    context = ssl.create_default_context()
    line = context.wrap_socket(plain, server_hostname=host, do_handshake_on_connect=False)
    watch = _watched(line, deadline)
    try:
        line.do_handshake()
    except OSError as fault:
        line.close()
        if time.monotonic() >= deadline:
            raise FetchOutcome("too-slow") from None
        raise FetchOutcome("tls" if isinstance(fault, ssl.SSLError) else "unreachable", "tls") from None
    finally:
        watch.cancel()
    return line


def _reached(places: Sequence[tuple[int, Any]], deadline: float) -> socket.socket:
    for family, endpoint in places:
        connection = socket.socket(family, socket.SOCK_STREAM)
        connection.settimeout(max(0.1, min(CONNECT_SECONDS, deadline - time.monotonic())))
        try:
            connection.connect(endpoint)
        except OSError:
            connection.close()
            continue
        return connection
    raise FetchOutcome("unreachable", "connect")


def _watched(line: socket.socket, deadline: float) -> threading.Timer:
    """Cut the line at the deadline, however slowly the other side speaks until then."""

    def cut() -> None:
        with suppress(OSError):
            # The line itself: TLS would forget its state, which another thread is using.
            socket.socket.shutdown(line, socket.SHUT_RDWR)

    watch = threading.Timer(max(0.0, deadline - time.monotonic()), cut)
    watch.daemon = True
    watch.start()
    return watch


def _answer(
    connection: http.client.HTTPConnection,
    parts: SplitResult,
    headers: Mapping[str, str],
    deadline: float,
    body: bytes | None = None,
) -> http.client.HTTPResponse:
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("GET" if body is None else "POST", target, body, dict(headers))
        return connection.getresponse()
    except (OSError, http.client.HTTPException):
        raise FetchOutcome("too-slow" if time.monotonic() >= deadline else "unreachable") from None


def unfinished(folder: Path) -> Path:
    """A name in ``folder`` for a file that is on its way in; whatever is left of it goes by its age."""
    return folder / f"{UNFINISHED}{secrets.token_hex(8)}"


def _body(answer: http.client.HTTPResponse, bounds: FetchLimits, folder: Path, deadline: float) -> Fetched:
    length = answer.headers.get("Content-Length", "")
    if length.isdecimal() and int(length) > bounds.size:
        raise FetchOutcome("too-large")
    make_folder(folder, mode=PRIVATE_FOLDER)
    path, digest, size = unfinished(folder), hashlib.sha256(), 0
    try:
        with creating(path) as out:
            while piece := answer.read1(1 << 16):
                size += len(piece)
                if size > bounds.size:
                    raise FetchOutcome("too-large")
                if time.monotonic() >= deadline:
                    raise FetchOutcome("too-slow")
                digest.update(piece)
                out.write(piece)
            if answer.length or time.monotonic() >= deadline:
                raise FetchOutcome("too-slow" if time.monotonic() >= deadline else "unreachable")
    except (OSError, http.client.HTTPException):
        raise FetchOutcome("too-slow" if time.monotonic() >= deadline else "unreachable") from None
    tags = {"etag": answer.headers.get("ETag", ""), "modified": answer.headers.get("Last-Modified", "")}
    return Fetched(path, digest.hexdigest(), size, {name: text[:300] for name, text in tags.items() if text})
