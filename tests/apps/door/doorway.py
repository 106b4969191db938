"""A server's side of the door: requests as WSGI hands them in, and what came out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final, Literal

import pyarrow as pa
from django.core.wsgi import get_wsgi_application
from django.test import RequestFactory

from ayan.config import wsgi
from ayan.config.response_cache import ResponseCache

CODECS: Final[dict[str, Literal["brotli", "gzip", "zstd"]]] = {"br": "brotli", "gzip": "gzip", "zstd": "zstd"}
"""What Arrow calls the codings of an answer."""


@dataclass
class Reply:
    """What the server would send; ``body`` is unpacked."""

    status: int
    headers: dict[str, str]
    sent: bytes

    @property
    def body(self) -> bytes:
        coding = self.headers.get("content-encoding")
        if coding is None:
            return self.sent
        unpacked: bytes = pa.CompressedInputStream(pa.BufferReader(self.sent), CODECS[coding]).read()
        return unpacked


class Counted:
    """The site, counting how often it is asked."""

    def __init__(self, site: Callable[..., Any] | None = None) -> None:
        self.site = site or get_wsgi_application()
        self.asked = 0

    def __call__(self, environ: dict[str, Any], start: Any) -> Any:
        self.asked += 1
        return self.site(environ, start)


def door(site: Callable[..., Any], most: int = 10_000_000, streams: int = 2) -> ResponseCache:
    """A door before ``site``, asking for the site version of the city in use."""
    return ResponseCache(site, wsgi.site_version, "ayan_desk", most, streams)


def environ_of(address: str, method: str = "GET", **headers: str) -> dict[str, Any]:
    environ = RequestFactory().generic(method, address).environ
    return {**environ, **{f"HTTP_{name.upper()}": value for name, value in headers.items()}}


def opened(app: Callable[..., Iterable[bytes]], environ: dict[str, Any]) -> tuple[int, dict[str, str], Iterable[bytes]]:
    """The status, the headers, and the body not yet read."""
    started: list[Any] = []
    body = app(environ, lambda status, headers: started.extend((status, headers)))
    status, headers = started
    names = [name.lower() for name, _ in headers]
    assert len(set(names)) == len(names), "a header stands twice"
    return int(status.split()[0]), {name.lower(): value for name, value in headers}, body


def ask(app: Callable[..., Iterable[bytes]], address: str, method: str = "GET", **headers: str) -> Reply:
    """One request from beginning to end."""
    status, reply_headers, body = opened(app, environ_of(address, method, **headers))
    sent = b"".join(body)
    if hasattr(body, "close"):
        body.close()
    return Reply(status, reply_headers, sent)
