"""The memory that the cities of a process take together: what nobody asked for lately goes before it is full."""

from __future__ import annotations

import ctypes
import gc
import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import pyarrow as pa

from ayan.config.hosting.open_hosted_cities import OpenHostedCities
from ayan.config.limits import CITIES_LOOK_SECONDS, CLOSED_AT_ONCE, MOST_AWAKE, RESTING_SECONDS

_LOG: Final = logging.getLogger(__name__)


class CityMemory:
    """Watches over the open cities of one process.

    ``used`` tells how many bytes the process takes, ``most`` from how many on cities are closed, ``give_back`` hands
    the system what was freed.
    """

    def __init__(
        self, cities: OpenHostedCities, used: Callable[[], int], most: int, give_back: Callable[[], None]
    ) -> None:
        self._cities = cities
        self._used = used
        self._most = most
        self._give_back = give_back

    def look(self) -> None:
        """Look once: let idle engines rest, and close the cities asked for longest ago where all take too much."""
        self._cities.rest(RESTING_SECONDS, MOST_AWAKE)
        if self._used() <= self._most:
            return
        closed = self._cities.close_oldest(CLOSED_AT_ONCE)
        if closed:
            self._give_back()
            _LOG.info("%d cities were closed, for this process took too much memory", closed)

    def watch(self) -> None:
        """Look again and again, in a thread of its own that nearly always sleeps."""

        def looking() -> None:
            while True:
                time.sleep(CITIES_LOOK_SECONDS)
                try:
                    self.look()
                except Exception:  # noqa: BLE001 - whatever it is, the next look may do better
                    _LOG.exception("the memory of the cities cannot be looked at")

        threading.Thread(target=looking, name="cities", daemon=True).start()


def give_back() -> None:
    """Hand back to the system what this process does not use any more."""
    # A city is a web of objects that refer to each other: only the collector takes it apart.
    gc.collect()
    pa.default_memory_pool().release_unused()
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
