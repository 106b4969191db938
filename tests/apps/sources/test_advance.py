"""Publication on approvals given in advance: what goes out by itself, and everything that still waits for people."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from tests.apps.accounts.people import signed_in
from tests.apps.desk.deals import BAD, DEALS, GOOD, ODD, workbook
from tests.apps.desk.town import balanced, in_place, the, yes
from tests.apps.sources.senders import Senders
from tests.clocks import let_pass

from ayan.apps.accounts.models import Act
from ayan.apps.desk.models import AdvanceApproval, KnownHeader, Submission, SubmissionState
from ayan.apps.desk.tasks import compute
from ayan.apps.sources import tasks
from ayan.datasets.registry import Registry
from ayan.wiring.city import City

TERMS = "\n[in_advance]\nchange_percent = 50\nlongest_days = 100\n"


def redeclared(town: City, approvals: int, terms: str, more: str = "") -> None:
    """Declare the dataset anew, as an operator would."""
    text = DEALS % approvals
    head, fields = text.split("\n[[field]]", 1)
    # Tables come after what stands at the top, and after the fields too.
    path = town.home / "datasets" / "deals" / "dataset.toml"
    path.write_text(f"{head}\n{more}\n[[field]]{fields}{terms}", encoding="utf-8")
    town.__dict__["registry"] = Registry((town.home / "datasets",))


@pytest.fixture
def ready(town: City, senders: Senders, monkeypatch: pytest.MonkeyPatch) -> str:
    """Something is published, its header is confirmed by a clerk, and a token is there; returns the token."""
    redeclared(town, 1, TERMS)
    in_place(monkeypatch, town)
    senders.confirmed()
    _, text = senders.token(senders.source())
    senders.send(text, period="1401")
    senders.work()
    submission = senders.submission()
    # The first one waits for a person whatever was approved in advance: there is nothing to compare with.
    assert submission.state == SubmissionState.SENT
    senders.officers.browser("first").post(f"/desk/approve/{submission.pk}/yes", yes(submission))
    senders.work()
    assert the(submission).state == SubmissionState.PUBLISHED
    return text


def give(senders: Senders, who: str = "first", days: str = "۹۰") -> int:
    header = KnownHeader.objects.get().pk
    browser = senders.officers.browser(who)
    return browser.post("/desk/advance", {"header": header, f"days-{header}": days}).status_code


def sent(senders: Senders, text: str, data: bytes = b"", period: str = "1402") -> Submission:
    answer = senders.send(text, data, period)
    assert answer.status == 201, answer.said
    senders.work()
    return senders.submission()


def test_a_clean_period_goes_out_by_itself_and_the_manifest_says_on_whose_word(
    town: City, senders: Senders, ready: str
) -> None:
    assert give(senders) == 302
    submission = sent(senders, ready)
    assert (submission.state, submission.release) == (SubmissionState.PUBLISHED, "deals/1402/1")
    (yes,) = town.release_store.release("deals", "1402", 1).manifest["ayan"]["approvals"]
    advance = AdvanceApproval.objects.get()
    assert yes["via"] == "advance"
    assert yes["by"] == "تأییدکننده، واحد finance"
    assert (yes["given_at"], yes["until"]) == (advance.given_at.isoformat(), advance.until.isoformat())
    assert yes["digest"] == submission.digest
    assert "از پیش داده شده" in senders.officers.browser("first").get("/data/deals/releases/1402/1").content.decode()
    assert Act.objects.filter(verb="advance.use", actor=None, subject=f"submission:{submission.pk.hex}").count() == 1
    said = senders.ask(ready, senders.arrival().pk).said
    assert (said["state"], said["release"]) == ("published", "deals/1402/1")
    shown = senders.officers.browser("first").get("/desk/advance").content.decode()
    assert "۱ بار به کار رفته" in shown


def test_without_a_yes_in_advance_it_waits(town: City, senders: Senders, ready: str) -> None:
    submission = sent(senders, ready)
    assert submission.state == SubmissionState.SENT
    assert "تأیید از پیش کافی" in senders.ask(ready, senders.arrival().pk).said["detail_fa"]


def test_issues_warnings_large_changes_and_other_headers_wait(town: City, senders: Senders, ready: str) -> None:
    give(senders)
    assert sent(senders, ready, workbook(BAD), "1404").state == SubmissionState.DRAFT
    # One row of three is left: a third of the rows, and less of the sum.
    assert sent(senders, ready, workbook(GOOD[:1]), "1405").state == SubmissionState.SENT
    assert "بیش از 50٪" in senders.ask(ready, senders.arrival().pk).said["detail_fa"]
    header = ("شماره قرارداد", "شرح کار", "مبلغ", "تاريخ", "توضیح")
    other = sent(senders, ready, workbook(GOOD, header), "1406")
    assert (other.state, senders.arrival().code) == (SubmissionState.DRAFT, "new-header")
    # What the guard holds waits for the privacy officer.
    rows = [*GOOD[:2], ("C-3", "تماس با 09121234567", "3000000", "1403/04/09", "")]
    assert sent(senders, ready, workbook(rows), "1407").state == SubmissionState.DRAFT
    assert senders.arrival().code == "held"
    # Nor does what makes a balance fail go out; one that blocks waits for a clerk.
    for on_draft, period, state in (("warn", "1408", SubmissionState.SENT), ("block", "1409", SubmissionState.DRAFT)):
        balanced(town, on_draft)
        assert sent(senders, ready, workbook(ODD), period).state == state
        if state == SubmissionState.SENT:
            assert "با آن موازنه‌ای برقرار نیست" in senders.ask(ready, senders.arrival().pk).said["detail_fa"]
    assert senders.arrival().code == "unbalanced"
    assert not [period for period in town.release_store.current("deals") if period != "1401"]


def test_a_yes_that_was_revoked_is_over_or_is_of_another_declaration_is_none(
    town: City, senders: Senders, ready: str
) -> None:
    give(senders)
    let_pass(town, timedelta(days=91))
    # The token is over by then too.
    _, text = senders.token(senders.source(slug="second"))
    assert sent(senders, text).state == SubmissionState.SENT
    give(senders)
    advance = AdvanceApproval.objects.first()
    assert advance is not None
    assert signed_in(senders.admin).post("/desk/advance", {"revoke": advance.pk}).status_code == 302
    assert sent(senders, text, period="1404").state == SubmissionState.SENT
    give(senders)
    redeclared(town, 1, TERMS, 'law.fa = "قانونی ساختگی"\nlaw.en = "An invented law"\n')
    assert sent(senders, text, period="1405").state == SubmissionState.SENT
    assert not [period for period in town.release_store.current("deals") if period != "1401"]


def test_one_that_is_revoked_while_it_waits_to_be_sealed_counts_no_more(
    town: City, senders: Senders, ready: str
) -> None:
    give(senders)
    senders.send(ready, period="1402")
    key = senders.submission().pk
    # The context, which it takes first, is left out of its type.
    run: Any = compute.func
    # What the worker does up to the seal: read, take the columns, check, send, say yes.
    for _ in range(2):
        begun = SimpleNamespace(id=uuid4(), started_at=timezone.now())
        run(SimpleNamespace(attempt=1, task_result=begun), str(key), senders.submission().inputs)
        tasks.carry(key)
    assert senders.submission().state == SubmissionState.APPROVED
    senders.officers.browser("second").post("/desk/advance", {"revoke": AdvanceApproval.objects.get().pk})
    senders.work()
    submission = senders.submission()
    assert (submission.state, submission.approvals.count()) == (SubmissionState.RETURNED, 0)
    assert "1402" not in town.release_store.current("deals")


def test_as_many_people_as_the_dataset_asks_for(town: City, senders: Senders, ready: str) -> None:
    redeclared(town, 2, TERMS)
    give(senders)
    assert give(senders) == 302
    assert sent(senders, ready).state == SubmissionState.SENT
    give(senders, "second")
    submission = sent(senders, ready, period="1404")
    assert submission.state == SubmissionState.PUBLISHED
    given = town.release_store.release("deals", "1404", 1).manifest["ayan"]["approvals"]
    assert [each["via"] for each in given] == ["advance", "advance"]
    assert len({each["by"] for each in given}) == 2


def test_who_may_give_one_and_within_which_bounds(town: City, senders: Senders, ready: str) -> None:
    assert give(senders, days="0") == 422
    assert give(senders, days="101") == 422
    assert give(senders, "clerk") == 403
    assert senders.officers.browser("stranger").get("/desk/advance").status_code == 403
    page = senders.officers.browser("first").get("/en/desk/advance").content.decode()
    assert "I approve in advance" in page
    # Nobody approves in advance what they set the columns of.
    clerk = senders.officers.people["clerk"]
    clerk.grants.create(role="approver", unit=clerk.grants.get().unit)
    assert give(senders, "clerk") == 422
    redeclared(town, 1, "")
    assert give(senders) == 422
    assert not AdvanceApproval.objects.exists()


def test_a_correction_goes_out_only_within_the_bounds_too(town: City, senders: Senders, ready: str) -> None:
    give(senders)
    rows = [*GOOD[:2], ("C-3", "تعمیر پل", "3100000", "1403/04/09", "")]
    submission = sent(senders, ready, workbook(rows), "1401")
    assert (submission.state, submission.release) == (SubmissionState.PUBLISHED, "deals/1401/2")
    all_else = [("C-7", "دیگر", "1500000", "1403/02/11", ""), ("C-8", "دیگر", "5100000", "1403/02/11", "")]
    two = sent(senders, ready, workbook(all_else), "1401")
    assert two.state == SubmissionState.SENT
