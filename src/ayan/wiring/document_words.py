"""The words of a city's documents: brought in step with what is published, and asked for the box and the reader."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from ayan.core.attachments.published_documents import DocumentGone, PublishedDocument
from ayan.core.document_index import document_search
from ayan.core.document_index.asked_words import AskedWords
from ayan.core.document_index.document_index import DocumentIndex, DocumentSource, SyncOutcome
from ayan.core.document_index.document_search import DocumentHit
from ayan.core.documents.document_text import PageText
from ayan.core.query.answer import Unanswered
from ayan.core.store.objects import StoreError
from ayan.wiring.city import City

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FoundDocument:
    """A document that holds the words, and where."""

    published: PublishedDocument
    hit: DocumentHit


@dataclass(frozen=True, slots=True)
class FoundDocuments:
    """What words find in documents, the best first.

    ``total`` is how many documents have them on one page; None where that cannot be said. ``is_whole`` is false where
    not all that is published was looked through.
    """

    documents: tuple[FoundDocument, ...] = ()
    total: int | None = 0
    is_whole: bool = True


def document_index(city: City) -> DocumentIndex:
    """The words of the pages of a city's documents; derived, made anew where they are missing."""
    return DocumentIndex(city.index_store.root)


def state_of(city: City) -> str:
    """A text that changes whenever a document comes or goes."""
    slugs = sorted(companion.slug for companion in city.documents.companions.values())
    states = " ".join(f"{slug}:{city.release_store.snapshot(slug).digest}" for slug in slugs)
    return sha256(states.encode()).hexdigest()


def follow_documents(city: City) -> SyncOutcome | None:
    """Bring the words in step with what is published now; None where nothing is to be done, or it cannot be.

    Without documents and without a file there is nothing to do.
    """
    try:
        if not city.documents.companions and document_index(city).path is None:
            return None
        state = state_of(city)
        if document_index(city).state() == state:
            return None
        # The newest come last, as the index wants them.
        standing = sorted(city.documents.every(), key=lambda each: (each.date or date.min, each.digest))
        outcome = document_index(city).sync(state, {each.digest: each for each in standing}, _pages_of(city))
    except (StoreError, OSError, Unanswered) as fault:
        log.warning("the words of documents could not be read: %s", type(fault).__name__)
        return None
    for digest in outcome.unread:
        log.warning("the text of document %s could not be read", digest)
    return outcome


def find_documents(city: City, asked: AskedWords, size: int) -> FoundDocuments:
    """The documents that hold all words; nothing that is not published now."""
    documents = city.documents
    if not documents.companions:
        return FoundDocuments()
    found_hits = document_search.search(
        document_index(city), asked, size, state_of(city), lambda digest: documents.document(digest) is not None
    )
    pairs = ((documents.document(hit.digest), hit) for hit in found_hits.hits)
    shown = tuple(FoundDocument(published, hit) for published, hit in pairs if published is not None)
    return FoundDocuments(shown, found_hits.total, found_hits.is_whole)


def _pages_of(city: City) -> Callable[[DocumentSource], Iterable[PageText]]:
    def pages(source: DocumentSource) -> Iterable[PageText]:
        assert isinstance(source, PublishedDocument)  # noqa: S101 - what `follow_documents` gave
        try:
            return city.documents.text_of(source)
        except DocumentGone as gone:
            raise OSError(str(gone)) from gone

    return pages
