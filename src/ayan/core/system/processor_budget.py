"""Processor time that a piece of work may take: by the clock of the thread that does it, and handed down to its parts.

Seconds of a wall clock tell how busy the machine is; these tell what the work itself costs, on a quiet machine and on a
crowded one alike. A budget that is opened within another ends no later than that, so what is asked again and again
draws on one purse. What is done once for everybody who asks later (`once`) is on nobody's account.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from math import inf
from typing import Final

Stop = Callable[[], None]


class ProcessorBudget:
    """So many ``seconds`` of processor time from now, of the thread that makes the object.

    Other threads may read it and stop it; work that is begun by another thread than this one is not counted.
    """

    def __init__(self, seconds: float, outer: ProcessorBudget | None = None) -> None:
        self._clock = _own_clock()
        self._began = time.clock_gettime(self._clock)
        self._seconds = seconds
        self._charged = 0.0
        self._paused: float | None = None
        self._outer = outer
        self._root: ProcessorBudget = self if outer is None else outer._root
        # Of the outermost alone: whoever stops it stops all that is under way.
        self._lock = threading.Lock()
        self._running: set[Stop] = set()
        self._stopped = False

    @property
    def spent(self) -> float:
        """Processor seconds since the budget was opened; as far as is known where its thread has ended."""
        try:
            now = time.clock_gettime(self._clock) if self._paused is None else self._paused
        except OSError:
            return self._charged
        return now - self._began + self._charged

    @property
    def charged(self) -> float:
        """Seconds that somebody else took for it."""
        return self._charged

    def charge(self, seconds: float) -> None:
        """Count what another process took for this piece of work, here and in what stands round it."""
        self._charged += seconds
        if self._outer is not None:
            self._outer.charge(seconds)

    @property
    def left(self) -> float:
        """Processor seconds that may still be taken; none or fewer once it is used up or stopped."""
        if self._root._stopped:
            return 0.0
        own = self._seconds - self.spent
        return own if self._outer is None else min(own, self._outer.left)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Count nothing of what the block takes, here and in whatever stands round it."""
        with self._outer.paused() if self._outer is not None else nullcontext():
            if self._paused is not None or self._clock != _own_clock():
                # Somebody pauses it already; or it is about another thread, which goes on.
                yield
                return
            began = self._paused = time.clock_gettime(self._clock)
            try:
                yield
            finally:
                self._began += time.clock_gettime(self._clock) - began
                self._paused = None

    @property
    def stopped(self) -> bool:
        """Whether somebody stopped it before it was used up."""
        return self._root._stopped

    def stop(self) -> None:
        """End it now, from any thread: what is under way is interrupted, and nothing further begins."""
        with self._root._lock:
            self._root._stopped = True
            running = list(self._root._running)
        for interrupt in running:
            interrupt()

    def begin(self, interrupt: Stop) -> None:
        """Say how what begins now is interrupted; at once where the budget has been stopped."""
        with self._root._lock:
            self._root._running.add(interrupt)
            stopped = self._root._stopped
        if stopped:
            interrupt()

    def end(self, interrupt: Stop) -> None:
        """Say that it is over."""
        with self._root._lock:
            self._root._running.discard(interrupt)


_CURRENT: Final[ContextVar[ProcessorBudget | None]] = ContextVar("processor budget", default=None)


def current() -> ProcessorBudget | None:
    """The innermost budget that holds here; None where nobody counts."""
    return _CURRENT.get()


@contextmanager
def spending(seconds: float = inf) -> Iterator[ProcessorBudget]:
    """Let whatever the block does take no more than so much processor time, nor more than is left around it."""
    budget = ProcessorBudget(seconds, _CURRENT.get())
    token = _CURRENT.set(budget)
    try:
        yield budget
    finally:
        _CURRENT.reset(token)


@contextmanager
def once() -> Iterator[None]:
    """Let whoever comes first do what the others then find done, such as opening an index, and not pay for it.

    Budgets that are opened within the block count as ever.
    """
    budget = _CURRENT.get()
    with budget.paused() if budget is not None else nullcontext():
        yield


def _own_clock() -> int:
    """The clock of this thread; of the whole process where the system has none for a thread."""
    if sys.platform == "darwin":
        return time.CLOCK_PROCESS_CPUTIME_ID
    return time.pthread_getcpuclockid(threading.get_ident())
