"""A contract's way from a clerk's file to a citizen's citation, by clicking alone."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import expect
from tests.browser.publication_journey import Walker
from tests.core.documents import papers
from tests.patience import PATIENCE

MOBILE: Final = "09123456789"
PHRASE: Final = "نهال‌ها از نهالستان سپیدار می‌رسد"
TITLE: Final = "قرارداد کاشت چنار خیابان بلند بهشتی با همهٔ پیوست‌ها و نقشه‌های آن"
LINKED: Final = "بهای کاشت یک هزار ریال است"


def contract(folder: Path) -> Path:
    """A contract of two pages: a mobile number on the first, a sum in words and a phrase on the second."""
    lines = ["قرارداد کاشت درخت", f"تلفن همراه پیمانکار {MOBILE}", *papers.SENTENCES * 8]
    first = [line for line in lines if PHRASE not in line][:38]
    return papers.letter(folder / "contract.pdf", [*first, *papers.SENTENCES[:4], LINKED, PHRASE], size=13)


def attach(clerk: Walker, site: str, file: Path) -> None:
    """The clerk attaches the contract to the tree, and waits until its public copy is made."""
    page = clerk.page
    page.goto(f"{site}{clerk.front}/desk/documents/new?dataset=trees&row=1")
    clerk.look(page, "attach")
    page.locator("#file").set_input_files(file)
    page.locator("#kind").select_option("permit")
    page.locator("#title").fill(TITLE)
    page.locator("#dated").fill("1403/05/12")
    clerk.go(page.locator("form[enctype] button.btn"), "being prepared")
    waited(page, lambda: page.locator("#places-title").count() > 0, "the copy is made")
    clerk.look(page, "attached")


def redact_and_link(clerk: Walker) -> None:
    """The clerk sees that the number is to be covered, lets the copy be made so, and says in which line the sum is."""
    page = clerk.page
    expect(page.locator('input[name="kept"]').first).to_be_checked()
    expect(page.locator("main")).not_to_contain_text(MOBILE)
    clerk.go(page.locator('button[value="cover"]'), "made again")
    waited(page, lambda: page.locator("#places-title").count() > 0, "the copy is made again")
    clerk.go(page.locator('main a[href$="/lines"]'), "lines")
    line = page.locator('fieldset:has(input[name="at-cost"]) .opt', has_text="یک هزار").first
    expect(page.locator('input[name="at-cost"]').first).to_be_checked()
    line.locator("label").click()
    clerk.go(page.locator("main form button.btn"), "linked")
    expect(page.locator("section:has(#lines-title)")).to_contain_text("یک هزار")


def send(clerk: Walker) -> str:
    """The document goes into a submission, and that to whoever approves it; the submission's key."""
    page = clerk.page
    clerk.go(page.locator('button[value="send"]'), "difference")
    key = str(page.url.split("/")[-2])
    clerk.go(page.locator('main a[href$="/send"]').first, "send")
    if page.locator("#note").count():
        page.locator("#note").fill("قرارداد پیوست شد")
    clerk.go(page.locator('form[action$="/sent"] button.btn').last, "sent")
    return key


def approve(approver: Walker, site: str, key: str) -> None:
    """Somebody else looks at the pages and at the linked line, and says yes."""
    page = approver.page
    page.goto(f"{site}{approver.front}/desk/approve/{key}")
    approver.look(page, "approve")
    approver.go(page.locator('main a[href*="/desk/documents/"]').first, "its pages")
    expect(page.locator("main")).not_to_contain_text(MOBILE)
    expect(page.locator("section:has(#lines-title)")).to_contain_text("یک هزار")
    picture = page.locator(".ruled img").first
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("naturalWidth", 900)
    page.goto(f"{site}{approver.front}/desk/approve/{key}")
    approver.go(page.locator('form[action$="/yes"] button.btn'), "approved")


def is_cited(citizen: Walker, site: str) -> None:
    """A citizen finds the contract by a phrase, goes from the value to its line and back, cites page 2, and verifies."""
    page = citizen.page
    hits = page.locator(".doc-hits li")

    def has_hits() -> bool:
        page.goto(f"{site}{citizen.front}/search?q={PHRASE}")
        return bool(hits.count())

    waited(page, has_hits, "it is published", again=False)
    citizen.look(page, "found")
    expect(hits.locator("mark").first).to_have_text(PHRASE)
    citizen.go(hits.get_by_role("link").first, "page of the phrase")
    assert "/2?" in page.url
    expect(page.locator(".doc-lines mark")).to_have_text(PHRASE)
    expect(page.locator("main")).not_to_contain_text(MOBILE)
    digest = page.url.split("/documents/")[1][:64]
    cited = page.locator(".cite p").first
    expect(cited).to_contain_text(f"/documents/{digest}/2")
    expect(cited).to_contain_text("صفحهٔ ۲")
    citizen.go(page.locator(".doc-lines a.doc-fact").first, "record")
    expect(page.locator(".doc-values")).to_contain_text("سطر")
    citizen.go(page.locator(".doc-values a").first, "line of the value")
    assert "/2#l" in page.url
    expect(page.locator(".doc-lines li:target")).to_contain_text("یک هزار")
    with page.expect_download() as fetched:
        page.locator(".acts a[href$='/file']").click()
    content = Path(fetched.value.path()).read_bytes()
    assert hashlib.sha256(content).hexdigest() == digest
    assert MOBILE.encode() not in content
    citizen.go(page.locator(".acts a", has_text="خودتان وارسی کنید"), "verified")
    expect(page.locator(".banner.ok")).to_be_visible()
    citizen.go(page.locator(f"main a[href$='/documents/{digest}']"), "read again")


def waited(page: Any, holds: Any, what: str, *, again: bool = True) -> None:
    """Wait until something is so, opening the page anew; without a script it does so itself."""
    until = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < until, f"waited in vain until {what}"
        page.wait_for_timeout(1_000)
        if again:
            page.reload()
