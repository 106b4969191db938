"""What changes who follows what: asking, confirming, leaving. An address is never written anywhere but encrypted."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Final

from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from django.core.validators import validate_email
from django.db import transaction

from ayan.apps.accounts.limits import ATTEMPTS_WINDOW
from ayan.apps.follow.limits import CONFIRMATION_LASTS, LEAVING_DAYS, LONGEST_ADDRESS, MOST_EACH
from ayan.apps.follow.models import Follower, FollowRequest, Subscription
from ayan.apps.follow.topics import Topic
from ayan.apps.outbox import outbox
from ayan.core.values.locale import Lang
from ayan.core.values.refusal import Refusal
from ayan.ui.text_encryption import fingerprint, lock, unlock
from ayan.wiring import city

PURPOSE: Final = b"ayan followers 1"


# Made at each use: a process of many cities signs for each of them with another key.
def _leaving() -> TimestampSigner:
    return TimestampSigner(salt="ayan follow leave until")


def _confirmed() -> TimestampSigner:
    return TimestampSigner(salt="ayan follow confirm")


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


class LinkTooOld(FollowRefused):
    """The link by which somebody wants to leave is from an old letter."""

    code = "link-too-old"
    fa = "این پیوند از نامه‌ای کهنه است. پیوند پایان تازه‌ترین نامه را باز کنید."
    en = "This link is from an old letter. Open the one at the end of the newest."
    status = 410


# --- acts -------------------------------------------------------------------------------------------------------------


def ask(address: str, topic: Topic, lang: Lang, site: str) -> None:
    """Note that somebody asks to follow, which the worker answers by letter. NoAddress for what is none.

    Nothing is looked up, so that neither the answer nor its time tells whether the address is known.
    """
    typed = address.strip()
    try:
        validate_email(typed)
    except ValidationError:
        raise NoAddress from None
    if len(typed) > LONGEST_ADDRESS:
        raise NoAddress
    FollowRequest.objects.create(
        locked=lock(typed, PURPOSE), about=topic.text, lang=lang, site=site, asked_at=city.current().clock.now()
    )


def taken(request: FollowRequest) -> Subscription | None:
    """What a request asks for, without effect before it is confirmed; None where it is, so that no letter is owed.

    However much is asked for takes no place of the address: strangers may ask, only its owner can confirm. Raises
    InvalidToken where the address was encrypted under a key that is gone.
    """
    address = unlock(request.locked, PURPOSE)
    with transaction.atomic():
        follower, _ = Follower.objects.get_or_create(
            digest=digest(address),
            defaults={
                "code": _code(), "locked": lock(address, PURPOSE), "lang": request.lang, "site": request.site,
            },
        )  # fmt: skip
        known = follower.subscriptions.filter(about=request.about).first()
        if known is not None:
            return known if known.confirmed_at is None else None
        return Subscription.objects.create(
            follower=follower, code=_code(), about=request.about, created_at=city.current().clock.now()
        )


def digest(address: str) -> str:
    """A keyed digest by which an address is recognised; capital letters make no other address."""
    return fingerprint("follow", address.strip().casefold())


def address_of(follower: Follower) -> str:
    """The address, to be handed to the mail server and to nobody else."""
    return unlock(follower.locked, PURPOSE)


def confirmation(subscription: Subscription) -> str:
    """The secret of the link that confirms."""
    return _confirmed().sign(subscription.code)


def to_confirm(token: str) -> Subscription | None:
    """The subscription that a link confirms; None for a link that is wrong or too old."""
    try:
        code = _confirmed().unsign(token, max_age=CONFIRMATION_LASTS)
    except BadSignature:
        return None
    return Subscription.objects.select_related("follower").filter(code=code).first()


def confirm(subscription: Subscription) -> None:
    """From now on the follower is told; twice is as once. FollowsTooMuch where the address has no place left."""
    now = city.current().clock.now()
    with transaction.atomic():
        follower = Follower.objects.select_for_update().get(pk=subscription.follower_id)
        others = follower.follows.exclude(pk=subscription.pk)
        if subscription.confirmed_at is None and others.count() >= MOST_EACH:
            raise FollowsTooMuch
        Subscription.objects.filter(pk=subscription.pk, confirmed_at=None).update(confirmed_at=now, reported_until=now)


def farewell(follower: Follower) -> str:
    """The secret of the link by which a follower leaves: each letter has a new one, and an old one ends."""
    return _leaving().sign(follower.code)


def leaving(token: str) -> Follower | None:
    """Who leaves by a link; None for one that is wrong, or whose follower has left. LinkTooOld for an old one."""
    try:
        code = _leaving().unsign(token, max_age=timedelta(days=LEAVING_DAYS))
    except SignatureExpired:
        raise LinkTooOld from None
    except BadSignature:
        return None
    return Follower.objects.filter(code=code).first()


def leave(follower: Follower, only: str = "") -> None:
    """Follow one thing less, or nothing any more: with the last one the address is erased."""
    with transaction.atomic():
        if only:
            follower.subscriptions.filter(code=only).delete()
        if not only or not follower.follows.exists():
            forget(follower)


def about_follower(follower: Follower) -> str:
    """How the outbox speaks of a follower."""
    return f"follower/{follower.pk}"


def forget(follower: Follower) -> None:
    """Erase an address, and whatever waits to be sent to it."""
    outbox.cancel(about_follower(follower))
    follower.delete()


def forget_unconfirmed() -> None:
    """Erase what was not confirmed in time, and the addresses that follow nothing."""
    until = city.current().clock.now() - CONFIRMATION_LASTS
    FollowRequest.objects.filter(asked_at__lt=until).delete()
    Subscription.objects.filter(confirmed_at=None, created_at__lt=until).delete()
    for follower in Follower.objects.filter(subscriptions=None):
        forget(follower)


def _code() -> str:
    return secrets.token_urlsafe(18)
