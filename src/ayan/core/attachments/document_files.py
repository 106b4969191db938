"""What the files of documents are called beside the parts of a release: each by the digest of its own bytes."""

from __future__ import annotations

import re
from typing import Final

_DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_DOCUMENT: Final = re.compile(r"document-([0-9a-f]{64})", re.ASCII)
_TEXT: Final = re.compile(r"text-([0-9a-f]{64})\.json", re.ASCII)


def is_digest(text: str) -> bool:
    """Whether a text is a SHA-256 in hexadecimal digits."""
    return _DIGEST.fullmatch(text) is not None


def document_name(digest: str) -> str:
    """The file that holds the public bytes of this SHA-256 (hex)."""
    return f"document-{digest}"


def text_name(digest: str) -> str:
    """The file that holds the text of pages of this SHA-256 (hex)."""
    return f"text-{digest}.json"


def digest_in(name: str) -> str | None:
    """The SHA-256 (hex) that a file has by its name; None for a file that is no document's."""
    known = _DOCUMENT.fullmatch(name) or _TEXT.fullmatch(name)
    return known[1] if known else None


PDF: Final = "application/pdf"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MEDIA_TYPES: Final = {PDF: "pdf", DOCX: "docx"}
"""The formats of documents that are published, with the ending that their files have."""


def media_type_of(beginning: bytes) -> str | None:
    """The format of a file by its first bytes, eight at least; None for what is no document."""
    if beginning.startswith(b"%PDF-"):
        return PDF
    return DOCX if beginning.startswith(b"PK\x03\x04") else None
