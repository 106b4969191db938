"""Which person of the provider is which officer: bound once, by a step of their own, and to nobody but the invited."""

from __future__ import annotations

import hashlib

from django.db import transaction

from ayan.apps.accounts import audit, login_attempts, second_factors
from ayan.apps.accounts.forms import AccountRefused
from ayan.apps.accounts.models import Invitation, ProviderIdentity, User
from ayan.apps.accounts.sessions import person
from ayan.core.values.label import Label
from ayan.wiring import city

WRONG_CODE = Label(
    "این کد درست نیست. کدی را بنویسید که برنامه همین حالا نشان می‌دهد.",
    "This code is not right. Type the one that the app shows now.",
)


def digest_of(issuer: str, subject: str) -> str:
    """How a person of a provider is known here: what the provider calls them is kept nowhere."""
    return hashlib.sha256(f"{len(issuer)}:{issuer}{subject}".encode()).hexdigest()


def officer_of(digest: str) -> User | None:
    """Whose identity this is; None while it is nobody's."""
    held = ProviderIdentity.objects.select_related("user").filter(digest=digest).first()
    return held.user if held else None


def of(user: User) -> ProviderIdentity | None:
    """The identity of an officer at the provider; None where none is bound."""
    return ProviderIdentity.objects.filter(user=user).first()


def invited_by_email(email: str) -> Invitation | None:
    """The open invitation of the one person who has this address and has never joined; None where it is not one."""
    now = city.current().clock.now()
    people = User.objects.filter(email__iexact=email, machine=False)
    if not email or people.count() != 1:
        return None
    return (
        Invitation.objects.select_related("user")
        .filter(user__in=people, user__is_active=False, used_at=None, until__gt=now)
        .first()
    )


def bind(user: User, digest: str) -> None:
    """Let a signed-in officer be known by an identity from now on, in the place of one before."""
    with transaction.atomic():
        _bind(user, digest)
        audit.record(user, "provider.bind", person(user))


def unbind(user: User) -> None:
    """Forget the identity of an officer who can sign in without it. Raises AccountRefused for one who cannot."""
    if not user.has_usable_password() or not second_factors.strong(user):
        raise AccountRefused(
            Label(
                "نخست گذرواژه و برنامهٔ کدساز بگذارید تا بی این درگاه هم بتوانید وارد شوید.",
                "First set a password and an authenticator app, so that you can sign in without the provider.",
            )
        )
    with transaction.atomic():
        if ProviderIdentity.objects.filter(user=user).delete()[0]:
            audit.record(user, "provider.unbind", person(user))


def join(invitation: Invitation, digest: str, *, proven: bool, app_secret: str = "", code: str = "") -> User:
    """Use an invitation by an identity at the provider, without a password.

    Where the provider did not prove a second factor an app has to show one of ours: there is never a person with one
    factor alone. Raises AccountRefused.
    """
    with transaction.atomic():
        held = Invitation.objects.select_for_update().select_related("user").get(pk=invitation.pk)
        if held.used_at is not None or held.until <= city.current().clock.now():
            raise AccountRefused(Label("این پیوند به کار رفته یا مهلتش گذشته است.", "This link was used or is over."))
        user = held.user
        second_factors.forget_all(user)
        if not proven and not second_factors.add_app(user, app_secret, code):
            transaction.set_rollback(True)
            raise AccountRefused(WRONG_CODE, "code")
        _bind(user, digest)
        held.used_at = city.current().clock.now()
        held.save()
        # A password from before the invitation is worth nothing, as after joining with another one.
        user.set_unusable_password()
        user.is_active, user.generation, user.wrong_factors = True, user.generation + 1, 0
        user.save()
        login_attempts.forget_addresses(user)
        audit.record(user, "people.join", person(user), by="provider")
    return user


def _bind(user: User, digest: str) -> None:
    if ProviderIdentity.objects.filter(digest=digest).exclude(user=user).exists():
        raise AccountRefused(
            Label(
                "این شناسه به حساب دیگری وصل است. از مدیر سامانه بپرسید.",
                "This identity belongs to another account. Ask the administrator.",
            )
        )
    ProviderIdentity.objects.filter(user=user).delete()
    ProviderIdentity.objects.create(user=user, digest=digest, since=city.current().clock.now())
