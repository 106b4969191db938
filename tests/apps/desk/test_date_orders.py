"""Days that could be read both ways: a clerk says once which of day and month comes first."""

from __future__ import annotations

from tests.apps.desk.deals import HEADER, workbook
from tests.apps.desk.town import Officers, found_in, post, started, the, upload, work

from ayan.apps.desk.models import Submission
from ayan.wiring.city import City

COLUMNS = {"column:number": "1", "column:subject": "2", "column:amount": "3", "column:day": "4"}
ROWS = [("C-1", "ساخت پل", "10", "11/02/1403"), ("C-2", "خرید نهال", "20", "12.03.1403")]


def checked(town: City, officers: Officers, period: str) -> Submission:
    """A submission whose columns are said and whose rows are checked."""
    clerk = officers.browser("clerk")
    submission = started(clerk, period)
    post(clerk, submission, "file", file=upload(workbook(ROWS, HEADER[:4])))
    work(town)
    assert post(clerk, submission, "columns", **COLUMNS).status_code == 302
    work(town)
    return the(submission)


def test_the_order_of_day_and_month_is_said_once_and_remembered(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    submission = checked(town, officers, "1403")
    (asked,) = found_in(submission).errors
    assert (asked.code, asked.field, asked.cells) == ("date-order", "day", 2)
    page = clerk.get(f"/en/desk/u/{submission.pk}/fix").content.decode()
    assert "Does the day or the month come first in this column?" in page
    assert post(clerk, submission, "fix/mend", cause=asked.id, do="date-order", order="").status_code == 422
    assert post(clerk, submission, "fix/mend", cause=asked.id, do="date-order", order="dmy").status_code == 302
    work(town)
    now = the(submission)
    assert now.digest
    assert "first the day, then the month" in clerk.get(f"/en/desk/u/{submission.pk}/fix").content.decode()

    # The next file with this header is read so at once.
    assert checked(town, officers, "1402").digest

    # Undone, it is asked again.
    post(clerk, submission, "act/undo", number=now.steps.get(kind="day-order").number, onto="fix")
    work(town)
    assert [cause.code for cause in found_in(submission).errors] == ["date-order"]
