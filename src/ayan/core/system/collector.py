"""Python's collector of cycles, put off where many small objects are made for a while and none of them is in one."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()
_pausing = 0


@contextmanager
def paused() -> Iterator[None]:
    """Let cycles wait until the block ends, in whichever thread; where blocks overlap, until the last of them does.

    Each full collection looks through all that the process holds, which takes longer than to go through a file of
    twenty thousand rows. What is in no cycle is freed at once as ever. Where somebody else has switched the collector
    off, it stays so.
    """
    global _pausing  # noqa: PLW0603 - the collector is the process's own
    with _lock:
        is_ours = _pausing > 0 or gc.isenabled()
        _pausing += is_ours
        gc.disable()
    try:
        yield
    finally:
        with _lock:
            _pausing -= is_ours
            if is_ours and not _pausing:
                gc.enable()


@contextmanager
def loading() -> Iterator[None]:
    """Let cycles wait while a program is read; what is read stays to its end, and is looked through no more."""
    with paused():
        yield
        gc.freeze()
