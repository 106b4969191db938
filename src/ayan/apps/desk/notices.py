"""Who is told what of a submission: whoever it waits for and whoever waits for it, in the act's own transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from django.http import Http404

from ayan.apps.accounts import policy
from ayan.apps.accounts.models import Act, Duty, User
from ayan.apps.accounts.policy import CITY
from ayan.apps.desk import notice_kinds as kinds
from ayan.apps.desk.access import dataset_of, keyed, subject, valid_approvals
from ayan.apps.desk.batches import batch_notices
from ayan.apps.desk.inputs import inputs_of
from ayan.apps.desk.models import Submission, SubmissionState
from ayan.apps.outbox import outbox
from ayan.apps.outbox.message_kind import MessageKind
from ayan.apps.outbox.outbox import DeskPage
from ayan.core.values.label import Label, label_of
from ayan.ui.value_html import period_label


def acted(number: str) -> None:
    """Tell of one act; those that nobody waits for are not in the table."""
    act = Act.objects.select_related("actor").get(pk=int(number))
    tell = NOTICES.get(act.verb)
    if tell is not None:
        submission = Submission.objects.select_related("sent_by", "started_by").get(pk=act.subject.partition(":")[2])
        tell(submission, act.actor)


# --- of acts ----------------------------------------------------------------------------------------------------------


def sent(submission: Submission, actor: User | None) -> None:
    """It waits for its approvers; where nobody may approve it, that is told instead of nothing."""
    kind = ASKED[submission.kind]
    able = policy.holders("submission.approve", subject(submission))
    put(kind, able, submission, actor, page="desk_approve")
    if not able:
        put(kinds.NOBODY, [*senders(submission), *policy.holders("people.manage", CITY)], submission, None)
    if submission.kind == "withdrawal":
        put(kinds.WITHDRAWAL_TOLD, _senders_of_release(submission), submission, actor)


def _approved(submission: Submission, actor: User | None) -> None:
    if submission.state == SubmissionState.APPROVED:
        _over(submission)
        if submission.due_at is None:
            # In a moment it is public, which is told then.
            return
        kind = kinds.PLANNED if submission.kind == "data" else kinds.WAITS
        put(kind, [*senders(submission), *_senders_of_release(submission)], submission, actor)
        return
    put(kinds.APPROVED, senders(submission), submission, actor)


def _returned(submission: Submission, actor: User | None) -> None:
    _over(submission)
    put(kinds.RETURNED, senders(submission), submission, actor)


def _refused(submission: Submission, actor: User | None) -> None:
    _over(submission)
    put(kinds.REFUSED, senders(submission), submission, actor)


def _called_back(submission: Submission, _actor: User | None) -> None:
    _over(submission)


def _taken_back(submission: Submission, actor: User | None) -> None:
    if submission.state == SubmissionState.TAKEN_BACK:
        put(kinds.TAKEN_BACK, [*senders(submission), *_approvers(submission)], submission, actor)


def _waived(submission: Submission, actor: User | None) -> None:
    put(kinds.WAIVED, senders(submission), submission, actor)


def _overridden(submission: Submission, actor: User | None) -> None:
    put(kinds.OVERRIDDEN, senders(submission), submission, actor)


def _stopped(submission: Submission, actor: User | None) -> None:
    if submission.state == SubmissionState.SENT:
        people = [*senders(submission), *policy.holders("submission.approve", subject(submission))]
        kind = kinds.UNPLANNED if submission.kind == "data" else kinds.STOPPED
        put(kind, people, submission, actor, page="desk_approve")


def _set_aside(submission: Submission, actor: User | None) -> None:
    if submission.state == SubmissionState.SET_ASIDE:
        _over(submission)
        put(kinds.FREED, senders(submission), submission, actor)


ASKED: Final[Mapping[str, MessageKind]] = {
    "data": kinds.SENT,
    "withdrawal": kinds.WITHDRAWAL_ASKED,
    "erasure": kinds.ERASURE_ASKED,
}
"""What approvers are told of, by the kind of the submission."""
TAKEN_OUT: Final[Mapping[str, MessageKind]] = {"withdrawal": kinds.WITHDRAWN, "erasure": kinds.ERASURE_DONE}
"""What is told once published rows are gone."""
NOTICES: Final[Mapping[str, Callable[[Submission, User | None], None]]] = {
    "submission.send": sent,
    "submission.approve": _approved,
    "submission.return": _returned,
    "submission.refuse": _refused,
    "submission.withdraw-before": _called_back,
    "submission.free": _set_aside,
    "release.take-back": _taken_back,
    "release.withdraw": _stopped,
    "privacy.waive": _waived,
    "balance.override": _overridden,
}
"""The acts of which somebody is told, by their verbs."""


# --- of what the machine did ------------------------------------------------------------------------------------------


def released(submission: Submission) -> None:
    """It is public, or withdrawn: whoever sent it, and whoever approved it in advance without seeing it."""
    _over(submission)
    if submission.kind in TAKEN_OUT:
        people = [*senders(submission), *_approvers(submission), *_senders_of_release(submission)]
        put(TAKEN_OUT[submission.kind], people, submission, None)
        return
    before = [yes.advance.by for yes in submission.approvals.select_related("advance__by") if yes.advance is not None]
    if not batch_notices.settled(submission, before):
        put(kinds.RELEASED, [*senders(submission), *before], submission, None)


def brought_back(submission: Submission, approvers: Iterable[User]) -> None:
    """What was approved can no longer be published as it was seen."""
    put(kinds.BROUGHT_BACK, [*senders(submission), *approvers], submission, None)
    batch_notices.settled(submission)


def stuck(submission: Submission) -> None:
    """What was approved could not be sealed or withdrawn: it waits for somebody to try again."""
    people = [*senders(submission), *_approvers(submission), *policy.holders("health.view", CITY)]
    put(kinds.STUCK, people, submission, None)
    batch_notices.settled(submission)


def unread(submission: Submission, words: Mapping[str, object] | None = None) -> None:
    """Its file could not be read or checked, which may take minutes to come out."""
    said = label_of(words) if words else kinds.UNREAD_ANYHOW
    put(kinds.UNREAD, senders(submission), submission, None, said=said)


def checked(submission: Submission) -> None:
    """Its file is checked: told is what the sender alone cannot put right, and that is new since the last time."""
    if (submission.counts or {}).get("held"):
        _held(submission)
    elif (submission.difference or {}).get("blocking"):
        _unbalanced(submission)


def _held(submission: Submission) -> None:
    hits = [hit.removeprefix("h-")[:8] for hit in (submission.counts or {})["hits"]]
    new = _new(kinds.HELD, submission, hits)
    if new:
        officers = policy.holders("privacy.waive", subject(submission, "privacy.waive"))
        officers = officers or policy.holders("people.manage", CITY)
        put(kinds.HELD, officers, submission, None, page="desk_fix", stage=new)
        put(kinds.HELD_OF_YOURS, senders(submission), submission, None, page="desk_fix", stage=new)


def _unbalanced(submission: Submission) -> None:
    """Once for each file, and again where an auditor had let it pass and it does not hold for what it is now."""
    file = inputs_of(submission.steps.all()).file or ""
    last = submission.overrides.order_by("-at").values_list("at", flat=True).first()
    new = _new(kinds.UNBALANCED, submission, [keyed("unbalanced", f"{file} {last}")[2:10]])
    if new:
        auditors = policy.holders("balance.override", subject(submission, "balance.override"))
        people = [*auditors, *senders(submission)]
        put(kinds.UNBALANCED, people, submission, None, page="desk_diff", stage=new)


def _new(kind: MessageKind, submission: Submission, stages: Iterable[str]) -> str:
    """Those of the stages that nobody was told of yet, as the stage of one message."""
    before = outbox.stages(kind, about(submission))
    return " ".join(stage for stage in stages if stage not in before)


# --- whom -------------------------------------------------------------------------------------------------------------


def senders(submission: Submission) -> list[User]:
    """Whoever sent it and whoever began it; of what came by itself those who see to the dataset."""
    people = [who for who in (submission.sent_by, submission.started_by) if who is not None]
    present = [who for who in people if who.is_active and not who.machine]
    if present:
        return present
    able = policy.holders("submission.edit", subject(submission))
    duty = Duty.objects.select_related("owner", "deputy").filter(dataset=submission.dataset).first()
    named = [who for who in (duty.owner, duty.deputy) if who is not None and who in able] if duty else []
    return named or able


def _approvers(submission: Submission) -> list[User]:
    return [yes.by for yes in valid_approvals(submission)]


def _senders_of_release(submission: Submission) -> list[User]:
    """Who sent what is to be withdrawn."""
    if not submission.withdraws:
        return []
    sent_as = Submission.objects.filter(release=submission.withdraws, kind="data").select_related(
        "sent_by", "started_by"
    )
    return [who for each in sent_as for who in senders(each)]


# --- how --------------------------------------------------------------------------------------------------------------


def put(
    kind: MessageKind,
    people: Iterable[User],
    submission: Submission,
    actor: User | None,
    page: str = "desk_overview",
    stage: str = "",
    **blanks: Any,
) -> None:
    """Tell all of them but whoever did it; without a ``stage`` once for each revision and computing of it."""
    others = [person for person in people if actor is None or person.pk != actor.pk]
    if batch_notices.takes(kind, others, submission):
        return
    outbox.put(
        kind,
        others,
        about(submission),
        stage=stage or f"{submission.revision}-{submission.inputs}",
        page=DeskPage(page, (submission.pk,)),
        what=what(submission),
        **blanks,
    )


def _over(submission: Submission) -> None:
    """Nobody need approve it any more who has not been told yet that they should."""
    for kind in ASKED.values():
        outbox.cancel(about(submission), kind.code)
    batch_notices.over(submission)


def about(submission: Submission) -> str:
    """How the outbox speaks of a submission."""
    return f"submission/{submission.pk.hex}"


def what(submission: Submission) -> Label:
    """The title of its dataset, and its period."""
    try:
        title = dataset_of(submission).title
    except Http404:
        title = Label(submission.dataset, submission.dataset)
    if submission.period == "all":
        return title
    return Label("{title}، {period}", "{title}, {period}").filled(
        lambda lang: {"title": title.of(lang), "period": period_label(submission.period, lang)}
    )
