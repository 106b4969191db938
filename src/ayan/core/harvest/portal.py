"""Another city's portal, reached with the care that every fetch takes, within limits for the whole harvest."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final
from urllib.parse import quote

from ayan.core.harvest.limits import HARVEST_SECONDS
from ayan.core.intake.http_fetch import Fetched, FetchLimits, fetch
from ayan.core.intake.outcome import FetchOutcome
from ayan.core.release.limits import LARGEST_DOCUMENT
from ayan.core.system.files import move

DOCUMENTS: Final = 512 * 1024 * 1024
"""Bytes of documents (of a log, mostly) that are held in memory for one harvest."""


_GONE: Final = frozenset({"404", "410"})


@dataclass
class CarefulPortal:
    """A portal at ``name``, its address; ``folder`` is private and takes what is on its way.

    A document is fetched once, so that everything that is checked is checked against the same bytes.
    """

    name: str
    bounds: FetchLimits
    folder: Path
    _files: dict[str, bytes] = field(default_factory=dict)
    _until: float = field(default_factory=lambda: time.monotonic() + HARVEST_SECONDS)

    def __post_init__(self) -> None:
        self.name = self.name.rstrip("/")

    def get(self, path: str) -> bytes:
        """A document; FileNotFoundError where there is none, Ended where it cannot be had."""
        return self.document(f"{self.name}/{quote(path)}")

    def fetch(self, path: str, target: Path, most: int) -> None:
        """Put a file at ``target``; FileNotFoundError where there is none, FetchOutcome where it cannot be had."""
        fetched = self.take(f"{self.name}/{quote(path)}", min(self.bounds.size, most))
        move(self._path(fetched), target)

    def document(self, address: str) -> bytes:
        """What stands at an address."""
        if address not in self._files:
            if sum(map(len, self._files.values())) > DOCUMENTS:
                raise FetchOutcome("too-large", address)
            path = self._path(self.take(address, min(self.bounds.size, LARGEST_DOCUMENT)))
            self._files[address] = path.read_bytes()
            path.unlink()
        return self._files[address]

    def take(self, address: str, size: int | None = None) -> Fetched:
        """Fetch a file into the folder."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise FetchOutcome("too-slow", address)
        bounds = replace(
            self.bounds, size=self.bounds.size if size is None else size, seconds=min(self.bounds.seconds, left)
        )
        try:
            return fetch(address, bounds, self.folder)
        except FetchOutcome as end:
            if end.code == "status" and end.about in _GONE:
                raise FileNotFoundError(address) from None
            raise

    @staticmethod
    def _path(fetched: Fetched) -> Path:
        if fetched.path is None:
            raise FetchOutcome("unreachable")
        return fetched.path
