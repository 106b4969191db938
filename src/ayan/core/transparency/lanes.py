"""Work that mostly waits for somebody else, done for several things side by side.

A lane is a thread. Whoever fails ends all of it: nobody waits then for lanes that hang on a silent portal, for they are
daemons, are told to give up, and whatever they have open is closed under them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from typing import Generic, TypeVar

Thing = TypeVar("Thing")
Result = TypeVar("Result")


class GivenUp(Exception):
    """Nobody waits any more for what this lane does."""


class Lanes:
    """So many threads at most, which live as long as what they are given; ``give_up`` is told when one fails."""

    def __init__(self, width: int, give_up: Callable[[], None]) -> None:
        self._width = width
        self._give_up = give_up
        self._own = threading.local()

    @property
    def number(self) -> int:
        """Which lane this thread is, from 1 on; 0 is whoever is none."""
        return getattr(self._own, "number", 0)

    def rest(self, seconds: float) -> None:
        """Wait, unless nobody waits for this lane any more. Raises GivenUp then."""
        stopped: threading.Event = getattr(self._own, "stopped", None) or threading.Event()
        if stopped.wait(seconds) if seconds > 0 else stopped.is_set():
            raise GivenUp

    def each(
        self, work: Callable[[Thing], Result], things: Sequence[Thing], done: Callable[[Thing], None] | None = None
    ) -> list[Result]:
        """What ``work`` gives for each of ``things``, in their order; ``done`` hears here of each that is finished.

        They are begun in their order too. What is asked for from within a lane is done one after the other. Raises what
        the first of them raised that is known to have failed.
        """
        if self.number or len(things) < 2:
            results: list[Result] = []
            for thing in things:
                results.append(work(thing))
                if done is not None:
                    done(thing)
            return results
        batch = _Batch(work, things)
        try:
            for number in range(1, min(self._width, len(things)) + 1):
                threading.Thread(target=self._follow, args=(batch, number), daemon=True).start()
            for _ in things:
                position = batch.finished.get()
                if position in batch.failures:
                    raise batch.failures[min(batch.failures)]
                if done is not None:
                    done(things[position])
        except BaseException:
            batch.stopped.set()
            self._give_up()
            raise
        return [batch.results[position] for position in range(len(things))]

    def _follow(self, batch: _Batch[Thing, Result], number: int) -> None:
        self._own.number, self._own.stopped = number, batch.stopped
        while (position := batch.next()) is not None:
            try:
                batch.results[position] = batch.work(batch.things[position])
            except BaseException as fault:  # noqa: BLE001 - whatever it is, it is raised where somebody waits for it
                batch.failures[position] = fault
            batch.finished.put(position)


class _Batch(Generic[Thing, Result]):
    """The things of one call, taken one after the other by its lanes."""

    def __init__(self, work: Callable[[Thing], Result], things: Sequence[Thing]) -> None:
        self.work = work
        self.things = things
        self.results: dict[int, Result] = {}
        self.failures: dict[int, BaseException] = {}
        self.finished: SimpleQueue[int] = SimpleQueue()
        self.stopped = threading.Event()
        self._left = iter(range(len(things)))
        self._lock = threading.Lock()

    def next(self) -> int | None:
        """The position of the next one; None where there is none, or nobody waits for it."""
        with self._lock:
            return None if self.stopped.is_set() else next(self._left, None)
