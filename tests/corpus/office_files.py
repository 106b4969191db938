"""Small files as offices make them, each written by code as CSV, XLS, XLSX and ODS: the same table four times."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final, TypeAlias

import xlsxwriter
import xlwt
from odf.number import Number, NumberStyle, PercentageStyle, Text
from odf.opendocument import OpenDocumentSpreadsheet
from odf.style import Style, TableRowProperties, TextProperties
from odf.table import CoveredTableCell, Table, TableCell, TableRow
from odf.text import P, Span

FORMATS: Final = ("csv", "xls", "xlsx", "ods")
ERRORS: Final = {"#DIV/0!": 0x07, "#REF!": 0x17, "#N/A": 0x2A}
"""How old workbooks number the errors of formulas."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A number that a workbook shows by a number format; a text file has the number alone."""

    number: int | float
    form: str


@dataclass(frozen=True, slots=True)
class Day:
    """A day that a workbook keeps as a day and shows by a number format; a text file has it as the format shows it."""

    day: date
    form: str = "yyyy-mm-dd"
    text: str = ""

    @property
    def shown(self) -> str:
        """The day as a text file has it."""
        return self.text or self.day.isoformat()


@dataclass(frozen=True, slots=True)
class Failed:
    """A formula that ended in an error, as #N/A or #REF!."""

    error: str


@dataclass(frozen=True, slots=True)
class Uncomputed:
    """A formula that no spreadsheet has worked out; a text file has it as it was written."""

    formula: str = "1+1"


@dataclass(frozen=True, slots=True)
class Marked:
    """A text or number whose font says something of it: struck out, or white; a text file has it alone."""

    value: str | int
    struck: bool = False
    white: bool = False


@dataclass(frozen=True, slots=True)
class Parts:
    """A text of several fonts, each part with "struck", "raised" or "" for none; a text file has all of it in one."""

    parts: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        """The text without its fonts."""
        return "".join(text for text, _ in self.parts)


Cell: TypeAlias = str | int | float | Shown | Day | Failed | Uncomputed | Marked | Parts | None


@dataclass(frozen=True, slots=True)
class OfficeFile:
    """One table: its rows from the first of the sheet on, the name of its sheet, and the stem of the file's name.

    ``more`` are further sheets by name, which a text file does not have; ``spans`` are merged ranges of the first sheet
    (first row, first column, last row, last column, from 0), ``hidden`` its hidden rows, from 1, and ``flat`` those
    without height.
    """

    rows: Sequence[Sequence[Cell]]
    sheet: str = "Sheet1"
    stem: str = "payments"
    more: Mapping[str, Sequence[Sequence[Cell]]] = field(default_factory=dict)
    spans: Sequence[tuple[int, int, int, int]] = ()
    hidden: Sequence[int] = ()
    flat: Sequence[int] = ()

    @property
    def sheets(self) -> dict[str, Sequence[Sequence[Cell]]]:
        """Every sheet by its name."""
        return {self.sheet: self.rows, **self.more}

    def written(self, folder: Path, kind: str) -> Path:
        """The file in one of FORMATS."""
        path = folder / f"{self.stem}.{kind}"
        {"csv": _csv, "xls": _xls, "xlsx": _xlsx, "ods": _ods}[kind](self, path)
        return path


def _csv(file: OfficeFile, path: Path) -> None:
    lines = [",".join(_quoted(cell) for cell in row) for row in file.rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _plain(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case Shown():
            return str(cell.number)
        case Day():
            return cell.shown
        case Failed():
            return cell.error
        case Uncomputed():
            return f"={cell.formula}"
        case Marked():
            return str(cell.value)
        case Parts():
            return cell.text
    return str(cell)


def _quoted(cell: Cell) -> str:
    text = _plain(cell)
    return '"' + text.replace('"', '""') + '"' if any(sign in text for sign in ',"\n') else text


def _xls(file: OfficeFile, path: Path) -> None:
    book = xlwt.Workbook(encoding="utf-8")
    styles: dict[str, xlwt.XFStyle] = {}
    for name, rows in file.sheets.items():
        sheet = book.add_sheet(name)
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, Shown | Day):
                    style = styles.setdefault(cell.form, xlwt.easyxf(num_format_str=cell.form))
                    sheet.write(at, column, cell.number if isinstance(cell, Shown) else cell.day, style)
                elif isinstance(cell, Failed):
                    sheet.row(at).set_cell_error(column, ERRORS[cell.error])
                elif isinstance(cell, Uncomputed):
                    sheet.write(at, column, xlwt.Formula(cell.formula))
                elif isinstance(cell, Marked):
                    style = xlwt.XFStyle()
                    style.font = _xls_font(struck=cell.struck, white=cell.white)
                    sheet.write(at, column, cell.value, style)
                elif isinstance(cell, Parts):
                    fonts = [
                        (text, _xls_font(struck=how == "struck", raised=how == "raised")) for text, how in cell.parts
                    ]
                    sheet.write_rich_text(at, column, fonts)
                elif cell is not None:
                    sheet.write(at, column, cell)
    first = book.get_sheet(0)
    first.merged_ranges.extend((top, bottom, left, right) for top, left, bottom, right in file.spans)
    for number in file.hidden:
        first.row(number - 1).hidden = True
    for number in file.flat:
        first.row(number - 1).height_mismatch, first.row(number - 1).height = True, 0
    book.save(str(path))


def _xls_font(*, struck: bool = False, white: bool = False, raised: bool = False) -> xlwt.Font:
    font = xlwt.Font()
    font.struck_out, font.escapement = struck, 1 if raised else 0
    if white:
        font.colour_index = 9
    return font


def _xlsx(file: OfficeFile, path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        forms = {
            cell.form: book.add_format({"num_format": cell.form})
            for rows in file.sheets.values()
            for row in rows
            for cell in row
            if isinstance(cell, Shown | Day)
        }
        fonts = {"struck": book.add_format({"font_strikeout": True}), "raised": book.add_format({"font_script": 1})}
        fonts |= {"": book.add_format(), "white": book.add_format({"font_color": "#FFFFFF"})}
        for name, rows in file.sheets.items():
            sheet = book.add_worksheet(name)
            _merge(sheet, file if name == file.sheet else OfficeFile(()))
            for at, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if isinstance(cell, Shown):
                        sheet.write_number(at, column, cell.number, forms[cell.form])
                    elif isinstance(cell, Day):
                        sheet.write_datetime(at, column, cell.day, forms[cell.form])
                    elif isinstance(cell, Failed):
                        sheet.write_formula(at, column, "=1/0", value=cell.error)
                    elif isinstance(cell, Uncomputed):
                        sheet.write_formula(at, column, f"={cell.formula}", value="")
                    elif isinstance(cell, Marked):
                        font = fonts["struck" if cell.struck else "white" if cell.white else ""]
                        sheet.write(at, column, cell.value, font)
                    elif isinstance(cell, Parts):
                        sheet.write_rich_string(
                            at, column, *(each for text, how in cell.parts for each in (fonts[how], text))
                        )
                    elif isinstance(cell, str):
                        sheet.write_string(at, column, cell)
                    elif cell is not None:
                        sheet.write_number(at, column, cell)


def _merge(sheet: Any, file: OfficeFile) -> None:
    """Merge the ranges and hide the rows; the cells are written afterwards."""
    for span in file.spans:
        sheet.merge_range(*span, "")
    for number in file.hidden:
        sheet.set_row(number - 1, None, None, {"hidden": True})
    for number in file.flat:
        sheet.set_row(number - 1, 0)


def _ods(file: OfficeFile, path: Path) -> None:
    document = OpenDocumentSpreadsheet()
    styles: dict[str, Style] = {}
    for name, rows in file.sheets.items():
        table = Table(name=name)
        document.spreadsheet.addElement(table)
        first = name == file.sheet
        starts = {span[:2]: span for span in file.spans} if first else {}
        for at, row in enumerate(rows):
            hidden = {"visibility": "collapse"} if first and at + 1 in file.hidden else {}
            if first and at + 1 in file.flat:
                hidden = {"stylename": _ods_flat(document)}
            line = TableRow(**hidden)
            table.addElement(line)
            for column, cell in enumerate(row):
                if first and any(_covers(span, at, column) for span in file.spans):
                    line.addElement(CoveredTableCell())
                    continue
                written = _ods_cell(document, styles, cell)
                if span := starts.get((at, column)):
                    written.setAttribute("numberrowsspanned", span[2] - at + 1)
                    written.setAttribute("numbercolumnsspanned", span[3] - column + 1)
                line.addElement(written)
    document.save(str(path))


def _covers(span: tuple[int, int, int, int], row: int, column: int) -> bool:
    """Whether a cell is within a merged range without being its first."""
    top, left, bottom, right = span
    return top <= row <= bottom and left <= column <= right and (row, column) != (top, left)


def _ods_cell(document: OpenDocumentSpreadsheet, styles: dict[str, Style], cell: Cell) -> TableCell:
    if cell is None or cell == "":
        return TableCell()
    if isinstance(cell, str):
        text = TableCell(valuetype="string")
        text.addElement(P(text=cell))
        return text
    if isinstance(cell, Day):
        day = TableCell(valuetype="date", datevalue=cell.day.isoformat())
        day.addElement(P(text=cell.shown))
        return day
    if isinstance(cell, Failed):
        # So keeps LibreOffice what failed: an empty text, and what is seen in the paragraph alone.
        failed = TableCell(valuetype="string", stringvalue="", formula="of:=1/0")
        failed.addElement(P(text=cell.error))
        return failed
    if isinstance(cell, Uncomputed):
        return TableCell(formula=f"of:={cell.formula}")
    if isinstance(cell, Marked):
        style = _ods_font(document, styles, "table-cell", "struck" if cell.struck else "white")
        number = (
            {"valuetype": "float", "value": repr(cell.value)}
            if isinstance(cell.value, int)
            else {"valuetype": "string"}
        )
        marked = TableCell(stylename=style, **number)
        marked.addElement(P(text=str(cell.value)))
        return marked
    if isinstance(cell, Parts):
        several, paragraph = TableCell(valuetype="string"), P()
        for text, how in cell.parts:
            paragraph.addElement(Span(text=text, stylename=_ods_font(document, styles, "text", how)))
        several.addElement(paragraph)
        return several
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


_ODS_FONTS: Final = {
    "struck": {"textlinethroughstyle": "solid"},
    "white": {"color": "#ffffff"},
    "raised": {"textposition": "super 58%"},
    "": {},
}


def _ods_font(document: OpenDocumentSpreadsheet, styles: dict[str, Style], family: str, how: str) -> Style:
    key = f"{family} {how}"
    if key not in styles:
        styles[key] = Style(name=f"f{len(styles)}", family=family)
        styles[key].addElement(TextProperties(**_ODS_FONTS[how]))
        document.automaticstyles.addElement(styles[key])
    return styles[key]


def _ods_flat(document: OpenDocumentSpreadsheet) -> Style:
    style = Style(name=f"r{len(document.automaticstyles.childNodes)}", family="table-row")
    style.addElement(TableRowProperties(rowheight="0cm"))
    document.automaticstyles.addElement(style)
    return style


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
