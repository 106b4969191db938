"""What an approver sees of the way from the file to what is published: left out, rewritten, coded, waived, returned."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from tests.apps.accounts.people import officer, signed_in
from tests.apps.desk.deals import BAD, GOOD, workbook
from tests.apps.desk.town import (
    Officers,
    approve,
    found_in,
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

from ayan.apps.accounts.limits import FRESH_SIGN_IN
from ayan.apps.accounts.roles import Role
from ayan.apps.desk.models import Submission, SubmissionState
from ayan.apps.desk.tasks import expire_originals, tidy
from ayan.wiring.city import City

REASON = "مبلغ این دو قرارداد هنوز نیامده است"


def page_of(browser: Client, submission: Submission) -> str:
    """The approver's page, without its tags."""
    return flat(browser.get(f"/desk/approve/{submission.pk}").content.decode())


def flat(html: str) -> str:
    """The words of a page, one blank between them."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def rewritten(town: City, clerk: Client) -> Submission:
    """A submission of five rows: one amount and one day written anew, a subject too, one row left out by its clerk."""
    submission = mapped(town, clerk, BAD)
    amounts = next(cause for cause in found_in(submission).errors if cause.field == "amount")
    post(clerk, submission, "fix/mend", cause=amounts.id, **{"cell:6:amount": "4500000"})
    work(town)
    post(clerk, submission, "fix/cell", row="3", field="amount", new="150000")
    work(town)
    post(clerk, submission, "fix/cell", row="4", field="subject", new="خرید درخت")
    work(town)
    days = next(cause for cause in found_in(submission).errors if cause.field == "day")
    post(clerk, submission, "fix/mend", cause=days.id, do="leave", reason="تاریخ ندارد")
    work(town)
    return the(submission)


def test_the_approver_sees_each_cell_before_and_after_with_money_first(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    submission = rewritten(town, clerk)
    post(clerk, submission, "sent", digest=submission.digest, note="")
    page = page_of(officers.browser("first"), submission)
    assert "فرستنده ۳ خانه را عوض کرده است" in page
    assert "در پرونده: 1,500,000 فرستاده شده: 150000 یک‌دهم شد" in page
    assert "در پرونده: نامعلوم فرستاده شده: 4500000" in page
    assert page.index("150000 یک‌دهم") < page.index("خرید درخت")
    # Cells stand as the file writes them, so the unit stands beside them.
    assert "مبلغ (ریال) ·" in page
    # All of it stands above the decision.
    assert page.index("خرید درخت") < page.rindex("تصمیم شما")


def test_rows_left_out_stand_above_the_decision_with_reason_and_list(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    submission = rewritten(town, clerk)
    post(clerk, submission, "sent", digest=submission.digest, note="")
    page = page_of(officers.browser("first"), submission)
    assert "۱ ردیف کنار گذاشته شده است و منتشر نمی‌شود" in page
    assert "دلیل فرستنده: تاریخ ندارد" in page
    assert "ردیف ۷ پرونده" in page
    assert page.index("کنار گذاشته شده است و") < page.rindex("تصمیم شما")


def test_bad_rows_that_are_left_out_are_told_like_those_that_were_chosen(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    submission = mapped(town, clerk, BAD)
    post(clerk, submission, "fix/partial", reason=REASON)
    work(town)
    post(clerk, submission, "sent", digest=the(submission).digest, note="")
    page = page_of(officers.browser("first"), submission)
    assert "۲ ردیف کنار گذاشته شده است و منتشر نمی‌شود" in page
    assert REASON in page
    assert "نورپردازی پارک" in page


def test_a_clean_file_raises_no_alarm(town: City, officers: Officers) -> None:
    submission = sent(town, officers.browser("clerk"))
    page = officers.browser("first").get(f"/desk/approve/{submission.pk}").content.decode()
    assert 'id="left"' not in page
    assert 'id="cells"' not in page
    assert (
        "هیچ خانه‌ای را عوض نکرده"
        in officers.browser("first").get(f"/desk/u/{submission.pk}/amendments").content.decode()
    )


def test_texts_that_were_read_as_codes_are_listed_with_their_number(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    header = ("شماره قرارداد", "شرح کار", "مبلغ", "تاريخ", "وضعیت")
    rows = [("C-1", "پل", "100", "1403/02/11", "خاتمه یافته"), ("C-2", "راه", "200", "1403/02/12", "جاری")]
    submission = started(clerk)
    post(clerk, submission, "file", file=upload(workbook(rows, header)))
    work(town)
    columns = {
        "column:number": "1",
        "column:subject": "2",
        "column:amount": "3",
        "column:day": "4",
        "column:state": "5",
    }
    post(clerk, submission, "columns", **columns)
    work(town)
    page = flat(clerk.get(f"/desk/u/{submission.pk}/amendments").content.decode())
    assert "خاتمه یافته ← خاتمه‌یافته done" in page
    assert "جاری ← جاری open" in page


def test_what_was_withheld_or_is_personal_is_told_of_but_not_shown(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    header = ("شماره قرارداد", "شرح کار", "مبلغ", "تاريخ", "کد ملی طرف")
    rows = [("C-1", "تماس با 09121234567", "100", "1403/02/11", "0499370899")]
    submission = started(clerk)
    post(clerk, submission, "file", file=upload(workbook(rows, header)))
    work(town)
    columns = {
        "column:number": "1",
        "column:subject": "2",
        "column:amount": "3",
        "column:day": "4",
        "column:holder_id": "5",
    }
    post(clerk, submission, "columns", **columns)
    work(town)
    for field, new in (("subject", "تعمیر پل"), ("holder_id", "0084575948")):
        post(clerk, submission, "fix/cell", row="3", field=field, new=new)
        work(town)
    post(clerk, submission, "sent", digest=the(submission).digest, note="")
    html = officers.browser("first").get(f"/desk/approve/{submission.pk}").content.decode()
    assert "فرستنده ۲ خانه را عوض کرده است" in flat(html)
    assert "تعمیر پل" in html
    for hidden in ("09121234567", "0499370899", "0084575948"):
        assert hidden not in html


def test_which_privacy_hit_was_waived_by_whom_and_where(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    submission = mapped(town, clerk, [*GOOD[:2], ("C-3", "تماس با 09121234567", "3000000", "1403/04/09", "")])
    finding = next(cause for cause in found_in(submission).errors if cause.fingerprint)
    keeper = signed_in(officer("keeper", Role.PRIVACY))
    # Whoever lets it pass can look at the row.
    assert f"?cause={finding.id}#opened" in keeper.get(f"/desk/u/{submission.pk}/fix").content.decode()
    post(keeper, submission, "fix/waive", fingerprint=finding.fingerprint, reason="workplace")
    work(town)
    post(clerk, submission, "sent", digest=the(submission).digest, note="")
    html = officers.browser("first").get(f"/desk/approve/{submission.pk}").content.decode()
    page = flat(html)
    assert "برای ۱ یافتهٔ حریم خصوصی اجازهٔ انتشار داده شده است" in page
    assert "ردیف ۵" in page
    assert "نام keeper" in page
    where = re.search(r'href="([^"]+cause=[0-9]+#opened)"', html)
    assert where
    opened = officers.browser("first").get(where[1].replace("&amp;", "&").partition("#")[0])
    assert "تماس با" in opened.content.decode()


@pytest.mark.parametrize("changed", [False, True])
def test_what_changed_since_it_was_returned(town: City, officers: Officers, changed: bool) -> None:
    clerk, first = officers.browser("clerk"), officers.browser("first")
    submission = sent(town, clerk)
    back = {"expected_revision": the(submission).revision, "words": "مبلغ ردیف سوم؟", "row": "3", "field": "amount"}
    let_pass(town, timedelta(minutes=1))
    first.post(f"/desk/approve/{submission.pk}/return", back)
    let_pass(town, timedelta(minutes=1))
    if changed:
        post(clerk, submission, "fix/cell", row="3", field="amount", new="1600000")
        work(town)
    post(clerk, submission, "sent", digest=the(submission).digest, note="")
    page = page_of(first, submission)
    assert "مبلغ ردیف سوم؟" in page
    if changed:
        assert "۱ ردیف تغییر کرد، ۰ افزوده و ۰ حذف شد" in page
        assert "پیش‌تر: ۱٬۵۰۰٬۰۰۰" in page
    else:
        assert "از برگرداندن تا کنون: بی‌تغییر" in page


def test_an_auditor_reads_it_behind_the_line_of_the_trail_after_publication_too(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    submission = rewritten(town, clerk)
    post(clerk, submission, "sent", digest=submission.digest, note="")
    approve(town, officers, submission)
    tidy.func()
    auditor = signed_in(officer("auditor", Role.AUDITOR, unit_slug=""))
    trail = auditor.get("/desk/audit").content.decode()
    assert f"/desk/u/{submission.pk}/amendments" in trail
    page = flat(auditor.get(f"/desk/u/{submission.pk}/amendments").content.decode())
    assert "در پرونده: 1,500,000 فرستاده شده: 150000" in page
    assert "تاریخ ندارد" in page
    # The file itself stands among the originals alone, and is given out there.
    assert [path.name for path in town.publish_context.private_store.scratch.glob("submissions/*/*")] == ["issues"]
    assert auditor.get(f"/desk/u/{submission.pk}/fix/rows.xlsx").status_code == 404
    assert auditor.get(f"/desk/u/{submission.pk}/fix").status_code == 200
    # Nobody else is shown it, and it goes with the file itself.
    assert officers.browser("stranger").get(f"/desk/u/{submission.pk}/amendments").status_code == 404
    for kept in town.publish_context.private_store.originals.glob("[0-9a-f][0-9a-f]/*"):
        kept.unlink()
    expire_originals.func()
    assert "150000" not in auditor.get(f"/desk/u/{submission.pk}/amendments").content.decode()


LARGE = [(f"C-{at}", "خرید", str(1_000 + at), "1403/02/11", "") for at in range(1_000)]


def test_the_withdrawal_of_many_rows_asks_for_the_second_factor_and_waits(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    published(town, officers, LARGE)
    clerk.post("/desk/withdraw/deals/1403/1", {"code": "wrong-data", "note": ""})
    withdrawal = Submission.objects.get(kind="withdrawal")
    first, second = officers.browser("first"), officers.browser("second")
    assert "کد دوم را از نو می‌خواهد" in page_of(first, withdrawal)
    first.post(f"/desk/approve/{withdrawal.pk}/yes", yes(withdrawal))
    let_pass(town, FRESH_SIGN_IN + timedelta(minutes=1))
    stale = second.post(f"/desk/approve/{withdrawal.pk}/yes", yes(withdrawal))
    assert "/desk/account/again" in stale["Location"]
    assert the(withdrawal).approvals.count() == 1
    officers.browser("second").post(f"/desk/approve/{withdrawal.pk}/yes", yes(withdrawal))
    work(town)
    release = town.release_store.release("deals", "1403", 1)
    assert (the(withdrawal).state, release.withdrawn) == (SubmissionState.APPROVED, False)
    # It can be stopped while it waits, and goes no further by itself.
    waiting = officers.browser("first").get(f"/desk/u/{withdrawal.pk}").content.decode()
    assert "جلویش گرفته شود" in waiting
    post_to = f"/desk/approve/{withdrawal.pk}/stop"
    assert (
        officers.browser("stranger").post(post_to, {"expected_revision": the(withdrawal).revision}).status_code == 404
    )
    officers.browser("clerk").post(post_to, {"expected_revision": the(withdrawal).revision})
    assert (the(withdrawal).state, the(withdrawal).approvals.count()) == (SubmissionState.SENT, 0)
    let_pass(town, timedelta(minutes=11))
    now_due(town)
    assert not town.release_store.release("deals", "1403", 1).withdrawn
    # Approved anew it is carried out when its time has come, and is called what it is.
    for name in ("first", "second"):
        officers.browser(name).post(f"/desk/approve/{withdrawal.pk}/yes", yes(withdrawal))
    let_pass(town, timedelta(minutes=11))
    now_due(town)
    assert town.release_store.release("deals", "1403", 1).withdrawn
    assert "برداشته شد" in officers.browser("clerk").get("/desk/u/").content.decode()
    late = officers.browser("clerk").post(post_to, {"expected_revision": the(withdrawal).revision})
    assert late.status_code == 422


def now_due(town: City) -> None:
    """Let the worker take up what was put off, as if the time had passed."""
    DBTaskResult.objects.filter(status="READY").update(run_after=timezone.now())
    work(town)


def test_issues_of_a_home_that_0_2_0_left_are_found_where_they_stood(town: City, officers: Officers) -> None:
    submission = mapped(town, officers.browser("clerk"), BAD)
    issues = found_in(submission)
    (folder,) = town.publish_context.private_store.scratch.glob("submissions/*/issues")
    earlier = folder.rename(folder.with_name("found"))
    assert {earlier} < {path.parent for path in town.publish_context.private_store.under_way()}
    assert [cause.code for cause in found_in(submission).causes] == [cause.code for cause in issues.causes]
    assert [path.name for path in folder.parent.iterdir() if path.name in ("issues", "found")] == ["issues"]
