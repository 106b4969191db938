"""The worker inside `ayan serve`: a process of its own, started anew whenever it ends."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from ayan.cli.limits import FIRST_WAIT, LONGEST_WAIT, STOP_SECONDS

LASTED: Final = 10.0
"""Seconds after which a worker counts as one that ran, so that the next is not kept waiting."""


@contextmanager
def attended() -> Iterator[None]:
    """Keep a worker running for as long as the block lasts.

    It leaves by itself when this process is killed. At the end it may finish what it does within ten seconds; whatever
    is cut short then is taken up again at the next start.
    """
    over = threading.Event()
    watch = _Watch(over)
    watch.start()
    try:
        yield
    finally:
        over.set()
        watch.stop()


class _Watch(threading.Thread):
    """Starts the worker, waits for it, and starts it again, ever more patiently while it does not last."""

    def __init__(self, over: threading.Event) -> None:
        super().__init__(name="worker", daemon=True)
        self._over = over
        self._process: subprocess.Popen[bytes] | None = None

    def run(self) -> None:
        wait = FIRST_WAIT
        while not self._over.is_set():
            words = [sys.executable, "-m", "ayan.cli.main", "worker", "--parent", str(os.getpid())]
            # In a session of its own: Ctrl+C is meant for the site, which then tells the worker.
            self._process = subprocess.Popen(words, start_new_session=True)
            try:
                self._process.wait(LASTED)
                wait = min(LONGEST_WAIT, 2 * wait)
            except subprocess.TimeoutExpired:
                self._process.wait()
                wait = FIRST_WAIT
            self._over.wait(wait)

    def stop(self) -> None:
        """Tell the worker to stop, and stop it if it does not."""
        process = self._process
        if process is None:
            return
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
