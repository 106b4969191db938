"""The addresses at which an officer is told: another one counts once it is confirmed by what was sent there."""

from __future__ import annotations

import hmac
import re
import secrets
from typing import Final

from cryptography.fernet import InvalidToken
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from ayan.apps.accounts import actions, audit, messages
from ayan.apps.accounts.forms import AccountRefused
from ayan.apps.accounts.limits import CONTACT_LASTS, MOST_CODES
from ayan.apps.accounts.models import ContactChange, User
from ayan.apps.accounts.sessions import person
from ayan.apps.outbox import outbox
from ayan.apps.outbox.message_content import MessageContent, lock_address
from ayan.apps.outbox.models import Channel
from ayan.core.values import locale
from ayan.core.values.digits import to_latin
from ayan.core.values.label import Label
from ayan.ui.text_encryption import fingerprint, lock, unlock
from ayan.ui.value_html import plain_number
from ayan.wiring import city

PURPOSE: Final = b"ayan contact change 1"
_PHONE: Final = re.compile(r"\+?[0-9]{8,15}")
_DIGITS: Final = 6


def ask(me: User, way: Channel, typed: str) -> ContactChange:
    """Send a code to another address or number of one's own; the one before holds until it is typed in.

    Raises AccountRefused for what is no address, and where one was asked for a moment ago.
    """
    address = checked(way, typed)
    now = city.current().clock.now()
    code = "".join(secrets.choice("0123456789") for _ in range(_DIGITS))
    with transaction.atomic():
        User.objects.select_for_update().get(pk=me.pk)
        ContactChange.objects.filter(user=me, way=way).delete()
        change = ContactChange.objects.create(
            user=me,
            way=way,
            locked=lock(address, PURPOSE),
            digest=_digest(me, code),
            asked_at=now,
            until=now + CONTACT_LASTS,
        )
        lang = locale.known(outbox.wishes_of(me).lang)
        kind = messages.CONFIRM_CONTACT
        hours = plain_number(int(CONTACT_LASTS.total_seconds() // 3600), lang)
        heading = f"{city.current().profile.name.of(lang)}: {kind.subject.of(lang)}"
        content = MessageContent(heading, kind.words.of(lang).format(code=code, hours=hours))
        outbox.put_to_address(kind, lock_address(address), f"contact/{change.pk}", content, lang, channel=way, user=me)
        audit.record(me, "contact.change", person(me), did="ask", way=way.value)
    return change


def confirm(me: User, way: Channel, code: str) -> None:
    """Take the address or number whose code this is; whoever is reached at the one before is told there."""
    with transaction.atomic():
        change = ContactChange.objects.select_for_update().filter(user=me, way=way).first()
        now = city.current().clock.now()
        if change is None or change.until <= now or change.attempts >= MOST_CODES:
            raise AccountRefused(
                Label(
                    "این کد دیگر کار نمی‌کند. دوباره بنویسید تا کد تازه‌ای بیاید.",
                    "This code works no longer. Ask for another.",
                ),
                "code",
            )
        right = hmac.compare_digest(change.digest, _digest(me, to_latin(code).strip()))
        if right:
            try:
                _take(me, way, unlock(change.locked, PURPOSE))
            except InvalidToken:
                right = False
            change.delete()
        else:
            ContactChange.objects.filter(pk=change.pk).update(attempts=change.attempts + 1)
    if not right:
        raise AccountRefused(Label("این کد درست نیست.", "This code is not right."), "code")


def _take(me: User, way: Channel, address: str) -> None:
    before = me.email if way == Channel.MAIL else me.phone
    if before and before != address:
        _tell_before(me, way, before)
    User.objects.filter(pk=me.pk).update(**{"email" if way == Channel.MAIL else "phone": address})
    me.refresh_from_db(fields=["email", "phone"])
    audit.record(me, "contact.change", person(me), did="confirm", way=way.value)


def _tell_before(whom: User, way: Channel, before: str) -> None:
    """Tell at the address before that it is another one now."""
    lang = locale.known(outbox.wishes_of(whom).lang)
    kind = messages.CONTACT_CHANGED
    heading = f"{city.current().profile.name.of(lang)}: {kind.subject.of(lang)}"
    content = MessageContent(heading, f"{kind.words.of(lang)}\n\n{outbox.DESK.address(lang)}")
    stage = city.current().clock.now().isoformat()
    outbox.put_to_address(
        kind, lock_address(before), str(person(whom)), content, lang, stage=stage, channel=way, user=whom
    )


def correct(actor: User, whom: User, name: str, email: str, phone: str) -> None:
    """Correct what an administrator wrote of somebody else.

    The address of an account in use is its owner's to change: warnings of what administrators ask for go there. One
    that is missing can be added. Raises AccountRefused otherwise.
    """
    actions.allow(actor, "people.manage", whom)
    if not name.strip() or len(name.strip()) > 150:
        raise AccountRefused(Label("نام را بنویسید.", "Write the name."), "name")
    mail = checked(Channel.MAIL, email) if email.strip() else ""
    number = checked(Channel.SMS, phone) if phone.strip() else ""
    with transaction.atomic():
        held = User.objects.select_for_update().get(pk=whom.pk)
        changes = {"name": (held.name, name.strip()), "email": (held.email, mail), "phone": (held.phone, number)}
        changed = [field for field, (before, after) in changes.items() if before != after]
        if held.is_active and any(changes[field][0] for field in changed if field != "name"):
            raise AccountRefused(
                Label(
                    "نشانی حسابی را که به کار است تنها صاحبش در صفحهٔ حساب خود عوض می‌کند.",
                    "Only its owner changes the address of an account in use, on the page of the account.",
                ),
                next(field for field in changed if field != "name"),
            )
        held.name, held.email, held.phone = name.strip(), mail, number
        held.save(update_fields=["name", "email", "phone"])
        if changed:
            audit.record(actor, "people.manage", person(held), did="correct", fields="+".join(changed))


def waiting(me: User) -> dict[str, ContactChange]:
    """The changes that wait for their code, by way."""
    now = city.current().clock.now()
    return {change.way: change for change in ContactChange.objects.filter(user=me, until__gt=now)}


def checked(way: Channel, typed: str) -> str:
    """An address or number as it is kept. Raises AccountRefused for what is none."""
    text = typed.strip()
    if way == Channel.SMS:
        number = re.sub(r"[ ()-]", "", to_latin(text))
        if not _PHONE.fullmatch(number):
            raise AccountRefused(
                Label("تلفن همراه را با رقم بنویسید، مانند ۰۹۱۲۱۲۳۴۵۶۷.", "Write it in digits, like 09121234567."),
                "phone",
            )
        return number
    try:
        validate_email(text)
    except ValidationError:
        raise AccountRefused(
            Label("رایانامه را مانند nam@example.ir بنویسید.", "Write the e-mail like name@example.ir."), "email"
        ) from None
    return text


def _digest(me: User, code: str) -> str:
    return fingerprint("contact", str(me.pk), code)
