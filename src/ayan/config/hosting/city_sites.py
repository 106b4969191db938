"""The sites of an installation's cities in one process: each with its own kept answers, queues and downloads."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings

from ayan.apps.national.national_standing import NationalStanding
from ayan.config.drain import own_drain
from ayan.config.health import OK, Readiness, healthz
from ayan.config.hosting.city_hosts import HostedCity, Installation
from ayan.config.hosting.city_in_use import hosting, use_city_settings
from ayan.config.hosting.city_router import CityRouter
from ayan.config.hosting.national_site import NationalSite, standing_of
from ayan.config.hosting.open_hosted_cities import OpenCity, OpenHostedCities
from ayan.config.limits import (
    KEPT_PARTS,
    LEAST_KEPT_OF_CITY,
    MANIFEST_TREES_OF_CITIES,
    MOST_OPEN_CITIES,
    MOST_STREAMS_OF_ONE,
    MOST_WAITING_OF_CITY,
    STREAMS_OF_CITY,
)
from ayan.config.readers_queue import ReadersQueue
from ayan.config.response_cache import ResponseCache
from ayan.config.wsgi_types import DjangoSite
from ayan.core.store.manifest_trees import TREES
from ayan.core.values.refusal import Refusal
from ayan.ui import language
from ayan.wiring import city


def site_of_cities(installation: Installation, site: DjangoSite, site_version: Callable[[], str]) -> CityRouter:
    """The door of an installation; from now on this process does nothing for a city that is not in use."""
    use_city_settings()
    TREES.bound(MANIFEST_TREES_OF_CITIES)
    # Who tells of all cities asks those that are open here, and is there before the first is.
    national = standing_of(installation, lambda: cities)
    cities = OpenHostedCities(_Opener(site, site_version, national), MOST_OPEN_CITIES)
    ready = Readiness({"cities": lambda: _listed(installation)}, own_drain)
    return CityRouter(installation, cities, apart={"/healthz": healthz, "/readyz": ready})


def _listed(installation: Installation) -> str:
    """``unreadable`` where no list of cities was ever read: one city's fault turns nobody away from the others."""
    try:
        installation.cities()
    except (Refusal, OSError):
        return "unreadable"
    return OK


class _Opener:
    """Opens a city of the list: what it is, and a response cache of its own before the one Django site."""

    def __init__(self, site: DjangoSite, site_version: Callable[[], str], national: NationalStanding) -> None:
        self._site = site
        self._site_version = site_version
        self._national = national

    def __call__(self, entry: HostedCity) -> OpenCity:
        current = city.of_many(entry.home, entry.own_variables())
        # What cannot be read is met with here, and not on every page.
        with hosting(entry, current()):
            self._site_version()
        cache = ResponseCache(
            self._site,
            site_version=self._national_site_version if entry.national else self._site_version,
            session=settings.SESSION_COOKIE_NAME,
            most=max(LEAST_KEPT_OF_CITY, settings.KEPT_BYTES // KEPT_PARTS),
            streams=STREAMS_OF_CITY,
            streams_of_one=min(MOST_STREAMS_OF_ONE, STREAMS_OF_CITY - 1),
            fronted=settings.FRONTED,
            desk=language.in_each("/desk/"),
            queue=_queue,
        )

        def rest() -> None:
            # One that was never asked anything has no engine yet.
            if (engine := vars(current()).get("query_engine")) is not None:
                engine.close()

        def forget() -> None:
            cache.forget()
            rest()

        site = NationalSite(cache, self._national) if entry.national else cache
        return OpenCity(entry, current, site, rest, forget)

    def _national_site_version(self) -> str:
        return f"{self._site_version()} {self._national.now().version}"


def _queue() -> ReadersQueue:
    return ReadersQueue(waiting=MOST_WAITING_OF_CITY)
