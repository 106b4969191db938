"""The door of many cities: the host name says whose pages are asked for, and nothing of one city meets another's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextvars import Context
from typing import Any

from django.http.request import split_domain_port

from ayan.config.door_refusals import Start, refuse
from ayan.config.hosting.city_in_use import context_of
from ayan.config.hosting.installation import HostedCity, Installation
from ayan.config.hosting.open_hosted_cities import CityClosed, OpenHostedCities
from ayan.config.metrics import CITY
from ayan.core.values.refusal import Refusal

Environ = dict[str, Any]
Apart = Callable[[Environ, Any], list[bytes]]


class NoSuchCity(Refusal):
    """The host name is of no city of this installation."""

    code = "no-such-city"
    fa = "در این نشانی شهری نیست. نشانی سامانهٔ شفافیت شهر خود را بررسی کنید."
    en = "There is no city at this address. Check the address of your city's transparency portal."
    status = 421


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
        self.cities = cities
        self._apart = apart or {}

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        """Answer one request."""
        apart = self._apart.get(environ["PATH_INFO"])
        if apart is not None:
            return apart(environ, start)
        try:
            entry = self._entry(environ)
            opened = self.cities.begin(entry)
        except (NoSuchCity, CityClosed) as refusal:
            return refuse(environ, start, refusal)
        environ[CITY] = entry.code
        done = _Once(lambda: self.cities.end(entry))
        try:
            context = context_of(entry, opened.city())
            answer = context.run(opened.site, environ, start)
            if not isinstance(answer, list):
                return _HeldAnswer(context, answer, done)
        except BaseException:
            done()
            raise
        # It is made already, and nothing of it waits for a slow reader.
        done()
        return answer

    def forget(self) -> None:
        """Let go of what the open cities keep."""
        self.cities.forget()

    def _entry(self, environ: Environ) -> HostedCity:
        host, _port = split_domain_port(environ.get("HTTP_HOST", ""))
        entry = self._installation.of_host(host)
        if entry is None:
            raise NoSuchCity
        if entry.closed:
            raise CityClosed
        return entry


class _Once:
    """Something that is done the first time it is called for, and never again."""

    def __init__(self, act: Callable[[], None]) -> None:
        self._act: Callable[[], None] | None = act

    def __call__(self) -> None:
        act, self._act = self._act, None
        if act is not None:
            act()


class _HeldAnswer:
    """An answer, each piece of it made while its city is in use; ``done`` is called at its end."""

    def __init__(self, context: Context, answer: Iterable[bytes], done: Callable[[], None]) -> None:
        self._done = done
        self._context = context
        self._answer = answer
        self._pieces = context.run(iter, answer)

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            return self._context.run(next, self._pieces)
        except BaseException:
            # At its end, and where it breaks off: not every server closes an answer that it has read.
            self._done()
            raise

    def close(self) -> None:
        """Called by the server when it is done."""
        close = getattr(self._answer, "close", None)
        try:
            if close is not None:
                self._context.run(close)
        finally:
            self._done()
