"""One process of `ayan serve`: the site, under a ceiling of memory."""

from __future__ import annotations

from multiprocessing import parent_process

import pyarrow as pa
from django.conf import settings

from ayan.config import logs
from ayan.config.hosting.city_memory import CityMemory, give_back
from ayan.config.limits import CITIES_SHARE
from ayan.config.process_capacity import MemoryGuard, make_room, own_memory
from ayan.config.wsgi import application, hosted, response_cache
from ayan.core.system.child import die_with_parent
from ayan.wiring import city

__all__ = ["application"]


def relieve() -> None:
    """Let go of kept answers, open files and Arrow's spare memory; all of it comes back when it is asked for."""
    if hosted is not None:
        hosted.forget()
    else:
        response_cache.forget()
        city.current().query_engine.close()
    pa.default_memory_pool().release_unused()


# Whoever reads this module without being such a process, as a test or a tool does, is not watched and not ended.
if (server := parent_process()) is not None and server.pid:
    # Nobody would replace this process or stop it, and the next `ayan serve` would find its port taken.
    die_with_parent(server.pid)
    logs.take_uncaught()
    # What words mean is worked out before anybody asks, and again whenever something is published.
    if hosted is None:
        city.current().keep_ready()
    else:
        most = (settings.MEMORY_MB << 20) * CITIES_SHARE // 100
        CityMemory(hosted.cities, own_memory, most, give_back).watch()
    MemoryGuard(settings.MEMORY_MB << 20, own_memory, relieve, make_room).watch()
