"""Outcomes kept beside the index: held anew only when the balance or a release it reads has changed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final

from ayan.core.audit.balance import Balance
from ayan.core.audit.reconciliation import BalanceGroup, BalanceOutcome, Number, reconcile
from ayan.core.schema.definition import Dataset
from ayan.core.store.release import DatasetSnapshot
from ayan.core.store.release_store import ReleaseStore
from ayan.core.system.files import PRIVATE, write
from ayan.core.values.canonical import Json, canonical_json, sha256_hex

KEPT: Final = "_audits"
"""The folder of the outcomes among those of the index, which are named by datasets; no dataset's name begins so."""

FORM: Final = 1
"""The form of the kept files; a file of another form is made anew."""


@dataclass(frozen=True, slots=True)
class Auditor:
    """Holds balances against what ``release_store`` has published; the outcomes are kept in the folder ``index``."""

    release_store: ReleaseStore
    datasets: Mapping[str, Dataset]
    index: Path

    def outcomes(self, balances: Sequence[Balance]) -> Iterator[BalanceOutcome]:
        """The outcome of each balance over the current releases, in their order."""
        for balance in balances:
            yield self.outcome(balance)

    def outcome(self, balance: Balance) -> BalanceOutcome:
        """The outcome of one balance over the current releases: the kept one, or a new one that is then kept."""
        states = {slug: self.release_store.snapshot(slug) for slug in sorted(balance.datasets)}
        mark = _mark(balance, states)
        file = self.index / KEPT / f"{balance.owner}.{balance.code}.json"
        outcome = _read(file, balance, mark)
        if outcome is None:
            parts = {
                slug: [path for release in state.releases for path in release.parts()] for slug, state in states.items()
            }
            every = [release for state in states.values() for release in state.releases]
            releases = {path: f"{release.period}~{release.number}" for release in every for path in release.parts()}
            outcome = reconcile(balance, self.datasets, parts, releases=releases)
            _write(file, outcome, mark)
        return outcome


def forget(index: Path) -> None:
    """Remove every kept outcome: what is withdrawn or erased may stand in the groups that one lists."""
    for file in (index / KEPT).glob("*.json"):
        file.unlink(missing_ok=True)


def _mark(balance: Balance, states: Mapping[str, DatasetSnapshot]) -> str:
    """What an outcome was made of: the balance as declared and the state of each dataset."""
    return sha256_hex(repr((FORM, balance, [(slug, state.digest) for slug, state in states.items()])).encode())


def _read(file: Path, balance: Balance, mark: str) -> BalanceOutcome | None:
    try:
        kept = json.loads(file.read_bytes())
        if kept["of"] != mark:
            return None
        shown = tuple(BalanceGroup(tuple(group["key"]), *map(_number, group["sums"])) for group in kept["shown"])
        return BalanceOutcome(balance, kept["groups"], kept["failed"], kept["unknown"], _number(kept["off"]), shown)
    except (OSError, ValueError, KeyError, TypeError, ArithmeticError):
        return None


def _write(file: Path, outcome: BalanceOutcome, mark: str) -> None:
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


def _number(text: str) -> Number:
    return Decimal(text) if "." in text or "E" in text else int(text)
