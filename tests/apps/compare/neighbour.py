"""Another city with a portal of its own, served on this machine beside the one under test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

from django.core.wsgi import get_wsgi_application

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
        with city.held(town):
            answer = site(environ, start)
            try:
                return list(answer)
            finally:
                getattr(answer, "close", lambda: None)()

    with make_server("127.0.0.1", 0, portal, handler_class=_Quiet) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def harvest(town: City, *words: object) -> int:
    """Run the command in a city, with addresses of this machine allowed."""
    with city.held(town):
        return main.run(["harvest", *map(str, words)])
