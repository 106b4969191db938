"""Who may not: every address of a submission is closed to strangers and to who is not signed in, and takes no forged form."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.apps.accounts.people import signed_in
from tests.apps.desk.deals import GOOD, HOSTILE, workbook
from tests.apps.desk.town import Officers, mapped, post, sent, started, the, upload, work

from ayan.apps.desk import urls
from ayan.apps.desk.files import uploads
from ayan.apps.desk.limits import LONGEST_NAME
from ayan.apps.desk.models import SubmissionState
from ayan.wiring.city import City

ADDRESSES = [str(route.pattern) for route in urls.urlpatterns if "<uuid:key>" in str(route.pattern)]


def addresses(key: object) -> list[str]:
    """Every address of one submission."""
    return [
        "/"
        + pattern.replace("<uuid:key>", str(key))
        .replace("<slug:name>", "yes" if "approve" in pattern else "set-aside")
        .replace("<slug:mark>", "h-0")
        for pattern in ADDRESSES
    ]


def test_no_address_of_a_submission_opens_to_a_stranger(town: City, officers: Officers) -> None:
    submission = mapped(town, officers.browser("clerk"))
    stranger, nobody = officers.browser("stranger"), Client()
    assert len(ADDRESSES) > 15
    before = the(submission).revision
    for address in addresses(submission.pk):
        for ask in (stranger.get, stranger.post):
            assert ask(address).status_code in (404, 405), address
        for ask in (nobody.get, nobody.post):
            answer = ask(address)
            assert answer.status_code == 302, address
            assert "sign-in" in answer["Location"]
    assert the(submission).revision == before
    assert "deals" not in stranger.get("/desk/u/").content.decode().split("<main")[1]


def test_a_form_from_elsewhere_changes_nothing(town: City, officers: Officers) -> None:
    submission = mapped(town, officers.browser("clerk"))
    forged = signed_in(officers.people["clerk"], Client(enforce_csrf_checks=True))
    before = the(submission).revision
    for address in addresses(submission.pk):
        answer = forged.post(
            address, {"expected_revision": before, "file": upload(workbook(GOOD)), "digest": submission.digest}
        )
        assert answer.status_code in (403, 405), address
    assert the(submission).revision == before
    assert not list((town.home / "work" / "incoming").glob("*"))


def test_an_approver_may_not_mend_and_a_clerk_may_not_approve(town: City, officers: Officers) -> None:
    submission = sent(town, officers.browser("clerk"))
    colleague, first = officers.browser("colleague"), officers.browser("first")
    for name in ("yes", "return", "no"):
        assert (
            colleague.post(
                f"/desk/approve/{submission.pk}/{name}",
                {
                    "digest": submission.digest,
                    "expected_revision": the(submission).revision,
                    "words": "x",
                    "reason": "x",
                },
            ).status_code
            == 403
        )
    for name in ("fix/mend", "columns", "sheet", "sent", "act/set-aside"):
        assert post(first, submission, name).status_code in (403, 404), name
    assert (the(submission).state, the(submission).approvals.count()) == (SubmissionState.SENT, 0)


def test_a_page_that_somebody_overtook_is_refused_in_words(town: City, officers: Officers) -> None:
    submission = mapped(town, officers.browser("clerk"))
    old = the(submission).revision
    post(officers.browser("colleague"), submission, "fix/partial", reason="علت")
    answer = officers.browser("clerk").post(
        f"/desk/u/{submission.pk}/fix/partial", {"expected_revision": old, "reason": "دیگر"}
    )
    assert answer.status_code == 409
    assert "کس دیگری روی این پرونده کار کرده است" in answer.content.decode()


def test_a_file_beyond_the_limit_is_refused_and_nothing_of_it_stays(town: City, officers: Officers, settings) -> None:  # type: ignore[no-untyped-def]  # the plugin's own fixture
    settings.UPLOAD_BYTES = 10_000
    submission = started(officers.browser("clerk"))
    answer = post(officers.browser("clerk"), submission, "file", file=upload(b"x" * 50_000))
    assert answer.status_code == 413
    assert "بزرگ‌تر از" in answer.content.decode()
    assert not list((town.home / "work").rglob("coming-*"))
    assert the(submission).steps.count() == 0


def test_a_letter_is_for_the_approver_alone_and_runs_nowhere(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    submission = mapped(town, clerk)
    assert post(clerk, submission, "letter", letter=upload(b"<script>alert(1)</script>", "x.html")).status_code == 422
    assert post(clerk, submission, "letter", letter=upload(b"%PDF-1.7", f"نامه {HOSTILE}.pdf")).status_code == 302
    answer = officers.browser("first").get(f"/desk/u/{submission.pk}/letter")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    answer.close()
    assert HOSTILE not in clerk.get(f"/desk/u/{submission.pk}/send").content.decode()
    work(town)


@pytest.mark.parametrize(
    ("sent_name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\win.xlsx", "win.xlsx"),
        ("a\0b.xlsx", "a b.xlsx"),
        ("\u202egpj.xlsx", "gpj.xlsx"),
        ("...", "file"),
        ("", "file"),
        ("خلاصهٔ می‌ماند.xlsx", "خلاصهٔ می‌ماند.xlsx"),
    ],
)
def test_a_name_leads_nowhere(sent_name: str, kept: str) -> None:
    assert uploads.safe_name(sent_name) == kept


def test_a_long_name_keeps_its_ending() -> None:
    assert uploads.safe_name("ا" * 400 + ".xlsx").endswith("….xlsx")
    assert len(uploads.safe_name("ا" * 400 + ".xlsx")) <= LONGEST_NAME
