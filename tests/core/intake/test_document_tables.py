"""Tables of PDF and DOCX as drafts: read whole, named by page, and never published unseen."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from tests.core.documents import papers
from tests.core.intake.file_rows import cells, codes, headers, read, refusal

from ayan.core.intake.table import RawTable
from ayan.core.schema.catalogue import HOLDING

HEADER = ["ردیف", "شرح کار", "مبلغ (ریال)"]
ROWS = [[f"{number}", f"خط‌کشی معبر {number}", f"{number}٬۵۰۰"] for number in range(1, 71)]


def shown(table: RawTable) -> list[list[str]]:
    return [list(row) for row in cells(table)]


@pytest.mark.parametrize("ruled", [True, False])
def test_a_table_over_three_pages_is_one(tmp_path: Path, ruled: bool) -> None:
    table = read(papers.table(tmp_path / "a.pdf", [HEADER, *ROWS], ruled=ruled))
    assert headers(table) == HEADER
    assert shown(table) == ROWS


def test_nobody_publishes_it_unseen(tmp_path: Path) -> None:
    for path in (
        papers.table(tmp_path / "a.pdf", [HEADER, *ROWS[:5]], ruled=True),
        papers.docx(tmp_path / "a.docx", papers.docx_table([HEADER, *ROWS[:5]])),
    ):
        table = read(path)
        assert shown(table) == ROWS[:5]
        assert HOLDING.intersection(codes(table)) == {"table-of-document"}


def test_of_several_tables_one_is_chosen_by_its_page(tmp_path: Path) -> None:
    body = papers.docx_table([HEADER, *ROWS[:3]]) + papers.docx_table([["کد", "نام"], ["۱", "باغ"], ["۲", "شهر"]])
    path = papers.docx(tmp_path / "a.docx", body)
    assert refusal(path).code == "sheet-choose"
    assert shown(read(path, sheet="2")) == [["۱", "باغ"], ["۲", "شهر"]]


def test_a_document_without_a_table_says_so(tmp_path: Path) -> None:
    assert refusal(papers.letter(tmp_path / "a.pdf", papers.SENTENCES)).code == "document-without-table"
    assert refusal(papers.scan(tmp_path / "b.pdf")).code == "document-without-table"
    assert refusal(papers.docx(tmp_path / "c.docx", f"<w:p>{papers.run('متن')}</w:p>")).code == "document-without-table"


def test_what_cannot_be_read_is_refused_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7\n")
    assert refusal(tmp_path / "a.pdf").code == "file-unreadable"
    with zipfile.ZipFile(tmp_path / "b.docx", "w") as archive:
        archive.writestr("word/document.xml", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    assert refusal(tmp_path / "b.docx").code == "file-unreadable"
    papers.docx(tmp_path / "c.xlsx", "")
    assert refusal(tmp_path / "c.xlsx").code == "file-format"
