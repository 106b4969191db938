"""Files of one shape in an archive are one table by declaration, each row with the file that it came from."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import xlsxwriter
from tests.corpus.outcomes import publish, publish_context
from tests.corpus.test_layout_steps import declared

from ayan.core.intake.table import IntakeLimits
from ayan.core.intake.table_reader import read_table
from ayan.core.publish.draft import write_draft
from ayan.core.publish.examination import examine
from ayan.core.schema.definition import Layout
from ayan.core.schema.issue import CannotRead
from ayan.core.schema.steps.shape_steps import Members, Sheets

MEMBERS = '[[source.step]]\ndo = "members"\ninto = "سال"\n'
YEARS = {
    "داده/1401.csv": "شرح,مبلغ\nآب,1\nبرق,2\nجمع,3\n",
    "داده/1402.csv": "مبلغ;شرح\n5;گاز\n",
    "داده/1403.csv": "شرح,مبلغ\n",
}


def packed(folder: Path, members: Mapping[str, str], name: str = "years.zip") -> Path:
    """An archive of text files."""
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for member, text in members.items():
            package.writestr(member, text.encode())
        package.writestr("__MACOSX/._1401.csv", "x")
        package.writestr("readme.pdf", "%PDF-")
    return path


def test_like_members_are_one_table(tmp_path: Path) -> None:
    context = publish_context(tmp_path / "city")
    with examine(context, declared(tmp_path, MEMBERS), packed(tmp_path, YEARS)) as examined:
        refined = examined.refined
        assert not refined.errors
        assert {code: count for code, count in refined.by_code().items() if code.startswith(("member", "archive"))} == {
            "archive-member": 3, "member-skipped": 1,
        }  # fmt: skip
        release = publish(context, write_draft(context, examined, sent_by="فرستنده (ساختگی)"))
    (part,) = release.parts()
    rows = [(row["title"], row["year"], row["amount"]) for row in pq.read_table(part).to_pylist()]
    assert rows == [("آب", "1401", 1), ("برق", "1401", 2), ("گاز", "1402", 5)]
    said = release.manifest["ayan"]["source"]
    assert [place["sheet"] for place in said["rows"]["places"]] == ["1401", "1402"]
    assert said["name"] == "years.zip"


def test_a_wrong_cell_is_named_in_its_member(tmp_path: Path) -> None:
    file = packed(tmp_path, {**YEARS, "داده/1402.csv": "شرح,مبلغ\nگاز,پنج\n"})
    with examine(publish_context(tmp_path / "city"), declared(tmp_path, MEMBERS), file) as examined:
        (issue,) = examined.refined.errors
        assert (issue.code, issue.sheet, issue.row, issue.column) == ("not-a-number", "1402", 2, "B مبلغ")


@pytest.mark.parametrize(
    ("members", "step", "code"),
    [
        ({**YEARS, "z.csv": "شرح,روز\nگاز,5\n"}, Members(), "member-unlike"),
        (YEARS, Members(members=("no-such-*.csv",)), "members-none"),
        ({"a.csv": "شرح,مبلغ\n"}, Members(), "file-empty"),
    ],
)
def test_unlike_members_are_refused(members: Mapping[str, str], step: Members, code: str, tmp_path: Path) -> None:
    with pytest.raises(CannotRead) as refusal:
        read_table(packed(tmp_path, members), source=Layout(steps=(step,)), workdir=tmp_path / "read")
    assert refusal.value.issue.code == code


def test_members_are_chosen_by_pattern_and_name(tmp_path: Path) -> None:
    file = packed(tmp_path, {**YEARS, "notes.csv": "x\ny\n"})
    for members in (("140*.csv",), ("/140[12]/", "داده/1403.csv")):
        layout = Layout(steps=(Members(members=members),))
        table = read_table(file, source=layout, workdir=tmp_path / f"read-{len(members)}")
        assert table.rows == 4
        assert [column.header for column in table.columns] == ["شرح", "مبلغ"]


def test_all_members_together_are_bounded(tmp_path: Path) -> None:
    """As much as one file may be unpacked to, several may be."""
    file = packed(tmp_path, {f"{number}.csv": "a,b\n" + "1,2\n" * 20_000 for number in range(3)})
    with pytest.raises(CannotRead) as refusal:
        read_table(
            file, source=Layout(steps=(Members(),)), workdir=tmp_path / "read", limits=IntakeLimits(unpacked=200_000)
        )
    assert refusal.value.issue.code == "file-too-large"
    assert not list((tmp_path / "read").rglob("unpacked*"))


def test_two_steps_that_choose_the_table_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotRead) as refusal:
        read_table(packed(tmp_path, YEARS), source=Layout(steps=(Members(), Sheets())), workdir=tmp_path / "read")
    assert refusal.value.issue.code == "steps-apart"


def hidden_book(path: Path, rows: Sequence[Sequence[object]], hidden: Mapping[str, int]) -> Path:
    """A workbook of the sheets 1402 and 1403 with the same rows, of which a sheet may hide one."""
    with xlsxwriter.Workbook(path) as book:
        for name in ("1402", "1403"):
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
            if name in hidden:
                sheet.set_row(hidden[name] - 1, None, None, {"hidden": True})
    return path


@pytest.mark.parametrize("hides", [{"1402": 3}, {"1403": 3}, {"1402": 2, "1403": 3}])
@pytest.mark.parametrize("turned", [False, True])
def test_rows_that_a_further_sheet_hides_are_asked_about_and_left_out(
    hides: Mapping[str, int], turned: bool, tmp_path: Path
) -> None:
    """Whatever steps made of a hidden row: nothing of it is published before somebody says so."""
    rows = [("شرح", "مهر", "آبان"), ("آب", 1, 2), ("برق", 3, 4)] if turned else [("شرح", "مبلغ"), ("آب", 1), ("برق", 3)]
    source = '[[source.step]]\ndo = "sheets"\ninto = "سال"\n'
    if turned:
        source += '[[source.step]]\ndo = "crosstab"\ncolumns = ["مهر", "آبان"]\ninto = ["ماه"]\nvalue = "مبلغ"\n'
    file = hidden_book(tmp_path / "book.xlsx", rows, hides)
    dataset, context = declared(tmp_path, source), publish_context(tmp_path / "city")
    made = 2 if turned else 1
    with examine(context, dataset, file) as examined:
        held = [issue for issue in examined.refined.errors if issue.code == "rows-hidden"]
        assert {issue.sheet: issue.count for issue in held} == dict.fromkeys(hides, made)
    with examine(context, dataset, file, leave_hidden="پنهان") as examined:
        assert not examined.refined.errors
        release = publish(context, write_draft(context, examined, sent_by="فرستنده (ساختگی)"))
    (part,) = release.parts()
    left = [(row["year"], row["title"]) for row in pq.read_table(part).to_pylist()]
    assert not {(year, rows[number - 1][0]) for year, number in hides.items()} & set(left)
    assert len(left) == made * (4 - len(hides))


@pytest.mark.parametrize("column", [2, 3])
def test_a_hidden_column_that_becomes_rows_is_asked_about(column: int, tmp_path: Path) -> None:
    path = tmp_path / "months.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("1402")
        for at, row in enumerate([("شرح", "مهر", "آبان"), ("آب", 1, 2), ("برق", 3, 4)]):
            sheet.write_row(at, 0, row)
        sheet.set_column(column - 1, column - 1, None, None, {"hidden": True})
    source = '[[source.step]]\ndo = "crosstab"\ncolumns = ["مهر", "آبان"]\ninto = ["ماه"]\nvalue = "مبلغ"\n'
    with examine(publish_context(tmp_path / "city"), declared(tmp_path, source), path) as examined:
        assert [issue.code for issue in examined.refined.errors] == ["columns-hidden"]


def test_hidden_rows_of_a_workbook_in_an_archive_are_asked_about(tmp_path: Path) -> None:
    file = tmp_path / "books.zip"
    with zipfile.ZipFile(file, "w") as package:
        for name, hides in (("a", {}), ("b", {"1402": 3})):
            book = tmp_path / f"{name}.xlsx"
            with xlsxwriter.Workbook(book) as made:
                sheet = made.add_worksheet("1402")
                for at, row in enumerate([("شرح", "مبلغ"), ("آب", 1), ("برق", 3)]):
                    sheet.write_row(at, 0, row)
                if hides:
                    sheet.set_row(2, None, None, {"hidden": True})
            package.write(book, f"{name}.xlsx")
    with examine(publish_context(tmp_path / "city"), declared(tmp_path, MEMBERS), file) as examined:
        (issue,) = examined.refined.errors
        assert (issue.code, issue.sheet, issue.count) == ("rows-hidden", "b", 1)
