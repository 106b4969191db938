"""ayan template: a workbook to fill in, which the same city reads back without a complaint."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter
from tests.cli.city import Town, make_town


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return make_town(tmp_path)


def test_it_writes_what_check_reads(town: Town, tmp_path: Path) -> None:
    path = tmp_path / "trees.xlsx"
    said = town.ayan("template", "trees", path)
    assert (said.code, str(path) in said.out) == (0, True)
    checked = town.ayan("check", path, "--dataset", "trees", "--period", "1403-05", "--format", "json")
    assert {issue["code"] for issue in checked.json["issues"]} == {"header-found", "example-ignored", "no-rows"}
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("داده")
        sheet.write_row(0, 0, ["شماره", "تاریخ کاشت", "گونه", "هزینه", "کد ملی کارنده"])
        sheet.write_row(1, 0, ["001", "1403/05/12", "سرو", 1000, ""])
    checked = town.ayan("check", path, "--dataset", "trees", "--period", "1403-05", "--format", "json")
    assert {issue["code"] for issue in checked.json["issues"]} == {"header-found"}


def test_what_it_cannot_write_it_says(town: Town, tmp_path: Path) -> None:
    assert town.ayan("template", "nothing", tmp_path / "a.xlsx").code == 2
    said = town.ayan("template", "trees", tmp_path / "a.ods")
    assert said.code == 2
    assert "xlsx" in said.words
    assert not (tmp_path / "a.ods").exists()
