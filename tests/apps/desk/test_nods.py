"""Texts that stand for a code and are not listed so: shown once, nodded to, remembered, and taken back by undoing."""

from __future__ import annotations

import re

from tests.apps.desk.deals import HEADER, workbook
from tests.apps.desk.town import Officers, found_in, post, started, the, upload, work

from ayan.apps.desk.models import KnownCode, Submission
from ayan.wiring.city import City

COLUMNS = {"column:number": "1", "column:subject": "2", "column:amount": "3", "column:day": "4", "column:state": "5"}
ROWS = [
    ("C-1", "ساخت پل", "10", "1403/02/11", "جاری"),
    ("C-2", "خرید نهال", "20", "1403/02/12", "خاتمه یافته"),
]


def checked(town: City, officers: Officers, period: str) -> Submission:
    """A submission whose columns are said and whose rows are checked."""
    clerk = officers.browser("clerk")
    submission = started(clerk, period)
    post(clerk, submission, "file", file=upload(workbook(ROWS, (*HEADER[:4], "وضعیت"))))
    work(town)
    assert post(clerk, submission, "columns", **COLUMNS).status_code == 302
    work(town)
    return the(submission)


def test_a_text_that_is_not_listed_so_waits_for_a_nod(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    submission = checked(town, officers, "1403")
    assert not submission.digest
    (asked,) = found_in(submission).errors
    assert (asked.code, asked.field, asked.cells) == ("code-nod", "state", 1)
    page = clerk.get(f"/en/desk/u/{submission.pk}/fix").content.decode()
    assert "“خاتمه یافته” is “Finished”" in re.sub(r"<[^>]+>", "", page)
    assert "That is right; remember it" in page

    assert post(clerk, submission, "fix/mend", cause=asked.id, do="nod").status_code == 302
    work(town)
    assert the(submission).digest
    assert "خاتمه" not in str(list(KnownCode.objects.values()))

    # The next file is not asked about any more.
    assert checked(town, officers, "1402").digest

    # Undone, it is asked again.
    number = the(submission).steps.get(kind="nod").number
    post(clerk, submission, "act/undo", number=number, onto="fix")
    work(town)
    assert [cause.code for cause in found_in(submission).errors] == ["code-nod"]
    assert KnownCode.objects.count() == 0


def test_a_row_that_looks_like_none_is_left_out_or_said_to_be_a_record(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    submission = started(clerk, "1403")
    rows = [*ROWS[:1], ("C-2", "ایضاً", "20", "1403/02/12", "جاری")]
    post(clerk, submission, "file", file=upload(workbook(rows, (*HEADER[:4], "وضعیت"))))
    work(town)
    post(clerk, submission, "columns", **COLUMNS)
    work(town)
    (asked,) = found_in(submission).errors
    assert (asked.code, asked.rows) == ("row-ditto", 1)
    page = clerk.get(f"/en/desk/u/{submission.pk}/fix").content.decode()
    assert "These are records" in page
    assert "Do not publish these rows" in page
    assert post(clerk, submission, "fix/mend", cause=asked.id, do="accept").status_code == 302
    work(town)
    assert the(submission).digest
    assert [(cause.code, cause.severity) for cause in found_in(submission).warnings] == [("row-ditto", "warning")]
    post(clerk, submission, "act/undo", number=the(submission).steps.get(kind="fix").number, onto="fix")
    work(town)
    (asked,) = found_in(submission).errors
    post(clerk, submission, "fix/mend", cause=asked.id, do="leave", reason="جمله‌ای در پایین")
    work(town)
    assert the(submission).digest


def test_columns_of_another_sheet_do_not_outlive_its_choice(town: City, officers: Officers) -> None:
    """What was said of the columns of a sheet is void once the choice of that sheet is undone, and holds again with it."""
    clerk = officers.browser("clerk")
    submission = started(clerk, "1403")
    data = workbook(ROWS, (*HEADER[:4], "وضعیت"), sheets=("یک", "دو"))
    post(clerk, submission, "file", file=upload(data))
    work(town)
    assert post(clerk, submission, "sheet", sheet="دو").status_code == 302
    work(town)
    post(clerk, submission, "columns", **COLUMNS)
    work(town)
    assert the(submission).counts
    number = the(submission).steps.get(kind="sheet").number
    post(clerk, submission, "act/undo", number=number, onto="file")
    work(town)
    assert the(submission).counts is None
    post(clerk, submission, "act/redo", number=number, onto="file")
    work(town)
    assert the(submission).counts
