"""/desk/declare as an administrator meets it: a file, what was read of it, its questions, and two who declare it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.conf import settings
from playwright.sync_api import expect
from tests.apps.accounts.people import officer, signed_in
from tests.apps.small_city import build
from tests.browser.conftest import follow, violations
from tests.browser.sight import FITS
from tests.sampling import sampled

from ayan.apps.accounts.roles import Role
from ayan.apps.trials import proposals
from ayan.wiring import city

pytestmark = pytest.mark.django_db(transaction=True)

PHONE, DESKTOP = 390, 1440
WORDS = {
    "": (
        "ساختن پیشنهاد",
        "میلیون ریال",
        "پاسخ دادن",
        "تأیید و اعلام",
        "جدول درست است و منتظر تأیید است.",
        "۱۲٬۰۰۰٬۰۰۰",
        "برگرداندن گام",
        "برگردانده شد.",
        "انجام دوبارهٔ گام",
        "تأیید و انجام",
    ),
    "/en": (
        "Propose",
        "million rial",
        "Answer",
        "Confirm and declare",
        "The table is right and waits for its confirmation.",
        "12,000,000",
        "Undo step",
        "Undone.",
        "Do step",
        "Confirm and carry out",
    ),
}
WAYS = [(lang, width, scripts) for lang in WORDS for width in (PHONE, DESKTOP) for scripts in (True, False)]


def book() -> bytes:
    """Payments of districts: merged cells below each other, a sum, signatures, and no word of the unit."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as made:
        sheet = made.add_worksheet("گزارش")
        rows: list[tuple[object, ...]] = [("شماره سند", "تاریخ پرداخت", "منطقه", "مبلغ")]
        rows += [(f"A-{100 + n}", f"1403/05/{n:02}", f"منطقه {n % 3 + 1}", n * 12) for n in range(1, 13)]
        rows += [("جمع کل", None, None, 78 * 12), (), ("امضای ذی‌حساب", None, "امضای شهردار")]
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    return out.getvalue()


@pytest.fixture
def admin(chromium: Any, server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Any]]:
    """Opens the page at a width, signed in as an administrator of a city of its own."""
    own = build(tmp_path)
    monkeypatch.setattr(city, "current", lambda: own)
    # A busy machine is slow, not wrong.
    monkeypatch.setattr(proposals, "DECLARING_SECONDS", 300.0)
    contexts: list[Any] = []

    def opened(prefix: str, width: int, *, scripts: bool) -> Any:
        context = chromium.new_context(viewport={"width": width, "height": 900}, java_script_enabled=scripts)
        contexts.append(context)
        cookie = signed_in(officer("chief", Role.ADMINISTRATOR)).cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": server}])
        page = context.new_page()
        page.goto(f"{server}{prefix}/desk/declare")
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize(("lang", "width", "scripts"), sampled("ways to declare", WAYS, 1))
def test_a_file_becomes_a_declaration(
    admin: Callable[..., Any], axe: str, lang: str, width: int, scripts: bool, tmp_path: Path
) -> None:
    propose, unit, answer, confirm, done, rials, undo, undone, again, carry_out = WORDS[lang]
    page = admin(lang, width, scripts=scripts)
    file = {"name": "district-payments.xlsx", "mimeType": "application/octet-stream", "buffer": book()}

    def looked_at() -> None:
        assert page.evaluate(FITS)
        if scripts:
            page.evaluate(axe)
            assert violations(page) == []

    looked_at()
    page.locator("#file").set_input_files(file)
    follow(page.get_by_role("button", name=propose, exact=True))
    # What was read is told in a table before any text of a declaration.
    expect(page.locator("table th[scope=row]", has_text="تاریخ پرداخت")).to_be_visible()
    looked_at()
    page.get_by_role("radio", name=unit, exact=True).press("Space")
    page.locator("#again").set_input_files(file)
    follow(page.get_by_role("button", name=answer, exact=True))
    expect(page.locator("table tr", has_text="مبلغ").first).to_contain_text(rials)
    assert page.get_by_role("button", name=answer, exact=True).count() == 0
    looked_at()
    # A step of the layout is undone by itself, and done again.
    for press, said in ((undo, 1), (again, 0)):
        page.locator("#again").set_input_files(file)
        follow(page.get_by_role("button", name=press))
        expect(page.get_by_text(undone, exact=True)).to_have_count(said)
        looked_at()
    follow(page.get_by_role("button", name=confirm, exact=True))
    expect(page.get_by_text(done)).to_be_visible()
    looked_at()
    # A second administrator sees what it is, and makes it a table of the city by one click.
    follow(page.locator("a[href*='/desk/tables/changes/']"))
    looked_at()
    second = signed_in(officer("second", Role.ADMINISTRATOR)).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [
            {
                "name": settings.SESSION_COOKIE_NAME,
                "value": second,
                "url": page.url.partition("/desk/")[0].removesuffix("/en"),
            }
        ]
    )
    page.reload()
    follow(page.get_by_role("button", name=carry_out, exact=True))
    expect(page.get_by_role("button", name=carry_out, exact=True)).to_have_count(0)
    looked_at()
    declared = city.current().registry.get("district-payments")
    assert declared.field("amount").money_unit == "million_rial"
    assert [step.do for step in declared.sources["default"].steps] == ["end"]
