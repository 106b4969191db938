"""The whole walk to a permit, in both languages, on a phone and a desk, with scripts and without, by the keyboard alone."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from PIL import Image
from playwright.sync_api import expect
from tests.apps.accounts.people import officer, signed_in
from tests.apps.counter.permit_town import approved, build_permit_town
from tests.apps.desk.town import Officers, in_place, rest
from tests.apps.sources.senders import Senders
from tests.browser.counter_hands import look, press, reach, write
from tests.browser.test_counter_desk import choose, pick

from ayan.apps.accounts.models import User
from ayan.apps.accounts.roles import Role
from ayan.apps.counter import issued_records
from ayan.apps.counter.models import Case

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.soak]
SAID = {
    "": {
        "called": "جواز ساختمان", "service": "باز کردن صفحه", "fee": "حساب کردن بها", "compute": "محاسبه",
        "steps": "گام به گام", "begin": "شروع همین‌جا", "look": "دیدن پیش از فرستادن", "send": "فرستادن",
        "see": "دیدن مورد", "do": "انجام", "reply": "پاسخ", "pay": "رسید پرداخت", "where": "گام {n} از 11",
        "record": "رکورد این سند در داده‌های عمومی", "how": "این عوارض چگونه حساب شد؟",
        "dispute": "این ردیف را نمی‌پذیرم", "kept": "نگه داشتن برای بعد",
    },
    "/en": {
        "called": "construction permit", "service": "Open the page", "fee": "Compute the fee",
        "compute": "Work it out", "steps": "Step by step", "begin": "Begin online",
        "look": "Look at it before sending", "send": "Send it", "see": "See the case", "do": "Do it",
        "reply": "Answer", "pay": "Receipt of payment", "where": "Step {n} of 11",
        "record": "The record of this document in the public data", "how": "How was this fee computed?",
        "dispute": "Dispute this line", "kept": "Keep it for later",
    },
}  # fmt: skip
WAYS = [("", 390, True), ("", 1440, False), ("/en", 390, False), ("/en", 1440, True)]
STEPS = ("visited", "aligned", "inquired", "ordered", "plans-right")


@pytest.mark.parametrize(("prefix", "width", "scripts"), WAYS)
def test_a_permit_from_the_box_to_the_public_data_and_a_dispute(
    chromium: Any,
    server: str,
    axe: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    prefix: str,
    width: int,
    scripts: bool,
) -> None:
    said, town = SAID[prefix], build_permit_town(tmp_path / "city")
    in_place(monkeypatch, town)
    rest()
    context = chromium.new_context(viewport={"width": width, "height": 844}, java_script_enabled=scripts)
    page = context.new_page()
    deed = tmp_path / "deed.png"
    Image.new("RGB", (40, 30), "grey").save(deed)
    seen = Sight(page, f"{prefix.strip('/') or 'fa'}-{width}", axe if scripts else "")

    page.goto(f"{server}{prefix}/search")
    write(page, "find", said["called"])
    with page.expect_navigation():
        page.keyboard.press("Enter")
    seen("box")
    press(page, said["service"])
    seen("service")
    press(page, said["fee"])
    write(page, "area", "240")
    press(page, re.compile(f"^{said['compute']}$"))
    expect(page.locator("main")).to_contain_text(said["steps"])
    seen("fee")
    page.goto(f"{server}{prefix}/services/S-01")
    press(page, said["begin"])
    write(page, "f-code", "1-1-1-1-0-0-0")
    write(page, "f-summary", "خانهٔ دو طبقه (ساختگی)")
    pick(page, "f-use", "dwelling")
    write(page, "f-area", "240")
    write(page, "f-storeys", "2")
    page.locator("[id='f-files']").set_input_files(deed)
    write(page, "f-name", "نام ساختگی")
    seen("form")
    press(page, said["look"])
    seen("preview")
    press(page, said["send"])
    seen("receipt")
    press(page, said["see"])
    seen("mine")
    case = Case.objects.get()

    handler = officer("handler", Role.REQUESTS, unit_slug="")
    desk = _desk(chromium, server, handler, width, scripts)
    at_desk = Sight(desk, f"{prefix.strip('/') or 'fa'}-{width}-desk", axe if scripts else "")

    def does(step: str, fill: Callable[[], None] = lambda: None, *, text: bool = True) -> None:
        desk.goto(f"{server}{prefix}/desk/counter/case/{case.number}")
        choose(desk, step)
        fill()
        if text:
            write(desk, "text", "شرح این گام (ساختگی)")
        at_desk(step)
        press(desk, said["do"])

    def choose_columns() -> None:
        for name, value in CHOSEN.items():
            pick(desk, f"record-{name}", value)

    def answers(step: str, button: str) -> None:
        page.goto(f"{server}{prefix}/counter/mine/{case.number}")
        seen(f"before-{step}")
        write(page, f"text-{step}", "شمارهٔ پیگیری ۷۷ (ساختگی)")
        page.locator(f"form:has([id='text-{step}']) input[type=file]").set_input_files(deed)
        submit = page.locator(f"form:has([id='text-{step}']) button[name=_do]")
        reach(page, submit)
        with page.expect_navigation():
            page.keyboard.press("Enter")
        seen(f"after-{step}")

    desk.goto(f"{server}{prefix}/desk/counter/")
    at_desk("queue")
    does("to-visit")
    does("ask")
    answers("reply", said["reply"])
    does("visited")
    for number, step in enumerate(STEPS[1:], 4):
        does(step)
        page.goto(f"{server}{prefix}/counter/mine/{case.number}")
        number_shown = str(number).translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")) if not prefix else str(number)
        expect(page.locator("main")).to_contain_text(number_shown)
    does("bill")
    answers("pay", said["pay"])
    does("receipt-right")
    does("drafted", choose_columns, text=False)
    does("issue", lambda: write(desk, "number", "1403/7"))
    page.goto(f"{server}{prefix}/counter/mine/{case.number}")
    expect(page.locator(".answer-box")).to_contain_text("1403/7")
    seen("issued")

    senders = Senders(town, Officers())
    senders.source(slug=issued_records.SOURCE, unit="", datasets=["building-permits"])
    assert issued_records.send_records() == 1
    approved(senders)
    page.reload()
    press(page, said["record"])
    seen("record")
    press(page, said["how"])
    seen("trace")
    button = page.locator("main button", has_text=said["dispute"]).first
    reach(page, button)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("[id='f-summary']")).not_to_have_value("")
    seen("dispute")
    page.goto(f"{server}{prefix}/counter/{case.number}")
    seen("thread")
    context.close()
    desk.context.close()


CHOSEN = {"district": "3", "kind": "new"}


class Sight:
    """A look at each page on the way; ``PYTEST_PICTURES`` names a folder for pictures of them."""

    def __init__(self, page: Any, name: str, axe: str) -> None:
        self.page, self.name, self.axe, self.count = page, name, axe, 0

    def __call__(self, what: str) -> None:
        self.count += 1
        folder = os.environ.get("PYTEST_PICTURES")
        if folder:
            self.page.screenshot(path=f"{folder}/{self.name}-{self.count:02}-{what}.png", full_page=True)
        look(self.page, self.axe)


def _desk(chromium: Any, server: str, who: User, width: int, scripts: bool) -> Any:
    context = chromium.new_context(viewport={"width": width, "height": 844}, java_script_enabled=scripts)
    cookie = signed_in(who).cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": server}])
    return context.new_page()
