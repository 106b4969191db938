"""What changes who follows what: asking, confirming, leaving. An address is never written anywhere but encrypted."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Final

from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer, TimestampSigner
from django.core.validators import validate_email
from django.db import transaction

from ayan.apps.accounts.secret_encryption import fingerprint, lock, unlock
from ayan.apps.follow.limits import LONGEST_ADDRESS, MOST_EACH
from ayan.apps.follow.models import Follower, Subscription
from ayan.apps.follow.refusals import FollowsTooMuch, NoAddress
from ayan.apps.follow.topics import Topic
from ayan.core.values.locale import Lang
from ayan.wiring import city

PURPOSE: Final = b"ayan followers 1"
CONFIRMING: Final = timedelta(hours=48)
"""How long the link of a confirmation holds; what was not confirmed by then is forgotten, address and all."""

_LEAVING: Final = Signer(salt="ayan follow leave")
_CONFIRMED: Final = TimestampSigner(salt="ayan follow confirm")


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
