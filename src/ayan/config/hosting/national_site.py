"""The address of all cities of an installation: its pages alone, told from what the worker reads of each city."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Final

from ayan.apps.national.city_summary import summary_of
from ayan.apps.national.limits import UNSEEN_SECONDS
from ayan.apps.national.national_register import NationalRegister
from ayan.apps.national.national_standing import CityOutOfReach, ListedCity, NationalStanding
from ayan.apps.national.selectors import NATIONAL
from ayan.config.door_refusals import refuse
from ayan.config.hosting.city_hosts import HostedCity, Installation
from ayan.config.hosting.city_in_use import hosting
from ayan.config.hosting.open_hosted_cities import CityClosed, OpenHostedCities
from ayan.config.wsgi_types import Environ, Site, StartResponse
from ayan.core.values.clock import SystemClock
from ayan.core.values.refusal import Refusal
from ayan.ui import language
from ayan.wiring.city import City
from ayan.wiring.store_place import store_place

FILE: Final = Path("work", "national.sqlite")
"""The register, in the folder of the installation."""
_START: Final = "/cities"
_APART: Final = ("/static/", "/emblem/", "/brand.css", "/favicon.ico", "/api/v1/cities")


class NoNationalPage(Refusal):
    """The address speaks for all cities and has nothing else."""

    code = "no-national-page"
    fa = "در این نشانی تنها صفحهٔ همهٔ شهرهاست. به صفحهٔ نخست بروید."
    en = "This address has only the pages of all cities. Go to its first page."
    status = 404


def register_of(installation: Installation) -> NationalRegister:
    """What is told of all cities of an installation."""
    return NationalRegister(installation.folder / FILE)


def standing_of(installation: Installation, cities: Callable[[], OpenHostedCities]) -> NationalStanding:
    """Who of an installation's cities may be told of; the worker is called where one has to be read anew.

    ``cities`` are those that this process has open, in which a city is asked what the register does not tell.
    """
    marks: dict[HostedCity, Callable[[], str | None] | None] = {}

    def mark_of(entry: HostedCity) -> Callable[[], str | None] | None:
        if entry not in marks:
            place = store_place(entry.own_variables().get("AYAN_STORE", ""), entry.home)
            marks[entry] = None if place.bucket is not None else place.opened(SystemClock()).mark
        return marks[entry]

    def listed() -> Sequence[ListedCity]:
        return [
            ListedCity(entry.code, entry.origin, entry.closed, mark_of(entry))
            for entry in installation.cities()
            if not entry.national
        ]

    def stale(code: str) -> None:
        entry = installation.of_code(code)
        if entry is not None:
            installation.call(entry)

    def reach(code: str) -> AbstractContextManager[City]:
        return _reached(installation, cities(), code)

    return NationalStanding(register_of(installation), listed, stale, reach)


@contextmanager
def _reached(installation: Installation, cities: OpenHostedCities, code: str) -> Iterator[City]:
    """A city, open and in use while the block runs."""
    entry = installation.of_code(code)
    if entry is None or entry.closed or entry.national:
        raise CityOutOfReach
    try:
        opened = cities.begin(entry)
    except CityClosed:
        raise CityOutOfReach from None
    try:
        current = opened.city()
        with hosting(entry, current):
            yield current
    finally:
        cities.end(entry)


class NationalSite:
    """The pages of all cities and what they are drawn with, before the site of the one that has their address (WSGI).

    Every other address is refused: there is nothing of that city to be seen.
    """

    def __init__(self, site: Site, national: NationalStanding) -> None:
        self._site = site
        self._national = national
        self._firsts = {path: path.rstrip("/") + _START for path in language.in_each("/")}
        self._pages = language.in_each(_START)

    def __call__(self, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        path = environ["PATH_INFO"]
        if path in self._firsts:
            start(
                "302 Found", [("Location", self._firsts[path]), ("Content-Length", "0"), ("Cache-Control", "no-store")]
            )
            return []
        if not any(path == page or path.startswith(f"{page}/") for page in self._pages) and not path.startswith(_APART):
            return refuse(environ, start, NoNationalPage())
        environ[NATIONAL] = self._national
        return self._site(environ, start)


def tell(installation: Installation, entry: HostedCity, current: City) -> None:
    """Read a city anew for the pages of all cities, where it is another one than was read; for its worker.

    Without such pages nothing is read.
    """
    chief = next((each for each in installation.cities() if each.national), None)
    if chief is None:
        return
    register = register_of(installation)
    if entry.national:
        register.keep_only({each.code for each in installation.cities() if not each.national})
        return
    known = register.cities().get(entry.code)
    version, damaged = current.state()
    mark = current.release_store.mark()
    if mark is None and known is not None and known.mark == "":
        mark = ""
    if known is not None and mark is not None and not known.fault and not set(damaged) - set(known.damaged):
        same = (known.version, known.mark, known.origin) == (version, mark, entry.origin)
        rested = time.time() - known.seen_at > UNSEEN_SECONDS / 3
        # What was damaged may have been mended, of which no version tells.
        if same and not (rested and known.damaged):
            if rested:
                register.seen(entry.code)
            return
    summary = summary_of(current)
    if summary is not None:
        register.put(entry.code, entry.origin, summary)


def tell_fault(installation: Installation, entry: HostedCity) -> None:
    """Say on the pages of all cities that one of them cannot be read."""
    if not entry.national and any(each.national for each in installation.cities()):
        register_of(installation).fault(entry.code, entry.origin)
