"""A clerk puts a messy workbook of contracts right: how many clicks that takes, and how long the machine is waited for."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import AXE, violations
from tests.browser.desk_site import Site, running
from tests.browser.messy_contracts import messy_contracts
from tests.browser.sight import FITS

# The site and its worker meet it in processes of their own.
pytestmark = pytest.mark.database

MOST_CLICKS: Final = 20


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running(tmp_path_factory.mktemp("desk-fixed"), approvals=1, owed=("contracts",)) as site:
        yield site


@dataclass
class Clerk:
    """Somebody at a page, whose clicks and fields are counted, and the seconds in which the machine is waited for."""

    page: Any
    clicks: int = 0
    fields: int = 0
    waited: float = 0.0
    longest: float = 0.0
    said: list[str] = field(default_factory=list)

    def click(self, target: Any, *, leads: bool = True) -> None:
        """Press something; where it leads to another page, wait for it and for all that is computed for it."""
        self.clicks += 1
        target.click(trial=True)
        what = target.text_content().strip()
        began = time.monotonic()
        if leads:
            with self.page.expect_navigation(wait_until="load"):
                target.press("Enter")
            expect(self.page.locator("#work[data-busy]")).to_have_count(0, timeout=60_000)
        else:
            target.click()
        took = time.monotonic() - began
        self.waited += took
        self.longest = max(self.longest, took)
        self.said.append(f"{took:5.2f} s  {what[:60]}")

    def fill(self, target: Any, text: str) -> None:
        """Type into a field."""
        self.fields += 1
        target.fill(text)

    def choose(self, target: Any, label: str) -> None:
        """Choose from a list."""
        self.fields += 1
        target.select_option(label=label)


def test_a_messy_workbook_of_contracts_in_few_clicks(desk: Site, chromium: Any, tmp_path: Path) -> None:
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    context.add_cookies([{"name": "ayan_desk", "value": desk.sessions["clerk"], "url": desk.address}])
    page = context.new_page()
    page.goto(f"{desk.address}/desk/")
    clerk = Clerk(page)
    file = tmp_path / "قراردادها.xlsx"
    file.write_bytes(messy_contracts())
    try:
        _send_file(clerk, file)
        _put_right(clerk)
    finally:
        print("\n".join(clerk.said), f"\n{clerk.clicks} clicks, {clerk.fields} fields, {clerk.waited:.1f} s")
    assert clerk.clicks <= MOST_CLICKS
    context.close()


def _send_file(clerk: Clerk, file: Path) -> None:
    page = clerk.page
    page.wait_for_load_state("load")
    clerk.click(page.get_by_role("link", name="فرستادن داده").first)
    clerk.choose(page.locator("#dataset"), "قراردادها")
    clerk.fill(page.locator("#period"), "۱۴۰۳")
    clerk.click(page.get_by_role("button", name="آغاز با پرونده"))
    page.locator("#file").set_input_files(file)
    clerk.click(page.locator("form[data-upload] button"))
    expect(page.locator("table.raw").first).to_be_visible(timeout=60_000)


def _put_right(clerk: Clerk) -> None:
    page = clerk.page
    page.screenshot(path="/tmp/r22b/file.png", full_page=True)
    clerk.click(page.locator("a.btn", has_text="برویم سراغ ستون‌ها"))
    page.screenshot(path="/tmp/r22b/columns.png", full_page=True)
    clerk.click(page.locator("form.part button.btn"))
    page.screenshot(path="/tmp/r22b/fix1.png", full_page=True)
    print(page.locator("article.cause h3").all_text_contents())
