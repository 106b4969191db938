"""Which periods are in whose hands and since when; setting a submission aside that nobody goes on with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django_tasks import task

from ayan.apps.accounts import audit, duties, policy
from ayan.apps.accounts.models import Unit, User
from ayan.apps.desk import notice_kinds, notices
from ayan.apps.desk.access import ACTED, subject
from ayan.apps.desk.limits import LONGEST_NOTE, MOST_HELD, QUIET_LASTS
from ayan.apps.desk.models import EDITABLE, OPEN, Submission, SubmissionState, TaskState
from ayan.apps.desk.refusals import DeskRefused, SubmissionClosed, SubmissionMoved
from ayan.apps.desk.submission_page import status
from ayan.apps.outbox.message_kind import MessageKind
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import contract
from ayan.ui.component_parts import Status
from ayan.wiring import city


@dataclass(frozen=True, slots=True)
class HeldPeriod:
    """One period in somebody's hands: since when, when they did something last, and whether it may be set aside."""

    submission: Submission
    what: Label
    unit: str
    who: str
    since: datetime
    last_at: datetime
    status: Status
    may_free: bool


def listed(actor: User, lang: Lang) -> tuple[list[HeldPeriod], int]:
    """The periods that an officer may set free or may see, the longest untouched first; and how many there are."""
    units = {unit.slug: unit.name.of(lang) for unit in Unit.objects.all()}
    free = policy.within(actor, "submission.free", unit="unit")
    mine = set(_open().filter(free).values_list("pk", flat=True))
    rows = _open().filter(free | policy.within(actor, "submission.view", unit="unit"))
    lines = [
        HeldPeriod(
            submission,
            notices.what(submission),
            units.get(submission.unit, ""),
            str(submission.started_by),
            submission.started_at,
            submission.changed_at,
            status(submission, lang),
            submission.pk in mine and submission.state in EDITABLE,
        )
        for submission in rows[:MOST_HELD]
    ]
    return lines, rows.count()


def _open() -> QuerySet[Submission]:
    return Submission.objects.filter(state__in=OPEN).select_related("started_by").order_by("changed_at", "pk")


def free(actor: User, key: UUID, reason: str, expected_revision: int) -> None:
    """Set an unfinished submission of somebody else aside, so that another one of its period can begin.

    Whoever began it is told. Raises Denied, and what refuses an act on a submission.
    """
    with transaction.atomic():
        submission = Submission.objects.select_for_update().filter(pk=key).first()
        if submission is None:
            raise DeskRefused("این پرونده دیگر نیست.", "This submission is no more.")
        about = subject(submission)
        policy.require(actor, "submission.free", about)
        if submission.revision != expected_revision:
            raise SubmissionMoved
        if not submission.editable:
            raise SubmissionClosed
        words = reason.strip()[:LONGEST_NOTE]
        if not words:
            raise DeskRefused(
                "بنویسید چرا کنار گذاشته می‌شود.", "Write why it is set aside.", field=f"reason-{submission.pk}"
            )
        submission.state, submission.work = SubmissionState.SET_ASIDE, TaskState.IDLE
        submission.inputs += 1
        submission.revision += 1
        submission.refusal, submission.changed_at = words, city.current().clock.now()
        submission.save()
        act = audit.record(actor, "submission.free", about, state=submission.state, period=submission.period)
        contract.announce(ACTED, str(act.number))


@task()
def remind() -> None:
    """Tell whoever holds a period and does nothing about it, and after a while the head of the unit."""
    now = city.current().clock.now()
    for submission, people, kind, weeks in _quiet(now):
        notices.put(kind, people, submission, None, stage=f"quiet-{submission.revision}-{weeks}")


def _quiet(now: datetime) -> Iterator[tuple[Submission, list[User], MessageKind, int]]:
    for submission in _open().filter(state__in=EDITABLE, changed_at__lte=now - QUIET_LASTS).select_related("sent_by"):
        weeks = (now - submission.changed_at) // QUIET_LASTS
        yield submission, notices.senders(submission), notice_kinds.QUIET, weeks
        if weeks > 1:
            unit = Unit.objects.filter(slug=submission.unit).first()
            heads = duties.heads(unit) if unit else []
            yield (
                submission,
                heads or policy.holders("submission.free", subject(submission)),
                notice_kinds.HELD_LONG,
                weeks,
            )
