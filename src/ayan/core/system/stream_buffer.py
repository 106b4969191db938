"""A file in memory that only grows, to be sent while it is written."""

from __future__ import annotations

import io
from typing import Any


class StreamBuffer(io.RawIOBase):
    """A file that only grows: what was written since the last look can be taken away and sent."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting: list[bytes] = []
        self._written = 0

    def write(self, data: Any) -> int:
        """Keep the bytes for the next look."""
        piece = bytes(data)
        self._waiting.append(piece)
        self._written += len(piece)
        return len(piece)

    def tell(self) -> int:
        """How much was written in all."""
        return self._written

    def writable(self) -> bool:
        """It is."""
        return True

    def taken(self) -> bytes:
        """What was written since the last call."""
        out = b"".join(self._waiting)
        self._waiting.clear()
        return out
