"""The second factor: codes of an app, recovery codes, and passkeys, kept by allauth and judged here."""

from __future__ import annotations

import secrets
from typing import Any, Final, Literal

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import decrypt
from django.core.exceptions import ValidationError
from django.db import transaction

from ayan.apps.accounts.models import User
from ayan.core.values.digits import to_latin

FactorKind = Literal["totp", "recovery_codes", "webauthn", "provider"]
TOTP: Final = Authenticator.Type.TOTP
PASSKEY: Final = Authenticator.Type.WEBAUTHN
RECOVERY: Final = Authenticator.Type.RECOVERY_CODES


def strong(user: User) -> list[Authenticator]:
    """The second factors a person can sign in with every day; recovery codes alone are none."""
    return list(Authenticator.objects.filter(user=user, type__in=(TOTP, PASSKEY)).order_by("pk"))


def new_secret() -> str:
    """A secret to share with an app."""
    secret: str = totp.generate_totp_secret()
    return secret


def address(user: User, secret: str) -> str:
    """The address that an app reads from the picture."""
    url: str = get_adapter().build_totp_url(user, secret)
    return url


def matching(secret: str, code: str) -> int | None:
    """The step of time whose code this is; None for a wrong one. Digits may be typed in any script."""
    typed = to_latin(code.strip())
    matched_step = None
    for step in totp.yield_hotp_counters_from_time():
        if compare_user_code(actual=typed, expected=totp.format_hotp_value(totp.hotp_value(secret, step))):
            matched_step = step
    return matched_step


def add_app(user: User, secret: str, code: str) -> bool:
    """Take an app that has shown that it knows the secret, in the place of one before."""
    step = matching(secret, code)
    if step is None:
        return False
    with transaction.atomic():
        Authenticator.objects.filter(user=user, type=TOTP).delete()
        authenticator = totp.TOTP.activate(user, secret).instance
        authenticator.data["last"] = step
        authenticator.save()
    return True


def answer(user: User, code: str) -> FactorKind | None:
    """Which factor a typed code belongs to; each code is taken once. None for a wrong one."""
    with transaction.atomic():
        # Two who show the same code at once: the second waits, and finds it used.
        for authenticator in Authenticator.objects.select_for_update().filter(user=user, type__in=(TOTP, RECOVERY)):
            if authenticator.type == TOTP:
                step = matching(decrypt(authenticator.data["secret"]), code)
                if step is not None and step > authenticator.data.get("last", -1):
                    authenticator.data["last"] = step
                    authenticator.save()
                    authenticator.record_usage()
                    return "totp"
            elif RecoveryCodes(authenticator).validate_code(to_latin(code.strip())):
                authenticator.record_usage()
                return "recovery_codes"
    return None


def renew_recovery(user: User) -> list[str]:
    """New recovery codes; those before are worth nothing from now on."""
    with transaction.atomic():
        Authenticator.objects.filter(user=user, type=RECOVERY).delete()
        codes: list[str] = RecoveryCodes.activate(user).generate_codes()
    return codes


def recovery_codes(user: User) -> list[str]:
    """The recovery codes that have not been used, in groups that are easy to copy."""
    authenticator = Authenticator.objects.filter(user=user, type=RECOVERY).first()
    return (
        [f"{code[:4]}-{code[4:]}" for code in RecoveryCodes(authenticator).get_unused_codes()] if authenticator else []
    )


def recovery_left(user: User) -> int:
    """How many recovery codes are left."""
    authenticator = Authenticator.objects.filter(user=user, type=RECOVERY).first()
    return len(RecoveryCodes(authenticator).get_unused_codes()) if authenticator else 0


def remove(user: User, which: int) -> bool:
    """Remove a factor; False for the last one, and for one that is not this person's."""
    with transaction.atomic():
        held = list(Authenticator.objects.select_for_update().filter(user=user, type__in=(TOTP, PASSKEY)))
        if len(held) < 2 or which not in [authenticator.pk for authenticator in held]:
            return False
        Authenticator.objects.filter(pk=which).delete()
    return True


def forget_all(user: User) -> None:
    """Remove every factor, for a person who begins anew with an invitation."""
    Authenticator.objects.filter(user=user).delete()


# --- passkeys: what the browser is asked, and what it answers


def _webauthn() -> Any:
    """The part of allauth that speaks with keys; it brings a library that only a process with such a person needs."""
    from allauth.mfa.webauthn.internal import auth

    return auth


def ask_to_make(user: User) -> dict[str, Any]:
    """What the browser needs to make a passkey; the challenge is kept in the session."""
    options: dict[str, Any] = _webauthn().begin_registration(user, passwordless=False)
    return options


def add_passkey(user: User, name: str, credential: Any) -> bool:
    """Take the passkey that a browser made; False when the answer is not to our question."""
    webauthn = _webauthn()
    try:
        webauthn.parse_registration_response(credential)
        webauthn.complete_registration(credential)
    except (ValidationError, ValueError, KeyError, TypeError):
        return False
    webauthn.WebAuthn.add(user, name[:60] or secrets.token_hex(2), credential)
    return True


def ask_to_show(user: User) -> dict[str, Any]:
    """What the browser needs to show one of this person's passkeys."""
    options: dict[str, Any] = _webauthn().begin_authentication(user)
    return options


def passkey_answer(user: User, credential: Any) -> bool:
    """Whether the browser showed a passkey of this person, for the question that was asked last."""
    webauthn = _webauthn()
    try:
        webauthn.parse_authentication_response(credential)
        webauthn.complete_authentication(user, credential).record_usage()
    except (ValidationError, ValueError, KeyError, TypeError):
        return False
    return True
