"""A mail server on this machine that keeps what it is given, and can be told to refuse."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, Final, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from tests.ports import free_port

OK: Final = "250 OK"


class Kept:
    """What arrived, in its order; ``answers`` are given instead of yes, by receiver."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, EmailMessage]] = []
        self.answers: dict[str, str] = {}

    async def handle_RCPT(  # noqa: N802 - the name that the server calls
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return OK

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - likewise
        letter = message_from_bytes(cast("bytes", envelope.content), policy=policy.default)
        self.letters += [(to, letter) for to in envelope.rcpt_tos]
        return OK

    def to(self, address: str) -> list[EmailMessage]:
        """What one receiver was sent."""
        return [letter for to, letter in self.letters if to == address]


@contextmanager
def serving(settings: Any, kept: Kept) -> Iterator[None]:
    """Let the city's mail go to a server that keeps it."""
    controller = Controller(kept, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = controller.hostname, controller.port
        yield
    finally:
        controller.stop()


def body(letter: EmailMessage) -> str:
    """The words of a letter."""
    part = letter.get_body(("plain",))
    assert part is not None
    return str(part.get_content())
