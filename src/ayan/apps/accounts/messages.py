"""What an officer is told by mail at once, because somebody else may be trying to take their place."""

from __future__ import annotations

import logging
from smtplib import SMTPException
from typing import Final

from django.core.mail import send_mail

from ayan.apps.accounts.models import User
from ayan.core.values.label import Label

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
_SUBJECT: Final = "حساب شما در میز کار / Your account at the desk"


def send(to: User, words: Label) -> None:
    """Send it where the person has an address; a mail server that is away stops nothing, and is written down."""
    if not to.email:
        return
    try:
        send_mail(_SUBJECT, f"{words.fa}\n\n{words.en}\n", None, [to.email])
    except (SMTPException, OSError) as wrong:
        logging.getLogger(__name__).warning("a letter to an officer was not sent: %s", type(wrong).__name__)
