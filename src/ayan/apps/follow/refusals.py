"""Why nobody is told at an address of mail."""

from __future__ import annotations

from ayan.apps.accounts.limits import ATTEMPTS_WINDOW
from ayan.core.values.refusal import Refusal


class FollowRefused(Refusal):
    """Somebody asked to follow something, and does not."""

    code = "follow-refused"
    fa = "درخواست دنبال کردن پذیرفته نشد."
    en = "The request to follow was refused."
    status = 422
    field = "email"


class NoAddress(FollowRefused):
    """What was typed is no address of mail."""

    code = "no-address"
    fa = "نشانی رایانامه را کامل بنویسید، مثل name@example.org."
    en = "Write a whole address of mail, like name@example.org."
    status = 422


class FollowsTooMuch(FollowRefused):
    """The address follows as much as one may."""

    code = "follows-too-much"
    fa = "این نشانی بیش از این نمی‌تواند دنبال کند. چیزی را کم کنید."
    en = "This address follows as much as it may. Leave something."
    status = 422


class AskedTooOften(FollowRefused):
    """From one place, or of one address, too much was asked in the last quarter of an hour."""

    code = "asked-too-often"
    fa = "در این چند دقیقه بارها خواسته شده است. کمی بعد دوباره بکوشید."
    en = "This was asked for many times. Try again later."
    status = 429
    retry_after = int(ATTEMPTS_WINDOW.total_seconds())


class MailAway(FollowRefused):
    """The mail server took no letter, so nobody could confirm."""

    code = "mail-away"
    fa = "نامه فرستاده نشد، چون سرور نامه پاسخ نداد. کمی بعد دوباره بکوشید."
    en = "The letter was not sent, for the mail server did not answer. Try again later."
    status = 503
    retry_after = 300
