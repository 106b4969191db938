"""Small files as offices make them, each written by code as CSV, XLS, XLSX and ODS: the same table four times."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

import xlsxwriter
import xlwt
from odf.number import Number, NumberStyle, PercentageStyle, Text
from odf.opendocument import OpenDocumentSpreadsheet
from odf.style import Style
from odf.table import Table, TableCell, TableRow
from odf.text import P

FORMATS: Final = ("csv", "xls", "xlsx", "ods")


@dataclass(frozen=True, slots=True)
class Shown:
    """A number that a workbook shows by a number format; a text file has the number alone."""

    number: int | float
    form: str


Cell: TypeAlias = str | int | float | Shown | None


@dataclass(frozen=True, slots=True)
class OfficeFile:
    """One table: its rows from the first of the sheet on, the name of its sheet, and the stem of the file's name."""

    rows: Sequence[Sequence[Cell]]
    sheet: str = "Sheet1"
    stem: str = "payments"

    def written(self, folder: Path, kind: str) -> Path:
        """The file in one of FORMATS."""
        path = folder / f"{self.stem}.{kind}"
        {"csv": _csv, "xls": _xls, "xlsx": _xlsx, "ods": _ods}[kind](self, path)
        return path


def _csv(file: OfficeFile, path: Path) -> None:
    lines = [",".join(_quoted(cell) for cell in row) for row in file.rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _quoted(cell: Cell) -> str:
    text = "" if cell is None else str(cell.number if isinstance(cell, Shown) else cell)
    return '"' + text.replace('"', '""') + '"' if any(sign in text for sign in ',"\n') else text


def _xls(file: OfficeFile, path: Path) -> None:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet(file.sheet)
    styles: dict[str, xlwt.XFStyle] = {}
    for at, row in enumerate(file.rows):
        for column, cell in enumerate(row):
            if isinstance(cell, Shown):
                style = styles.setdefault(cell.form, xlwt.easyxf(num_format_str=cell.form))
                sheet.write(at, column, cell.number, style)
            elif cell is not None:
                sheet.write(at, column, cell)
    book.save(str(path))


def _xlsx(file: OfficeFile, path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet(file.sheet)
        forms = {
            cell.form: book.add_format({"num_format": cell.form})
            for row in file.rows
            for cell in row
            if isinstance(cell, Shown)
        }
        for at, row in enumerate(file.rows):
            for column, cell in enumerate(row):
                if isinstance(cell, Shown):
                    sheet.write_number(at, column, cell.number, forms[cell.form])
                elif isinstance(cell, str):
                    sheet.write_string(at, column, cell)
                elif cell is not None:
                    sheet.write_number(at, column, cell)


def _ods(file: OfficeFile, path: Path) -> None:
    document = OpenDocumentSpreadsheet()
    table = Table(name=file.sheet)
    document.spreadsheet.addElement(table)
    styles: dict[str, Style] = {}
    for row in file.rows:
        line = TableRow()
        table.addElement(line)
        for cell in row:
            line.addElement(_ods_cell(document, styles, cell))
    document.save(str(path))


def _ods_cell(document: OpenDocumentSpreadsheet, styles: dict[str, Style], cell: Cell) -> TableCell:
    if cell is None or cell == "":
        return TableCell()
    if isinstance(cell, str):
        text = TableCell(valuetype="string")
        text.addElement(P(text=cell))
        return text
    if isinstance(cell, Shown):
        if cell.form not in styles:
            styles[cell.form] = _ods_style(document, f"s{len(styles)}", cell.form)
        kind = "percentage" if "%" in cell.form else "float"
        number = TableCell(valuetype=kind, value=repr(cell.number), stylename=styles[cell.form])
        number.addElement(P(text=str(cell.number)))
        return number
    number = TableCell(valuetype="float", value=repr(cell))
    number.addElement(P(text=str(cell)))
    return number


def _ods_style(document: OpenDocumentSpreadsheet, name: str, form: str) -> Style:
    """A cell style with the number format as OpenDocument writes it: texts beside a number, and what divides it."""
    words, bare = re.findall('"([^"]*)"', form), re.sub('"[^"]*"', "", form)
    scale = len(re.search(r"0(,*)", bare)[1]) if "0" in bare else 0  # type: ignore[index]  # a zero was found
    kind = PercentageStyle if "%" in form else NumberStyle
    data = kind(name=f"n{name}")
    plain = {"decimalplaces": 0, "minintegerdigits": max(1, bare.count("0"))}
    data.addElement(Number(**plain, displayfactor=1000**scale) if scale else Number(**plain))
    for word in (*words, *(("%",) if "%" in form else ())):
        text = Text()
        text.addText(word)
        data.addElement(text)
    document.automaticstyles.addElement(data)
    style = Style(name=f"c{name}", family="table-cell", datastylename=data)
    document.automaticstyles.addElement(style)
    return style
