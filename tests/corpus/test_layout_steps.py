"""Every layout that offices have comes in by declaration: in each format, with its rows and its places."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq
import pytest
from tests.corpus.adverse_case import BOOKS
from tests.corpus.layout_cases import CASES, LayoutCase
from tests.corpus.office_files import FORMATS, Cell, OfficeFile
from tests.corpus.other_formats import forms_of, written_as
from tests.corpus.outcomes import publish, publish_context
from tests.sampling import sampled

from ayan.core.publish.draft import write_draft
from ayan.core.publish.examination import examine
from ayan.core.schema.definition import Dataset
from ayan.core.schema.loader import load_dataset
from ayan.core.schema.steps.step import STRIDE

TOML: Final = """
slug = "office-lines"
title.fa = "سطرهای اداری (ساختگی)"
title.en = "Lines of an office (invented)"
description.fa = "سطرهایی در شکل‌های گوناگون."
description.en = "Lines in various shapes."
owner.fa = "طرح و برنامه"
owner.en = "Planning"
topic = "money"
"""
FIELDS: Final = {
    "title": ("شرح", "Title", 'kind = "text"\nrequired = true'),
    "part": ("بخش", "Part", 'kind = "text"'),
    "month": ("ماه", "Month", 'kind = "text"'),
    "year": ("سال", "Year", 'kind = "text"'),
    "person": ("نام", "Name of a body", 'kind = "text"'),
    "amount": ("مبلغ", "Amount", 'kind = "rial"\nnature = "flow"'),
    "spent": ("عملکرد", "Spent", 'kind = "rial"\nnature = "flow"'),
    "measure": ("اندازه", "Measure", 'kind = "decimal"'),
}
EVERY: Final = [(case, form) for case in CASES for form in forms_of(case.file, BOOKS if case.more else FORMATS)]


def declared(folder: Path, source: str) -> Dataset:
    """The dataset of all cases with the steps of one."""
    fields = "".join(
        f'\n[[field]]\nname = "{name}"\nlabel.fa = "{fa}"\nlabel.en = "{en}"\n{rest}\n'
        for name, (fa, en, rest) in FIELDS.items()
    )
    home = folder / "office-lines"
    home.mkdir(exist_ok=True)
    (home / "dataset.toml").write_text(f"{TOML}{fields}\n[source]\n{source}", encoding="utf-8")
    return load_dataset(home)


@pytest.mark.parametrize(
    ("case", "form"),
    sampled("layout steps", EVERY, 1, by=lambda pair: pair[1]),
    ids=lambda part: getattr(part, "name", part),
)
def test_what_comes_of_a_layout(case: LayoutCase, form: str, tmp_path: Path) -> None:
    file = written_as(case.file, tmp_path, form)
    with examine(publish_context(tmp_path / "city"), declared(tmp_path, case.source), file) as examined:
        refined = examined.refined
        wrong = [
            (issue.code, issue.sheet if case.more else None, issue.row, (issue.column or "").partition(" ")[0])
            for issue in refined.errors
        ]
        assert wrong == [tuple(each) for each in case.errors]
        said = {code: count for code, count in refined.by_code().items() if code in case.said}
        assert said == case.said
        refined.write_parquet(examined.folder / "rows.parquet", partial=bool(case.errors))
        rows = pq.read_table(examined.folder / "rows.parquet").to_pylist()
    assert [tuple(_plain(row[name]) for name in case.fields) for row in rows] == [tuple(row) for row in case.expected]
    if case.places:
        assert [(row["_row"] // STRIDE, row["_row"] % STRIDE) for row in rows] == list(case.places)


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, int) else str(value)


def test_a_release_says_which_steps_were_done(tmp_path: Path) -> None:
    """The manifest repeats the steps with their counts, and how to get from each row to its cell."""
    rows: list[tuple[Cell, ...]] = [("شرح", "فروردین", "اردیبهشت"), ("آب", 10, 20), ("برق", 30, None), ("جمع", 40, 20)]
    source = '[[source.step]]\ndo = "crosstab"\ncolumns = ["فروردین", "اردیبهشت"]\ninto = ["ماه"]\nvalue = "مبلغ"\n'
    context, dataset = publish_context(tmp_path / "city"), declared(tmp_path, source)
    with examine(context, dataset, OfficeFile(rows).written(tmp_path, "xlsx")) as examined:
        assert examined.refined.counts.totals == 2
        assert [issue.column for issue in examined.refined.issues if issue.code == "total-agrees"] == [
            "B فروردین", "C اردیبهشت",
        ]  # fmt: skip
        release = publish(context, write_draft(context, examined, sent_by="فرستنده (ساختگی)"))
    said = release.manifest["ayan"]["source"]
    assert [(step["do"], step["rows_before"], step["rows_after"]) for step in said["steps"]] == [("crosstab", 3, 5)]
    assert said["rows"]["stride"] == STRIDE
    cells = []
    (part,) = release.parts()
    for row in pq.read_table(part).to_pylist():
        place = said["rows"]["places"][row["_row"] // STRIDE]
        cells.append((place["columns"]["amount"]["letter"], row["_row"] % STRIDE, row["amount"]))
    assert cells == [("B", 2, 10), ("B", 3, 30), ("C", 2, 20)]


def test_a_unit_in_a_turned_header_is_not_lost(tmp_path: Path) -> None:
    """What a header said of money still holds the file when the header has become a cell."""
    rows: list[tuple[str | int, ...]] = [("شرح", "فروردین (تومان)", "اردیبهشت (تومان)"), ("آب", 10, 20)]
    source = '[[source.step]]\ndo = "crosstab"\ncolumns = ["/تومان/"]\ninto = ["ماه"]\nvalue = "مبلغ"\n'
    with examine(
        publish_context(tmp_path / "city"), declared(tmp_path, source), OfficeFile(rows).written(tmp_path, "ods")
    ) as examined:
        assert [issue.code for issue in examined.refined.errors] == ["unit-mismatch"]
