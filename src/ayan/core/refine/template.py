"""The workbook to be filled in: its sheets, and the example row that is known again when it comes back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import duckdb

from ayan.core.intake.table import RawTable
from ayan.core.intake.workbook.sheet_marks import GUIDE_MARK
from ayan.core.refine.header_matching import MappedField
from ayan.core.refine.limits import LEAST_EXAMPLE_CELLS
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.schema.issue import Issue
from ayan.core.schema.layouts import read_as
from ayan.core.values import locale, sql
from ayan.core.values.label import Label
from ayan.core.values.money import unit_label

ROWS: Final = 5_000
"""Rows, from the second one, whose cells are prepared with formats and lists."""

DATA: Final = Label("داده", "Data")
GUIDE: Final = Label("راهنما", "Guide")
LISTS: Final = Label("فهرست‌ها", "Lists")

# What a spreadsheet allows in the hint of a cell.
_HINT_TITLE: Final = 32
_HINT: Final = 255
_LISTS_FROM: Final = 3

_WORDS: Final = {
    "column": Label("ستون", "Column"),
    "needed": Label("باید پر شود؟", "Must it be filled?"),
    "what": Label("چه می‌نویسید", "What it holds"),
    "how": Label("نمونه", "Example"),
    "more": Label("توضیح", "Note"),
    "yes": Label("بله", "Yes"),
    "no": Label("نه، اگر ندارید خالی بگذارید", "No, leave it empty if you have none"),
    "withheld": Label("این ستون منتشر نمی‌شود.", "This column is not published."),
    "masked": Label("تنها بخشی از این ستون منتشر می‌شود.", "Only a part of this column is published."),
    "list": Label("یکی از فهرست", "one of the list"),
    "example": Label(
        "ردیف دوم برگهٔ داده نمونه است. اگر آن را همان‌طور بگذارید خوانده نمی‌شود؛ می‌توانید رویش بنویسید یا پاکش کنید.",
        "The second row of the data sheet is an example. Left as it is, it is not read; write over it or delete it.",
    ),
    "headers": Label(
        "سرستون‌ها را عوض نکنید. ترتیب ستون‌ها آزاد است.", "Leave the headers as they are. Columns may be in any order."
    ),
}


@contextmanager
def new_workbook(path: Path, **options: bool) -> Iterator[Any]:
    """A workbook (`xlsxwriter.Workbook`) that is whole in ``path`` after the block; no text of it becomes a link.

    ``options`` are further ones of its constructor. Raises OSError when it cannot be written.
    """
    # Few commands write one.
    import xlsxwriter

    with path.open("wb") as file, xlsxwriter.Workbook(file, {"strings_to_urls": False, **options}) as book:
        yield book


def write_template(dataset: Dataset, path: Path, lang: str = "fa") -> None:
    """Write the template of ``dataset`` to ``path``; headers and list entries are the labels in ``lang``.

    Columns of codes and of days are formatted as text, so that a spreadsheet neither drops a zero nor takes a Jalali
    day for another one. Nothing in it is hidden. Raises OSError when it cannot be written.
    """
    row = template_row(dataset)
    with new_workbook(path) as book:
        page = _Page(book, lang)
        page.data(row)
        page.guide(dataset, row)
        page.lists([field for field, _ in row if field.choices is not None])


@dataclass(slots=True)
class _Page:
    """The book and what its sheets share."""

    book: Any
    lang: str

    def data(self, row: Sequence[tuple[Field, str]]) -> None:
        """The sheet to fill in."""
        sheet = self._sheet(DATA)
        head = self.book.add_format({"bold": True, "bg_color": "#E0EFEE", "text_wrap": True, "valign": "top"})
        needed = self.book.add_format({"bold": True, "bg_color": "#CFE6E4", "text_wrap": True, "valign": "top"})
        formats: dict[str | None, Any] = {kind: self.book.add_format({"num_format": kind}) for kind in "@0"}
        styles = {
            kind: self.book.add_format({"italic": True, "font_color": "#5C6B70", "num_format": kind}) for kind in "@0"
        }
        lists = [field.name for field, _ in row if field.choices is not None]
        for at, (field, example) in enumerate(row):
            sheet.set_column(at, at, 22, formats.get(field.kind.sheet_format))
            sheet.write_string(0, at, field.label.of(self.lang), needed if field.required else head)
            if field.kind.sheet_format == "0" and example.lstrip("-").isdecimal():
                sheet.write_number(1, at, int(example), styles["0"])
            else:
                sheet.write_string(1, at, example, styles["@"])
            self._prepare(sheet, at, field, lists)
        sheet.set_row(0, 32)
        sheet.freeze_panes(1, 0)
        sheet.activate()

    def _prepare(self, sheet: Any, at: int, field: Field, lists: Sequence[str]) -> None:
        """The list to choose from, and a hint for whoever stands in the column."""
        rule: dict[str, Any] = {"validate": "any"}
        if field.choices is not None:
            from xlsxwriter.utility import xl_col_to_name

            letter = xl_col_to_name(lists.index(field.name))
            last = _LISTS_FROM + len(field.choices.entries) - 1
            rule = {"validate": "list", "source": f"='{LISTS.of(self.lang)}'!${letter}${_LISTS_FROM}:${letter}${last}"}
            # The code or another spelling is as good as the label, so the list only offers.
            rule |= {"error_type": "information"}
        rule |= {"input_title": field.label.of(self.lang)[:_HINT_TITLE], "input_message": self._hint(field)[:_HINT]}
        sheet.data_validation(1, at, ROWS, at, rule)

    def _hint(self, field: Field) -> str:
        needed = _WORDS["yes" if field.required else "no"].of(self.lang)
        parts = [f"{_WORDS['needed'].of(self.lang)} {needed}", self._what(field)]
        return "\n".join(filter(None, parts))

    def _what(self, field: Field) -> str:
        if field.choices is not None:
            return _WORDS["list"].of(self.lang)
        what = field.kind.label.of(self.lang)
        if field.kind.is_money and field.money_unit != "rial":
            return f"{what} ({unit_label(field.money_unit, self.lang)})"
        return what

    def guide(self, dataset: Dataset, row: Sequence[tuple[Field, str]]) -> None:
        """The sheet that says what each column holds."""
        sheet = self._sheet(GUIDE)
        bold, wrap = self.book.add_format({"bold": True}), self.book.add_format({"text_wrap": True, "valign": "top"})
        sheet.set_column(0, 0, 26)
        sheet.set_column(1, 3, 24)
        sheet.set_column(4, 4, 60)
        sheet.write_string(0, 0, GUIDE_MARK, bold)
        sheet.write_string(1, 0, dataset.title.of(self.lang), bold)
        sheet.write_string(2, 0, dataset.description.of(self.lang))
        sheet.write_string(3, 0, _WORDS["example"].of(self.lang))
        sheet.write_string(4, 0, _WORDS["headers"].of(self.lang))
        for at, word in enumerate(("column", "needed", "what", "how", "more")):
            sheet.write_string(6, at, _WORDS[word].of(self.lang), bold)
        for number, (field, example) in enumerate(row, 7):
            needed = _WORDS["yes" if field.required else "no"].of(self.lang)
            notes = [field.description, _WORDS.get(field.shown)]
            note = " ".join(label.of(self.lang) for label in notes if label is not None)
            cells = (field.label.of(self.lang), needed, self._what(field), example, note)
            for at, cell in enumerate(cells):
                sheet.write_string(number, at, cell, wrap)

    def lists(self, fields: Sequence[Field]) -> None:
        """The sheet of the lists, one in each column; none where there is no list."""
        if not fields:
            return
        sheet = self._sheet(LISTS)
        bold = self.book.add_format({"bold": True})
        sheet.write_string(0, 0, GUIDE_MARK, bold)
        for at, field in enumerate(fields):
            sheet.set_column(at, at, 24)
            sheet.write_string(1, at, field.label.of(self.lang), bold)
            entries = field.choices.entries if field.choices else ()
            for number, entry in enumerate(entries, _LISTS_FROM - 1):
                sheet.write_string(number, at, entry.label.of(self.lang))

    def _sheet(self, name: Label) -> Any:
        sheet = self.book.add_worksheet(name.of(self.lang))
        if not locale.of(self.lang).is_ltr:
            sheet.right_to_left()
        return sheet


# Spellings tried for a field with a pattern, when it declares no example of its own.
_TRIED: Final = ("1001", "1", "12345", "1234567890", "1403-1001", "A-1001", "021-12345678")
# The example is looked for among so many records from the top: it is the first one of a template.
_LOOKED_AT: Final = 500


def template_row(dataset: Dataset) -> list[tuple[Field, str]]:
    """The fields a template asks for, as the default layout reads them, each with its example."""
    _, fields, constants = read_as(dataset, "default")
    asked = [field for field in fields if field.role != "counter" and field.name not in constants]
    return [(field, _example(dataset, field)) for field in asked]


def set_aside(
    raw: RawTable, dataset: Dataset, fields: Sequence[MappedField], con: duckdb.DuckDBPyConnection
) -> RawTable:
    """``raw`` without the example rows of the dataset's template, which say nothing; how many is told in an issue.

    Only a row of which every cell is that of the example is one. ``con`` reaches the files of ``raw``.
    """
    columns = {mapped.field.name: mapped.column for mapped in fields if mapped.column is not None}
    row = template_row(dataset)
    cells = [(columns[field.name], text) for field, text in row if field.name in columns]
    if any(field.required and field.name not in columns for field, _ in row) or len(cells) < min(
        LEAST_EXAMPLE_CELLS, len(row)
    ):
        return raw
    tests = " AND ".join(
        f"{sql.trimmed(f'c{column.index}')} IS NOT DISTINCT FROM {sql.literal(text) if text else 'NULL'}"
        for column, text in cells
    )
    top = f"(FROM {raw.relation} LIMIT {_LOOKED_AT})"
    # Trimming is slow to plan, and needed only where the texts themselves are found.
    near = " AND ".join(f"contains(c{column.index}, {sql.literal(text)})" for column, text in cells if text)
    if near and not con.execute(f"SELECT 1 FROM {top} WHERE {near} LIMIT 1").fetchall():
        return raw
    rows = con.execute(f"SELECT _row, _line FROM {top} WHERE {tests} ORDER BY _row").fetchall()
    if not rows:
        return raw
    numbers = ", ".join(str(number) for number, _ in rows)
    issue = Issue(code="example-ignored", sheet=raw.facts.sheet, row=rows[0][0], line=rows[0][1], count=len(rows))
    return replace(
        raw,
        relation=f"(SELECT * FROM {raw.relation} WHERE _row NOT IN ({numbers}))",
        rows=raw.rows - len(rows),
        issues=(*raw.issues, issue),
    )


def _example(dataset: Dataset, field: Field) -> str:
    if field.kind.is_period and dataset.period == "year" and field.example is None:
        return "1403"
    text = field.kind.example_of(field)
    if field.pattern is None or field.choices is not None:
        return text
    return next((tried for tried in (text, *_TRIED) if _fits(field.pattern, tried)), "")


def _fits(pattern: str, text: str) -> bool:
    try:
        return re.fullmatch(pattern, text) is not None
    except re.error:
        return False
