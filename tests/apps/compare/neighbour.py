"""Another city with a portal of its own, served on this machine beside the one under test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

from django.core.wsgi import get_wsgi_application
from tests.http_servers import answering

from ayan.cli import main
from ayan.wiring import city
from ayan.wiring.city import City


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None: ...


@contextmanager
def served(town: City) -> Iterator[str]:
    """The whole site of a city, at an address."""
    site = get_wsgi_application()

    def portal(environ: dict[str, Any], start: Any) -> list[bytes]:
        with city.in_use(town):
            answer = site(environ, start)
            try:
                return list(answer)
            finally:
                getattr(answer, "close", lambda: None)()

    with answering(make_server("127.0.0.1", 0, portal, handler_class=_Quiet)) as server:
        yield f"http://127.0.0.1:{server.server_port}"


def harvest(town: City, *words: object) -> int:
    """Run the command in a city, with addresses of this machine allowed."""
    with city.in_use(town):
        return main.run(["harvest", *map(str, words)])


class DocumentHandler(BaseHTTPRequestHandler):
    """A server of fixed documents: ``documents`` by path with query; everything else is not there."""

    documents: dict[str, bytes]

    def do_GET(self) -> None:
        body = self.documents.get(self.path)
        self.send_response(404 if body is None else 200)
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *_: Any) -> None: ...


@contextmanager
def document_server(documents: dict[str, bytes]) -> Iterator[str]:
    """A server of documents, which may be changed while it stands, at an address."""
    kind = type("FixedDocuments", (DocumentHandler,), {"documents": documents})
    with answering(ThreadingHTTPServer(("127.0.0.1", 0), kind)) as server:
        yield f"http://127.0.0.1:{server.server_address[1]}"
