"""How officers are named to the public: by their post and unit, two of the same post as the first and the second."""

from __future__ import annotations

from typing import Final

from ayan.apps.accounts.models import Unit
from ayan.apps.accounts.verbs import ROLES, Role
from ayan.apps.desk.models import Submission
from ayan.wiring import city

SOURCE: Final = "منبع خودکار"
ORDINALS: Final = ("", " دوم", " سوم", " چهارم", " پنجم", " ششم", " هفتم", " هشتم", " نهم", " دهم")


def sender_name(submission: Submission) -> str:
    """How the sender of a submission is named in its manifest: by post, or as a source where nobody touched it."""
    return _of_unit(SOURCE, submission.unit) if submission.by_machine else _named(Role.CLERK, submission.unit)


def approver_names(submission: Submission, people: int) -> list[str]:
    """How so many approvers are named: each by a name of its own, so that they can be counted."""
    name = _named(Role.APPROVER, submission.unit)
    post, mark, unit = name.partition("،")
    return [f"{post}{ORDINALS[position]}{mark}{unit}" for position in range(people)]


def taker_name(submission: Submission) -> str:
    """How whoever took a release back is named in its tombstone: by the post that they hold."""
    actor = submission.taken_back_by
    if actor is not None and actor.grants.filter(role=Role.APPROVER).exists():
        return approver_names(submission, 1)[0]
    return sender_name(submission)


def _named(role: Role, unit: str) -> str:
    return _of_unit(ROLES[role].fa, unit)


def _of_unit(who: str, unit: str) -> str:
    known_unit = Unit.objects.filter(slug=unit).first() if unit else None
    where = known_unit.name_fa if known_unit else city.current().profile.name.fa
    return f"{who}، {where}"
