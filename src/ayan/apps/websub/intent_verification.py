"""Verification of intent (WebSub, section 5.3): a callback is asked whether it meant what was asked for in its name."""

from __future__ import annotations

import hmac
import secrets
import time
from datetime import datetime, timedelta
from typing import Final

from cryptography.fernet import InvalidToken
from django.db import transaction

from ayan.apps.websub import callbacks, feed_topics
from ayan.apps.websub.callbacks import Ending, Errand
from ayan.apps.websub.limits import (
    MOST_OF_CALLBACK_HOST,
    MOST_SUBSCRIPTIONS,
    ROUND_SECONDS,
)
from ayan.apps.websub.models import HubMode, HubRequest, HubSubscription
from ayan.apps.websub.subscription_requests import pause
from ayan.core.intake.http_fetch import FetchOutcome, Reply, is_success
from ayan.ui import exclusive_lock
from ayan.wiring import city

VERIFICATION_PAUSES: Final = (1, 10)
"""Minutes to the next attempt to reach a callback; after the last its request is dropped."""

FULL: Final = "the hub takes no more subscriptions at the moment"
GONE: Final = "there is no such feed any more"
# Nobody may have something asked again whose address leads where nothing is asked.
_FOR_GOOD: Final = frozenset({"address-refused", "address-odd"})


def verify_due() -> int:
    """Ask the callbacks of all requests that are due; how many were confirmed. One process asks at a time."""
    confirmed, until = 0, time.monotonic() + ROUND_SECONDS
    with exclusive_lock.exclusively("websub requests", city.current().home) as alone:
        while alone and time.monotonic() < until:
            now = city.current().clock.now()
            batch = callbacks.in_turn(HubRequest.objects.filter(next_at__lte=now), "next_at")
            if not batch:
                break
            confirmed += _ask(batch, now)
    return confirmed


def _ask(batch: list[HubRequest], now: datetime) -> int:
    challenges: dict[int, str] = {}
    errands, by_number = [], {request.pk: request for request in batch}
    for request in batch:
        _decide(request)
        request.attempts += 1
        # For the case that this process is killed.
        request.next_at = now + pause(VERIFICATION_PAUSES, request.attempts - 1)
        request.save()
        challenges[request.pk] = secrets.token_urlsafe(32)
        try:
            errands.append(_errand(request, challenges[request.pk]))
        except InvalidToken:
            request.delete()
    results = callbacks.run_errands(errands)
    return sum(_settle(by_number[number], ending, challenges[number], now) for number, ending in results)


def _decide(request: HubRequest) -> None:
    """Turn what cannot be given into its denial. A subscription that is only renewed takes no new place."""
    if request.mode != HubMode.SUBSCRIBE:
        return
    known = HubSubscription.objects.filter(path=request.path, digest=request.digest).exists()
    of_host = HubSubscription.objects.filter(host=request.host)
    full = HubSubscription.objects.count() >= MOST_SUBSCRIPTIONS or of_host.count() >= MOST_OF_CALLBACK_HOST
    if not feed_topics.is_topic(request.path):
        request.mode, request.reason = HubMode.DENIED, GONE
    elif full and not known:
        request.mode, request.reason = HubMode.DENIED, FULL


def _errand(request: HubRequest, challenge: str) -> Errand:
    parameters = {"hub.mode": str(request.mode), "hub.topic": request.topic}
    if request.mode == HubMode.DENIED:
        parameters["hub.reason"] = request.reason
    else:
        parameters["hub.challenge"] = challenge
    if request.mode == HubMode.SUBSCRIBE:
        parameters["hub.lease_seconds"] = str(request.lease_seconds)
    address = callbacks.opened(request.callback)
    return Errand(request.pk, request.host, lambda: callbacks.get(address, parameters))


def _settle(request: HubRequest, ending: Ending, challenge: str, asked_at: datetime) -> bool:
    """Do what a callback has confirmed, and nothing else; whether it has."""
    if ending is None:
        HubRequest.objects.filter(pk=request.pk).update(attempts=request.attempts - 1, next_at=asked_at)
        return False
    if isinstance(ending, FetchOutcome):
        # Nobody was there; who was, and said something else, has said no.
        over = request.mode == HubMode.DENIED or request.attempts > len(VERIFICATION_PAUSES)
        if over or ending.code in _FOR_GOOD:
            request.delete()
        return False
    with transaction.atomic():
        meant = request.mode != HubMode.DENIED and _echoes(ending, challenge)
        if meant:
            _carry_out(request, asked_at)
        request.delete()
    return meant


def _echoes(answer: Reply, challenge: str) -> bool:
    return is_success(answer.status) and hmac.compare_digest(answer.body, challenge.encode())


def _carry_out(request: HubRequest, asked_at: datetime) -> None:
    if request.mode == HubMode.UNSUBSCRIBE:
        HubSubscription.objects.filter(path=request.path, digest=request.digest).delete()
        return
    HubSubscription.objects.update_or_create(
        path=request.path,
        digest=request.digest,
        defaults={
            "callback": request.callback,
            "host": request.host,
            "secret": request.secret,
            "lease_until": asked_at + timedelta(seconds=request.lease_seconds),
        },
    )
