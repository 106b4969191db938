"""Eighty-four documents in Persian, PDF and DOCX: the text that is read is what was written.

The stated error is the share of characters of a document that differ: none, but for pages that lie on their side, where
brackets of a pair that stands on two lines may be turned round (`MOST_ERRORS`). Scans stand apart: they have no text.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from tests import sampling
from tests.core.documents import papers

from ayan.core.documents import document_text
from ayan.core.values.text import publish

MOST_ERRORS = {"turned.pdf": 0.006}
SEEDS = range(12)


def written(texts: list[str]) -> str:
    return " ".join(" ".join(texts).split())


def read(path: Path) -> str:
    return written([page.text for page in document_text.of_file(path)])


def letter(path: Path, chance: Random) -> str:
    texts = [papers.passage(chance, 4) for _ in range(4)]
    papers.letter(path, texts, size=chance.randint(8, 16), justified=chance.random() < 0.5)
    return written(texts)


def turned(path: Path, chance: Random) -> str:
    texts = [papers.passage(chance, 4) for _ in range(3)]
    papers.letter(path, texts, turn=90 * chance.randint(1, 3))
    return written(texts)


def columns(path: Path, chance: Random) -> str:
    texts = [papers.passage(chance, 4) for _ in range(4)]
    papers.columns(path, "آگهی مناقصهٔ عمومی", texts[:2], texts[2:])
    return written(["آگهی مناقصهٔ عمومی", *texts])


def table(path: Path, chance: Random) -> str:
    words = ["جدول‌گذاری", "خط‌کشی", "آسفالت‌ریزی", "نامه‌رسانی", "مبلغ", "۱٬۲۰۰", "۴۵/۷", "کوچهٔ ۱۲"]
    rows = [["ردیف", "شرح", "مبلغ"], *([str(n), *chance.sample(words, 2)] for n in range(1, 15))]
    papers.table(path, rows, ruled=True)
    return written([cell for row in rows for cell in row])


def mixed(path: Path, chance: Random) -> str:
    texts = [*papers.LATIN, *(papers.passage(chance, 3) for _ in range(3))]
    papers.letter(path, texts)
    return written(texts)


def word(path: Path, chance: Random) -> str:
    """Paragraphs in runs that break words, as word processors leave them, with struck out and hidden text among them."""
    texts = [papers.passage(chance, 3) for _ in range(6)]
    body = ""
    for text in texts:
        cut = chance.randrange(1, len(text))
        body += (
            f"<w:p>{papers.run(text[:cut])}<w:del><w:r><w:delText>کهنه</w:delText></w:r></w:del>"
            f"{papers.run('پنهان', '<w:vanish/>')}<w:ins>{papers.run(text[cut:])}</w:ins></w:p>"
        )
    papers.docx(path, body)
    return written(texts)


def word_table(path: Path, chance: Random) -> str:
    texts = [papers.passage(chance, 2) for _ in range(2)]
    rows = [["ردیف", "شرح"], *([str(n), papers.passage(chance, 1)] for n in range(1, 8))]
    note = papers.passage(chance, 1)
    body = f"<w:p>{papers.run(texts[0])}</w:p>{papers.docx_table(rows)}<w:p>{papers.run(texts[1])}</w:p>"
    papers.docx(path, body, footnotes=f"<w:footnote><w:p>{papers.run(note)}</w:p></w:footnote>")
    return written([texts[0], *(cell for row in rows for cell in row), texts[1], note])


LAYOUTS: dict[str, Callable[[Path, Random], str]] = {
    "letter.pdf": letter,
    "turned.pdf": turned,
    "columns.pdf": columns,
    "table.pdf": table,
    "mixed.pdf": mixed,
    "word.docx": word,
    "table.docx": word_table,
}


def errors(expected: str, found_text: str) -> int:
    """How many characters must be put in, taken out or changed (Levenshtein)."""
    first = 0
    while first < min(len(expected), len(found_text)) and expected[first] == found_text[first]:
        first += 1
    left, right = expected[first:], found_text[first:]
    while left and right and left[-1] == right[-1]:
        left, right = left[:-1], right[:-1]
    row = list(range(len(right) + 1))
    for at, letter_there in enumerate(left, 1):
        before, row[0] = row[0], at
        for place, letter_here in enumerate(right, 1):
            before, row[place] = (
                row[place],
                min(row[place] + 1, row[place - 1] + 1, before + (letter_there != letter_here)),
            )
    return row[-1]


def error_rate(path: Path, layout: str, seed: int) -> float:
    expected = publish(LAYOUTS[layout](path, Random(f"{layout} {seed}")))
    return errors(expected, read(path)) / len(expected)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_document_is_read_as_it_was_written(tmp_path: Path, layout: str) -> None:
    seed = sampling.chance(f"corpus {layout}").choice(SEEDS)
    assert error_rate(tmp_path / layout, layout, seed) <= MOST_ERRORS.get(layout, 0.0)


@pytest.mark.soak
@pytest.mark.parametrize("layout", LAYOUTS)
def test_all_documents_are_read_as_they_were_written(tmp_path: Path, layout: str) -> None:
    rates = {seed: error_rate(tmp_path / layout, layout, seed) for seed in SEEDS}
    assert max(rates.values()) <= MOST_ERRORS.get(layout, 0.0), rates


def test_errors_are_counted() -> None:
    assert [errors("کتاب", other) for other in ("کتاب", "کتب", "کتابها", "باتک", "")] == [0, 1, 2, 4, 4]
