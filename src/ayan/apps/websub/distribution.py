"""Content distribution (WebSub, section 7): who subscribed to a feed that has changed is sent it as it stands."""

from __future__ import annotations

import hashlib
import hmac
import time
from datetime import datetime
from typing import Final

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from ayan.apps.catalog.feeds import hub
from ayan.apps.logbook import hub_round
from ayan.apps.websub import callbacks, feed_topics
from ayan.apps.websub.callbacks import Ending, Errand
from ayan.apps.websub.feed_topics import FeedAway, FeedNow, TopicGone
from ayan.apps.websub.intent_verification import GONE
from ayan.apps.websub.limits import ROUND_SECONDS
from ayan.apps.websub.models import HubSubscription
from ayan.apps.websub.subscription_requests import deny, pause
from ayan.core.intake.http_fetch import Reply, is_success
from ayan.ui import exclusive_lock
from ayan.wiring import city

DELIVERY_PAUSES: Final = (1, 5, 30, 120, 360, 720)
"""Minutes to the next attempt after each that failed; then an update is given up, and the next one is tried anew."""

# The subscriber has gone, and says so.
_LEFT = 410


def note_changes() -> None:
    """Owe the feeds that have changed since the last look to everybody who subscribed to them."""
    hub_round.tell_hub(city.current(), hub.address(), str(settings.ORIGIN), owe)


def owe(topic: str) -> None:
    """Owe the feed at an address to its subscribers. What they were owed before is the same feed as it stood then."""
    now, path = city.current().clock.now(), feed_topics.path_of(topic)
    HubSubscription.objects.filter(path=path, lease_until__gt=now).update(owed_at=now, attempts=0)


def distribute_due() -> int:
    """Send every feed that is owed by now; how many were taken. One process sends at a time."""
    sent, until = 0, time.monotonic() + ROUND_SECONDS
    with exclusive_lock.exclusively("websub", city.current().home) as alone:
        while alone and time.monotonic() < until:
            now = city.current().clock.now()
            due = HubSubscription.objects.filter(owed_at__lte=now, lease_until__gt=now)
            batch = callbacks.in_turn(due, "owed_at")
            if not batch:
                break
            sent += _send(batch, now)
    return sent


def _send(batch: list[HubSubscription], now: datetime) -> int:
    """Send a batch, each feed told once for all of it."""
    feeds: dict[str, FeedNow | TopicGone | FeedAway] = {}
    errands, digests = [], {}
    by_number = {subscription.pk: subscription for subscription in batch}
    for subscription in batch:
        if subscription.path not in feeds:
            feeds[subscription.path] = _feed(subscription.path)
        feed = feeds[subscription.path]
        if isinstance(feed, TopicGone):
            with transaction.atomic():
                deny(subscription, GONE)
            continue
        _mark(subscription, now)
        if isinstance(feed, FeedNow) and feed.digest == subscription.taken:
            _clear(subscription, feed.digest)
        elif isinstance(feed, FeedNow):
            try:
                errands.append(_errand(subscription, feed))
            except InvalidToken:
                # The key has gone, and with it the address.
                subscription.delete()
            digests[subscription.pk] = feed.digest
    results = callbacks.run_errands(errands)
    return sum(_settle(by_number[number], ending, digests[number], now) for number, ending in results)


def _feed(path: str) -> FeedNow | TopicGone | FeedAway:
    try:
        return feed_topics.feed_now(path)
    except (TopicGone, FeedAway) as end:
        return end


def _mark(subscription: HubSubscription, now: datetime) -> None:
    """Put it off, for the case that this process is killed or the feed is not taken."""
    subscription.owed_at = now + pause(DELIVERY_PAUSES, subscription.attempts)
    subscription.attempts += 1
    subscription.save(update_fields=["owed_at", "attempts"])


def _errand(subscription: HubSubscription, feed: FeedNow) -> Errand:
    headers = {
        "Content-Type": feed.media_type,
        "Link": f'<{hub.address()}>; rel="hub", <{feed_topics.address_of(feed.path)}>; rel="self"',
    }
    secret = callbacks.opened(subscription.secret)
    if secret:
        headers["X-Hub-Signature"] = f"sha256={hmac.new(secret.encode(), feed.body, hashlib.sha256).hexdigest()}"
    address = callbacks.opened(subscription.callback)
    return Errand(subscription.pk, subscription.host, lambda: callbacks.post(address, headers, feed.body))


def _settle(subscription: HubSubscription, ending: Ending, digest: str, now: datetime) -> bool:
    """Note what became of it; whether it was taken."""
    if ending is None:
        _standing(subscription).update(owed_at=now, attempts=subscription.attempts - 1)
        return False
    if isinstance(ending, Reply) and is_success(ending.status):
        _clear(subscription, digest)
        return True
    if isinstance(ending, Reply) and ending.status == _LEFT:
        HubSubscription.objects.filter(pk=subscription.pk).delete()
    elif subscription.attempts > len(DELIVERY_PAUSES):
        # The subscription stays until its lease ends, and the next change is tried anew.
        _standing(subscription).update(owed_at=None, attempts=0)
    return False


def _clear(subscription: HubSubscription, digest: str) -> None:
    HubSubscription.objects.filter(pk=subscription.pk).update(taken=digest)
    _standing(subscription).update(owed_at=None, attempts=0)


def _standing(subscription: HubSubscription) -> QuerySet[HubSubscription]:
    """The row, where nothing newer is owed by now than what was sent."""
    return HubSubscription.objects.filter(pk=subscription.pk, owed_at=subscription.owed_at)
