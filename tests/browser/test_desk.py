"""The whole path at the desk in a real browser, in Persian: sent, returned, approved, public; and then a correction."""

from __future__ import annotations

import json
import os
import re
import urllib.request
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from tests import sampling
from tests.apps.desk.deals import BAD, GOOD, workbook
from tests.browser import correction_journey, publication_journey
from tests.browser.conftest import AXE, WIDTHS, follow, violations
from tests.browser.desk_hands import Browser, ready, until, what_is_seen
from tests.browser.desk_site import Site, running
from tests.browser.sight import FITS
from tests.patience import PATIENCE

Open = Callable[..., Any]
Look = Callable[[Any], None]

# The site and its worker meet it in processes of their own.
pytestmark = pytest.mark.database


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running(tmp_path_factory.mktemp("desk-browsed"), owed=("contracts",)) as site:
        yield site


@pytest.fixture
def sit(chromium: Any, desk: Site) -> Iterator[Open]:
    """Open a page as an officer; at the end no page may have complained, and nothing a file said may have run."""
    contexts: list[Any] = []
    complaints: list[str] = []

    @cache
    def browser_of(who: str, scripts: bool) -> Any:
        context = chromium.new_context(viewport={"width": 1440, "height": 900}, java_script_enabled=scripts)
        context.add_cookies([{"name": "ayan_desk", "value": desk.sessions[who], "url": desk.address}])
        contexts.append(context)
        return context

    def opened(who: str, address: str, *, scripts: bool = True) -> Any:
        page = browser_of(who, scripts).new_page()
        page.on(
            "console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        # Only the browser's own question about work that is not sent may open.
        page.on(
            "dialog", lambda dialog: dialog.accept() if dialog.type == "beforeunload" else pytest.fail(dialog.message)
        )
        page.goto(desk.address + address)
        return page

    yield opened
    for context in contexts:
        context.close()
    # A form that was not accepted is the one answer of that kind which is asked for.
    assert [complaint for complaint in complaints if "status of 422" not in complaint] == []


WAYS = (("", WIDTHS[0]), ("", WIDTHS[1]), ("/en", WIDTHS[1]))
"""Language and width in which a page is looked at."""


@pytest.fixture
def is_open_to_all(ways: int) -> Look:
    """See that a page has no fault that axe knows in so many of its ways, drawn anew for each page, and fits its screen."""
    draw = sampling.chance("pages on the way through the desk")

    def look(page: Any) -> None:
        if not AXE.is_file():
            return
        drawn = draw.sample(WAYS, ways)
        current_url = page.url
        problems = []
        for front in ("", "/en"):
            looked_through = [width for drawn_front, width in drawn if drawn_front == front]
            if front and not looked_through:
                continue
            address = current_url.replace("/desk/", f"{front}/desk/")
            if page.url != address:
                page.goto(address)
            page.locator("details:not(.nav-m)").evaluate_all("all => { for (const one of all) one.open = true; }")
            page.evaluate(AXE.read_text(encoding="utf-8"))
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                assert page.evaluate(FITS), f"{address} scrolls sideways at {width}"
                if width in looked_through:
                    problems += [f"{address} {width}: {violation}" for violation in violations(page)]
        page.goto(current_url)
        assert problems == []

    return look


def done(page: Any) -> None:
    """Wait until nothing is being computed."""
    expect(page.locator("#work")).not_to_have_attribute("data-busy", "")


def give(page: Any, folder: Path, data: bytes) -> None:
    file = folder / "قراردادهای <img src=x onerror=alert(1)>.xlsx"
    file.write_bytes(data)
    page.locator("#file").set_input_files(file)
    follow(page.locator("form[data-upload] button"))
    expect(page.locator("a.btn", has_text="برویم سراغ ستون‌ها")).to_be_visible()


def map_columns(page: Any) -> None:
    follow(page.locator("a.btn", has_text="برویم سراغ ستون‌ها"))
    page.locator("#column-subject").select_option("2")
    follow(page.locator("form.part button.btn"))
    expect(page.locator("#fix-title")).to_be_visible()
    done(page)


def approve(sit: Open, key: str, *people: str) -> None:
    for who in people:
        page = sit(who, f"/desk/approve/{key}")
        follow(page.get_by_role("button", name="تأیید می‌کنم"))


def read(desk: Site, address: str) -> str:
    with urllib.request.urlopen(desk.address + address, timeout=PATIENCE) as answer:
        return str(answer.read().decode())


# In one city the way is gone once: every way in a long trial, one otherwise.
@pytest.mark.parametrize("ways", [len(WAYS) if sampling.is_whole() else 1])
def test_from_a_messy_workbook_to_the_public_and_a_correction(
    sit: Open, desk: Site, tmp_path: Path, is_open_to_all: Look
) -> None:
    page = sit("clerk", "/desk/")
    follow(page.get_by_role("link", name="فرستادن داده").first)
    is_open_to_all(page)
    page.locator("#dataset").select_option("deals")
    page.locator("#period").fill("۱۴۰۳")
    follow(page.get_by_role("button", name="آغاز"))
    key = page.url.split("/")[-2]
    give(page, tmp_path, workbook(BAD))
    is_open_to_all(page)
    expect(page.locator("table.raw")).to_contain_text("ساخت پیاده‌رو")
    map_columns(page)
    is_open_to_all(page)
    # Beside a text of another group stands the amount of its row.
    amounts = page.locator("article.cause.bad", has=page.locator("h3", has_text="مبلغ"))
    amounts.get_by_placeholder("متن درست").fill("۴۵۰۰۰۰۰")
    follow(amounts.get_by_role("button", name="ثبت همهٔ نوشته‌ها"))
    expect(page.locator("article.cause.bad")).to_have_count(1)
    follow(page.locator("article.cause.bad").get_by_role("link", name="خانه به خانه"))
    is_open_to_all(page)
    page.locator("#opened tbody input.field").fill("1403/12/20")
    follow(page.locator("#opened").get_by_role("button", name="ثبت همهٔ نوشته‌ها"))
    expect(page.locator("a.btn", has_text="برویم سراغ مقایسه")).to_be_visible()
    follow(page.locator("a.btn", has_text="برویم سراغ مقایسه"))
    is_open_to_all(page)
    expect(page.locator(".tally .ok")).to_contain_text("۵")
    preview = sit("clerk", f"/desk/u/{key}/preview")
    expect(preview.locator("main")).to_contain_text("نورپردازی پارک")
    assert "نورپردازی پارک" not in read(desk, "/data/deals")
    follow(page.get_by_role("link", name="برویم سراغ فرستادن"))
    page.locator("#note").fill("نیمه‌کاره")
    with page.expect_response(lambda response: response.url.endswith("/typed")):
        page.locator("#note").blur()
    is_open_to_all(page)
    expect(page.locator("#note")).to_have_value("نیمه‌کاره")
    page.locator("#note").fill("پروندهٔ سال، از سامانهٔ مالی")
    follow(page.get_by_role("button", name="ارسال برای تأیید"))
    is_open_to_all(page)
    _return(sit, key, is_open_to_all)
    page.reload()
    expect(page.locator(".remarks")).to_contain_text("مبلغ این ردیف")
    is_open_to_all(page)
    page.locator(".cell-form input.field").fill("۵۰۰۰۰۰۰")
    follow(page.locator(".cell-form").get_by_role("button", name="ثبت"))
    done(page)
    follow(page.locator("nav.stepper").get_by_role("link", name="فرستادن"))
    follow(page.get_by_role("button", name="ارسال برای تأیید"))
    approve(sit, key, "first", "second")
    expect(page.locator("h1")).to_be_visible()
    _is_public(page, desk, key, 1, 16_000_000)
    is_open_to_all(page)
    _correct(sit, page, desk, tmp_path, is_open_to_all)


def _return(sit: Open, key: str, is_open_to_all: Look) -> None:
    page = sit("first", f"/desk/approve/{key}")
    expect(page.locator("main")).to_contain_text("از سامانهٔ مالی")
    is_open_to_all(page)
    page.get_by_text("برگرداندن برای اصلاح").click()
    page.locator("#words").fill("مبلغ این ردیف با قرارداد نمی‌خواند")
    page.locator("#row").fill("۷")
    page.locator("select#field").select_option("amount")
    follow(page.get_by_role("button", name="برگرداندن", exact=True))
    expect(page.locator(".tag").first).to_contain_text("برگشته")


def _is_public(page: Any, desk: Site, key: str, number: int, total: int) -> None:
    page.goto(f"{desk.address}/desk/u/{key}")
    expect(page.locator("#out-title")).to_have_text("منتشر شد")
    api = json.loads(read(desk, f"/api/v1/datasets/deals/releases/1403/{number}"))
    assert api["ayan"]["sent_by"] == "کارشناس داده، واحد finance"
    rows = json.loads(read(desk, "/api/v1/datasets/deals/rows.json"))["rows"]
    assert sum(int(row["amount"]) for row in rows) == total
    assert "نورپردازی پارک" in read(desk, "/data/deals")
    assert f"deals/releases/1403/{number}" in read(desk, "/changes.atom")
    assert f"1403/{number}" in read(desk, "/log/")


def _correct(sit: Open, page: Any, desk: Site, folder: Path, is_open_to_all: Look) -> None:
    page.goto(f"{desk.address}/desk/u/new?dataset=deals&period=1403")
    follow(page.get_by_role("button", name="آغاز"))
    key = page.url.split("/")[-2]
    give(page, folder, workbook([*GOOD, ("C-4", "نورپردازی پارک", "9900000", "1403/05/20", "")]))
    follow(page.locator("a.btn", has_text="برویم سراغ ستون‌ها"))
    expect(page.locator("#column-subject")).to_have_value("2")
    follow(page.locator("form.part button.btn"))
    expect(page.locator("a.btn", has_text="برویم سراغ مقایسه")).to_be_visible()
    follow(page.locator("a.btn", has_text="برویم سراغ مقایسه"))
    expect(page.locator(".tally .late")).to_contain_text("۱")
    expect(page.locator(".tally .bad")).to_contain_text("۱")
    expect(page.locator(".diffs del").first).to_contain_text(re.compile("۴٬۵۰۰٬۰۰۰"))
    expect(page.locator(".diffs ins").first).to_contain_text(re.compile("۹٬۹۰۰٬۰۰۰"))
    is_open_to_all(page)
    follow(page.get_by_role("link", name="برویم سراغ فرستادن"))
    is_open_to_all(page)
    page.locator("#code").select_option("entry-error")
    page.locator("#why").fill("رقم نورپردازی دو برابر شد")
    page.locator("#note").fill("رقم درست شد")
    follow(page.get_by_role("button", name="ارسال برای تأیید"))
    approve(sit, key, "first", "second")
    _is_public(page, desk, key, 2, 16_400_000)
    assert "۴۵۰٬۰۰۰" in read(desk, "/data/deals/changes")
    assert "رقم نورپردازی دو برابر شد" in read(desk, "/changes")
    page.goto(f"{desk.address}/desk/u/")
    is_open_to_all(page)
    page.goto(f"{desk.address}/desk/withdraw/deals/1403/2")
    is_open_to_all(page)
    follow(page.get_by_role("button", name="ارسال برای تأیید"))
    expect(page).to_have_title(re.compile("^خطا:"))


def test_a_messy_workbook_of_contracts_takes_few_clicks(sit: Open, desk: Site, tmp_path: Path) -> None:
    """Two header rows, toman in a title, sums, sections, a hidden row and 18 causes, by a clerk who declares nothing."""
    clerk = correction_journey.walk(sit("clerk", "/desk/"), tmp_path)
    assert clerk.clicks <= correction_journey.MOST_CLICKS, clerk.said
    # The approver has all of it within reach on a phone, the sum first as it is said, with every rial beside it.
    page = sit("first", clerk.page.url.replace(desk.address, "").replace("/u/", "/approve/"))
    page.set_viewport_size({"width": WIDTHS[0], "height": 844})
    expect(page.locator("#cells-title")).to_contain_text("۲۱ خانه")
    assert page.evaluate("document.documentElement.scrollHeight") <= 2_000
    expect(page.locator(".lead-sum b")).to_contain_text("میلیارد تومان")
    expect(page.locator(".lead-sum")).to_contain_text("۱۰۴٬۵۰۵٬۰۰۰٬۰۰۰")


@pytest.mark.soak
@pytest.mark.parametrize(
    ("front", "keyboard", "scripts", "period"),
    [("", False, True, "1381"), ("/en", True, True, "1382"), ("", True, False, "1383"), ("/en", False, False, "1384")],
)
def test_by_clicking_alone_from_a_correction_to_what_everybody_reads(
    sit: Open, desk: Site, tmp_path: Path, front: str, keyboard: bool, scripts: bool, period: str
) -> None:
    """On a phone: sent, returned with a reason, mended, sent again, approved by two, published, read with its change."""
    publish(desk, period)
    pictures = os.environ.get("PYTEST_PICTURES", "")

    def look(page: Any, called: str) -> None:
        assert page.evaluate(FITS), f"{page.url} scrolls sideways"
        if pictures:
            page.screenshot(path=f"{pictures}/{period}-{called}.png", full_page=True)

    def sat(who: str) -> publication_journey.Walker:
        page = sit(who, f"{front}/desk/", scripts=scripts)
        page.set_viewport_size({"width": WIDTHS[0], "height": 844})
        look(page, f"home-{who}")
        return publication_journey.Walker(page, front, keyboard, look)

    clerk = sat("clerk")
    key = publication_journey.correct(clerk, period, tmp_path)
    publication_journey.send_back(sat("first"), key)
    publication_journey.mend(clerk, key)
    for who in ("first", "second"):
        publication_journey.approve(sat(who), key)
    publication_journey.is_read_by_all(clerk, key)


def publish(desk: Site, period: str) -> None:
    """A first release of a period, by hands without a browser."""
    clerk = Browser(desk, "clerk")
    path, digest, revision = ready(clerk, period)
    assert clerk.post(f"{path}/sent", {"digest": digest, "expected_revision": revision, "note": ""})[0] == 302
    for name in ("first", "second"):
        approver = Browser(desk, name)
        approver.post(path.replace("/u/", "/approve/") + "/yes", what_is_seen(approver, path))
    until(lambda: 'id="out-title"' in clerk.get(path)[1], "it is published")


def test_without_a_script_the_first_steps_are_plain_forms(sit: Open, desk: Site, tmp_path: Path) -> None:
    page = sit("clerk", "/desk/u/new?dataset=deals&period=1404", scripts=False)
    follow(page.get_by_role("button", name="آغاز"))
    file = tmp_path / "x.xlsx"
    file.write_bytes(workbook(GOOD))
    page.locator("#file").set_input_files(file)
    follow(page.locator("form[data-upload] button"))
    expect(page.locator("a.btn", has_text="برویم سراغ ستون‌ها")).to_be_visible()
    follow(page.locator("a.btn", has_text="برویم سراغ ستون‌ها"))
    follow(page.locator("form.part button.btn"))
    expect(page.locator("a.btn", has_text="برویم سراغ مقایسه")).to_be_visible()
