"""Fetching from another city's portal with care, and how the harvest of a table ends."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final
from urllib.parse import quote

from ayan.core.harvest.limits import HARVEST_SECONDS
from ayan.core.intake.http_fetch import Fetched, FetchLimits, FetchOutcome, fetch
from ayan.core.schema.issue import Issue
from ayan.core.system.files import move
from ayan.core.transparency.limits import LARGEST_DOCUMENT
from ayan.core.transparency.release_verification import VerificationFinding
from ayan.core.values.refusal import Refusal

DOCUMENTS: Final = 512 * 1024 * 1024
"""Bytes of documents (of a log, mostly) that are held in memory for one harvest."""


_GONE: Final = frozenset({"404", "410"})


class NotHarvested(Refusal):
    """Nothing was taken from another city's portal; carries what was found on the way."""

    code = "not-harvested"
    fa = "از درگاه آن شهر چیزی گرفته نشد."
    en = "Nothing was taken from that city's portal."
    status = 502

    def __init__(
        self,
        code: str,
        fa: str | None = None,
        en: str | None = None,
        findings: Sequence[VerificationFinding] = (),
        issues: Sequence[Issue] = (),
    ) -> None:
        super().__init__(fa, en, code=code)
        self.findings = tuple(findings)
        self.issues = tuple(issues)


@dataclass(frozen=True, slots=True)
class HarvestOutcome:
    """What became of one table: the local releases that came, and that went, each as ``period/number``.

    ``refused`` says why nothing came. ``issues`` is what the ordinary check found in a file.
    """

    slug: str
    came: tuple[str, ...] = ()
    went: tuple[str, ...] = ()
    refused: NotHarvested | None = None
    issues: tuple[Issue, ...] = ()


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
