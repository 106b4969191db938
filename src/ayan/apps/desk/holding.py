"""One submission in the hands of one officer: found if they may see it, locked while they act, written down at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404

from ayan.apps.accounts import audit, policy
from ayan.apps.accounts.models import User
from ayan.apps.accounts.policy import Subject
from ayan.apps.desk.models import Step, Submission
from ayan.apps.desk.refusals import Moved, closed
from ayan.core.schema.definition import Dataset
from ayan.wiring import city


def subject(one: Submission) -> Subject:
    """A submission as policy and audit speak of it; who had a hand in it may not judge it."""
    hands = set(one.steps.values_list("by_id", flat=True)) | {one.started_by_id}
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
    if one is None or not policy.can(actor, verb, subject(one)):
        raise Http404
    return one


@contextmanager
def held(actor: User, key: UUID | str, verb: str, seen: int | None = None, **facts: Any) -> Iterator[Submission]:
    """The submission, locked, for one act: permission, change and audit line stand or fall together.

    ``seen`` is the revision on the page from which the act comes. Raises Http404, Denied, and Moved when somebody else
    has acted since.
    """
    with transaction.atomic():
        one = Submission.objects.select_for_update().filter(pk=key).first()
        if one is None or not policy.can(actor, "submission.view", subject(one)):
            raise Http404
        policy.require(actor, verb, subject(one))
        if seen is not None and one.revision != seen:
            raise Moved
        yield one
        one.revision += 1
        one.changed_at = city.current().clock.now()
        one.save()
        audit.record(actor, verb, subject(one), state=one.state, period=one.period, **facts)


def add_step(one: Submission, actor: User, kind: str, said: dict[str, Any]) -> Step:
    """Write down one more step of a submission that is held and may still be changed."""
    if not one.editable:
        raise closed()
    last = one.steps.order_by("-number").values_list("number", flat=True).first() or 0
    return one.steps.create(number=last + 1, kind=kind, said=said, by=actor, at=city.current().clock.now())
