"""A proxy between Ayan and an object store, which does to single requests what networks and servers do to them."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal
from urllib.parse import urlsplit

from tests.http_servers import answering
from tests.patience import PATIENCE

Deed = Literal["pass", "lose", "drop", "busy", "unconditional", "garble", "plain"]
"""``lose`` does what is asked and gives no answer, ``drop`` does neither, ``busy`` asks for patience, ``unconditional``
forgets what a request was conditional on, ``garble`` changes a byte of the answer, ``plain`` takes an entity tag in
quotation marks for another one, as Ceph's gateway does."""

BUSY = b"<?xml version='1.0'?><Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>"
FAILED = b"<?xml version='1.0'?><Error><Code>PreconditionFailed</Code><Message></Message></Error>"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: its number from 1, its method, and its path below the bucket."""

    number: int
    method: str
    path: str

    @property
    def writes(self) -> bool:
        return self.method in ("PUT", "POST", "DELETE")


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: Any) -> None:
        """Lines that are cut are what this is for."""


class InjectingProxy:
    """``deed`` says what becomes of each request; ``asked`` are all that came.

    ``overwrite`` puts an object whatever stands there, and says its entity tag: what a request is conditional on is
    signed with it, so that none can be passed on without.
    """

    def __init__(self, upstream: str) -> None:
        self.deed: Callable[[Asked], Deed] = lambda _: "pass"
        self.overwrite: Callable[[str, bytes], str] = lambda path, body: ""
        self.asked: list[Asked] = []
        self._lock = threading.Lock()
        self._upstream = urlsplit(upstream).netloc
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: Any) -> None: ...

            def handle_one_request(self) -> None:
                with suppress(ConnectionError):
                    super().handle_one_request()

        for method in ("GET", "HEAD", "PUT", "POST", "DELETE"):
            setattr(Handler, f"do_{method}", lambda handler: proxy.answer(handler))
        self.server = _Server(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True

    @property
    def endpoint(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.server.server_port}"

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Do to one request what is to be done to it."""
        body = handler.rfile.read(int(handler.headers.get("content-length") or 0))
        with self._lock:
            asked = Asked(len(self.asked) + 1, handler.command, handler.path.partition("?")[0].split("/", 2)[-1])
            self.asked.append(asked)
        deed = self.deed(asked)
        if deed == "drop":
            return _cut(handler)
        if deed == "busy":
            return _give(handler, 503, [("content-type", "application/xml")], BUSY)
        if deed == "unconditional" and asked.method == "PUT":
            return _give(handler, 200, [("etag", self.overwrite(asked.path, body))], b"")
        if deed == "plain" and '"' in (handler.headers.get("if-match") or ""):
            return _give(handler, 412, [("content-type", "application/xml")], FAILED)
        headers = dict(handler.headers.items())
        line = HTTPConnection(self._upstream, timeout=PATIENCE)
        try:
            line.request(handler.command, handler.path, body, headers)
            answer = line.getresponse()
            content = answer.read()
        except (OSError, HTTPException):
            return _cut(handler)
        finally:
            line.close()
        if deed == "lose":
            return _cut(handler)
        if deed == "garble" and content:
            content = bytes([content[0] ^ 1]) + content[1:]
        return _give(handler, answer.status, answer.getheaders(), content)


def _cut(handler: BaseHTTPRequestHandler) -> None:
    handler.close_connection = True
    with suppress(OSError):
        handler.connection.shutdown(socket.SHUT_RDWR)


def _give(handler: BaseHTTPRequestHandler, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
    handler.send_response_only(status)
    for key, value in headers:
        if key.lower() not in ("content-length", "transfer-encoding", "connection"):
            handler.send_header(key, value)
    length = {key.lower(): value for key, value in headers}.get("content-length")
    handler.send_header("content-length", length or "0" if handler.command == "HEAD" else str(len(content)))
    handler.end_headers()
    handler.wfile.write(content)


@contextmanager
def injecting_proxy(upstream: str) -> Iterator[InjectingProxy]:
    """A proxy before the server at this address."""
    proxy = InjectingProxy(upstream)
    with answering(proxy.server):
        yield proxy
