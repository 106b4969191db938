"""What stands between a stolen database and texts that are nobody else's: they are encrypted with the server's key."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Final

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.utils.encoding import force_bytes

# What fingerprints begin with; another text would make every one that is kept unknown.
_FINGERPRINT: Final = b"ayan second factors 1"


def box(purpose: bytes) -> MultiFernet:
    """The server's key first, then the ones before it, so that a change of key locks nobody out."""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet(
        [Fernet(base64.urlsafe_b64encode(hmac.new(force_bytes(key), purpose, hashlib.sha256).digest())) for key in keys]
    )


def fingerprint(*parts: str) -> str:
    """A name for something that must be recognised but not kept, such as the address of a reader."""
    said = "\0".join(parts).encode()
    return hmac.new(settings.SECRET_KEY.encode(), _FINGERPRINT + said, hashlib.sha256).hexdigest()


def lock(text: str, purpose: bytes) -> str:
    """A text encrypted for one purpose: what is locked for another does not open it."""
    return box(purpose).encrypt(text.encode()).decode()


def unlock(locked: str, purpose: bytes) -> str:
    """What was locked. Raises cryptography's InvalidToken where the key has gone or the purpose is another."""
    return box(purpose).decrypt(locked.encode()).decode()
