"""Scans are read by Tesseract where the machine has it: the text is marked as machine-read, and nothing covered is in it.

The share of wrong characters is stated for pages that tests print and scan (`MOST_ERRORS`). Tests that need Tesseract are
skipped, and say so, where it or one of its languages is absent.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from random import Random

import pypdfium2
import pytest
from tests.core.documents import papers
from tests.core.documents.test_corpus import errors, written

from ayan.core.attachments.page_texts import has_text, machine_read, read_text, text_bytes
from ayan.core.attachments.reading_process import pages_of
from ayan.core.documents.document_text import Box, PageText
from ayan.core.documents.scanned_words import program
from ayan.core.redaction.public_copy import make_public_copy, propose_marks, readable_original
from ayan.core.redaction.redaction_mark import RedactionMark
from ayan.core.values.digits import to_latin
from ayan.core.values.text import publish

MOST_ERRORS = 0.15
MOBILE = "09123456789"
recognised = pytest.mark.skipif(program() is None, reason="needs tesseract-ocr, tesseract-ocr-fas and -eng")


def pages(path: Path) -> tuple[PageText, ...]:
    scratch = path.with_suffix(".scratch")
    scratch.mkdir()
    return pages_of(path, scratch)


def scan(folder: Path, *paragraphs: str) -> Path:
    source = papers.letter(folder / "source.pdf", paragraphs, size=13)
    return papers.scanned(folder / "scan.pdf", source, Random(1), slant=0.3)


@recognised
def test_a_scan_has_text_that_says_that_a_machine_read_it(tmp_path: Path) -> None:
    (page,) = pages(scan(tmp_path, papers.SENTENCES[0], papers.SENTENCES[7]))
    assert papers.share_read((papers.SENTENCES[0], papers.SENTENCES[7]), page.text) >= papers.LEAST_READ
    assert has_text(page)
    assert not page.drawn
    assert page.machine_read is not None
    assert Decimal("0.5") <= page.machine_read <= 1
    width, height = page.size or (0, 0)
    for line in page.lines:
        assert line.box is not None
        assert 0 <= line.box.left < line.box.right <= width
        assert 0 <= line.box.bottom < line.box.top <= height
    assert read_text(text_bytes([page]))[0].machine_read == page.machine_read
    assert machine_read([page]) == page.machine_read


@recognised
def test_what_looks_personal_on_a_scan_is_proposed_and_nothing_of_it_is_read_in_the_copy(tmp_path: Path) -> None:
    original = scan(tmp_path, papers.SENTENCES[0], f"تلفن همراه پیمانکار {MOBILE} است.", papers.SENTENCES[7])
    marks = propose_marks(original)
    assert [mark.reason for mark in marks] == ["mobile"]
    copy = make_public_copy(original, tmp_path / "copy.pdf", marks)
    (page,) = pages(copy.path)
    assert "█" in page.text
    assert papers.share_read((papers.SENTENCES[0], papers.SENTENCES[7]), page.text) >= papers.LEAST_READ
    tops = [line.box.top for line in page.lines if line.box is not None]
    assert tops == sorted(tops, reverse=True)
    assert ["█" in line.text for line in page.lines] == [False, True, False]
    assert MOBILE not in to_latin(page.text)
    assert MOBILE[3:] not in to_latin(page.text)
    assert page.machine_read is not None


@recognised
@pytest.mark.parametrize(
    ("line", "widest"),
    [
        (f"تلفن همراه پیمانکار {MOBILE} است.", 0.5),
        ("همراه ۰۹۱۲ ۳۴۵ ۶۷۸۹ نماینده", 0.62),
        ("Mobile 0912-345-6789 of the contractor", 0.5),
    ],
)
def test_the_place_of_a_number_on_a_scan_is_the_number_alone(tmp_path: Path, line: str, widest: float) -> None:
    original = scan(tmp_path, papers.SENTENCES[0], line, papers.SENTENCES[7])
    (mark,) = propose_marks(original)
    assert (mark.reason, mark.box is not None) == ("mobile", True)
    copy = make_public_copy(original, tmp_path / "copy.pdf", [mark])
    (page,) = pages(copy.path)
    (own,) = (each for each in page.lines if "█" in each.text)
    assert own.box is not None
    assert mark.box is not None
    assert mark.box.right - mark.box.left < widest * (own.box.right - own.box.left)
    # The words beside it are read as before, and nothing of the number is.
    left = "".join(sign for sign in line if not sign.isdecimal() and sign != "-")
    assert papers.share_read((left,), own.text) >= papers.LEAST_READ
    assert not any(sign.isdecimal() for sign in own.text)


@recognised
def test_a_picture_is_read_as_a_page(tmp_path: Path) -> None:
    source = scan(tmp_path, papers.SENTENCES[0], f"تلفن همراه پیمانکار {MOBILE} است.")
    picture = tmp_path / "scan.png"
    pypdfium2.PdfDocument(source)[0].render(scale=200 / 72).to_pil().save(picture)
    readable = readable_original(picture, tmp_path)
    assert [mark.reason for mark in propose_marks(readable)] == ["mobile"]
    assert readable_original(source, tmp_path) == source


def test_without_tesseract_a_scan_stays_without_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = scan(tmp_path, papers.SENTENCES[0])
    monkeypatch.setenv("PATH", str(tmp_path))
    (page,) = pages(original)
    assert (page.drawn, page.machine_read, page.lines) == (True, None, ())
    assert propose_marks(original) == []


@pytest.mark.parametrize("ending", ["exit 1", "kill -9 $$", "printf 'level\\tx\\n5\\t\\377\\n'"])
def test_a_tesseract_that_fails_leaves_a_page_without_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    tool = tmp_path / "tesseract"
    tool.write_text(f'#!/bin/sh\nif [ "$1" = --list-langs ]; then echo fas; echo eng; exit 0; fi\n{ending}\n')
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    (page,) = pages(scan(tmp_path, papers.SENTENCES[0]))
    assert (page.drawn, page.machine_read, page.lines) == (True, None, ())


def test_a_scan_of_which_all_is_covered_still_counts_as_without_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = scan(tmp_path, papers.SENTENCES[0])
    copy = make_public_copy(original, tmp_path / "copy.pdf", [RedactionMark(1, "mobile", Box(100, 700, 200, 720))])
    monkeypatch.setenv("PATH", str(tmp_path))
    (page,) = pages(copy.path)
    assert "█" in page.text
    assert page.drawn
    assert not has_text(page)


def error_rate(folder: Path, seed: int) -> float:
    chance = Random(f"scan {seed}")
    texts = [papers.passage(chance, 3) for _ in range(3)]
    source = papers.letter(folder / f"{seed}.pdf", texts, size=chance.randint(12, 14))
    scanned = papers.scanned(folder / f"{seed}-scan.pdf", source, chance, slant=chance.uniform(-0.5, 0.5))
    expected = publish(written(texts))
    return errors(expected, written([page.text for page in pages(scanned)])) / len(expected)


@recognised
@pytest.mark.soak
def test_scans_are_read_within_the_stated_error(tmp_path: Path) -> None:
    rates = [error_rate(tmp_path, seed) for seed in range(12)]
    assert sum(rates) / len(rates) <= MOST_ERRORS, rates
