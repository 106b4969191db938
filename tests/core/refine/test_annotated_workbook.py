"""The file handed back: the sender's rows as text, what is wrong beside them, and nothing that runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
from tests.core.refine.refined_cells import Table, field, refined

from ayan.core.refine import roundtrip as annotated_workbook
from ayan.core.schema.definition import Check
from ayan.core.values.label import Label

NAME = field("text", name="name", label=Label("نام", "Name"), required=True)
AMOUNT = field("rial", name="amount", label=Label("مبلغ", "Amount"))
SECRET = field("code", name="account", label=Label("حساب", "Account"), shown="withheld", pattern="IR[0-9]+")


def sheet(tmp_path: Path, table: Table, lang: str = "fa", **more: Any) -> tuple[Any, int]:
    path = tmp_path / "remarks.xlsx"
    with refined([NAME, AMOUNT, SECRET], table, **more) as result:
        count = annotated_workbook.annotate_workbook(result, path, lang)
    (worksheet,) = openpyxl.load_workbook(path).worksheets
    return worksheet, count


def test_every_remark_stands_at_its_cell(tmp_path: Path) -> None:
    table: Table = {"نام": ["درخت", None, "سرو"], "مبلغ": ["1", "x", "1,23"], "حساب": ["IR1", "IR2", "bad"]}
    worksheet, count = sheet(tmp_path, table)
    assert count == 2
    assert worksheet.sheet_view.rightToLeft
    head = [cell.value for cell in worksheet[1]]
    assert head == ["ردیف در پرونده", "ملاحظات", "نام", "مبلغ", "حساب"]
    rows = {row[0].value: row for row in worksheet.iter_rows(min_row=2) if row[0].value is not None}
    assert list(rows) == [2, 3, 4]
    assert [cell.value for cell in rows[2][1:]] == [None, "درخت", "1", "IR1"]
    comments = {cell.coordinate: cell.comment.text for row in rows.values() for cell in row if cell.comment}
    assert set(comments) == {rows[3][2].coordinate, rows[3][3].coordinate, rows[4][3].coordinate, rows[4][4].coordinate}
    assert "خالی است" in comments[rows[3][2].coordinate]
    assert "عدد نیست" in rows[3][1].value
    assert "خالی است" in rows[3][1].value
    assert rows[4][3].fill.fgColor.rgb != rows[2][3].fill.fgColor.rgb
    assert rows[4][4].value == "bad", "the copy is for its sender, who wrote the withheld cell"


def test_in_english(tmp_path: Path) -> None:
    worksheet, _ = sheet(tmp_path, {"نام": ["a"], "مبلغ": ["x"]}, "en")
    assert not worksheet.sheet_view.rightToLeft
    assert any("is not a number" in str(row[1].value) for row in worksheet.iter_rows(min_row=2))


def test_what_concerns_the_whole_file_comes_first(tmp_path: Path) -> None:
    worksheet, count = sheet(tmp_path, {"نام": ["a"], "یادداشت": ["x"]})
    assert count == 0
    texts = [row[1].value for row in worksheet.iter_rows(min_row=2) if row[0].value is None]
    assert any("یادداشت" in text for text in texts)


def test_nothing_a_cell_holds_runs(tmp_path: Path) -> None:
    traps = [
        "=1+1",
        "+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1)",
        '=HYPERLINK("http://evil.example","x")',
        "http://evil.example",
        "{=1}",
        "\tx",
    ]
    worksheet, _ = sheet(tmp_path, {"نام": [*traps], "مبلغ": traps})
    cells = [cell for row in worksheet.iter_rows(min_row=2) for cell in row]
    assert {cell.data_type for cell in cells if cell.value is not None and cell.column > 1} == {"s"}
    assert not any(cell.hyperlink for cell in cells)
    held = [cell.value for cell in cells if cell.column == 3 and cell.row > 1 and cell.value is not None]
    assert held == traps


def test_cells_and_remarks_too_long_for_a_workbook_are_cut(tmp_path: Path) -> None:
    rules = tuple(Check(f"c{number}", "amount > 0", "error", Label("ب" * 500, "b" * 500)) for number in range(80))
    worksheet, _ = sheet(tmp_path, {"نام": ["x" * 40_000, "y"], "مبلغ": ["9" * 40_000, "-1"]}, checks=rules)
    rows = {row[0].value: row for row in worksheet.iter_rows(min_row=2) if row[0].value is not None}
    assert rows[2][2].value.startswith("x" * 1000)
    assert rows[2][2].value.endswith("…")
    assert rows[2][3].value.startswith("999")
    assert len(rows[3][1].value) <= 32_767
    assert rows[3][1].value.endswith("…")


def test_of_a_large_file_only_the_rows_with_remarks_come_back(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(annotated_workbook, "WHOLE_UP_TO", 3)
    worksheet, count = sheet(tmp_path, {"نام": list("abcd"), "مبلغ": ["1", "2", "x", "4"]})
    assert count == 1
    assert [row[0].value for row in worksheet.iter_rows(min_row=2) if row[0].value is not None] == [4]


def test_a_file_without_a_fault_comes_back_as_it_was(tmp_path: Path) -> None:
    worksheet, count = sheet(tmp_path, {"نام": ["a", "b"], "مبلغ": ["1", "2"], "حساب": [None, None]})
    assert count == 0
    assert [[cell.value for cell in row] for row in worksheet.iter_rows(min_row=2)] == [
        [2, None, "a", "1", None],
        [3, None, "b", "2", None],
    ]
