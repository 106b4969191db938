"""The site version: one short text that changes with anything the city publishes, and its newest release."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from ayan.core.schema.definition import Dataset
from ayan.core.store.objects import StoreError
from ayan.core.store.release import Release
from ayan.core.store.release_store import ReleaseStore
from ayan.core.values.canonical import sha256_hex
from ayan.core.values.clock import Clock, today
from ayan.datasets.registry import Registry

# How long, in seconds, a look at everything is believed while the store's mark stays the same. Only what changes
# without the mark waits for the next look: a declaration edited, or a folder of the store moved by hand.
BELIEVED: Final = 1.0


@dataclass(frozen=True, slots=True)
class _DatasetReading:
    """What was told of one dataset: its declaration and releases in lines, and the newest release that stands."""

    digest: str
    releases: Sequence[Release]
    lines: str
    newest: Release | None

    @classmethod
    def of(cls, dataset: Dataset, releases: Sequence[Release]) -> _DatasetReading:
        lines = [f"{dataset.slug} {dataset.digest}"]
        lines += [f"{release.period}/{release.number} {release.digest} {release.withdrawn}" for release in releases]
        return cls(dataset.digest, releases, "\n".join(lines), _newest(releases))


@dataclass(frozen=True, slots=True)
class _Look:
    """One look at everything: when (on the monotonic clock), under which marks and day, and what it came to.

    ``newest`` is the release sealed last among those that stand, ``unreadable`` by dataset why it cannot be listed.
    """

    at: float
    mark: str | None
    beside: str
    day: date
    text: str
    newest: Release | None
    unreadable: Mapping[str, Exception]


class SiteVersion:
    """What the city says at this moment, in 32 hex digits.

    It covers every declaration, every release with its withdrawal, the day in Tehran (pages say what is late) and
    ``described`` (what the city says of itself). A release that is sealed or withdrawn is in it at once, whichever
    process did it, and so is whatever changes the text of ``beside``. Equal versions mean equal answers, also after a
    restart. Safe to share between threads.
    """

    def __init__(
        self,
        store: ReleaseStore,
        registry: Registry,
        clock: Clock,
        described: Callable[[], str],
        beside: Callable[[], str] = str,
    ) -> None:
        self._store = store
        self._registry = registry
        self._clock = clock
        self._described = described
        self._beside = beside
        self._look: _Look | None = None
        self._readings: Mapping[str, _DatasetReading] = {}

    def now(self) -> str:
        """The present version. A few microseconds while nothing changes, else the time to look at every release."""
        return self._looked().text

    def newest(self) -> Release | None:
        """The release of a declared dataset that was sealed last and is not withdrawn; known as long as the version."""
        return self._looked().newest

    def unreadable(self) -> Mapping[str, Exception]:
        """The declared datasets whose releases cannot be listed, and why; known as long as the version."""
        return self._looked().unreadable

    def lately_unreadable(self) -> Mapping[str, Exception]:
        """The same as it was within the last `BELIEVED` seconds: for whoever meets with the rest by himself."""
        known = self._look
        recent = known is not None and time.monotonic() - known.at <= BELIEVED
        return known.unreadable if known is not None and recent else self.unreadable()

    def state(self) -> tuple[str, Mapping[str, Exception]]:
        """The present version and what is unreadable under it, of one look."""
        look = self._looked()
        return look.text, look.unreadable

    def _looked(self) -> _Look:
        # The mark is asked for before anything else: what changes after it only makes the next look start afresh.
        mark, beside, day, at = self._store.mark(), self._beside(), today(self._clock), time.monotonic()
        known, now = self._look, (mark, beside, day)
        if known is None or mark is None or (known.mark, known.beside, known.day) != now or at - known.at > BELIEVED:
            readings: dict[str, _DatasetReading] = {}
            unreadable: dict[str, Exception] = {}
            for dataset in self._registry.all():
                try:
                    readings[dataset.slug] = self._of(dataset, self._store.releases(dataset.slug))
                except (StoreError, OSError) as fault:
                    unreadable[dataset.slug] = fault
            self._readings = readings
            lines = (each.lines for each in readings.values())
            facts = [day.isoformat(), beside, self._described(), *lines, *sorted(unreadable)]
            text = sha256_hex("\n".join(facts).encode())[:32]
            newest = _newest([each.newest for each in readings.values() if each.newest is not None])
            known = self._look = _Look(at, mark, beside, day, text, newest, unreadable)
        return known

    def _of(self, dataset: Dataset, releases: Sequence[Release]) -> _DatasetReading:
        """Of thousands of releases this is told each second, and they mostly are what they were."""
        known = self._readings.get(dataset.slug)
        if known is not None and (known.digest, known.releases) == (dataset.digest, releases):
            return known
        return _DatasetReading.of(dataset, releases)


def _newest(releases: Sequence[Release]) -> Release | None:
    standing = (release for release in releases if not release.withdrawn)
    return max(standing, key=lambda release: (release.sealed_at, release.ref), default=None)
