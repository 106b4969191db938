"""HTTP servers of tests, each in a thread that ends with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import BaseServer
from threading import Thread
from typing import Final, TypeVar

Server = TypeVar("Server", bound=BaseServer)

_LOOK: Final = 0.02
"""Seconds after which a server notices that it is to end."""


@contextmanager
def answering(server: Server) -> Iterator[Server]:
    """A server that answers until the block ends, also by an exception.

    One that is only closed keeps its thread: that finds the closed socket ready again and again, and takes a processor
    from all tests that follow in its process.
    """
    thread = Thread(target=server.serve_forever, args=(_LOOK,), daemon=True)
    with server:
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
