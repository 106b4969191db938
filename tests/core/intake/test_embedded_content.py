"""What a workbook carries beside its cells is said, in every format that can carry it; hidden cells are found."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import xlwt
from odf import dc, meta, office, table, text
from odf.opendocument import OpenDocumentSpreadsheet
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.worksheet import Worksheet
from tests.core.intake.file_rows import read

LINES = (["شماره", "شرح", "مبلغ"], ["1", "الف", "10"], ["2", "ب", "20"], ["3", "پ", "30"])


def issue_counts(path: Path, sheet: str | None = None) -> dict[str, int]:
    """The issues but for those of every workbook."""
    usual = {"header-found", "file-properties"}
    return {issue.code: issue.count for issue in read(path, sheet=sheet).issues if issue.code not in usual}


def book() -> tuple[openpyxl.Workbook, Worksheet]:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    for line in LINES:
        sheet.append(line)
    return workbook, sheet


def with_parts(path: Path, **parts: str) -> None:
    """Add parts to the package at ``path``; ``__`` in a name stands for a slash, ``_`` at its end for .xml."""
    with zipfile.ZipFile(path, "a") as package:
        for name, content in parts.items():
            package.writestr(name.replace("__", "/") + ".xml", content)


def hidden_sheet(path: Path, state: str) -> None:
    workbook, _ = book()
    workbook.create_sheet("پنهان").append(["x"])
    workbook["پنهان"].sheet_state = state
    workbook.save(path)


def comment(path: Path) -> None:
    workbook, sheet = book()
    sheet["B2"].comment = Comment("0912 345 6789", "نمونه")
    workbook.save(path)


def name(path: Path, points_to: str, *, hidden: bool = False) -> None:
    workbook, _ = book()
    workbook.defined_names["x"] = DefinedName("x", attr_text=points_to, hidden=hidden)
    workbook.save(path)


def hidden_rows(path: Path) -> None:
    workbook, sheet = book()
    sheet.row_dimensions[3].hidden = True
    workbook.save(path)


def hidden_column(path: Path) -> None:
    workbook, sheet = book()
    sheet.column_dimensions["B"].hidden = True
    workbook.save(path)


def plus(**parts: str) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        book()[0].save(path)
        with_parts(path, **parts)

    return make


XLSX: dict[str, tuple[Callable[[Path], None], dict[str, int]]] = {
    "nothing": (plus(), {}),
    "hidden sheet": (lambda path: hidden_sheet(path, "hidden"), {"sheet-hidden": 1}),
    "very hidden sheet": (lambda path: hidden_sheet(path, "veryHidden"), {"sheet-hidden": 1}),
    "hidden rows": (hidden_rows, {"rows-hidden": 1}),
    "hidden column": (hidden_column, {"columns-hidden": 1}),
    "comment": (comment, {"file-comments": 1}),
    "threaded comments": (
        plus(xl__threadedComments__threadedComment1="<T><threadedComment ref='A1'/><threadedComment ref='B1'/></T>"),
        {"file-comments": 2},
    ),
    "pivot": (plus(xl__pivotCache__pivotCacheDefinition1="<p/>"), {"file-pivots": 1}),
    "link": (plus(xl__externalLinks__externalLink1="<e/>", xl__connections="<c/>"), {"file-links": 2}),
    "linked sheet": (
        plus(xl__worksheets___rels__sheet9="<R><Relationship Id='r' TargetMode='External' Target='file:///c'/></R>"),
        {"file-links": 1},
    ),
    "hidden name": (lambda path: name(path, "Sheet!$A$1", hidden=True), {"file-names": 1}),
    "name outside": (lambda path: name(path, "'[1]Other'!$A$1"), {"file-names": 1}),
    "plain name": (lambda path: name(path, "Sheet!$A$1"), {}),
    "image": (plus(xl__media__image1="png"), {"file-objects": 1}),
    "embedded": (plus(xl__embeddings__oleObject1="ole", xl__embeddings___rels__x="r"), {"file-objects": 1}),
    "revisions": (plus(xl__revisions__revisionLog1="<r/>"), {"file-revisions": 1}),
    "macro sheet": (plus(xl__macrosheets__sheet1="<m/>"), {"file-macros": 1}),
}


@pytest.mark.parametrize("what", XLSX)
def test_what_an_xlsx_carries(tmp_path: Path, what: str) -> None:
    make, expected = XLSX[what]
    make(tmp_path / "a.xlsx")
    assert issue_counts(tmp_path / "a.xlsx", sheet="1") == expected


def test_macros_of_an_xlsm(tmp_path: Path) -> None:
    book()[0].save(tmp_path / "a.xlsm")
    with zipfile.ZipFile(tmp_path / "a.xlsm", "a") as package:
        package.writestr("xl/vbaProject.bin", b"vba")
    assert issue_counts(tmp_path / "a.xlsm") == {"file-macros": 1}


def test_a_hidden_sheet_that_is_asked_for_is_read_and_said_to_be_hidden(tmp_path: Path) -> None:
    hidden_sheet(tmp_path / "a.xlsx", "veryHidden")
    codes = issue_counts(tmp_path / "a.xlsx", sheet="پنهان")
    assert "sheet-hidden-read" in codes
    assert "sheet-hidden" not in codes


def test_properties_are_named_by_kind_and_never_repeated(tmp_path: Path) -> None:
    workbook, _ = book()
    workbook.properties.creator = "کارمند نمونه"
    workbook.properties.lastModifiedBy = "مدیر نمونه"
    workbook.save(tmp_path / "a.xlsx")
    with_parts(tmp_path / "a.xlsx", docProps__custom="<c/>")
    (issue,) = [issue for issue in read(tmp_path / "a.xlsx").issues if issue.code == "file-properties"]
    assert issue.params["names"] == ["creator", "custom", "lastModifiedBy"]
    assert "نمونه" not in issue.message("fa") + issue.message("en")


def ods(path: Path, *, hidden_row: bool = False, hidden_column: bool = False, note: bool = False) -> None:
    document = OpenDocumentSpreadsheet()
    sheet = table.Table(name="برگه")
    sheet.addElement(table.TableColumn())
    sheet.addElement(table.TableColumn(visibility="collapse" if hidden_column else "visible"))
    sheet.addElement(table.TableColumn(numbercolumnsrepeated="10"))
    for number, line in enumerate(LINES):
        row = table.TableRow(visibility="filter" if hidden_row and number == 2 else "visible")
        for value in line:
            cell = table.TableCell(valuetype="string")
            if note and number == 1:
                remark = office.Annotation()
                remark.addElement(text.P(text="یادداشت"))
                cell.addElement(remark)
                note = False
            cell.addElement(text.P(text=value))
            row.addElement(cell)
        sheet.addElement(row)
    document.spreadsheet.addElement(sheet)
    document.meta.addElement(dc.Creator(text="کارمند نمونه"))
    document.meta.addElement(meta.UserDefined(name="اداره", text="نمونه"))
    document.save(str(path))


@pytest.mark.parametrize(
    ("carried", "expected"),
    [
        ({}, {}),
        ({"hidden_row": True}, {"rows-hidden": 1}),
        ({"hidden_column": True}, {"columns-hidden": 1}),
        ({"note": True}, {"file-comments": 1}),
    ],
)
def test_what_an_ods_carries(tmp_path: Path, carried: dict[str, bool], expected: dict[str, int]) -> None:
    ods(tmp_path / "a.ods", **carried)
    assert issue_counts(tmp_path / "a.ods") == expected
    (issue,) = [issue for issue in read(tmp_path / "a.ods").issues if issue.code == "file-properties"]
    assert "creator" in str(issue.params["names"])


def xls(path: Path, *, row: bool = False, column: bool = False, sheet: int = 0) -> None:
    workbook = xlwt.Workbook()
    page = workbook.add_sheet("برگه")
    for number, line in enumerate(LINES):
        for across, value in enumerate(line):
            page.write(number, across, value)
    if row:
        page.row(2).hidden = True
    if column:
        page.col(1).hidden = True
    if sheet:
        other = workbook.add_sheet("پنهان")
        other.write(0, 0, "x")
        other.visibility = sheet
    workbook.save(str(path))


@pytest.mark.parametrize(
    ("carried", "expected"),
    [
        ({}, {}),
        ({"row": True}, {"rows-hidden": 1}),
        ({"column": True}, {"columns-hidden": 1}),
        ({"sheet": 1}, {"sheet-hidden": 1}),
        ({"sheet": 2}, {"sheet-hidden": 1}),
    ],
)
def test_what_an_old_xls_carries(tmp_path: Path, carried: dict[str, int], expected: dict[str, int]) -> None:
    xls(tmp_path / "a.xls", **carried)  # type: ignore[arg-type]  # one switch at a time
    assert issue_counts(tmp_path / "a.xls") == expected
