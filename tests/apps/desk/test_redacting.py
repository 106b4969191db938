"""Personal data taken out of a file at the desk: a group by one decision, undone by one, and counted in the release."""

from __future__ import annotations

import io

import openpyxl
import pyarrow.parquet as pq
import pytest
from django.test import Client
from openpyxl.worksheet.worksheet import Worksheet
from tests.apps.accounts.people import officer, signed_in
from tests.apps.desk.deals import GOOD, workbook
from tests.apps.desk.town import Officers, approve, found_in, last_step, mapped, post, the, work

from ayan.apps.accounts.roles import Role
from ayan.apps.desk.models import Submission, SubmissionState
from ayan.core.refine.issue_store import IssueCause
from ayan.wiring.city import City

PHONES = ("09121234567", "۰۹۱۲۳۳۳۴۴۵۵")
LEAKING = (
    *GOOD,
    ("C-7", f"تماس {PHONES[0]} عصرها", "100", "1403/05/01", ""),
    ("C-8", f"تماس {PHONES[0]} عصرها", "200", "1403/05/02", ""),
    ("C-9", f"تلفن {PHONES[1]} صبح‌ها", "300", "1403/05/03", ""),
)


def held(submission: Submission) -> list[IssueCause]:
    return [cause for cause in found_in(submission).errors if cause.fingerprint]


def subjects(town: City) -> list[str | None]:
    (release,) = town.release_store.releases("deals")
    return list(pq.read_table(release.parts()[0]).column("subject").to_pylist())


@pytest.mark.parametrize(
    ("how", "left", "stated"),
    [
        ("mask", ["تماس … عصرها", "تماس … عصرها", "تلفن … صبح‌ها"], {"mask": 3}),
        ("clear", [None, None, None], {"clear": 3}),
        ("drop", [None, None, None], {"drop": 6}),
    ],
)
def test_a_group_is_taken_out_by_one_decision_and_counted_and_nothing_more(
    town: City, officers: Officers, how: str, left: list[str | None], stated: dict[str, int]
) -> None:
    clerk = officers.browser("clerk")
    submission = mapped(town, clerk, LEAKING)
    (finding,) = held(submission)
    page = clerk.get(f"/desk/u/{submission.pk}/fix").content.decode()
    assert all(f'name="do" value="{way}:' in page for way in ("mask", "clear", "drop"))
    assert post(clerk, submission, "fix/mend", cause=finding.id, do=how).status_code == 302
    work(town)
    assert held(the(submission)) == []
    assert the(submission).digest
    assert "دادهٔ شخصی برداشته شد" in clerk.get(f"/desk/u/{submission.pk}/fix").content.decode()
    # Undone by one click, and done again by another.
    number = last_step(submission).number
    post(clerk, submission, "act/undo", number=number, onto="fix")
    work(town)
    assert [cause.cells for cause in held(the(submission))] == [3]
    post(clerk, submission, "act/redo", number=number, onto="fix")
    work(town)
    post(clerk, submission, "sent", digest=the(submission).digest, note="")
    seen = officers.browser("first").get(f"/desk/approve/{submission.pk}").content.decode()
    assert "دادهٔ شخصی برداشته شد" in seen
    approve(town, officers, submission)
    assert the(submission).state == SubmissionState.PUBLISHED
    assert subjects(town)[3:] == left
    (release,) = town.release_store.releases("deals")
    corrections = release.manifest["ayan"]["corrections"]
    assert corrections["redacted"] == {"subject": stated}
    assert "subject" not in corrections["fields"], "which cells they were is nobody's business"
    public = Client().get("/data/deals/releases/1403/1").content.decode()
    assert {"mask": "پوشانده شد", "clear": "خالی شد", "drop": "منتشر نشد"}[how] in public
    for text in (*PHONES, "9121234567"):
        assert text not in public
        assert text not in str(release.manifest)


def test_one_decision_takes_several_sorts_of_personal_data_out_of_a_column(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    rows = [
        *GOOD,
        ("C-7", f"تماس {PHONES[0]} یا nemune@example.ir", "1", "1403/05/01", ""),
        ("C-8", "a@b.ir", "2", "", ""),
    ]
    submission = mapped(town, clerk, rows)
    findings = held(submission)
    assert {cause.code for cause in findings} == {"personal-mobile", "personal-email"}
    assert "Several sorts of personal data" in clerk.get(f"/en/desk/u/{submission.pk}/fix").content.decode()
    post(clerk, submission, "fix/mend", cause=findings[0].id, do="mask")
    work(town)
    assert held(the(submission)) == []
    post(clerk, submission, "act/undo", number=last_step(submission).number, onto="fix")
    work(town)
    keeper = signed_in(officer("keeper", Role.PRIVACY))
    waived = post(keeper, submission, "fix/waive", fingerprint=findings[0].fingerprint, reason="workplace")
    assert waived.status_code == 302
    work(town)
    assert held(the(submission)) == []


def test_a_required_column_is_masked_and_never_emptied(town: City, officers: Officers) -> None:
    rows = [*GOOD, (f"{PHONES[0]}", "x", "1", "1403/05/01", "")]
    submission = mapped(town, officers.browser("clerk"), rows)
    page = officers.browser("clerk").get(f"/desk/u/{submission.pk}/fix").content.decode()
    assert [cause.field for cause in held(submission)] == ["number"]
    assert not [way for way in ("mask", "clear", "drop") if f'value="{way}"' in page]


def test_what_was_mended_before_and_after_a_redaction_counts_as_what_it_is(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    submission = mapped(town, clerk, LEAKING)
    (finding,) = held(submission)
    fields = {"old:0": LEAKING[3][1], "value:0": f"تلفن {PHONES[0]}"}
    assert post(clerk, submission, "fix/mend", cause=finding.id, do="write", **fields).status_code == 302
    work(town)
    (finding,) = held(the(submission))
    post(clerk, submission, "fix/mend", cause=finding.id, do="mask")
    work(town)
    post(clerk, submission, "sent", digest=the(submission).digest, note="")
    approve(town, officers, submission)
    assert subjects(town)[3:] == ["تلفن …", "تلفن …", "تلفن … صبح‌ها"]
    (release,) = town.release_store.releases("deals")
    assert release.manifest["ayan"]["corrections"]["redacted"] == {"subject": {"mask": 3}}


def test_hidden_rows_are_left_out_and_a_hidden_column_sent_as_it_is_without_starting_again(
    town: City, officers: Officers
) -> None:
    clerk = officers.browser("clerk")
    book = openpyxl.load_workbook(io.BytesIO(workbook(GOOD)))
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    last = sheet.max_row
    sheet.row_dimensions[last].hidden = True
    sheet.column_dimensions["B"].hidden = True
    data = io.BytesIO()
    book.save(data)
    submission = mapped(town, clerk, file=data.getvalue())
    rows, column = sorted(held(submission), key=lambda cause: cause.code, reverse=True)
    assert (rows.code, rows.rows, column.code, column.field) == ("rows-hidden", 1, "columns-hidden", "subject")
    page = clerk.get(f"/desk/u/{submission.pk}/fix").content.decode()
    assert all(f'name="do" value="{way}:' in page for way in ("leave", "drop", "accept"))
    assert post(clerk, submission, "fix/mend", cause=rows.id, do="leave", reason="کنار گذاشته").status_code == 302
    work(town)
    (column,) = held(the(submission))
    assert post(clerk, submission, "fix/mend", cause=column.id, do="accept").status_code == 302
    work(town)
    assert held(the(submission)) == []
    assert the(submission).digest
    post(clerk, submission, "sent", digest=the(submission).digest, note="")
    approve(town, officers, submission)
    assert subjects(town) == ["ساخت پیاده‌رو", "خرید نهال"]
