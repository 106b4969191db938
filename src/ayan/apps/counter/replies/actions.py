"""What is done at the counter: letters with a code, replies that come by them, and what an officer makes of those."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.db import transaction
from django_tasks import task

from ayan.apps.accounts import audit
from ayan.apps.accounts.models import User
from ayan.apps.accounts.policy import Subject, require
from ayan.apps.counter.codes import digest_of, new_code
from ayan.apps.counter.limits import MOST_REPLIES
from ayan.apps.counter.models import FINDING, FindingNotice, LetterReply, Mention, ReplyState
from ayan.apps.counter.replies import reply_cases
from ayan.apps.desk.refusals import DeskRefused
from ayan.apps.flags import actions as flags
from ayan.apps.flags.computation import about as about_finding
from ayan.apps.flags.models import OPEN, FindingCase
from ayan.core.values.clock import today
from ayan.core.values.label import Label
from ayan.wiring import city

LETTER: Final = "letter"
CASE: Final = "case"
"""The two kinds of codes: one of a kind opens nothing of the other."""


REASONS: Final = {
    "identity": Label("معلوم نشد پاسخ از همان شرکت یا شخص است.", "It could not be established from whom it is."),
    "elsewhere": Label("پاسخ دربارهٔ این یافته نیست.", "It is not about this finding."),
    "personal": Label("دادهٔ شخصی کسی در آن است.", "It holds somebody’s personal data."),
}
OVER: Final = Label("یافته پیش از تأیید پایان یافت.", "The finding ended before it was confirmed.")
ENDED: Final = "ended"


def make_notice(actor: User, chosen: Sequence[FindingCase]) -> tuple[FindingNotice, str]:
    """A letter for whoever these findings name, with the code that opens them; earlier letters about them end."""
    if not chosen:
        raise DeskRefused("دست‌کم یک یافته را برگزینید.", "Choose at least one finding.", "findings")
    if len({(finding.party_id, finding.party) for finding in chosen}) > 1:
        raise DeskRefused("هر نامه برای یک شرکت یا شخص است.", "A letter is for one company or person.", "findings")
    day, code = today(city.current().clock), new_code()
    with transaction.atomic():
        held = list(
            FindingCase.objects.select_for_update().filter(pk__in=[finding.pk for finding in chosen]).order_by("pk")
        )
        for finding in held:
            require(actor, "finding.notice", about_finding(finding))
            if finding.state not in OPEN or not finding.names:
                raise DeskRefused("این یافته نامه‌ای نمی‌خواهد.", "This finding calls for no letter.", "findings")
        mine = [finding.public_id for finding in held]
        FindingNotice.objects.filter(ended_on=None, mentions__finding__in=mine).update(ended_on=day)
        notice = FindingNotice.objects.create(digest=digest_of(LETTER, code), created_on=day, created_by=actor)
        Mention.objects.bulk_create(Mention(notice=notice, finding=finding) for finding in mine)
        for held_finding in held:
            audit.record(actor, "finding.notice", about_finding(held_finding), letter=notice.pk)
    return notice, code


def opened(typed: str) -> tuple[FindingNotice, list[FindingCase]] | None:
    """The letter with this code and its findings that are still open; None, for whatever cause, where it opens none."""
    digest = digest_of(LETTER, typed)
    notice = FindingNotice.objects.filter(digest=digest, ended_on=None).first() if digest else None
    if notice is None:
        return None
    findings = shown_by(notice)
    if not findings:
        return None
    day = today(city.current().clock)
    with transaction.atomic():
        if FindingNotice.objects.filter(pk=notice.pk, opened_on=None).update(opened_on=day):
            for finding in findings:
                audit.record(None, "notice.open", about_finding(finding), letter=notice.pk)
    return notice, findings


def shown_by(notice: FindingNotice) -> list[FindingCase]:
    """The findings of a letter that are open; one that had ended and was found anew needs a letter of its own."""
    ids = notice.mentions.values_list("finding", flat=True)
    return list(FindingCase.objects.filter(public_id__in=list(ids), state__in=OPEN, found_on__lte=notice.created_on))


def receive(notice: FindingNotice, finding: FindingCase, text: str) -> tuple[LetterReply, str]:
    """Take a reply that came with the code of a letter; the case, and the code by which it is followed."""
    flags.check_text(text.strip(), "text")
    current_city, code = city.current(), new_code()
    day = today(current_city.clock)
    with transaction.atomic():
        # One at a time for each letter, so that two at once do not both find the place free.
        FindingNotice.objects.select_for_update().get(pk=notice.pk)
        before = LetterReply.objects.filter(notice=notice, finding=finding.public_id)
        if before.filter(state=ReplyState.RECEIVED).exists():
            raise DeskRefused(
                "پاسخی از شما در انتظار تأیید است؛ پس از آن می‌توانید باز بنویسید.",
                "A reply of yours waits to be confirmed; you can write again after that.",
                "text",
            )
        if before.count() >= MOST_REPLIES:
            raise DeskRefused(
                "از این راه بیش از این نمی‌شود پاسخ نوشت. با نشانی پای نامه تماس بگیرید.",
                "No more replies are taken this way. Write to the address in the letter.",
                "text",
            )
        case = LetterReply.objects.create(
            kind=FINDING,
            digest=digest_of(CASE, code),
            notice=notice,
            finding=finding.public_id,
            office=finding.office,
            dataset=finding.dataset,
            text=text.strip(),
            received_on=day,
            due_on=current_city.profile.workdays.after(day, current_city.profile.confirm_days),
        )
        reply_cases.open_case(case, current_city.clock.now())
        audit.record(None, "reply.receive", about(case), finding=finding.public_id)
    flags.arrived(finding.public_id, day)
    return case, code


def tracked(typed: str) -> LetterReply | None:
    """The case that is followed by this code."""
    digest = digest_of(CASE, typed)
    return LetterReply.objects.filter(digest=digest).first() if digest else None


def confirm(actor: User, case: LetterReply) -> None:
    """Say that a reply is from whoever the finding names: it stands beside the finding from now on."""
    with transaction.atomic():
        held_case = _locked(case)
        require(actor, "reply.confirm", about(held_case))
        finding = FindingCase.objects.filter(public_id=held_case.finding).first()
        if finding is None:
            raise DeskRefused("این یافته دیگر نیست.", "This finding is no longer there.")
        text, held_case.text = held_case.text, ""
        held_case.state, held_case.decided_on, held_case.decided_by = (
            ReplyState.CONFIRMED,
            today(city.current().clock),
            actor,
        )
        held_case.save()
        reply_cases.follow(held_case)
        audit.record(actor, "reply.confirm", about(held_case), finding=held_case.finding)
        # Last, for it writes the public register.
        flags.reply(actor, finding, "party", text, held_case.received_on)


def send_back(actor: User, case: LetterReply, reason: str) -> None:
    """Return a reply for a reason of `REASONS`, which whoever has the letter sees beside it."""
    if reason not in REASONS:
        raise DeskRefused("دلیل را برگزینید.", "Choose the reason.", "reason")
    with transaction.atomic():
        held_case = _locked(case)
        require(actor, "reply.return", about(held_case))
        held_case.state, held_case.decided_on, held_case.decided_by = (
            ReplyState.RETURNED,
            today(city.current().clock),
            actor,
        )
        held_case.reason = reason
        held_case.save()
        reply_cases.follow(held_case)
        audit.record(actor, "reply.return", about(held_case), reason=reason)
    flags.arrived(held_case.finding, None)


def _locked(case: LetterReply) -> LetterReply:
    held_case: LetterReply = LetterReply.objects.select_for_update().get(pk=case.pk)
    if held_case.state != ReplyState.RECEIVED:
        raise DeskRefused("دربارهٔ این پاسخ تصمیم گرفته شده است.", "This reply has been decided upon.")
    return held_case


def about(case: LetterReply) -> Subject:
    """A case as the subject of an act."""
    return Subject("case", str(case.pk), case.office, case.dataset)


def unit_merged(subject: str) -> None:
    """Let the cases of one unit go on in the one that takes its place."""
    old, new = subject.split(" ")
    LetterReply.objects.filter(office=old).update(office=new)


@task()
def tidy() -> None:
    """Once a finding has ended, no letter opens it and no text about it is kept."""
    day = today(city.current().clock)
    reply_cases.catch_up()
    with transaction.atomic():
        for case in LetterReply.objects.exclude(text="").select_for_update():
            if not FindingCase.objects.filter(public_id=case.finding, state__in=OPEN).exists():
                if case.state == ReplyState.RECEIVED:
                    case.state, case.decided_on, case.reason = ReplyState.RETURNED, day, ENDED
                case.text = ""
                case.save()
                reply_cases.follow(case)
        for notice in FindingNotice.objects.filter(ended_on=None).select_for_update():
            if not shown_by(notice):
                notice.ended_on = day
                notice.save(update_fields=["ended_on"])
