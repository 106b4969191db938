"""What is put off: reading and checking a file, sealing what was approved, and clearing up after what is over."""

from __future__ import annotations

import re
import time
from contextlib import suppress
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django_tasks import TaskContext, TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from ayan.apps.accounts import sessions
from ayan.apps.desk import notices
from ayan.apps.desk.access import dataset_of, keyed, release_of, sender_name
from ayan.apps.desk.files import release_originals, uploads
from ayan.apps.desk.inputs import decisions_of, inputs_of
from ayan.apps.desk.limits import MOST_HITS, MOST_TRIES, TRIED_AGAIN_AFTER
from ayan.apps.desk.models import EDITABLE, OPEN, EntryTable, Submission, SubmissionState, TaskState
from ayan.apps.desk.releases import publication
from ayan.core.custody.private_files import BadOriginalKey, NotOpened
from ayan.core.custody.submission_folder import SubmissionFolder
from ayan.core.publish.decisions import ClerkDecisions
from ayan.core.publish.difference import SINCE_RETURN, difference, draft_difference, store_difference
from ayan.core.publish.pending_draft import PendingDraft, discard_pending, find_pending
from ayan.core.publish.sealing import ReleaseRefused
from ayan.core.publish.submission_processing import draft_submission, issues_of_submission, stored_trials
from ayan.core.query.answer import TooHeavy, TooSlow
from ayan.core.refine.refine_session import RefiningTooSlow
from ayan.core.schema.catalogue import UNITS
from ayan.core.schema.issue import CannotRead
from ayan.core.system.progress import Progress
from ayan.core.transparency.entries.original_deletion import commitment_of
from ayan.ui.contract import FILES_QUEUE
from ayan.wiring import city

REPORTED_EVERY: Final = 0.4
"""Seconds between two words to the database of how far the work is."""
_KEY: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Superseded(Exception):
    """The inputs changed while they were computed: another task is on its way, this one may stop."""


@task(takes_context=True, queue_name=FILES_QUEUE)
def compute(context: TaskContext, key: str, inputs: int) -> None:
    """Read, check and, where nothing stands in the way, prepare a submission as its inputs stand now.

    May be cut short at any moment and begun again: it writes its results in one step, and only if they are still asked
    for.
    """
    if has_another(context, key):
        # What is computed for earlier inputs stops as soon as it notices; two at once would write into one folder.
        compute.using(run_after=timezone.now() + TRIED_AGAIN_AFTER).enqueue(key, inputs)
        return
    if not _claim(key, inputs):
        return
    if context.attempt > MOST_TRIES:
        _fail(key, inputs, "killed")
        publication.send(key)
        return
    try:
        _compute(key, inputs)
    except Superseded:
        return
    except CannotRead as refusal:
        _fail(key, inputs, refusal.code, refusal.label.words())
    except (TooSlow, TooHeavy, RefiningTooSlow):
        _fail(key, inputs, "large")
    except (NotOpened, BadOriginalKey):
        _fail(key, inputs, "unopened")
    except Exception:
        _fail(key, inputs, "trouble")
        publication.send(key)
        raise
    publication.send(key)


def at_work() -> QuerySet[DBTaskResult[..., Any]]:
    """What is being done for submissions by the processes that read files."""
    return DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING, queue_name=FILES_QUEUE)


def has_another(context: TaskContext, key: str) -> bool:
    """Whether something else, begun earlier, is being done for this submission."""
    others = at_work().filter(args_kwargs__args__0=key).exclude(pk=context.task_result.id)
    return others.filter(started_at__lte=context.task_result.started_at).exists()


def _compute(key: str, inputs: int) -> None:
    submission = Submission.objects.get(pk=key)
    decided = inputs_of(submission.steps.all())
    dataset, context = dataset_of(submission), city.current().publish_context
    tell = teller(key, inputs)
    if not decided.file:
        _done(key, inputs)
        return
    folder, decisions = decided.folder, decisions_of(submission, decided)
    look = folder.stored_preview()
    previewed: dict[str, Any] = {"file": decided.file, "sheet": decided.sheet, "header_row": decided.header_row}
    if decided.layout:
        previewed["layout"] = list(decided.layout_said)
    if look is None or submission.previewed != previewed:
        look = folder.preview(
            dataset,
            source=decided.source,
            sheet=decided.sheet,
            header_row=decided.header_row,
            steps=decided.layout_steps,
            progress=tell,
        )
        _write(key, inputs, previewed=previewed)
    if look.refused is not None or decided.choice is None:
        _done(key, inputs)
        return
    issues = issues_of_submission(context, folder, dataset, decisions, progress=tell)
    counts = {
        "read": issues.tally.read,
        "good": issues.tally.good,
        "errors": sum(cause.cells for cause in issues.errors),
        "warnings": sum(cause.cells for cause in issues.warnings if not cause.accepted),
        "structural": any(cause.structural for cause in issues.errors),
        "units": sum(1 for cause in issues.errors if cause.code in UNITS),
        "held": len(hits := {cause.fingerprint for cause in issues.errors if cause.fingerprint}),
        "hits": sorted(keyed("hit", hit) for hit in hits)[:MOST_HITS],
    }
    # The page of problems is ready from here on; what follows is for the next step.
    _write(key, inputs, counts=counts)
    if issues.errors and (not decided.partial or counts["structural"]):
        _done(key, inputs)
        return
    _prepare(submission, folder, decisions, inputs, tell)


def _prepare(
    submission: Submission, folder: SubmissionFolder, decisions: ClerkDecisions, inputs: int, tell: Progress
) -> None:
    """Write the draft that is to be approved, and say how it differs from what is published."""
    dataset, context = dataset_of(submission), city.current().publish_context
    waiting = draft_submission(
        context,
        folder,
        dataset,
        decisions,
        sent_by=sender_name(submission),
        reconciler=publication.reconciler_of(submission),
        progress=tell,
    )
    try:
        with difference(context, dataset, waiting) as comparison:
            summary = {
                "changed": comparison.tally.changed,
                "added": comparison.tally.added,
                "removed": comparison.tally.removed,
                "same": comparison.tally.same,
                "needs_note": comparison.needs_note,
                **publication.balance_counts(stored_trials(publication.reconciler_of(submission), waiting), waiting),
                "most": str(
                    max((abs(total.percent) for total in comparison.totals if total.percent is not None), default=0)
                ),
            }
            store_difference(comparison, waiting)
        _compare_with_returned(submission, waiting)
        before = submission.draft
        _write(submission.id, inputs, difference=summary, draft=waiting.id, digest=waiting.digest)
    except BaseException:
        discard_pending(context, waiting.id)
        raise
    # What was returned stays until it is over: the next one is compared with it.
    if before and before not in (waiting.id, submission.returned_draft):
        discard_pending(context, before)
    _done(submission.id, inputs)


def _compare_with_returned(submission: Submission, waiting: PendingDraft) -> None:
    """Keep what the draft changes in the one that was returned; where that takes too long, the page says so."""
    with suppress(ReleaseRefused, TooSlow, TooHeavy):
        if submission.returned_draft:
            context = city.current().publish_context
            returned = find_pending(context, waiting.draft.dataset, submission.returned_draft)
            with draft_difference(context, waiting.draft.dataset, returned, waiting) as since:
                store_difference(since, waiting, SINCE_RETURN)


@task
def tidy() -> None:
    """Remove the files, drafts and texts of submissions that are over; a published original stands elsewhere."""
    context = city.current().publish_context
    uploads.sweep(uploads.incoming())
    sessions.forget_drafts(_is_over)
    # Whoever still reads a file stops by itself; what it works at goes the next day.
    busy = [arguments["args"][0] for arguments in at_work().values_list("args_kwargs", flat=True) if arguments["args"]]
    over = Submission.objects.exclude(state__in=OPEN).exclude(draft="", tidied=True)
    for submission in over.exclude(pk__in=busy):
        for step in submission.steps.filter(kind="file"):
            with suppress(LookupError):
                folder = SubmissionFolder.opened(context.private_store, step.payload["id"])
                # What was made of a published file is told as long as the file itself is kept.
                if (
                    submission.state == SubmissionState.PUBLISHED
                    and step == submission.steps.filter(kind="file").last()
                ):
                    folder.keep_amendments_alone()
                else:
                    folder.discard()
        for draft in filter(None, (submission.draft, submission.returned_draft)):
            discard_pending(context, draft)
        submission.remarks.update(words="")
        if submission.state != SubmissionState.PUBLISHED:
            submission.comments.update(words="")
        EntryTable.objects.filter(submission=submission).delete()
        for step in submission.steps.exclude(kind="file"):
            step.payload = without_texts(step.kind, step.payload)
            step.save(update_fields=["payload"])
        Submission.objects.filter(pk=submission.pk).update(draft="", returned_draft="", typed={}, tidied=True)


def _is_over(path: str) -> bool:
    """Whether an address is that of a submission which is no longer under way."""
    match = _KEY.search(path)
    return match is not None and not Submission.objects.filter(pk=match[0], state__in=OPEN).exists()


def without_texts(kind: str, payload: dict[str, Any]) -> dict[str, Any]:
    """A step without what stood in cells: of fixes their kinds, fields and number stay, which is what history tells."""
    if kind != "fix":
        return payload
    return {"fixes": [{name: fix.get(name) for name in ("kind", "field")} for fix in payload["fixes"]], "emptied": True}


@task
def expire_originals() -> None:
    """Delete the originals whose time is over, and with each what was kept of how its submission changed it."""
    release_originals.expire()
    current_city = city.current()
    kept = {mark for holding in current_city.original_retention.holdings() if holding.stands for mark in holding.salts}
    for submission in Submission.objects.filter(state=SubmissionState.PUBLISHED, kind="data").exclude(release=""):
        for step in submission.steps.filter(kind="file"):
            with suppress(LookupError):
                folder = SubmissionFolder.opened(current_city.private_store, step.payload["id"])
                release = release_of(submission.release)
                if release is not None and commitment_of(release.manifest) not in kept:
                    folder.discard()
                    submission.comments.update(words="")


@task
def look_again() -> None:
    """Read anew what was read once and is no longer there, as after a restore: a backup holds the files alone."""
    for key in Submission.objects.filter(state__in=EDITABLE, kind="data", work=TaskState.IDLE).values_list(
        "pk", flat=True
    ):
        with transaction.atomic():
            submission = Submission.objects.select_for_update().get(pk=key)
            held = inputs_of(submission.steps.all())
            if not held.file or submission.previewed is None or not submission.takes_data or submission.busy:
                continue
            with suppress(LookupError):
                if held.folder.stored_preview() is None:
                    submission.inputs += 1
                    submission.work, submission.counts, submission.difference, submission.digest = (
                        TaskState.WAITING,
                        None,
                        None,
                        "",
                    )
                    submission.save()
                    compute.enqueue(str(submission.pk), submission.inputs)


def _claim(key: str, inputs: int) -> bool:
    """Whether these inputs are still the ones asked for; from now on the page says that the work is under way."""
    return bool(_still(key, inputs).update(work=TaskState.RUNNING, stage="", share=None))


def _still(key: UUID | str, inputs: int) -> QuerySet[Submission]:
    return Submission.objects.filter(pk=key, inputs=inputs, state__in=EDITABLE)


def _write(key: UUID | str, inputs: int, **facts: Any) -> None:
    """Put down what was found; Superseded when nobody asks for it any more."""
    if not _still(key, inputs).update(**facts):
        raise Superseded


def _done(key: UUID | str, inputs: int) -> None:
    with transaction.atomic():
        _write(key, inputs, work=TaskState.IDLE, computed=inputs, stage="", share=None)
        notices.checked(Submission.objects.get(pk=key))


def _fail(key: UUID | str, inputs: int, code: str, words: dict[str, str] | None = None) -> None:
    facts = {"computed": inputs, "stage": "", "share": None, "trouble": {"code": code, **(words or {})}}
    with transaction.atomic():
        if _still(key, inputs).update(work=TaskState.FAILED, **facts):
            notices.unread(Submission.objects.get(pk=key), words)


def teller(key: UUID | str, inputs: int) -> Progress:
    """Tells the page how far the work is, now and then; stops the work when it is no longer asked for."""
    last, spoken = "", 0.0

    def tell(stage: str, share: float | None) -> None:
        nonlocal last, spoken
        now = time.monotonic()
        if stage == last and now - spoken < REPORTED_EVERY:
            return
        last, spoken = stage, now
        _write(key, inputs, stage=stage[:20], share=share)

    return tell
