"""Workbooks: the text of cells, merged ranges, choice of sheet, error cells."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import CoveredTableCell, Table, TableCell, TableRow
from odf.text import P
from openpyxl.worksheet.worksheet import Worksheet
from tests.core.intake.file_rows import cells, codes, headers, read, refusal, rows

from ayan.core.intake.table import IntakeLimits
from ayan.core.intake.workbook.reader import CellValue, cell_text
from ayan.core.intake.workbook.sheet_marks import GUIDE_MARK


def book(path: Path, *lines: Sequence[object], name: str = "برگه") -> Path:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    sheet.title = name
    for line in lines:
        sheet.append(line)
    workbook.save(path)
    return path


def ods(path: Path, *lines: list[tuple[str, dict[str, int]]]) -> Path:
    """A table of text cells with their spans; None in place of a cell is one covered by another."""
    document = OpenDocumentSpreadsheet()
    table = Table(name="S")
    for line in lines:
        row = TableRow()
        for text, span in line:
            cell = CoveredTableCell() if span.get("covered") else TableCell(valuetype="string", **span)
            if text:
                cell.addElement(P(text=text))
            row.addElement(cell)
        table.addElement(row)
    # As LibreOffice ends every sheet.
    table.addElement(TableRow(numberrowsrepeated=1_000_000))
    document.spreadsheet.addElement(table)
    document.save(path)
    return path


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (" x\n", " x\n"),
        (True, "TRUE"),
        (False, "FALSE"),
        (5, "5"),
        (5.0, "5"),
        (-0.0, "0"),
        (0.1, "0.1"),
        (1e-7, "0.0000001"),
        (1234567.25, "1234567.25"),
        (999999999999999.0, "999999999999999"),
        (1e15, "1e+15"),
        (1234567890123456789.0, "1.2345678901234568e+18"),
        (-1.5e300, "-1.5e+300"),
        (date(2024, 8, 2), "2024-08-02"),
        (datetime.fromisoformat("2024-08-02"), "2024-08-02"),
        (datetime.fromisoformat("2024-08-02T14:30"), "2024-08-02T14:30:00"),
        (time(8, 5), "08:05:00"),
        (timedelta(days=10, hours=15, minutes=10, seconds=10), "P10DT15H10M10S"),
        (timedelta(seconds=-90.5), "-PT0H1M30.5S"),
    ],
)
def test_the_text_of_a_cell(value: CellValue, text: str) -> None:
    assert cell_text(value) == text


def test_rows_have_the_numbers_a_spreadsheet_shows(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", [], [None, "کد", "مبلغ"], [None, "0012", 1250000.0], [], [None, "13", 0.5])
    table = read(path)
    assert headers(table) == ["", "کد", "مبلغ"]
    assert rows(table) == [(3, None, None, "0012", "1250000"), (5, None, None, "13", "0.5")]
    assert table.facts.format == "xlsx"
    assert table.facts.sheet == "برگه"
    assert next(issue for issue in table.issues if issue.code == "header-found").row == 2


def test_merged_titles_span_and_merged_data_does_not(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    for line in (
        ["report"],
        ["id", "area\n(m²)", None, "note"],
        [None, "land", "built", None],
        [1, 2, 3, 4],
        [2, 5, 6, 7],
    ):
        sheet.append(line)
    for merged in ("A1:D1", "B2:C2", "A2:A3", "D2:D3", "D4:D5"):
        sheet.merge_cells(merged)
    workbook.save(tmp_path / "a.xlsx")
    table = read(tmp_path / "a.xlsx", header_row=2, header_rows=2)
    assert headers(table) == ["id", "area (m²) › land", "area (m²) › built", "note"]
    assert cells(table) == [("1", "2", "3", "4"), ("2", "5", "6", None)]


def test_a_merged_ods_header_spans_too(tmp_path: Path) -> None:
    plain: dict[str, int] = {}
    path = ods(
        tmp_path / "a.ods",
        [("id", {"numberrowsspanned": 2}), ("area", {"numbercolumnsspanned": 2}), ("", {"covered": 1})],
        [("", {"covered": 1}), ("land", plain), ("built", plain)],
        [("1", plain), ("2", plain), ("#N/A", plain)],
        [("2", {"numbercolumnsspanned": 2}), ("hidden below", {"covered": 1}), ("x", plain)],
    )
    table = read(path, header_rows=2)
    assert headers(table) == ["id", "area › land", "area › built"]
    assert cells(table) == [("1", "2", "#N/A"), ("2", None, "x")]


@pytest.mark.parametrize("sheet", ["دوم", "2"])
def test_a_sheet_is_chosen_by_name_or_number(tmp_path: Path, sheet: str) -> None:
    workbook = openpyxl.Workbook()
    workbook.create_sheet("دوم").append(["b"])
    workbook["دوم"].append([2])
    workbook.worksheets[0].append(["a"])
    workbook.save(tmp_path / "a.xlsx")
    table = read(tmp_path / "a.xlsx", sheet=sheet)
    assert cells(table) == [("2",)]
    assert table.facts.sheets == ("Sheet", "دوم")
    issue = refusal(tmp_path / "a.xlsx")
    assert issue.code == "sheet-choose"
    assert "دوم" in issue.message("fa")
    assert refusal(tmp_path / "a.xlsx", sheet="سوم").code == "sheet-missing"
    assert refusal(tmp_path / "a.xlsx", sheet="3").code == "sheet-missing"


ABOUT = ("About this file", "دربارهٔ این پرونده")


def sheets(path: Path, **named: list[str]) -> Path:
    """A workbook, or where its name ends so SpreadsheetML of 2003, whose sheets hold one column each."""
    if path.suffix == ".xlsx":
        workbook = xlsxwriter.Workbook(path)
        for name, column in named.items():
            workbook.add_worksheet(name).write_column(0, 0, column)
        workbook.close()
        return path
    kind = "urn:schemas-microsoft-com:office:spreadsheet"
    tables = "".join(
        f'<Worksheet ss:Name="{name}"><Table>'
        + "".join(f'<Row><Cell><Data ss:Type="String">{text}</Data></Cell></Row>' for text in column)
        + "</Table></Worksheet>"
        for name, column in named.items()
    )
    path.write_text(f'<?xml version="1.0"?><Workbook xmlns="{kind}" xmlns:ss="{kind}">{tables}</Workbook>')
    return path


@pytest.mark.parametrize("name", ["a.xlsx", "a.xml"])
@pytest.mark.parametrize("about", ABOUT)
def test_a_sheet_of_ours_about_the_others_is_not_chosen_among(tmp_path: Path, name: str, about: str) -> None:
    data, words, guide = ["a", "1"], ["From", "the city"], [GUIDE_MARK, "x"]
    for each in ({"S": data, about: words, "G": guide}, {"G": guide, about: words, "S": data}):
        table = read(sheets(tmp_path / name, **each))
        assert (table.facts.sheet, cells(table)) == ("S", [("1",)])
    issue = refusal(sheets(tmp_path / name, **{about: words, "S": data, "T": data}))
    assert (issue.code, about in issue.message("en"), "S | T" in issue.message("en")) == ("sheet-choose", False, True)
    # Where there is no other, somebody called their table so.
    assert read(sheets(tmp_path / name, **{about: data})).facts.sheet == about
    assert cells(read(sheets(tmp_path / name, S=data, **{about: data}), sheet=about)) == [("1",)]


def test_hidden_sheets_are_reported_and_not_read(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    hidden = workbook.create_sheet("پنهان")
    hidden.append(["secret"])
    hidden.append(["value"])
    hidden.sheet_state = "veryHidden"
    workbook.worksheets[0].append(["a"])
    workbook.worksheets[0].append([1])
    workbook.save(tmp_path / "a.xlsx")
    table = read(tmp_path / "a.xlsx")
    assert cells(table) == [("1",)]
    issue = next(candidate for candidate in table.issues if candidate.code == "sheet-hidden")
    assert "پنهان" in issue.message("fa")


def test_error_cells_keep_their_text(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", ["a", "b"], ["#N/A", 5], ["x", "#DIV/0!"])
    assert cells(read(path)) == [("#N/A", "5"), ("x", "#DIV/0!")]


def test_a_formula_that_was_never_computed_is_no_empty_cell(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", ["a", "b"], ["=1+1", 5], ["x", "=SUM(B2:B2)"])
    assert cells(read(path)) == [("#GETTING_DATA", "5"), ("x", "#GETTING_DATA")]


def test_a_formula_whose_text_is_empty_is_an_empty_cell(tmp_path: Path) -> None:
    written = tmp_path / "written.xlsx"
    with xlsxwriter.Workbook(written) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["a", "b"])
        sheet.write_formula(1, 0, '=IF(B2>0,"","x")', None, "empty")
        sheet.write_formula(1, 1, "=2+3", None, 5)
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            # As spreadsheets write it; the library that makes the file cannot.
            target.writestr(name, source.read(name).replace(b"<v>empty</v>", b"<v></v>"))
    assert cells(read(path)) == [(None, "5")]


def test_a_number_shown_with_leading_zeros_is_read_as_it_is_seen(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    for line in (["code", "n"], [12345, 12345], [1234567890123, 1], [-5, 2], ["x", 3], [1.5, 4]):
        sheet.append(line)
    for row in range(2, 7):
        sheet.cell(row, 1).number_format = "0000000000"
    workbook.save(tmp_path / "a.xlsx")
    read_rows = cells(read(tmp_path / "a.xlsx"))
    assert [row[0] for row in read_rows] == ["0000012345", "1234567890123", "-5", "x", "1.5"]
    assert read_rows[0][1] == "12345"


def test_hidden_rows_and_columns_are_read_and_said(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    for line in (["a", "b", "c"], [1, 2, 3], [4, 5, 6], [7, 8, 9]):
        sheet.append(line)
    for hidden in (3, 4, 90):
        sheet.row_dimensions[hidden].hidden = True
    for letter in ("B", "F"):
        sheet.column_dimensions[letter].hidden = True
    workbook.save(tmp_path / "a.xlsx")
    table = read(tmp_path / "a.xlsx")
    assert len(cells(table)) == 3
    issues = {issue.code: issue for issue in table.issues}
    assert (issues["rows-hidden"].count, issues["rows-hidden"].params["row"]) == (2, 3)
    assert issues["columns-hidden"].params["columns"] == ["B"]


def test_a_value_merged_over_rows_is_said_to_count_once(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    for line in (["a", "b"], ["x", 1], [None, 2], [None, 3]):
        sheet.append(line)
    sheet.merge_cells("A2:A3")
    workbook.save(tmp_path / "a.xlsx")
    table = read(tmp_path / "a.xlsx")
    assert cells(table) == [("x", "1"), (None, "2"), (None, "3")]
    merged = next(issue for issue in table.issues if issue.code == "cells-merged")
    assert (merged.count, merged.params["row"]) == (1, 2)


def test_a_header_of_two_rows_is_not_read_as_one(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    for line in (["id", "area", None], [None, "land", "built"], [1, 2, 3]):
        sheet.append(line)
    for merged in ("A1:A2", "B1:C1"):
        sheet.merge_cells(merged)
    workbook.save(tmp_path / "a.xlsx")
    refused = refusal(tmp_path / "a.xlsx")
    assert refused.code == "header-deeper"
    assert "header_rows = 2" in refused.message("en")
    assert cells(read(tmp_path / "a.xlsx", header_rows=2)) == [("1", "2", "3")]


def test_error_cells_of_an_old_workbook_keep_their_text(tmp_path: Path) -> None:
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("برگه")
    lines: tuple[list[object], ...] = (["a", "b"], ["x", 5])
    for row, line in enumerate(lines):
        for column, value in enumerate(line):
            sheet.write(row, column, value)
    sheet.row(2).set_cell_error(0, 42)
    sheet.row(2).set_cell_error(1, 7)
    sheet.row(3).set_cell_error(1, 23)
    workbook.save(str(tmp_path / "a.xls"))
    table = read(tmp_path / "a.xls")
    assert table.facts.format == "xls"
    assert cells(table) == [("x", "5"), ("#N/A", "#DIV/0!"), (None, "#REF!")]


def test_a_stray_cell_far_out_is_named_as_the_trouble(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    sheet["A1"] = "a"
    sheet["XFD1000000"] = "stray"
    workbook.save(tmp_path / "a.xlsx")
    issue = refusal(tmp_path / "a.xlsx")
    assert issue.code == "cells-too-many"


def test_more_columns_than_allowed_are_refused(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", ["a"] * 12, [1] * 12)
    assert refusal(path, limits=IntakeLimits(columns=10)).code == "columns-too-many"


def test_a_wide_workbook_is_read_whole(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", *([[f"h{n}" for n in range(300)]] + [[n] * 300 for n in range(20)]))
    table = read(path)
    assert (table.rows, len(table.columns)) == (20, 300)
    assert codes(table) == ["file-properties", "header-found"]
