"""The small files of offices in the other formats that programs and portals write: JSON, XML, XLSB, pages, archives."""

from __future__ import annotations

import gzip
import html
import json
import zipfile
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from tests.corpus.office_files import Cell, OfficeFile, Shown
from tests.corpus.xlsb_file import xlsb

OTHERS: Final = ("xlsb", "xml2003", "html", "json", "ndjson", "xml", "csv.gz", "zip", "json.zip")
"""What each is written as by `write_other`."""

_DAYS: Final[dict[Any, str]] = {45506: "2024-08-02T00:00:00.000", 45506.5: "2024-08-02T12:00:00.000"}


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


def _page(file: OfficeFile) -> str:
    rows = "".join(
        "<tr>" + "".join(f"<td>{html.escape('' if cell is None else str(cell))}" for cell in row) for row in file.rows
    )
    return (
        f"<html><head><meta charset='utf-8'><style>td {{color: red}}</style></head><body><table>{rows}</table></html>"
    )


def _spreadsheetml(file: OfficeFile) -> str:
    forms = list(dict.fromkeys(cell.form for row in file.rows for cell in row if isinstance(cell, Shown)))
    styles = "".join(
        f'<Style ss:ID="s{at}"><NumberFormat ss:Format={quoteattr(form)}/></Style>' for at, form in enumerate(forms)
    )
    rows = "".join(
        "<Row>" + "".join(_cell(cell, at, forms) for at, cell in enumerate(row, 1)) + "</Row>" for row in file.rows
    )
    return (
        '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
        f'<Styles>{styles}</Styles><Worksheet ss:Name="{escape(file.sheet)}"><Table>{rows}</Table></Worksheet></Workbook>'
    )


def _cell(cell: Cell, at: int, forms: list[str]) -> str:
    if cell is None or cell == "":
        return ""
    style = f' ss:StyleID="s{forms.index(cell.form)}"' if isinstance(cell, Shown) else ""
    value = cell.number if isinstance(cell, Shown) else cell
    if isinstance(cell, Shown) and "yy" in cell.form:
        day = _DAYS[value]
        return f'<Cell ss:Index="{at}"{style}><Data ss:Type="DateTime">{day}</Data></Cell>'
    kind = "String" if isinstance(value, str) else "Number"
    return f'<Cell ss:Index="{at}"{style}><Data ss:Type="{kind}">{escape(str(value))}</Data></Cell>'
