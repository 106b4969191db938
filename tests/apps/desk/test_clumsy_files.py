"""Files that people give by mistake: of another dataset, of another kind, with other sheets before the table."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
import xlsxwriter
from tests.apps.desk.deals import GOOD, HEADER, workbook
from tests.apps.desk.town import Officers, mapped, post, started, the, upload, work
from tests.apps.small_city import declare

from ayan.apps.accounts.models import Duty, Unit
from ayan.apps.desk.models import Submission
from ayan.datasets.registry import Registry
from ayan.wiring.city import City

TREES = """
slug = "trees"
title = { fa = "درختان ساختگی", en = "Invented trees" }
description = { fa = "درختان", en = "Trees" }
owner = { fa = "امور مالی", en = "Finance" }
topic = "green"
cadence = { every = "yearly", grace_days = 30 }
period = "year"

[[field]]
name = "name"
kind = "text"
label = { fa = "نام درخت", en = "Tree" }

[[field]]
name = "species"
kind = "text"
label = { fa = "گونه", en = "Species" }

[[field]]
name = "planted"
kind = "integer"
label = { fa = "سال کاشت", en = "Planted" }
"""


def book(sheets: Mapping[str, Sequence[Sequence[str]]]) -> bytes:
    """A workbook of these sheets."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as made:
        for name, rows in sheets.items():
            sheet = made.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return out.getvalue()


def given(town: City, clerk: Any, data: bytes, name: str = "قراردادها.xlsx", period: str = "1390") -> Submission:
    """A submission with a file that has been looked at."""
    submission = started(clerk, period)
    assert post(clerk, submission, "file", file=upload(data, name)).status_code == 302
    work(town)
    return submission


def seen(browser: Any, submission: Submission, page: str) -> str:
    """The words and marks of a page."""
    return html.unescape(browser.get(f"/en/desk/u/{submission.pk}/{page}").content.decode())


def test_a_file_of_another_dataset_is_told_so_with_the_one_that_it_fits(town: City, officers: Officers) -> None:
    declare(town.home / "datasets", "trees", TREES)
    town.__dict__["registry"] = Registry((town.home / "datasets",))
    Duty.objects.create(dataset="trees", unit=Unit.objects.get(slug="finance"))
    clerk = officers.browser("clerk")
    trees = book({"s": [("نام درخت", "گونه", "سال کاشت"), ("چنار", "Platanus", "1390")]})
    said = seen(clerk, given(town, clerk, trees), "columns")
    assert "Most headers of this file are not of this dataset." in said
    assert "/en/desk/u/new?dataset=trees&period=1390" in said
    # A file of its own, and one whose odd headers somebody has placed before, are not doubted.
    assert "Most headers" not in seen(clerk, given(town, clerk, workbook(GOOD), period="1391"), "columns")
    odd = [("a", "b", "c", "d"), *[row[:4] for row in GOOD]]
    known = mapped(town, clerk, period="1392", file=book({"s": odd}))
    assert "Most headers" not in seen(clerk, known, "columns")
    assert "Most headers" not in seen(clerk, given(town, clerk, book({"s": odd}), period="1393"), "columns")


def test_the_sheet_with_the_headers_of_the_dataset_is_offered_first(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    sheets: Mapping[str, Sequence[Sequence[str]]] = {
        "خلاصه": [("جمع", "6500000")],
        "قراردادها": [HEADER, *GOOD],
        "راهنما": [("به ریال",)],
    }
    said = seen(clerk, given(town, clerk, book(sheets)), "file")
    checked = re.findall(r'name="sheet" value="([^"]*)"( checked)?', said)
    assert checked == [("خلاصه", ""), ("قراردادها", " checked"), ("راهنما", "")]
    assert said.count("has the headers of this dataset") == 1
    # Two that have them are two tables: nobody chooses between them.
    twice: Mapping[str, Sequence[Sequence[str]]] = {"فروردین": [HEADER, *GOOD], "اردیبهشت": [HEADER, *GOOD]}
    said = seen(clerk, given(town, clerk, book(twice), period="1391"), "file")
    assert "has the headers of this dataset" not in said
    assert " checked" not in "".join(re.findall(r'name="sheet"[^>]*>', said))


def test_the_same_file_for_another_period_is_told_to_sender_and_approver(town: City, officers: Officers) -> None:
    clerk, first = officers.browser("clerk"), officers.browser("first")
    data, said = workbook(GOOD), "This very file was sent for another period as well:"
    earlier = mapped(town, clerk, period="1390", file=data)
    assert post(clerk, earlier, "sent", digest=the(earlier).digest, note="").status_code == 302
    # Once more for its own period, as who replaces a file with itself, is nothing to be told of; another file neither.
    assert said not in first.get(f"/en/desk/approve/{earlier.pk}").content.decode()
    assert said not in seen(clerk, given(town, clerk, workbook(GOOD[:2]), period="1392"), "file")
    later = mapped(town, clerk, period="1391", file=data)
    assert re.search(said + r"\s*1390", re.sub(r"<[^>]*>", "", seen(clerk, later, "file")))
    assert post(clerk, later, "sent", digest=the(later).digest, note="").status_code == 302
    assert said in first.get(f"/en/desk/approve/{later.pk}").content.decode()


@pytest.mark.parametrize(
    ("name", "data", "refusal"),
    [
        ("گزارش.pdf", b"%PDF-1.4 x", "This file cannot be read (the document is damaged)."),
        ("x.xlsx", b"%PDF-1.4 x", "This file holds a PDF, which is not accepted with the extension .xlsx."),
        ("~$قراردادها.xlsx", b"\x05user  ", "it is a temporary file beside the true one"),
        ("x.url", b"[InternetShortcut]\r\nURL=https://docs.example/x\r\n", "the address of another file"),
    ],
)
def test_what_is_no_table_is_called_what_it_is(
    town: City, officers: Officers, name: str, data: bytes, refusal: str
) -> None:
    clerk = officers.browser("clerk")
    assert refusal in re.sub(r"<[^>]*>", "", seen(clerk, given(town, clerk, data, name), "file"))
