"""What an officer is told by mail at once, because somebody else may be trying to take their place."""

from __future__ import annotations

import logging
from smtplib import SMTPException
from typing import Final

from django.core.mail import send_mail

from ayan.apps.accounts.models import User
from ayan.core.schema.definition import Label

NEW_LINK: Final = Label(
    "برای حساب شما در میز کار پیوند تازه‌ای ساخته شد. هر که آن را به کار برد، گذرواژه و عامل دوم شما را عوض می‌کند. "
    "اگر خودتان نخواسته‌اید، همین حالا به مدیر دیگری خبر دهید.",
    "A new link was made for your account at the desk. Whoever uses it replaces your password and second factor. "
    "If you did not ask for it, tell another administrator now.",
)
_SUBJECT: Final = "حساب شما در میز کار / Your account at the desk"


def send(to: User, words: Label) -> None:
    """Send it where the person has an address; a mail server that is away stops nothing, and is written down."""
    if not to.email:
        return
    try:
        send_mail(_SUBJECT, f"{words.fa}\n\n{words.en}\n", None, [to.email])
    except (SMTPException, OSError) as wrong:
        logging.getLogger(__name__).warning("a letter to an officer was not sent: %s", type(wrong).__name__)
