"""How long a question may run: a limit over one DuckDB connection, which also counts between two statements."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from heapq import heapify, heappop, heappush
from itertools import count
from typing import Final

import duckdb

from ayan.core.query.answer import TooHeavy, TooLarge, TooSlow

# Ends of questions that are answered long since are thrown away once there are so many, and most of them are.
_MANY: Final = 256


class Deadline:
    """A time limit over a connection: what it runs is interrupted, and what it would run next is refused."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, seconds: float) -> None:
        self._connection = connection
        self._over = threading.Event()
        self._end: _End | None = None
        if seconds <= 0:
            self._over.set()
        self._start(seconds)

    def allow(self, seconds: float) -> None:
        """Give what is still asked this much time from now; TooSlow when it is too late for that."""
        self.cancel()
        self.check()
        self._start(seconds)

    def check(self) -> None:
        """TooSlow once the time is over: between two statements there is nothing that could be interrupted."""
        if self._over.is_set():
            raise TooSlow

    def cancel(self) -> None:
        """Stop counting."""
        if self._end is not None:
            self._end.deadline = None

    def stop(self) -> None:
        """The time is over."""
        self._over.set()
        # The question may have been answered, and its connection closed, in the very moment.
        with suppress(duckdb.Error):
            self._connection.interrupt()

    def _start(self, seconds: float) -> None:
        self._end = _End(self)
        _watch.put(time.monotonic() + seconds, self._end)


class _End:
    """When a deadline's time is over; without one, nobody waits for it any more."""

    __slots__ = ("deadline",)

    def __init__(self, deadline: Deadline | None) -> None:
        self.deadline = deadline


class _Watch:
    """One thread that waits for the ends of all questions of a process: starting one for each is what costs."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._ends: list[tuple[float, int, _End]] = []
        self._numbers = count()
        self._thread: threading.Thread | None = None

    def put(self, when: float, end: _End) -> None:
        """Stop a deadline when its time has come."""
        with self._changed:
            if len(self._ends) >= _MANY:
                kept = [end for end in self._ends if end[2].deadline is not None]
                if 2 * len(kept) <= len(self._ends):
                    heapify(kept)
                    self._ends = kept
            heappush(self._ends, (when, next(self._numbers), end))
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._wait, name="ends of questions", daemon=True)
                self._thread.start()
            elif self._ends[0][2] is end:
                self._changed.notify()

    def _wait(self) -> None:
        while True:
            with self._changed:
                left = self._ends[0][0] - time.monotonic() if self._ends else None
                if left is None or left > 0:
                    self._changed.wait(left)
                    continue
                deadline = heappop(self._ends)[2].deadline
            if deadline is not None:
                deadline.stop()


_watch = _Watch()


def _renew() -> None:
    """A child process has no thread yet, and its parent may have held the lock."""
    global _watch  # noqa: PLW0603 - there is one a process
    _watch = _Watch()


os.register_at_fork(after_in_child=_renew)


@contextmanager
def refusing() -> Iterator[None]:
    """Says TooSlow, TooHeavy and BodyTooLarge where DuckDB says interrupted, out of memory and out of range."""
    try:
        yield
    except duckdb.InterruptException:
        raise TooSlow from None
    except duckdb.OutOfMemoryException:
        raise TooHeavy from None
    except (duckdb.OutOfRangeException, duckdb.ConversionException):
        raise TooLarge from None
