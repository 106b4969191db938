"""An outcome as programs are told of it, by the command and by the API: exact numbers are text."""

from __future__ import annotations

from typing import Any

from ayan.core.audit.reconciliation import BalanceOutcome


def as_json(outcome: BalanceOutcome) -> dict[str, Any]:
    """An outcome with the worst of the groups that differ."""
    failures = [
        {
            "key": list(group.key),
            "left": str(group.left),
            "right": str(group.right),
            "difference": str(group.difference),
        }
        for group in outcome.shown_groups
    ]
    return in_short(outcome) | {"failures": failures}


def in_short(outcome: BalanceOutcome) -> dict[str, Any]:
    """An outcome without its groups."""
    balance = outcome.balance
    return {
        "code": balance.name,
        "title": {"fa": balance.title.fa, "en": balance.title.en},
        "relation": balance.relation,
        "tolerance": format(balance.tolerance, "f"),
        "holds": outcome.holds,
        "groups": outcome.groups,
        "failed": outcome.failed,
        "unknown": outcome.unknown,
        "off": str(outcome.off),
    }
