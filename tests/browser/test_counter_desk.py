"""The counter as officers work at it: with the keyboard alone, on a phone, without scripts too, in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import expect
from tests.apps.accounts.people import FINANCE, officer, signed_in, unit
from tests.browser.counter_hands import look, press, reach, write

from ayan.apps.accounts.models import User
from ayan.apps.accounts.roles import Role
from ayan.apps.counter import filing
from ayan.apps.counter.case_steps import Said, take_step
from ayan.apps.counter.models import Case

pytestmark = pytest.mark.django_db(transaction=True)

Open = Callable[..., Any]
SUMMARY = "فهرست قراردادهای نورپردازی (ساختگی)"
CODE = re.compile(r"(?:[0-9A-Z]{5}-){3}[0-9A-Z]{5}")


@pytest.fixture
def desk(chromium: Any, site: str) -> Iterator[Open]:
    """An officer's own browser, signed in, of the width of a phone; no page may complain."""
    contexts: list[Any] = []
    complaints: list[str] = []

    def opened(address: str, who: User, *, scripts: bool) -> Any:
        context = chromium.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=scripts)
        contexts.append(context)
        cookie = signed_in(who).cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": site}])
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(site + address)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def choose(page: Any, value: str) -> None:
    """Choose one of the steps as a keyboard does: to the group by Tab, within it by the arrows."""
    options = page.locator("input[name=choice]")
    checked = page.locator("input[name=choice]:checked")
    reach(page, checked if checked.count() else options.first)
    for _ in range(options.count() + 1):
        if page.evaluate("document.activeElement.value") == value and page.evaluate("document.activeElement.checked"):
            return
        page.keyboard.press("ArrowDown")
    pytest.fail(f"no arrow reaches {value}")


def pick(page: Any, field: str, value: str) -> None:
    """Pick an entry of a list with the arrows."""
    box = page.locator(f"[id='{field}']")
    reach(page, box)
    for _ in range(box.locator("option").count()):
        if box.input_value() == value:
            return
        page.keyboard.press("ArrowDown")
    assert box.input_value() == value


def do(page: Any, name: str) -> None:
    """Take the chosen step, and come to the head of the page again: it opens at its history."""
    press(page, name)
    page.goto(page.url.partition("#")[0])


def brought(**said: str) -> Case:
    words = {"summary": SUMMARY, "text": "تلفن من ۰۹۱۲۱۲۳۴۵۶۷ است.", **said}
    case = filing.file(filing.Filing(kind="access", said=words, key=filing.new_key())).case
    Case.objects.filter(pk=case.pk).update(office=FINANCE)
    case.refresh_from_db()
    return case


WORDS = {
    "": {"do": "انجام", "publish": "همین‌گونه منتشر شود", "file": "ثبت و دادن رسید", "pdf": "دریافت رسید", "asked": "منتظر پاسخ"},
    "/en": {"do": "Do it", "publish": "Publish", "file": "File", "pdf": "Download the receipt", "asked": "Waits for the person"},
}  # fmt: skip


def test_an_officer_takes_a_case_and_answers_it_with_the_keyboard_alone(desk: Open, axe: str) -> None:
    unit(FINANCE)
    case = brought()
    page = desk("/desk/counter/", officer("handler", Role.REQUESTS), scripts=True)
    look(page)
    press(page, SUMMARY)
    look(page, axe)
    do(page, "انجام")
    choose(page, "answer")
    press(page, "انجام")
    expect(page.locator("[role=alert]")).to_contain_text("متن را بنویسید")
    write(page, "text", "فهرست پیوست است (ساختگی).")
    press(page, "انجام")
    case.refresh_from_db()
    assert (case.outcome, case.stage) == ("answered", "closed")


@pytest.mark.soak
@pytest.mark.parametrize(("prefix", "scripts"), [("", False), ("/en", True)])
def test_a_case_goes_from_the_queue_over_a_second_reader_to_what_everybody_reads(
    desk: Open, axe: str, prefix: str, scripts: bool
) -> None:
    said = WORDS[prefix]
    unit(FINANCE)
    seen = axe if scripts else ""
    case, twin = brought(), brought(summary="قراردادهای نورپردازی همه‌جا (ساختگی)")
    handler, reader = officer("handler", Role.REQUESTS), officer("reader", Role.APPROVER)
    page = desk(f"{prefix}/desk/counter/", handler, scripts=scripts)
    press(page, SUMMARY)
    do(page, said["do"])
    choose(page, "ask")
    write(page, "text", "کدام سال؟")
    look(page, seen)
    do(page, said["do"])
    expect(page.locator("header").last).to_contain_text(said["asked"])
    take_step(case, "reply", "person", None, Said(text="۱۴۰۳"))
    page.reload()
    choose(page, "draft")
    pick(page, "ground", "article-14")
    pick(page, "proposes", "part")
    write(page, "text", "بخش نخست پیوست است؛ نام‌ها را نمی‌دهیم (ساختگی).")
    look(page, seen)
    do(page, said["do"])
    case.refresh_from_db()
    assert case.stage == "review"

    second = desk(f"{prefix}/desk/counter/case/{case.number}", reader, scripts=scripts)
    assert second.locator("input[name=choice]:checked").input_value() == "part"
    look(second, seen)
    press(second, said["do"])
    case.refresh_from_db()
    assert (case.outcome, case.ground) == ("partly", "article-14")

    page.goto(page.url.partition("/desk/")[0] + f"/desk/counter/case/{twin.number}")
    choose(page, "note")
    write(page, "private", "همان است (ساختگی)")
    do(page, said["do"])
    page.goto(page.url.partition("/desk/")[0] + f"/desk/counter/check/{case.number}")
    look(page, seen)
    press(page, re.compile(said["publish"]))
    case.refresh_from_db()
    assert case.checked_at is not None
    public = page.goto(page.url.partition("/desk/")[0] + f"/counter/{case.number}")
    assert public is not None
    assert "۰۹۱۲۱۲۳۴۵۶۷" not in page.content()
    look(page, seen)


@pytest.mark.soak
@pytest.mark.parametrize(("prefix", "scripts"), [("", True), ("/en", False)])
def test_somebody_on_the_telephone_gets_a_receipt(desk: Open, axe: str, prefix: str, scripts: bool) -> None:
    said = WORDS[prefix]
    unit(FINANCE)
    page = desk(f"{prefix}/desk/counter/new?kind=access", officer("handler", Role.REQUESTS), scripts=scripts)
    look(page, axe if scripts else "")
    reach(page, page.locator("input[name=channel]").first)
    page.keyboard.press("ArrowDown")
    write(page, "f-summary", "تلفنی پرسید (ساختگی)")
    press(page, re.compile(f"^{said['file']}"))
    expect(page.locator("[role=alert]")).to_be_visible()
    reach(page, page.locator("input[name=consent]"))
    page.keyboard.press("Space")
    press(page, re.compile(f"^{said['file']}"))
    assert CODE.search(page.locator(".rc-code").inner_text())
    look(page, axe if scripts else "")
    with page.expect_download() as paper:
        reach(page, page.get_by_role("button", name=re.compile(said["pdf"])))
        page.keyboard.press("Enter")
    case = Case.objects.get()
    assert paper.value.suggested_filename == f"{case.number}.pdf"
    assert case.channel == "phone"
