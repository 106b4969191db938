"""What a dataset promised and when: every period that should be there, what is late, and the diary of that."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from ayan.core.schedule.limits import MOST_MISSING, MOST_SCHEDULES
from ayan.core.schedule.openings import UNNAMED
from ayan.core.schema.definition import Cadence, Dataset, Periodicity
from ayan.core.store.release_store import ReleaseStore
from ayan.core.system.files import DRAFTS, locked, make_folder, sweep, write
from ayan.core.values.canonical import canonical_json
from ayan.core.values.clock import TEHRAN
from ayan.core.values.invalid_value import InvalidValue
from ayan.core.values.period import Period, parse

DAYS: Final[dict[Cadence, int]] = {"daily": 1, "weekly": 7, "monthly": 31, "quarterly": 92, "yearly": 366}
_SAME: Final[dict[Cadence, Periodicity]] = {
    "daily": "day",
    "monthly": "month",
    "quarterly": "quarter",
    "yearly": "year",
}


@dataclass(frozen=True, slots=True)
class Due:
    """One thing that was promised: a period of a dataset, or its next state where it is not kept by period.

    ``period`` is None for a dataset without periods of its cadence; ``on`` is the last day that keeps the promise,
    grace included. It is late from the day after. ``never`` says that none has ever come, so that nobody knows since
    when it is owed.
    """

    dataset: Dataset
    period: Period | None
    on: date
    never: bool = False

    def late(self, today: date) -> int:
        """How many days late, 0 while it is not."""
        return max(0, (today - self.on).days)

    @property
    def ref(self) -> str:
        """A name that stays the same: ``payments/1403-05``, or ``vendors/2025-03-01`` by its day."""
        return f"{self.dataset.slug}/{self.period or ('never' if self.never else self.on.isoformat())}"


def due(dataset: Dataset, store: ReleaseStore, today: date, opens: date | None = None) -> list[Due]:
    """What is missing of a dataset, oldest first, and the one that comes next.

    Nothing is due of one without a cadence, nor of one that is withheld as a whole, nor before the day on which it
    ``opens``: of a day to come what it will owe first is told, of one that nobody has named nothing.

    Periods are counted from the one in which it opens, or else from the first that ever stood; of a dataset that had
    none, the last that is over is due.
    One whose periods are not those of its cadence, such as a year that grows each month, owes its next state: counted
    from the day its newest period was last sealed, or from the end of that period if it was over by then.
    """
    if dataset.cadence == "irregular" or opens == UNNAMED or (dataset.withheld and dataset.withheld.stands(today)):
        return []
    if is_by_period(dataset):
        return _by_period(dataset, store, today, opens)
    reached, grace = _reached(dataset, store), timedelta(days=dataset.grace_days)
    if reached is None:
        first = Due(dataset, None, today - timedelta(days=1), never=True)
        return [first if opens is None else Due(dataset, None, opens + grace)]
    following = reached + timedelta(days=DAYS[dataset.cadence]) + grace
    return [Due(dataset, None, following if opens is None else max(following, opens + grace))]


def is_by_period(dataset: Dataset) -> bool:
    """Whether a dataset promises a release for each of its periods."""
    return _SAME.get(dataset.cadence) == dataset.period


def last_period(dataset: Dataset, store: ReleaseStore) -> Period | None:
    """The last period of which something is published, of the dataset's own kind; None where there is none."""
    return _last(store.snapshot(dataset.slug).periods, dataset.period)


def _reached(dataset: Dataset, store: ReleaseStore) -> date | None:
    """The last day that what is published can speak for: a correction of an older period makes nothing newer."""
    state = store.snapshot(dataset.slug)
    newest = _last(state.periods, dataset.period)
    release = next((each for each in reversed(state.releases) if each.period == str(newest)), None)
    sealed = release.sealed_at if release is not None else state.sealed_at
    if sealed is None:
        return None
    day = sealed.astimezone(TEHRAN).date()
    return day if newest is None else min(day, newest.end)


def missing(dues: Iterable[Due], today: date) -> list[Due]:
    """Those that are late."""
    return [due for due in dues if due.late(today)]


def _by_period(dataset: Dataset, store: ReleaseStore, today: date, opens: date | None) -> list[Due]:
    gaps = _gaps(store.snapshot(dataset.slug).periods, store.periods(dataset.slug), dataset.period, today, opens)
    return [Due(dataset, period, period.end + timedelta(days=dataset.grace_days)) for period in gaps]


# Every page of a dataset says how fresh it is, and there may be thousands of periods to read and walk through.
@lru_cache(MOST_SCHEDULES)
def _gaps(
    standing: tuple[str, ...], ever: tuple[str, ...], kind: Periodicity, today: date, opens: date | None
) -> tuple[Period, ...]:
    """The last periods without a release, from the first that is owed up to the running one, oldest first.

    Of a dataset that opens after the running one the first that it will owe.
    """
    there = _periods(standing, kind)
    running = Period.of(today, kind)
    if opens is not None:
        at = Period.of(opens, kind)
        running = max(running, at)
    else:
        at = min(_periods(ever, kind), default=None) or Period.of(running.start - timedelta(days=1), kind)
    gaps: deque[Period] = deque(maxlen=MOST_MISSING)
    while at.start <= running.start:
        if at not in there:
            gaps.append(at)
        at = at.following()
    return tuple(gaps)


@lru_cache(MOST_SCHEDULES)
def _last(standing: tuple[str, ...], kind: Periodicity) -> Period | None:
    return max(_periods(standing, kind), default=None)


def _periods(names: Iterable[str], kind: Periodicity) -> set[Period]:
    """The Jalali periods of the dataset's own kind among those named."""
    periods = set()
    for name in names:
        try:
            period = parse(name)
        except InvalidValue:
            continue
        if period.kind == kind and not period.is_gregorian:
            periods.add(period)
    return periods


_NAME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Late:
    """One thing late: a period of a dataset, "" where it is not kept by period; ``due_on`` is ISO, "" for never.

    All three name it: the same promise has the same name on every day.
    """

    dataset: str
    period: str
    due_on: str


@dataclass(frozen=True, slots=True)
class Day:
    """What was missing on a day of Tehran; ``figures`` are counts by name, such as numbers that no row had."""

    day: date
    late: tuple[Late, ...]
    figures: Mapping[str, int] = field(default_factory=dict)


class Diary:
    """The days that were kept, in ``folder``; without a folder there are none and none is kept."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def keep(self, day: Day) -> bool:
        """Keep a day, durably; False where it is kept already, and then nothing changes."""
        if self._folder is None:
            raise ValueError("this diary is only to be read")
        make_folder(self._folder)
        with locked(self._folder / "lock"):
            sweep(self._folder.glob(DRAFTS))
            path = self._at(day.day)
            if path.exists():
                return False
            late = [[late_period.dataset, late_period.period, late_period.due_on] for late_period in sorted(day.late)]
            write(path, canonical_json({"late": late, "figures": dict(day.figures)}))
        return True

    def days(self, since: date | None = None, until: date | None = None) -> Iterator[Day]:
        """The kept days, oldest first; ``since`` and ``until`` are included. One that is damaged is left out."""
        for name in self._names():
            if (since is None or name >= since.isoformat()) and (until is None or name <= until.isoformat()):
                day = self._read(name)
                if day is not None:
                    yield day

    def holds(self, day: date) -> bool:
        """Whether a day is kept."""
        return self._folder is not None and self._at(day).is_file()

    def mark(self) -> str:
        """A short text that is another one after a day was kept."""
        names = self._names()
        return f"{len(names)} {names[-1]}" if names else ""

    def _names(self) -> list[str]:
        if self._folder is None or not self._folder.is_dir():
            return []
        return sorted(path.stem for path in self._folder.glob("*.json") if _NAME.fullmatch(path.stem))

    def _read(self, name: str) -> Day | None:
        try:
            document: dict[str, Any] = json.loads(self._at(date.fromisoformat(name)).read_bytes())
            late = tuple(Late(*map(str, entry)) for entry in document["late"])
            return Day(date.fromisoformat(name), late, {key: int(count) for key, count in document["figures"].items()})
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def _at(self, day: date) -> Path:
        return (self._folder or Path()) / f"{day.isoformat()}.json"
