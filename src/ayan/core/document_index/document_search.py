"""Looking for words in the documents of an index: the pages that hold them, by document, the best first."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from ayan.core.document_index import index_file
from ayan.core.document_index.asked_words import AskedWords
from ayan.core.document_index.document_index import DocumentIndex, state_in
from ayan.core.document_index.index_file import DamagedIndex, document_of, number_of, page_id
from ayan.core.document_index.limits import (
    MOST_DOCUMENTS,
    MOST_PAGES_TOLD,
    MOST_PAGES_WITHIN,
    MOST_RANKED,
    PAGE_BITS,
    PAGES_A_DOCUMENT,
)
from ayan.core.document_index.word_marks import Snippet, snippet
from ayan.core.system.processor_budget import current

_RANKED: Final = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rank LIMIT ?"
_NEWEST: Final = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT ?"
_COUNTED: Final = "SELECT count(*), count(DISTINCT rowid >> ?) FROM words WHERE words MATCH ?"
_WITHIN: Final = "SELECT rowid FROM words WHERE words MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid LIMIT ?"


@dataclass(frozen=True, slots=True)
class PageHit:
    """A page that holds the words: its number from 1, and the piece of its text in which they stand."""

    page: int
    snippet: Snippet


@dataclass(frozen=True, slots=True)
class DocumentHit:
    """A document, by the digest of its public bytes: the page of it that fits best, and the numbers of some others.

    ``is_scattered`` says that the words stand on several pages of it, and on none all of them.
    """

    digest: str
    page: PageHit
    others: tuple[int, ...] = ()
    is_scattered: bool = False


@dataclass(frozen=True, slots=True)
class DocumentHits:
    """What a search found, the best first.

    ``total`` is how many documents hold the words on one page, ``pages`` how many pages; None where nobody can say.
    ``is_whole`` is false where not everything that is published was looked through.
    """

    hits: tuple[DocumentHit, ...]
    total: int | None = None
    pages: int | None = None
    is_whole: bool = True


NOTHING: Final = DocumentHits((), is_whole=False)


def search(
    index: DocumentIndex, asked: AskedWords, size: int, state: str, is_published: Callable[[str], bool]
) -> DocumentHits:
    """The documents with all words on a page, those with the whole phrase first; ``size`` of them at most.

    ``state`` is what is published now (`DocumentIndex.sync`). Where the file is of another one, each digest is asked
    whether it ``is_published``: what has been withdrawn is not told, whatever the file still holds. The processor
    budget around it holds.
    """
    path, budget = index.path, current()
    if path is None or (budget is not None and budget.left <= 0):
        return NOTHING
    try:
        with index_file.reading(path) as connection:
            return _Search(connection, asked, min(size, MOST_DOCUMENTS), is_published).answer(state)
    except DamagedIndex:
        index.note_damage(path)
    except (sqlite3.OperationalError, OSError):
        # Time was up, or the file cannot be opened.
        pass
    return NOTHING


def pages_within(index: DocumentIndex, digest: str, asked: AskedWords) -> tuple[PageHit, ...] | None:
    """The pages of one document that hold all words, in their order; None where nobody can say."""
    path = index.path
    if path is None:
        return None
    try:
        with index_file.reading(path) as connection:
            row = connection.execute("SELECT id FROM document WHERE digest = ?", (digest,)).fetchone()
            if row is None:
                return None
            first, last = page_id(row[0], 0), page_id(row[0] + 1, 0) - 1
            rows = connection.execute(_WITHIN, (asked.match(), first, last, MOST_PAGES_WITHIN)).fetchall()
            return tuple(_page_hits(connection, [page for (page,) in rows], asked))
    except DamagedIndex:
        index.note_damage(path)
    except (sqlite3.OperationalError, OSError):
        pass
    return None


class _Search:
    def __init__(
        self, connection: sqlite3.Connection, asked: AskedWords, size: int, is_published: Callable[[str], bool]
    ) -> None:
        self._connection = connection
        self._asked = asked
        self._size = size
        self._is_published = is_published
        # The pages that fit, all of them, by what was asked.
        self._known: dict[str, list[int]] = {}

    def answer(self, state: str) -> DocumentHits:
        is_current = state_in(self._connection) == state
        if is_current:
            self._is_published = lambda _: True
        asked = self._asked.closed
        pages: list[int] = []
        if self._newest(asked.match(), 1):
            # All pages with the whole phrase fit equally well.
            pages = self._newest(asked.phrase.match(), self._wanted) if asked.phrase is not None else []
            pages = self._more(pages, asked.match())
        hits, counts = self._hits(pages), asked
        if len(hits) < self._size and self._asked != asked:
            # Few hold the words as they were typed: longer ones that begin so count, too.
            hits, counts = self._hits(self._more(pages, self._asked.match())), self._asked
        counted = self._counted(counts.match())
        if len(hits) < self._size and len(self._asked.pieces) > 1:
            hits += self._scattered({hit.digest for hit in hits}, self._size - len(hits))
        if not is_current:
            return DocumentHits(tuple(hits), is_whole=False)
        return DocumentHits(tuple(hits), total=counted[1], pages=counted[0])

    @property
    def _wanted(self) -> int:
        """How many pages are looked at for as many documents as are asked for."""
        return self._size * PAGES_A_DOCUMENT

    def _more(self, pages: list[int], match: str) -> list[int]:
        """Some pages and then others, where there are not enough of them."""
        if len(pages) >= self._wanted:
            return pages
        known = set(pages)
        return pages + [page for page in self._ranked(match) if page not in known]

    def _ranked(self, match: str) -> list[int]:
        """The pages that fit best; where there are very many, or all of them hold one phrase, the newest of them."""
        if self._asked.is_phrase:
            return self._newest(match, self._wanted)
        newest = self._newest(match, MOST_RANKED + 1)
        if len(newest) > MOST_RANKED:
            return newest[: self._wanted]
        self._known[match] = newest
        return self._pages(_RANKED, match, self._wanted) if newest else []

    def _counted(self, match: str) -> tuple[int, int]:
        """How many pages, and how many documents of these."""
        known = self._known.get(match)
        if known is not None:
            return len(known), len(set(map(document_of, known)))
        pages, documents = self._connection.execute(_COUNTED, (PAGE_BITS, match)).fetchone()
        return pages, documents

    def _newest(self, match: str, most: int) -> list[int]:
        return self._pages(_NEWEST, match, most)

    def _pages(self, sql: str, match: str, most: int) -> list[int]:
        return [page for (page,) in self._connection.execute(sql, (match, most))]

    def _hits(self, pages: Iterable[int]) -> list[DocumentHit]:
        """The documents of some pages, in the order of the first page of each."""
        by_document: dict[int, list[int]] = {}
        for page in pages:
            by_document.setdefault(document_of(page), []).append(page)
        hits: list[DocumentHit] = []
        for document, own in by_document.items():
            if len(hits) == self._size:
                break
            digest = self._digest(document)
            if not self._is_published(digest):
                continue
            best = next(_page_hits(self._connection, own[:MOST_PAGES_TOLD], self._asked), None)
            if best is not None:
                others = sorted(number for page in own[:MOST_PAGES_TOLD] if (number := number_of(page)) != best.page)
                hits.append(DocumentHit(digest, best, tuple(others)))
        return hits

    def _scattered(self, known: set[str], most: int) -> list[DocumentHit]:
        """The documents that hold each word on some page, but for those that are told already."""
        if not all(self._newest(piece.match(), 1) for piece in self._asked.pieces):
            return []
        each = " INTERSECT ".join(["SELECT rowid >> ? FROM words WHERE words MATCH ?"] * len(self._asked.pieces))
        given = [value for piece in self._asked.pieces for value in (PAGE_BITS, piece.match())]
        hits: list[DocumentHit] = []
        for (document,) in self._connection.execute(f"{each} LIMIT ?", (*given, most + len(known))):
            digest = self._digest(document)
            if digest in known or len(hits) == most or not self._is_published(digest):
                continue
            # The longest word says the most.
            longest = max(self._asked.pieces, key=lambda piece: len(piece.text))
            first, last = page_id(document, 0), page_id(document + 1, 0) - 1
            row = self._connection.execute(_WITHIN, (longest.match(), first, last, 1)).fetchone()
            only = AskedWords((longest,), None)
            best = next(_page_hits(self._connection, [row[0]] if row is not None else [], only), None)
            if best is not None:
                hits.append(DocumentHit(digest, best, is_scattered=True))
        return hits

    def _digest(self, document: int) -> str:
        row = self._connection.execute("SELECT digest FROM document WHERE id = ?", (document,)).fetchone()
        if row is None:
            raise DamagedIndex(f"no document {document}")
        return str(row[0])


def _page_hits(connection: sqlite3.Connection, pages: Iterable[int], asked: AskedWords) -> Iterator[PageHit]:
    """The pages with their snippets; one in whose text nothing can be shown is none, whatever the lists say."""
    shown = ((page, snippet(index_file.text_of(connection, page), asked)) for page in pages)
    return (PageHit(number_of(page), piece) for page, piece in shown if piece is not None)
