"""What people wrote is encrypted with the server's key for as long as it is kept."""

from __future__ import annotations

from typing import Final

from cryptography.fernet import InvalidToken

from ayan.ui.text_encryption import lock, unlock

PURPOSE: Final = b"ayan counter 1"


def lock_text(text: str) -> str:
    """A text as it is kept; nothing for nothing."""
    return lock(text, PURPOSE) if text else ""


def open_text(locked: str) -> str:
    """The text; empty where there is none, or where the server's key has gone."""
    try:
        return unlock(locked, PURPOSE) if locked else ""
    except InvalidToken:
        return ""
