"""What stands beside a release of documents: nothing half of it, whatever dies; the same text always the same bytes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.attachments.killed_sealing import PLACES
from tests.core.attachments.published_documents import city_with_documents, documents_of, paper, publish

from ayan.core.attachments.document_files import digest_in, document_name, is_digest, text_name
from ayan.core.attachments.page_texts import BadPageTexts, read_text, text_bytes
from ayan.core.documents.document_text import Box, PageLine, PageText
from ayan.core.store.parquet import verify
from ayan.core.values.canonical import sha256_hex

_EDGE = st.integers(-100_000, 2_000_000).map(lambda part: part / 100)
_LINES = st.builds(PageLine, st.text(max_size=30), st.none() | st.builds(Box, _EDGE, _EDGE, _EDGE, _EDGE))
_PAGES = st.lists(st.lists(_LINES, max_size=5).map(tuple), max_size=5).map(
    lambda pages: tuple(PageText(at, lines, (595.0, 842.5), at % 3, not lines) for at, lines in enumerate(pages, 1))
)


@given(_PAGES)
def test_the_text_of_pages_is_read_as_it_was_written_and_has_one_digest(pages: tuple[PageText, ...]) -> None:
    data = text_bytes(pages)
    assert read_text(data) == pages
    assert text_bytes(read_text(data)) == data


@given(st.binary(max_size=200))
def test_other_bytes_are_no_text_of_pages(data: bytes) -> None:
    with pytest.raises(BadPageTexts):
        read_text(data)


@given(st.binary(max_size=50), st.text(max_size=80))
def test_a_name_is_a_documents_only_by_a_whole_digest(content: bytes, other: str) -> None:
    digest = sha256_hex(content)
    assert digest_in(document_name(digest)) == digest_in(text_name(digest)) == digest
    assert (digest_in(document_name(other)) == other) == is_digest(other)


@pytest.mark.parametrize("place", PLACES)
def test_whoever_dies_leaves_all_of_a_document_or_nothing(tmp_path: Path, place: str) -> None:
    town = city_with_documents(tmp_path)
    killed = subprocess.run(
        [sys.executable, "-m", "tests.core.attachments.killed_sealing", str(town.home), place], check=False, timeout=300
    )
    assert killed.returncode == 9
    city = town.city
    city.release_store.sweep()
    documents, sealed = documents_of(city), city.release_store.releases("trees-documents")
    if sealed:
        published = documents.document(paper().digest)
        assert published is not None
        assert documents.bytes_of(published, checked=True).read_bytes() == paper().content
    else:
        assert documents.document(paper().digest) is None
        assert not list(city.store.glob("releases/trees-documents/**/document-*"))
        sealed = [publish(city, paper())]
    assert verify(sealed[-1].whole(), sealed[-1].manifest) == []
    assert not [path for path in (city.store / "staging").glob("*") if path.name.startswith("brief-")]
