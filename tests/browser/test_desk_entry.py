"""A council's members typed by hand, one figure corrected, rows erased: by browser, with the clicks that it takes."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
from playwright.sync_api import expect
from tests.apps.desk.deals import DEALS, workbook
from tests.apps.small_city import declare
from tests.browser.conftest import AXE, follow, violations
from tests.browser.desk_hands import Browser, ready, until, what_is_seen
from tests.browser.desk_site import Site, running
from tests.browser.sight import FITS
from tests.conftest import ROOT

pytestmark = pytest.mark.database

PHONE: Final = {"width": 390, "height": 844}
WIDE: Final = {"width": 1440, "height": 900}
MEMBERS: Final = [f"عضو ساختگی {name}" for name in ["الف", "ب", "پ", "ت", "ث", "ج", "چ", "ح", "خ", "د", "ذ", "ر", "ز"]]
COUNCIL: Final = """
import django
django.setup()
from ayan.apps.accounts.models import Duty, Grant, Unit, User
from ayan.apps.accounts.verbs import Role
from tests.apps.accounts.people import officer, signed_in
from django.conf import settings
for dataset in ("council-members", "outlays"):
    Duty.objects.create(dataset=dataset, unit=Unit.objects.get(slug="finance"))
print(signed_in(officer("keeper", Role.PRIVACY)).cookies[settings.SESSION_COOKIE_NAME].value)
"""

OUTLAYS: Final = (
    (DEALS % 1)
    .replace('slug = "deals"', 'slug = "outlays"')
    .replace("قراردادهای ساختگی", "پرداخت‌های ساختگی")
    .replace('every = "yearly"', 'every = "monthly"')
    .replace('period = "year"', 'period = "month"')
)
MONTHS: Final = ("فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند")

Sit = Callable[..., Any]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home = tmp_path_factory.mktemp("desk-by-hand")
    declare(home / "datasets", "outlays", OUTLAYS)
    with running(home, approvals=1) as site:
        made = subprocess.run(
            [sys.executable, "-c", COUNCIL], env=site.environment, cwd=ROOT, check=True, capture_output=True, text=True
        )
        site.sessions["keeper"] = made.stdout.split()[-1]  # type: ignore[index]  # the fixture's own dictionary
        yield site


@pytest.fixture
def sit(chromium: Any, desk: Site) -> Iterator[Sit]:
    """Open a page as an officer in a browser of its own."""
    contexts: list[Any] = []

    def opened(who: str, address: str, size: Any = WIDE, **more: Any) -> Any:
        context = chromium.new_context(viewport=size, **more)
        if who:
            context.add_cookies([{"name": "ayan_desk", "value": desk.sessions[who], "url": desk.address}])
        contexts.append(context)
        page = context.new_page()
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto(desk.address + address)
        return page

    yield opened
    for context in contexts:
        context.close()


class Clicks:
    """Clicks that lead to another page, counted, and the seconds that were waited for what they lead to."""

    def __init__(self, page: Any) -> None:
        self.page, self.count, self.waited = page, 0, 0.0

    def on(self, link: Any, then: str = "") -> None:
        began = time.monotonic()
        follow(link)
        self.count += 1
        if then:
            expect(self.page.get_by_text(then).first).to_be_visible()
        self.waited += time.monotonic() - began


def sound(page: Any) -> list[str]:
    """What is wrong with a page as it stands: for axe, and by its width."""
    if AXE.is_file():
        page.evaluate(AXE.read_text(encoding="utf-8"))
        wrong = violations(page)
    else:
        wrong = []
    return wrong if page.evaluate(FITS) else [*wrong, "wider than its window"]


def approved(desk: Site, path: str) -> None:
    approver = Browser(desk, "first")
    status, text, _ = approver.post(path.replace("/u/", "/approve/") + "/yes", what_is_seen(approver, path))
    assert status == 302, text
    until(lambda: "صفحهٔ انتشار" in approver.get(path)[1], "it is published")


def test_a_councils_members_are_typed_by_hand(sit: Sit, desk: Site) -> None:
    page = sit("clerk", "/desk/u/new")
    clicks = Clicks(page)
    page.get_by_label("داده", exact=True).select_option("council-members")
    clicks.on(page.get_by_role("button", name="نوشتن ردیف‌ها با دست"))
    # From here on by keyboard: cell after cell, row after row; the last row brings the next one.
    page.locator("tbody tr").first.locator("td input").first.focus()
    for at, name in enumerate(MEMBERS):
        page.keyboard.insert_text(name)
        page.keyboard.press("Tab")
        page.keyboard.insert_text("۶")
        page.keyboard.press("Tab")
        # The list of offices is chosen from by its first letters.
        office = "رئیس" if at == 0 else "عضو"
        page.locator(":focus").select_option(label=office_of(page, office))
        row = page.locator("tbody tr").nth(at + 1)
        row.locator("td input").first.focus()
    assert page.locator("tbody tr").count() >= len(MEMBERS) + 1
    clicks.on(page.get_by_role("button", name="بررسی", exact=True), "چه چیزی تغییر می‌کند؟")
    path = page.url.removeprefix(desk.address).removesuffix("/diff")
    expect(page.get_by_text("ردیف ۱۴ پرونده")).to_be_visible()
    expect(page.get_by_text("ردیف ۱۵ پرونده")).to_have_count(0)
    clicks.on(page.get_by_role("link", name="دیدم؛ برویم سراغ فرستادن"))
    clicks.on(page.get_by_role("button", name="ارسال برای تأیید").last)
    expect(page.locator("main")).to_contain_text("در انتظار تأیید")
    assert clicks.count == 4
    assert clicks.waited < 30
    approved(desk, path)
    public = sit("", "/data/council-members")
    expect(public.locator("main")).to_contain_text(MEMBERS[-1])
    release = sit("", "/data/council-members/releases/all/1")
    expect(release.locator("main")).to_contain_text("با دست در میز کار")


def office_of(page: Any, word: str) -> str:
    """The whole label of an office that a word begins."""
    labels = page.locator("tbody tr").first.locator("select option").all_text_contents()
    return str(next(label for label in labels if label.startswith(word)))


def test_one_figure_is_corrected_in_four_clicks(sit: Sit, desk: Site) -> None:
    clerk = Browser(desk, "clerk")
    path, digest, revision = ready(clerk, "1401")
    assert clerk.post(f"{path}/sent", {"digest": digest, "expected_revision": revision, "note": ""})[0] == 302
    approved(desk, path)
    page = sit("clerk", "/data/deals/r/C-1?period=1401")
    clicks = Clicks(page)
    clicks.on(page.get_by_role("link", name="اصلاح این ردیف").first)
    assert sound(page) == []
    page.get_by_label("مبلغ").fill("۱٬۶۰۰٬۰۰۰")
    page.get_by_label("علت این اصلاح").select_option("entry-error")
    clicks.on(page.get_by_role("button", name="بررسی"), "چه چیزی تغییر می‌کند؟")
    expect(page.locator("main")).to_contain_text("۱ تغییریافته")
    clicks.on(page.get_by_role("link", name="دیدم؛ برویم سراغ فرستادن"))
    clicks.on(page.get_by_role("button", name="ارسال برای تأیید").last)
    expect(page.locator("main")).to_contain_text("در انتظار تأیید")
    assert clicks.count == 4


@pytest.mark.soak
def test_the_payments_of_a_year_are_sent_and_approved_together(sit: Sit, desk: Site) -> None:
    page = sit("clerk", "/desk/u/")
    clicks = Clicks(page)
    clicks.on(page.get_by_role("link", name="چند پرونده با هم"))
    assert sound(page) == []
    page.get_by_label("داده", exact=True).select_option("outlays")
    files = [
        {
            "name": f"پرداخت {month}‌ماه ۱۴۰۲.xlsx",
            "mimeType": "application/octet-stream",
            "buffer": workbook([[f"P-{month}-{at}", "خرید", str(1_000 * at), "1402/03/05"] for at in range(1, 41)]),
        }
        for month in MONTHS
    ]
    page.locator("#files").set_input_files(files)
    clicks.on(page.get_by_role("button", name="دادن پرونده‌ها"))
    address = page.url
    expect(page.locator("#work")).not_to_have_attribute("data-busy", "")
    periods = page.locator("input[name^='period-']").evaluate_all("all => all.map((one) => one.value)")
    assert periods == [f"1402-{at:02}" for at in range(1, len(files) + 1)]
    assert sound(page) == []
    began = time.monotonic()
    clicks.on(page.get_by_role("button", name="درست است؛ همه آغاز شود"))
    # The columns of this header are asked once, for all of them.
    clicks.on(page.get_by_role("link", name="فروردین ۱۴۰۲"))
    for name, column in (("number", "1"), ("subject", "2"), ("amount", "3"), ("day", "4")):
        page.locator(f"[name='column:{name}']").select_option(column)
    clicks.on(page.get_by_role("button", name="همین است").or_(page.locator("form.part button[type=submit]")).last)
    page.goto(address)
    clicks.count += 1
    ready_words = "بی‌اشکال؛ آمادهٔ فرستادن"
    expect(page.get_by_text(ready_words)).to_have_count(len(files))
    assert sound(page) == []
    page.get_by_label("یادداشت برای تأییدکننده").fill("سال یک‌جا")
    clicks.on(page.locator("button", has_text="برای تأیید").last)
    expect(page.get_by_text("در انتظار تأیید")).to_have_count(len(files))
    assert clicks.count == 7
    assert time.monotonic() - began < 20 * len(files)

    page = sit("first", "/desk/u/", PHONE)
    clicks = Clicks(page)
    clicks.on(page.get_by_role("link", name="چند پرونده با هم"))
    clicks.on(page.get_by_role("link", name="پرداخت‌های ساختگی").first)
    assert sound(page) == []
    clicks.on(page.locator("button", has_text="تأیید می‌کنم"))
    expect(page.get_by_text("منتشر شد")).to_have_count(len(files))
    assert clicks.count == 3
    release = sit("", "/data/outlays/releases/1402-02/1")
    expect(release.locator("main")).to_contain_text("تأییدکننده")


def test_nothing_typed_into_a_table_is_lost(sit: Sit, desk: Site) -> None:
    clerk = Browser(desk, "clerk")
    form = {"dataset": "deals", "period": "1402", "how": "table"}
    path = clerk.post("/desk/u/new", form)[2]
    first = sit("clerk", path)
    cell = first.locator("tbody td input").first
    # Two seconds after a key, while the cell is still in hand; then the browser is closed.
    with first.expect_response("**/table/kept"):
        cell.press_sequentially("C-77")
    expect(first.locator("[data-state]")).to_contain_text("نگه داشته شد")
    first.context.close()
    page = sit("clerk", path)
    cells = page.locator("tbody tr").first.locator("td input")
    expect(cells.first).to_have_value("C-77")
    # On leaving, at once; and the page that is gone back to has it.
    cells.nth(1).press_sequentially("موضوع نیمه‌کاره")
    page.goto(desk.address + "/desk/")
    until(lambda: "موضوع نیمه‌کاره" in clerk.get(path)[1], "what was typed is kept")
    page.go_back()
    expect(page.locator("tbody tr").first.locator("td input").nth(1)).to_have_value("موضوع نیمه‌کاره")
    # Cells from a spreadsheet, in a second tab; and keys.
    second = sit("clerk", path)
    second.locator("tbody tr").nth(1).locator("td input").first.focus()
    paste = """text => document.activeElement.dispatchEvent(new ClipboardEvent('paste',
        {bubbles: true, cancelable: true, clipboardData: (() => { const all = new DataTransfer(); all.setData('text/plain', text); return all; })()}))"""
    with second.expect_response("**/table/kept"):
        second.evaluate(paste, "C-78\tجدول\t1000\t1402/01/01\nC-79\tسنگ\t2000\t1402/01/02")
    second.keyboard.press("Enter")
    expect(second.locator(":focus")).to_have_value("C-79")
    # The first tab writes into a row that the second one changes meanwhile: refused, and both are shown.
    second.locator("tbody tr").first.locator("td input").nth(1).fill("از برگهٔ دوم")
    follow(second.get_by_role("button", name="ذخیره").last)
    with page.expect_response("**/table/kept") as response:
        page.locator("tbody tr").first.locator("td input").nth(1).fill("از برگهٔ نخست")
    assert response.value.status == 409
    follow(page.get_by_role("button", name="ذخیره").last)
    expect(page.locator("main")).to_contain_text("از برگهٔ دوم")
    expect(page.locator("tbody tr").first.locator("td input").nth(1)).to_have_value("از برگهٔ نخست")
    follow(page.get_by_role("button", name="ذخیره").last)
    assert "از برگهٔ نخست" in clerk.get(path)[1]
    # A session that is over keeps the text in the page, and what is sent then is in the table afterwards.
    page.locator("tbody tr").first.locator("td input").nth(1).fill("پس از پایان نشست")
    page.context.clear_cookies(name="ayan_desk")
    follow(page.get_by_role("button", name="ذخیره").last)
    expect(page.get_by_label("گذرواژه")).to_be_visible()


def test_a_table_is_typed_without_a_script_and_on_a_phone(sit: Sit, desk: Site) -> None:
    clerk = Browser(desk, "clerk")
    path = clerk.post("/desk/u/new", {"dataset": "deals", "period": "1399", "how": "table"})[2]
    page = sit("clerk", path, PHONE, java_script_enabled=False)
    for at, text in enumerate(("C-1", "خرید", "سه", "1399/02/01")):
        page.locator("tbody tr").first.locator("td input").nth(at).fill(text)
    follow(page.get_by_role("button", name="ردیف‌های بیشتر"))
    assert page.locator("tbody tr").count() > 8
    follow(page.get_by_role("button", name="بررسی", exact=True))
    until(lambda: "data-busy" not in clerk.get(path)[1], "it is checked")
    page = sit("clerk", path, PHONE)
    expect(page.locator("td.wrong")).to_have_count(1)
    assert sound(page) == []
    wide = sit("clerk", path.replace("/desk/", "/en/desk/"))
    assert sound(wide) == []


def test_the_pages_of_releases_and_erasure_are_sound(sit: Sit, desk: Site) -> None:
    clerk = Browser(desk, "clerk")
    path, digest, revision = ready(clerk, "1400")
    assert clerk.post(f"{path}/sent", {"digest": digest, "expected_revision": revision, "note": ""})[0] == 302
    approved(desk, path)
    for size in (PHONE, WIDE):
        for prefix in ("", "/en"):
            page = sit("keeper", f"{prefix}/desk/releases/", size)
            assert sound(page) == []
    page = sit("keeper", "/desk/releases/?q=1400")
    clicks = Clicks(page)
    clicks.on(page.get_by_role("link", name="پاک کردن ردیف‌ها"))
    assert sound(page) == []
    page.get_by_label("شمارهٔ ردیف‌ها").fill("۴")
    page.get_by_label("علت، که منتشر می‌شود").select_option("personal-data")
    clicks.on(page.get_by_role("button", name="ارسال برای تأیید"))
    asked = page.url.removeprefix(desk.address)
    approver = sit("first", asked.replace("/u/", "/approve/"), PHONE)
    assert sound(approver) == []
    clicks = Clicks(approver)
    began = time.monotonic()
    clicks.on(approver.get_by_role("button", name="تأیید می‌کنم"))
    until(lambda: "ردیف‌ها پاک شد" in Browser(desk, "keeper").get(asked)[1], "the rows are erased")
    assert time.monotonic() - began < 120
