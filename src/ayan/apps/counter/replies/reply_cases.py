"""The case beside each reply: counted, numbered and due like all others, while its words stay with the reply."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ayan.apps.counter import case_steps, filing, rules
from ayan.apps.counter.models import FINDING, Case, CaseEntry, LetterReply, ReplyState
from ayan.core.casework.case_kind import FILED
from ayan.core.values.clock import TEHRAN
from ayan.ui.text_encryption import fingerprint
from ayan.wiring import city

STEPS = {ReplyState.CONFIRMED: "confirm", ReplyState.RETURNED: "send-back"}
ENDED = "ended"


def open_case(reply: LetterReply, now: datetime) -> Case | None:
    """The case of a reply that came at a moment, in the transaction in which it was taken.

    None where the city has taken this kind away; the reply is dealt with all the same.
    """
    kind = rules.kinds().sound.get(FINDING)
    if kind is None:
        return None
    filing.keep_version(kind, now.astimezone(TEHRAN).date())
    case: Case = Case.objects.create(
        number=filing.next_number(kind.letter, reply.received_on),
        kind=kind.code,
        kind_digest=kind.digest,
        digest=reply.digest,
        filing_key=fingerprint("counter", "reply", reply.digest),
        about=f"finding:{reply.finding}",
        dataset=reply.dataset,
        state=kind.begins.code,
        stage=kind.begins.stage,
        office=reply.office,
        held_since=now,
        received_at=now,
        receipt_on=reply.received_on,
        due_on=reply.due_on,
        first_due_on=reply.due_on,
    )
    CaseEntry.objects.create(
        case=case, number=1, at=now, on=reply.received_on, step=FILED, party="person", after=case.state
    )
    LetterReply.objects.filter(pk=reply.pk).update(case=case)
    reply.case = case
    return case


def follow(reply: LetterReply) -> None:
    """Let the case of a reply come to where the reply is, in the same transaction."""
    case, code = reply.case, STEPS.get(ReplyState(reply.state))
    if case is None or code is None or case.closed_at is not None:
        return
    ground = reply.reason
    step = rules.kind_of(case).step("over" if ground == ENDED else code)
    if step is not None and case.state in step.sources:
        said = case_steps.Said(ground=ground if "ground" in step.needs else "")
        case_steps.take_step(case, step.code, "system", None, said)


def catch_up() -> int:
    """Make the cases of replies that came before there were any; how many are new."""
    replies = LetterReply.objects.filter(case=None).order_by("pk")
    count = 0
    for reply in replies:
        moment = datetime.combine(reply.received_on, city.current().profile.hours.closes, TEHRAN)
        with transaction.atomic():
            if open_case(reply, moment) is not None:
                follow(reply)
                count += 1
    return count
