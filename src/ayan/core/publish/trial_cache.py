"""Trials kept beside their draft: held once, where the work is done, and anew only when what is published changed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from ayan.core.audit.balance import Balance
from ayan.core.audit.draft_trial import DraftTrial, OutcomeShift, Reconciler
from ayan.core.audit.reconciliation import BalanceGroup, BalanceOutcome, Number
from ayan.core.publish.pending_draft import PendingDraft
from ayan.core.system.files import write
from ayan.core.values.canonical import Json, canonical_json

_FILE: Final = "balances.json"


def store_trials(reconciler: Reconciler, pending: PendingDraft, trials: Sequence[DraftTrial]) -> None:
    """Keep beside a draft what was found when it was written; where that cannot be, it is found again."""
    document: dict[str, Json] = {"of": reconciler.mark(), "trials": [_written(trial) for trial in trials]}
    with suppress(OSError):
        write(pending.folder / _FILE, canonical_json(document))


def stored_trials(reconciler: Reconciler, pending: PendingDraft) -> tuple[DraftTrial, ...]:
    """What holding the balances against a draft finds now. Raises duckdb.Error where a file cannot be read."""
    if not reconciler.balances:
        return ()
    known = _read(pending.folder / _FILE, reconciler)
    if known is None:
        known = reconciler.hold(pending.period, pending.parts())
        store_trials(reconciler, pending, known)
    return known


def _read(path: Path, reconciler: Reconciler) -> tuple[DraftTrial, ...] | None:
    """The kept trials; None where there are none, or something that they are made of has changed."""
    try:
        document = json.loads(path.read_bytes())
        if document["of"] != reconciler.mark():
            return None
        named = {balance.name: balance for balance in reconciler.balances}
        return tuple(_trial(named[trial["balance"]], trial) for trial in document["trials"])
    except (OSError, ValueError, KeyError, TypeError, ArithmeticError):
        return None


def _written(trial: DraftTrial) -> dict[str, Json]:
    outcome = trial.outcome
    shown: list[Json] = [
        {
            "key": list(each.group.key),
            "sums": [str(each.group.left), str(each.group.right), str(each.group.difference)],
            "before": None if each.before is None else str(each.before),
            "worse": each.worse,
        }
        for each in trial.shifts
    ]
    return {
        "balance": trial.balance.name,
        "counts": [outcome.groups, outcome.failed, outcome.unknown, trial.worse, trial.failed_before],
        "off": [str(outcome.off), str(trial.off_before)],
        "shown": shown,
    }


def _trial(balance: Balance, facts: Mapping[str, Any]) -> DraftTrial:
    groups, failed, unknown, worse, failed_before = map(int, facts["counts"])
    off, off_before = map(_number, facts["off"])
    return DraftTrial(
        BalanceOutcome(balance, groups, failed, unknown, off, ()),
        worse,
        failed_before,
        off_before,
        tuple(_shift(shift) for shift in facts["shown"]),
    )


def _shift(facts: Mapping[str, Any]) -> OutcomeShift:
    group = BalanceGroup(tuple(facts["key"]), *map(_number, facts["sums"]))
    return OutcomeShift(group, None if facts["before"] is None else _number(facts["before"]), bool(facts["worse"]))


def _number(text: str) -> Number:
    return Decimal(text) if "." in text or "E" in text else int(text)
