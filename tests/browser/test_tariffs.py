"""A fee as somebody works it out on a phone: by keyboard alone, with scripts or without, and on one sheet of paper."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pypdf
import pytest
from playwright.sync_api import expect
from tests.browser.conftest import violations
from tests.browser.counter_hands import reach
from tests.browser.sight import FITS
from tests.sampling import sampled

pytestmark = pytest.mark.django_db(transaction=True)

NARROWEST = 320
FLOORS = {"ground": "100", "first": "90", "second": "80", "third": "70", "fourth": "60", "fifth": "50", "sixth": "40.5"}
SAID = {
    "": ("محاسبه", "۲۷۱٬۶۰۰٬۰۰۰"),
    "/en": ("Work it out", "It comes to 271,600,000 rial"),
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


@pytest.mark.parametrize(("prefix", "scripts"), sampled("fee by keyboard", [("", False), ("/en", True)], 1))
def test_a_fee_is_worked_out_by_keyboard_and_printed_on_one_sheet(
    phone: Any, axe: str, prefix: str, *, scripts: bool
) -> None:
    button, amount = SAID[prefix]
    page = phone(f"{prefix}/tariffs/nasirshahr-density", scripts=scripts)
    # Nothing stated yet, and a number that is none: both are said at the field, and what was typed stays.
    for name, value in {"price": "80000", **FLOORS, "first": "x"}.items():
        reach(page, page.locator(f"#{name}"))
        page.keyboard.press("Control+A")
        page.keyboard.type(value)
    page.keyboard.press("Enter")
    expect(page.locator("#first[aria-invalid=true]")).to_have_value("x")
    assert page.evaluate(FITS)
    reach(page, page.locator("#first"))
    page.keyboard.press("Control+A")
    page.keyboard.type(FLOORS["first"])
    reach(page, page.get_by_role("button", name=button, exact=True))
    page.keyboard.press("Enter")
    expect(page.locator("#result")).to_contain_text(amount)
    assert page.evaluate(FITS)
    if scripts:
        page.evaluate(axe)
        assert violations(page) == []
    margin = dict.fromkeys(("top", "bottom", "left", "right"), "10mm")
    sheet = pypdf.PdfReader(io.BytesIO(page.pdf(format="A4", margin=margin)))
    assert len(sheet.pages) == 1
