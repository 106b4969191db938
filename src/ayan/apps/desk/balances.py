"""Balances at the desk: what a draft would make fail, whether that stands in its way, and what was let pass."""

from __future__ import annotations

from collections.abc import Sequence

from ayan.apps.accounts.verbs import ROLES, Role
from ayan.apps.desk.holding import dataset_of
from ayan.apps.desk.models import Submission
from ayan.core.audit.trial import Scales, Trial
from ayan.core.release.approval import check_balances
from ayan.core.release.balanced import blocking
from ayan.core.release.tried import tried
from ayan.core.release.waiting import Waiting, find_waiting
from ayan.core.store.manifest import Overruled
from ayan.wiring import city


def scales_of(one: Submission) -> Scales:
    """What the drafts of a submission are held against."""
    return city.current().scales(one.dataset)


def overruled(one: Submission) -> list[Overruled]:
    """What was said of balances that failed, by whom as the public is told it: by post, as of every officer."""
    by = f"{ROLES[Role.AUDITOR].fa}، {city.current().profile.name.fa}"
    return [Overruled(each.balance, each.failed, each.off, each.reason, by) for each in one.overrulings.all()]


def waiting_of(one: Submission) -> Waiting:
    """The draft of a submission. Raises ReleaseRefused where it cannot be had."""
    return find_waiting(city.current().workplace, dataset_of(one), one.draft)


def standing(one: Submission, waiting: Waiting) -> tuple[Trial, ...]:
    """The balances that keep a draft from being published as things are now."""
    return blocking(tried(scales_of(one), waiting), waiting.draft.facts.overruled)


def judge(one: Submission, waiting: Waiting) -> None:
    """Raise ReleaseRefused while a balance stands in the way."""
    check_balances(tried(scales_of(one), waiting), waiting.draft.facts.overruled)


def told(trials: Sequence[Trial], waiting: Waiting) -> dict[str, int]:
    """What lists and rules ask of the balances of a draft: how many it makes worse, how many of these block it."""
    return {
        "worsened": sum(bool(one.worse) for one in trials),
        "blocking": len(blocking(trials, waiting.draft.facts.overruled)),
    }
