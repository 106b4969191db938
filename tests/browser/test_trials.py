"""/try as somebody meets it on a phone: a file is sent, a question answered by keyboard, a hostile file refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import follow, violations
from tests.browser.sight import FITS
from tests.sampling import sampled

pytestmark = pytest.mark.django_db(transaction=True)

NARROWEST = 320
SILENT = "شماره سند,تاریخ پرداخت,مبلغ\n" + "".join(f"A-{100 + n},1403/05/{n:02},{n}000\n" for n in range(1, 13))
HOSTILE = b"%PDF-1.7 \xff\x00<script>alert(1)</script>"
WORDS = {
    "/try": ("آزمایش", "میلیون تومان", "ردیف‌های بی‌خطا", "۱۲", "پرونده خوانده نشد."),
    "/en/try": ("Try", "million toman", "Rows without an error", "12", "The file could not be read."),
}


@pytest.fixture
def phone(chromium: Any, site: str) -> Iterator[Any]:
    """Opens an address at the width of the smallest phone, with scripts or without."""
    contexts: list[Any] = []

    def opened(address: str, *, scripts: bool) -> Any:
        context = chromium.new_context(viewport={"width": NARROWEST, "height": 700}, java_script_enabled=scripts)
        contexts.append(context)
        page = context.new_page()
        page.goto(site + address)
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize(("address", "scripts"), sampled("trial by keyboard", [("/try", False), ("/en/try", True)], 1))
def test_a_file_is_tried_by_keyboard(phone: Any, axe: str, address: str, *, scripts: bool) -> None:
    button, unit, heading, count, refusal = WORDS[address]
    page = phone(address, scripts=scripts)

    def send(name: str, body: bytes) -> None:
        page.locator("#file").set_input_files({"name": name, "mimeType": "text/csv", "buffer": body})
        follow(page.get_by_role("button", name=button, exact=True))
        assert page.evaluate(FITS)

    send("report.csv", HOSTILE)
    expect(page.get_by_text(refusal)).to_be_visible()
    send("pay.csv", SILENT.encode())
    expect(page.locator("#questions")).to_be_visible()
    if scripts:
        page.evaluate(axe)
        assert violations(page) == []
    page.get_by_role("radio", name=unit, exact=True).press("Space")
    send("pay.csv", SILENT.encode())
    good = page.locator(".pairs div", has_text=heading).locator("dd")
    expect(good).to_have_text(count)
    expect(page.locator("pre").first).to_contain_text('money_unit = "million_toman"')
    assert page.locator("#questions").count() == 0
