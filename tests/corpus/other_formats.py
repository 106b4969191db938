"""The small files of offices in the other formats that programs and portals write: JSON, XML, XLSB, pages, archives."""

from __future__ import annotations

import gzip
import html
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from tests.corpus.office_files import FORMATS, Cell, Day, Failed, Marked, OfficeFile, Parts, Shown, Uncomputed
from tests.corpus.xlsb_file import xlsb

OTHERS: Final = ("xlsb", "xml2003", "html", "json", "ndjson", "xml", "csv.gz", "zip", "json.zip")
"""What each is written as by `write_other`."""
BESIDE: Final = ("xlsb", "xml2003", "html")
"""The formats that hold what a workbook does besides texts and numbers: `written_as` takes them beside FORMATS."""
UNABLE: Final[dict[str, tuple[type, ...]]] = {"xlsb": (Uncomputed,), "html": (Uncomputed, Shown, Day)}
"""The cells that a format has no way for: XLSB keeps a value with each formula, a page what is seen alone."""
LOST_FROM: Final = 10**15
"""From here on spreadsheets keep fifteen digits of a number."""

_DAYS: Final[dict[Any, str]] = {45506: "2024-08-02T00:00:00.000", 45506.5: "2024-08-02T12:00:00.000"}


def forms_of(file: OfficeFile, forms: Sequence[str] = FORMATS) -> list[str]:
    """Some of FORMATS, and those of BESIDE that can hold every cell where a workbook is among them."""
    cells = [cell for rows in file.sheets.values() for row in rows for cell in row]
    able = [kind for kind in BESIDE if not any(isinstance(cell, UNABLE.get(kind, ())) for cell in cells)]
    # A page has no ends of lines, and every digit of a number.
    if any("\n" in cell if isinstance(cell, str) else isinstance(cell, int) and cell >= LOST_FROM for cell in cells):
        able = [kind for kind in able if kind != "html"]
    return [*forms, *(able if "xlsx" in forms else ())]


def written_as(file: OfficeFile, folder: Path, kind: str) -> Path:
    """The file in one of FORMATS or BESIDE."""
    return file.written(folder, kind) if kind in FORMATS else write_other(file, file, folder, kind)


def write_other(file: OfficeFile, texts: OfficeFile, folder: Path, kind: str) -> Path:
    """The file in one of OTHERS; ``texts`` is the same with each cell as a text file has it."""
    path = folder / f"{file.stem}.{'xls' if kind in ('xml2003', 'html') else kind}"
    match kind:
        case "xlsb":
            xlsb(file, path)
        case "xml2003":
            path.write_text(_spreadsheetml(file), "utf-8")
        case "html":
            path.write_text(_page(texts), "utf-8")
        case "json":
            path.write_text(json.dumps({"of": "payments", "rows": _records(texts)}, ensure_ascii=False), "utf-8")
        case "ndjson":
            path.write_text("".join(json.dumps(each) + "\n" for each in _records(texts)), "utf-8")
        case "xml":
            path.write_text(_elements(texts), "utf-8")
        case "csv.gz":
            path.write_bytes(gzip.compress(texts.written(folder, "csv").read_bytes()))
        case "zip" | "json.zip":
            inner = texts.written(folder, "csv") if kind == "zip" else write_other(file, texts, folder, "json")
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
                package.write(inner, f"داده/{inner.name}")
                package.writestr("__MACOSX/._x.csv", "x")
                package.writestr("readme.pdf", "%PDF-")
    return path


def _records(file: OfficeFile) -> list[dict[str, Any]]:
    head, *rows = file.rows
    return [{str(title): None if cell == "" else cell for title, cell in zip(head, row, strict=True)} for row in rows]


def _elements(file: OfficeFile) -> str:
    head, *rows = file.rows
    lines = []
    for row in rows:
        cells = zip(head[1:], row[1:], strict=True)
        inner = "".join(f"<{title}>{escape(str(cell))}</{title}>" for title, cell in cells if cell not in (None, ""))
        lines.append(f"<ردیف>\n  <{head[0]}>{escape(str(row[0]))}</{head[0]}>{inner}</ردیف>")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<جدول xmlns:x="urn:x">{"".join(lines)}</جدول>'


# --- a page -----------------------------------------------------------------------------------------------------------

_TAGS: Final = {"struck": "s", "raised": "sup", "": "span"}


def _page(file: OfficeFile) -> str:
    tables = []
    for name, rows in file.sheets.items():
        first = OfficeFile(rows, spans=file.spans, hidden=file.hidden, flat=file.flat) if name == file.sheet else None
        inner = "".join(_page_row(at, row, first or OfficeFile(rows)) for at, row in enumerate(rows))
        tables.append(f"<table id={quoteattr(name)}>{inner}</table>")
    return f"<html><head><meta charset='utf-8'><style>td {{color: red}}</style></head><body>{''.join(tables)}</html>"


def _page_row(at: int, row: Sequence[Cell], file: OfficeFile) -> str:
    unseen = " style='display:none'" if at + 1 in file.hidden else " height=0" if at + 1 in file.flat else ""
    cells = []
    for column, cell in enumerate(row):
        span = next((span for span in file.spans if span[0] <= at <= span[2] and span[1] <= column <= span[3]), None)
        if span and span[:2] != (at, column):
            continue
        wide = f" rowspan={span[2] - span[0] + 1} colspan={span[3] - span[1] + 1}" if span else ""
        cells.append(_page_cell(cell, wide))
    return f"<tr{unseen}>{''.join(cells)}"


def _page_cell(cell: Cell, wide: str) -> str:
    match cell:
        case None:
            return f"<td{wide}>"
        case Marked():
            style = "text-decoration:line-through" if cell.struck else "color:#FFFFFF" if cell.white else ""
            return f"<td{wide} style='{style}'>{html.escape(str(cell.value))}"
        case Parts():
            parts = (f"<{_TAGS[how]}>{html.escape(text)}</{_TAGS[how]}>" for text, how in cell.parts)
            return f"<td{wide}>{''.join(parts)}"
        case Failed():
            return f"<td{wide}>{cell.error}"
    return f"<td{wide}>" + html.escape(str(cell)).replace("\n", "<br>")


# --- a workbook of 2003 -----------------------------------------------------------------------------------------------

_HTML: Final = "http://www.w3.org/TR/REC-html40"
_OLD_TAGS: Final = {"struck": "S", "raised": "Sup", "": "B"}


def _spreadsheetml(file: OfficeFile) -> str:
    every = [cell for rows in file.sheets.values() for row in rows for cell in row]
    forms = list(dict.fromkeys(cell.form for cell in every if isinstance(cell, Shown | Day)))
    styles = "".join(
        f'<Style ss:ID="s{at}"><NumberFormat ss:Format={quoteattr(form)}/></Style>' for at, form in enumerate(forms)
    )
    styles += '<Style ss:ID="struck"><Font ss:StrikeThrough="1"/></Style>'
    styles += '<Style ss:ID="white"><Font ss:Color="#FFFFFF"/></Style>'
    sheets = []
    for name, rows in file.sheets.items():
        own = name == file.sheet
        lines = []
        for at, row in enumerate(rows):
            unseen = ' ss:Hidden="1"' if own and at + 1 in file.hidden else ""
            unseen += ' ss:Height="0"' if own and at + 1 in file.flat else ""
            spans = {span[:2]: span for span in file.spans} if own else {}
            cells = (
                _cell(cell, column + 1, forms, spans.get((at, column)))
                for column, cell in enumerate(row)
                if not (own and _covered(file, at, column))
            )
            lines.append(f"<Row{unseen}>{''.join(cells)}</Row>")
        sheets.append(f"<Worksheet ss:Name={quoteattr(name)}><Table>{''.join(lines)}</Table></Worksheet>")
    return (
        '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
        f"<Styles>{styles}</Styles>{''.join(sheets)}</Workbook>"
    )


def _covered(file: OfficeFile, row: int, column: int) -> bool:
    return any(
        top <= row <= bottom and left <= column <= right and (row, column) != (top, left)
        for top, left, bottom, right in file.spans
    )


def _cell(cell: Cell, at: int, forms: list[str], span: tuple[int, int, int, int] | None) -> str:
    place = f' ss:Index="{at}"'
    if span:
        place += f' ss:MergeDown="{span[2] - span[0]}" ss:MergeAcross="{span[3] - span[1]}"'
    style, kind, value = "", "String", ""
    match cell:
        case None | "":
            return f"<Cell{place}/>" if span else ""
        case Shown() if "yy" in cell.form:
            style, kind, value = f"s{forms.index(cell.form)}", "DateTime", _DAYS[cell.number]
        case Shown():
            style, kind, value = f"s{forms.index(cell.form)}", "Number", str(cell.number)
        case Day():
            style, kind, value = f"s{forms.index(cell.form)}", "DateTime", f"{cell.day.isoformat()}T00:00:00.000"
        case Failed():
            kind, value = "Error", cell.error
        case Uncomputed():
            return f'<Cell{place} ss:Formula="={escape(cell.formula)}"/>'
        case Marked():
            style = "struck" if cell.struck else "white" if cell.white else ""
            kind, value = "String" if isinstance(cell.value, str) else "Number", str(cell.value)
        case Parts():
            tags = ((_OLD_TAGS[how], escape(text)) for text, how in cell.parts)
            inner = "".join(f"<{tag}>{text}</{tag}>" for tag, text in tags)
            return f'<Cell{place}><ss:Data ss:Type="String" xmlns="{_HTML}">{inner}</ss:Data></Cell>'
        case str():
            value = cell
        case int() if cell >= LOST_FROM:
            kind, value = "Number", f"{cell:.14E}"
        case _:
            kind, value = "Number", str(cell)
    styled = f' ss:StyleID="{style}"' if style else ""
    text = escape(value).replace("\n", "&#10;")
    return f'<Cell{place}{styled}><Data ss:Type="{kind}">{text}</Data></Cell>'
