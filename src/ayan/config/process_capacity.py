"""What this machine bears: how many processes of the site, each with how much memory."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

from ayan.config import env
from ayan.config.limits import LEAST_MEMORY_MB, MOST_PER_CORE

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
