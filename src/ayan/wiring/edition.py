"""The edition: one short text that is another one as soon as anything the city publishes is."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from ayan.core.store.shelf import Shelf
from ayan.core.values.canonical import sha256_hex
from ayan.core.values.clock import Clock, today
from ayan.datasets.registry import Registry

# How long, in seconds, a look at everything is believed while the shelf's mark stays the same. Only what changes
# without the mark waits for the next look: a declaration edited, or a folder of the store moved by hand.
BELIEVED: Final = 1.0


@dataclass(frozen=True, slots=True)
class _Look:
    """One look at everything: when (on the monotonic clock), under which marks and day, and what it came to."""

    at: float
    mark: str | None
    beside: str
    day: date
    text: str


class Edition:
    """What the city says at this moment, in 32 hex digits.

    It covers every declaration, every release with its withdrawal, the day in Tehran (pages say what is late) and
    ``described`` (what the city says of itself). A release that is sealed or withdrawn is in it at once, whichever
    process did it, and so is whatever changes the text of ``beside``. Equal editions mean equal answers, also after a
    restart. Safe to share between threads.
    """

    def __init__(
        self,
        shelf: Shelf,
        registry: Registry,
        clock: Clock,
        described: Callable[[], str],
        beside: Callable[[], str] = str,
    ) -> None:
        self._shelf = shelf
        self._registry = registry
        self._clock = clock
        self._described = described
        self._beside = beside
        self._look: _Look | None = None

    def now(self) -> str:
        """The present edition. A few microseconds while nothing changes, else the time to look at every release."""
        # The mark is asked for before anything else: what changes after it only makes the next look start afresh.
        mark, beside, day, at = self._shelf.mark(), self._beside(), today(self._clock), time.monotonic()
        known, now = self._look, (mark, beside, day)
        if known is None or mark is None or (known.mark, known.beside, known.day) != now or at - known.at > BELIEVED:
            text = sha256_hex("\n".join(self._facts(day, beside)).encode())[:32]
            known = self._look = _Look(at, mark, beside, day, text)
        return known.text

    def _facts(self, day: date, beside: str) -> Iterator[str]:
        yield day.isoformat()
        yield beside
        yield self._described()
        for dataset in self._registry.all():
            yield f"{dataset.slug} {dataset.digest}"
            for release in self._shelf.releases(dataset.slug):
                yield f"{release.period}/{release.number} {release.digest} {release.withdrawn}"
