"""Long documents are drawn piece by piece: what was drawn is not lost with its process, and the whole is what it was."""

from __future__ import annotations

import secrets
from pathlib import Path

import pikepdf
import pytest
from tests.core.redaction import leaks

from ayan.core.custody.prepared_documents import PreparedPieces
from ayan.core.custody.private_files import OriginalEncryption, is_locked
from ayan.core.custody.private_store import PrivateStore
from ayan.core.documents import document_text
from ayan.core.documents.document_text import Box
from ayan.core.redaction.limits import PIECE_PAGES
from ayan.core.redaction.public_copy import make_public_copy, propose_marks
from ayan.core.redaction.redaction_mark import RedactionMark
from ayan.core.redaction.refusals import MarkRefused, NumberElsewhere

MOBILE = "09123456789"
PAGES = PIECE_PAGES + 2
# Where the second line of a page of `leaks.paper` stands.
LINE = Box(18, 36, 190, 54)


class Killed(Exception):
    """Stands for a process that ends."""


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two pages more than one piece, each with its number, and a mobile number on the first and the last."""
    folder = tmp_path_factory.mktemp("long")
    with pikepdf.Pdf.new() as whole:
        for number in range(1, PAGES + 1):
            words = f"Mobile {MOBILE}" if number in (1, PAGES) else f"Page {number}"
            page = leaks.paper(folder / f"{number}.pdf", f"BT /F1 12 Tf 20 40 Td ({words}) Tj ET")
            with pikepdf.Pdf.open(page) as single:
                whole.pages.extend(single.pages)
        whole.save(folder / "long.pdf")
    return folder / "long.pdf"


@pytest.fixture
def shelf(tmp_path: Path) -> PreparedPieces:
    keys = OriginalEncryption((secrets.token_bytes(32),))
    return PreparedPieces(PrivateStore(tmp_path / "originals", tmp_path / "scratch", lambda: keys), "ab" * 16)


def both() -> list[RedactionMark]:
    return [RedactionMark(page, "mobile", LINE) for page in (1, PAGES)]


def spoken(copy: Path) -> list[str]:
    return [page.text for page in document_text.of_file(copy)]


def test_what_was_drawn_before_a_death_is_not_drawn_again(
    document: Path, shelf: PreparedPieces, tmp_path: Path
) -> None:
    progress: list[tuple[int, int]] = []

    def killed(done: int, pages: int) -> None:
        progress.append((done, pages))
        if done:
            raise Killed

    with pytest.raises(Killed):
        make_public_copy(document, tmp_path / "copy.pdf", both(), piece_store=shelf, on_progress=killed)
    assert not (tmp_path / "copy.pdf").exists()
    done = progress[-1][0]
    assert 0 < done < PAGES
    kept = [path for path in (tmp_path / "scratch").rglob("*") if path.is_file()]
    assert kept
    assert all(map(is_locked, kept))
    again: list[tuple[int, int]] = []
    copy = make_public_copy(
        document, tmp_path / "copy.pdf", both(), piece_store=shelf, on_progress=lambda *each: again.append(each)
    )
    assert again == [(done, PAGES), (PAGES, PAGES)]
    assert copy.pages == PAGES
    texts = spoken(copy.path)
    assert texts[1:-1] == [f"{leaks.SEEN}\nPage {number}" for number in range(2, PAGES)]
    assert all(MOBILE not in text and "█" in text for text in (texts[0], texts[-1]))
    # Drawn in one go, and looked at once more with a mark less, it is the same but for the piece of that mark.
    alone = make_public_copy(document, tmp_path / "alone.pdf", both())
    assert alone.sha256 == copy.sha256
    fewer: list[tuple[int, int]] = []
    with pytest.raises(NumberElsewhere) as elsewhere:
        make_public_copy(
            document,
            tmp_path / "fewer.pdf",
            both()[:1],
            piece_store=shelf,
            on_progress=lambda *each: fewer.append(each),
        )
    assert elsewhere.value.page == PAGES
    assert fewer[0] == (PIECE_PAGES, PAGES)
    shelf.discard()
    assert not any(path.is_file() for path in (tmp_path / "scratch").rglob("*"))


def test_all_pages_of_a_long_document_are_looked_through(document: Path) -> None:
    progress: list[tuple[int, int]] = []
    marks = propose_marks(document, lambda *each: progress.append(each))
    assert [(mark.page, mark.reason) for mark in marks] == [(1, "mobile"), (PAGES, "mobile")]
    assert progress[-1] == (PAGES, PAGES)


def test_a_mark_beyond_a_long_document_is_refused_by_its_number(document: Path, tmp_path: Path) -> None:
    beyond = [RedactionMark(1, "mobile", LINE), RedactionMark(2, "mobile", Box(500, 500, 600, 600))]
    with pytest.raises(MarkRefused) as refused:
        make_public_copy(document, tmp_path / "copy.pdf", beyond)
    assert refused.value.number == 2


def test_pieces_under_a_key_that_is_gone_are_drawn_once_more(tmp_path: Path) -> None:
    source, into = tmp_path / "source", tmp_path / "into"
    for folder in (source, into):
        folder.mkdir()
    (source / "notes.json").write_text("{}")
    first, other = (OriginalEncryption((secrets.token_bytes(32),)) for _ in range(2))
    store = PrivateStore(tmp_path / "originals", tmp_path / "scratch", lambda: first)
    PreparedPieces(store, "ab" * 16).keep("cd" * 32, source)
    lost = PrivateStore(tmp_path / "originals", tmp_path / "scratch", lambda: other)
    assert not PreparedPieces(lost, "ab" * 16).take("cd" * 32, into)
    assert list(into.iterdir()) == []
    assert not PreparedPieces(store, "ab" * 16).take("cd" * 32, into)
    PreparedPieces(store, "ab" * 16).keep("cd" * 32, source)
    assert PreparedPieces(store, "ab" * 16).take("cd" * 32, into)
    PreparedPieces.keep_only(store, {"00" * 16})
    assert not PreparedPieces(store, "ab" * 16).take("cd" * 32, into)
