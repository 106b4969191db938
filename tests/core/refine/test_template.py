"""The template of every dataset: what is given out can be filled in, and read back without a word."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook, SheetVisibleEnum
from tests.sampling import sampled

from ayan.core.intake.table_reader import read_table
from ayan.core.refine.header_matching import known_headers
from ayan.core.refine.pipeline import refine
from ayan.core.refine.template import template_row, write_template
from ayan.core.schema.definition import Dataset
from ayan.core.schema.issue import CannotRead
from ayan.core.schema.layouts import read_as
from ayan.datasets.registry import BUILTIN, Registry

REGISTRY = Registry()
SLUGS = sorted(folder.parent.name for folder in BUILTIN.glob("*/dataset.toml"))
EVERY = sampled("templates", [(slug, lang) for slug in SLUGS for lang in ("fa", "en")], 7, by=lambda case: case[1])
"""The template of each dataset in both languages; today's are seven of each."""


def codes_in(dataset: Dataset, file: Path, folder: Path) -> dict[str, int]:
    """What is found in a file, by code."""
    layout, fields, _ = read_as(dataset, "default")
    table = read_table(file, source=layout, known=known_headers(fields), workdir=folder)
    refined = refine(table, dataset, workdir=folder)
    try:
        return refined.by_code()
    finally:
        refined.close()


def filled(dataset: Dataset, path: Path, cells: list[list[Any]]) -> Path:
    """The rows of a template as somebody fills them in, its example replaced by ``cells``."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate([[field.label.fa for field, _ in template_row(dataset)], *cells]):
            sheet.write_row(at, 0, row)
    return path


@pytest.mark.parametrize(("slug", "lang"), EVERY)
def test_it_holds_every_column_and_its_example_is_not_read(slug: str, lang: str, tmp_path: Path) -> None:
    dataset = REGISTRY.get(slug)
    path = tmp_path / "template.xlsx"
    write_template(dataset, path, lang)
    book = CalamineWorkbook.from_path(path)
    assert all(sheet.visible == SheetVisibleEnum.Visible for sheet in book.sheets_metadata), "nothing is hidden"
    header, example, *rest = book.get_sheet_by_index(0).to_python()
    # What is worked out of other fields stands in no file.
    asked = [field for field in dataset.fields if field.role != "counter" and not field.first_of]
    assert header == [field.label.of(lang) for field in asked]
    assert all(example[at] not in ("", None) for at, (field, _) in enumerate(template_row(dataset)) if field.required)
    assert rest == []
    counts = codes_in(dataset, path, tmp_path / "work")
    assert counts == {"header-found": 1, "example-ignored": 1, "no-rows": 1} | {
        code: count for code, count in counts.items() if code == "column-absent"
    }


def test_an_example_that_was_written_over_is_a_row_like_others(tmp_path: Path) -> None:
    dataset = REGISTRY.get("vendors")
    row = [text for _, text in template_row(dataset)]
    changed = [*row]
    title = next(
        at for at, (field, _) in enumerate(template_row(dataset)) if field.kind.name == "text" and field.choices is None
    )
    changed[title] = "شرکت ساختگی دیگر"
    counts = codes_in(dataset, filled(dataset, tmp_path / "a.xlsx", [row, changed]), tmp_path / "a")
    assert counts["example-ignored"] == 1
    assert "no-rows" not in counts
    counts = codes_in(dataset, filled(dataset, tmp_path / "b.xlsx", [changed]), tmp_path / "b")
    assert "example-ignored" not in counts
    assert "no-rows" not in counts


def test_labels_of_lists_are_taken_and_what_is_typed_as_text_stays(tmp_path: Path) -> None:
    dataset = REGISTRY.get("council-votes")
    row = template_row(dataset)
    lists = [(at, field) for at, (field, _) in enumerate(row) if field.choices is not None]
    assert lists, "this table has a list"
    cells = []
    for number in range(3):
        line = [text for _, text in row]
        for at, field in lists:
            entries = field.choices.entries if field.choices else ()
            line[at] = entries[number % len(entries)].label.fa
        for at, (column, _) in enumerate(row):
            if column.name in dataset.key and column.choices is None and column.kind.name in ("code", "text", "ref"):
                line[at] = f"00{number + 1}"
        cells.append(line)
    counts = codes_in(dataset, filled(dataset, tmp_path / "a.xlsx", cells), tmp_path / "a")
    assert "not-in-list" not in counts


def test_a_declared_example_is_the_one_that_is_shown() -> None:
    dataset = REGISTRY.get("vendors")
    first = next(field for field, _ in template_row(dataset) if field.kind.name == "text" and field.choices is None)
    fields = tuple(replace(field, example="شرکت ساختگی الف") if field == first else field for field in dataset.fields)
    assert ("شرکت ساختگی الف") in [text for _, text in template_row(replace(dataset, fields=fields))]


def test_sheets_that_are_only_guides_are_no_data(tmp_path: Path) -> None:
    dataset = REGISTRY.get("vendors")
    path = tmp_path / "template.xlsx"
    write_template(dataset, path)
    layout, fields, _ = read_as(dataset, "default")
    with pytest.raises(CannotRead) as refused:
        read_table(path, source=layout, known=known_headers(fields), sheet="نیست", workdir=tmp_path / "w")
    assert refused.value.issue.code == "sheet-missing"
    table = read_table(path, source=layout, known=known_headers(fields), workdir=tmp_path / "w")
    assert table.facts.sheet == "داده"
