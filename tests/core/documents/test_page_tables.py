"""Tables of pages: framed or not, over several pages, with cells of several lines."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from tests.core.documents import papers

from ayan.core.documents import page_tables, pdf_pages
from ayan.core.documents.page_tables import PageTable

HEADER = ["ردیف", "شرح کار", "واحد", "مبلغ (ریال)"]
ROWS = [[f"{number}", "خط‌کشی معبر" if number % 3 else "جدول‌گذاری", "متر", f"{number}٬۵۰۰"] for number in range(1, 61)]


def tables(path: Path) -> list[PageTable]:
    return [table for page in pdf_pages.pages(path) for table in page_tables.of_page(page)]


@pytest.mark.parametrize("ruled", [True, False])
def test_rows_and_columns_are_those_that_were_printed(tmp_path: Path, ruled: bool) -> None:
    papers.table(tmp_path / "a.pdf", [HEADER, *ROWS], ruled=ruled, heading="پیوست یک")
    printed = tables(tmp_path / "a.pdf")
    rows = [row for table in printed for row in table.rows if row != HEADER]
    assert (rows, printed[0].rows[0]) == (ROWS, HEADER)
    assert [table.page for table in printed] == [1, 2, 3]
    assert all(above.goes_on_in(below) for above, below in itertools.pairwise(printed))


def test_prose_is_no_table(tmp_path: Path) -> None:
    papers.letter(tmp_path / "a.pdf", papers.SENTENCES)
    papers.columns(tmp_path / "b.pdf", "گزارش", papers.SENTENCES[:4], papers.SENTENCES[4:9])
    assert tables(tmp_path / "a.pdf") == tables(tmp_path / "b.pdf") == []


def test_an_empty_cell_stays_empty(tmp_path: Path) -> None:
    rows = [["ردیف", "شرح", "مبلغ"], ["۱", "", "۵"], ["۲", "باغ", ""], ["", "جمع", "۵"]]
    papers.table(tmp_path / "a.pdf", rows, ruled=True)
    (table,) = tables(tmp_path / "a.pdf")
    assert table.rows == rows
