"""One submission in the hands of one officer: found if they may see it, locked while they act, written down at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils.crypto import salted_hmac

from ayan.apps.accounts import audit, policy
from ayan.apps.accounts.models import User
from ayan.apps.accounts.policy import Subject
from ayan.apps.desk.models import Advance, Approval, Step, Submission
from ayan.apps.desk.refusals import SubmissionClosed, SubmissionMoved
from ayan.core.schema.definition import Dataset
from ayan.core.values.canonical import canonical_json, sha256_hex
from ayan.wiring import city

CHANGING: Final = frozenset({"submission.edit", "submission.send"})
"""The acts by which an officer gets a hand in a submission."""


def subject(one: Submission, verb: str = "") -> Subject:
    """A submission as policy and audit speak of it; who had a hand in it may not judge it.

    Who let a finding of the guard pass, or a balance, may let the next one pass, and judge nothing else of it.
    """
    hands = {one.started_by_id, *one.hands.values_list("pk", flat=True), *one.steps.values_list("by_id", flat=True)}
    if verb != "guard.release":
        hands |= set(one.pardons.values_list("by_id", flat=True))
    if verb != "balance.overrule":
        hands |= set(one.overrulings.values_list("by_id", flat=True))
    return Subject("submission", one.id.hex, one.unit, one.dataset, one.sent_by_id, frozenset(hands))


def dataset_of(one: Submission) -> Dataset:
    """The declaration that a submission is read by; Http404 where the city no longer declares it."""
    try:
        return city.current().registry.get(one.dataset)
    except KeyError:
        raise Http404 from None


def found(actor: Any, key: UUID | str, verb: str = "submission.view") -> Submission:
    """The submission, if the actor may see it; Http404 alike for one that is not there and one that is not theirs."""
    one = Submission.objects.filter(pk=key).first()
    if one is None or not policy.can(actor, verb, subject(one, verb)):
        raise Http404
    return one


@contextmanager
def held(actor: User, key: UUID | str, verb: str, seen: int | None = None, **facts: Any) -> Iterator[Submission]:
    """The submission, locked, for one act: permission, change and audit line stand or fall together.

    ``seen`` is the revision on the page from which the act comes. Raises Http404, Denied, and SubmissionMoved when
    somebody else has acted since.
    """
    with transaction.atomic():
        one = Submission.objects.select_for_update().filter(pk=key).first()
        if one is None or not policy.can(actor, "submission.view", subject(one)):
            raise Http404
        policy.require(actor, verb, subject(one, verb))
        if seen is not None and one.revision != seen:
            raise SubmissionMoved
        yield one
        one.revision += 1
        one.changed_at = city.current().clock.now()
        one.save()
        if verb in CHANGING:
            one.hands.add(actor)
        audit.record(actor, verb, subject(one), state=one.state, period=one.period, **facts)


def add_step(one: Submission, actor: User, kind: str, said: dict[str, Any]) -> Step:
    """Write down one more step of a submission that is held and may still be changed."""
    if not one.takes_data:
        raise SubmissionClosed
    last = one.steps.order_by("-number").values_list("number", flat=True).first() or 0
    return one.steps.create(number=last + 1, kind=kind, said=said, by=actor, at=city.current().clock.now())


def seen_with(one: Submission) -> str:
    """What an approver sees, as one digest: the content, the sender's note, and the letter by its own digest."""
    return sha256_hex(canonical_json({"content": one.digest, "note": one.note, "letter": one.letter}))


def standing(one: Submission) -> list[Approval]:
    """The yeses to exactly what is there now, in their order, of those who may still give them.

    One that follows from a yes in advance counts only while that one does.
    """
    about, verb = subject(one), "submission.approve"
    given = one.approvals.filter(digest=one.digest, seen=seen_with(one)).select_related("by", "advance")
    return [
        yes
        for yes in given.order_by("at", "id")
        if policy.can(yes.by, verb, about) and (yes.advance is None or holds(yes.advance))
    ]


def holds(advance: Advance) -> bool:
    """Whether a yes in advance still holds: not revoked, not over, and the dataset declared as it was."""
    here = city.current()
    try:
        declared = here.registry.get(advance.dataset)
    except KeyError:
        return False
    in_time = advance.revoked_at is None and here.clock.now() < advance.until
    return in_time and declared.in_advance is not None and declared.digest == advance.declaration


def keyed(what: str, digest: str) -> str:
    """A digest as the audit trail keeps it: by the city's secret, so that nobody else can confirm a guess with it."""
    return f"h-{salted_hmac(f'ayan.desk.{what}', digest, algorithm='sha256').hexdigest()[:32]}"
