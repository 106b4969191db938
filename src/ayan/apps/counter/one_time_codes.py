"""One-time codes for whoever has lost the code of a case: sent to the phone or the address that they left with it.

Asking looks nothing up: neither the answer nor its time tells whether a number or a contact exists. The worker does.
"""

from __future__ import annotations

import hmac
import json
import secrets
from typing import Final

from cryptography.fernet import InvalidToken
from django.db import transaction
from django_tasks import task

from ayan.apps.accounts.contacts import checked as checked_contact
from ayan.apps.accounts.forms import AccountRefused
from ayan.apps.counter import case_messages, rules
from ayan.apps.counter.case_access import number_of
from ayan.apps.counter.limits import CODE_DIGITS, CODE_LASTS, LONGEST_CONTACT
from ayan.apps.counter.models import Case, CodeRequest, OneTimeCode
from ayan.apps.outbox import outbox
from ayan.apps.outbox.message_content import MessageContent, lock_address
from ayan.apps.outbox.message_kind import MessageKind
from ayan.apps.outbox.models import Channel
from ayan.core.values import locale
from ayan.core.values.digits import to_latin
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui.contract import MAIL_QUEUE
from ayan.ui.text_encryption import fingerprint, lock, unlock
from ayan.wiring import city

_PURPOSE: Final = b"ayan counter one-time 1"

ONE_TIME: Final = MessageKind(
    code="counter.one-time",
    when=Label("کسی کد یک‌بار مصرف یک مورد را خواست", "Somebody asks for a one-time code of a case"),
    to=Label("نشانی یا تلفنی که با مورد ثبت شده است", "The address or phone that was left with the case"),
    subject=Label("کد یک‌بار مصرف", "One-time code"),
    words=Label(
        "کد یک‌بار مصرف مورد {number}: {code}\nتا یک ربع کار می‌کند. اگر شما نخواسته‌اید، کاری نکنید.",
        "One-time code of case {number}: {code}\nIt works for a quarter of an hour. If you did not ask, do nothing.",
    ),
    urgent=True,
)


def ask(number: str, contact: str, lang: Lang) -> None:
    """Note that a code is asked for; whatever was typed, the same is done."""
    written = json.dumps([number[:60], contact[:LONGEST_CONTACT]], ensure_ascii=False)
    CodeRequest.objects.create(locked=lock(written, _PURPOSE), lang=lang, at=city.current().clock.now())
    answer_requests.enqueue()


@task(queue_name=MAIL_QUEUE)
def answer_requests() -> None:
    """Put the codes that were asked for into the outbox."""
    for request in CodeRequest.objects.order_by("pk"):
        with transaction.atomic():
            if not CodeRequest.objects.filter(pk=request.pk).delete()[0]:
                continue
            try:
                number, contact = json.loads(unlock(request.locked, _PURPOSE))
            except (InvalidToken, ValueError):
                continue
            _answer(number_of(str(number)), str(contact), locale.known(request.lang))


def _answer(number: str, contact: str, lang: Lang) -> None:
    case = Case.objects.filter(number=number).first() if number else None
    if case is None:
        return
    for channel, kept in case_messages.contacts(case, rules.kind_of(case)):
        if hmac.compare_digest(_normal(channel, contact), _normal(channel, kept)):
            _send(case, channel, kept, lang)
            return


def _normal(channel: Channel, typed: str) -> bytes:
    """A contact as it is compared; what is none of its channel is equal to nothing that is kept."""
    try:
        return checked_contact(channel, typed).casefold().encode()
    except AccountRefused:
        return b"none"


def _send(case: Case, channel: Channel, address: str, lang: Lang) -> None:
    code = "".join(secrets.choice("0123456789") for _ in range(CODE_DIGITS))
    one_time_code = OneTimeCode.objects.create(
        case=case, digest=_digest(case.number, code), at=city.current().clock.now()
    )
    heading = f"{city.current().profile.name.of(lang)}: {ONE_TIME.subject.of(lang)}"
    content = MessageContent(heading, ONE_TIME.words.of(lang).format(number=case.number, code=code))
    about = f"case:{case.number}"
    outbox.put_to_address(
        ONE_TIME, lock_address(address), about, content, lang, stage=f"code-{one_time_code.pk}", channel=channel
    )


def opened(number: str, typed: str) -> Case | None:
    """The case that a one-time code opens; it opens it once. None for a code that is wrong, used or too old."""
    digits = "".join(sign for sign in to_latin(typed[:60]) if sign.isdigit())
    old = city.current().clock.now() - CODE_LASTS
    with transaction.atomic():
        row = OneTimeCode.objects.select_for_update().filter(digest=_digest(number, digits), at__gt=old).first()
        if row is None:
            return None
        case = row.case
        # Used, and those that were asked for before it too.
        OneTimeCode.objects.filter(case=case).delete()
        return case


@task(queue_name=MAIL_QUEUE)
def answer_again() -> None:
    """Answer what a killed worker left, and let go of codes whose time is over."""
    OneTimeCode.objects.filter(at__lte=city.current().clock.now() - CODE_LASTS).delete()
    if CodeRequest.objects.exists():
        answer_requests.enqueue()


def _digest(number: str, code: str) -> str:
    return fingerprint("counter", "one-time", number, code)
