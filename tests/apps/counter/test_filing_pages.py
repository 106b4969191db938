"""Bringing something and following it, at the pages: from the form to the receipt, and from the code to the case."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from tests.clocks import let_pass

from ayan.apps.counter.models import Case, FilingDraft
from ayan.wiring.city import City

pytestmark = pytest.mark.django_db

KEY = re.compile(r'name="_key" value="([^"]+)"')
CODE = re.compile(r"(?:[0-9A-HJKMNP-TV-Z]{5}-){3}[0-9A-HJKMNP-TV-Z]{5}")


def key_of(page: str) -> str:
    return str(KEY.findall(page)[0])


def form(client: Client, kind: str = "access", prefix: str = "") -> dict[str, str]:
    answer = client.get(f"{prefix}/counter/new/{kind}")
    assert answer.status_code == 200
    return {"_key": key_of(answer.content.decode()), "_typed": "1"}


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_request_is_looked_at_sent_and_followed(client: Client, town: City, prefix: str) -> None:
    assert client.get(f"{prefix}/counter/new").status_code == 200
    sent = form(client, prefix=prefix) | {"f-summary": "قراردادهای نورپردازی (ساختگی)", "f-phone": "۰۹۱۲ ۰۰۰ ۰۰۰۰"}
    seen = client.post(f"{prefix}/counter/new/access", sent | {"_do": "preview"})
    assert seen.status_code == 200, seen.content.decode()
    receipt = client.post(f"{prefix}/counter/new/access", {"_key": sent["_key"], "_do": "send"})
    assert receipt.status_code == 200
    (code,) = set(CODE.findall(receipt.content.decode()))
    case = Case.objects.get()
    again = client.post(f"{prefix}/counter/new/access", {"_key": sent["_key"], "_do": "send"})
    assert CODE.findall(again.content.decode())[0] == code
    assert Case.objects.count() == 1
    assert not FilingDraft.objects.exists()
    paper = client.post(f"{prefix}/counter/receipt", {"_key": sent["_key"], "_as": "pdf"})
    assert paper.content.startswith(b"%PDF")
    elsewhere = Client()
    opened = elsewhere.get(f"{prefix}/counter/{code}")
    assert (opened.status_code, opened["Location"]) == (302, f"{prefix}/counter/mine/{case.number}")
    page = elsewhere.get(opened["Location"])
    assert page.status_code == 200
    assert case.number in page.content.decode()


@pytest.mark.parametrize(("after", "moved"), [(0, True), (9.5, False)], ids=["15:30 in Tehran", "01:00 in Tehran"])
def test_a_receipt_names_another_day_only_for_what_came_after_hours_of_that_day_in_the_city(
    client: Client, town: City, after: float, moved: bool
) -> None:
    let_pass(town, timedelta(hours=after))
    sent = form(client, prefix="/en") | {"f-summary": "یک چیز (ساختگی)"}
    client.post("/en/counter/new/access", sent | {"_do": "preview"})
    page = client.post("/en/counter/new/access", {"_key": sent["_key"], "_do": "send"}).content.decode()
    assert CODE.search(page)
    assert ("Counted from" in page) is moved


def test_number_and_code_open_a_case_however_they_are_typed(client: Client, town: City) -> None:
    sent = form(client) | {"f-summary": "یک چیز (ساختگی)"}
    client.post("/counter/new/access", sent | {"_do": "preview"})
    page = client.post("/counter/new/access", {"_key": sent["_key"], "_do": "send"}).content.decode()
    code, number = CODE.findall(page)[0], Case.objects.get().number
    stranger = Client()
    answer = stranger.post("/counter/track", {"number": number.lower(), "code": code.lower()})
    assert (answer.status_code, answer["Location"]) == (302, f"/counter/mine/{number}"), answer.content.decode()


def test_a_certificate_is_not_asked_for_about_a_record_of_other_data(town: City) -> None:
    """What changes a record is offered on those of its own dataset alone."""
    offered = Client().get("/en/counter/new?about=row:works/C-001").content.decode()
    assert "/en/counter/new/objection" in offered
    assert "/en/counter/new/completion" not in offered
    assert Client().get("/en/counter/new/completion?about=row:works/C-001").status_code == 404


def test_a_text_with_the_place_of_somebody_is_looked_at_and_warned_of(client: Client, town: City) -> None:
    sent = form(client, "street") | {"f-what": "pothole", "f-summary": "چاله", "f-place": "خیابان بلند"}
    seen = client.post("/counter/new/street", sent | {"f-text": "جایش 34.450123, 54.441298 است", "_do": "preview"})
    assert seen.status_code == 200
    assert "مختصات یک جا" in seen.content.decode()
