"""What came of the balances night by night: one file for each day, kept when the day is first looked at."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from ayan.core.audit.reconciliation import BalanceOutcome
from ayan.core.system.files import DRAFTS, locked, make_folder, sweep, write
from ayan.core.values.canonical import Json, canonical_json

_NAME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class BalanceTally:
    """What one balance came to: groups looked at, failed and unknown, and the sum of the differences as text.

    No group is named: what is withdrawn or erased later stands in none of these.
    """

    groups: int
    failed: int
    unknown: int
    off: str

    @classmethod
    def of(cls, outcome: BalanceOutcome) -> BalanceTally:
        """The tally of an outcome."""
        return cls(outcome.groups, outcome.failed, outcome.unknown, str(outcome.off))


@dataclass(frozen=True, slots=True)
class Night:
    """A run over everything published, at a moment of a day of Tehran: the tallies by the names of the balances."""

    day: date
    at: datetime
    tallies: Mapping[str, BalanceTally]

    @property
    def failing(self) -> int:
        """How many balances did not hold."""
        return sum(bool(tally.failed) for tally in self.tallies.values())


class BalanceHistory:
    """The runs that were kept in ``folder``; one of a day, and that for good."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, day: date, at: datetime, outcomes: Iterable[BalanceOutcome]) -> bool:
        """Keep the run of a day, durably; False where the day has one already, and then nothing is reconciled."""
        if self.holds(day):
            return False
        balances: dict[str, Json] = {}
        for outcome in outcomes:
            rollup = BalanceTally.of(outcome)
            balances[outcome.balance.name] = [rollup.groups, rollup.failed, rollup.unknown, rollup.off]
        make_folder(self._folder)
        with locked(self._folder / "lock"):
            sweep(self._folder.glob(DRAFTS))
            if self.holds(day):
                return False
            write(self._at(day), canonical_json({"at": at.isoformat(), "balances": balances}))
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
            night = self._read(name)
            if night is not None:
                yield night

    def turns(self, name: str, most: int) -> list[tuple[Night, BalanceTally]]:
        """The runs at which a balance came to something else than at the one before, newest first, at most so many."""
        turns: list[tuple[Night, BalanceTally]] = []
        for night in self.newest():
            tally = night.tallies.get(name)
            if tally is None:
                break
            if turns and turns[-1][1] == tally:
                turns[-1] = (night, tally)
            elif len(turns) == most:
                break
            else:
                turns.append((night, tally))
        return turns

    def _names(self) -> list[str]:
        if not self._folder.is_dir():
            return []
        return sorted(path.stem for path in self._folder.glob("*.json") if _NAME.fullmatch(path.stem))

    def _read(self, name: str) -> Night | None:
        try:
            day = date.fromisoformat(name)
            document: dict[str, Any] = json.loads(self._at(day).read_bytes())
            rollups = {key: _tally(counts) for key, counts in document["balances"].items()}
            return Night(day, datetime.fromisoformat(document["at"]), rollups)
        except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError):
            return None

    def _at(self, day: date) -> Path:
        return self._folder / f"{day.isoformat()}.json"


def _tally(counts: Sequence[Any]) -> BalanceTally:
    groups, failed, unknown, off = counts
    return BalanceTally(int(groups), int(failed), int(unknown), str(off))
