"""The counter as people meet it on a phone: with the keyboard alone, without scripts, in Persian and in English."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import expect
from tests.apps.accounts.people import officer
from tests.apps.small_city import build, publish, sheet
from tests.browser.counter_hands import Open, look, phone, press, reach, write
from tests.clocks import let_pass

from ayan.apps.accounts.roles import Role
from ayan.apps.counter import accepted_objections, moderation, rules
from ayan.apps.counter.case_steps import Said, take_step
from ayan.apps.counter.models import Case
from ayan.apps.counter.moderation import TextVerdict
from ayan.apps.follow import topics
from ayan.apps.follow.news import news
from ayan.wiring import city

__all__ = ["phone"]
pytestmark = pytest.mark.django_db(transaction=True)


WORDS = {
    "": {
        "look": "دیدن پیش از فرستادن", "send": "فرستادن", "track": "دیدن مورد", "answer": "پاسخ به پرسش",
        "part": "بخشی از آن داده شد", "appeal": "تجدیدنظر", "asked": "از شما چیزی پرسیده شده است",
    },
    "/en": {
        "look": "Look at it before sending", "send": "Send it", "track": "See the case", "answer": "Answer the question",
        "part": "A part was released", "appeal": "Appeal", "asked": "You are asked something",
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("prefix", "scripts"),
    [
        ("", False),
        ("/en", True),
        pytest.param("", True, marks=pytest.mark.soak),
        pytest.param("/en", False, marks=pytest.mark.soak),
    ],
)
def test_a_request_is_filed_followed_asked_answered_and_appealed(
    phone: Open, axe: str, prefix: str, scripts: bool
) -> None:
    said = WORDS[prefix]
    page = phone(f"{prefix}/counter/new/access", scripts=scripts)
    look(page)
    write(page, "f-summary", "فهرست قراردادهای نورپردازی نوروز (ساختگی)")
    write(page, "f-text", "تلفن من ۰۹۱۲۱۲۳۴۵۶۷ است.")
    write(page, "f-phone", "09121234567")
    press(page, said["look"])
    expect(page.locator(".warned")).to_be_visible()
    look(page, axe if scripts else "")
    press(page, said["send"])
    code = page.locator(".rc-code b").inner_text().strip()
    number = page.locator(".rc-number").inner_text().strip()
    look(page)

    page.goto(page.url.split("/counter")[0] + "/counter/track")
    write(page, "number", number.lower())
    write(page, "code", code.lower())
    press(page, said["track"])
    expect(page).to_have_url(re.compile(f"{prefix}/counter/mine/{number}$"))
    look(page, axe if scripts else "")

    case = Case.objects.get(number=number)
    handler = officer("handler", Role.REQUESTS, unit_slug="")
    take_step(case, "ask", "handler", handler, Said(text="کدام سال؟"))
    page.reload()
    expect(page.locator("h1")).to_contain_text(said["asked"])
    look(page)
    write(page, "text-reply", "۱۴۰۳")
    press(page, said["answer"])
    take_step(case, "part", "handler", handler, Said(text="بخش نخست پیوست است.", ground="article-14"))
    page.reload()
    expect(page.locator(".answer-box")).to_contain_text(said["part"])
    look(page, axe if scripts else "")
    press(page, said["appeal"])
    write(page, "f-summary", "بخش دوم هم عمومی است (ساختگی)")
    press(page, said["look"])
    press(page, said["send"])
    appeal = Case.objects.exclude(pk=case.pk).get()
    assert (appeal.kind, appeal.appeal_of) == ("appeal", case)


def test_a_pothole_is_reported_with_a_photo_and_a_meeting_asked_for(phone: Open, axe: str, tmp_path: Path) -> None:
    photo = tmp_path / "hole.jpg"
    Image.new("RGB", (40, 30), "grey").save(photo)
    page = phone("/en/counter/new/street", scripts=False)
    page.locator("[id='f-what']").select_option("pothole")
    write(page, "f-summary", "A deep hole (invented)")
    write(page, "f-place", "Invented Street")
    page.locator("[id='f-files']").set_input_files(photo)
    look(page)
    press(page, "Look at it before sending")
    expect(page.locator(".kept-files")).to_contain_text("hole.jpg")
    press(page, "Send it")
    report = Case.objects.get(kind="street")
    assert (report.place, report.files.count()) == ("Invented Street", 1)
    press(page, "See the case")
    expect(page.locator(".tl")).to_contain_text("hole.jpg")
    look(page)

    page = phone("/counter/new", scripts=True)
    look(page, axe)
    reach(page, page.get_by_role("link", name="درخواست دیدار"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/counter/new/meeting")
    look(page)


@pytest.mark.parametrize(
    ("written", "scripts", "object_to"),
    [
        ("", False, "اعتراض به یک مقدار"),
        pytest.param("", True, "اعتراض به یک مقدار", marks=pytest.mark.soak),
        pytest.param("/en", True, "Object to a value", marks=pytest.mark.soak),
        pytest.param("/en", False, "Object to a value", marks=pytest.mark.soak),
    ],
)
def test_a_value_is_objected_to_until_its_correction_is_published(
    chromium: Any,
    server: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    written: str,
    scripts: bool,
    object_to: str,
) -> None:
    said = WORDS[written]
    town = build(tmp_path / "city")
    monkeypatch.setattr(city, "current", lambda: town)
    page = chromium.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=scripts).new_page()
    page.goto(f"{server}{written}/data/works/r/C-007")
    link = page.get_by_role("link", name=object_to).first
    reach(page, link)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    look(page)
    write(page, "f-summary", "مبلغ کار هفت یک صفر کم دارد (ساختگی)")
    write(page, "f-text", "برگ سند چیز دیگری می‌گوید.")
    press(page, said["look"])
    press(page, said["send"])
    case = Case.objects.get()
    assert (case.kind, case.about) == ("objection", "row:works/C-007")
    handler = officer("handler", Role.REQUESTS, unit_slug="")
    take_step(case, "accept", "handler", handler, Said(text="درست می‌گویید."))
    verdicts = {text.key: TextVerdict(text.original) for text in moderation.texts_of(case, rules.kind_of(case))}
    moderation.let_public(handler, case, verdicts)
    before = town.clock.now()
    let_pass(town, timedelta(hours=1))
    publish(town, sheet().replace("7000000", "7500000"), "1403", "works-corrected.csv")
    assert accepted_objections.close_corrected() == 1
    for prefix, old, new in (("", "۷٬۰۰۰٬۰۰۰", "۷٬۵۰۰٬۰۰۰"), ("/en", "7,000,000", "7,500,000")):
        page.goto(f"{server}{prefix}/counter/{case.number}")
        expect(page.locator("del")).to_contain_text(old)
        expect(page.locator("ins")).to_contain_text(new)
        look(page)
        entries = news(town, topics.read(town, "record:works/C-007"), before, "en" if prefix else "fa")
        assert [entry for entry in entries if old in entry.title and new in entry.title]
    page.context.close()
