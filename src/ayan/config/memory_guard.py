"""The memory guard: a process that takes too much memory first lets go of what it can, then makes room for another."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from ayan.config.limits import MOST_LOOKS_ABOVE

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
