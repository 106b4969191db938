"""What the rows of a companion dataset say of documents, read from the parts of a release."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

import pyarrow.parquet as pq

from ayan.core.attachments.document_files import document_name, text_name
from ayan.core.schema import companions

_COLUMNS: Final = (
    companions.DIGEST,
    companions.TEXT_DIGEST,
    companions.SIZE,
    companions.PAGES,
    companions.MEDIA,
    companions.MACHINE_READ,
)


@dataclass(frozen=True, slots=True)
class StatedDocument:
    """What a row says of its document: digests (SHA-256, hex) of bytes and text, bytes, pages, and the media type.

    ``machine_read`` is how sure a machine was of the letters it recognised, None without such; ``lines`` which of its
    lines hold which values of the row (`line_links`), empty where nobody said so.
    """

    digest: str
    text_digest: str
    size: int
    pages: int
    media_type: str
    machine_read: Decimal | None
    lines: str = ""

    @property
    def names(self) -> tuple[str, str]:
        """The files that it consists of: its bytes and the text of its pages."""
        return document_name(self.digest), text_name(self.text_digest)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFacts:
    """What is to be published of one document, beside the row that it belongs to; see `PublishedDocument`."""

    kind: str
    title: str
    series: int
    version: int
    dated: date | None
    language: str
    pages: int
    unread: int
    size: int
    media_type: str
    source: str
    machine_read: Decimal | None
    redactions: int
    reasons: str
    lines: str = ""
    text_digest: str
    digest: str

    def values(self) -> dict[str, object]:
        """The values by the names of the fields of a companion dataset."""
        return {
            companions.KIND: self.kind,
            companions.TITLE: self.title,
            companions.SERIES: self.series,
            companions.VERSION: self.version,
            companions.DATED: self.dated,
            companions.LANGUAGE: self.language,
            companions.PAGES: self.pages,
            companions.UNREAD: self.unread,
            companions.SIZE: self.size,
            companions.MEDIA: self.media_type,
            companions.SOURCE: self.source or None,
            companions.MACHINE_READ: self.machine_read,
            companions.REDACTIONS: self.redactions,
            companions.REASONS: self.reasons or None,
            companions.LINES: self.lines or None,
            companions.TEXT_DIGEST: self.text_digest,
            companions.DIGEST: self.digest,
        }


def stated_documents(parts: Sequence[Path]) -> Iterator[StatedDocument]:
    """The document of each row; a part that has no such columns is of no companion and gives none."""
    for path in parts:
        with pq.ParquetFile(path) as file:
            if not set(_COLUMNS) <= set(file.schema_arrow.names):
                continue
            columns = [*_COLUMNS, *({companions.LINES} & set(file.schema_arrow.names))]
            for batch in file.iter_batches(10_000, columns=columns):
                for row in batch.to_pylist():
                    yield StatedDocument(
                        str(row[companions.DIGEST]),
                        str(row[companions.TEXT_DIGEST]),
                        int(row[companions.SIZE]),
                        int(row[companions.PAGES]),
                        str(row[companions.MEDIA]),
                        row[companions.MACHINE_READ],
                        str(row.get(companions.LINES) or ""),
                    )


def document_files(parts: Sequence[Path]) -> frozenset[str]:
    """The names of all files that the documents of these rows consist of."""
    return frozenset(name for stated in stated_documents(parts) for name in stated.names)
