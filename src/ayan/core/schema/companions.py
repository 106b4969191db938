"""Companion datasets: the documents that belong to the rows of another dataset, each one a row of facts of its own.

Such a declaration names the dataset whose rows its documents are of, the kinds of documents there are, and the fields
that name a row there. What is known of every document is the same everywhere, and is put in here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ayan.core.values.label import Label

KIND: Final = "document_kind"
TITLE: Final = "document_title"
SERIES: Final = "document_series"
VERSION: Final = "document_version"
DATED: Final = "document_date"
LANGUAGE: Final = "document_language"
PAGES: Final = "document_pages"
UNREAD: Final = "document_pages_unread"
SIZE: Final = "document_bytes"
MEDIA: Final = "document_media_type"
SOURCE: Final = "document_source"
MACHINE_READ: Final = "document_machine_read"
REDACTIONS: Final = "document_redactions"
REASONS: Final = "document_redaction_reasons"
TEXT_DIGEST: Final = "document_text_digest"
DIGEST: Final = "document_digest"


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """A kind of documents; where it is ``required``, a row without one counts as lacking it."""

    code: str
    label: Label
    required: bool
    language: str


@dataclass(frozen=True, slots=True)
class Companion:
    """What a companion dataset is of: the dataset ``of`` whose rows have documents, and their kinds.

    ``row_key`` are the fields of the companion that name a row there, in the order of that dataset's key.
    """

    of: str
    row_key: tuple[str, ...]
    kinds: tuple[DocumentKind, ...]

    def kind(self, code: str) -> DocumentKind | None:
        """The kind of this code."""
        return next((kind for kind in self.kinds if kind.code == code), None)
