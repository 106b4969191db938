"""A clerk puts a messy workbook of contracts right: how many clicks that takes, and how long the machine is waited for."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from playwright.sync_api import expect
from tests.browser.counted_hand import Hand
from tests.browser.messy_contracts import messy_contracts

MOST_CLICKS: Final = 20
CAUSES: Final = 18
YEAR: Final = "1403"
WRITTEN: Final = {
    "نامعلوم": "130,000,000",
    "حدود ۲۰۰ میلیون": "200000000",
    "شش ماه": "180",
    "۱۸۰ روز": "180",
    f"{YEAR}/13/40": f"{YEAR}/02/05",
    "45/06/12": f"{YEAR}/01/12",
    "فوری": f"{YEAR}/03/10",
}
"""What the clerk writes for a text wherever it stands."""
CHOSEN: Final = {
    "خاتمه یافته": "تحویل قطعی",
    "پایان کار": "تحویل قطعی",
    "استعلام کتبی": "استعلام بها",
    "منطقه مرکزی": "منطقهٔ ۱",
}
"""What the clerk chooses from a list."""
RIGHT: Final = ("راه‌گستر البرز (ساختگی)", "آب‌نمای کویر (ساختگی)")
"""The right ones of names that are written in several ways."""


def walk(page: Any, folder: Path) -> Hand:
    """Send the workbook from the first page of the desk, put it right and send it on for approval."""
    clerk = Hand(page)
    file = folder / "قراردادها.xlsx"
    file.write_bytes(messy_contracts(YEAR))
    _send_file(clerk, file)
    _put_right(clerk)
    return clerk


def _send_file(clerk: Hand, file: Path) -> None:
    page = clerk.page
    page.wait_for_load_state("load")
    clerk.click(page.get_by_role("link", name="فرستادن داده").first)
    clerk.choose(page.locator("#dataset"), "قراردادها")
    clerk.fill(page.locator("#period"), YEAR)
    clerk.click(page.get_by_role("button", name="آغاز با پرونده"))
    page.locator("#file").set_input_files(file)
    clerk.click(page.locator("form[data-upload] button"))
    clerk.click(page.get_by_role("button", name="بله، سرستون همین است"))
    expect(page.locator("table.raw").first).to_be_visible()


def _put_right(clerk: Hand) -> None:
    page = clerk.page
    clerk.click(page.locator("a.btn", has_text="برویم سراغ ستون‌ها"))
    expect(page.locator("#unit-amount")).to_have_value("toman")
    clerk.click(page.locator("form.part button.btn"))
    assert page.locator("article.cause.bad").count() == CAUSES
    clerk.click(page.locator("#none button"))
    clerk.click(page.locator("#offers button.btn"))
    assert "#at" in page.url
    expect(page.locator("#at")).to_be_focused()
    # All that is written and chosen goes at once, whichever group it belongs to.
    for old, new in WRITTEN.items():
        clerk.fill(_beside(page, old), new)
    clerk.fill(page.locator("article.cause", has_text="«شمارهٔ قرارداد» خالی است").locator(".becomes .field"), "C-36")
    for old, new in CHOSEN.items():
        clerk.choose(_beside(page, old), new)
    for right in RIGHT:
        clerk.choose(page.locator("#spellings li", has_text=right).locator("select"), right)
    clerk.click(_beside(page, "نامعلوم").locator("xpath=ancestor::article").get_by_role("button", name="ثبت همه"))
    expect(page.locator("#spellings")).to_have_count(0)
    clerk.click(page.get_by_role("button", name="خانه‌های خالی از بالا پر شود").first)
    clerk.click(page.get_by_role("button", name="پوشاندن با «…»"))
    clerk.click(page.get_by_role("button", name="دیده شد؛ همین‌طور فرستاده شود"))
    expect(page.locator("article.cause.bad")).to_have_count(1)
    clerk.click(page.locator("article.cause.bad").get_by_role("link", name="دیدن ردیف‌ها و خانه‌ها"))
    clerk.fill(page.locator("#opened tr", has_text="تاریخ پایان").locator("input.field"), f"{YEAR}/07/15")
    clerk.click(page.locator("#opened").get_by_role("button", name="ثبت همه"))
    clerk.click(page.locator("a.btn", has_text="برویم سراغ مقایسه"))
    clerk.click(page.get_by_role("link", name="برویم سراغ فرستادن"))
    clerk.fill(page.locator("#note"), "از دفتر قراردادها")
    clerk.click(page.get_by_role("button", name="ارسال برای تأیید"))


def _beside(page: Any, text: str) -> Any:
    """The field or list beside a text of a group."""
    return page.locator("article.cause .values > li", has_text=text).locator(".becomes .field")
