"""Which releases of a state are indexed together: each by itself, small ones with the periods beside them.

A pure function of the releases, so that nothing has to be kept, agreed on or mended after a crash: two states that
share releases share segments. Where a segment ends is decided by the releases around that place, by their periods and
sizes; one that comes, goes or is corrected changes the segments around it and no other. The last one, which the next
release would change, is parted once more: the newest of its releases stand apart until they are many enough for those
before them to be indexed with them.
"""

from __future__ import annotations

import hashlib
import math
from collections import OrderedDict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from threading import Lock

from ayan.core.index.limits import MOST_SEGMENTATIONS, ROWS_APART, ROWS_TOGETHER
from ayan.core.store.release import DatasetSnapshot, Release
from ayan.core.values.canonical import canonical_json, sha256_hex


@dataclass(frozen=True, slots=True)
class _Segmentation:
    """The names of a state's segments, and how many releases stand before each of them and before its end."""

    names: tuple[str, ...]
    ends: tuple[int, ...]


class Segmentations:
    """How states are parted into segments; a release of ``rows_together`` or more is a segment by itself.

    Remembers a few, for every question asks for that of its state. Safe to share between threads.
    """

    def __init__(self, rows_together: int) -> None:
        self._rows_together = max(rows_together, 1)
        self._rows_apart = max(self._rows_together * ROWS_APART // ROWS_TOGETHER, 1)
        self._lock = Lock()
        self._known: OrderedDict[tuple[str, str], _Segmentation] = OrderedDict()

    def names(self, state: DatasetSnapshot) -> tuple[str, ...]:
        """The names of the segments, in the order of their rows: of one release its digest."""
        return self._segmentation(state).names

    def parts(self, state: DatasetSnapshot) -> tuple[DatasetSnapshot, ...]:
        """The segments as states of their releases alone, each with its name for a digest."""
        segmentation = self._segmentation(state)
        return tuple(
            DatasetSnapshot(state.slug, name, state.releases[first:last])
            for name, (first, last) in zip(segmentation.names, pairwise(segmentation.ends), strict=True)
        )

    def _segmentation(self, state: DatasetSnapshot) -> _Segmentation:
        key = state.slug, state.digest
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
        groups = list(self._groups(state.releases))
        ends = [0]
        for group in groups:
            ends.append(ends[-1] + len(group))
        segmentation = _Segmentation(tuple(map(_name, groups)), tuple(ends))
        with self._lock:
            self._known[key] = segmentation
            while len(self._known) > MOST_SEGMENTATIONS:
                self._known.popitem(last=False)
        return segmentation

    def _groups(self, releases: Sequence[Release]) -> Iterator[Sequence[Release]]:
        run: list[Release] = []
        for release in releases:
            if release.rows < self._rows_together:
                run.append(release)
                continue
            yield from self._parted(run)
            yield [release]
            run = []
        *others, last = self._parted(run) or [[]]
        yield from others
        # Each is counted from the first one, so that what stands there stays there as more come.
        rows = 0
        apart = 0
        for at, release in enumerate(last, 1):
            before, rows = rows, rows + release.rows
            if rows // self._rows_apart > before // self._rows_apart:
                apart = at
        yield from filter(None, (last[:apart], last[apart:]))

    def _parted(self, run: Sequence[Release]) -> list[Sequence[Release]]:
        """Small releases that follow each other, parted into segments."""
        ends = [0, *self._ends(run), len(run)]
        return [run[first:last] for first, last in pairwise(ends) if first < last]

    def _ends(self, run: Sequence[Release]) -> Iterator[int]:
        """How many releases stand before each end of a segment within a run.

        One ends with the release whose draw is the least among all those that are nearer than half a segment; the more
        rows a release has, the less it draws. So two ends are at least so far apart, and no end depends on what stands
        further away than that, the two ends of the run included.
        """
        near = max(self._rows_together // 2, 1)
        ends = list(accumulate(release.rows for release in run))
        draws = [_draw(release) for release in run]
        # The least draws of those that are near, ascending: each is the least of what stands behind the one before it.
        least: deque[int] = deque()
        beyond = 0
        for at, end in enumerate(ends):
            while beyond < len(run) and ends[beyond] < end + near:
                while least and draws[least[-1]] > draws[beyond]:
                    least.pop()
                least.append(beyond)
                beyond += 1
            while ends[least[0]] <= end - near:
                least.popleft()
            if least[0] == at and near <= end <= ends[-1] - near:
                yield at + 1


def _draw(release: Release) -> float:
    """A number drawn for a release from the hash of its period, the smaller the more rows it has."""
    drawn = int.from_bytes(hashlib.sha256(f"{release.slug}/{release.period}".encode()).digest()[:8], "big")
    return drawn // release.rows if release.rows else math.inf


def _name(group: Sequence[Release]) -> str:
    if len(group) == 1:
        return group[0].digest
    return sha256_hex(canonical_json([release.digest for release in group]))
