"""A bell for each worker's process: who puts work into its queue rings, and it looks at once instead of in a while.

Nothing depends on it: a worker on another machine, or one whose bell cannot be made, looks twice a second as ever.
"""

from __future__ import annotations

import os
import select
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from ayan.config.limits import MOST_RINGS
from ayan.core.system.files import PRIVATE

MAIN: Final = "main"
"""The name of the worker that holds the city's place: publications and regular work, one after the other."""


class Bell:
    """What a worker waits at between two looks at its queues."""

    def __init__(self, pipe: int | None) -> None:
        self._pipe = pipe

    def wait(self, seconds: float) -> bool:
        """Wait until somebody rings, or so long; who rang during the work before is heard too. Whether somebody did."""
        if self._pipe is None:
            time.sleep(seconds)
            return False
        rung = bool(select.select([self._pipe], [], [], seconds)[0])
        if rung:
            with suppress(BlockingIOError):
                os.read(self._pipe, MOST_RINGS)
        return rung


@contextmanager
def hung(folder: Path, name: str) -> Iterator[Bell]:
    """The bell of the process that is called so; it is taken away at the end."""
    path = _path(folder, name)
    try:
        path.unlink(missing_ok=True)
        os.mkfifo(path, PRIVATE)
        # Open for writing too, so that it is never at an end while nobody rings.
        pipe = os.open(path, os.O_RDWR | os.O_NONBLOCK)
    except OSError:
        yield Bell(None)
        return
    try:
        yield Bell(pipe)
    finally:
        path.unlink(missing_ok=True)
        os.close(pipe)


def ring(folder: Path, queue: str) -> None:
    """Tell the main worker, and the processes that work at a queue, that there is something in it."""
    for path in (_path(folder, MAIN), *folder.glob(f"worker-{queue}-*.bell")):
        with suppress(OSError):
            pipe = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
            try:
                os.write(pipe, b".")
            finally:
                os.close(pipe)


def _path(folder: Path, name: str) -> Path:
    return folder / f"worker-{name}.bell"
