"""What a clerk said once of a file's layout and codes holds for files that come by themselves; what is new waits."""

from __future__ import annotations

import pyarrow.parquet as pq
import pytest
from tests.apps.desk.deals import HEADER, workbook
from tests.apps.desk.town import found_in, post, started, the, upload, work, yes
from tests.apps.sources.senders import Senders

from ayan.apps.desk.models import Submission, SubmissionState
from ayan.wiring.city import City

COLUMNS = {"column:number": "1", "column:subject": "2", "column:amount": "3", "column:day": "4"}
FIRST = [("C-1", "ساخت پل", "5 DR", "1403/02/11", ""), ("مدیر مالی", "", "", "", "")]
NEXT = [("C-2", "خرید نهال", "20 CR", "1403/03/11", ""), ("مدیر مالی", "", "", "", "")]


def set_aside(senders: Senders, submission: Submission) -> None:
    clerk = senders.officers.browser("clerk")
    clerk.post(f"/desk/u/{submission.pk}/act/set-aside", {"expected_revision": the(submission).revision})


def test_steps_that_a_clerk_confirmed_are_done_to_the_next_file(town: City, senders: Senders) -> None:
    clerk = senders.officers.browser("clerk")
    submission = started(clerk, "1402")
    post(clerk, submission, "file", file=upload(workbook(FIRST)))
    work(town)
    for form in (
        {"do": "leave_out", "rule": "filled_at_most", "rule_text": "1"},
        {"do": "signs", "columns": [HEADER[2]], "minus": "DR"},
    ):
        assert post(clerk, submission, "layout", **form).status_code == 302
        work(town)
    assert post(clerk, submission, "columns", **COLUMNS).status_code == 302
    work(town)
    set_aside(senders, submission)

    _, text = senders.token(senders.source())
    senders.send(text, workbook(NEXT))
    senders.work()
    came = senders.submission()
    assert came.state == SubmissionState.SENT, senders.arrival().code
    senders.officers.browser("first").post(f"/desk/approve/{came.pk}/yes", yes(came))
    senders.work()
    release = town.release_store.release("deals", "1403", 1)
    (part,) = release.parts()
    assert pq.read_table(part)["amount"].to_pylist() == [20]
    assert [step["do"] for step in release.manifest["ayan"]["source"]["steps"]] == ["leave_out", "signs"]


@pytest.mark.soak
def test_a_text_that_nobody_nodded_to_holds_the_file(town: City, senders: Senders) -> None:
    header = (*HEADER[:4], "وضعیت")
    columns = COLUMNS | {"column:state": "5"}
    clerk = senders.officers.browser("clerk")
    submission = started(clerk, "1402")
    post(clerk, submission, "file", file=upload(workbook([("C-1", "ساخت پل", "5", "1403/02/11", "جاری")], header)))
    work(town)
    post(clerk, submission, "columns", **columns)
    work(town)
    set_aside(senders, submission)

    _, text = senders.token(senders.source())
    rows = [("C-2", "خرید نهال", "20", "1403/03/11", "خاتمه یافته")]
    senders.send(text, workbook(rows, header))
    senders.work()
    came = senders.submission()
    assert (senders.arrival().code, came.state) == ("errors", SubmissionState.DRAFT)
    (asked,) = found_in(came).errors
    assert asked.code == "code-nod"
    assert post(clerk, came, "fix/mend", cause=asked.id, do="nod").status_code == 302
    senders.work()
    assert the(came).digest
