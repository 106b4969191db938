"""What of an attached document is covered, as it is kept with it."""

from __future__ import annotations

from typing import Final

from cryptography.fernet import InvalidToken

from ayan.apps.documents.models import Attachment
from ayan.core.redaction.covered_places import CoveredPlaces
from ayan.ui import text_encryption

_PURPOSE: Final = b"ayan attachment marks 1"


def read(attachment: Attachment) -> CoveredPlaces:
    """What is covered of a document; nothing where the server's key that locked it is gone."""
    if not attachment.marks:
        return CoveredPlaces()
    try:
        return CoveredPlaces.from_json(text_encryption.unlock(attachment.marks, _PURPOSE))
    except InvalidToken:
        return CoveredPlaces()


def write(attachment: Attachment, covered: CoveredPlaces) -> None:
    """Keep what is covered with the document, locked; the row is not saved."""
    attachment.marks = text_encryption.lock(covered.as_json(), _PURPOSE)
