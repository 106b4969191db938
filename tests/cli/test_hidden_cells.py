"""Hidden rows and columns on the command line: in the way until somebody says that they belong to the data."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from openpyxl import Workbook
from tests.cli.city import GOOD, Town


def _workbook(folder: Path, *, column: bool = True) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in csv.reader(io.StringIO(GOOD)):
        sheet.append(row)
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["B"].hidden = column
    path = folder / "trees.xlsx"
    book.save(path)
    return path


def test_what_is_hidden_is_sent_as_meant(town: Town, tmp_path: Path) -> None:
    file = _workbook(tmp_path)
    stopped = town.publish(file)
    assert stopped.code == 1
    said = town.ayan("check", file, "--dataset", "trees", "--period", "1403-05")
    assert said.code == 1
    assert "--hidden-as-meant" in said.out
    meant = town.ayan("check", file, "--dataset", "trees", "--period", "1403-05", "--hidden-as-meant")
    assert meant.code == 0, meant.words
    assert "--hidden-as-meant" not in meant.out
    done = town.publish(file, "--hidden-as-meant")
    assert done.code == 0, done.words
    (release,) = town.city.release_store.releases("trees")
    assert release.rows == 3
    # Whoever approves or reads it later sees that cells were hidden.
    assert {"rows-hidden", "columns-hidden"} <= set(release.manifest["ayan"]["issues"])


def test_hidden_rows_are_left_out_for_a_reason(town: Town, tmp_path: Path) -> None:
    file = _workbook(tmp_path, column=False)
    said = town.ayan("check", file, "--dataset", "trees", "--period", "1403-05")
    assert said.code == 1
    assert "--leave-hidden-rows" in said.out
    done = town.publish(file, "--leave-hidden-rows", "ردیف آزمایشی")
    assert done.code == 0, done.words
    (release,) = town.city.release_store.releases("trees")
    assert release.rows == 2
    assert "rows-hidden" in release.manifest["ayan"]["issues"]
