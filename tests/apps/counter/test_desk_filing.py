"""Filing for somebody at the desk or on the telephone, and handing over what is late, many at once."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.apps.accounts.people import FINANCE, WORKS, officer, signed_in, unit
from tests.apps.counter.test_desk_cases import filed

from ayan.apps.accounts.models import Grant, User
from ayan.apps.accounts.verbs import Role
from ayan.apps.counter.models import Case
from ayan.apps.outbox.models import OutboxMessage
from ayan.wiring.city import City

pytestmark = pytest.mark.django_db

NEW = "/desk/counter/new?kind=access"


@pytest.fixture
def desk(town: City) -> User:
    unit(FINANCE)
    unit(WORKS)
    return officer("desk", Role.REQUESTS, unit_slug="")


def test_a_case_is_filed_for_somebody_with_their_consent_and_a_receipt(desk: User) -> None:
    client = signed_in(desk, Client(enforce_csrf_checks=True))
    assert "kind=access" in client.get("/desk/counter/new").content.decode()
    form = client.get(NEW).content.decode()
    key, token = (re.search(rf'name="{name}" value="(\w+)"', form) for name in ("key", "csrfmiddlewaretoken"))
    assert key is not None
    assert token is not None
    assert client.post(NEW, {"key": key[1]}).status_code == 403
    said = {
        "key": key[1],
        "csrfmiddlewaretoken": token[1],
        "channel": "phone",
        "f-summary": "تلفنی پرسید (ساختگی)",
        "about": "http://testserver/data/works",
    }
    for lack in (
        {},
        {"consent": "1", "channel": ""},
        {"consent": "1", "channel": "web"},
        {"consent": "1", "about": "/x"},
        {"consent": "1", "f-phone": "12"},
    ):
        refused = client.post(NEW, {**said, **lack})
        assert refused.status_code == 422
        assert "تلفنی پرسید (ساختگی)" in refused.content.decode()
    files = {"f-files": SimpleUploadedFile("a.txt", "متن نامه".encode())}
    first = client.post(NEW, {**said, "consent": "1", **files})
    case = Case.objects.get()
    assert (first.status_code, case.channel, case.filed_by, case.about) == (200, "phone", desk, "dataset:works")
    assert first.headers["Cache-Control"].startswith("no-store")
    codes = set(re.findall(r"[0-9A-Z]{5}(?:-[0-9A-Z]{5}){3}", first.content.decode()))
    again = client.post(NEW, {**said, "consent": "1"})
    assert codes == set(re.findall(r"[0-9A-Z]{5}(?:-[0-9A-Z]{5}){3}", again.content.decode()))
    assert Case.objects.count() == len(codes) == 1
    receipt = {"key": key[1], "csrfmiddlewaretoken": token[1], "as": "pdf"}
    paper = client.post("/desk/counter/receipt", receipt)
    assert paper.headers["Content-Disposition"] == f'attachment; filename="{case.number}.pdf"'
    assert paper.headers["Cache-Control"].startswith("no-store")
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(paper.content)).pages)
    assert case.number in text
    assert next(iter(codes)) in text
    assert "Tracking code" not in text
    Case.objects.update(lang="en")
    paper = client.post("/desk/counter/receipt", receipt)
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(paper.content)).pages)
    assert "Tracking code" in text, "in the language of whoever it is for"
    assert client.post("/desk/counter/receipt", {**receipt, "csrfmiddlewaretoken": ""}).status_code == 403
    other_desk = signed_in(officer("other-desk", Role.REQUESTS))
    for tried in (
        receipt,
        {**receipt, "key": f"{desk.pk}-{key[1]}"},
        {**receipt, "key": ""},
        {**receipt, "key": "x" * 900},
    ):
        assert other_desk.post("/desk/counter/receipt", tried).status_code == 404, (
            "a form opens its own officer’s alone"
        )
    assert client.post("/desk/counter/receipt", {**receipt, "as": "exe"}).status_code == 404
    (kept,) = case.files.all()
    page = client.get(f"/desk/counter/case/{case.number}").content.decode()
    assert f"/file/{kept.pk}" in page
    sent = client.get(f"/desk/counter/case/{case.number}/file/{kept.pk}")
    assert (sent.content.decode(), sent.headers["X-Content-Type-Options"]) == ("متن نامه", "nosniff")
    other = filed(WORKS)
    assert client.get(f"/desk/counter/case/{other.number}/file/{kept.pk}").status_code == 404
    stranger = signed_in(officer("stranger", Role.REQUESTS, unit_slug=WORKS))
    Case.objects.filter(pk=case.pk).update(office=FINANCE)
    assert stranger.get(f"/desk/counter/case/{case.number}/file/{kept.pk}").status_code == 403


def test_a_case_that_is_handed_over_leaves_the_queue_and_its_new_officer_is_told(desk: User) -> None:
    case = filed(FINANCE)
    giver, taker = officer("giver", Role.REQUESTS), officer("taker", Role.REQUESTS, unit_slug=WORKS)
    client, place = signed_in(giver), f"/desk/counter/case/{case.number}"
    form = {"choice": "hand-over", "seen": "1", "unit": FINANCE}
    assert client.post(place, form).status_code == 422, "it is there already"
    assert client.post(place, {**form, "officer": str(taker.pk)}).status_code == 422, "no officer of that unit"
    answer = client.post(place, {**form, "unit": WORKS, "officer": str(taker.pk)}, follow=True)
    assert "از" in answer.content.decode()
    assert case.number not in client.get("/desk/counter/").content.decode()
    assert client.get(place).status_code == 403
    assert case.number in signed_in(taker).get("/desk/counter/?whose=mine").content.decode()
    receivers = OutboxMessage.objects.filter(kind="case.handed").values_list("user__username", flat=True)
    assert list(receivers) == ["taker"]


def test_a_substitute_has_the_cases_of_whom_they_stand_in_for(desk: User) -> None:
    away, helper = officer("away", Role.REQUESTS), officer("helper", Role.REQUESTS, unit_slug=WORKS)
    case = filed(FINANCE)
    Case.objects.filter(pk=case.pk).update(holder=away, stage="working", state="working")
    client = signed_in(helper)
    assert case.number not in client.get("/desk/counter/?whose=mine").content.decode()
    Grant.objects.create(user=helper, role=Role.REQUESTS, unit=unit(FINANCE), stands_in_for=away)
    assert case.number in client.get("/desk/counter/?whose=mine").content.decode()


def test_whoever_heads_a_unit_hands_over_what_is_late_many_at_once(desk: User, later: Callable[[int], None]) -> None:
    cases = [filed(FINANCE), filed(FINANCE), filed(WORKS)]
    later(40)
    head, mate = officer("head", Role.APPROVER), officer("mate", Role.REQUESTS)
    client = signed_in(head)
    page = client.get("/desk/counter/late").content.decode()
    assert [case.number in page for case in cases] == [True, True, False]
    form = {"cases": [case.number for case in cases[:2]], "unit": FINANCE, "officer": str(mate.pk)}
    assert client.post("/desk/counter/late", {**form, "cases": []}).status_code == 422
    assert client.post("/desk/counter/late", {**form, "cases": [cases[2].number]}).status_code == 403
    assert client.post("/desk/counter/late", {**form, "unit": "none"}).status_code == 422
    stuck = client.post("/en/desk/counter/late", {**form, "officer": str(desk.pk + 999)}).content.decode()
    assert stuck.count("This officer does not deal with this case") == 2
    assert client.post("/desk/counter/late", form).status_code == 200
    assert set(Case.objects.filter(holder=mate).values_list("number", flat=True)) == set(form["cases"])
    again = client.post("/desk/counter/late", form).content.decode()
    assert "همان‌جاست که بود" in again
    assert f"holder={mate.pk}" in again
