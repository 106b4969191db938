"""The diary of what was missing: one file for each day, kept when the day is first looked at and never changed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

from ayan.core.system.files import DRAFTS, locked, make_folder, sweep, write
from ayan.core.values.canonical import canonical_json

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
