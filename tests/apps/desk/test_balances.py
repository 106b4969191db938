"""A balance that a draft would make fail: seen with its amounts, in the way if so declared, overridden with a reason."""

from __future__ import annotations

import re

from django.test import Client
from tests.apps.accounts.people import officer, signed_in
from tests.apps.desk.deals import GOOD, ODD, workbook
from tests.apps.desk.town import Officers, approve, balanced, mapped, post, published, sent, the, upload, work

from ayan.apps.accounts.models import Act
from ayan.apps.accounts.roles import Role
from ayan.wiring.city import City

WORSE = (*GOOD[:2], ("C-3", "تعمير پل", "3000008", "1403/04/09", ""))
COLUMNS = {"number": "1", "subject": "2", "amount": "3", "day": "4"}
REASON = "رقم در قرارداد همین است"


def text(browser: Client, path: str) -> str:
    """A page's words, without tags, in one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", browser.get(path).content.decode()))


def test_what_blocks_is_sent_only_after_an_auditor_gave_a_reason_that_everybody_reads(
    town: City, officers: Officers
) -> None:
    balanced(town, "block")
    clerk, auditor = officers.browser("clerk"), signed_in(officer("auditor", Role.AUDITOR, unit_slug=""))
    submission = mapped(town, clerk, ODD)
    shown = text(clerk, f"/en/desk/u/{submission.pk}/diff")
    assert "1 balance fails with these data" in shown
    assert "Stands in the way" in shown
    assert "1 group differs by" in shown
    assert "With what is published now, it agrees." in shown
    assert "۱ موازنه با این داده برقرار نیست" in text(clerk, f"/desk/u/{submission.pk}/diff")
    assert post(clerk, submission, "sent", digest=submission.digest, note="").status_code == 422
    assert post(clerk, submission, "override", balance="deals/round", reason=REASON).status_code == 404
    assert "Held by a balance" in text(auditor, "/en/desk/u/")
    assert post(auditor, submission, "override", balance="deals/round", reason=" ").status_code == 422
    assert post(auditor, submission, "override", balance="deals/odd", reason=REASON).status_code == 422
    assert post(auditor, submission, "override", balance="deals/round", reason=REASON).status_code == 302
    work(town)
    assert "Overridden with a reason" in text(clerk, f"/en/desk/u/{submission.pk}/diff")
    assert Act.objects.filter(verb="balance.override", facts__contains="deals/round").count() == 1
    assert post(clerk, submission, "sent", digest=the(submission).digest, note="").status_code == 302
    approve(town, officers, submission)
    release = town.release_store.release("deals", "1403", 1)
    (override,) = release.manifest["ayan"]["overrides"]
    assert (override["balance"], override["groups"], override["off"], override["reason"]) == (
        "deals/round",
        1,
        "7",
        REASON,
    )
    page = Client().get("/en/data/deals/releases/1403/1").content.decode()
    assert REASON in page
    assert "/en/audits/deals/round" in page


def test_what_was_overridden_is_that_failure_and_no_other(town: City, officers: Officers) -> None:
    """A reason given for a difference of seven does not let one of eight pass."""
    balanced(town, "block")
    clerk, auditor = officers.browser("clerk"), signed_in(officer("auditor", Role.AUDITOR, unit_slug=""))
    submission = mapped(town, clerk, ODD)
    post(auditor, submission, "override", balance="deals/round", reason=REASON)
    work(town)
    assert (the(submission).difference or {})["blocking"] == 0
    post(clerk, submission, "file", file=upload(workbook(WORSE)))
    work(town)
    post(clerk, submission, "columns", **{f"column:{name}": position for name, position in COLUMNS.items()})
    work(town)
    assert (the(submission).difference or {})["blocking"] == 1
    assert post(clerk, submission, "sent", digest=the(submission).digest, note="").status_code == 422


def test_a_warning_stops_nobody_and_what_fails_already_is_said_to_be_no_worse(town: City, officers: Officers) -> None:
    balanced(town, "warn")
    clerk = officers.browser("clerk")
    submission = sent(town, clerk, ODD)
    assert "Warning" in text(officers.browser("first"), f"/en/desk/approve/{submission.pk}")
    approve(town, officers, submission)
    balanced(town, "block")
    same = mapped(town, clerk, ODD)
    shown = text(clerk, f"/en/desk/u/{same.pk}/diff")
    assert "Fails already" in shown
    assert "this draft makes it no worse" in shown
    assert post(clerk, same, "sent", digest=same.digest, note="").status_code == 302


def test_what_came_to_fail_after_it_was_sent_is_not_published(town: City, officers: Officers) -> None:
    submission = sent(town, officers.browser("clerk"), ODD)
    balanced(town, "block")
    approve(town, officers, submission)
    assert the(submission).state == "returned"
    assert (the(submission).trouble or {})["code"] == "balance-fails"
    assert town.release_store.releases("deals") == []


def test_with_all_in_balance_one_line_says_so(town: City, officers: Officers) -> None:
    balanced(town, "block")
    clerk = officers.browser("clerk")
    published(town, officers, GOOD)
    submission = mapped(town, clerk, GOOD, "1404")
    assert "1 balance was held with this draft, and it agrees." in text(clerk, f"/en/desk/u/{submission.pk}/diff")
