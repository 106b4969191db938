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
from ayan.apps.flags import computing
from ayan.apps.flags.computing import about
from ayan.apps.flags.limits import LONGEST_WORDS
from ayan.apps.flags.models import OPEN, PUBLIC, Finding, Reply, State
from ayan.apps.flags.texts import holds_personal
from ayan.core.values.clock import today
from ayan.core.values.label import Label
from ayan.wiring import city

HOW: Final = {
    "letter": Label("نامهٔ رسمی", "Official letter"),
    "portal": Label("کارتابل یا سامانه", "Electronic inbox"),
    "person": Label("حضوری، با رسید", "In person, with a receipt"),
}
_LETTER: Final = re.compile(r"[\w/.\-]{1,60}")


def tell(actor: User, chosen: Sequence[Finding], how: str, letter: str) -> None:
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
    here = city.current()
    day = today(here.clock)
    due = here.profile.workdays.after(day, here.profile.reply_days)
    with transaction.atomic():
        for one in _held(chosen):
            require(actor, "finding.tell", about(one))
            if one.state != State.WAITING:
                raise DeskRefused(
                    "این یافته پیش‌تر نشان داده شده است.", "This finding has been shown already.", "findings"
                )
            one.state, one.told_on, one.told_by, one.told_how, one.letter, one.due_on = (
                State.ASKED, day, actor, how, letter, due,
            )  # fmt: skip
            one.save()
            audit.record(actor, "finding.tell", about(one), how=how, due=due.isoformat())
    computing.write(here)


def reply(actor: User, finding: Finding, by: str, text: str, came_on: date | None = None) -> None:
    """Enter what the company or the unit answered; it is published with the finding, word for word.

    ``came_on`` is the day on which it came, if that was not today.
    """
    text = text.strip()
    if by not in ("party", "unit"):
        raise DeskRefused("بگویید پاسخ از کیست.", "Say whose reply it is.", "by")
    check_text(text, "text")
    here = city.current()
    with transaction.atomic():
        (one,) = _held([finding])
        require(actor, "finding.reply", about(one))
        if one.state not in (State.ASKED, State.PUBLISHED):
            raise DeskRefused(
                "پاسخ را پس از نشان دادن یافته می‌شود نوشت.",
                "A reply can be entered once the finding has been shown.",
                "text",
            )
        Reply.objects.create(
            finding=one,
            by=by,
            text=text,
            on=came_on or today(here.clock),
            entered_by=actor,
            entered_at=here.clock.now(),
        )
        audit.record(actor, "finding.reply", about(one), by=by)
    computing.write(here)


def arrived(public_id: str, day: date | None) -> None:
    """Note the day of a reply that waits to be confirmed, so that a publication says it came; None once none waits."""
    with transaction.atomic():
        one = Finding.objects.select_for_update().filter(public_id=public_id, state__in=OPEN).first()
        if one is None or one.reply_came_on == day:
            return
        one.reply_came_on = day
        one.save(update_fields=["reply_came_on"])
    if one.state in PUBLIC:
        computing.write(city.current())


def clear(actor: User, finding: Finding, reason: str) -> None:
    """Close a case as explained: it stays public with the reason, unless nobody outside ever saw it as open.

    What was cleared before it was published is published as cleared: the flag's rate of error is part of what it says.
    """
    reason = reason.strip()
    check_text(reason, "reason")
    here = city.current()
    day = today(here.clock)
    flag = here.registry.flags().named(finding.flag)
    if flag is None:
        raise DeskRefused("این پرچم دیگر تعریف نشده است.", "This flag is declared no longer.", "reason")
    with transaction.atomic():
        (one,) = _held([finding])
        require(actor, "finding.clear", about(one))
        if one.state not in OPEN:
            raise DeskRefused("این یافته باز نیست.", "This finding is not open.", "reason")
        one.published_on = one.published_on or day
        one.expires_on = one.expires_on or computing.expiry(flag, day)
        one.state, one.cleared_on, one.cleared_by, one.reason = State.CLEARED, day, actor, reason
        one.save()
        audit.record(actor, "finding.clear", about(one))
    computing.write(here)


def _held(chosen: Sequence[Finding]) -> list[Finding]:
    """The findings as they stand now, kept from others until the act is done."""
    return list(Finding.objects.select_for_update().filter(pk__in=[one.pk for one in chosen]).order_by("pk"))


def check_text(text: str, field: str) -> None:
    """Raise DeskRefused for a text that cannot be published: empty, too long, or with a number of a person's."""
    if not text:
        raise DeskRefused("متن را بنویسید.", "Write the text.", field)
    if len(text) > LONGEST_WORDS:
        raise DeskRefused(
            f"متن از {LONGEST_WORDS} نویسه بلندتر است.", f"The text is longer than {LONGEST_WORDS} characters.", field
        )
    if holds_personal(text):
        raise DeskRefused(
            "در متن شمارهٔ ملی، تلفن یا حساب هست. پیش از انتشار برش دارید.",
            "The text holds a national ID, phone or account number. Take it out, for it will be published.",
            field,
        )
