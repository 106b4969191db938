"""What an approver does: approve what was seen, return it, refuse it; how a finding or a balance is let pass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from ayan.apps.accounts.models import User
from ayan.apps.desk import balances
from ayan.apps.desk.actions import again
from ayan.apps.desk.chosen import chosen
from ayan.apps.desk.holding import dataset_of, found, held, keyed, seen_with, standing
from ayan.apps.desk.limits import LONGEST_NOTE, LONGEST_REASON
from ayan.apps.desk.models import State, Submission, Work
from ayan.apps.desk.refusals import DeskRefused, SubmissionBusy, SubmissionClosed
from ayan.apps.desk.sealing import publish
from ayan.core.intake.table import seen as plain
from ayan.core.release import submission as parcels
from ayan.core.schema.guarding import RELEASES
from ayan.wiring import city


@dataclass(frozen=True, slots=True)
class Said:
    """One remark: the words, and the row and field of the cell that they are about, where they are about one."""

    words: str
    row: int | None = None
    field: str = ""


def approve(actor: User, key: UUID, digest: str, seen: str) -> Submission:
    """Say yes to exactly what was seen, ``digest`` of the content and ``seen`` of all that was read with it.

    The last yes that is needed has it sealed.

    A second click, and two people at once, count each person once. Raises DeskRefused when it is no longer what was
    seen.
    """
    given = found(actor, key)
    mine = given.approvals.filter(by=actor, digest=given.digest, seen=seen_with(given))
    if mine.exists() and (digest, seen) == (given.digest, seen_with(given)):
        return given
    with held(actor, key, "submission.approve", digest=digest) as one:
        if one.state != State.SENT:
            raise SubmissionClosed
        if not digest or digest != one.digest:
            raise DeskRefused(
                "آنچه دیدید با آنچه اکنون در انتظار است یکی نیست. دوباره ببینید و تأیید کنید.",
                "What you saw is not what is waiting now. Look again and approve.",
            )
        if seen != seen_with(one):
            raise DeskRefused(
                "یادداشت یا نامهٔ فرستنده همان نیست که دیدید. دوباره بخوانید و تأیید کنید.",
                "The sender's note or letter is not the one you saw. Read again and approve.",
            )
        one.approvals.get_or_create(by=actor, digest=digest, seen=seen, defaults={"at": city.current().clock.now()})
        if len(standing(one)) >= needed(one):
            one.state, one.work = State.APPROVED, Work.WAITING
            one.inputs += 1
            publish.enqueue(str(one.id), one.inputs)
    return one


def needed(one: Submission) -> int:
    """How many approvals a submission needs; a withdrawal needs those of its dataset, and one at least."""
    return max(1, dataset_of(one).approvals)


def send_back(actor: User, key: UUID, remarks: list[Said], seen: int) -> None:
    """Return a submission to its sender, with at least one remark."""
    spoken = [one for one in remarks if one.words.strip()]
    with held(actor, key, "submission.return", seen, remarks=len(spoken)) as one:
        if not spoken:
            raise DeskRefused("بنویسید چه چیزی باید درست شود.", "Write what has to be put right.", field="words")
        if one.state != State.SENT:
            raise SubmissionClosed
        _return(one, actor, spoken)


def _return(one: Submission, actor: User, spoken: list[Said]) -> None:
    now = city.current().clock.now()
    for said in spoken:
        one.remarks.create(
            row=said.row, field=said.field[:80], words=said.words.strip()[:LONGEST_NOTE], by=actor, at=now
        )
    one.state = State.RETURNED
    one.approvals.all().delete()


def refuse(actor: User, key: UUID, reason: str, seen: int) -> None:
    """Refuse a submission for good, with a reason."""
    with held(actor, key, "submission.refuse", seen) as one:
        if not reason.strip():
            raise DeskRefused("علت رد را بنویسید.", "Write why it is refused.", field="reason")
        if one.state != State.SENT:
            raise SubmissionClosed
        one.state, one.refusal = State.REFUSED, reason.strip()[:LONGEST_NOTE]


def let_pass(actor: User, key: UUID, fingerprint: str, reason: str, seen: int) -> None:
    """Let a finding of the guard pass, for one of the reasons that there are."""
    finding = keyed("finding", fingerprint)
    with held(actor, key, "guard.release", seen, reason=reason or None, finding=finding) as one:
        if not one.takes_data:
            raise SubmissionClosed
        if fingerprint not in _held_back(one):
            raise DeskRefused("این یافته دیگر نیست؛ صفحه را تازه کنید.", "This finding is no more; refresh the page.")
        if reason not in RELEASES:
            raise DeskRefused("علت را برگزینید.", "Choose a reason.", field="reason")
        one.pardons.update_or_create(
            fingerprint=finding, defaults={"reason": reason, "by": actor, "at": city.current().clock.now()}
        )
        again(one)


def overrule(actor: User, key: UUID, name: str, reason: str, seen: int) -> None:
    """Let a draft be published although a balance fails with it, for a reason that everybody will read.

    It holds for exactly that failure: of another file, or once other data is published, it is asked again.
    """
    with held(actor, key, "balance.overrule", seen, balance=name or None) as one:
        if not one.takes_data:
            raise SubmissionClosed
        if one.busy or not one.digest:
            raise SubmissionBusy
        standing_now = balances.standing(one, balances.waiting_of(one))
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
        one.overrulings.update_or_create(balance=name, defaults=facts)
        again(one)


def _held_back(one: Submission) -> set[str]:
    """The fingerprints of the findings for which the guard holds a submission now."""
    file = chosen(one.steps.all()).file
    try:
        found = parcels.Submission.opened(city.current().workplace, file).findings() if file else None
    except LookupError:
        return set()
    return {cause.fingerprint for cause in found.causes if cause.fingerprint} if found else set()
