"""Whole walks of people at the counter, in both languages, by the keyboard, on a phone, with scripts and without."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import expect
from tests.apps.accounts.people import officer
from tests.apps.small_city import build
from tests.browser.counter_hands import Open, look, phone, press, reach, write
from tests.clocks import let_pass

from ayan.apps.accounts.roles import Role
from ayan.apps.counter import moderation, overdue, rules
from ayan.apps.counter.case_steps import Said, take_step
from ayan.apps.counter.models import Case
from ayan.apps.counter.moderation import TextVerdict
from ayan.wiring import city

__all__ = ["phone"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.soak]

SAID = {
    "": {
        "look": "دیدن پیش از فرستادن", "send": "فرستادن", "see": "دیدن مورد", "pdf": "دریافت رسید (PDF)",
        "support": "من هم پشتیبانم", "withdraw": "پس گرفتن", "reopen": "باز کردن دوباره", "rate": "ثبت نمره",
        "search": "جست‌وجو در فهرست شهر", "keep": "نگه داشتن برای بعد", "appeal": "تجدیدنظر",
        "late": "چرا دیر شده است؟", "untaken": "هنوز کسی رسیدگی به آن را آغاز نکرده است",
        "asked": "درخواست دیدار", "gone": "آنچه نوشته بودید", "reply": "پاسخ به پرسش", "leave": "بستن در این دستگاه",
    },
    "/en": {
        "look": "Look at it before sending", "send": "Send it", "see": "See the case", "pdf": "Receipt (PDF)",
        "support": "I support it too", "withdraw": "Withdraw", "reopen": "Open again", "rate": "Send the rating",
        "search": "Search the city’s list", "keep": "Keep it for later", "appeal": "Appeal",
        "late": "Why is it late?", "untaken": "nobody has begun with it yet",
        "asked": "Request for a meeting", "gone": "What you wrote", "reply": "Answer the question",
        "leave": "Close it on this device",
    },
}  # fmt: skip
WAYS = pytest.mark.parametrize(("prefix", "scripts"), [("", True), ("", False), ("/en", True), ("/en", False)])


def let_public(case: Case, who: Any) -> None:
    texts = moderation.texts_of(case, rules.kind_of(case))
    moderation.let_public(who, case, {text.key: TextVerdict(text.original) for text in texts})


def unfold(page: Any, words: str) -> None:
    """Open what is folded under these words, by the keyboard."""
    summary = page.locator("main summary", has_text=words).first
    reach(page, summary)
    page.keyboard.press("Enter")


def sent(page: Any, said: dict[str, str]) -> tuple[Case, str]:
    """Look at the form, send it, and go on to its case; that, and its code."""
    press(page, said["look"])
    look(page)
    press(page, said["send"])
    look(page)
    number, code = page.locator(".rc-number").inner_text().strip(), page.locator(".rc-code b").inner_text().strip()
    press(page, said["see"])
    look(page)
    return Case.objects.get(number=number), code


@WAYS
def test_a_suggestion_is_supported_withdrawn_and_opened_again(
    phone: Open, axe: str, prefix: str, scripts: bool
) -> None:
    said = SAID[prefix]
    page = phone(f"{prefix}/counter/new/suggestion", scripts=scripts)
    write(page, "f-summary", "نیمکت در بوستان (ساختگی)")
    press(page, said["keep"])
    expect(page.get_by_role("alert")).to_have_count(0)
    page.reload() if scripts else page.goto(page.url)
    expect(page.locator("[id='f-summary']")).to_have_value("نیمکت در بوستان (ساختگی)")
    page.locator("[id='f-summary']").press("Enter")
    expect(page.locator(".seen.public")).to_contain_text("نیمکت در بوستان")
    look(page, axe if scripts else "")
    press(page, said["send"])
    with page.expect_download() as paper:
        button = page.get_by_role("button", name=said["pdf"])
        reach(page, button)
        page.keyboard.press("Enter")
    assert Path(paper.value.path()).read_bytes().startswith(b"%PDF")
    press(page, said["see"])
    case = Case.objects.get()
    who = officer("handler", Role.REQUESTS, unit_slug="")
    let_public(case, who)
    other = phone(f"{prefix}/counter/{case.number}", scripts=scripts)
    press(other, said["support"])
    expect(other.locator("#supporters")).to_contain_text("۱" if not prefix else "1")
    look(other, axe if scripts else "")
    unfold(page, said["withdraw"])
    press(page, said["withdraw"])
    look(page)
    case.refresh_from_db()
    assert case.outcome == "withdrawn"
    unfold(page, said["reopen"])
    write(page, "text-reopen", "نیمکت هنوز لازم است.")
    press(page, said["reopen"])
    look(page, axe if scripts else "")
    case.refresh_from_db()
    assert (case.stage, case.support) == ("working", 1)


@WAYS
def test_a_meeting_is_asked_for_and_its_day_is_read(phone: Open, prefix: str, scripts: bool) -> None:
    said = SAID[prefix]
    page = phone(f"{prefix}/counter", scripts=scripts)
    press(page, said["asked"])
    page.locator("[id='f-whom']").select_option("mayor")
    write(page, "f-summary", "کوچهٔ بن‌بست ما (ساختگی)")
    press(page, said["look"])
    expect(page.get_by_role("alert").get_by_role("link")).to_have_attribute("href", "#f-name")
    expect(page.locator("[id='f-summary']")).to_have_value("کوچهٔ بن‌بست ما (ساختگی)")
    write(page, "f-name", "نام ساختگی")
    case, _code = sent(page, said)
    who = officer("handler", Role.REQUESTS, unit_slug="")
    take_step(case, "arrange", "handler", who, Said(text="اتاق ۲ (ساختگی)", day=date(2024, 9, 1)))
    page.reload()
    expect(page.locator(".answer-box")).to_contain_text("اتاق ۲")
    expect(page.locator(".answer-box")).to_contain_text("۱۱ شهریور ۱۴۰۳" if not prefix else "1 September 2024")
    public = phone(f"{prefix}/counter/{case.number}", scripts=scripts)
    expect(public.locator("main")).not_to_contain_text("بن‌بست")
    look(public)


@WAYS
def test_a_report_with_a_photo_names_a_street_is_late_done_and_rated(
    chromium: Any, server: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, prefix: str, scripts: bool
) -> None:
    said, town = SAID[prefix], build(tmp_path / "city")
    monkeypatch.setattr(city, "current", lambda: town)
    (town.home / rules.OWN).mkdir(exist_ok=True)
    shipped = (rules.SHIPPED / "street.toml").read_text(encoding="utf-8")
    own = shipped.replace("street-values.street", "works.subject")
    (town.home / rules.OWN / "street.toml").write_text(own, encoding="utf-8")
    photo = tmp_path / "hole.jpg"
    Image.new("RGB", (40, 30), "grey").save(photo)
    page = chromium.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=scripts).new_page()
    page.goto(f"{server}{prefix}/counter/new/street")
    page.locator("[id='f-what']").select_option("pothole")
    write(page, "f-summary", "چالهٔ ساختگی")
    write(page, "f-place", "ساختگی 7")
    press(page, said["search"])
    look(page)
    chosen = page.locator('.places input[value="کار ساختگی 7"]')
    none = page.locator('.places input[value=""]')
    reach(page, none)
    while not chosen.is_checked():
        page.keyboard.press("ArrowDown")
    page.locator("[id='f-files']").set_input_files(photo)
    case, code = sent(page, said)
    assert (case.place, case.files.count()) == ("کار ساختگی 7", 1)
    let_pass(town, timedelta(days=20))
    overdue.mark_late()
    page.goto(f"{server}{prefix}/counter/{case.number}")
    expect(page.locator("#why")).to_contain_text(said["late"])
    expect(page.locator(".note-line.late")).to_contain_text(said["untaken"])
    look(page)
    page.goto(f"{server}{prefix}/counter/track")
    write(page, "number", case.number)
    write(page, "code", code)
    press(page, said["see"])
    expect(page.locator("#why")).to_contain_text(said["untaken"])
    look(page)
    who = officer("handler", Role.REQUESTS, unit_slug="")
    take_step(case, "done", "handler", who, Said(text="پر شد (ساختگی)."))
    page.reload()
    expect(page.locator("#why")).to_have_count(0)
    reach(page, page.locator(".stars input").first)
    page.keyboard.press("ArrowUp")
    press(page, said["rate"])
    case.refresh_from_db()
    assert case.rating is not None
    look(page)
    page.context.close()


@WAYS
def test_words_for_a_case_that_has_closed_in_the_browser_come_back(phone: Open, prefix: str, scripts: bool) -> None:
    said = SAID[prefix]
    page = phone(f"{prefix}/counter/new/access", scripts=scripts)
    write(page, "f-summary", "یک چیز (ساختگی)")
    case, _code = sent(page, said)
    take_step(case, "ask", "handler", officer("handler", Role.REQUESTS, unit_slug=""), Said(text="کدام سال؟"))
    page.reload()
    write(page, "text-reply", "سال ۱۴۰۳، بخش نخست")
    page.context.clear_cookies()
    press(page, said["reply"])
    expect(page).to_have_url(re.compile("/do$"))
    expect(page.locator("#typed")).to_have_value("سال ۱۴۰۳، بخش نخست")
    look(page)
