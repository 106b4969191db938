"""Which of an installation's cities a request or a piece of work is for, and what Django's settings say meanwhile.

Settings are one for a process. In one that works for many cities those that are a city's own are looked up by the city
in use, so that whatever reads them, Django's own signing among it, reads that city's; without a city in use there is
none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import Context, ContextVar, copy_context
from typing import Any, Final

from django.conf import LazySettings, settings

from ayan.config.hosting.city_hosts import HostedCity
from ayan.core.system import trace
from ayan.wiring import city
from ayan.wiring.city import City

_IN_USE: Final[ContextVar[HostedCity | None]] = ContextVar("hosted city", default=None)


class NoCityInUse(LookupError):
    """Something that is a city's own was asked for where it is not known which city it is for."""


def hosted() -> HostedCity:
    """The city in use. Raises NoCityInUse where there is none."""
    entry = _IN_USE.get()
    if entry is None:
        raise NoCityInUse
    return entry


@contextmanager
def hosting(entry: HostedCity, opened: City) -> Iterator[None]:
    """Let one city of the installation be the one in use while the block runs."""
    token = _IN_USE.set(entry)
    try:
        with city.in_use(opened), trace.for_city(entry.code):
            yield
    finally:
        _IN_USE.reset(token)


def context_of(entry: HostedCity, opened: City) -> Context:
    """A context in which one city of the installation is the one in use, for an answer that is made piece by piece."""
    with hosting(entry, opened):
        return copy_context()


# --- settings ---------------------------------------------------------------------------------------------------------


def _secret(entry: HostedCity, shared: Any) -> str:
    return entry.secret(str(shared))


def _secrets(entry: HostedCity, shared: Any) -> list[str]:
    return [entry.secret(str(each)) for each in shared]


_OWN: Final[Mapping[str, Callable[[HostedCity, Any], Any]]] = {
    "SECRET_KEY": _secret,
    "SECRET_KEY_FALLBACKS": _secrets,
    "ORIGIN": lambda entry, _: entry.origin,
    "ALLOWED_HOSTS": lambda entry, _: list(entry.hosts),
    "HOME": lambda entry, _: entry.home,
    "MACHINE": lambda entry, _: entry.home,
    "ARRIVALS": lambda entry, _: entry.home / "arrivals",
    "EMAIL_FILE_PATH": lambda entry, _: str(entry.home / "outbox" / "mail"),
    # No variable names one city's secret, and one for all of them would be everybody's.
    "SIGN_IN_SECRET": lambda _entry, _: "",
}
"""The settings that are a city's own: each made of the city and of what the installation has in its place."""


_ASKED_EARLY: Final = frozenset({"HOME", "MACHINE", "ALLOWED_HOSTS"})
"""Those of which the installation has one too, for what is of no city: its own work and counts."""


class _OwnSetting:
    """One such setting, asked for anew each time: Django would keep the first answer for good."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, instance: LazySettings | None, _owner: type) -> Any:
        if instance is None:
            return self
        entry = _IN_USE.get()
        if entry is None and self._name not in _ASKED_EARLY:
            # Whatever was made of it now would be one for all cities.
            raise NoCityInUse(self._name)
        lazy: Any = instance
        shared = getattr(lazy._wrapped, self._name, None)
        return shared if entry is None else _OWN[self._name](entry, shared)

    def __set__(self, instance: LazySettings, value: Any) -> None:
        raise AttributeError(self._name)


def use_city_settings() -> None:
    """Let Django's settings of this process be those of the city in use, from now on."""
    lazy: Any = settings
    if not lazy.configured:
        lazy._setup()
    for name in _OWN:
        setattr(LazySettings, name, _OwnSetting(name))
    # Django forgets what it kept of its answers.
    lazy._wrapped = lazy._wrapped
