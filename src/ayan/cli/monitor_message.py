"""How a monitor tells what it found: by mail, or to a newsroom's webhook. Secrets come from the environment alone."""

from __future__ import annotations

import json
import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Final
from urllib.parse import SplitResult, urlsplit

from ayan.cli.limits import TELLING_SECONDS
from ayan.config import env, services
from ayan.config.env import Misconfigured
from ayan.core.transparency.release_verification import VerificationFinding
from ayan.core.values.label import Label

_BROKEN: Final = Label("ثبت عمومی {source}: چیزی درست نیست", "The log of {source}: something does not hold")
_LOOK: Final = Label("ثبت عمومی {source}: چیز تازه‌ای دیدن دارد", "The log of {source}: something new is worth a look")


class CannotTell(Exception):
    """Nobody could be told; the text says why, without any secret."""


@dataclass(frozen=True, slots=True)
class MonitorMessage:
    """Where a monitor tells what it found: the addresses of people, and whether the webhook is asked."""

    mail: tuple[str, ...] = ()
    webhook: SplitResult | None = None

    def tell(
        self, source: str, outcome: int, findings: Sequence[VerificationFinding], checkpoints: tuple[bytes, bytes]
    ) -> None:
        """Tell the findings to everybody, with the kept checkpoint and the one shown; CannotTell where that fails."""
        subject = (_BROKEN if outcome == 1 else _LOOK).format(source=source)
        lines = [f"{finding.where} [{finding.code}]\n{finding.what.fa}\n{finding.what.en}\n" for finding in findings]
        notes = [note.decode(errors="replace") for note in checkpoints if note]
        text = "\n".join([subject.fa, subject.en, "", *lines, *notes])
        try:
            if self.mail:
                self._send(subject, text)
            if self.webhook is not None:
                facts = {"source": source, "outcome": outcome, "findings": [finding.as_json() for finding in findings]}
                self._post(self.webhook, json.dumps({"text": text, **facts}, ensure_ascii=False).encode())
        except (OSError, smtplib.SMTPException, HTTPException, ValueError) as fault:
            # The words of a server may repeat what it was sent, a password among it.
            raise CannotTell(type(fault).__name__) from None

    def _send(self, subject: Label, text: str) -> None:
        message = EmailMessage()
        message["Subject"] = f"{subject.fa} · {subject.en}"
        message["From"] = env.need("AYAN_MAIL_FROM")
        message["To"] = ", ".join(self.mail)
        message.set_content(text)
        server = services.smtp(env.need("AYAN_SMTP"))
        context = ssl.create_default_context()
        if server.encrypted:
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=TELLING_SECONDS, context=context
            )
        else:
            connection = smtplib.SMTP(server.host, server.port, timeout=TELLING_SECONDS)
        with connection:
            if server.upgraded:
                connection.starttls(context=context)
            if server.user:
                connection.login(server.user, server.password)
            connection.send_message(message)

    def _post(self, address: SplitResult, body: bytes) -> None:
        kind = HTTPSConnection if address.scheme == "https" else HTTPConnection
        connection = kind(str(address.hostname), address.port, timeout=TELLING_SECONDS)
        headers = {"Content-Type": "application/json; charset=utf-8"}
        try:
            path = f"{address.path or '/'}?{address.query}" if address.query else address.path or "/"
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            if not 200 <= answer.status < 300:
                raise CannotTell(f"the webhook answered {answer.status}")
        finally:
            connection.close()


def sendable(mail: Sequence[str], *, webhook: bool) -> MonitorMessage:
    """Whom to tell; Misconfigured where the environment does not say how."""
    if mail:
        services.smtp(env.need("AYAN_SMTP"))
        env.need("AYAN_MAIL_FROM")
    if any("\n" in address or "\r" in address for address in mail):
        raise Misconfigured("An address is one line.")
    if not webhook:
        return MonitorMessage(tuple(mail))
    address = urlsplit(env.need("AYAN_MONITOR_WEBHOOK"))
    own = address.hostname in ("127.0.0.1", "::1", "localhost")
    if not address.hostname or address.scheme not in (("https", "http") if own else ("https",)):
        raise Misconfigured("AYAN_MONITOR_WEBHOOK must begin with https://, or with http:// on this machine.")
    return MonitorMessage(tuple(mail), address)
