"""How the secrets of second factors are kept: encrypted with the server's key."""

from __future__ import annotations

from typing import Any, Final

from allauth.mfa.adapter import DefaultMFAAdapter

from ayan.ui.text_encryption import lock, unlock
from ayan.wiring import city

PURPOSE: Final = b"ayan second factors 1"


class Adapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth carries no types
    """How allauth keeps a secret and what it calls us."""

    def encrypt(self, text: str) -> str:
        return lock(text, PURPOSE)

    def decrypt(self, encrypted_text: str) -> str:
        return unlock(encrypted_text, PURPOSE)

    def get_totp_issuer(self) -> str:
        return f"Ayan {city.current().profile.name.en}"

    def _get_site_name(self) -> str:
        return city.current().profile.name.fa

    def _get_user_identifier(self, user: Any) -> str:
        return str(user.username)
