"""Trials kept beside their draft: held once, where the work is done, and anew only when what is published changed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from ayan.core.audit.balance import Balance
from ayan.core.audit.trial import Scales, Shift, Trial
from ayan.core.audit.weigh import Group, Number, Outcome
from ayan.core.release.waiting import Waiting
from ayan.core.system.files import write
from ayan.core.values.canonical import Json, canonical_json

_FILE: Final = "balances.json"


def keep_tried(scales: Scales, waiting: Waiting, trials: Sequence[Trial]) -> None:
    """Keep beside a draft what was found when it was written; where that cannot be, it is found again."""
    made: dict[str, Json] = {"of": scales.mark(), "trials": [_written(one) for one in trials]}
    with suppress(OSError):
        write(waiting.folder / _FILE, canonical_json(made))


def tried(scales: Scales, waiting: Waiting) -> tuple[Trial, ...]:
    """What holding the balances against a draft finds now. Raises duckdb.Error where a file cannot be read."""
    if not scales.balances:
        return ()
    known = _read(waiting.folder / _FILE, scales)
    if known is None:
        known = scales.hold(waiting.period, waiting.parts())
        keep_tried(scales, waiting, known)
    return known


def _read(path: Path, scales: Scales) -> tuple[Trial, ...] | None:
    """The kept trials; None where there are none, or something that they are made of has changed."""
    try:
        told = json.loads(path.read_bytes())
        if told["of"] != scales.mark():
            return None
        named = {one.name: one for one in scales.balances}
        return tuple(_trial(named[one["balance"]], one) for one in told["trials"])
    except (OSError, ValueError, KeyError, TypeError, ArithmeticError):
        return None


def _written(one: Trial) -> dict[str, Json]:
    outcome = one.outcome
    shown: list[Json] = [
        {
            "key": list(each.group.key),
            "sums": [str(each.group.left), str(each.group.right), str(each.group.difference)],
            "before": None if each.before is None else str(each.before),
            "worse": each.worse,
        }
        for each in one.shown
    ]
    return {
        "balance": one.balance.name,
        "counts": [outcome.groups, outcome.failed, outcome.unknown, one.worse, one.failed_before],
        "off": [str(outcome.off), str(one.off_before)],
        "shown": shown,
    }


def _trial(balance: Balance, told: Mapping[str, Any]) -> Trial:
    groups, failed, unknown, worse, failed_before = map(int, told["counts"])
    off, off_before = map(_number, told["off"])
    return Trial(
        Outcome(balance, groups, failed, unknown, off, ()),
        worse,
        failed_before,
        off_before,
        tuple(_shift(one) for one in told["shown"]),
    )


def _shift(told: Mapping[str, Any]) -> Shift:
    group = Group(tuple(told["key"]), *map(_number, told["sums"]))
    return Shift(group, None if told["before"] is None else _number(told["before"]), bool(told["worse"]))


def _number(text: str) -> Number:
    return Decimal(text) if "." in text or "E" in text else int(text)
