"""When a question is over: a limit of seconds and of processor time over a connection, and who watches it."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from heapq import heapify, heappop, heappush
from itertools import count
from math import inf
from typing import Final, Protocol

import duckdb

from ayan.core.query.answer import TooHeavy, TooLarge, TooSlow
from ayan.core.query.limits import SHORTEST_LOOK
from ayan.core.system import processor_budget
from ayan.core.system.processor_budget import ProcessorBudget

# Ends of questions that are answered long since are thrown away once there are so many, and most of them are.
_MANY: Final = 256


class Interruptible(Protocol):
    """What runs a question and can be told to stop."""

    def interrupt(self) -> None:
        """Stop what runs; nothing where nothing does."""


class Deadline:
    """A limit over a connection: what it runs is interrupted, and what it would run next is refused.

    ``seconds`` are of a wall clock, ``processor`` of the thread that makes the object; of the latter never more than
    the `ProcessorBudget` leaves that holds here, and whoever stops that budget stops this.
    """

    def __init__(self, connection: Interruptible, seconds: float, processor: float = inf) -> None:
        self._connection = connection
        self._over = threading.Event()
        self._end: _End | None = None
        self._around = processor_budget.current()
        self._processor: ProcessorBudget | None = ProcessorBudget(processor, self._around)
        if seconds <= 0:
            self._over.set()
        if self._around is not None:
            self._around.begin(self.stop)
        self._start(seconds)

    def allow(self, seconds: float) -> None:
        """Give what is still asked this much time from now, whatever it costs; TooSlow when it is too late for that.

        For files on their way to a reader: what they cost is counted piece by piece, by whoever takes the pieces.
        """
        self.cancel()
        self.check()
        self._processor = None
        self._start(seconds)

    def check(self) -> None:
        """TooSlow once the time is over: between two statements there is nothing that could be interrupted."""
        if self._over.is_set() or self._processor_left() <= 0:
            raise TooSlow

    def cancel(self) -> None:
        """Stop counting."""
        if self._end is not None:
            self._end.deadline = None
        if self._around is not None:
            self._around.end(self.stop)

    def stop(self) -> None:
        """The time is over.

        What is only about to begin does not feel an interruption, so there are further ones until it has ended.
        """
        if not self._over.is_set():
            self._over.set()
            if self._end is not None:
                _watch.put(time.monotonic() + SHORTEST_LOOK, self._end)
        # The question may have been answered, and its connection closed, in the very moment.
        with suppress(duckdb.Error):
            self._connection.interrupt()

    def look(self) -> float | None:
        """Stop if the time is over; when, on the monotonic clock, to look again, or None where somebody else does."""
        now, left = time.monotonic(), self._processor_left()
        if self._over.is_set():
            self.stop()
            return now + SHORTEST_LOOK
        if now >= self._until or left <= 0:
            self.stop()
            return None
        return min(self._until, now + max(left, SHORTEST_LOOK))

    def _processor_left(self) -> float:
        return inf if self._processor is None else self._processor.left

    def _start(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds
        self._end = _End(self)
        # A thread takes no more processor time than passes: nothing is over before that.
        _watch.put(min(self._until, time.monotonic() + self._processor_left()), self._end)


def check(seconds: float) -> None:
    """TooSlow where no time is left, of a clock or of the processor, for what is answered without a connection."""
    around = processor_budget.current()
    if seconds <= 0 or (around is not None and around.left <= 0):
        raise TooSlow


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
                end = heappop(self._ends)[2]
                deadline = end.deadline
            again = None if deadline is None else deadline.look()
            if again is not None:
                self.put(again, end)


_watch = _Watch()


def _renew() -> None:
    """A child process has no thread yet, and its parent may have held the lock."""
    global _watch  # noqa: PLW0603 - there is one a process
    _watch = _Watch()


os.register_at_fork(after_in_child=_renew)


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
