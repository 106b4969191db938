"""What changes who follows what: asking, confirming, leaving. An address is never written anywhere but encrypted."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Final

from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer, TimestampSigner
from django.core.validators import validate_email
from django.db import transaction

from ayan.apps.accounts.limits import ATTEMPTS_WINDOW
from ayan.apps.accounts.secret_encryption import fingerprint, lock, unlock
from ayan.apps.follow.limits import LONGEST_ADDRESS, MOST_EACH
from ayan.apps.follow.models import Follower, Subscription
from ayan.apps.follow.topics import Topic
from ayan.core.values.locale import Lang
from ayan.core.values.refusal import Refusal
from ayan.wiring import city

PURPOSE: Final = b"ayan followers 1"
CONFIRMING: Final = timedelta(hours=48)
"""How long the link of a confirmation holds; what was not confirmed by then is forgotten, address and all."""

_LEAVING: Final = Signer(salt="ayan follow leave")
_CONFIRMED: Final = TimestampSigner(salt="ayan follow confirm")


# --- why somebody does not follow -------------------------------------------------------------------------------------


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


# --- acts -------------------------------------------------------------------------------------------------------------


def ask(address: str, topic: Topic, lang: Lang, site: str) -> Subscription:
    """Note that somebody asks to follow, which has no effect before it is confirmed. NoAddress or FollowsTooMuch."""
    typed = address.strip()
    try:
        validate_email(typed)
    except ValidationError:
        raise NoAddress from None
    if len(typed) > LONGEST_ADDRESS:
        raise NoAddress
    now = city.current().clock.now()
    with transaction.atomic():
        follower, _ = Follower.objects.get_or_create(
            digest=digest(typed),
            defaults={"code": _code(), "locked": lock(typed, PURPOSE), "lang": lang, "site": site},
        )
        known = follower.follows.filter(about=topic.text).first()
        if known is not None:
            return known
        if follower.follows.count() >= MOST_EACH:
            raise FollowsTooMuch
        return Subscription.objects.create(follower=follower, code=_code(), about=topic.text, created_at=now)


def digest(address: str) -> str:
    """A keyed digest by which an address is recognised; capital letters make no other address."""
    return fingerprint("follow", address.strip().casefold())


def address_of(follower: Follower) -> str:
    """The address, to be handed to the mail server and to nobody else."""
    return unlock(follower.locked, PURPOSE)


def confirmation(subscription: Subscription) -> str:
    """The secret of the link that confirms."""
    return _CONFIRMED.sign(subscription.code)


def to_confirm(token: str) -> Subscription | None:
    """The subscription that a link confirms; None for a link that is wrong or too old."""
    try:
        code = _CONFIRMED.unsign(token, max_age=CONFIRMING)
    except BadSignature:
        return None
    return Subscription.objects.select_related("follower").filter(code=code).first()


def confirm(subscription: Subscription) -> None:
    """From now on the follower is told; twice is as once."""
    now = city.current().clock.now()
    Subscription.objects.filter(pk=subscription.pk, confirmed_at=None).update(confirmed_at=now, reported_until=now)


def farewell(follower: Follower) -> str:
    """The secret of the link by which a follower leaves."""
    return _LEAVING.sign(follower.code)


def leaving(token: str) -> Follower | None:
    """Who leaves by a link; None for one that is wrong, or whose follower has left."""
    try:
        code = _LEAVING.unsign(token)
    except BadSignature:
        return None
    return Follower.objects.filter(code=code).first()


def leave(follower: Follower, only: str = "") -> None:
    """Follow one thing less, or nothing any more: with the last one the address is erased."""
    with transaction.atomic():
        if only:
            follower.follows.filter(code=only).delete()
        if not only or not follower.follows.exists():
            follower.delete()


def forget_unconfirmed() -> None:
    """Erase what was not confirmed in time, and the addresses that follow nothing."""
    until = city.current().clock.now() - CONFIRMING
    Subscription.objects.filter(confirmed_at=None, created_at__lt=until).delete()
    Follower.objects.filter(subscriptions=None).delete()


def _code() -> str:
    return secrets.token_urlsafe(18)
