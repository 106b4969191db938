"""Balances at the desk: what a draft would make fail, whether that stands in its way, and what was overridden."""

from __future__ import annotations

from collections.abc import Sequence

from ayan.apps.desk.access import dataset_of
from ayan.apps.desk.models import Submission
from ayan.core.audit.draft_trial import DraftTrial, Reconciler
from ayan.core.publish.approval import check_balances
from ayan.core.publish.decisions import blocking
from ayan.core.publish.pending_draft import PendingDraft, find_pending
from ayan.core.publish.trial_cache import stored_trials
from ayan.wiring import city


def reconciler_of(submission: Submission) -> Reconciler:
    """What the drafts of a submission are held against."""
    return city.current().reconciler(submission.dataset)


def pending_of(submission: Submission) -> PendingDraft:
    """The draft of a submission. Raises ReleaseRefused where it cannot be had."""
    return find_pending(city.current().publish_context, dataset_of(submission), submission.draft)


def standing(submission: Submission, pending: PendingDraft) -> tuple[DraftTrial, ...]:
    """The balances that keep a draft from being published as things are now."""
    return blocking(stored_trials(reconciler_of(submission), pending), pending.draft.facts.overrides)


def judge(submission: Submission, pending: PendingDraft) -> None:
    """Raise ReleaseRefused while a balance stands in the way."""
    check_balances(stored_trials(reconciler_of(submission), pending), pending.draft.facts.overrides)


def counts_of(trials: Sequence[DraftTrial], pending: PendingDraft) -> dict[str, int]:
    """What lists and rules ask of the balances of a draft: how many it makes worse, how many of these block it."""
    return {
        "worsened": sum(bool(trial.worse) for trial in trials),
        "blocking": len(blocking(trials, pending.draft.facts.overrides)),
    }
