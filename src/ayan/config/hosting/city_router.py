"""The door of many cities: the host name says whose pages are asked for, and nothing of one city meets another's."""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from contextvars import Context
from dataclasses import dataclass
from typing import Any, Final

from django.http.request import split_domain_port

from ayan.config.door_refusals import Start, refuse
from ayan.config.hosting.city_in_use import context_of
from ayan.config.hosting.installation import HostedCity, Installation
from ayan.config.limits import CLOSED_SECONDS
from ayan.core.values.refusal import Refusal
from ayan.wiring.city import City

Environ = dict[str, Any]
Site = Callable[[Environ, Any], Iterable[bytes]]
Apart = Callable[[Environ, Any], list[bytes]]

_LOG: Final = logging.getLogger(__name__)


class NoSuchCity(Refusal):
    """The host name is of no city of this installation."""

    code = "no-such-city"
    fa = "در این نشانی شهری نیست. نشانی سامانهٔ شفافیت شهر خود را بررسی کنید."
    en = "There is no city at this address. Check the address of your city's transparency portal."
    status = 421


class CityClosed(Refusal):
    """A city of the installation cannot be opened at this moment; the others are not touched by that."""

    code = "city-closed"
    fa = "سامانهٔ این شهر اکنون باز نمی‌شود. کمی بعد دوباره بخواهید."
    en = "This city's portal cannot be opened at the moment. Ask again in a while."
    status = 503
    retry_after = 30


@dataclass(frozen=True, slots=True)
class OpenCity:
    """A city that this process has open: what the list says of it, what it is now, and its site with what it keeps."""

    entry: HostedCity
    city: Callable[[], City]
    site: Site
    forget: Callable[[], None]


class OpenHostedCities:
    """The cities of an installation that a process has open, at most so many; safe to share between threads.

    The one that was asked for longest ago is closed first: what it kept and the files it held are let go. One that the
    list tells otherwise of than before is opened anew, and one that could not be opened is not tried at each request.
    """

    def __init__(self, opener: Callable[[HostedCity], OpenCity], most: int) -> None:
        self._opener = opener
        self._most = most
        self._lock = threading.Lock()
        self._opening: dict[str, threading.Lock] = {}
        self._open: OrderedDict[str, OpenCity] = OrderedDict()
        self._closed: dict[str, float] = {}

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
            if time.monotonic() - self._closed.get(entry.code, -CLOSED_SECONDS) < CLOSED_SECONDS:
                raise CityClosed
            try:
                made = self._opener(entry)
            except Exception as fault:
                self._closed[entry.code] = time.monotonic()
                _LOG.exception("the city %s cannot be opened", entry.code)
                raise CityClosed from fault
            self._keep(made)
            return made

    def all(self) -> list[OpenCity]:
        """Those that are open, the one asked for longest ago first."""
        with self._lock:
            return list(self._open.values())

    def forget(self) -> None:
        """Let go of what each of them keeps; all of it comes back when it is asked for."""
        for each in self.all():
            with suppress(Exception):
                each.forget()

    def _known(self, entry: HostedCity) -> OpenCity | None:
        with self._lock:
            known = self._open.get(entry.code)
            if known is None or known.entry != entry:
                return None
            self._open.move_to_end(entry.code)
            return known

    def _keep(self, made: OpenCity) -> None:
        with self._lock:
            gone = [self._open.pop(made.entry.code)] if made.entry.code in self._open else []
            self._open[made.entry.code] = made
            while len(self._open) > self._most:
                gone.append(self._open.popitem(last=False)[1])
        for each in gone:
            # Whoever is being answered from it opens again what is still needed.
            with suppress(Exception):
                each.forget()


class CityRouter:
    """The sites of many cities as the server calls them (WSGI).

    Which city is asked for the ``Host`` header alone says, and nothing else in a request. The whole answer, a stream to
    its last piece, is made in a context of its own in which that city is the one in use. ``apart`` are answers by their
    path that are of no city.
    """

    def __init__(
        self, installation: Installation, cities: OpenHostedCities, apart: Mapping[str, Apart] | None = None
    ) -> None:
        self._installation = installation
        self._cities = cities
        self._apart = apart or {}

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        """Answer one request."""
        answer = self._apart.get(environ["PATH_INFO"])
        if answer is not None:
            return answer(environ, start)
        try:
            entry = self._entry(environ)
            opened = self._cities.of(entry)
        except (NoSuchCity, CityClosed) as refusal:
            return refuse(environ, start, refusal)
        context = context_of(entry, opened.city())
        return _HeldAnswer(context, context.run(opened.site, environ, start))

    def forget(self) -> None:
        """Let go of what the open cities keep."""
        self._cities.forget()

    def _entry(self, environ: Environ) -> HostedCity:
        host, _port = split_domain_port(environ.get("HTTP_HOST", ""))
        entry = self._installation.of_host(host.rstrip("."))
        if entry is None:
            raise NoSuchCity
        if entry.closed:
            raise CityClosed
        return entry


class _HeldAnswer:
    """An answer, each piece of it made while its city is in use."""

    def __init__(self, context: Context, answer: Iterable[bytes]) -> None:
        self._context = context
        self._answer = answer
        self._pieces = context.run(iter, answer)

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        return self._context.run(next, self._pieces)

    def close(self) -> None:
        """Called by the server when it is done."""
        close = getattr(self._answer, "close", None)
        if close is not None:
            self._context.run(close)
