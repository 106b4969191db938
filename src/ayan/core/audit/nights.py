"""What came of the balances night by night: one file for each day, kept when the day is first looked at."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from ayan.core.audit.weigh import Outcome
from ayan.core.system.files import DRAFTS, locked, make_folder, sweep, write
from ayan.core.values.canonical import Json, canonical_json

_NAME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Tally:
    """What one balance came to: groups looked at, failed and unknown, and the sum of the differences as text.

    No group is named: what is withdrawn or erased later stands in none of these.
    """

    groups: int
    failed: int
    unknown: int
    off: str

    @classmethod
    def of(cls, outcome: Outcome) -> Tally:
        """The tally of an outcome."""
        return cls(outcome.groups, outcome.failed, outcome.unknown, str(outcome.off))


@dataclass(frozen=True, slots=True)
class Night:
    """A run over everything published, at a moment of a day of Tehran: the tallies by the names of the balances."""

    day: date
    at: datetime
    tallies: Mapping[str, Tally]

    @property
    def failing(self) -> int:
        """How many balances did not hold."""
        return sum(bool(one.failed) for one in self.tallies.values())


class Nights:
    """The runs that were kept in ``folder``; one of a day, and that for good."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, day: date, at: datetime, outcomes: Iterable[Outcome]) -> bool:
        """Keep the run of a day, durably; False where the day has one already, and then nothing is weighed."""
        if self.holds(day):
            return False
        told: dict[str, Json] = {}
        for one in outcomes:
            tally = Tally.of(one)
            told[one.balance.name] = [tally.groups, tally.failed, tally.unknown, tally.off]
        make_folder(self._folder)
        with locked(self._folder / "lock"):
            sweep(self._folder.glob(DRAFTS))
            if self.holds(day):
                return False
            write(self._at(day), canonical_json({"at": at.isoformat(), "balances": told}))
        return True

    def holds(self, day: date) -> bool:
        """Whether a day has a run."""
        return self._at(day).is_file()

    def mark(self) -> str:
        """A short text that is another one after a run was kept."""
        names = self._names()
        return f"{len(names)} {names[-1]}" if names else ""

    def last(self) -> Night | None:
        """The newest run; None before there is one."""
        return next(iter(self.newest()), None)

    def newest(self) -> Iterator[Night]:
        """The runs, newest first. One that is damaged is left out."""
        for name in reversed(self._names()):
            found = self._read(name)
            if found is not None:
                yield found

    def turns(self, name: str, most: int) -> list[tuple[Night, Tally]]:
        """The runs at which a balance came to something else than at the one before, newest first, at most so many."""
        found: list[tuple[Night, Tally]] = []
        for night in self.newest():
            tally = night.tallies.get(name)
            if tally is None:
                break
            if found and found[-1][1] == tally:
                found[-1] = (night, tally)
            elif len(found) == most:
                break
            else:
                found.append((night, tally))
        return found

    def _names(self) -> list[str]:
        if not self._folder.is_dir():
            return []
        return sorted(path.stem for path in self._folder.glob("*.json") if _NAME.fullmatch(path.stem))

    def _read(self, name: str) -> Night | None:
        try:
            day = date.fromisoformat(name)
            told: dict[str, Any] = json.loads(self._at(day).read_bytes())
            tallies = {key: _tally(one) for key, one in told["balances"].items()}
            return Night(day, datetime.fromisoformat(told["at"]), tallies)
        except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError):
            return None

    def _at(self, day: date) -> Path:
        return self._folder / f"{day.isoformat()}.json"


def _tally(told: Sequence[Any]) -> Tally:
    groups, failed, unknown, off = told
    return Tally(int(groups), int(failed), int(unknown), str(off))
