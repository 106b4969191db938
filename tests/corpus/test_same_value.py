"""One table as CSV, XLS, XLSX and ODS: the same values from each, or the same question; nothing is guessed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

import openpyxl
import pyarrow.parquet as pq
import pytest
import xlsxwriter
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P
from tests.corpus.office_files import FORMATS, OfficeFile, Shown
from tests.corpus.outcomes import publish, publish_context
from tests.sampling import sampled

from ayan.core.publish.draft import write_draft
from ayan.core.publish.examination import examine
from ayan.core.schema.loader import load_dataset

TOML: Final = """
slug = "measures"
title.fa = "اندازه‌ها (ساختگی)"
title.en = "Measures (invented)"
description.fa = "یک ستون از هر گونه."
description.en = "One column of each sort."
owner.fa = "طرح و برنامه"
owner.en = "Planning"
topic = "money"
key = ["number"]

[[field]]
name = "number"
kind = "code"
label.fa = "شماره"
label.en = "Number"
required = true

[[field]]
name = "value"
label.fa = "مقدار"
label.en = "Value"
required = true
%s
"""


@dataclass(frozen=True, kw_only=True)
class ValueCase:
    """A column as it is declared, the cells of a workbook, the same as a text file has them, and what comes of them.

    ``codes`` are the errors where no value may come of them.
    """

    name: str
    declared: str
    cells: tuple[Any, ...]
    text: tuple[str, ...]
    values: tuple[Any, ...] = ()
    codes: tuple[str, ...] = field(default=())


CASES: Final = [
    ValueCase(
        name="codes shown with leading zeros",
        declared='kind = "code"',
        cells=(Shown(7, "00000"), Shown(123, "00000"), Shown(1234567, "00000")),
        text=("00007", "00123", "1234567"),
        values=("00007", "00123", "1234567"),
    ),
    ValueCase(
        name="per cent, declared",
        declared='kind = "decimal"\nunit.fa = "درصد"\nunit.en = "percent"',
        cells=(Shown(0.25, "0%"), Shown(0.125, "0.00%"), Shown(1, "0%")),
        text=("25%", "12.5%", "100%"),
        values=("25.00", "12.50", "100.00"),
    ),
    ValueCase(
        name="per cent, not declared",
        declared='kind = "decimal"',
        cells=(Shown(0.25, "0%"), Shown(0.5, "0%")),
        text=("25%", "50%"),
        codes=("number-percent",),
    ),
    ValueCase(
        name="numbers beside texts",
        declared='kind = "rial"\nnature = "flow"',
        cells=(1_250_000, "۱٬۲۵۰٬۰۰۰", Shown(3, "#,##0")),
        text=("1250000", "۱٬۲۵۰٬۰۰۰", "3"),
        values=(1_250_000, 1_250_000, 3),
    ),
    ValueCase(
        name="a year of two digits under an own format",
        declared='kind = "date"\ncalendar = "gregorian"\nformats = ["%d/%m/%Y"]',
        cells=("03/12/10", "03/12/2010"),
        text=("03/12/10", "03/12/2010"),
        codes=("date-year",),
    ),
]
EVERY: Final = [(case, form) for case in CASES for form in FORMATS]


@pytest.mark.parametrize(
    ("case", "form"),
    sampled("same values", EVERY, 1, by=lambda pair: pair[1]),
    ids=lambda part: getattr(part, "name", part),
)
def test_every_format_gives_the_same(case: ValueCase, form: str, tmp_path: Path) -> None:
    cells = case.text if form == "csv" else case.cells
    rows = [("شماره", "مقدار"), *((f"A-{number}", cell) for number, cell in enumerate(cells, 1))]
    file = OfficeFile(rows).written(tmp_path, form)
    values, codes = outcome(tmp_path, case.declared, file)
    assert (tuple(values), set(codes)) == (case.values, set(case.codes))


def outcome(folder: Path, declared: str, file: Path) -> tuple[list[Any], list[str]]:
    """The published values as text where they are decimals, or the codes of the errors."""
    (folder / "measures").mkdir(exist_ok=True)
    (folder / "measures" / "dataset.toml").write_text(TOML % declared, encoding="utf-8")
    context = publish_context(folder / "city")
    with examine(context, load_dataset(folder / "measures"), file) as examined:
        if examined.refined.errors:
            return [], [issue.code for issue in examined.refined.errors]
        release = publish(context, write_draft(context, examined, sent_by="فرستنده (ساختگی)"))
    (part,) = release.parts()
    values = pq.read_table(part)["value"].to_pylist()
    return [each if isinstance(each, int | str) else str(each) for each in values], []


@pytest.mark.parametrize("form", ["xls", "xlsx"])
def test_a_workbook_that_counts_days_from_1904(form: str, tmp_path: Path) -> None:
    day, path = date(2024, 8, 2), tmp_path / f"days.{form}"
    if form == "xls":
        book = xlwt.Workbook()
        book.dates_1904 = True
        sheet = book.add_sheet("x")
        for column, title in enumerate(("شماره", "مقدار")):
            sheet.write(0, column, title)
        sheet.write(1, 0, "A-1")
        sheet.write(1, 1, day, xlwt.easyxf(num_format_str="yyyy-mm-dd"))
        book.save(str(path))
    else:
        with xlsxwriter.Workbook(path, {"date_1904": True}) as book:
            sheet = book.add_worksheet()
            sheet.write_row(0, 0, ("شماره", "مقدار"))
            sheet.write(1, 0, "A-1")
            sheet.write_datetime(1, 1, day, book.add_format({"num_format": "yyyy-mm-dd"}))
    assert outcome(tmp_path, 'kind = "date"\ncalendar = "gregorian"', path) == (["2024-08-02"], [])


@pytest.mark.parametrize("form", ["xlsx", "ods"])
def test_a_formula_that_was_never_computed_is_named(form: str, tmp_path: Path) -> None:
    path = tmp_path / f"sums.{form}"
    if form == "xlsx":
        unopened = openpyxl.Workbook()
        for row in (("شماره", "مقدار"), ("A-1", "=1+1")):
            unopened.active.append(row)
        unopened.save(path)
    else:
        document = OpenDocumentSpreadsheet()
        table = Table(name="x")
        document.spreadsheet.addElement(table)
        for cells in (("شماره", "مقدار"), ("A-1", None)):
            line = TableRow()
            for cell in cells:
                written = TableCell(valuetype="string") if cell else TableCell(formula="of:=1+1")
                if cell:
                    written.addElement(P(text=cell))
                line.addElement(written)
            table.addElement(line)
        document.save(str(path))
    assert outcome(tmp_path, 'kind = "integer"', path) == ([], ["cell-error"])
