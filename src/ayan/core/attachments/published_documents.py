"""What is published of documents: those of a row, one by its digest, the text of its pages, and its bytes.

Nothing is found here that a reader may not have: a document is looked for among the rows of the releases that hold now,
and is gone from every door with the release that was withdrawn, or the row that was erased.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from ayan.core.attachments.document_files import document_name, is_digest, text_name
from ayan.core.attachments.limits import MOST_OF_A_ROW, SHORTEST_DIGEST
from ayan.core.attachments.line_links import BadLinks, LineLink, read_links
from ayan.core.attachments.page_texts import read_text
from ayan.core.documents.document_text import PageText
from ayan.core.query.answer import Row
from ayan.core.query.keys import joined_key, step_of
from ayan.core.query.plan import Record
from ayan.core.query.query_service import QueryService
from ayan.core.query.question import Filter, Position, Question, Sort
from ayan.core.query.values import as_asked
from ayan.core.schema import companions
from ayan.core.schema.definition import Dataset
from ayan.core.store.objects import StoreError
from ayan.core.store.release_store import ReleaseStore
from ayan.core.values.asked_value import Span
from ayan.core.values.canonical import sha256_file, sha256_hex
from ayan.core.values.label import Label

# Behind every row of one digest: no release has so many.
_BEHIND: Final = 2**62


class DocumentGone(LookupError):
    """The bytes of a document are not here any more, or are not what its digest says; the text is the digest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedDocument:
    """One document of one row, as it is published.

    ``dataset`` and ``key`` name the row that it belongs to, the key as the texts of its fields; ``companion`` is the
    dataset that it is a row of, ``release`` the address (``slug/period/number``) of the release there and ``row`` its
    number in it. ``digest`` is the SHA-256 (hex) of its public bytes, ``size`` how many they are, ``text_digest`` that
    of the text of its pages, of which ``unread`` have none. ``series`` tells documents of one kind apart, ``version``
    grows with each that takes the place of the one before. ``machine_read`` is how sure a machine was of letters that
    it recognised, from 0 to 1; None where it did not have to. ``lines`` are those of which an officer said that a value
    of the row stands there.
    """

    dataset: str
    companion: str
    key: tuple[str, ...]
    kind: str
    kind_label: Label
    title: Label
    series: int
    version: int
    date: date | None
    language: str
    pages: int
    unread: int
    digest: str
    text_digest: str
    media_type: str
    size: int
    source: str
    machine_read: Decimal | None
    redactions: int
    redaction_reasons: str
    lines: tuple[LineLink, ...]
    release: str
    row: int

    @property
    def row_step(self) -> str:
        """The row that it belongs to as one step of an address, percent-encoded."""
        return step_of(joined_key(self.key))

    @property
    def ref(self) -> tuple[str, str, int]:
        """The release as slug, period and number."""
        slug, period, number = self.release.split("/")
        return slug, period, int(number)


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """Some documents by their digests, each as the rows that have it; ``more`` says that others follow."""

    documents: tuple[tuple[PublishedDocument, ...], ...]
    more: bool


class PublishedDocuments:
    """The documents of the datasets of one city: ``companions`` are their declarations by the dataset they are of."""

    def __init__(self, store: ReleaseStore, reader: QueryService, datasets: Sequence[Dataset]) -> None:
        self._store, self._reader = store, reader
        self.companions: Mapping[str, Dataset] = {
            dataset.companion.of: dataset for dataset in datasets if dataset.companion is not None
        }

    def of_row(self, dataset: str, key: Sequence[object]) -> tuple[PublishedDocument, ...]:
        """The documents of a row, by kind and number within it, of each the newest version first.

        ``key`` are the stored values of the row's key. None where the dataset declares no documents.
        """
        companion = self.companions.get(dataset)
        if companion is None or companion.companion is None or len(key) != len(companion.companion.row_key):
            return ()
        matching = self._rows(companion, tuple(zip(companion.companion.row_key, key, strict=True)))
        kinds = [kind.code for kind in companion.companion.kinds]
        return tuple(
            sorted(
                (_document(companion, row) for row in matching[:MOST_OF_A_ROW]),
                key=lambda each: (
                    kinds.index(each.kind) if each.kind in kinds else len(kinds),
                    each.series,
                    -each.version,
                    each.digest,
                ),
            )
        )

    def by_digest(self, digest: str) -> tuple[PublishedDocument, ...]:
        """Every row whose document has this digest; none where none is published."""
        if not is_digest(digest):
            return ()
        return tuple(
            _document(companion, row)
            for _, companion in sorted(self.companions.items())
            for row in self._rows(companion, ((companions.DIGEST, digest),))
        )

    def document(self, digest: str) -> PublishedDocument | None:
        """The document of this digest, by the first of its rows; None where none is published."""
        return next(iter(self.by_digest(digest)), None)

    def full_digest(self, beginning: str) -> str | None:
        """The one digest that begins so, with `SHORTEST_DIGEST` digits at least; None where none or several do."""
        if not SHORTEST_DIGEST <= len(beginning) <= 64 or not is_digest(beginning.ljust(64, "0")):
            return None
        matching: set[str] = set()
        for companion in self.companions.values():
            begins = Filter(companions.DIGEST, "startswith", (beginning,))
            asked = Question(slug=companion.slug, filters=(begins,), size=MOST_OF_A_ROW)
            matching |= {str(row.values[companions.DIGEST]) for row in self._reader.rows(companion, asked).rows}
        return matching.pop() if len(matching) == 1 else None

    def page(
        self, dataset: str = "", *, kind: str = "", since: date | None = None, after: str = "", size: int = 100
    ) -> DocumentPage:
        """So many documents in the order of their digests, those behind ``after``.

        Of one ``dataset``, of one ``kind``, dated on the day ``since`` or later, where these are given.
        """
        rows: list[PublishedDocument] = []
        for slug, companion in sorted(self.companions.items()):
            if dataset not in ("", slug):
                continue
            declared = companion.companion
            if kind and (declared is None or declared.kind(kind) is None):
                continue
            filters = [Filter(companions.KIND, "eq", (kind,))] if kind else []
            filters += [Filter(companions.DATED, "gte", (Span(since, since, since.isoformat()),))] if since else []
            rows += self._behind(companion, tuple(filters), after, size)
        by_digest: dict[str, list[PublishedDocument]] = {}
        for matching in sorted(rows, key=lambda each: (each.digest, each.release, each.row)):
            by_digest.setdefault(matching.digest, []).append(matching)
        whole = [tuple(group) for group in by_digest.values()]
        return DocumentPage(tuple(whole[:size]), len(whole) > size)

    def _behind(
        self, companion: Dataset, filters: tuple[Filter, ...], after: str, size: int
    ) -> Iterator[PublishedDocument]:
        """The rows of so many documents and one more, from the first digest behind ``after`` on."""
        sort = Sort(companions.DIGEST)
        asked = Question(slug=companion.slug, filters=filters, sort=sort, size=MOST_OF_A_ROW)
        snapshot = self._reader.snapshot(companion, Question(slug=companion.slug))
        cursor = Position(snapshot.snapshot_id, after, _BEHIND).encode(sort) if after else None
        seen: set[str] = set()
        while snapshot.releases:
            answer = self._reader.rows(companion, replace(asked, cursor=cursor), snapshot)
            for row in answer.rows:
                seen.add(str(row.values[companions.DIGEST]))
                if len(seen) > size + 1:
                    return
                yield _document(companion, row)
            cursor = answer.next
            if cursor is None:
                return

    def every(self, dataset: str = "") -> Iterator[PublishedDocument]:
        """All documents, or those of one dataset, in the order of their rows."""
        for slug, companion in sorted(self.companions.items()):
            if dataset in ("", slug):
                yield from self._every(companion)

    def text_of(self, document: PublishedDocument) -> tuple[PageText, ...]:
        """The text of its pages. DocumentGone where it cannot be had, or is not what was sealed."""
        data = self._file(document, text_name(document.text_digest)).read_bytes()
        if sha256_hex(data) != document.text_digest:
            raise DocumentGone(document.digest)
        return read_text(data)

    def bytes_of(self, document: PublishedDocument, *, checked: bool = False) -> Path:
        """Where its public bytes stand; if ``checked``, after all of them were read and held against the digest.

        DocumentGone where they cannot be had.
        """
        path = self._file(document, document_name(document.digest))
        if checked and sha256_file(path) != document.digest:
            raise DocumentGone(document.digest)
        return path

    def _file(self, document: PublishedDocument, name: str) -> Path:
        try:
            release = self._store.release(*document.ref)
            path = release.local(name) if not release.withdrawn and name in release.beside else None
        except StoreError:
            path = None
        if path is None or not path.is_file():
            raise DocumentGone(document.digest)
        return path

    def _rows(self, companion: Dataset, conditions: tuple[tuple[str, object], ...]) -> tuple[Row, ...]:
        snapshot = self._reader.snapshot(companion, Question(slug=companion.slug))
        return self._reader.pick(as_asked(companion), Record(conditions), snapshot)

    def _every(self, companion: Dataset) -> Iterator[PublishedDocument]:
        question = Question(slug=companion.slug)
        snapshot = self._reader.snapshot(companion, question)
        if not snapshot.releases:
            return
        cursor: str | None = None
        while True:
            answer = self._reader.rows(companion, Question(slug=companion.slug, size=1000, cursor=cursor), snapshot)
            yield from (_document(companion, row) for row in answer.rows)
            cursor = answer.next
            if cursor is None:
                return


def newest(documents: Sequence[PublishedDocument]) -> tuple[PublishedDocument, ...]:
    """Those of the documents of one row in whose place none of them came, in their order."""
    last: dict[tuple[str, int], int] = {}
    for each in documents:
        series = each.kind, each.series
        last[series] = max(each.version, last.get(series, 0))
    return tuple(each for each in documents if each.version == last[each.kind, each.series])


def _document(companion: Dataset, row: Row) -> PublishedDocument:
    said: Mapping[str, Any] = row.values
    declared = companion.companion
    assert declared is not None  # noqa: S101 - only companions are asked
    kind = declared.kind(str(said[companions.KIND]))
    title = str(said[companions.TITLE])
    return PublishedDocument(
        dataset=declared.of,
        companion=companion.slug,
        key=tuple(str(said[name]) for name in declared.row_key),
        kind=str(said[companions.KIND]),
        kind_label=kind.label if kind else Label(str(said[companions.KIND]), str(said[companions.KIND])),
        title=Label(title, title),
        series=int(said[companions.SERIES]),
        version=int(said[companions.VERSION]),
        date=said[companions.DATED],
        language=str(said[companions.LANGUAGE]),
        pages=int(said[companions.PAGES]),
        unread=int(said[companions.UNREAD]),
        digest=str(said[companions.DIGEST]),
        text_digest=str(said[companions.TEXT_DIGEST]),
        media_type=str(said[companions.MEDIA]),
        size=int(said[companions.SIZE]),
        source=str(said[companions.SOURCE] or ""),
        machine_read=said[companions.MACHINE_READ],
        redactions=int(said[companions.REDACTIONS]),
        redaction_reasons=str(said[companions.REASONS] or ""),
        lines=_lines(str(said.get(companions.LINES) or "")),
        release=f"{companion.slug}/{row.period}/{row.release}",
        row=row.number,
    )


def _lines(text: str) -> tuple[LineLink, ...]:
    try:
        return read_links(text)
    except BadLinks:
        # What is sealed was judged; nothing else is shown.
        return ()
