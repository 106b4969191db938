"""A clerk's way through the five steps, and the approvers' answer, at the pages and without a script."""

from __future__ import annotations

import io
from datetime import timedelta

from django_tasks_db.models import DBTaskResult
from openpyxl import load_workbook
from tests.apps.accounts.people import officer, signed_in
from tests.apps.desk.deals import BAD, GOOD, HOSTILE, workbook
from tests.apps.desk.town import (
    Officers,
    approve,
    counts,
    found_in,
    last_step,
    mapped,
    post,
    published,
    sent,
    started,
    the,
    upload,
    work,
    yes,
)
from tests.clocks import let_pass

from ayan.apps.accounts.roles import Role
from ayan.apps.desk.models import KnownHeader, Submission, SubmissionState
from ayan.core.publish.sealing import withdraw
from ayan.wiring.city import City


def test_the_whole_path_from_a_messy_workbook_to_the_public_page(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    submission = started(clerk)
    post(clerk, submission, "file", file=upload(workbook(BAD)))
    waiting = clerk.get(f"/desk/u/{submission.pk}/file").content.decode()
    assert "در نوبت" in waiting
    assert 'http-equiv="refresh"' in waiting
    work(town)
    seen = clerk.get(f"/desk/u/{submission.pk}/file").content.decode()
    assert "ساخت پیاده‌رو" in seen
    assert "در نوبت" not in seen
    offered = clerk.get(f"/desk/u/{submission.pk}/columns").content.decode()
    assert "یکدست" in offered
    assert HOSTILE not in offered
    columns = {"column:number": "1", "column:subject": "2", "column:amount": "3", "column:day": "4"}
    assert post(clerk, submission, "columns", **columns).status_code == 302
    work(town)
    page = clerk.get(f"/desk/u/{submission.pk}/fix").content.decode()
    assert "نامعلوم" in page
    assert the(submission).digest == ""
    assert clerk.get(f"/desk/u/{submission.pk}/diff").status_code == 302
    findings = found_in(submission)
    amounts = next(cause for cause in findings.errors if cause.field == "amount")
    days = next(cause for cause in findings.errors if cause.field == "day")
    fixed = post(
        clerk, submission, "fix/mend", cause=amounts.id, do="write", **{"old:0": "نامعلوم", "value:0": "۴۵۰۰۰۰۰"}
    )
    assert fixed.status_code == 302
    looks = {"Accept": "text/html", "X-Ayan-Looks": "1"}
    assert b"data-busy" in clerk.get(f"/desk/u/{submission.pk}/fix", headers=looks).content
    work(town)
    # Whoever looks whether the work is over is told so, and the page is drawn when it is opened.
    assert clerk.get(f"/desk/u/{submission.pk}/fix", headers=looks).status_code == 204
    opened = clerk.get(f"/desk/u/{submission.pk}/fix?cause={days.id}").content.decode()
    assert "1403/13/40" in opened
    post(clerk, submission, "fix/mend", cause=days.id, **{"cell:7:day": "1403/12/20"})
    work(town)
    difference = clerk.get(f"/desk/u/{submission.pk}/diff").content.decode()
    assert "پیش از این چیزی منتشر نشده" in difference
    preview = clerk.get(f"/desk/u/{submission.pk}/preview")
    assert preview.status_code == 200
    assert "نورپردازی پارک" in preview.content.decode()
    assert clerk.get("/data/deals").status_code == 200
    assert "نورپردازی پارک" not in clerk.get("/data/deals").content.decode()
    assert post(clerk, submission, "sent", digest=the(submission).digest, note="بار نخست").status_code == 302
    first, second = officers.browser("first"), officers.browser("second")
    page = first.get(f"/desk/approve/{submission.pk}").content.decode()
    assert "بار نخست" in page
    for browser in (first, second):
        assert the(submission).state == SubmissionState.SENT
        assert browser.post(f"/desk/approve/{submission.pk}/yes", yes(submission)).status_code == 302
    assert the(submission).state == SubmissionState.APPROVED
    work(town)
    done = the(submission)
    assert (done.state, done.release) == (SubmissionState.PUBLISHED, "deals/1403/1")
    assert "نورپردازی پارک" in clerk.get("/data/deals").content.decode()
    release = town.release_store.release("deals", "1403", 1)
    facts = release.manifest["ayan"]
    assert facts["sent_by"] == "کارشناس داده، واحد finance"
    assert [given["by"] for given in facts["approvals"]] == ["تأییدکننده، واحد finance", "تأییدکننده دوم، واحد finance"]
    assert facts["totals"]["amount"] == "15500000"


def test_a_submission_comes_back_at_the_cell_and_goes_on_from_there(town: City, officers: Officers) -> None:
    clerk, first = officers.browser("clerk"), officers.browser("first")
    submission = sent(town, clerk)
    old = the(submission).digest
    assert (
        b"problems-title"
        in first.post(
            f"/desk/approve/{submission.pk}/return", {"expected_revision": the(submission).revision, "words": " "}
        ).content
    )
    back = {
        "expected_revision": the(submission).revision,
        "words": "مبلغ این قرارداد یک صفر کم دارد",
        "row": "۳",
        "field": "amount",
    }
    assert first.post(f"/desk/approve/{submission.pk}/return", back).status_code == 302
    assert the(submission).state == SubmissionState.RETURNED
    page = clerk.get(f"/desk/u/{submission.pk}/fix").content.decode()
    assert "یک صفر کم دارد" in page
    assert "ردیف ۳" in page
    assert post(clerk, submission, "fix/cell", row="3", field="amount", new="۱۵۰۰۰۰۰۰").status_code == 302
    work(town)
    assert "15000000" not in page
    assert the(submission).digest not in ("", old)
    post(clerk, submission, "sent", digest=the(submission).digest, note="")
    assert "یک صفر کم دارد" not in clerk.get(f"/desk/u/{submission.pk}/fix").content.decode()
    late = first.post(f"/desk/approve/{submission.pk}/yes", {"digest": old})
    assert late.status_code == 422
    assert the(submission).approvals.count() == 0


def test_a_correction_shows_what_it_changes_and_wants_a_word_for_a_large_change(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    published(town, officers, GOOD)
    rows = [("C-1", "ساخت پیاده‌رو", "1,500,000", "1403/02/11", ""), ("C-2", "خرید نهال", "9000000", "1403/03/01", "")]
    submission = mapped(town, clerk, rows)
    page = clerk.get(f"/desk/u/{submission.pk}/diff").content.decode()
    assert "۹٬۰۰۰٬۰۰۰" in page
    assert "یادداشت می‌خواهد" in page
    difference = submission.difference or {}
    assert (difference["changed"], difference["removed"], difference["same"]) == (1, 1, 1)
    silent = post(clerk, submission, "sent", digest=submission.digest, note=" ")
    assert silent.status_code == 422
    assert "بنویسید چرا" in silent.content.decode()
    said = {"digest": submission.digest, "note": "نهال بیشتری خریده شد"}
    # Why it takes the place of what is published is asked for, and nothing is chosen for anybody.
    form = clerk.get(f"/desk/u/{submission.pk}/send").content.decode()
    assert '<option value="" selected' not in form
    assert '<option value="entry-error">' in form
    for code in ("", "because"):
        assert post(clerk, submission, "sent", **said, code=code).status_code == 422
    why = "رسید خرید نهال‌ها دیر رسیده بود (ساختگی)"
    assert post(clerk, submission, "sent", **said, code="late-rows", why=why).status_code == 302
    seen = officers.browser("first").get(f"/desk/approve/{submission.pk}").content.decode()
    assert why in seen
    assert "ردیف‌های دیررسیده افزوده شد" in seen
    # Whoever approved other words has approved nothing.
    read = yes(submission)
    Submission.objects.filter(pk=submission.pk).update(why="چیز دیگر")
    assert officers.browser("first").post(f"/desk/approve/{submission.pk}/yes", read).status_code == 422
    Submission.objects.filter(pk=submission.pk).update(why=why)
    approve(town, officers, submission)
    assert the(submission).release == "deals/1403/2"
    stated = town.release_store.release("deals", "1403", 2).manifest["ayan"]["reason"]
    words = town.reasons.words(stated["reason_digest"])
    assert (stated["code"], words and words.text, the(submission).why) == ("late-rows", why, "")


def test_every_step_has_its_own_undo_and_can_be_done_again(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    submission = mapped(town, clerk, BAD)
    cause = next(cause for cause in found_in(submission).errors if cause.field == "amount")
    post(clerk, submission, "fix/mend", cause=cause.id, **{"old:0": "نامعلوم", "value:0": "45"})
    work(town)
    assert counts(submission)["errors"] == 1
    number = last_step(submission).number
    post(clerk, submission, "act/undo", number=number)
    work(town)
    assert counts(submission)["errors"] == 3
    post(clerk, submission, "act/redo", number=number)
    work(town)
    assert counts(submission)["errors"] == 1
    assert post(clerk, submission, "act/undo", number=99).status_code == 422


def test_bad_rows_go_out_as_a_workbook_and_come_back(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    submission = mapped(town, clerk, BAD)
    answer = clerk.get(f"/desk/u/{submission.pk}/fix/rows.xlsx")
    book = load_workbook(io.BytesIO(answer.getvalue()))
    sheet = book.active
    for line in sheet.iter_rows(min_row=2):
        for cell in line:
            if cell.value == "نامعلوم":
                cell.value = "4500000"
            elif cell.value == "1403/13/40":
                cell.value = "1403/12/20"
    out = io.BytesIO()
    book.save(out)
    assert post(clerk, submission, "fix/returned", rows=upload(out.getvalue(), "rows.xlsx")).status_code == 302
    work(town)
    assert counts(submission)["errors"] == 0
    assert the(submission).digest


def test_bad_rows_are_left_out_for_a_reason_that_everybody_reads(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    submission = mapped(town, clerk, BAD)
    assert post(clerk, submission, "fix/partial", reason="").status_code == 422
    post(clerk, submission, "fix/partial", reason="مبلغ این دو قرارداد هنوز نیامده است")
    work(town)
    post(clerk, submission, "sent", digest=the(submission).digest, note="")
    approve(town, officers, submission)
    facts = town.release_store.release("deals", "1403", 1).manifest["ayan"]
    assert (facts["rows"], facts["rows_left_out"]) == (3, 2)
    assert facts["partial"]["reason"] == "مبلغ این دو قرارداد هنوز نیامده است"


def test_the_columns_of_a_header_are_remembered_for_the_unit(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    mapped(town, clerk)
    assert KnownHeader.objects.count() == 1
    other = officers.browser("colleague")
    submission = started(other, "1404")
    post(other, submission, "file", file=upload(workbook(GOOD)))
    work(town)
    page = other.get(f"/desk/u/{submission.pk}/columns").content.decode()
    assert "مانند دفعهٔ پیش" in page
    assert '<option value="2" selected>' in page


def test_a_workbook_of_two_sheets_is_asked_about(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    submission = started(clerk)
    post(clerk, submission, "file", file=upload(workbook(GOOD, sheets=("یک", HOSTILE[:20]))))
    work(town)
    page = clerk.get(f"/desk/u/{submission.pk}/file").content.decode()
    assert "جدول در کدام برگه است" in page
    assert HOSTILE[:20] not in page
    post(clerk, submission, "sheet", sheet="یک", header_row="")
    work(town)
    assert "درست است؛ برویم سراغ ستون‌ها" in clerk.get(f"/desk/u/{submission.pk}/file").content.decode()


def test_a_file_that_cannot_be_read_says_why_and_what_to_do(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    submission = started(clerk)
    post(clerk, submission, "file", file=upload(b"%PDF-1.7 nothing", "sheet.xlsx"))
    work(town)
    page = clerk.get(f"/desk/u/{submission.pk}/file").content.decode()
    assert "PDF" in page
    assert clerk.get(f"/desk/u/{submission.pk}/columns").status_code == 302


def test_what_is_typed_is_kept_and_a_sign_out_loses_nothing(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    submission = mapped(town, clerk)
    assert post(clerk, submission, "typed", form="send", note="نیمه‌کاره").json() == {"kept": True}
    clerk.cookies.clear()
    assert clerk.get(f"/desk/u/{submission.pk}/send").status_code == 302
    again = officers.browser("clerk")
    assert "نیمه‌کاره" in again.get(f"/desk/u/{submission.pk}/send").content.decode()
    assert "نیمه‌کاره" not in officers.browser("colleague").get(f"/desk/u/{submission.pk}/send").content.decode()


def test_a_release_is_taken_back_within_ten_minutes_and_not_later(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    submission = published(town, officers, GOOD)
    assert "پس گرفتن" in clerk.get(f"/desk/u/{submission.pk}").content.decode()
    let_pass(town, timedelta(minutes=9))
    assert post(clerk, submission, "act/take-back").status_code == 302
    work(town)
    release = town.release_store.release("deals", "1403", 1)
    assert release.withdrawn
    assert town.release_store.tombstone(release).code == "taken-back"
    assert town.release_store.current("deals") == {}
    again = published(town, officers, GOOD)
    let_pass(town, timedelta(minutes=11))
    assert post(clerk, again, "act/take-back").status_code == 422
    assert not town.release_store.release("deals", "1403", 2).withdrawn


def test_a_withdrawal_goes_the_same_way(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    published(town, officers, GOOD)
    page = clerk.get("/desk/withdraw/deals/1403/1").content.decode()
    assert "taken-back" not in page
    assert clerk.post("/desk/withdraw/deals/1403/1", {"code": ""}).status_code == 422
    assert clerk.post("/desk/withdraw/deals/1403/1", {"code": "wrong-data", "note": "اشتباه بود"}).status_code == 302
    withdrawal = Submission.objects.get(kind="withdrawal")
    assert "داده نادرست بود" in officers.browser("first").get(f"/desk/approve/{withdrawal.pk}").content.decode()
    approve(town, officers, withdrawal)
    assert town.release_store.release("deals", "1403", 1).withdrawn
    assert town.release_store.tombstone(town.release_store.release("deals", "1403", 1)).code == "wrong-data"


def test_work_that_is_cut_short_is_given_up_in_words(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    submission = started(clerk)
    post(clerk, submission, "file", file=upload(workbook(GOOD)))
    DBTaskResult.objects.filter(task_path__endswith="compute").update(worker_ids=["a", "b", "c"])
    work(town)
    page = clerk.get(f"/desk/u/{submission.pk}/file").content.decode()
    assert "چند بار نیمه‌کاره ماند" in page
    post(clerk, submission, "act/try-again")
    work(town)
    assert "ساخت پیاده‌رو" in clerk.get(f"/desk/u/{submission.pk}/file").content.decode()


def test_what_another_release_overtook_comes_back_to_its_sender(town: City, officers: Officers) -> None:
    submission = published(town, officers, GOOD)
    two = sent(town, officers.browser("clerk"), GOOD[:2])
    withdraw(town.publish_context, town.release_store.release("deals", "1403", 1), "court-order", "ناظر ساختگی")
    approve(town, officers, two)
    back = the(two)
    assert (back.state, back.approvals.count()) == (SubmissionState.RETURNED, 0)
    assert "انتشار دیگری برای همین دوره" in officers.browser("clerk").get(f"/desk/u/{two.pk}/fix").content.decode()
    assert submission.release == "deals/1403/1"


def test_a_template_is_there_for_every_dataset_that_is_declared(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    answer = clerk.get("/desk/templates/deals.xlsx")
    sheet = load_workbook(io.BytesIO(answer.getvalue())).worksheets[0]
    said = {str(cell.value) for line in sheet.iter_rows(max_row=3) for cell in line}
    assert any("شماره قرارداد" in text for text in said)
    assert clerk.get("/desk/templates/nothing.xlsx").status_code == 404


def test_what_the_guard_holds_waits_for_the_privacy_officer_and_for_nobody_else(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    rows = [*GOOD[:2], ("C-3", "تماس با 09121234567", "3000000", "1403/04/09", "")]
    submission = mapped(town, clerk, rows)
    assert (submission.digest, counts(submission)["held"]) == ("", 1)
    page = clerk.get(f"/desk/u/{submission.pk}/fix").content.decode()
    assert "نگه داشته شده است" in page
    assert "/fix/waive" not in page
    finding = next(cause.fingerprint for cause in found_in(submission).errors if cause.fingerprint)
    said = {"fingerprint": finding, "reason": "workplace"}
    assert post(clerk, submission, "fix/waive", **said).status_code in (403, 404)
    keeper = signed_in(officer("keeper", Role.PRIVACY))
    assert "نگه‌داشته برای حریم خصوصی" in keeper.get("/desk/").content.decode()
    assert "/fix/waive" in keeper.get(f"/desk/u/{submission.pk}/fix").content.decode()
    assert post(keeper, submission, "fix/waive", fingerprint=finding, reason="").status_code == 422
    assert post(keeper, submission, "fix/waive", **said).status_code == 302
    work(town)
    assert the(submission).digest
    post(clerk, submission, "sent", digest=the(submission).digest, note="")
    assert "محل کار" in officers.browser("first").get(f"/desk/approve/{submission.pk}").content.decode()
    approve(town, officers, submission)
    assert town.release_store.release("deals", "1403", 1).manifest["ayan"]["waivers"]
