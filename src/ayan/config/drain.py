"""Leaving without a loss: who is told to stop answers for some seconds more, and says with every answer that it goes.

Whoever asks at `/readyz` is sent elsewhere, and whoever keeps a connection open for the next request is told to close
it (`Connection: close`), so that no request is on its way when the process ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, Protocol

from ayan.config.wsgi_types import Environ, Headers, Site

LEAVING: Final = ("Connection", "close")


class LeavingFlag(Protocol):
    """One byte that the first process of the site shares with the others: not 0 once it was told to stop."""

    value: int


class Drain:
    """Whether this process is about to leave. Without a flag, which the server hands over, it never is."""

    def __init__(self) -> None:
        self._flag: LeavingFlag | None = None

    def watch(self, flag: LeavingFlag) -> None:
        """Look at a flag from now on."""
        self._flag = flag

    @property
    def is_on(self) -> bool:
        """Whether the first process was told to stop."""
        return self._flag is not None and self._flag.value != 0

    def telling(self, site: Site) -> Site:
        """The same site, that says with every answer when it is about to leave."""

        def answer(environ: Environ, start: Callable[..., Any]) -> Iterable[bytes]:
            if not self.is_on:
                return site(environ, start)

            def start_leaving(line: str, headers: Headers, *rest: Any) -> Any:
                return start(line, [*headers, LEAVING], *rest)

            return site(environ, start_leaving)

        return answer


own_drain: Final = Drain()
"""That of this process."""
