"""What officers are sent: a warning at once when somebody may take their place, and reminders of what is due."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from smtplib import SMTPException
from typing import Final

from django.conf import settings
from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django_tasks import task

from ayan.apps.accounts import audit, policy
from ayan.apps.accounts.duties import DutyLine, lines, subject_of
from ayan.apps.accounts.limits import ALONE_DELAY, MOST_TRIES
from ayan.apps.accounts.models import Reminder, User
from ayan.apps.accounts.sessions import person
from ayan.apps.accounts.sms_gateway import NotSent, gateway
from ayan.core.values.label import Label
from ayan.ui.contract import MAIL_QUEUE
from ayan.ui.value_html import plain_number
from ayan.wiring import city

NEW_LINK: Final = Label(
    "برای حساب شما در میز کار پیوند تازه‌ای ساخته شد. هر که آن را به کار برد، گذرواژه و عامل دوم شما را عوض می‌کند. "
    "اگر خودتان نخواسته‌اید، همین حالا به مدیر دیگری خبر دهید.",
    "A new link was made for your account at the desk. Whoever uses it replaces your password and second factor. "
    "If you did not ask for it, tell another administrator now.",
)
WRONG_FACTORS: Final = Label(
    "کسی با گذرواژهٔ درست شما چند بار کد نادرست نوشته است. اگر خودتان نبوده‌اید، همین حالا گذرواژه را عوض کنید و "
    "به مدیر سامانه خبر دهید.",
    "Somebody with your right password typed wrong codes several times. If it was not you, change your password now "
    "and tell the administrator.",
)
LOCKED: Final = Label(
    "حساب شما در میز کار قفل شد: با گذرواژهٔ درست بارها کد نادرست نوشته شد. برای ورود از مدیر سامانه پیوند تازه "
    "بخواهید.",
    "Your account at the desk is locked: with the right password, wrong codes were typed many times. Ask the "
    "administrator for a new link to sign in.",
)
ROLE_TAKEN: Final = Label(
    "از یکی از کارکنان نقشی گرفته شد که بر کار دیگران نظر می‌دهد، یا حساب او بسته شد. اگر خبر نداشته‌اید "
    "رد کارها را ببینید.",
    "A role that decides over the work of others was taken from an officer, or the account was closed. If you did not "
    "know of it, look at the audit trail.",
)
ASKED_FOR_YOU: Final = Label(
    "مدیری برای حساب شما در میز کار پیوند ورود تازه یا نقشی خواسته است. اگر خودتان نخواسته‌اید، وارد میز کار شوید "
    "و آن را رد کنید یا همین حالا به حسابرس خبر دهید.",
    "An administrator asked for a new link or a role for your account at the desk. If you did not ask for it, sign in "
    "and refuse it there, or tell an auditor now.",
)
WAITS_FOR_SECOND: Final = Label(
    "درخواست اختیاری منتظر تأیید مدیر دوم است. پیش از تأیید از خود آن شخص بپرسید.",
    "A request for access waits for a second administrator. Ask the person themselves before you confirm it.",
)
GOES_AHEAD: Final = Label(
    "مدیر دیگری نیست که این درخواست اختیار را تأیید کند؛ {hours} ساعت پس از درخواست انجام‌شدنی است. اگر درست "
    "نیست، پیش از آن ردش کنید.",
    "There is no other administrator to confirm this request for access, so it may be carried out after {hours} hours. "
    "If it is not right, refuse it before.",
).filled(lambda lang: {"hours": plain_number(int(ALONE_DELAY.total_seconds() // 3600), lang)})
REFUSED: Final = Label("درخواست اختیاری که داده بودید رد شد.", "A request for access that you made was refused.")
_WARNING: Final = "حساب شما در میز کار / Your account at the desk"
BEFORE: Final = 7
WAYS: Final = ("mail", "sms")


def warn(to: User, words: Label) -> None:
    """Have it sent where the person has an address; how long the page takes does not tell whether there is one."""
    send_warning.enqueue(to.pk, words.words())


@task(queue_name=MAIL_QUEUE)
def send_warning(to: int, words: dict[str, str]) -> None:
    """Send it; a mail server that is away stops nothing, and is written down."""
    officer = User.objects.filter(pk=to).exclude(email="").first()
    if officer is None:
        return
    try:
        send_mail(_WARNING, "\n\n".join(words.values()) + "\n", None, [officer.email])
    except (SMTPException, OSError) as wrong:
        logging.getLogger(__name__).warning("a letter to an officer was not sent: %s", type(wrong).__name__)


def warn_all(people: Iterable[User], words: Label) -> None:
    """Send the same to each of them, with the address of the desk."""
    desk = Label("{words} {origin}/desk/", "{words} {origin}/en/desk/").format(words=words, origin=settings.ORIGIN)
    for each in people:
        warn(each, desk)


# --- reminders: a week before, on the last day, and every week that it is late; each once, however often this runs ----


@dataclass(frozen=True, slots=True)
class DueNotice:
    """Words for one person: ``about`` and ``stage`` say of what they are the one reminder, ``title`` heads the mail."""

    about: str
    stage: str
    to: User
    title: str
    words: str


@dataclass(frozen=True, slots=True)
class Message:
    """One reminder to one person."""

    line: DutyLine
    stage: str
    to: User

    @property
    def about(self) -> str:
        """What it is about: the oldest thing that is due."""
        return self.line.next.ref if self.line.next else self.line.dataset.slug

    @property
    def notice(self) -> DueNotice:
        """What is sent."""
        return DueNotice(self.about, self.stage, self.to, self.line.dataset.title.fa, _reminder_words(self.line))


def send_reminders() -> int:
    """Send every reminder that is to be sent today and was not; how many were."""
    return sum(send_reminder(message.notice) for message in reminders_of_today())


def send_reminder(notice: DueNotice) -> int:
    """Send one reminder by every way that reaches its person, unless it was; by how many it went out now."""
    return sum(_send_by(notice, way) for way in WAYS if _address(notice.to, way))


def reminders_of_today() -> Iterator[Message]:
    """The reminders of today, sent or not."""
    for line in lines():
        stage = _stage(line)
        if stage:
            for recipient in _people(line):
                yield Message(line, stage, recipient)


def _stage(line: DutyLine) -> str:
    """How near or late it is, in a word that is the same for as long as one reminder is enough; empty for none."""
    if line.next is None:
        return ""
    if line.next.never:
        # Nobody knows since when; so once a month is enough.
        return f"never-{line.today:%Y-%m}"
    if line.late:
        return f"late-{(line.late - 1) // 7}"
    if line.left == 0:
        return "last-day"
    return "before" if line.left <= BEFORE else ""


def _people(line: DutyLine) -> list[User]:
    """Owner, and the deputy once it is the last day; where there is neither, those who could name them."""
    duty = line.duty
    named = [holder for holder in (duty.owner, duty.deputy) if holder is not None and holder.is_active] if duty else []
    if not named:
        return policy.holders("due.manage", subject_of(line))
    return named if line.left <= 0 or named[0].pk != (duty.owner_id if duty else None) else named[:1]


def _address(to: User, way: str) -> str:
    return to.email if way == "mail" else to.phone


def _send_by(notice: DueNotice, way: str) -> bool:
    """Send one by one way; False where it has been sent, is being sent, or could not be."""
    claim = _claim(notice, way)
    if claim is None:
        return False
    try:
        _deliver(notice, way)
    except (NotSent, SMTPException, OSError) as fault:
        # Certainly not taken: it may be tried again. The text of the fault may hold an address, so it is not kept.
        logging.getLogger(__name__).warning("a reminder by %s was not taken: %s", way, type(fault).__name__)
        Reminder.objects.filter(pk=claim.pk).update(failures=claim.failures + 1)
        return False
    with transaction.atomic():
        Reminder.objects.filter(pk=claim.pk).update(sent_at=city.current().clock.now())
        subject = person(notice.to)
        audit.record(None, "reminder.send", subject, about=notice.about, stage=notice.stage, way=way)
    return True


def _claim(notice: DueNotice, way: str) -> Reminder | None:
    """The right to send this one now; None where somebody else has it or had it."""
    now = city.current().clock.now()
    key = {"about": notice.about, "stage": notice.stage, "user": notice.to, "way": way}
    try:
        with transaction.atomic():
            return Reminder.objects.create(**key, claimed_at=now)
    except IntegrityError:
        pass
    with transaction.atomic():
        held = Reminder.objects.select_for_update().get(**key)
        # Refused before, and not in somebody's hands at this moment. One whose sender was stopped half-way may have
        # gone out, so it is left.
        refused = held.sent_at is None and 0 < held.failures < MOST_TRIES
        if not refused or now - held.claimed_at < timedelta(minutes=5):
            return None
        held.claimed_at = now
        held.save()
        return held


def _deliver(notice: DueNotice, way: str) -> None:
    if way == "sms":
        gateway().send(notice.to.phone, notice.words)
    else:
        send_mail(f"عیان: {notice.title}", f"{notice.words}\n", None, [notice.to.email])


def _reminder_words(line: DutyLine) -> str:
    """What the reminder says: the dataset, the period and the days; nothing of its contents, and nobody's name."""
    next_due = line.next
    what = line.dataset.title.fa
    if next_due is not None and next_due.period is not None:
        what += f"، {next_due.period.label('fa')}"
    if next_due is not None and next_due.never:
        said = f"«{what}» هنوز هیچ‌گاه منتشر نشده است."
    elif line.late:
        said = f"«{what}» {plain_number(line.late, 'fa')} روز دیر شده و در صفحهٔ «داده‌های عقب‌افتاده» دیده می‌شود."
    elif line.left == 0:
        said = f"امروز آخرین روز «{what}» است."
    else:
        said = f"تا پایان مهلت «{what}» {plain_number(line.left, 'fa')} روز مانده است."
    return f"{said} {settings.ORIGIN}/desk/"
