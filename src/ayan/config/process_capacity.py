"""What this machine bears: processes of the site, their memory, and one request at a time in each of them."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Final

from ayan.config import env
from ayan.config.limits import LEAST_MEMORY_MB, MOST_LOOKS_ABOVE, MOST_PER_CORE

# Of the machine's memory, what the processes of the site may take together; the rest is for the system's copies of
# files, from which questions are answered, and for publishing.
SHARE: Final = 0.75
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
    return max(1, min(cores(), int(memory_mb() * SHARE) // each_mb))


def most() -> int:
    """The most processes that make sense here."""
    return MOST_PER_CORE * cores()


def workers() -> int:
    """The processes that the settings ask for, else as many as fit. Misconfigured when they cannot be."""
    each = env.number("AYAN_MEMORY_MB", LEAST_MEMORY_MB, 1 << 20)
    return env.number("AYAN_WORKERS", 1, most()) if env.read("AYAN_WORKERS") else fitting(each)


# --- the memory of this process ---------------------------------------------------------------------------------------


# Seconds between two looks.
EVERY: Final = 5.0


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
                time.sleep(EVERY)
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


# Threads of one process, and how many of them downloads may hold while their readers read.
THREADS: Final = 8
STREAMS: Final = 6
# Of a piece of a stream that leaves at once: small enough that what waits in the server's own queue stays small.
PIECE: Final = 1 << 18


class FairLock:
    """A lock that is given in the order of asking.

    Python lets one thread of a process run at a time, and the query engine slows down many times over beside a busy
    thread; so threads are for waiting, and whoever computes holds the turn. Between two pieces of a stream the turn
    goes round, so that a reader on a slow line keeps nobody waiting.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._taken = False
        self._waiting: deque[Lock] = deque()

    def __enter__(self) -> None:
        with self._lock:
            if not self._taken:
                self._taken = True
                return
            called = Lock()
            called.acquire()
            self._waiting.append(called)
        called.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False

    def pieces(self, source: Iterator[bytes]) -> Generator[bytes]:
        """The bytes of ``source``, made under the turn and handed on, in pieces of at most `PIECE`, without it."""
        while True:
            with self:
                chunk = next(source, None)
            if chunk is None:
                return
            for start in range(0, len(chunk), PIECE):
                yield chunk[start : start + PIECE]
