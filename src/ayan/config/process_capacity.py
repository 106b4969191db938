"""What this machine bears: processes of the site, their memory, and what may go on at once in each of them."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Final

from ayan.config import env
from ayan.config.limits import (
    LEAST_MEMORY_MB,
    MEMORY_LOOK_SECONDS,
    MEMORY_SHARE,
    MOST_LOOKS_ABOVE,
    MOST_PER_CORE,
)

_LIMITS: Final = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


def cores() -> int:
    """The cores this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def memory_mb() -> int:
    """The memory of this machine, or of the container it runs in, in MiB."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for name in _LIMITS:
        with suppress(OSError, ValueError):
            memory = min(memory, int(Path(name).read_text(encoding="ascii")))
    return memory >> 20


def fitting(each_mb: int) -> int:
    """How many processes of a size this machine bears: one a core, fewer where memory is short, at least one."""
    return max(1, min(cores(), int(memory_mb() * MEMORY_SHARE) // each_mb))


def most() -> int:
    """The most processes that make sense here."""
    return MOST_PER_CORE * cores()


def workers() -> int:
    """The processes that the settings ask for, else as many as fit. Misconfigured when they cannot be."""
    each = env.number("AYAN_MEMORY_MB", LEAST_MEMORY_MB, 1 << 20)
    return env.number("AYAN_WORKERS", 1, most()) if env.read("AYAN_WORKERS") else fitting(each)


# --- the memory of this process ---------------------------------------------------------------------------------------


class MemoryGuard:
    """Watches one process.

    ``used`` tells how many bytes it takes, ``relieve`` lets go of what can be had again, ``leave`` ends the process.
    """

    def __init__(
        self, most: int, used: Callable[[], int], relieve: Callable[[], None], leave: Callable[[], None]
    ) -> None:
        self._most = most
        self._used = used
        self._relieve = relieve
        self._leave = leave
        self._over = 0

    def check(self) -> None:
        """Look once: the first time too much is found there is relief, and if it does not help the process leaves."""
        self._over = self._over + 1 if self._used() > self._most else 0
        if self._over == 1:
            self._relieve()
        elif self._over >= MOST_LOOKS_ABOVE:
            self._leave()

    def watch(self) -> None:
        """Look again and again, in a thread of its own that nearly always sleeps."""

        def looking() -> None:
            while True:
                time.sleep(MEMORY_LOOK_SECONDS)
                self.check()

        threading.Thread(target=looking, name="ceiling", daemon=True).start()


def own_memory() -> int:
    """The bytes that belong to this process alone, without its pages of files, which the system may take back."""
    resident, shared = map(int, Path("/proc/self/statm").read_text(encoding="ascii").split()[1:3])
    return (resident - shared) * os.sysconf("SC_PAGE_SIZE")


def make_room() -> None:
    """Ask the server to replace this process: it starts another as soon as this one is gone."""
    os.kill(os.getpid(), signal.SIGTERM)


# --- one request at a time --------------------------------------------------------------------------------------------


class Downloads:
    """Counts the files that are on their way, ``most`` in all and ``of_one`` to one address; '' is no address."""

    def __init__(self, most: int, of_one: int) -> None:
        self._most = most
        self._of_one = of_one
        self._lock = Lock()
        self._by_address: Counter[str] = Counter()

    def begin(self, address: str) -> bool:
        """Whether another one may begin."""
        with self._lock:
            if self._by_address.total() >= self._most or (address and self._by_address[address] >= self._of_one):
                return False
            self._by_address[address] += 1
            return True

    def end(self, address: str) -> None:
        """One has come to its end."""
        with self._lock:
            self._by_address[address] -= 1
            if self._by_address[address] <= 0:
                del self._by_address[address]
