"""A city served on this machine by somebody who may change what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeAlias
from wsgiref.simple_server import WSGIRequestHandler, make_server

from django.core.wsgi import get_wsgi_application
from tests.http_servers import answering

from ayan.wiring import city
from ayan.wiring.city import City

Alter: TypeAlias = Callable[[str, bytes], bytes]
"""From the path with its query and the body as the city says it to the body that is sent."""


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None: ...


@dataclass
class Served:
    """A city at an ``address``; ``asked`` are the paths that were asked for, with whether a tag came along,
    ``agents`` who asked for each last."""

    address: str
    asked: list[tuple[str, bool]] = field(default_factory=list)
    agents: dict[str, str] = field(default_factory=dict)
    alter: Alter = lambda _path, body: body


@contextmanager
def serving(town: City) -> Iterator[Served]:
    """The whole site of a city; what `Served.alter` changes of its answers is sent as if it were theirs."""
    site = get_wsgi_application()
    served = Served("")

    def portal(environ: dict[str, Any], start: Any) -> list[bytes]:
        path = environ["PATH_INFO"] + (f"?{environ['QUERY_STRING']}" if environ["QUERY_STRING"] else "")
        served.asked.append((path, "HTTP_IF_NONE_MATCH" in environ))
        served.agents[path] = environ.get("HTTP_USER_AGENT", "")
        heads: list[tuple[str, list[tuple[str, str]]]] = []

        def begin(status: str, headers: list[tuple[str, str]], *_: Any) -> Callable[[bytes], object]:
            heads.append((status, headers))
            return lambda _data: None

        with city.in_use(town):
            answer = site(environ, begin)
            try:
                body = b"".join(answer)
            finally:
                getattr(answer, "close", lambda: None)()
        status, headers = heads[0]
        sent = served.alter(path, body)
        kept = [pair for pair in headers if pair[0].lower() != "content-length"]
        start(status, [*kept, ("Content-Length", str(len(sent)))])
        return [sent]

    with answering(make_server("127.0.0.1", 0, portal, handler_class=_Quiet)) as server:
        served.address = f"http://127.0.0.1:{server.server_port}"
        yield served


Reply: TypeAlias = tuple[int, dict[str, str], bytes]


@dataclass
class Scripted:
    """A server at an ``address`` that gives its ``replies`` in turn, the last again and again."""

    address: str
    replies: Sequence[Reply]
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)


@contextmanager
def scripted(*replies: Reply) -> Iterator[Scripted]:
    """A server that is no city at all."""
    script = Scripted("", replies)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            status, headers, body = script.replies[min(len(script.asked), len(script.replies) - 1)]
            script.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None: ...

    with answering(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as server:
        script.address = f"http://127.0.0.1:{server.server_address[1]}"
        yield script
