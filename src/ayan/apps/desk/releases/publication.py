"""What the public sees next: sealing, taking back, withdrawing, erasing; balances in the way; who is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django_tasks import TaskContext, task

from ayan.apps.accounts import audit, policy
from ayan.apps.accounts.models import User
from ayan.apps.desk import notices
from ayan.apps.desk.access import (
    about_release,
    acting_on,
    approver_names,
    dataset_of,
    release_of,
    subject,
    taker_name,
    valid_approvals,
    visible_submission,
)
from ayan.apps.desk.inputs import inputs_of
from ayan.apps.desk.limits import MANY_ROWS, MOST_TRIES
from ayan.apps.desk.models import Submission, SubmissionState, TaskState
from ayan.apps.desk.models import SubmissionApproval as Yes
from ayan.apps.desk.refusals import DeskRefused, PeriodTaken, SubmissionClosed
from ayan.apps.desk.releases import erasures
from ayan.core.audit.draft_trial import DraftTrial, Reconciler
from ayan.core.ledger.refusal import LedgerError
from ayan.core.publish.decisions import blocking
from ayan.core.publish.pending_draft import PendingDraft, find_pending, may_take_back, seal_pending, sealed_from
from ayan.core.publish.sealed_documents import check_documents
from ayan.core.publish.sealing import ReleaseRefused, check_balances, check_correction, withdraw
from ayan.core.publish.submission_processing import stored_trials
from ayan.core.schema.definition import Dataset
from ayan.core.store.correction_reason import CorrectionReason
from ayan.core.store.manifest import Approval
from ayan.core.store.release import Release
from ayan.core.transparency.clock_check import ClockDoubted
from ayan.core.transparency.entries.statement import REASONS
from ayan.core.values.canonical import canonical_json, sha256_hex
from ayan.core.values.label import Label
from ayan.ui import contract
from ayan.wiring import accountability, city

SUBMISSION_WORKED: Final = "submission worked"
"""The work on a submission, whose id is the subject, has come to an end, well or not."""


def send(key: str) -> None:
    """Say that the work on a submission has come to an end, well or not."""
    contract.announce(SUBMISSION_WORKED, key)


@task(takes_context=True, priority=50)
def publish(context: TaskContext, key: str, inputs: int) -> None:
    """Do what was approved: seal a submission, withdraw the release that it speaks of, or erase rows of it.

    Begun again after it was cut short, it first looks whether the act has taken effect.
    """
    waiting = Submission.objects.filter(pk=key, inputs=inputs, state=SubmissionState.APPROVED)
    due = waiting.values_list("due_at", flat=True).first()
    if due is not None and (rest := due - city.current().clock.now()) > timedelta(0):
        publish.using(run_after=timezone.now() + rest).enqueue(key, inputs)
        return
    if not waiting.update(work=TaskState.RUNNING, stage="index", share=None):
        return
    if context.attempt > MOST_TRIES:
        _stuck(waiting, "killed-sealing")
        return
    submission = waiting.get()
    try:
        release = ACTS[submission.kind](submission)
    except ReleaseRefused as refusal:
        _bring_back(submission, refusal)
        return
    except BaseException as fault:
        _stuck(waiting, _trouble(fault))
        raise
    _finish(submission, release)


def _stuck(rows: QuerySet[Submission], code: str) -> None:
    """Write down that what was approved could not be done, and tell whoever may try again."""
    with transaction.atomic():
        if rows.update(work=TaskState.FAILED, trouble={"code": code}):
            notices.stuck(rows.get())


def _trouble(fault: BaseException) -> str:
    """The code of what the page says of a fault."""
    if isinstance(fault, ClockDoubted):
        return fault.code
    return "unsigned" if isinstance(fault, LedgerError) else "trouble"


def _sealed(submission: Submission) -> Release:
    """The release that the approved draft became, sealed now unless it already was."""
    current_city = city.current()
    context = current_city.publish_context
    content = (submission.dataset, submission.period, submission.digest)
    if (before := sealed_from(context.release_store, *content)) is not None:
        # The trace of an earlier try.
        return before
    people = valid_approvals(submission)
    names = approver_names(submission, len(people))
    approvals = [_stated(name, given) for name, given in zip(names, people, strict=True)]
    waiting = find_pending(context, dataset_of(submission), submission.draft)
    # What is sealed is read by what was declared, so that stands in the log before it.
    accountability.declare(current_city, submission.dataset)
    reason = CorrectionReason(submission.code, submission.why) if submission.code else None
    judge = partial(check_balances_of, submission, waiting)
    return seal_pending(context, waiting, approvals, judge=judge, reason=reason)


def _stated(name: str, given: Yes) -> Approval:
    """An approval as the manifest tells it; of one given in advance also when that was and until when it holds."""
    if given.advance is None:
        return Approval(name, given.at, "desk", given.digest)
    return Approval(name, given.at, "advance", given.digest, (given.advance.given_at, given.advance.until))


def _withdrawn(submission: Submission) -> Release:
    context = city.current().publish_context
    release = release_of(submission.withdraws)
    if release is None:
        raise ReleaseRefused("draft-gone", Label("این انتشار دیگر نیست.", "The release is no more."))
    needed = max(1, dataset_of(submission).approvals)
    if (
        submission.digest != withdrawal_digest(submission.withdraws, release.digest, submission.code)
        or len(valid_approvals(submission)) < needed
    ):
        raise ReleaseRefused(
            "approved-otherwise",
            Label(
                "تأییدها از آنِ همین برداشتن نیست. دوباره برای تأیید بفرستید.",
                "The approvals are not of this withdrawal. Send it for approval again.",
            ),
        )
    if not release.withdrawn:
        withdraw(context, release, submission.code, approver_names(submission, 1)[0])
    return release


def withdrawal_digest(ref: str, manifest: str, code: str) -> str:
    """What approvals of a withdrawal bind to."""
    return sha256_hex(canonical_json({"withdraw": ref, "manifest": manifest, "code": code}))


ACTS: Final[Mapping[str, Callable[[Submission], Release]]] = {
    "data": _sealed,
    "withdrawal": _withdrawn,
    "erasure": erasures.erased,
}
"""How what was approved is carried out; each leaves an act that has taken effect as it is."""
VERBS: Final = {"data": "release.publish", "withdrawal": "release.withdraw", "erasure": erasures.VERB}


def _finish(submission: Submission, release: Release) -> None:
    """Write down that the act has taken effect, and let go of what was needed for it."""
    with transaction.atomic():
        done = Submission.objects.select_for_update().get(pk=submission.pk)
        if done.state != SubmissionState.APPROVED:
            return
        done.state, done.work, done.stage, done.trouble = SubmissionState.PUBLISHED, TaskState.IDLE, "", None
        done.release, done.sealed_at = release.ref, city.current().clock.now()
        # Published words stand where the city can forget them, and nowhere else.
        done.why = ""
        done.revision += 1
        done.changed_at = done.sealed_at
        done.save()
        audit.record(None, VERBS[submission.kind], subject(done), release=release.ref)
        notices.released(done)
    send(str(submission.pk))
    inputs = inputs_of(submission.steps.all())
    if inputs.file:
        inputs.folder.keep_amendments_alone()


def _bring_back(submission: Submission, refusal: ReleaseRefused) -> None:
    """What was approved can no longer be done as it was seen: its sender gets it back, with the reason."""
    with transaction.atomic():
        now = city.current().clock.now()
        back = Submission.objects.select_for_update().get(pk=submission.pk)
        if back.state != SubmissionState.APPROVED:
            return
        back.state, back.work, back.trouble = (
            SubmissionState.RETURNED,
            TaskState.FAILED,
            {
                "code": refusal.code,
                **refusal.label.words(),
            },
        )
        back.revision += 1
        back.changed_at = now
        approvers = [yes.by for yes in back.approvals.select_related("by")]
        back.approvals.all().delete()
        back.save()
        audit.record(None, "release.refused", subject(back), reason=refusal.code)
        notices.brought_back(back, approvers)
    send(str(submission.pk))


def seal_again(actor: User, key: UUID, expected_revision: int) -> None:
    """Try once more to seal what was approved and could not be sealed."""
    verb = (
        "submission.approve"
        if policy.can(actor, "submission.approve", subject(visible_submission(actor, key)))
        else "submission.send"
    )
    with acting_on(actor, key, verb, expected_revision) as submission:
        if submission.state != SubmissionState.APPROVED or submission.work != TaskState.FAILED:
            raise SubmissionClosed
        submission.inputs += 1
        submission.work, submission.trouble = TaskState.WAITING, None
        publish.enqueue(str(submission.id), submission.inputs)


def undo_publication(actor: User, key: UUID) -> None:
    """Take back within ten minutes what was published by mistake; the log says so for ever."""
    with acting_on(actor, key, "release.take-back") as submission:
        if not can_take_back(submission):
            raise DeskRefused(
                "مهلت پس گرفتن گذشته است. اکنون می‌توان آن را اصلاح کرد یا برداشتن آن را خواست.",
                "The time for taking back is over. It can be corrected now, or its withdrawal asked for.",
            )
        submission.state, submission.work, submission.taken_back_by = (
            SubmissionState.TAKEN_BACK,
            TaskState.WAITING,
            actor,
        )
        retract.enqueue(str(submission.id))


@task(takes_context=True, priority=60)
def retract(context: TaskContext, key: str) -> None:
    """Withdraw what was taken back in time, however late this runs."""
    taken = Submission.objects.filter(pk=key, state=SubmissionState.TAKEN_BACK)
    submission = taken.get()
    if context.attempt > MOST_TRIES:
        _stuck(taken, "killed-sealing")
        return
    try:
        release = release_of(submission.release)
        if release is not None and not release.withdrawn:
            withdraw(city.current().publish_context, release, "taken-back", taker_name(submission))
    except BaseException as fault:
        _stuck(taken, _trouble(fault))
        raise
    taken.update(work=TaskState.IDLE, trouble=None)


def take_back_again(actor: User, key: UUID, expected_revision: int) -> None:
    """Try once more to withdraw what was taken back and still stands."""
    with acting_on(actor, key, "release.take-back", expected_revision) as submission:
        if submission.state != SubmissionState.TAKEN_BACK or submission.work != TaskState.FAILED:
            raise SubmissionClosed
        submission.work, submission.trouble = TaskState.WAITING, None
        retract.enqueue(str(submission.id))


@task
def retract_left() -> None:
    """Ask again for the withdrawal of everything that was taken back and still stands."""
    for key in (
        Submission.objects.filter(state=SubmissionState.TAKEN_BACK)
        .exclude(work=TaskState.IDLE)
        .values_list("pk", flat=True)
    ):
        retract.enqueue(str(key))


def can_take_back(submission: Submission) -> bool:
    """Whether the ten minutes are not over."""
    release = release_of(submission.release) if submission.release and submission.kind == "data" else None
    if submission.state != SubmissionState.PUBLISHED or release is None:
        return False
    return may_take_back(release, city.current().clock.now())


def is_large(submission: Submission) -> bool:
    """Whether so many rows go with a withdrawal that it asks for the second factor and waits ten minutes."""
    release = release_of(submission.withdraws) if submission.kind == "withdrawal" else None
    return release is not None and int(release.manifest["ayan"]["rows"]) >= MANY_ROWS


def stop_waiting(actor: User, key: UUID, expected_revision: int) -> None:
    """Stop what was approved while it waits: it can be approved anew, or refused."""
    with acting_on(actor, key, "release.withdraw", expected_revision, did="stop") as submission:
        now = city.current().clock.now()
        waits = submission.due_at is not None and now < submission.due_at
        if submission.state != SubmissionState.APPROVED or not waits:
            raise SubmissionClosed
        submission.state, submission.work, submission.due_at = SubmissionState.SENT, TaskState.IDLE, None
        submission.inputs += 1
        submission.approvals.all().delete()


WITHDRAWAL_CODES = {code: label for code, label in REASONS.items() if code != "taken-back"}
"""Why a release may be withdrawn; taking back is for its ten minutes alone."""


def propose_withdrawal(actor: User, dataset: Dataset, ref: str, code: str, note: str) -> Submission:
    """Ask for the withdrawal of a release, in the unit that published it; approved is its manifest, code and note."""
    about = about_release(actor, "release.withdraw", ref)
    policy.require(actor, "release.withdraw", about)
    release = release_of(ref)
    if release is None or release.withdrawn or release.slug != dataset.slug:
        raise DeskRefused(
            "این انتشار پیدا نشد یا پیش‌تر برداشته شده است.", "There is no such release, or it is withdrawn."
        )
    if code not in WITHDRAWAL_CODES:
        raise DeskRefused("علت را برگزینید.", "Choose a reason.", field="code")
    now = city.current().clock.now()
    facts: dict[str, Any] = {
        "kind": "withdrawal",
        "dataset": dataset.slug,
        "period": release.period,
        "unit": about.unit,
        "state": SubmissionState.SENT,
        "started_by": actor,
        "sent_by": actor,
        "started_at": now,
        "changed_at": now,
        "sent_at": now,
        "withdraws": ref,
        "code": code,
        "note": note.strip()[:4_000],
        "digest": withdrawal_digest(ref, release.digest, code),
    }
    try:
        with transaction.atomic():
            submission = Submission.objects.create(**facts)
            audit.record(actor, "release.withdraw", subject(submission), release=ref, code=code)
            notices.sent(submission, actor)
            return submission
    except IntegrityError:
        raise PeriodTaken("") from None


def reconciler_of(submission: Submission) -> Reconciler:
    """What the drafts of a submission are held against."""
    return city.current().reconciler(submission.dataset)


def pending_of(submission: Submission) -> PendingDraft:
    """The draft of a submission. Raises ReleaseRefused where it cannot be had."""
    return find_pending(city.current().publish_context, dataset_of(submission), submission.draft)


def blocking_balances(submission: Submission, pending: PendingDraft) -> tuple[DraftTrial, ...]:
    """The balances that keep a draft from being published as things are now."""
    return blocking(stored_trials(reconciler_of(submission), pending), pending.draft.facts.overrides)


def check_balances_of(submission: Submission, pending: PendingDraft) -> None:
    """Raise ReleaseRefused while a balance stands in the way."""
    check_balances(stored_trials(reconciler_of(submission), pending), pending.draft.facts.overrides)


def check_sendable(submission: Submission, reason: CorrectionReason | None) -> CorrectionReason | None:
    """Refuse what a balance holds back and a correction that does not say why; the reason that is stated of it.

    A withdrawal has no draft to be held.
    """
    if submission.kind != "data":
        return None
    pending = pending_of(submission)
    if pending.draft.dataset.companion:
        check_documents(city.current().publish_context, pending.draft)
    try:
        check_balances_of(submission, pending)
    except ReleaseRefused as wrong:
        raise wrong.at("balances") from None
    if pending.base is not None and (reason is None or not reason.code):
        raise DeskRefused(
            "این داده جای انتشار پیشین را می‌گیرد. علت را برگزینید.",
            "These data take the place of an earlier release. Choose why.",
            field="code",
        )
    return check_correction(pending.base, reason)


def balance_counts(trials: Sequence[DraftTrial], pending: PendingDraft) -> dict[str, int]:
    """What lists and rules ask of the balances of a draft: how many it makes worse, how many of these block it."""
    return {
        "worsened": sum(bool(trial.worse) for trial in trials),
        "blocking": len(blocking(trials, pending.draft.facts.overrides)),
    }
