"""From a file to the page that everybody reads, by clicking alone: sent, returned with a reason, mended, sent, published.

It is walked in either language, by keyboard or by taps, with scripts and without.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import expect
from tests.apps.desk.deals import GOOD, workbook
from tests.patience import PATIENCE

REASON: Final = "مبلغ این ردیف با قرارداد نمی‌خواند"
WHY: Final = "رقم نهال‌ها در نامه درست شد"
WRONG: Final = "2,900,000"
RIGHT: Final = "2500000"
TOTAL: Final = {"": "۷٬۰۰۰٬۰۰۰", "/en": "7,000,000"}
CHANGE: Final = {"": ("۲۰۰٬۰۰۰", "۲۵۰٬۰۰۰"), "/en": ("200,000", "250,000")}
"""The same amounts as everybody reads them, in toman."""
BEFORE: Final = {"": "۲٬۰۰۰٬۰۰۰", "/en": "2,000,000"}


@dataclass(frozen=True)
class Walker:
    """Somebody before a page: in which language, and whether they have only a keyboard.

    ``look`` is what is done with each page on the way.
    """

    page: Any
    front: str
    keyboard: bool
    look: Callable[[Any, str], None]

    def go(self, target: Any, called: str) -> None:
        """Follow a link or send a form, and wait until nothing is computed any more."""
        with self.page.expect_navigation(wait_until="load"):
            if self.keyboard:
                target.focus()
                self.page.keyboard.press("Enter")
            else:
                target.click()
        # Without a script the page opens itself anew.
        expect(self.page.locator("#work[data-busy]")).to_have_count(0)
        self.look(self.page, called)

    def unfold(self, details: Any) -> None:
        """Open a part of the page that is folded."""
        if details.get_attribute("open") is None:
            summary = details.locator("summary").first
            if self.keyboard:
                summary.focus()
                self.page.keyboard.press("Enter")
            else:
                summary.click()
        expect(details).to_have_attribute("open", "")

    def link(self, ending: str) -> Any:
        """The first link in the page that leads to an address with that ending."""
        return self.page.locator(f'main a[href$="{ending}"]').first


def correct(clerk: Walker, period: str, folder: Path) -> str:
    """A clerk sends a corrected file for a period that is published; the submission's key."""
    page = clerk.page
    clerk.go(clerk.link("/desk/u/new"), "new")
    page.locator("#dataset").select_option("deals")
    page.locator("#period").fill(period)
    clerk.go(
        page.locator('main form:has(#period) button[type="submit"], main form:has(#period) button.btn').first, "file"
    )
    key = str(page.url.split("/")[-2])
    file = folder / "corrected.xlsx"
    changed = GOOD[1]
    rows = [GOOD[0], (*changed[:2], WRONG, *changed[3:]), *GOOD[2:]]
    file.write_bytes(workbook(rows))
    page.locator("#file").set_input_files(file)
    clerk.go(page.locator("form[data-upload] button").first, "seen")
    clerk.go(page.locator('a.btn[href$="/columns"]'), "columns")
    clerk.go(page.locator("form.part button.btn").first, "fix")
    clerk.go(page.locator('a.btn[href$="/diff"]'), "diff")
    expect(page.locator(".diffs ins").first).to_be_visible()
    clerk.go(page.locator('a.btn[href$="/send"]'), "send")
    page.locator("#code").select_option("entry-error")
    page.locator("#why").fill(WHY)
    if page.locator("#note").count():
        page.locator("#note").fill(WHY)
    clerk.go(page.locator('form[action$="/sent"] button.btn').last, "sent")
    return key


def send_back(approver: Walker, key: str) -> None:
    """An approver finds the submission among what waits, sees the change, and returns it with a reason and a cell."""
    page = approver.page
    approver.go(approver.link(f"/desk/approve/{key}"), "approve")
    approver.unfold(page.locator("details.more", has=page.locator(".diffs")).first)
    expect(page.locator("main")).to_contain_text(BEFORE[approver.front])
    expect(page.locator("main")).to_contain_text(WHY)
    form = page.locator("details.more", has=page.locator("#words"))
    approver.unfold(form)
    page.locator("#words").fill(REASON)
    page.locator("#row").fill("4")
    page.locator("select#field").select_option("amount")
    approver.go(form.locator("button.btn"), "returned")


def mend(clerk: Walker, key: str) -> None:
    """The clerk finds what was returned, reads why, writes the cell anew where the reason stands, and sends it again."""
    page = clerk.page
    page.goto(page.url.split("/desk/")[0] + "/desk/")
    clerk.go(clerk.link(f"/desk/u/{key}"), "returned-to-me")
    expect(page.locator(".remarks")).to_contain_text(REASON)
    page.locator(".cell-form input.field").fill(RIGHT)
    clerk.go(page.locator(".cell-form button"), "mended")
    # What was asked for is told to be done.
    expect(page.locator(".remarks .tag.ok")).to_be_visible()
    expect(page.locator(".remarks")).to_contain_text(RIGHT)
    clerk.go(page.locator('main a[href$="/send"]').first, "send-again")
    clerk.go(page.locator('form[action$="/sent"] button.btn').last, "sent-again")


def approve(approver: Walker, key: str) -> None:
    """An approver sees what was asked for and what became of it, and says yes."""
    page = approver.page
    page.goto(page.url.split("/desk/")[0] + "/desk/")
    approver.go(approver.link(f"/desk/approve/{key}"), "approve-again")
    expect(page.locator("#since")).to_contain_text(REASON)
    approver.go(page.locator('form[action$="/yes"] button.btn'), "approved")


def is_read_by_all(reader: Walker, key: str) -> None:
    """From the submission to the page of the release, the dataset's page and what changed in it."""
    page, front = reader.page, reader.front
    page.goto(page.url.split("/desk/")[0] + f"/desk/u/{key}")
    out = page.locator("#out-title")
    until = time.monotonic() + PATIENCE
    while not out.count():
        assert time.monotonic() < until, "it is published"
        page.wait_for_timeout(1_000)
        page.reload()
    reader.look(page, "published")
    reader.go(page.locator("section:has(#out-title) a.btn"), "release")
    expect(page.locator("main")).to_contain_text(WHY)
    expect(page.locator("main")).to_contain_text(TOTAL[front])
    page.go_back()
    reader.go(page.locator("section:has(#out-title) a").nth(1), "dataset")
    reader.go(page.locator('main a[href*="/data/deals/changes"]').first, "changes")
    for shown in CHANGE[front]:
        expect(page.locator("main")).to_contain_text(shown)
