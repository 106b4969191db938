"""A permit from the box to the public data and a dispute, by the doors that people and officers use, without scripts."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.apps.accounts.people import officer, signed_in
from tests.apps.counter.hostile_files import photo
from tests.apps.counter.permit_town import SAID, STATED, approved, build_permit_town
from tests.apps.desk.town import Officers, in_place, rest
from tests.apps.sources.senders import Senders

from ayan.apps.accounts.verbs import Role
from ayan.apps.counter import issued_records
from ayan.apps.counter.models import Case
from ayan.wiring.city import City

pytestmark = pytest.mark.django_db
FEE = "/tariffs/permit-fee?area=240"
STEPS = ("to-visit", "visited", "aligned", "inquired", "ordered", "plans-right")


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> City:
    built = build_permit_town(tmp_path / "city")
    in_place(monkeypatch, built)
    rest()
    return built


def shown(page: bytes) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page.decode())))


def hidden(page: str, name: str) -> str:
    match = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert match, name
    return unescape(match[1])


def test_a_permit_is_found_computed_applied_for_paid_issued_published_and_disputed(town: City) -> None:
    person = Client()
    # The box knows it by what people call it, and its page leads to the fee and to the form.
    assert '"/services/S-01"' in person.get("/search", {"q": "جواز ساختمان"}).content.decode()
    service = person.get("/services/S-01").content.decode()
    assert 'href="/tariffs/permit-fee"' in service
    assert "/counter/new/permit?about=service:S-01" in service
    fee = person.get(FEE).content
    assert "گام به گام" in shown(fee)
    # The application, with a document.
    form = person.get("/counter/new/permit?about=service:S-01").content.decode()
    assert "شمارهٔ پرونده، کد نوسازی، تاریخ صدور" in shown(form.encode()), "what will be public is said before"
    key, stamp = hidden(form, "_key"), hidden(form, "_since")
    sent = {"_typed": "1", "_key": key, "_since": stamp, "_about": "service:S-01", "_do": "preview"}
    sent |= {f"f-{name}": text for name, text in SAID.items()}
    deed = SimpleUploadedFile("سند.png", photo("PNG"), content_type="image/png")
    preview = person.post("/counter/new/permit", {**sent, "f-files": deed}).content.decode()
    assert "سند.png" in preview
    receipt = person.post("/counter/new/permit", {"_key": key, "_since": stamp, "_do": "send"}).content
    case = Case.objects.get()
    assert case.number in shown(receipt)
    assert case.files.count() == 1
    mine = f"/counter/mine/{case.number}"
    assert FEE.replace("/tariffs", 'href="/tariffs') in person.get(mine).content.decode()

    handler = officer("handler", Role.REQUESTS, unit_slug="")
    desk, sheet = signed_in(handler), f"/desk/counter/case/{case.number}"

    def does(step: str, **more: str) -> None:
        seen = str(case.entries.latest("number").number)
        answer = desk.post(sheet, {"choice": step, "seen": seen, "text": "شرح گام", **more})
        assert answer.status_code == 302, shown(answer.content)

    does("take")
    does("ask")
    assert "شرح گام" in shown(person.get(mine).content)
    minutes = SimpleUploadedFile("صورت‌مجلس.png", photo("PNG"), content_type="image/png")
    person.post(f"/counter/mine/{case.number}/do", {"_do": "reply", "text-reply": "پیوست شد", "files": minutes})
    assert case.files.count() == 2
    for step in STEPS:
        does(step)
    does("bill", fee=hidden(desk.get(sheet).content.decode(), "fee"))
    page = person.get(mine).content
    assert "عوارض:" in shown(page)
    assert "۲۴۰٬۰۰۰" in shown(page)
    assert f'href="{FEE}#result"' in page.decode()
    bill = SimpleUploadedFile("رسید.png", photo("PNG"), content_type="image/png")
    person.post(f"/counter/mine/{case.number}/do", {"_do": "pay", "text-pay": "پیگیری ۷۷", "files": bill})
    does("receipt-right")
    does("drafted", **{f"record-{name}": text for name, text in STATED.items()})
    does("issue", number="۱۴۰۳/۷")
    assert "1403/7" in shown(person.get(mine).content)

    senders = Senders(town, Officers())
    senders.source(slug=issued_records.SOURCE, unit="", datasets=["building-permits"])
    assert issued_records.send_records() == 1
    approved(senders)
    record = issued_records.record_address(case, "fa")
    assert f'href="{record}"' in person.get(mine).content.decode()
    assert f'href="{record}"' in Client().get(f"/counter/{case.number}").content.decode()
    public = Client().get(record).content.decode()
    assert "۱۴۰۳/۷" in public or "1403/7" in public
    assert "1403%2F7" not in shown(public.encode())
    assert not [each for each in (SAID["name"], SAID["phone"], SAID["summary"]) if each in public]
    # The fee of the record, and one of its lines disputed.
    (charged,) = re.findall(r'href="(/tariffs/permit-fee\?[^"]*)"', public)
    trace = Client().get(unescape(charged)).content.decode()
    lines = [unescape(each) for each in re.findall(r'name="f-summary" value="([^"]*)"', trace)]
    assert lines
    assert all("عوارض پروانه" in each for each in lines), "every line can be disputed by its name"
    disputed = {"_typed": "1", "_do": "keep", "f-text": hidden(trace, "f-text"), "f-summary": lines[0]}
    form = Client().post("/counter/new/objection", disputed).content.decode()
    assert lines[0] in unescape(form)
    assert "240" in form or "۲۴۰" in form
