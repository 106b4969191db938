"""How long a question may run: a timer over one DuckDB connection, which also counts between two statements."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import duckdb

from ayan.core.query.answer import TooHeavy, TooLarge, TooSlow


class Deadline:
    """A time limit over a connection: what it runs is interrupted, and what it would run next is refused."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, seconds: float) -> None:
        self._connection = connection
        self._over = threading.Event()
        if seconds <= 0:
            self._over.set()
        self._timer = threading.Timer(seconds, self._stop)
        self._start()

    def allow(self, seconds: float) -> None:
        """Give what is still asked this much time from now; TooSlow when it is too late for that."""
        self._timer.cancel()
        self.check()
        self._timer = threading.Timer(seconds, self._stop)
        self._start()

    def check(self) -> None:
        """TooSlow once the time is over: between two statements there is nothing that could be interrupted."""
        if self._over.is_set():
            raise TooSlow

    def cancel(self) -> None:
        """Stop counting."""
        self._timer.cancel()

    def _start(self) -> None:
        self._timer.daemon = True
        self._timer.start()

    def _stop(self) -> None:
        self._over.set()
        # The question may have been answered, and its connection closed, in the moment the timer went off.
        with suppress(duckdb.Error):
            self._connection.interrupt()


@contextmanager
def refusing() -> Iterator[None]:
    """Says TooSlow, TooHeavy and TooLarge where DuckDB says interrupted, out of memory and out of range."""
    try:
        yield
    except duckdb.InterruptException:
        raise TooSlow from None
    except duckdb.OutOfMemoryException:
        raise TooHeavy from None
    except (duckdb.OutOfRangeException, duckdb.ConversionException):
        raise TooLarge from None
