"""The cities of an installation that a process has open: opened when somebody asks, closed when nobody does."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from ayan.config.hosting.city_hosts import HostedCity
from ayan.config.limits import CLOSED_SECONDS
from ayan.config.wsgi_types import Site
from ayan.core.values.refusal import Refusal
from ayan.wiring.city import City

_LOG: Final = logging.getLogger(__name__)


class CityClosed(Refusal):
    """A city of the installation cannot be opened at this moment; the others are not touched by that."""

    code = "city-closed"
    fa = "سامانهٔ این شهر اکنون باز نمی‌شود. کمی بعد دوباره بخواهید."
    en = "This city's portal cannot be opened at the moment. Ask again in a while."
    status = 503
    retry_after = 30


@dataclass(frozen=True, slots=True)
class OpenCity:
    """A city that this process has open: what the list says of it, what it is now, and its site with what it keeps.

    ``rest`` lets go of the files that its engine has open, ``forget`` of its kept answers, too; both come back when
    they are asked for.
    """

    entry: HostedCity
    city: Callable[[], City]
    site: Site
    rest: Callable[[], None]
    forget: Callable[[], None]


class OpenHostedCities:
    """The cities of an installation that a process has open, at most so many; safe to share between threads.

    The one that was asked for longest ago is closed first: what it kept and the files it held are let go. While one is
    being answered it is not closed. One that the list tells otherwise of than before is opened anew, and one that could
    not be opened is not tried at each request.
    """

    def __init__(
        self, opener: Callable[[HostedCity], OpenCity], most: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._opener = opener
        self._most = most
        self._clock = clock
        self._lock = threading.Lock()
        self._opening: dict[str, threading.Lock] = {}
        self._open: OrderedDict[str, OpenCity] = OrderedDict()
        self._asked: dict[str, float] = {}
        self._resting: set[str] = set()
        self._busy: Counter[str] = Counter()
        self._closed: dict[str, float] = {}

    def begin(self, entry: HostedCity) -> OpenCity:
        """The city, open, for an answer that is followed by `end`. CityClosed where it cannot be opened."""
        with self._lock:
            self._busy[entry.code] += 1
        try:
            return self.of(entry)
        except BaseException:
            self.end(entry)
            raise

    def end(self, entry: HostedCity) -> None:
        """An answer of the city is done."""
        with self._lock:
            self._busy[entry.code] -= 1
            if not self._busy[entry.code]:
                del self._busy[entry.code]

    def of(self, entry: HostedCity) -> OpenCity:
        """The city, open. CityClosed where it cannot be opened."""
        known = self._known(entry)
        if known is not None:
            return known
        with self._lock:
            opening = self._opening.setdefault(entry.code, threading.Lock())
        # Others are opened meanwhile: one city's slow disk keeps nobody else waiting.
        with opening:
            known = self._known(entry)
            if known is not None:
                return known
            if self._clock() - self._closed.get(entry.code, -CLOSED_SECONDS) < CLOSED_SECONDS:
                raise CityClosed
            try:
                opened = self._opener(entry)
            except Exception as fault:
                self._closed[entry.code] = self._clock()
                _LOG.exception("the city %s cannot be opened", entry.code)
                raise CityClosed from fault
            self._keep(opened)
            return opened

    def all(self) -> list[OpenCity]:
        """Those that are open, the one asked for longest ago first."""
        with self._lock:
            return list(self._open.values())

    def forget(self) -> None:
        """Let go of what each of them keeps; all of it comes back when it is asked for."""
        for each in self.all():
            with suppress(Exception):
                each.forget()

    def rest(self, idle: float, awake: int) -> int:
        """Let engines rest: of those that nobody asked for in ``idle`` seconds, and all but the ``awake`` asked last.

        How many began to rest.
        """
        with self._lock:
            until, spare = self._clock() - idle, len(self._open) - awake
            resting = [
                each
                for number, (code, each) in enumerate(self._open.items())
                if (number < spare or self._asked[code] <= until) and code not in self._resting and not self._busy[code]
            ]
            self._resting.update(each.entry.code for each in resting)
        for each in resting:
            with suppress(Exception):
                each.rest()
        return len(resting)

    def close_oldest(self, part: int) -> int:
        """Close one in ``part`` of them, those asked for longest ago, but none that is being answered; how many."""
        with self._lock:
            most = -(-len(self._open) // part)
            codes = [code for code in self._open if not self._busy[code]][:most]
            gone = [self._gone(code) for code in codes]
        self._let_go(gone)
        return len(gone)

    def _known(self, entry: HostedCity) -> OpenCity | None:
        with self._lock:
            known = self._open.get(entry.code)
            if known is None or known.entry != entry:
                return None
            self._touch(entry.code)
            return known

    def _touch(self, code: str) -> None:
        self._open.move_to_end(code)
        self._asked[code] = self._clock()
        self._resting.discard(code)

    def _gone(self, code: str) -> OpenCity:
        self._asked.pop(code, None)
        self._resting.discard(code)
        return self._open.pop(code)

    def _keep(self, opened: OpenCity) -> None:
        code = opened.entry.code
        with self._lock:
            gone = [self._open.pop(code)] if code in self._open else []
            self._open[code] = opened
            self._touch(code)
            spare = [other for other in self._open if other != code and not self._busy[other]]
            gone += [self._gone(other) for other in spare[: max(0, len(self._open) - self._most)]]
        self._let_go(gone)

    @staticmethod
    def _let_go(gone: Iterable[OpenCity]) -> None:
        for each in gone:
            # Whoever is being answered from it opens again what is still needed.
            with suppress(Exception):
                each.forget()
