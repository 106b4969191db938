"""What of an attached document is covered, as it is kept with it."""

from __future__ import annotations

from typing import Final

from cryptography.fernet import InvalidToken

from ayan.apps.documents.models import Attachment
from ayan.core.redaction.covered_places import CoveredPlaces
from ayan.ui import text_encryption

_PURPOSE: Final = b"ayan attachment marks 1"


class PlacesLost(LookupError):
    """What is covered of a document cannot be read any more: the server's key that locked it is gone."""


def read(attachment: Attachment) -> CoveredPlaces:
    """What is covered of a document. PlacesLost: never nothing instead, or a new copy would show what was covered."""
    if not attachment.marks:
        return CoveredPlaces()
    try:
        return CoveredPlaces.from_json(text_encryption.unlock(attachment.marks, _PURPOSE))
    except InvalidToken:
        raise PlacesLost from None


def write(attachment: Attachment, covered: CoveredPlaces) -> None:
    """Keep what is covered with the document, locked; the row is not saved."""
    attachment.marks = text_encryption.lock(covered.as_json(), _PURPOSE)
