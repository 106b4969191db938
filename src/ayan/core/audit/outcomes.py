"""Outcomes of balances that are kept: the present ones beside the index, and what came of them night by night."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ayan.core.audit.balance import Balance
from ayan.core.audit.limits import MOST_GROUPS_SHOWN
from ayan.core.audit.reconciliation import BalanceGroup, BalanceOutcome, reconcile
from ayan.core.schema.definition import Dataset
from ayan.core.store.damage import UNREADABLE
from ayan.core.store.release import DatasetSnapshot
from ayan.core.store.release_store import ReleaseStore
from ayan.core.system.files import DRAFTS, PRIVATE, locked, make_folder, sweep, write
from ayan.core.values.canonical import Json, canonical_json, sha256_hex
from ayan.core.values.digits import ExactNumber

if TYPE_CHECKING:
    from ayan.core.audit.cluster_audit import AuditCluster

_LOG: Final = logging.getLogger(__name__)

CACHE: Final = "_audits"
"""The folder of the outcomes among those of the index, which are named by datasets; no dataset's name begins so."""

FORM: Final = 1
"""The form of the kept files; a file of another form is made anew."""
_NAME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Auditor:
    """Holds balances against what ``release_store`` has published; the outcomes are kept in the folder ``index``.

    ``cluster`` reckons those over large tables, where there is one.
    """

    release_store: ReleaseStore
    datasets: Mapping[str, Dataset]
    index: Path
    cluster: AuditCluster | None = None

    def outcomes(self, balances: Sequence[Balance]) -> Iterator[BalanceOutcome]:
        """The outcome of each balance over the current releases, in their order."""
        for balance in balances:
            yield self.outcome(balance)

    def readable_outcomes(self, balances: Sequence[Balance]) -> Iterator[tuple[Balance, BalanceOutcome | None]]:
        """Each balance with its outcome; None where what it reads is damaged, which stops none of the others."""
        for balance in balances:
            try:
                outcome = self.outcome(balance)
            except UNREADABLE:
                _LOG.exception("what the balance %s adds up cannot be read", balance.name)
                yield balance, None
            else:
                yield balance, outcome

    def outcome(self, balance: Balance) -> BalanceOutcome:
        """The outcome of one balance over the current releases: the kept one, or a new one that is then kept."""
        states = {slug: self.release_store.snapshot(slug) for slug in sorted(balance.datasets)}
        mark = _mark(balance, states)
        file = self.index / CACHE / f"{balance.owner}.{balance.code}.json"
        outcome = _read_outcome(file, balance, mark)
        if outcome is None:
            outcome = self._reckoned(balance, states)
            _write_outcome(file, outcome, mark)
        return outcome

    def _reckoned(self, balance: Balance, states: Mapping[str, DatasetSnapshot]) -> BalanceOutcome:
        """By this machine or the cluster."""
        cluster = self.cluster
        if cluster is None:
            return self._reconciled(balance, states)
        return cluster.placed(
            states,
            lambda: cluster.outcome(balance, states, MOST_GROUPS_SHOWN),
            lambda: self._reconciled(balance, states),
        )

    def _reconciled(self, balance: Balance, states: Mapping[str, DatasetSnapshot]) -> BalanceOutcome:
        parts = {
            slug: [path for release in state.releases for path in release.parts()] for slug, state in states.items()
        }
        every = [release for state in states.values() for release in state.releases]
        releases = {path: f"{release.period}~{release.number}" for release in every for path in release.parts()}
        return reconcile(balance, self.datasets, parts, releases=releases)


def forget(index: Path) -> None:
    """Remove every kept outcome: what is withdrawn or erased may stand in the groups that one lists."""
    for file in (index / CACHE).glob("*.json"):
        file.unlink(missing_ok=True)


def _mark(balance: Balance, states: Mapping[str, DatasetSnapshot]) -> str:
    """What an outcome was made of: the balance as declared and the state of each dataset."""
    return sha256_hex(repr((FORM, balance, [(slug, state.digest) for slug, state in states.items()])).encode())


def _read_outcome(file: Path, balance: Balance, mark: str) -> BalanceOutcome | None:
    try:
        kept = json.loads(file.read_bytes())
        if kept["of"] != mark:
            return None
        shown = tuple(BalanceGroup(tuple(group["key"]), *map(_number, group["sums"])) for group in kept["shown"])
        return BalanceOutcome(balance, kept["groups"], kept["failed"], kept["unknown"], _number(kept["off"]), shown)
    except (OSError, ValueError, KeyError, TypeError, ArithmeticError):
        return None


def _write_outcome(file: Path, outcome: BalanceOutcome, mark: str) -> None:
    """Whole or not at all; where it cannot be kept, the next reader holds the balance again."""
    shown: list[Json] = [
        {"key": list(group.key), "sums": [str(group.left), str(group.right), str(group.difference)]}
        for group in outcome.shown_groups
    ]
    document: dict[str, Json] = {
        "of": mark,
        "groups": outcome.groups,
        "failed": outcome.failed,
        "unknown": outcome.unknown,
        "off": str(outcome.off),
        "shown": shown,
    }
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write(file, canonical_json(document), mode=PRIVATE)
    except OSError:
        return


def _number(text: str) -> ExactNumber:
    return Decimal(text) if "." in text or "E" in text else int(text)


# --- what came of them night by night: one file a day, kept for good --------------------------------------------------


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
    """A run over everything published, at a moment of a day of Tehran: the tallies by the names of the balances.

    ``unheld`` are the names of those that could not be held, because what they add up was damaged.
    """

    day: date
    at: datetime
    tallies: Mapping[str, BalanceTally]
    unheld: frozenset[str] = frozenset()

    @property
    def failing(self) -> int:
        """How many balances did not hold."""
        return sum(bool(tally.failed) for tally in self.tallies.values())


class BalanceHistory:
    """The runs that were kept in ``folder``; one of a day, and that for good."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, day: date, at: datetime, outcomes: Iterable[tuple[Balance, BalanceOutcome | None]]) -> bool:
        """Keep the run of a day, durably; False where the day has one already, and then nothing is reconciled.

        A balance without an outcome is kept as one that could not be held.
        """
        if self.holds(day):
            return False
        balances: dict[str, Json] = {}
        for balance, outcome in outcomes:
            tally = BalanceTally.of(outcome) if outcome else None
            balances[balance.name] = [tally.groups, tally.failed, tally.unknown, tally.off] if tally else None
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
            if name in night.unheld:
                continue
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
            balances: dict[str, Any] = document["balances"]
            tallies = {name: _tally(counts) for name, counts in balances.items() if counts is not None}
            return Night(
                day, datetime.fromisoformat(document["at"]), tallies, frozenset(balances.keys() - tallies.keys())
            )
        except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError):
            return None

    def _at(self, day: date) -> Path:
        return self._folder / f"{day.isoformat()}.json"


def _tally(counts: Sequence[Any]) -> BalanceTally:
    groups, failed, unknown, off = counts
    return BalanceTally(int(groups), int(failed), int(unknown), str(off))
