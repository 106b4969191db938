"""Which of the balances that a draft was held against keep it from being published, and which were overruled."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from ayan.core.audit.trial import Trial
from ayan.core.store.manifest import Overruled

Overruling = Callable[[Sequence[Trial]], Sequence[Overruled]]
"""What somebody who may says of the balances that fail; it counts only for what fails exactly as they saw it."""


def nobody(_trials: Sequence[Trial]) -> Sequence[Overruled]:
    """Nobody overrules anything."""
    return ()


def overrules(one: Overruled, trial: Trial) -> bool:
    """Whether somebody's word is about exactly this failure: a balance that fails otherwise has to be judged anew."""
    outcome = trial.outcome
    return (one.balance, one.failed, one.off) == (trial.balance.name, outcome.failed, str(outcome.off))


def blocking(trials: Iterable[Trial], overruled: Sequence[Overruled]) -> tuple[Trial, ...]:
    """The trials for which a draft may not be published as it stands."""
    return tuple(one for one in trials if one.blocks and not any(overrules(each, one) for each in overruled))
