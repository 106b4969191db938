"""Files sent with a token: what is taken, what is refused and how, and that each becomes one ordinary submission."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django.fixtures import Settings
from tests.apps.accounts.people import officer, signed_in, unit
from tests.apps.desk.deals import BAD, GOOD, workbook
from tests.apps.desk.town import the, yes
from tests.apps.sources.senders import DOOR, Senders, answered
from tests.clocks import let_pass

from ayan.apps.accounts.models import Act, Duty, User
from ayan.apps.accounts.roles import Role
from ayan.apps.desk.models import KnownHeader, Submission, SubmissionState
from ayan.apps.desk.refusals import DeskRefused
from ayan.apps.sources import actions, api
from ayan.apps.sources.models import Arrival, SourceToken
from ayan.wiring.city import City


def test_a_clean_file_goes_on_to_the_approvers_by_itself(town: City, senders: Senders) -> None:
    senders.confirmed()
    source = senders.source()
    _, text = senders.token(source)
    answer = senders.send(text)
    assert (answer.status, answer.said["state"], answer.said["again"]) == (201, "checking", False)
    assert answer.headers["Location"].endswith(f"{DOOR}/{answer.said['id']}")
    senders.work()
    submission = senders.submission()
    assert (submission.state, submission.by_machine, submission.unit) == (SubmissionState.SENT, True, "finance")
    assert senders.ask(text, answer.said["id"]).said["state"] == "sent"
    first = senders.officers.browser("first")
    assert first.post(f"/desk/approve/{submission.pk}/yes", yes(submission)).status_code == 302
    senders.work()
    said = senders.ask(text, answer.said["id"]).said
    assert (said["state"], said["release"]) == ("published", "deals/1403/1")
    facts = town.release_store.release("deals", "1403", 1).manifest["ayan"]
    assert facts["sent_by"] == "منبع خودکار، واحد finance"
    assert [given["via"] for given in facts["approvals"]] == ["desk"]
    acts = list(
        Act.objects.filter(subject=f"submission:{submission.pk.hex}")
        .order_by("number")
        .values_list("verb", "actor__username")
    )
    assert ("source.arrive", "source.finance-upload") in acts
    assert ("submission.send", "source.finance-upload") in acts
    # What a machine says of columns is not remembered as somebody's word.
    assert set(KnownHeader.objects.values_list("by__username", flat=True)) == {"clerk"}


def test_a_header_that_nobody_confirmed_waits_for_a_clerk_who_is_told_once(town: City, senders: Senders) -> None:
    User.objects.filter(username="clerk").update(email="clerk@city.example")
    _, text = senders.token(senders.source())
    answer = senders.send(text)
    senders.work()
    said = senders.ask(text, answer.said["id"]).said
    assert (said["state"], said["reason"]) == ("waiting", "new-header")
    senders.work()
    assert [message.to for message in mail.outbox] == [["clerk@city.example"]]
    assert "منتظر شماست" in mail.outbox[0].body
    assert "پیاده‌رو" not in mail.outbox[0].body
    clerk = senders.officers.browser("clerk")
    page = clerk.get("/desk/").content.decode()
    assert "خودکار رسیده" in page
    assert "سرستون‌ها تازه است" in page
    submission = senders.submission()
    columns = {"column:number": "1", "column:subject": "2", "column:amount": "3", "column:day": "4"}
    assert (
        clerk.post(
            f"/desk/u/{submission.pk}/columns", {"expected_revision": submission.revision, **columns}
        ).status_code
        == 302
    )
    senders.work()
    assert (
        clerk.post(
            f"/desk/u/{submission.pk}/sent",
            {"expected_revision": the(submission).revision, "digest": the(submission).digest, "note": ""},
        ).status_code
        == 302
    )
    approve_one(senders, submission)
    # A person had it in hand, so the release names the post and not the source.
    assert town.release_store.release("deals", "1403", 1).manifest["ayan"]["sent_by"] == "کارشناس داده، واحد finance"


def approve_one(senders: Senders, submission: Submission) -> None:
    assert (
        senders.officers.browser("first").post(f"/desk/approve/{submission.pk}/yes", yes(submission)).status_code == 302
    )
    senders.work()
    assert the(submission).state == SubmissionState.PUBLISHED


def test_a_file_with_errors_waits_and_says_by_cause_what_is_wrong_and_no_value(town: City, senders: Senders) -> None:
    senders.confirmed()
    _, text = senders.token(senders.source())
    answer = senders.send(text, workbook(BAD))
    senders.work()
    said = senders.ask(text, answer.said["id"]).said
    assert (said["state"], said["reason"]) == ("waiting", "errors")
    assert {issue["field"] for issue in said["issues"]} >= {"amount", "day"}
    assert "نامعلوم" not in json.dumps(said, ensure_ascii=False)
    assert the(senders.submission()).state == SubmissionState.DRAFT


def test_what_cannot_be_read_says_why(town: City, senders: Senders) -> None:
    _, text = senders.token(senders.source())
    answer = senders.send(text, b"%PDF-1.7 nothing")
    senders.work()
    said = senders.ask(text, answer.said["id"]).said
    assert said["reason"] == "unreadable"
    assert "PDF" in said["detail_en"]


def test_tokens_that_open_nothing(town: City, senders: Senders) -> None:
    source = senders.source()
    token, text = senders.token(source, days=2)
    wrong = text[:-1] + ("A" if text[-1] != "A" else "B")
    for shown in ("", "x", wrong, f"{text} "[:0] or wrong):
        answer = senders.send(shown)
        assert answer.status == 401, shown
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert (answer.headers["Content-Type"], answer.said["code"]) == ("application/problem+json", "token")
        assert answer.said["detail_fa"]
        assert answer.said["detail_en"]
    assert not Arrival.objects.exists()
    let_pass(town, timedelta(days=3))
    assert senders.send(text).status == 401
    again, text = senders.token(source)
    actions.revoke(senders.admin, source, again.pk)
    assert senders.send(text).status == 401
    _, text = senders.token(source)
    actions.switch(senders.admin, source, active=False)
    assert senders.send(text).status == 401
    assert not Submission.objects.exists()
    assert not list((town.home / "work").rglob("coming-*"))
    # Nothing but a keyed digest is kept of any of them.
    row = SourceToken.objects.filter(pk=token.pk).values().get()
    assert text not in str(row)
    assert len(row["digest"]) == 64


def test_a_token_reaches_its_unit_its_datasets_and_its_verbs_alone(town: City, senders: Senders) -> None:
    source = senders.source()
    _, looking = senders.token(source, ("submission.view",))
    assert (senders.send(looking).status, senders.send(looking).said["code"]) == (403, "scope")
    _, sending = senders.token(source, ("submission.create",))
    assert senders.send(sending, dataset="payments").status == 404
    answer = senders.send(sending)
    assert answer.status == 201
    assert senders.ask(sending, answer.said["id"]).status == 403
    assert senders.ask(looking, answer.said["id"]).status == 200
    _, other = senders.token(senders.source(slug="second"))
    assert senders.ask(other, answer.said["id"]).status == 404
    # The period is in other hands: it says so and shows nothing of them.
    taken = senders.send(other, workbook(GOOD[:1]))
    assert (taken.status, taken.said["code"]) == (409, "taken")
    assert Submission.objects.count() == 1


def test_a_dataset_of_another_unit_is_out_of_reach(town: City, senders: Senders) -> None:
    with pytest.raises(DeskRefused):
        senders.source(slug="parks", unit="parks")
    _, text = senders.token(senders.source())
    Duty.objects.update(unit=unit("parks"))
    refused = senders.send(text)
    assert (refused.status, refused.said["code"]) == (403, "scope")
    assert Act.objects.filter(verb="policy.refused", actor__username="source.finance-upload").count() == 1
    assert not Submission.objects.exists()
    assert not Arrival.objects.exists()


def test_without_leave_to_send_a_clean_file_waits(town: City, senders: Senders) -> None:
    senders.confirmed()
    source = senders.source()
    _, text = senders.token(source, ("submission.create", "submission.view"))
    answer = senders.send(text)
    senders.work()
    assert senders.ask(text, answer.said["id"]).said["reason"] == "ready"
    assert senders.submission().state == SubmissionState.DRAFT


def test_leave_that_is_taken_while_a_file_is_read_counts(town: City, senders: Senders) -> None:
    senders.confirmed()
    source = senders.source()
    token, text = senders.token(source)
    senders.send(text)
    actions.revoke(senders.admin, source, token.pk)
    senders.work()
    assert senders.arrival().code == "ready"


def test_the_account_of_a_source_can_do_nothing_else(town: City, senders: Senders) -> None:
    from ayan.apps.accounts import policy
    from ayan.apps.accounts.policy import Subject
    from ayan.apps.accounts.roles import MACHINE, POLICY

    account = senders.source().account
    about = Subject("submission", "7", "finance", "deals")
    assert {verb for verb in POLICY if policy.can(account, verb, about)} == set(MACHINE)
    assert not policy.can(account, "submission.send", Subject("submission", "7", "parks", "deals"))
    assert account not in policy.holders("submission.edit", about)
    admin = signed_in(senders.admin)
    assert account.name not in admin.get("/desk/people/").content.decode()
    assert admin.get(f"/desk/people/{account.pk}").status_code == 404
    assert admin.post(f"/desk/people/{account.pk}/invite").status_code == 404
    assert not account.has_usable_password()


def test_a_replay_is_answered_as_the_first_time_and_another_file_under_its_key_is_refused(
    town: City, senders: Senders
) -> None:
    _, text = senders.token(senders.source())
    first = senders.send(text, key="night-1403-05-14")
    again = senders.send(text, key="night-1403-05-14")
    assert (first.status, again.status, again.said["again"]) == (201, 200, True)
    assert again.said["id"] == first.said["id"]
    other = senders.send(text, workbook(GOOD[:2]), key="night-1403-05-14")
    assert (other.status, other.said["code"]) == (422, "key-reused")
    assert senders.send(text, period="1402", key="night-1403-05-14").status == 422
    assert senders.send(text, key="short").said["code"] == "key"
    assert Submission.objects.count() == 1
    assert "night-1403" not in str(list(Arrival.objects.values()))


def test_the_same_file_without_a_key_is_recognised_until_something_else_was_published(
    town: City, senders: Senders
) -> None:
    senders.confirmed()
    _, text = senders.token(senders.source())
    first = senders.send(text)
    assert senders.send(text).said["id"] == first.said["id"]
    senders.work()
    approve_one(senders, senders.submission())
    assert senders.send(text).said["id"] == first.said["id"]
    # Another file with the same rows changes nothing, and is set aside as soon as that is seen.
    third = senders.send(text, workbook(GOOD, sheets=("برگهٔ دیگر",)))
    assert third.status == 201
    senders.work()
    assert senders.arrival().code == "unchanged"
    assert senders.submission().state == SubmissionState.SET_ASIDE
    assert senders.ask(text, third.said["id"]).said["state"] == "unchanged"


def test_a_newer_file_takes_the_place_of_one_that_nobody_touched(town: City, senders: Senders) -> None:
    _, text = senders.token(senders.source())
    first = senders.send(text)
    senders.work()
    second = senders.send(text, workbook(GOOD[:2]))
    assert second.status == 201
    assert Submission.objects.count() == 1
    assert senders.ask(text, first.said["id"]).said["state"] == "replaced"
    senders.work()
    clerk = senders.officers.browser("clerk")
    submission = senders.submission()
    columns = {"column:number": "1", "column:subject": "2", "column:amount": "3", "column:day": "4"}
    clerk.post(f"/desk/u/{submission.pk}/columns", {"expected_revision": submission.revision, **columns})
    third = senders.send(text)
    assert (third.status, third.said["code"]) == (409, "taken")


def test_what_is_too_large_empty_or_nameless_is_refused_and_nothing_of_it_stays(
    town: City, senders: Senders, settings: Settings
) -> None:
    _, text = senders.token(senders.source())
    settings.UPLOAD_BYTES = 10_000
    large = senders.send(text, b"x" * 10_001)
    assert (large.status, large.said["code"]) == (413, "too-large")
    form = Client().post(
        f"{DOOR}?dataset=deals&period=1403",
        {"file": SimpleUploadedFile("a.xlsx", b"x" * 60_000)},
        headers={"Authorization": f"Bearer {text}"},
    )
    assert form.status_code == 413
    empty = Client().generic(
        "POST", f"{DOOR}?dataset=deals&period=1403&name=a.csv", b"", headers={"Authorization": f"Bearer {text}"}
    )
    assert answered(empty).said["code"] in ("empty", "length")
    assert senders.send(text, b"abc", name=None).said["code"] == "name"
    assert senders.send(text, b"abc", period="1403-44").said["code"] == "period"
    assert senders.send(text, b"abc", period=None).said["code"] == "period"
    assert not Submission.objects.exists()
    assert not Arrival.objects.exists()
    assert not list((town.home / "work").rglob("coming-*"))


def test_a_form_is_taken_like_a_body(town: City, senders: Senders) -> None:
    _, text = senders.token(senders.source())
    said = {"dataset": "deals", "period": "۱۴۰۳", "file": SimpleUploadedFile("../../قراردادها.xlsx", workbook(GOOD))}
    response = answered(Client(enforce_csrf_checks=True).post(DOOR, said, headers={"Authorization": f"Bearer {text}"}))
    assert (response.status, response.said["name"], response.said["period"]) == (201, "قراردادها.xlsx", "1403")


def test_a_form_that_is_none_is_refused_in_the_same_form(town: City, senders: Senders) -> None:
    _, text = senders.token(senders.source())
    for kind in ("multipart/form-data", "multipart/form-data; boundary=" + "x" * 300):
        response = Client().generic("POST", DOOR, b"nothing", kind, headers={"Authorization": f"Bearer {text}"})
        assert (answered(response).status, answered(response).said["code"]) == (400, "form")


def test_a_file_that_breaks_off_is_no_file(town: City, senders: Senders) -> None:
    _, text = senders.token(senders.source())
    body = workbook(GOOD)
    source: dict[str, Any] = {"wsgi.input": io.BytesIO(body)}
    response = Client().generic(
        "POST", f"{DOOR}?dataset=deals&period=1403&name=a.xlsx", body, "application/octet-stream",
        headers={"Authorization": f"Bearer {text}"}, CONTENT_LENGTH=str(len(body) + 10), **source,
    )  # fmt: skip
    assert answered(response).said["code"] == "cut-short"
    assert not Submission.objects.exists()
    assert not list((town.home / "work").rglob("coming-*"))


def test_wrong_tokens_are_counted_by_address_and_files_by_token(
    town: City, senders: Senders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "MOST_WRONG", 2)
    monkeypatch.setattr(api, "MOST_UPLOADS", 2)
    _, text = senders.token(senders.source())
    assert [senders.send(text).status for _ in range(3)] == [201, 200, 429]
    assert [senders.send("x").status for _ in range(3)] == [401, 401, 429]
    # A right token passes from the same address: nobody is locked out by a neighbour.
    assert senders.ask(text, senders.arrival().pk).status == 200
    let_pass(town, timedelta(minutes=16))
    assert senders.send(text).status == 200


def test_other_methods_and_addresses_are_refused_in_the_same_form(town: City, senders: Senders) -> None:
    for response in (Client().get(DOOR), Client().delete(DOOR), Client().post(f"{DOOR}/1")):
        said = answered(response)
        assert (said.status, said.said["code"]) == (405, "method")
        assert said.headers["Allow"] in ("GET", "POST")
        assert said.headers["Cache-Control"] == "no-store"


def test_pages_of_sources_are_for_administrators_and_a_token_is_shown_once(town: City, senders: Senders) -> None:
    admin = signed_in(senders.admin)
    assert admin.get("/desk/sources/").status_code == 200
    page = admin.get("/desk/sources/new?kind=upload").content.decode()
    assert "قراردادهای ساختگی" in page
    form = {"name": "سامانهٔ مالی", "slug": "fin", "unit": "finance", "datasets": ["deals"], "sends": "1"}
    assert admin.post("/desk/sources/new?kind=upload", {**form, "slug": "F!"}).status_code == 422
    assert admin.post("/desk/sources/new?kind=upload", form)["Location"] == "/desk/sources/fin"
    asked = {"token_name": "شبانه", "days": "۳۰", "token_datasets": ["deals"], "token_verbs": ["submission.create"]}
    assert admin.post("/desk/sources/fin/token", {**asked, "days": "0"}).status_code == 422
    assert admin.post("/desk/sources/fin/token", asked).status_code == 302
    shown = admin.get("/en/desk/sources/fin").content.decode()
    assert "ayan_" in shown.split('id="token"')[1][:200]
    assert 'id="token"' not in admin.get("/desk/sources/fin").content.decode()
    token = SourceToken.objects.get()
    assert admin.post(f"/desk/sources/fin/token/{token.pk}/revoke").status_code == 302
    assert SourceToken.objects.get().revoked_at is not None
    for who in ("clerk", "first"):
        browser = senders.officers.browser(who)
        for address in ("", "new?kind=upload", "fin"):
            assert browser.get(f"/desk/sources/{address}").status_code == 403
        for address in ("fin/token", f"fin/token/{token.pk}/revoke", "fin/act/off"):
            assert browser.post(f"/desk/sources/{address}", asked).status_code == 403
    assert Client().get("/desk/sources/fin").status_code == 302
    assert list(Act.objects.filter(verb="source.manage", subject="source:fin").values_list("facts", flat=True))


def test_who_set_up_a_source_does_not_approve_what_comes_of_it(town: City, senders: Senders) -> None:
    both = officer("both", Role.APPROVER)
    both.grants.create(role=Role.ADMINISTRATOR)
    senders.admin = both
    senders.confirmed()
    _, text = senders.token(senders.source())
    senders.send(text)
    senders.work()
    submission = senders.submission()
    assert submission.state == SubmissionState.SENT
    assert signed_in(both).post(f"/desk/approve/{submission.pk}/yes", yes(submission)).status_code == 403
