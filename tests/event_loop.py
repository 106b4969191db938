"""An event loop for tests, in a thread of its own: the browser of other tests keeps one running in the main thread."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

import anyio


def run(work: Callable[[], Awaitable[None]]) -> None:
    """Run ``work`` to its end, with the context of whoever asks."""
    with ThreadPoolExecutor(1) as threads:
        threads.submit(copy_context().run, anyio.run, work).result()
