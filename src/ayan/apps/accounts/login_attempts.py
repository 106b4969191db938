"""Guessing is counted: by person, by address and by both, in the database, so that every process knows.

Who guesses from where the person has never been shares one count with all such strangers; the person's own browser and
addresses have counts of their own ("device cookies", as OWASP describes them), so that nobody is kept out by strangers.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from ayan.apps.accounts.limits import (
    ATTEMPTS_WINDOW,
    KNOWN_FOR,
    MOST_KNOWN,
    MOST_WRONG_BY_PAIR,
    MOST_WRONG_FACTORS,
    MOST_WRONG_FOR_NAME,
    MOST_WRONG_FROM_ADDRESS,
)
from ayan.apps.accounts.models import Attempts, KnownAddress, User
from ayan.ui.reader_address import network
from ayan.ui.text_encryption import fingerprint
from ayan.wiring import city

COOKIE: Final = "ayan_known"
"""The cookie by which the browser of an officer is known again; it signs nobody in."""


def names(request: HttpRequest, what: str, name: str, whose: str = "") -> dict[str, int]:
    """The counters that an attempt on ``name`` counts towards, each with the most it may reach.

    ``whose`` is the user name, where ``name`` is another. Strangers share a count for the name, so that guesses from
    many places come to an end. Where this very person has signed in before, it does not count: a stranger's guesses
    keep nobody out there, and the person's own are still counted, by browser or by address.
    """
    address, folded = address_of(request), _folded(name)
    person = _folded(whose or name)
    if (browser := _known_browser(request, person)) is not None:
        return {fingerprint(what, "browser", browser): MOST_WRONG_BY_PAIR}
    pair = {fingerprint(what, "pair", folded, address): MOST_WRONG_BY_PAIR}
    shared = {} if _is_known(person, address) else {fingerprint(what, "name", folded): MOST_WRONG_FOR_NAME}
    return {**pair, **shared, fingerprint(what, "address", address): MOST_WRONG_FROM_ADDRESS}


def of_address(request: HttpRequest, what: str, most: int) -> dict[str, int]:
    """The counter of what comes from one address."""
    return {fingerprint(what, "address", address_of(request)): most}


def of_name(what: str, name: str, most: int) -> dict[str, int]:
    """The counter of what is done in one name."""
    return {fingerprint(what, "name", name): most}


def address_of(request: HttpRequest) -> str:
    """Where a request comes from, as far as guesses are counted by it."""
    return _network(request.META.get("HTTP_X_REAL_IP" if settings.FRONTED else "REMOTE_ADDR", ""))


def _folded(name: str) -> str:
    return name.strip().casefold()[:150]


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
    """Start anew after the right answer. What an address guessed about others, its last counter, is not forgotten."""
    own = list(counters)
    Attempts.objects.filter(key__in=own[:-1] or own).delete()


def clear_old() -> None:
    """Let go of counters that no longer count: they are kept for no longer than they serve."""
    now = city.current().clock.now()
    Attempts.objects.filter(since__lte=now - ATTEMPTS_WINDOW).delete()
    KnownAddress.objects.filter(last_at__lte=now - KNOWN_FOR).delete()


# --- where a person has signed in before: by a mark in the browser, and by the address, of which a digest is kept


def remember(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Know this browser and this address again: both factors were shown here."""
    person, now = _folded(user.username), city.current().clock.now()
    key = _address_key(person, address_of(request))
    KnownAddress.objects.update_or_create(key=key, defaults={"user": user, "last_at": now})
    newest = KnownAddress.objects.filter(user=user).order_by("-last_at")[:MOST_KNOWN].values_list("pk", flat=True)
    KnownAddress.objects.filter(user=user).exclude(pk__in=list(newest)).delete()
    browser = _known_browser(request, person) or secrets.token_urlsafe(16)
    response.set_cookie(
        COOKIE,
        signing.dumps([fingerprint("browser of", person), browser], salt=COOKIE),
        max_age=KNOWN_FOR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def forget_addresses(user: User) -> None:
    """Know nothing of before: whoever signed in from there may have been somebody else."""
    KnownAddress.objects.filter(user=user).delete()


def _known_browser(request: HttpRequest, person: str) -> str | None:
    """The chance part of the mark by which this browser is known for this person; None without one."""
    try:
        whose, browser = signing.loads(request.COOKIES.get(COOKIE, ""), salt=COOKIE, max_age=KNOWN_FOR)
    except (signing.BadSignature, TypeError, ValueError):
        return None
    return str(browser) if whose == fingerprint("browser of", person) else None


def _is_known(person: str, address: str) -> bool:
    # Asked alike for names that do not exist.
    since = city.current().clock.now() - KNOWN_FOR
    return KnownAddress.objects.filter(key=_address_key(person, address), last_at__gt=since).exists()


def _address_key(person: str, address: str) -> str:
    return fingerprint("signed in from", person, address)


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
