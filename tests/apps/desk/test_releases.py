"""Releases at the desk: found, corrected row by row, rows erased by two people, and published on a day to come."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from tests.apps.accounts.people import officer, signed_in
from tests.apps.desk.deals import GOOD
from tests.apps.desk.town import Officers, approve, mapped, post, published, sent, the, work, yes
from tests.clocks import let_pass

from ayan.apps.accounts.models import Act
from ayan.apps.accounts.roles import Role
from ayan.apps.desk import limits
from ayan.apps.desk.entry.entry_table import rows_of
from ayan.apps.desk.models import Submission, SubmissionState
from ayan.apps.desk.releases import publication_day
from ayan.core.values.clock import TEHRAN
from ayan.wiring.city import City

FIRST = "deals/1403/1"


@pytest.fixture
def keeper(officers: Officers) -> Client:
    return signed_in(officer("keeper", Role.PRIVACY))


def row_numbers(town: City) -> list[int]:
    """The numbers of the rows of the first release that still stand in its bytes."""
    import pyarrow.parquet as pq

    release = town.release_store.release("deals", "1403", 1)
    return [
        int(str(number)) for path in release.parts() for number in pq.read_table(path, columns=["_row"])[0].to_pylist()
    ]


# --- the list -----------------------------------------------------------------------------------------------------------


def test_releases_are_found_and_each_offers_what_is_the_officers(
    town: City, officers: Officers, keeper: Client
) -> None:
    published(town, officers, GOOD)
    published(town, officers, GOOD, "1402")
    clerk = officers.browser("clerk").get("/desk/releases/?q=1403").content.decode()
    assert "deals/1403/1" in clerk
    assert "deals/1402/1" not in clerk
    assert "/desk/withdraw/deals/1403/1" in clerk
    assert "/desk/erase/" not in clerk
    theirs = keeper.get("/desk/releases/").content.decode()
    assert "/desk/erase/deals/1402/1" in theirs
    assert "/desk/withdraw/" not in theirs
    assert FIRST not in officers.browser("stranger").get("/desk/releases/").content.decode()
    assert FIRST not in officers.browser("clerk").get("/desk/releases/?only=withdrawn").content.decode()
    assert officers.browser("clerk").get("/en/desk/releases/?only=all&page=7").status_code == 200


# --- one row ------------------------------------------------------------------------------------------------------------


def test_one_figure_is_corrected_and_all_other_rows_stay(town: City, officers: Officers) -> None:
    published(town, officers, GOOD)
    clerk = officers.browser("clerk")
    address = f"/desk/correct?release={FIRST}&row={row_numbers(town)[0]}"
    page = clerk.get(address).content.decode()
    assert f'value="{GOOD[0][0]}"' in page
    said = {"cell:number": GOOD[0][0], "cell:subject": GOOD[0][1], "cell:amount": "7", "cell:day": "1403/01/01"}
    assert clerk.post(address, said | {"code": ""}).status_code == 422
    answer = clerk.post(address, said | {"code": "entry-error", "why": "یک صفر کم بود"})
    submission = Submission.objects.get(state="draft")
    assert answer["Location"] == f"/desk/u/{submission.pk}/diff"
    work(town)
    tally = the(submission).difference
    assert tally is not None
    assert (tally["changed"], tally["added"], tally["removed"]) == (1, 0, 0)
    # The reason stands in the form that sends it, and the rest of the table can be seen to.
    form = clerk.get(f"/desk/u/{submission.pk}/send").content.decode()
    assert "یک صفر کم بود" in form
    assert '<option value="entry-error" selected' in form
    assert len(rows_of(submission).rows) == len(GOOD)
    post(clerk, submission, "sent", digest=the(submission).digest, note="جمع کم شد", why="یک صفر کم بود")
    approve(town, officers, submission)
    current = dict(town.release_store.current("deals"))["1403"]
    assert (current.number, current.manifest["ayan"]["source"]["entered"]) == (2, "desk")
    # The older one is no longer the one to be corrected.
    assert "انتشار تازه‌تری" in clerk.get(address).content.decode()


def test_a_row_of_a_large_release_is_corrected_without_a_table(
    town: City, officers: Officers, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(town, officers, GOOD)
    monkeypatch.setattr("ayan.apps.desk.entry.row_correction.MOST_ENTERED", 1)
    clerk = officers.browser("clerk")
    address = f"/desk/correct?release={FIRST}&row={row_numbers(town)[1]}"
    said = {"cell:number": GOOD[1][0], "cell:subject": "موضوع درست", "cell:amount": "9", "cell:day": ""}
    assert clerk.post(address, said | {"code": "entry-error"}).status_code == 302
    work(town)
    submission = Submission.objects.get(state="draft")
    assert (the(submission).difference or {})["changed"] == 1
    assert not rows_of(submission).rows
    # A second one has to wait for it.
    assert clerk.post(address, said | {"code": "entry-error"}).status_code == 409


def test_nobody_else_corrects_a_row(town: City, officers: Officers, keeper: Client) -> None:
    published(town, officers, GOOD)
    address = f"/desk/correct?release={FIRST}&row={row_numbers(town)[0]}"
    for browser in (officers.browser("first"), officers.browser("stranger"), keeper):
        assert browser.get(address).status_code == 403
        assert browser.post(address, {"code": "entry-error"}).status_code == 403
    assert Client().get(address).status_code == 302
    assert officers.browser("clerk").get(f"/desk/correct?release={FIRST}&row=999999").status_code == 404
    assert officers.browser("clerk").get("/desk/correct?release=x/../y&row=1").status_code == 404


def test_the_public_page_of_a_record_leads_officers_to_its_correction(town: City, officers: Officers) -> None:
    published(town, officers, GOOD)
    page = Client().get(reverse("fa:record", args=("deals", GOOD[0][0]))).content.decode()
    assert f"/desk/correct?release=deals%2F1403%2F1&amp;row={row_numbers(town)[0]}" in page


# --- rows that go for good ----------------------------------------------------------------------------------------------


def test_rows_are_erased_by_the_privacy_officer_and_a_second_person(
    town: City, officers: Officers, keeper: Client
) -> None:
    published(town, officers, GOOD)
    # A draft of the same period stands in nobody's way.
    mapped(town, officers.browser("clerk"))
    first = row_numbers(town)[0]
    asked = {"rows": str(first), "code": "personal-data", "note": "نام کسی در موضوع است"}
    assert officers.browser("clerk").post("/desk/erase/deals/1403/1", asked).status_code in (403, 404)
    assert keeper.post("/desk/erase/deals/1403/1", asked | {"rows": "999"}).status_code == 422
    assert keeper.post("/desk/erase/deals/1403/1", asked | {"rows": "یک"}).status_code == 422
    assert keeper.post("/desk/erase/deals/1403/1", asked).status_code == 302
    request = Submission.objects.get(kind="erasure")
    assert keeper.post("/desk/erase/deals/1403/1", asked).status_code == 409
    assert keeper.post(f"/desk/approve/{request.pk}/yes", yes(request)).status_code == 403
    assert first in row_numbers(town)
    approver = officers.browser("first")
    page = approver.get(f"/desk/approve/{request.pk}").content.decode()
    assert GOOD[0][1] in page
    assert "برگرداندن برای اصلاح" not in page
    # For good: the second factor is asked for once it was shown too long ago.
    let_pass(town, timedelta(minutes=11))
    assert "again" in approver.post(f"/desk/approve/{request.pk}/yes", yes(request))["Location"]
    assert (
        approver.post(
            f"/desk/approve/{request.pk}/return", {"expected_revision": request.revision, "words": "x"}
        ).status_code
        == 422
    )
    answer = officers.browser("first").post(f"/desk/approve/{request.pk}/yes", yes(request))
    assert answer.status_code == 302
    work(town)
    assert the(request).state == SubmissionState.PUBLISHED
    assert first not in row_numbers(town)
    release = town.release_store.release("deals", "1403", 1)
    assert [erasure.code for erasure in release.erasures] == ["personal-data"]
    assert Act.objects.filter(verb="release.erase").count() == 2
    assert GOOD[0][1] not in Client().get(reverse("fa:dataset", args=("deals",))).content.decode()
    assert "ردیف‌ها پاک شد" in keeper.get(f"/desk/u/{request.pk}").content.decode()


def test_a_table_that_began_with_rows_that_were_erased_begins_anew(
    town: City, officers: Officers, keeper: Client
) -> None:
    published(town, officers, GOOD)
    clerk = officers.browser("clerk")
    clerk.post("/desk/u/new", {"dataset": "deals", "period": "1403"})
    submission = Submission.objects.get(state="draft")
    post(clerk, submission, "table", do="start:published")
    keeper.post("/desk/erase/deals/1403/1", {"rows": str(row_numbers(town)[0]), "code": "court-order", "note": ""})
    request = Submission.objects.get(kind="erasure")
    officers.browser("first").post(f"/desk/approve/{request.pk}/yes", yes(request))
    work(town)
    assert post(clerk, submission, "table", do="check").status_code == 422
    post(clerk, submission, "table", do="empty")
    post(clerk, submission, "table", do="start:published")
    assert len(rows_of(submission).rows) == len(GOOD) - 1


# --- a day to come ------------------------------------------------------------------------------------------------------


def seen(town: City, words: str) -> list[str]:
    """Where the public, or anything that it is served from, holds some words."""
    browser = Client()
    addresses = ("/data/deals", "/en/data/deals", "/changes", "/changes.atom", "/api/v1/datasets/deals")
    pages = [address for address in addresses if words in browser.get(address).content.decode()]
    rooms = [town.store, town.index_store.root]
    files = [path for room in rooms for path in Path(room).rglob("*") if path.is_file()]
    return [*pages, *(path.name for path in files if words.encode() in path.read_bytes())]


def test_what_is_approved_is_published_on_its_day_and_seen_nowhere_before(town: City, officers: Officers) -> None:
    submission = mapped(town, officers.browser("clerk"))
    clerk = officers.browser("clerk")
    said = {"digest": submission.digest, "note": ""}
    for wrong in ("1403/05/15", "1390/01/01", "1450/01/01", "فردا"):
        assert post(clerk, submission, "sent", publish_on=wrong, **said).status_code == 422
    before = yes(submission)["reviewed_digest"]
    assert post(clerk, submission, "sent", publish_on="۱۴۰۳/۰۶/۰۱", **said).status_code == 302
    assert yes(submission)["reviewed_digest"] != before
    page = officers.browser("first").get(f"/desk/approve/{submission.pk}").content.decode()
    assert "روز انتشار" in page
    approve(town, officers, submission)
    waiting = the(submission)
    assert waiting.state == SubmissionState.APPROVED
    assert waiting.due_at is not None
    assert waiting.due_at.astimezone(TEHRAN).strftime("%Y-%m-%d %H:%M") == "2024-08-22 00:00"
    assert not town.release_store.releases("deals")
    assert seen(town, GOOD[0][1]) == []
    for address in ("/desk/calendar", "/desk/releases/"):
        assert f"/desk/u/{submission.pk}" in clerk.get(address).content.decode()
    assert f"/desk/u/{submission.pk}" not in officers.browser("stranger").get("/desk/calendar").content.decode()
    assert "منتظر زمان خود" in clerk.get("/desk/u/").content.decode()
    # Its day comes.
    let_pass(town, waiting.due_at - town.clock.now())
    publication_day_comes()
    work(town)
    assert the(submission).state == SubmissionState.PUBLISHED
    assert dict(town.release_store.current("deals"))["1403"].number == 1
    assert GOOD[0][1] in Client().get("/data/deals").content.decode()


def publication_day_comes() -> None:
    """Let the worker take up what was put off; its clock is the machine's."""
    DBTaskResult.objects.filter(task_path__endswith="publication.publish").update(run_after=timezone.now())


def test_what_waits_for_its_day_can_be_stopped(town: City, officers: Officers) -> None:
    submission = mapped(town, officers.browser("clerk"))
    clerk = officers.browser("clerk")
    post(clerk, submission, "sent", digest=submission.digest, note="", publish_on="1403/06/01")
    approve(town, officers, submission)
    answer = officers.browser("first").post(
        f"/desk/approve/{submission.pk}/stop", {"expected_revision": the(submission).revision}
    )
    assert answer.status_code == 302
    stopped = the(submission)
    assert (stopped.state, stopped.approvals.count(), stopped.due_at) == (SubmissionState.SENT, 0, None)
    let_pass(town, timedelta(days=60))
    publication_day_comes()
    work(town)
    assert not town.release_store.releases("deals")
    # By then the day is past, and a new yes publishes it at once.
    assert publication_day.due_at(stopped) is None
    assert timedelta(days=300) < limits.FURTHEST_DAY
    approve(town, officers, submission)
    assert the(submission).state == SubmissionState.PUBLISHED


def test_without_a_day_nothing_waits(town: City, officers: Officers) -> None:
    submission = sent(town, officers.browser("clerk"))
    approve(town, officers, submission)
    assert the(submission).publish_on is None
    assert the(submission).state == SubmissionState.PUBLISHED
