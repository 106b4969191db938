"""The first hour of an empty city, in Persian, by the check-list of its first administrator alone."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest
import xlsxwriter
from playwright.sync_api import expect
from tests.apps.accounts.people import PASSWORD, code
from tests.browser.conftest import follow
from tests.browser.counted_hand import Hand
from tests.browser.desk_site import set_up_environment, wait_for
from tests.browser.test_declaring import book as payments
from tests.conftest import ROOT
from tests.patience import PATIENCE
from tests.ports import free_port

pytestmark = [pytest.mark.database, pytest.mark.soak]

UNITS: Final = ("شناسهٔ واحد", "نام واحد", "نام واحد به انگلیسی")
PEOPLE: Final = ("نام و نام خانوادگی", "نام کاربری", "رایانامه", "تلفن همراه", "نقش", "واحد", "داده")
JOINING: Final = 2
"""Clicks with which whoever was invited joins."""
FINANCE: Final = "معاونت مالی و اقتصادی"


@contextmanager
def new_city(home: Path) -> Iterator[tuple[str, str]]:
    """A city as ``ayan init`` makes it, served; its address, and the link of its first administrator."""
    environment = set_up_environment(home)
    verb = [sys.executable, "-m", "ayan.cli.main"]

    def run(*words: str) -> str:
        asked = [*verb, *words]
        return subprocess.run(asked, env=environment, cwd=ROOT, check=True, capture_output=True, text=True).stdout

    run("init", str(home), "--name-fa", "شهرداری نوبنیاد", "--no-witness")
    link = run("officer", "add", "m.karimi", "--name", "مریم کریمی").splitlines()[-1]
    port = free_port()
    serving = [*verb, "serve", "--port", str(port), "--workers", "1"]
    address = f"http://127.0.0.1:{port}"
    with subprocess.Popen(serving, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
        try:
            wait_for(address, process)
            yield address, link
        finally:
            process.terminate()


def sheet(path: Path, units: Sequence[Sequence[str]], people: Sequence[Sequence[str]]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        for title, head, rows in (("واحدها", UNITS, units), ("کارکنان", PEOPLE, people)):
            page = book.add_worksheet(title)
            for at, row in enumerate([head, *rows]):
                page.write_row(at, 0, row)
    return path


def joined(page: Any, address: str) -> Hand:
    hand = Hand(page)
    page.goto(address)
    page.get_by_label("گذرواژهٔ تازه").fill(PASSWORD)
    page.get_by_label("همان گذرواژه بار دیگر").fill(PASSWORD)
    secret = page.locator(".scan p bdi").inner_text().replace(" ", "")
    page.get_by_label("کد", exact=True).fill(code(secret))
    hand.on("button", "پیوستن")
    hand.on("button", "نگه داشتم")
    return hand


def entered(hand: Hand, file: Path) -> list[str]:
    """Give a sheet of units and people and enter it; the links of the people, in its order."""
    hand.on("link", "مدیر دوم")
    hand.on("link", "از یک پرونده")
    hand.page.set_input_files("input[type=file]", file)
    hand.on("button", "خواندن و نشان دادن")
    hand.on("button", "وارد کردن همه")
    cells = hand.page.locator("table td").all_inner_texts()
    links = [match[0] for cell in cells if (match := re.search(r"/desk/join/[\w-]+", cell))]
    hand.on("button", "رساندم")
    return links


def _adds_a_table(chief: Hand, file: Path) -> None:
    """Declare a table out of a file: what the file does not say is asked for, and its title is written."""
    file.write_bytes(payments())
    chief.on("link", "اعلام داده")
    chief.page.locator("#file").set_input_files(file)
    chief.on("button", "ساختن پیشنهاد")
    chief.page.get_by_role("radio", name="میلیون ریال", exact=True).press("Space")
    chief.page.locator("#again").set_input_files(file)
    chief.on("button", "پاسخ دادن")
    chief.fill(chief.page.locator("#name-1"), "پرداخت‌های مناطق")
    chief.on("button", "تأیید و اعلام")
    expect(chief.page.locator("main")).to_contain_text("اکنون می‌توان پرونده‌های این داده را فرستاد")


def _adds_a_code(chief: Hand) -> None:
    """Add a value to the list of a table."""
    chief.on("link", "جدول‌ها")
    chief.on("link", "قراردادها")
    chief.on("link", "وضعیت")
    chief.fill(chief.page.locator("#fa"), "در داوری")
    chief.fill(chief.page.locator("#en"), "In arbitration")
    chief.on("button", "سنجیدن و درخواست")
    expect(chief.page.locator("main")).to_contain_text("در داوری")


def test_the_check_list_leads_from_an_empty_city_to_the_first_public_page(chromium: Any, tmp_path: Path) -> None:
    file = sheet(
        tmp_path / "staff.xlsx",
        [("finance", FINANCE, "Finance"), ("works", "معاونت عمرانی", "Works")],
        [
            ("بهرام دومی", "b.dovomi", "b@nobonyad.example", "", "مدیر سامانه", "همهٔ شهر", ""),
            ("نسرین کارشناس", "n.karshenas", "n@nobonyad.example", "", "کارشناس داده", FINANCE, ""),
            ("شیرین تأیید", "s.taeid", "s@nobonyad.example", "", "تأییدکننده", FINANCE, ""),
            ("پروین نگهبان", "p.negahban", "p@nobonyad.example", "", "مسئول حریم خصوصی", "همهٔ شهر", ""),
        ],
    )

    def browser() -> Any:
        return chromium.new_context(viewport={"width": 1280, "height": 900}).new_page()

    with new_city(tmp_path / "city") as (address, link):
        chief = joined(browser(), address + link)
        hands = [chief]
        chief.on("link", "نام، نشانی و رنگ شهر")
        chief.page.get_by_label("رایانامه").fill("info@nobonyad.example")
        chief.on("button", "ثبت")
        chief.on("link", "امروز")
        links = entered(chief, file)
        clerk, approver = (joined(browser(), address + links[at]) for at in (1, 2))
        hands += [clerk, approver, *(joined(browser(), address + links[at]) for at in (0, 3))]
        # Nobody can send anything yet, and the list says what is missing.
        chief.on("link", "امروز")
        chief.on("link", "واحد و مسئول هر داده")
        chief.on("link", "نصاب معاملات")
        chief.page.get_by_label("واحد").first.select_option(label=FINANCE)
        chief.page.get_by_label("مسئول").first.select_option(label="نسرین کارشناس")
        follow(chief.page.locator("main form .btn").first)
        chief.on("link", "امروز")
        chief.on("link", "سلامت سامانه", last=True)
        clerk.on("link", "فرستادن داده")
        clerk.page.get_by_label("داده", exact=True).select_option("transaction-ceilings")
        clerk.on("button", "نوشتن ردیف‌ها با دست")
        row = {"year": "۱۴۰۵", "small": "7500000000", "medium": "75000000000", "source": "تصویب‌نامه"}
        row["source_link"] = "https://dolat.example/tasvib"
        for name, text in row.items():
            clerk.page.locator(f"tbody tr:first-child input[name$=':{name}']").fill(text)
        clerk.page.locator("tbody tr:first-child select").first.select_option(label="خیر")
        clerk.page.get_by_role("button", name="بررسی", exact=True).click()
        expect(clerk.page.get_by_role("link", name="دیدم؛ برویم سراغ فرستادن")).to_be_visible()
        clerk.on("link", "دیدم؛ برویم سراغ فرستادن")
        clerk.on("button", "ارسال برای تأیید", last=True)
        approver.on("link", "امروز")
        approver.on("link", "نصاب معاملات")
        approver.on("button", "تأیید می‌کنم")
        public = browser()
        until = time.monotonic() + PATIENCE
        while "۱ ردیف" not in (public.goto(f"{address}/data/transaction-ceilings") and public.inner_text("main")):
            assert time.monotonic() < until, "it is published"
            time.sleep(1)
        chief.on("link", "امروز")
        expect(chief.page.locator("main")).not_to_contain_text("گام‌های نخست")
    assert sum(each.clicks for each in hands) <= 36, [each.said for each in hands]


def test_an_administrator_adds_a_table_a_code_sixty_units_and_their_people_in_one_go(
    chromium: Any, tmp_path: Path
) -> None:
    units = [(f"vahed-{n}", f"ادارهٔ شمارهٔ {n}", f"Office {n}") for n in range(1, 61)]
    roles = ("تأییدکننده", "کارشناس داده")
    people = [
        (f"کارمند شمارهٔ {n}", f"k.{n}", f"k{n}@nobonyad.example", "", roles[n % 2], f"ادارهٔ شمارهٔ {(n + 1) // 2}", "")
        for n in range(1, 121)
    ]
    file = sheet(tmp_path / "staff.xlsx", units, people)
    with new_city(tmp_path / "city") as (address, link):
        chief = joined(chromium.new_context(viewport={"width": 1280, "height": 900}).new_page(), address + link)
        assert len(entered(chief, file)) == 120
        assert chief.clicks <= JOINING + 6
        expect(chief.page.get_by_text("کارمند شمارهٔ 120").first).to_be_visible()
        _adds_a_table(chief, tmp_path / "district-payments.xlsx")
        _adds_a_code(chief)
        for page, words in (("/data/district-payments", "پرداخت‌های مناطق"), ("/data/contracts", "قراردادها")):
            chief.page.goto(address + page)
            expect(chief.page.locator("h1")).to_have_text(words)
    assert chief.clicks <= 20, chief.said
