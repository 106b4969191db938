"""What came by itself is carried as far as it may go: to its columns, to the approvers, or to a clerk."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from ayan.apps.accounts.policy import Denied
from ayan.apps.desk import actions, advance_approvals
from ayan.apps.desk.access import dataset_of
from ayan.apps.desk.inputs import Inputs, inputs_of
from ayan.apps.desk.models import Submission, SubmissionState, TaskState
from ayan.apps.desk.refusals import DeskRefused
from ayan.apps.sources import clerk_notices, watched_folder
from ayan.apps.sources.models import Arrival
from ayan.core.publish.sealing import ReleaseRefused
from ayan.core.schema.issue import CannotRead
from ayan.core.values.label import Label, label_of
from ayan.wiring import city

log = logging.getLogger(__name__)


def carry(key: UUID | str) -> None:
    """Do the next thing for a submission that came by itself; nothing where people have it, or its turn has not come.

    May be done any number of times.
    """
    arrival = Arrival.objects.filter(submission=key).exclude(code="replaced").select_related("source__account").first()
    submission = Submission.objects.filter(pk=key).first()
    if arrival is None or submission is None or submission.busy:
        return
    if arrival.settled_at is None:
        _step(arrival, submission)


def _step(arrival: Arrival, submission: Submission) -> None:
    if submission.state == SubmissionState.SENT and submission.by_machine:
        # Cut short just after it was sent.
        _go_on(arrival, submission)
        return
    if submission.state != SubmissionState.DRAFT or not submission.by_machine:
        _settle(arrival, "over")
        return
    if submission.work == TaskState.FAILED:
        trouble = submission.trouble or {}
        _settle(arrival, "unreadable" if "fa" in trouble else "trouble", label_of(trouble) if "fa" in trouble else None)
        return
    held = inputs_of(submission.steps.all())
    try:
        if held.choice is None:
            _columns(arrival, submission, held)
        else:
            _judge(arrival, submission)
    except (DeskRefused, ReleaseRefused):
        # A person was quicker; what they did will call this again.
        return
    except Denied:
        _settle(arrival, "ready")


def _columns(arrival: Arrival, submission: Submission, held: Inputs) -> None:
    """Read the columns as a person said for this header; a header that nobody has confirmed waits for one."""
    try:
        offered = held.folder.columns(dataset_of(submission), sheet=held.sheet, header_row=held.header_row)
    except CannotRead as refusal:
        _settle(arrival, "unreadable", refusal.label)
        return
    except LookupError:
        _settle(arrival, "trouble")
        return
    known = actions.remembered(submission, offered.fingerprint)
    if known is None:
        _settle(arrival, "new-header")
        return
    actions.set_columns(arrival.source.account, submission.pk, known, offered.fingerprint, submission.revision)


def _judge(arrival: Arrival, submission: Submission) -> None:
    """Send on what has no error and is no surprise; leave the rest to a clerk."""
    counts, difference = submission.counts or {}, submission.difference or {}
    if counts.get("held"):
        _settle(arrival, "held")
    elif counts.get("errors") or not submission.digest:
        _settle(arrival, "errors")
    elif not difference["changed"] and not difference["added"] and not difference["removed"]:
        actions.set_aside(arrival.source.account, submission.pk, submission.revision)
        current = city.current().release_store.current(submission.dataset).get(submission.period)
        _settle(arrival, "unchanged", release=current.ref if current else None)
    elif difference["needs_note"]:
        _settle(arrival, "large-change")
    elif difference.get("blocking"):
        _settle(arrival, "unbalanced")
    elif not _may_send(arrival):
        _settle(arrival, "ready")
    else:
        actions.send(arrival.source.account, submission.pk, submission.digest, "", submission.revision)
        _go_on(arrival, submission)


def _go_on(arrival: Arrival, submission: Submission) -> None:
    """Put to it the yeses that were given in advance; where they do not hold for it, it waits for the approvers."""
    reason = advance_approvals.use(submission.pk)
    _settle(arrival, "sent" if reason else "approved", reason)


def _may_send(arrival: Arrival) -> bool:
    """Whether it was sent with leave to go on, and that leave was not taken back since."""
    token = arrival.token
    now = city.current().clock.now()
    return arrival.sends and arrival.source.active and (token is None or token.holds(now))


def _settle(arrival: Arrival, code: str, words: Label | None = None, **facts: Any) -> None:
    """Write down how far it came; once, however many find it so."""
    now = city.current().clock.now()
    report = {**facts, **(words.words() if words else {})}
    with transaction.atomic():
        first = Arrival.objects.filter(pk=arrival.pk, settled_at=None).update(
            code=code, details=report or None, settled_at=now
        )
    if first:
        arrival.refresh_from_db()
        watched_folder.put_away(arrival)
        clerk_notices.tell(arrival)


def carry_all() -> None:
    """Carry whatever was left lying, as when the machine went down in between; and remind of what still waits."""
    now = city.current().clock.now()
    for key in Arrival.objects.filter(settled_at=None).values_list("submission", flat=True):
        if key is None:
            continue
        try:
            carry(key)
        except Exception:
            # One that cannot be carried keeps no other one waiting.
            log.exception("a file that came by itself could not be carried on")
    # A request that was cut short left nothing but its name.
    Arrival.objects.filter(submission=None, at__lt=now - timedelta(days=1)).delete()
    clerk_notices.remind()
