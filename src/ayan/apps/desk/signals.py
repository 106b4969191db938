"""Who wants to know that something was computed or published for a submission: rooms that the desk knows nothing of."""

from __future__ import annotations

from collections.abc import Callable

Listener = Callable[[str], None]

_LISTENERS: list[Listener] = []


def connect(listener: Listener) -> None:
    """Have ``listener`` called with the id of every submission; called by an app as it gets ready.

    It is called in the worker and should do no more than put its own work into the queue.
    """
    _LISTENERS.append(listener)


def send(key: str) -> None:
    """Say that the work on a submission has come to an end, well or not."""
    for listener in _LISTENERS:
        listener(key)
