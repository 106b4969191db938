"""Which of the balances that a draft was held against keep it from being published, and which were overridden."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from ayan.core.audit.draft_trial import DraftTrial
from ayan.core.store.manifest import BalanceOverride

Overruling = Callable[[Sequence[DraftTrial]], Sequence[BalanceOverride]]
"""What somebody who may says of the balances that fail; it counts only for what fails exactly as they saw it."""


def no_overrides(_trials: Sequence[DraftTrial]) -> Sequence[BalanceOverride]:
    """Nobody overrides anything."""
    return ()


def overrides(override: BalanceOverride, trial: DraftTrial) -> bool:
    """Whether somebody's word is about exactly this failure: a balance that fails otherwise has to be judged anew."""
    outcome = trial.outcome
    return (override.balance, override.failed, override.off) == (trial.balance.name, outcome.failed, str(outcome.off))


def blocking(trials: Iterable[DraftTrial], overridden: Sequence[BalanceOverride]) -> tuple[DraftTrial, ...]:
    """The trials for which a draft may not be published as it stands."""
    return tuple(trial for trial in trials if trial.blocks and not any(overrides(each, trial) for each in overridden))
