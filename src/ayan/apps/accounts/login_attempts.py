"""Guessing is counted: by person, by address and by both, in the database, so that every process knows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from ayan.apps.accounts.limits import (
    ATTEMPTS_WINDOW,
    MOST_WRONG_BY_PAIR,
    MOST_WRONG_FACTORS,
    MOST_WRONG_FOR_NAME,
    MOST_WRONG_FROM_ADDRESS,
)
from ayan.apps.accounts.models import Attempts, User
from ayan.apps.accounts.secret_encryption import fingerprint
from ayan.ui.reader_address import network
from ayan.wiring import city


def names(request: HttpRequest, what: str, name: str) -> dict[str, int]:
    """The counters that an attempt on ``name`` counts towards, each with the most it may reach."""
    address = _network(request.META.get("HTTP_X_REAL_IP" if settings.FRONTED else "REMOTE_ADDR", ""))
    folded = name.strip().casefold()[:150]
    return {
        fingerprint(what, "pair", folded, address): MOST_WRONG_BY_PAIR,
        fingerprint(what, "name", folded): MOST_WRONG_FOR_NAME,
        fingerprint(what, "address", address): MOST_WRONG_FROM_ADDRESS,
    }


def of_address(request: HttpRequest, what: str, most: int) -> dict[str, int]:
    """The counter of what comes from one address."""
    address = _network(request.META.get("HTTP_X_REAL_IP" if settings.FRONTED else "REMOTE_ADDR", ""))
    return {fingerprint(what, "address", address): most}


def of_name(what: str, name: str, most: int) -> dict[str, int]:
    """The counter of what is done in one name."""
    return {fingerprint(what, "name", name): most}


def _network(address: str) -> str:
    return network(address) or address


def locked_until(counters: dict[str, int]) -> datetime | None:
    """When the last lock that stands goes; None where none does."""
    now = city.current().clock.now()
    attempts = Attempts.objects.filter(key__in=counters, since__gt=now - ATTEMPTS_WINDOW)
    return max(
        (attempt.since + ATTEMPTS_WINDOW for attempt in attempts if attempt.count >= counters[attempt.key]),
        default=None,
    )


def take(counters: dict[str, int]) -> bool:
    """Count an attempt before it is judged; False where it may not be made, whatever is answered.

    Counted first, so that many at once do not all see the same number.
    """
    now = city.current().clock.now()
    with transaction.atomic():
        # In one order for everybody, so that two attempts cannot wait for each other.
        for key in sorted(counters):
            Attempts.objects.get_or_create(key=key, defaults={"since": now})
        held = {
            attempt.key: attempt
            for attempt in Attempts.objects.select_for_update().filter(key__in=counters).order_by("key")
        }
        for attempt in held.values():
            if attempt.since <= now - ATTEMPTS_WINDOW:
                attempt.since, attempt.count = now, 0
        if any(attempt.count >= counters[attempt.key] for attempt in held.values()):
            return False
        for counter in held.values():
            counter.count += 1
            counter.save()
    return True


def forget(counters: Iterable[str]) -> None:
    """Start anew after the right answer. What an address guessed about others is not forgotten by it."""
    Attempts.objects.filter(key__in=list(counters)[:2]).delete()


def clear_old() -> None:
    """Let go of counters that no longer count: they are kept for no longer than they serve."""
    Attempts.objects.filter(since__lte=city.current().clock.now() - ATTEMPTS_WINDOW).delete()


# --- second factors, which are only asked after the right password: those are counted without an end


def take_factor(user: User) -> bool:
    """Count a second factor before it is looked at; False once so many were wrong that the account is locked."""
    with transaction.atomic():
        held = User.objects.select_for_update().get(pk=user.pk)
        if held.wrong_factors >= MOST_WRONG_FACTORS:
            return False
        held.wrong_factors += 1
        held.save(update_fields=["wrong_factors"])
    user.wrong_factors = held.wrong_factors
    return True


def right_factor(user: User) -> None:
    """Start anew: the owner was there."""
    User.objects.filter(pk=user.pk).update(wrong_factors=0)
    user.wrong_factors = 0


def is_locked(user: User) -> bool:
    """Whether only a new link lets this person in again."""
    return user.wrong_factors >= MOST_WRONG_FACTORS
