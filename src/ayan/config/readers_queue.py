"""The queue before the site: one reader at a time computes, addresses take turns, and nobody waits without end."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import ceil, inf
from typing import Final

from ayan.config.limits import (
    LEAST_TURN,
    LONGEST_WAIT,
    MOST_ACCOUNTS,
    MOST_CREDIT,
    MOST_DEBT,
    MOST_PROCESSOR,
    MOST_WAITING,
    MOST_WAITING_OF_ONE,
    SHARE,
)
from ayan.core.system.processor_budget import ProcessorBudget, spending
from ayan.core.values.refusal import Refusal

# Of a piece of a stream that leaves at once: small enough that what waits in the server's own queue stays small.
PIECE: Final = 1 << 18
# Seconds between two looks of whoever waits at what the one before is doing.
LOOK: Final = 0.02


class TooManyQuestions(Refusal):
    """An address asks for more than its share while others wait."""

    code = "too-many-questions"
    fa = "از این نشانی پرسش‌های سنگین یا همزمان بیش از اندازه رسیده است و دیگران در نوبت‌اند. کمی بعد دوباره بخواهید."
    en = "Too many or too costly questions came from this address while others wait. Ask again in a moment."
    status = 429
    # The least; an instance says when its address owes nothing any more.
    retry_after = 1


class SiteBusy(Refusal):
    """More readers wait than can be answered soon."""

    code = "site-busy"
    fa = "سامانه شلوغ است و به این درخواست نرسید. کمی بعد دوباره بخواهید."
    en = "The site is busy and did not get to this request. Ask again in a moment."
    status = 503
    retry_after = ceil(LONGEST_WAIT)


@dataclass(slots=True)
class _Account:
    """What an address may still take, in processor seconds, as it stood at ``at``; below zero it owes."""

    balance: float
    at: float


@dataclass(slots=True, eq=False)
class _Place:
    """One who waits: the lock is given back when its turn has come."""

    address: str
    called: threading.Lock = field(default_factory=threading.Lock)


@dataclass(slots=True, eq=False)
class Turn:
    """The turn of one request, and what it takes of the processor meanwhile."""

    queue: ReadersQueue
    address: str
    balance: float
    budget: ProcessorBudget
    cut: bool = False

    @property
    def owes(self) -> bool:
        """Whether its address has by now taken more than its share."""
        return bool(self.address) and self.balance <= self.budget.spent

    @property
    def refusal(self) -> TooManyQuestions:
        """What its reader is told where it was cut short."""
        return self.queue.refusal(self.address)


class ReadersQueue:
    """Turns for the requests of one process, one at a time. Safe to share between threads.

    Python lets one thread of a process run at a time, and the query engine slows down many times over beside a busy
    thread; so threads are for waiting, and whoever computes holds the turn.

    Addresses take turns, each in the order of its own asking. Every address has an account of processor seconds, which
    fills by `SHARE` a second up to `MOST_CREDIT`; what a turn takes is drawn from it. Who owes comes after everybody
    who does not, and a turn of an address that owes is cut short as soon as another reader waits: so one address that
    asks for a lot has what others leave, and they hardly notice. An address that nobody knows ('') is held to no share,
    for whole cities may stand behind it. ``waiting`` may wait in all, ``of_one`` of them from one address; further ones
    are refused at once, and so is whoever has waited for ``patience`` seconds.
    """

    def __init__(
        self,
        waiting: int = MOST_WAITING,
        of_one: int = MOST_WAITING_OF_ONE,
        patience: float = LONGEST_WAIT,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._waiting = waiting
        self._of_one = of_one
        self._patience = patience
        self._clock = clock
        self._lock = threading.Lock()
        self._holder: Turn | None = None
        self._taken = False
        self._lines: OrderedDict[str, deque[_Place]] = OrderedDict()
        self._accounts: OrderedDict[str, _Account] = OrderedDict()
        self._since: dict[_Place, float] = {}

    @contextmanager
    def turn(self, address: str, *, patient: bool = False) -> Iterator[Turn]:
        """The turn, as soon as it comes; raises TooManyQuestions or SiteBusy where it does not.

        What a turn takes is bounded by `MOST_PROCESSOR`. Whoever is ``patient`` has begun already, as a file that is
        on its way: it waits however long it takes, and is not cut short.
        """
        self._enter(address, patient=patient)
        began, charged = time.thread_time(), 0.0
        try:
            with spending(inf if patient else MOST_PROCESSOR) as budget:
                with self._lock:
                    turn = Turn(self, address, self._balance(address), budget)
                    self._holder = None if patient else turn
                try:
                    yield turn
                finally:
                    charged = budget.charged
        finally:
            self._leave(address, time.thread_time() - began + charged)

    def pieces(self, source: Iterator[bytes], address: str = "") -> Generator[bytes]:
        """The bytes of ``source``, made under the turn and handed on, in pieces of at most `PIECE`, without it.

        Between two pieces the turn goes round, so that a reader on a slow line keeps nobody waiting.
        """
        while True:
            with self.turn(address, patient=True):
                chunk = next(source, None)
            if chunk is None:
                return
            yield from cut(chunk)

    def refusal(self, address: str) -> TooManyQuestions:
        """What an address is told whose turn was cut short, or who asks for too much at once."""
        refusal = TooManyQuestions()
        # By then it owes nothing and may ask something costly.
        refusal.retry_after = max(1, ceil((MOST_CREDIT / 2 - self._balance(address)) / SHARE))
        return refusal

    @property
    def depth(self) -> int:
        """How many wait."""
        with self._lock:
            return len(self._since)

    @property
    def age(self) -> float:
        """For how many seconds the longest has waited; 0 where nobody does."""
        with self._lock:
            now = self._clock()
            return now - min(self._since.values(), default=now)

    # --- who comes next ---------------------------------------------------------------------------------------------

    def _enter(self, address: str, *, patient: bool) -> None:
        with self._lock:
            if not self._taken:
                self._taken = True
                return
            line = self._lines.get(address, ())
            if not patient and address and len(line) >= self._of_one:
                raise self.refusal(address)
            if not patient and len(self._since) >= self._waiting:
                raise SiteBusy
            place = _Place(address)
            place.called.acquire()
            self._lines.setdefault(address, deque()).append(place)
            self._since[place] = self._clock()
            self._cut()
        until = inf if patient else self._clock() + self._patience
        while not place.called.acquire(timeout=LOOK):
            with self._lock:
                if self._clock() < until:
                    self._cut()
                elif place in self._since:
                    self._forget(place)
                    raise self.refusal(address) if self._balance(address) <= 0 else SiteBusy()

    def _leave(self, address: str, spent: float) -> None:
        with self._lock:
            self._holder = None
            self.draw(address, spent)
            place = self._next()
            if place is None:
                self._taken = False
            else:
                self._forget(place)
                place.called.release()

    def _next(self) -> _Place | None:
        """The first of the address that waits longest among those that do not owe; else among all."""
        for address, line in self._lines.items():
            if self._balance(address) > 0:
                return line[0]
        return next((line[0] for line in self._lines.values()), None)

    def _forget(self, place: _Place) -> None:
        """Take a place out; what else its address waits for stands behind all other addresses then."""
        del self._since[place]
        line = self._lines.pop(place.address)
        line.remove(place)
        if line:
            self._lines[place.address] = line

    def _cut(self) -> None:
        """Cut the present turn short, if its address owes and another waits that does not."""
        turn = self._holder
        if turn is None or turn.cut or not turn.owes or turn.budget.spent < LEAST_TURN:
            return
        if any(address != turn.address and self._balance(address) > 0 for address in self._lines):
            turn.cut = True
            turn.budget.stop()

    # --- accounts ---------------------------------------------------------------------------------------------------

    def _balance(self, address: str) -> float:
        """What an address may still take; of one that nobody knows always all."""
        account = self._accounts.get(address)
        if account is None:
            return MOST_CREDIT
        return min(MOST_CREDIT, account.balance + (self._clock() - account.at) * SHARE)

    def draw(self, address: str, seconds: float) -> None:
        """Take processor seconds from an account; for whoever holds the lock, or nobody does."""
        if not address:
            return
        balance = max(self._balance(address) - seconds, -MOST_DEBT)
        self._accounts[address] = _Account(balance, self._clock())
        self._accounts.move_to_end(address)
        if len(self._accounts) > MOST_ACCOUNTS:
            self._accounts.popitem(last=False)


def cut(chunk: bytes) -> Iterator[bytes]:
    """A chunk in pieces of at most `PIECE`."""
    return (chunk[start : start + PIECE] for start in range(0, len(chunk), PIECE))
