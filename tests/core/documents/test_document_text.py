"""Documents as people read them: order, half-spaces, columns, turned pages, and what nobody sees."""

from __future__ import annotations

import itertools
import unicodedata
import zipfile
from pathlib import Path
from random import Random

import pytest
from tests import sampling
from tests.core.documents import papers

from ayan.core.documents import document_text
from ayan.core.documents.document_text import PageText
from ayan.core.documents.drawn_page import DrawnPage, Glyph, UnreadableDocument

SEEDS = range(12)
LAYOUTS = ("letter", "justified", "large", "turned", "columns", "latin")
ZWNJ = "\u200c"


def words(pages: list[PageText]) -> str:
    return " ".join(" ".join(page.text for page in pages).split())


def read(path: Path) -> list[PageText]:
    return list(document_text.of_file(path))


def paper(path: Path, layout: str, seed: int) -> str:
    """Make a document; the text that it shows."""
    chance = Random(f"{layout} {seed}")
    texts = [papers.passage(chance, 4) for _ in range(4)]
    if layout == "columns":
        papers.columns(path, texts[0][:40], texts[:2], texts[2:])
        return " ".join([texts[0][:40], *texts])
    if layout == "latin":
        texts = [*papers.LATIN, *texts[:2]]
    papers.letter(
        path,
        texts,
        size={"large": 17}.get(layout, 8 + seed % 5),
        justified=layout == "justified",
        turn=90 * (1 + seed % 3) if layout == "turned" else 0,
    )
    return " ".join(texts)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_page_is_read_letter_by_letter(tmp_path: Path, layout: str) -> None:
    seed = sampling.chance(f"papers {layout}").choice(SEEDS)
    expected = paper(tmp_path / "a.pdf", layout, seed)
    assert words(read(tmp_path / "a.pdf")) == " ".join(expected.split())


@pytest.mark.soak
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_page_is_read_letter_by_letter(tmp_path: Path, layout: str) -> None:
    for seed in SEEDS:
        expected = paper(tmp_path / "a.pdf", layout, seed)
        assert words(read(tmp_path / "a.pdf")) == " ".join(expected.split()), seed


def test_lines_say_where_they_stand(tmp_path: Path) -> None:
    papers.letter(tmp_path / "a.pdf", papers.SENTENCES[:3])
    (page,) = read(tmp_path / "a.pdf")
    assert page.size is not None
    boxes = [line.box for line in page.lines if line.box is not None]
    assert len(boxes) == len(page.lines) >= 3
    assert all(0 < box.left < box.right < page.size[0] and 0 < box.bottom < box.top < page.size[1] for box in boxes)
    assert all(above.bottom > below.bottom for above, below in itertools.pairwise(boxes))


def drawn_forms(text: str) -> str:
    names = {
        form: unicodedata.decomposition(form) for form in map(chr, (*range(0xFB50, 0xFC00), *range(0xFE80, 0xFEFC)))
    }
    forms = {
        (parts[0].strip("<>"), chr(int(parts[1], 16))): form
        for form, value in names.items()
        if len(parts := value.split()) == 2
    }
    shaped = []
    for at, letter in enumerate(text):
        joins = at > 0 and ("initial", text[at - 1]) in forms
        joined = at + 1 < len(text) and ("initial", letter) in forms and ("final", text[at + 1]) in forms
        kind = {(0, 0): "isolated", (0, 1): "initial", (1, 0): "final", (1, 1): "medial"}[joins, joined]
        shaped.append(forms.get((kind, letter), letter))
    return "".join(shaped).replace(ZWNJ, "")


def test_joined_forms_of_old_programs_become_letters_again() -> None:
    """No font at hand has these forms, so the signs of the page are given as PDFium gives those of such files."""
    texts = ["بودجه شهرداری منطقه سه", "می\u200cشود نامه\u200cهای اداری", "خیابان\u200cهای شهر"]
    glyphs = [
        Glyph(form, 500.0 - 6 * at, 506.0 - 6 * at, 700.0 - 20 * number, 12.0, 500.0 - 6 * at, 506.0 - 6 * at)
        for number, text in enumerate(texts)
        for at, form in enumerate(drawn_forms(text))
        if form != " "
    ]
    page = document_text.page_text(DrawnPage(1, 600, 800, glyphs, [], 0, False))
    assert [line.text for line in page.lines] == texts


def test_a_scan_is_a_picture_whatever_was_written_under_it(tmp_path: Path) -> None:
    papers.scan(tmp_path / "a.pdf", under="secret")
    (page,) = read(tmp_path / "a.pdf")
    assert (page.drawn, page.lines) == (True, ())


def test_a_row_of_a_table_is_read_across(tmp_path: Path) -> None:
    papers.table(tmp_path / "a.pdf", [["ردیف", "شرح"], ["۱", "جدول‌گذاری"], ["۲", "خط‌کشی"]], ruled=True)
    (page,) = read(tmp_path / "a.pdf")
    assert [line.text for line in page.lines] == ["ردیف\tشرح", "۱\tجدول‌گذاری", "۲\tخط‌کشی"]


def test_a_word_processor_shows_what_stands_and_hides_what_was_struck_out(tmp_path: Path) -> None:
    body = (
        f"<w:p>{papers.run('مبلغ ')}<w:del><w:r><w:delText>۹۰۰</w:delText></w:r></w:del>"
        f"<w:ins>{papers.run('۸۰۰')}</w:ins>{papers.run(' پنهان', '<w:vanish/>')}{papers.run(' ریال')}</w:p>"
        f"{papers.docx_table([['ردیف', 'شرح'], ['۱', 'كار']])}"
        f'<w:p><w:r><w:br w:type="page"/></w:r>{papers.run("برگ دوم")}</w:p>'
    )
    papers.docx(tmp_path / "a.docx", body, footnotes=f"<w:footnote><w:p>{papers.run('پانوشت')}</w:p></w:footnote>")
    first, second = read(tmp_path / "a.docx")
    assert [line.text for line in first.lines] == ["مبلغ ۸۰۰ ریال", "ردیف\tشرح", "۱\tکار"]
    assert [line.text for line in second.lines] == ["برگ دوم", "پانوشت"]
    assert second.size is None


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7\n",
        b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 9 0 R>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF",
        (
            b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Count 9999999/Kids[2 0 R]>>endobj\n"
            b"trailer<</Root 1 0 R>>\n%%EOF"
        ),
        b"no document at all",
        b"",
    ],
)
def test_what_is_broken_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.pdf").write_bytes(content)
    with pytest.raises(UnreadableDocument):
        read(tmp_path / "a.pdf")


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        "<a" + " " * 10,
        "<a>" * 300 + "</a>" * 300,
    ],
)
def test_a_word_processor_that_unfolds_or_breaks_off_is_refused(tmp_path: Path, text: str) -> None:
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as archive:
        archive.writestr("word/document.xml", text)
    with pytest.raises(UnreadableDocument) as refused:
        read(tmp_path / "a.docx")
    assert refused.value.hindrance == "damaged"


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_text_that_is_drawn_turned_is_read_upright(degrees: int, tmp_path: Path) -> None:
    for text in (papers.LATIN[0], papers.SENTENCES[0]):
        assert words(read(papers.laid_down(tmp_path / "paper.pdf", text, degrees))) == text
