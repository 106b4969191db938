"""What an approver does: approve, return, refuse; how a privacy hit is waived and a balance overridden."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from ayan.apps.accounts.models import User
from ayan.apps.desk.access import acting_on, dataset_of, keyed, reviewed_digest, valid_approvals
from ayan.apps.desk.approval import draft_comparison
from ayan.apps.desk.inputs import issues_of
from ayan.apps.desk.limits import LONGEST_NOTE, LONGEST_REASON
from ayan.apps.desk.models import Submission, SubmissionState, TaskState
from ayan.apps.desk.refusals import DeskRefused, SubmissionBusy, SubmissionClosed
from ayan.apps.desk.releases import publication, publication_day
from ayan.apps.desk.releases.publication import publish
from ayan.apps.desk.sender_acts import again, clear_typed
from ayan.core.intake.table import printable_name as plain
from ayan.core.publish.pending_draft import TAKE_BACK, discard_pending
from ayan.core.refine.issue_store import in_one_column
from ayan.core.schema.privacy import WAIVER_REASONS
from ayan.wiring import city

WAITS: Final = {True: TaskState.WAITING, False: TaskState.IDLE}
"""What the worker has to do with what is approved, by whether it is carried out at once."""


@dataclass(frozen=True, slots=True)
class ApproverNote:
    """One remark: the words, and the row and field of the cell that they are about, where they are about one."""

    words: str
    row: int | None = None
    field: str = ""


def approve(actor: User, key: UUID, digest: str, reviewed: str) -> None:
    """Say yes to exactly what was seen, ``digest`` of the content and ``reviewed`` of all that was read with it.

    The last yes that is needed has it sealed.

    A second click, and two people at once, count each person once. Raises DeskRefused when it is no longer what was
    seen.
    """
    with suppress(_ApprovedBefore), acting_on(actor, key, "submission.approve", digest=digest) as submission:
        if draft_comparison.unseen(submission):
            raise DeskRefused(
                "مقایسهٔ این پیش‌نویس آماده نیست و دیده نشده است. آن را برگردانید.",
                "The difference of this draft is not ready and was not seen. Return it.",
            )
        given = {"digest": submission.digest, "reviewed_digest": reviewed_digest(submission)}
        if given == {"digest": digest, "reviewed_digest": reviewed} and submission.approvals.filter(by=actor, **given):
            raise _ApprovedBefore
        if submission.state != SubmissionState.SENT:
            raise SubmissionClosed
        if not digest or digest != submission.digest:
            raise DeskRefused(
                "آنچه دیدید با آنچه اکنون در انتظار است یکی نیست. دوباره ببینید و تأیید کنید.",
                "What you saw is not what is waiting now. Look again and approve.",
            )
        if reviewed != reviewed_digest(submission):
            raise DeskRefused(
                "یادداشت یا نامهٔ فرستنده همان نیست که دیدید. دوباره بخوانید و تأیید کنید.",
                "The sender's note or letter is not the one you saw. Read again and approve.",
            )
        submission.approvals.get_or_create(
            by=actor, digest=digest, reviewed_digest=reviewed, defaults={"at": city.current().clock.now()}
        )
        clear_typed(submission, actor, "decide")
        if len(valid_approvals(submission, asked=actor)) >= needed(submission):
            large = publication.is_large(submission)
            submission.due_at = city.current().clock.now() + TAKE_BACK if large else publication_day.due_at(submission)
            # What waits for its time is not at work, and its page need not look again and again.
            submission.state, submission.work = SubmissionState.APPROVED, WAITS[submission.due_at is None]
            submission.inputs += 1
            publish.enqueue(str(submission.id), submission.inputs)


class _ApprovedBefore(Exception):
    """The same person has said yes to the same before: then nothing is done."""


def needed(submission: Submission) -> int:
    """How many approvals a submission needs; a withdrawal needs those of its dataset, and one at least.

    An erasure needs one besides the privacy officer who asks for it: it must not wait.
    """
    return 1 if submission.kind == "erasure" else max(1, dataset_of(submission).approvals)


def send_back(actor: User, key: UUID, remarks: list[ApproverNote], expected_revision: int) -> None:
    """Return a submission to its sender, with at least one remark."""
    spoken = [remark for remark in remarks if remark.words.strip()]
    with acting_on(actor, key, "submission.return", expected_revision, remarks=len(spoken)) as submission:
        if not spoken:
            raise DeskRefused("بنویسید چه چیزی باید درست شود.", "Write what has to be put right.", field="words")
        if submission.state != SubmissionState.SENT or submission.kind == "erasure":
            raise SubmissionClosed
        _return(submission, actor, spoken)
        clear_typed(submission, actor, "decide")


def _return(submission: Submission, actor: User, spoken: list[ApproverNote]) -> None:
    now, fields = city.current().clock.now(), {field.name for field in dataset_of(submission).fields}
    for remark in spoken:
        submission.remarks.create(
            row=remark.row,
            field=remark.field if remark.field in fields else "",
            words=remark.words.strip()[:LONGEST_NOTE],
            by=actor,
            at=now,
        )
    if submission.returned_draft not in ("", submission.draft):
        discard_pending(city.current().publish_context, submission.returned_draft)
    submission.state, submission.returned_draft = SubmissionState.RETURNED, submission.draft
    submission.approvals.all().delete()


def refuse(actor: User, key: UUID, reason: str, expected_revision: int) -> None:
    """Refuse a submission for good, with a reason."""
    with acting_on(actor, key, "submission.refuse", expected_revision) as submission:
        if not reason.strip():
            raise DeskRefused("علت رد را بنویسید.", "Write why it is refused.", field="reason")
        if submission.state != SubmissionState.SENT:
            raise SubmissionClosed
        submission.state, submission.refusal = SubmissionState.REFUSED, reason.strip()[:LONGEST_NOTE]
        clear_typed(submission, actor, "decide")


def waive(actor: User, key: UUID, fingerprint: str, reason: str, expected_revision: int) -> None:
    """Waive a privacy hit and all others of its column, for one of the reasons that there are."""
    hit = keyed("hit", fingerprint)
    with acting_on(actor, key, "privacy.waive", expected_revision, reason=reason or None, hit=hit) as submission:
        if not submission.takes_data:
            raise SubmissionClosed
        hits = _of_one_column(submission, fingerprint)
        if not hits:
            raise DeskRefused(
                "این مورد دیگر نیست؛ صفحه را تازه کنید.", "This privacy hit is no more; refresh the page."
            )
        if reason not in WAIVER_REASONS:
            raise DeskRefused("علت را برگزینید.", "Choose a reason.", field="reason")
        for each in sorted(hits):
            submission.waivers.update_or_create(
                fingerprint=keyed("hit", each),
                defaults={"reason": reason, "by": actor, "at": city.current().clock.now()},
            )
        again(submission)


def override(actor: User, key: UUID, name: str, reason: str, expected_revision: int) -> None:
    """Let a draft be published although a balance fails with it, for a reason that everybody will read.

    It holds for exactly that failure: of another file, or once other data is published, it is asked again.
    """
    with acting_on(actor, key, "balance.override", expected_revision, balance=name or None) as submission:
        if not submission.takes_data:
            raise SubmissionClosed
        if submission.busy or not submission.digest:
            raise SubmissionBusy
        standing_now = publication.blocking_balances(submission, publication.pending_of(submission))
        trial = next((each for each in standing_now if each.balance.name == name), None)
        if trial is None:
            raise DeskRefused(
                "این موازنه دیگر جلوی انتشار را نمی‌گیرد؛ صفحه را تازه کنید.",
                "This balance no longer stands in the way; refresh the page.",
            )
        words = plain(reason)[:LONGEST_REASON]
        if not words:
            raise DeskRefused("علت را بنویسید.", "Write why.", field=f"why-{name}")
        facts: dict[str, Any] = {"failed": trial.outcome.failed, "off": str(trial.outcome.off), "reason": words}
        facts |= {"by": actor, "at": city.current().clock.now()}
        submission.overrides.update_or_create(balance=name, defaults=facts)
        clear_typed(submission, actor, "override")
        again(submission)


def _of_one_column(submission: Submission, fingerprint: str) -> set[str]:
    """The fingerprints of all hits in the column of one for which the guard holds a submission now; none without it."""
    issues = issues_of(submission)
    causes = issues.causes if issues else ()
    cause = next((each for each in causes if each.fingerprint == fingerprint), None)
    return {each.fingerprint for each in in_one_column(causes, cause) if each.fingerprint} if cause else set()
