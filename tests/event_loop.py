"""An event loop for tests, in a thread of its own: the browser of other tests keeps one running in the main thread."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

import anyio


def run(work: Callable[[], Awaitable[None]]) -> None:
    """Run ``work`` to its end, with the context of whoever asks."""
    context = copy_context()

    def loop() -> None:
        anyio.run(work)

    with ThreadPoolExecutor(1) as threads:
        threads.submit(lambda: context.run(loop)).result()
