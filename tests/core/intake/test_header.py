"""Headers: which row is the header, how levels are joined, and what a declaration changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.core.intake.file_rows import cells, codes, headers, read, refusal, rows, write

from ayan.core.intake.header import letter
from ayan.core.intake.table import IntakeLimits


@pytest.mark.parametrize(
    ("index", "expected"), [(1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (703, "AAA"), (16384, "XFD")]
)
def test_columns_have_spreadsheet_letters(index: int, expected: str) -> None:
    assert letter(index) == expected


def test_the_first_row_with_a_value_is_the_header(tmp_path: Path) -> None:
    table = read(write(tmp_path / "a.csv", "\n , \na,b\n1,2\n"))
    assert headers(table) == ["a", "b"]
    assert rows(table) == [(4, 4, "1", "2")]
    issue = next(candidate for candidate in table.issues if candidate.code == "header-found")
    assert (issue.row, issue.level) == (3, "info")


def test_the_row_with_most_known_titles_is_the_header(tmp_path: Path) -> None:
    text = "گزارش مبلغ\nواحد: ریال\nرديف,نام ذي‌نفع,مبلغ (ریال)\n1,الف,5\n"
    table = read(write(tmp_path / "a.csv", text), known={"ردیف", "نام ذی نفع", "مبلغ ریال"})
    assert table.facts.header_row == 3
    assert headers(table) == ["رديف", "نام ذي‌نفع", "مبلغ (ریال)"]
    assert cells(table) == [("1", "الف", "5")]


def test_known_titles_help_to_find_the_delimiter(tmp_path: Path) -> None:
    table = read(write(tmp_path / "a.csv", "code;price, rial\n1;5,6\n"), known={"code", "pricerial"})
    assert headers(table) == ["code", "price, rial"]


def test_a_declared_header_row_wins(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "a,b\nc,d\n1,2\n")
    table = read(path, header_row=2, known={"a", "b"})
    assert headers(table) == ["c", "d"]
    assert cells(table) == [("1", "2")]


def test_parents_are_carried_right_over_blanks(tmp_path: Path) -> None:
    text = "ردیف,مساحت,,نشانی,\n,عرصه,اعیان,,پلاک\n1,2,3,4,5\n"
    table = read(write(tmp_path / "a.csv", text), header_rows=2)
    assert headers(table) == ["ردیف", "مساحت › عرصه", "مساحت › اعیان", "نشانی", "پلاک"]
    assert cells(table) == [("1", "2", "3", "4", "5")]


def test_a_header_of_two_rows_is_found_by_its_titles(tmp_path: Path) -> None:
    text = "title\n\nid,area,\n,land,built\n1,2,3\n"
    table = read(write(tmp_path / "a.csv", text), header_rows=2, known={"id", "land", "built"})
    assert table.facts.header_row == 3
    assert headers(table) == ["id", "area › land", "area › built"]


def test_declared_titles_replace_the_files_own(tmp_path: Path) -> None:
    text = "title row\nx,,y\nfoo,bar\n1,2,3\n\n4,5,6\n"
    table = read(write(tmp_path / "a.csv", text), headers=("a", "b", "c"), data_row=4)
    assert headers(table) == ["a", "b", "c"]
    assert rows(table) == [(4, 4, "1", "2", "3"), (6, 6, "4", "5", "6")]
    assert "header-found" not in codes(table)


def test_records_may_start_at_the_first_row(tmp_path: Path) -> None:
    table = read(write(tmp_path / "a.csv", "1,2\n3,4\n"), headers=("a", "b"), data_row=1)
    assert rows(table) == [(1, 1, "1", "2"), (2, 2, "3", "4")]


def test_a_unit_row_below_the_header_can_be_skipped(tmp_path: Path) -> None:
    table = read(write(tmp_path / "a.csv", "a,b\nrial,m\n1,2\n"), header_row=1, data_row=3)
    assert cells(table) == [("1", "2")]


def test_titles_stand_on_one_line(tmp_path: Path) -> None:
    assert headers(read(write(tmp_path / "a.csv", '" شماره\nقرارداد ",b\n1,2\n'))) == ["شماره قرارداد", "b"]


def test_a_header_declared_beyond_the_end_is_refused(tmp_path: Path) -> None:
    assert refusal(write(tmp_path / "a.csv", "a,b\n"), header_row=9).code == "no-rows"


def test_too_many_columns_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "a,b\n1,2\n" + ",".join("12345") + "\n")
    issue = refusal(path, limits=IntakeLimits(columns=4))
    assert (issue.code, issue.row) == ("columns-too-many", 3)
