"""Who carries messages: over one connection to the mail server for many, and by the city's SMS gateway."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parseaddr
from smtplib import SMTPAuthenticationError, SMTPDataError, SMTPException, SMTPRecipientsRefused, SMTPSenderRefused
from typing import Any

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from ayan.apps.outbox.message_content import MessageContent, open_address
from ayan.apps.outbox.models import Channel, OutboxMessage
from ayan.apps.outbox.sms_gateway import NotSent, gateway

log = logging.getLogger(__name__)
# Answers of a mail server from here on are meant for good (RFC 5321, 4.2.1).
_FOR_GOOD = 500


@dataclass(frozen=True)
class Undelivered(Exception):
    """A message was certainly not taken: ``reason`` is a code of `REASONS`.

    One that is ``final`` is not tried again by itself; where the ``way`` is closed, others by it need not be tried now.
    """

    reason: str
    final: bool = False
    way: bool = False


class Courier:
    """Carries messages one after the other; to be used in a ``with`` block, which closes its connection."""

    def __init__(self) -> None:
        self._connection: Any = None

    def __enter__(self) -> Courier:
        return self

    def __exit__(self, *_: object) -> None:
        if self._connection is not None:
            with suppress(OSError):
                self._connection.close()

    def carry(self, message: OutboxMessage) -> str:
        """Hand one message over; what the gateway calls it, if anything. Raises Undelivered."""
        to = self._address(message)
        try:
            content = MessageContent.opened(message.content)
        except InvalidToken:
            raise Undelivered("key-gone", final=True) from None
        return self._text(to, content) if message.channel == Channel.SMS else self._mail(message, to, content)

    def _address(self, message: OutboxMessage) -> str:
        if message.address:
            try:
                return open_address(message.address)
            except InvalidToken:
                raise Undelivered("key-gone", final=True) from None
        person = message.user
        if person is None or not person.is_active:
            raise Undelivered("left", final=True)
        to = str(person.phone if message.channel == Channel.SMS else person.email)
        if not to:
            raise Undelivered("no-address", final=True)
        return to

    def _mail(self, message: OutboxMessage, to: str, content: MessageContent) -> str:
        host = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
        headers = {
            "Auto-Submitted": "auto-generated",
            # The same at every attempt: a message that arrives twice is known by it.
            "Message-ID": f"<{message.key[:40]}@{host}>",
            **dict(content.headers),
        }
        try:
            if self._connection is None:
                connection = get_connection()
                connection.open()
                self._connection = connection
            letter = EmailMessage(
                content.subject, f"{content.words}\n", None, [to], headers=headers, connection=self._connection
            )
            letter.send()
        except (SMTPException, OSError, ValueError) as fault:
            log.warning("a message by mail was not taken: %s", type(fault).__name__)
            raise _of_mail(fault) from None
        return ""

    def _text(self, to: str, content: MessageContent) -> str:
        try:
            return (gateway().send(to, f"{content.subject}\n{content.words}") or "")[:120]
        except NotSent as fault:
            log.warning("a message by SMS was not taken: %s", type(fault).__name__)
            raise Undelivered("gateway-refused") from None
        except Exception as fault:  # noqa: BLE001 - a city's own gateway may raise whatever it likes
            log.warning("the SMS gateway met with a fault: %s", type(fault).__name__)
            raise Undelivered("gateway-fault") from None


def _of_mail(fault: Exception) -> Undelivered:
    """What a fault of the mail server means; its text may hold the address, so it goes no further."""
    if isinstance(fault, SMTPRecipientsRefused):
        # A server that knows nobody by that name says so for good; one that is busy asks to come again.
        codes = [code for code, _ in fault.recipients.values()]
        return Undelivered("address-refused", final=bool(codes) and min(codes) >= _FOR_GOOD)
    if isinstance(fault, SMTPAuthenticationError):
        return Undelivered("login-refused", way=True)
    if isinstance(fault, SMTPSenderRefused | SMTPDataError):
        return Undelivered("refused")
    if isinstance(fault, OSError):
        return Undelivered("unreachable", way=True)
    return Undelivered("address-odd", final=True)
