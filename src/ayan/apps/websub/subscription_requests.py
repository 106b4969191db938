"""What a program may ask the hub for (WebSub, section 5.1), and what is kept of it until its callback confirms it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from urllib.parse import parse_qsl

from ayan.apps.websub import callbacks, feed_topics
from ayan.apps.websub.limits import (
    FULL_SECONDS,
    LONGEST_LEASE,
    LONGEST_LEASE_DIGITS,
    LONGEST_PENDING,
    LONGEST_SECRET,
    MOST_FIELDS,
    MOST_PENDING,
    SHORTEST_LEASE,
    USUAL_LEASE,
)
from ayan.apps.websub.models import HubMode, HubRequest, HubSubscription
from ayan.core.values.refusal import Refusal
from ayan.wiring import city

MODES: Final = (HubMode.SUBSCRIBE, HubMode.UNSUBSCRIBE)
_KNOWN: Final = ("hub.mode", "hub.topic", "hub.callback", "hub.lease_seconds", "hub.secret")
_WHOLE: Final = re.compile(rf"[0-9]{{1,{LONGEST_LEASE_DIGITS}}}", re.ASCII)


class HubRequestUnreadable(Refusal):
    """A request to the hub is no form, or one with a field twice."""

    code = "hub-form"
    fa = "درخواست خوانده نشد. یک فرم application/x-www-form-urlencoded با UTF-8 بفرستید و هر فیلد را یک بار."
    en = "The request cannot be read. Send a form, application/x-www-form-urlencoded in UTF-8, each field once."
    status = 400


class HubRequestTooLarge(Refusal):
    """A request to the hub is larger than any that means something."""

    code = "hub-large"
    fa = "درخواست بزرگ‌تر از آن است که درخواست اشتراک باشد."
    en = "The request is larger than any request to subscribe."
    status = 413


class HubModeUnknown(Refusal):
    """The hub is asked for something else than to subscribe or unsubscribe; only the portal itself publishes."""

    code = "hub-mode"
    fa = "hub.mode باید subscribe یا unsubscribe باشد."
    en = "hub.mode must be subscribe or unsubscribe."
    status = 400


class HubTopicUnknown(Refusal):
    """The topic is no feed of this portal that names the hub."""

    code = "hub-topic"
    fa = "hub.topic باید نشانی یکی از خوراک‌های همین سامانه باشد، همان که در پیوند self آن آمده است."
    en = "hub.topic must be the address of a feed of this portal, as the feed's own self link has it."
    status = 404


class CallbackUnfit(Refusal):
    """The callback is no address that the hub would speak to."""

    code = "hub-callback"
    fa = "hub.callback باید نشانی کامل http یا https باشد، بی رمز و بی #، روی درگاه ۸۰ یا ۴۴۳ یا از ۱۰۲۴ به بالا."
    en = "hub.callback must be a whole http or https address, without a password or #, on port 80, 443 or from 1024 on."
    status = 400


class HubLeaseUnfit(Refusal):
    """The lease is no number of seconds."""

    code = "hub-lease"
    fa = "hub.lease_seconds باید عدد صحیح مثبت باشد."
    en = "hub.lease_seconds must be a positive whole number."
    status = 400


class HubSecretUnfit(Refusal):
    """The secret is longer than the protocol has it."""

    code = "hub-secret"
    fa = "hub.secret باید کمتر از ۲۰۰ بایت باشد."
    en = "hub.secret must be less than 200 bytes."
    status = 400


class HubFull(Refusal):
    """Too many requests wait to be verified."""

    code = "hub-full"
    fa = "درخواست‌های زیادی در صف است. کمی بعد دوباره بفرستید."
    en = "Too many requests are waiting. Send yours again later."
    status = 503
    retry_after = FULL_SECONDS


@dataclass(frozen=True, slots=True)
class AskedSubscription:
    """A request whose fields are all as they must be; ``lease`` is in seconds, within the hub's bounds."""

    mode: HubMode
    topic: str
    path: str
    callback: str
    secret: str
    lease: int


def read(body: bytes) -> AskedSubscription:
    """The request that a form is. Raises the refusals above, of the first field that is not as it must be."""
    fields = _fields(body)
    mode = next((mode for mode in MODES if mode == fields.get("hub.mode")), None)
    if mode is None:
        raise HubModeUnknown(field="hub.mode")
    topic = fields.get("hub.topic", "")
    path = feed_topics.path_of(topic) if len(topic) <= _LONGEST_TOPIC else None
    if path is None:
        raise HubTopicUnknown(field="hub.topic")
    callback = fields.get("hub.callback", "")
    if not callbacks.is_speakable(callback):
        raise CallbackUnfit(field="hub.callback")
    secret = fields.get("hub.secret", "")
    if len(secret.encode()) > LONGEST_SECRET:
        raise HubSecretUnfit(field="hub.secret")
    # By the protocol it means nothing in a request to unsubscribe.
    lease = lease_of(fields.get("hub.lease_seconds")) if mode == HubMode.SUBSCRIBE else 0
    return AskedSubscription(mode, topic, path, callback, secret, lease)


_LONGEST_TOPIC: Final = HubRequest._meta.get_field("topic").max_length or 0


def lease_of(asked: str | None) -> int:
    """The lease that is given where one is asked for, in seconds; never an endless one. Raises HubLeaseUnfit."""
    if asked is None:
        return USUAL_LEASE
    if not _WHOLE.fullmatch(asked) or not int(asked):
        raise HubLeaseUnfit(field="hub.lease_seconds")
    return min(max(int(asked), SHORTEST_LEASE), LONGEST_LEASE)


def _fields(body: bytes) -> Mapping[str, str]:
    try:
        pairs = parse_qsl(
            body.decode(), keep_blank_values=True, encoding="utf-8", errors="strict", max_num_fields=MOST_FIELDS
        )
    except ValueError:
        raise HubRequestUnreadable from None
    known = [(name, text) for name, text in pairs if name in _KNOWN]
    if len({name for name, _ in known}) < len(known) or any("\0" in text for _, text in known):
        raise HubRequestUnreadable
    return dict(known)


def put(asked: AskedSubscription) -> HubRequest:
    """Keep a request until its callback has been asked. Raises HubFull."""
    if HubRequest.objects.count() >= MOST_PENDING:
        raise HubFull
    now = city.current().clock.now()
    return HubRequest.objects.create(
        mode=asked.mode,
        topic=asked.topic,
        path=asked.path,
        callback=callbacks.sealed(asked.callback),
        digest=callbacks.key_of(asked.callback),
        host=callbacks.host_key(asked.callback),
        secret=callbacks.sealed(asked.secret) if asked.mode == HubMode.SUBSCRIBE else "",
        lease_seconds=asked.lease,
        asked_at=now,
        next_at=now,
    )


def deny(subscription: HubSubscription, reason: str) -> None:
    """End a subscription and have its callback told so. Within a transaction."""
    now = city.current().clock.now()
    HubRequest.objects.create(
        mode=HubMode.DENIED,
        topic=feed_topics.address_of(subscription.path),
        path=subscription.path,
        callback=subscription.callback,
        digest=subscription.digest,
        host=subscription.host,
        reason=reason,
        asked_at=now,
        next_at=now,
    )
    subscription.delete()


def let_go() -> None:
    """Forget subscriptions whose lease is over, and requests that nobody confirmed in time."""
    now = city.current().clock.now()
    HubSubscription.objects.filter(lease_until__lte=now).delete()
    HubRequest.objects.filter(asked_at__lte=now - LONGEST_PENDING).delete()


def pause(minutes: tuple[int, ...], attempts: int) -> timedelta:
    """How long the next attempt waits after so many before this one."""
    return timedelta(minutes=minutes[min(attempts, len(minutes) - 1)])
