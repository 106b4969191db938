"""The workbook of bad rows on its way back: kept with its submission at once, read and compared by the worker."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django_tasks import TaskContext, task

from ayan.apps.accounts import policy
from ayan.apps.accounts.models import User
from ayan.apps.accounts.policy import Denied
from ayan.apps.desk import sender_acts, tasks
from ayan.apps.desk.access import dataset_of, subject
from ayan.apps.desk.inputs import decisions_of, inputs_of
from ayan.apps.desk.limits import (
    LARGEST_RETURNED,
    MOST_RETURNED_CELLS,
    MOST_TRIES,
    TRIED_AGAIN_AFTER,
    UNPACKED_RETURNED,
)
from ayan.apps.desk.models import EDITABLE, Submission, TaskState
from ayan.apps.desk.refusals import DeskRefused, SubmissionBusy, SubmissionClosed, SubmissionMoved
from ayan.core.custody.private_files import BadOriginalKey, NotOpened
from ayan.core.custody.submission_folder import NoSubmission
from ayan.core.intake.table import IntakeLimits
from ayan.core.publish.submission_processing import take_returned
from ayan.core.refine.column_mapping import BadChoice
from ayan.core.schema.issue import CannotRead
from ayan.core.values.refusal import Refusal
from ayan.ui.contract import FILES_QUEUE

LIMITS: Final = IntakeLimits(bytes=LARGEST_RETURNED, unpacked=UNPACKED_RETURNED, cells=MOST_RETURNED_CELLS)


def receive(actor: User, submission: Submission, path: Path, name: str, expected_revision: int) -> None:
    """Keep the workbook at ``path`` and have it compared with its submission; the page says how far that is.

    Raises SubmissionBusy while the file itself is being read, SubmissionMoved when somebody has acted since the page
    was drawn, Denied, and CannotRead where the city cannot keep the workbook.
    """
    policy.require(actor, "submission.edit", subject(submission))
    held = inputs_of(submission.steps.all())
    if not held.file or held.choice is None:
        raise DeskRefused("پرونده‌ای انتخاب نشده است.", "No file was chosen.", "rows")
    if not submission.takes_data:
        raise SubmissionClosed
    if submission.revision != expected_revision:
        raise SubmissionMoved
    held.folder.keep_returned(path, name)
    # Whoever acts meanwhile has the file read anew, and what was sent back belongs to what was there before.
    free = Submission.objects.filter(
        pk=submission.pk, revision=expected_revision, state__in=EDITABLE, work__in=(TaskState.IDLE, TaskState.FAILED)
    )
    # Both or neither: a submission that waits for work that nobody was given waits for good.
    with transaction.atomic():
        if not free.update(work=TaskState.WAITING, stage="", share=None, trouble=None):
            raise SubmissionBusy
        compare.enqueue(str(submission.pk), submission.inputs, expected_revision, actor.pk)


@task(takes_context=True, queue_name=FILES_QUEUE)
def compare(context: TaskContext, key: str, inputs: int, revision: int, by: int) -> None:
    """Take what was put right in the workbook as one step, or say in words why it was not taken."""
    if tasks.has_another(context, key):
        compare.using(run_after=timezone.now() + TRIED_AGAIN_AFTER).enqueue(key, inputs, revision, by)
        return
    if not _asked_for(key, inputs).update(work=TaskState.RUNNING):
        _say(key, inputs, SubmissionMoved().label.words())
        return
    if context.attempt > MOST_TRIES:
        _say(key, inputs, {"code": "killed"})
        return
    try:
        _compare(key, inputs, revision, by)
    except (tasks.Superseded, SubmissionMoved):
        _say(key, inputs, SubmissionMoved().label.words())
    except (Denied, Http404):
        _say(key, inputs, SubmissionClosed().label.words())
    except (NotOpened, BadOriginalKey):
        _say(key, inputs, {"code": "unopened"})
    except NoSubmission:
        _say(key, inputs, SubmissionBusy().label.words())
    except Refusal as refusal:
        _say(key, inputs, refusal.label.words())
    except Exception:
        _say(key, inputs, {"code": "trouble"})
        raise


def _compare(key: str, inputs: int, revision: int, by: int) -> None:
    submission = Submission.objects.get(pk=key)
    held = inputs_of(submission.steps.all())
    with held.folder.opened_returned() as path:
        decisions, dataset = decisions_of(submission, held), dataset_of(submission)
        if decisions.choice is None:
            raise BadChoice
        taken = take_returned(held.folder, dataset, decisions, path, LIMITS, tasks.teller(key, inputs))
    if taken.refused:
        raise CannotRead(taken.refused[0])
    sender_acts.mend(User.objects.get(pk=by), UUID(key), taken.fixes, revision, "returned")


def _asked_for(key: str, inputs: int) -> Any:
    return Submission.objects.filter(pk=key, inputs=inputs, state__in=EDITABLE)


def _say(key: str, inputs: int, words: dict[str, str]) -> None:
    """Tell on the page why nothing was taken; what is computed for other inputs meanwhile goes on."""
    Submission.objects.filter(pk=key, state__in=EDITABLE).update(trouble={"code": "returned", **words})
    _asked_for(key, inputs).update(work=TaskState.IDLE, stage="", share=None)
