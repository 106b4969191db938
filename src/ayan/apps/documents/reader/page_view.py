"""A document as the reader shows it: lines with their marks, neighbours, versions, and what stays of one that went."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ayan.apps.documents.limits import MOST_PAGE_HITS, NEAR_PAGES
from ayan.core.attachments.document_files import document_name
from ayan.core.attachments.line_links import LinkedLine
from ayan.core.attachments.published_documents import PublishedDocument
from ayan.core.document_index import document_search
from ayan.core.document_index.asked_words import AskedWords
from ayan.core.document_index.document_search import PageHit
from ayan.core.document_index.word_marks import holds, marked_lines, snippet
from ayan.core.documents.document_text import PageText
from ayan.core.query import keys
from ayan.core.query.answer import Row
from ayan.core.query.question import Question
from ayan.core.query.values import as_asked
from ayan.core.redaction.redaction_mark import REASONS
from ayan.core.schema.definition import Dataset
from ayan.core.store.release import Release
from ayan.core.store.tombstone import Tombstone
from ayan.core.values.label import Label
from ayan.wiring.city import City
from ayan.wiring.document_words import document_index

_CELLS: Final = "\t"
BLACK: Final = "█"
"""What stands in a text for what was covered."""
_COVERED: Final = re.compile(f"({BLACK}+)")
FORMATS: Final[Mapping[str, str]] = {
    "application/pdf": "PDF",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "DOCX",
}


@dataclass(frozen=True, slots=True)
class CellPart:
    """A part of a line: marked or not, covered or not.

    ``is_apart`` says that a wide gap stands before it, as between the cells of a table.
    """

    text: str
    is_marked: bool
    is_apart: bool
    is_covered: bool = False


@dataclass(frozen=True, slots=True)
class NumberedLine:
    """A line of a page, counted from 1, with what an officer says that it holds."""

    number: int
    parts: tuple[CellPart, ...]
    linked: tuple[LinkedLine, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentPageLink:
    """A page that the row of pages leads to; number 0 stands for those that are left out."""

    number: int
    is_current: bool = False


def numbered_lines(page: PageText, asked: AskedWords | None, linked: Iterable[LinkedLine] = ()) -> list[NumberedLine]:
    """The lines of a page, with what is looked for marked, and the values of the record that still stand in them."""
    parted = marked_lines([line.text for line in page.lines], asked)
    by_line: dict[int, list[LinkedLine]] = {}
    for each in linked:
        if each.still and each.place.page == page.number:
            by_line.setdefault(each.place.line, []).append(each)
    return [
        NumberedLine(number, tuple(_cells(parts)), tuple(by_line.get(number, ())))
        for number, parts in enumerate(parted, 1)
    ]


def _cells(parts: Sequence[tuple[str, bool]]) -> Iterator[CellPart]:
    for text, is_marked in parts:
        for place, cell in enumerate(text.split(_CELLS)):
            pieces = [piece for piece in _COVERED.split(cell) if piece]
            for at, piece in enumerate(pieces or [""] * (place > 0)):
                yield CellPart(piece, is_marked, place > 0 and at == 0, piece.startswith(BLACK))


def page_links(current: int, count: int) -> list[DocumentPageLink]:
    """The first page, those near the current one, and the last."""
    shown = sorted({1, count, *range(max(1, current - NEAR_PAGES), min(count, current + NEAR_PAGES) + 1)})
    links: list[DocumentPageLink] = []
    for number in shown:
        if links and number > links[-1].number + 1:
            links.append(DocumentPageLink(0) if number > links[-1].number + 2 else DocumentPageLink(number - 1))
        links.append(DocumentPageLink(number, number == current))
    return links


def pages_with(city: City, published: PublishedDocument, pages: Sequence[PageText], asked: AskedWords) -> list[PageHit]:
    """The pages of a document that hold all words: by the index, and where that cannot say by the text itself."""
    indexed = document_search.pages_within(document_index(city), published.digest, asked)
    if indexed is not None:
        return list(indexed[:MOST_PAGE_HITS])
    hits = ((page.number, snippet(page.text, asked)) for page in pages if holds(page.text, asked))
    return [PageHit(number, piece) for number, piece in hits if piece is not None][:MOST_PAGE_HITS]


def redaction_reasons(published: PublishedDocument) -> list[Label]:
    """Why places of it are black, each reason once."""
    codes = dict.fromkeys(published.redaction_reasons.split())
    return [REASONS.get(code, Label(code, code)) for code in codes]


def row_of(city: City, published: PublishedDocument) -> Row | None:
    """The row that a document belongs to, as it stands now; None where it is in no present release."""
    dataset = city.registry.get(published.dataset)
    snapshot = city.query_service.snapshot(dataset, Question(slug=dataset.slug))
    rows = keys.find(city.query_service, as_asked(dataset), keys.joined_key(published.key), snapshot)
    return rows[0] if rows else None


def versions(city: City, published: PublishedDocument) -> list[PublishedDocument]:
    """The versions of the same document of the same row, the newest first, itself among them."""
    dataset = city.registry.get(published.dataset)
    values = keys.natural(as_asked(dataset), keys.joined_key(published.key))
    return [
        each
        for each in city.documents.of_row(dataset.slug, list(values.values()))
        if (each.kind, each.series) == (published.kind, published.series)
    ]


@dataclass(frozen=True, slots=True)
class GoneDocument:
    """The newest release that still has it, which another one followed; else the newest that had it, withdrawn."""

    digest: str
    companion: Dataset
    release: Release
    tombstone: Tombstone | None


def gone_document(city: City, digest: str) -> GoneDocument | None:
    """What is known of a document that no present release has; None where none ever had it."""
    # The manifest of a release stays when its files go.
    holders = [
        (companion, release)
        for companion in city.documents.companions.values()
        for release in city.release_store.releases(companion.slug)
        if document_name(digest) in release.beside
    ]
    if not holders:
        return None
    companion, release = max(holders, key=lambda each: (not each[1].withdrawn, each[1].sealed_at))
    tombstone = city.release_store.tombstone(release) if release.withdrawn else None
    return GoneDocument(digest, companion, release, tombstone)
