"""The site with its door behind a plain server of this process, for whoever drives a browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.db import connections
from tests.http_servers import answering


class _Threads(ThreadingMixIn, WSGIServer):
    daemon_threads = True

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """As ever, and then give back the thread's connection to the database, which nobody else could close."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            connections.close_all()


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None: ...


@contextmanager
def served() -> Iterator[str]:
    """The site on a free port of this machine; the address without a slash at its end."""
    from ayan.config.wsgi import application  # Django's settings are chosen by whoever calls

    with answering(make_server("127.0.0.1", 0, application, _Threads, _Quiet)) as server:
        yield f"http://127.0.0.1:{server.server_port}"
