"""One at a time: in each process one request is worked at, while others wait their turn or for a slow reader."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator
from threading import Lock
from types import TracebackType
from typing import Final

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
