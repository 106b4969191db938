"""What officers do about findings: tell whom one names, enter a reply, and clear a case with a reason."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from django.db import transaction

from ayan.apps.accounts import audit
from ayan.apps.accounts.models import User
from ayan.apps.accounts.policy import require
from ayan.apps.desk.refusals import DeskRefused
from ayan.apps.flags import computation
from ayan.apps.flags.computation import about
from ayan.apps.flags.limits import LONGEST_WORDS
from ayan.apps.flags.models import OPEN, PUBLIC, FindingCase, FindingReply, FindingState
from ayan.core.values.clock import today
from ayan.core.values.label import Label
from ayan.core.values.personal_notations import holds_personal
from ayan.wiring import city

HOW: Final = {
    "letter": Label("نامهٔ رسمی", "Official letter"),
    "portal": Label("کارتابل یا سامانه", "Electronic inbox"),
    "person": Label("حضوری، با رسید", "In person, with a receipt"),
}
_LETTER: Final = re.compile(r"[\w/.\-]{1,60}")


def tell(actor: User, chosen: Sequence[FindingCase], how: str, letter: str) -> None:
    """Write down that whoever these findings name has been shown them: the time for a reply begins today."""
    if not chosen:
        raise DeskRefused("دست‌کم یک یافته را برگزینید.", "Choose at least one finding.", "findings")
    if how not in HOW:
        raise DeskRefused("بگویید چگونه نشان داده شد.", "Say how it was shown.", "how")
    letter = letter.strip()
    if not _LETTER.fullmatch(letter):
        raise DeskRefused(
            "شمارهٔ نامه یا رسید را بنویسید: رقم، حرف و / . -",
            "Write the number of the letter or receipt: digits, letters and / . -",
            "letter",
        )
    current_city = city.current()
    day = today(current_city.clock)
    due = current_city.profile.workdays.after(day, current_city.profile.reply_days)
    with transaction.atomic():
        for finding in _locked(chosen):
            require(actor, "finding.tell", about(finding))
            if finding.state != FindingState.WAITING:
                raise DeskRefused(
                    "این یافته پیش‌تر نشان داده شده است.", "This finding has been shown already.", "findings"
                )
            finding.state, finding.told_on, finding.told_by, finding.told_how, finding.letter, finding.due_on = (
                FindingState.ASKED, day, actor, how, letter, due,
            )  # fmt: skip
            finding.save()
            audit.record(actor, "finding.tell", about(finding), how=how, due=due.isoformat())
    computation.write(current_city)


def reply(actor: User, finding: FindingCase, by: str, text: str, came_on: date | None = None) -> None:
    """Enter what the company or the unit answered; it is published with the finding, word for word.

    ``came_on`` is the day on which it came, if that was not today.
    """
    text = text.strip()
    if by not in ("party", "unit"):
        raise DeskRefused("بگویید پاسخ از کیست.", "Say whose reply it is.", "by")
    check_text(text, "text")
    current_city = city.current()
    with transaction.atomic():
        (held_finding,) = _locked([finding])
        require(actor, "finding.reply", about(held_finding))
        if held_finding.state not in (FindingState.ASKED, FindingState.PUBLISHED):
            raise DeskRefused(
                "پاسخ را پس از نشان دادن یافته می‌شود نوشت.",
                "A reply can be entered once the finding has been shown.",
                "text",
            )
        if came_on is None and FindingReply.objects.filter(finding=held_finding, by=by, text=text).exists():
            # The form was sent twice.
            return
        FindingReply.objects.create(
            finding=held_finding,
            by=by,
            text=text,
            on=came_on or today(current_city.clock),
            entered_by=actor,
            entered_at=current_city.clock.now(),
        )
        audit.record(actor, "finding.reply", about(held_finding), by=by)
    computation.write(current_city)


def arrived(public_id: str, day: date | None) -> None:
    """Note the day of a reply that waits to be confirmed, so that a publication says it came; None once none waits."""
    with transaction.atomic():
        finding = FindingCase.objects.select_for_update().filter(public_id=public_id, state__in=OPEN).first()
        if finding is None or finding.reply_came_on == day:
            return
        finding.reply_came_on = day
        finding.save(update_fields=["reply_came_on"])
    if finding.state in PUBLIC:
        computation.write(city.current())


def clear(actor: User, finding: FindingCase, reason: str) -> None:
    """Close a case as explained: it stays public with the reason, unless nobody outside ever saw it as open.

    What was cleared before it was published is published as cleared: the flag's rate of error is part of what it says.
    """
    reason = reason.strip()
    check_text(reason, "reason")
    current_city = city.current()
    day = today(current_city.clock)
    flag = current_city.registry.flags().named(finding.flag)
    if flag is None:
        raise DeskRefused("این هشدار دیگر تعریف نشده است.", "This flag is declared no longer.", "reason")
    with transaction.atomic():
        (held_finding,) = _locked([finding])
        require(actor, "finding.clear", about(held_finding))
        if held_finding.state not in OPEN:
            raise DeskRefused("این یافته باز نیست.", "This finding is not open.", "reason")
        held_finding.published_on = held_finding.published_on or day
        held_finding.expires_on = held_finding.expires_on or computation.expiry(flag, day)
        held_finding.state, held_finding.cleared_on, held_finding.cleared_by, held_finding.reason = (
            FindingState.CLEARED,
            day,
            actor,
            reason,
        )
        held_finding.save()
        audit.record(actor, "finding.clear", about(held_finding))
    computation.write(current_city)


def _locked(chosen: Sequence[FindingCase]) -> list[FindingCase]:
    """The findings as they stand now, kept from others until the act is done."""
    return list(
        FindingCase.objects.select_for_update().filter(pk__in=[finding.pk for finding in chosen]).order_by("pk")
    )


def check_text(text: str, field: str) -> None:
    """Raise DeskRefused for a text that cannot be published: empty, too long, or with a number of a person's."""
    if not text:
        raise DeskRefused("متن را بنویسید.", "Write the text.", field)
    if len(text) > LONGEST_WORDS:
        raise DeskRefused(
            "متن از {most} نویسه بلندتر است.", "The text is longer than {most} characters.", field
        ).format(most=LONGEST_WORDS)
    if holds_personal(text):
        raise DeskRefused(
            "در متن شمارهٔ ملی، تلفن یا حساب هست. پیش از انتشار برش دارید.",
            "The text holds a national ID, phone or account number. Take it out, for it will be published.",
            field,
        )


def unit_merged(subject: str) -> None:
    """Let the findings of one unit go on in the one that takes its place."""
    old, new = subject.split(" ")
    FindingCase.objects.filter(office=old).update(office=new)
