"""What stands between a stolen database and the second factors: their secrets are encrypted with the server's key."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.utils.encoding import force_bytes

from ayan.wiring import city

PURPOSE = b"ayan second factors 1"


def _box(purpose: bytes = PURPOSE) -> MultiFernet:
    """The server's key first, then the ones before it, so that a change of key locks nobody out."""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet(
        [Fernet(base64.urlsafe_b64encode(hmac.new(force_bytes(key), purpose, hashlib.sha256).digest())) for key in keys]
    )


def fingerprint(*parts: str) -> str:
    """A name for something that must be recognised but not kept, such as the address of a reader."""
    said = "\0".join(parts).encode()
    return hmac.new(settings.SECRET_KEY.encode(), PURPOSE + said, hashlib.sha256).hexdigest()


def lock(text: str, purpose: bytes) -> str:
    """A text encrypted for one purpose: what is locked for another does not open it."""
    return _box(purpose).encrypt(text.encode()).decode()


def unlock(locked: str, purpose: bytes) -> str:
    """What was locked. Raises cryptography's InvalidToken where the key has gone or the purpose is another."""
    return _box(purpose).decrypt(locked.encode()).decode()


class Adapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth carries no types
    """How allauth keeps a secret and what it calls us."""

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _box().decrypt(encrypted_text.encode()).decode()

    def get_totp_issuer(self) -> str:
        return f"Ayan {city.current().profile.name.en}"

    def _get_site_name(self) -> str:
        return city.current().profile.name.fa

    def _get_user_identifier(self, user: Any) -> str:
        return str(user.username)
