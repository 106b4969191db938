"""What stands in a cell beside what a person sees of it: remarks, struck parts, hidden parts, numbers in full."""

from __future__ import annotations

import zipfile
from pathlib import Path

import xlsxwriter
from tests.core.intake.file_rows import cells, codes, write
from tests.corpus.office_files import OfficeFile, Parts
from tests.corpus.test_formats import layout_read
from tests.corpus.xlsb_file import xlsb

NAMES = (
    'xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:s="urn:schemas-microsoft-com:office:spreadsheet" '
    'xmlns:h="http://www.w3.org/TR/REC-html40"'
)
PAGE = """<html><head><style><!--
.gone {display:none} .old, td.off {text-decoration:line-through}
--></style></head><body><table><col><col class=gone>
<tr><td>a<td>b<td>c<td>d</tr>
<tr><td>1<td>x<td x:num="1234.567">1,235<td><span style="display: none">0099</span>99</tr>
<tr><td>2<td>x<td x:num>5<td><font class=old>10</font>20<sup>2</sup></tr>
<tr><td>3<td>x<td style="color:#FFF">7<td x:num="0.15">15%</tr>
<tr height=0><td>4<td>x<td>8<td>9</table></body></html>"""


def test_a_remark_on_a_cell_is_no_part_of_it(tmp_path: Path) -> None:
    row = (
        '<Row><Cell><Data s:Type="Number">100</Data><Comment s:Author="x"><s:Data><h:B>x:</h:B> 755</s:Data></Comment>'
        '</Cell><Cell><s:Data s:Type="String"><h:S>3</h:S><h:Font>25</h:Font><h:Sup>2</h:Sup></s:Data></Cell></Row>'
    )
    head = '<Row><Cell><Data s:Type="String">a</Data></Cell><Cell><Data s:Type="String">b</Data></Cell></Row>'
    book = f'<?xml version="1.0"?><Workbook {NAMES}><Worksheet s:Name="x"><Table>{head}{row}</Table></Worksheet></Workbook>'
    table = layout_read(write(tmp_path / "a.xls", book))
    assert cells(table) == [("100", "25²")]
    assert "row-struck" in codes(table)


def test_a_text_of_several_fonts_within_its_cell(tmp_path: Path) -> None:
    """As programs write XLSX that keep no shared texts, and as XLSB may keep it: calamine passes over the latter."""
    with xlsxwriter.Workbook(tmp_path / "plain.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["a", "b"])
        sheet.write_row(1, 0, ["x", 1])
    parts = (
        b'<c r="B2" t="inlineStr"><is><r><rPr><strike/></rPr><t>10</t></r><r><t>25</t></r>'
        b'<r><rPr><vertAlign val="superscript"/></rPr><t>2</t></r></is></c>'
    )
    with zipfile.ZipFile(tmp_path / "plain.xlsx") as made, zipfile.ZipFile(tmp_path / "a.xlsx", "w") as package:
        for name in made.namelist():
            package.writestr(name, made.read(name).replace(b'<c r="B2"><v>1</v></c>', parts))
    rich = Parts((("10", "struck"), ("25", ""), ("2", "raised")))
    xlsb(OfficeFile([("a", "b"), ("x", rich)]), tmp_path / "a.xlsb", within=True)
    xlsb(OfficeFile([("a", "b"), ("x", rich)]), tmp_path / "b.xlsb")
    for name in ("a.xlsx", "a.xlsb", "b.xlsb"):
        table = layout_read(tmp_path / name)
        assert cells(table) == [("x", "25²")], name
        assert "row-struck" in codes(table), name


def test_a_page_is_read_as_it_is_seen(tmp_path: Path) -> None:
    table = layout_read(write(tmp_path / "a.xls", PAGE))
    assert cells(table) == [
        ("1", "x", "1234.567", "99"), ("2", "x", "5", "20²"), ("3", "x", "7", "15%"), ("4", "x", "8", "9"),
    ]  # fmt: skip
    assert {"row-struck", "row-unseen", "rows-hidden", "columns-hidden"} <= set(codes(table))


def test_white_on_a_colour_is_seen(tmp_path: Path) -> None:
    page = "<html><table><tr bgcolor=navy style='color:white'><td>a<td>b</tr><tr style='color:white;background:#036'><td>1<td>2</table>"
    table = layout_read(write(tmp_path / "a.xls", page))
    assert cells(table) == [("1", "2")]
    assert "row-unseen" not in codes(table)
