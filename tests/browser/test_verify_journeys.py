"""From a number on a page, or a file on one's desk, to an answer that needs no explaining."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import WIDTHS, follow, violations
from tests.sampling import sampled

Open = Callable[..., Any]

PREFIXES = ("", "/en")
EVERY_WAY = [(prefix, width, scripts) for prefix in PREFIXES for width in WIDTHS for scripts in (True, False)]
# What a browser does to a page to make it take a file that was dropped from the desk.
DROP = """([form, name, text]) => {
  const carried = new DataTransfer();
  carried.items.add(new File([text], name));
  form.dispatchEvent(new DragEvent("drop", {dataTransfer: carried, bubbles: true, cancelable: true}));
}"""


def words(prefix: str, fa: str, en: str) -> str:
    return en if prefix else fa


def downloaded(page: Any) -> tuple[bytes, str]:
    """The CSV of the page's result as the browser saves it, and its name."""
    page.locator("main details.menu > summary").first.click()
    with page.expect_download() as coming:
        page.get_by_role("link", name=re.compile("CSV")).first.click()
    return Path(coming.value.path()).read_bytes(), str(coming.value.suggested_filename)


@pytest.mark.parametrize(("prefix", "width", "scripts"), sampled("number to answer", EVERY_WAY, 1))
def test_from_a_number_on_a_page_to_the_answer_in_three_steps(
    open_page: Open, prefix: str, width: int, scripts: bool
) -> None:
    page, steps = open_page(f"{prefix}/data/works", width, scripts=scripts), 0

    def step(link: Any) -> None:
        nonlocal steps
        follow(link)
        steps += 1

    step(page.locator(f'a[href="{prefix}/data/works/r/C-007"]').first)
    step(
        page.get_by_role("link", name=words(prefix, "آیا این ردیف همان است که مهر شد؟", "Is this row what was sealed?"))
    )
    expect(page.locator(".banner.ok")).to_contain_text(words(prefix, "درست است.", "It holds."))
    assert steps <= 3
    page.go_back()
    page.go_back()
    follow(page.get_by_role("link", name=words(prefix, "آیا این نتیجه همان است", "Is this result what was sealed?")))
    expect(page.locator(".banner.ok")).to_contain_text(words(prefix, "ردیف به ردیف", "row by row"))
    expect(page.locator(".banner.info").first).to_contain_text(words(prefix, "همه دارند", "everybody has the key"))


@pytest.mark.parametrize(("prefix", "width", "scripts"), sampled("file to answer", EVERY_WAY, 1, by=lambda way: way[2]))
def test_a_journalist_hands_a_file_in_and_understands(
    open_page: Open, site: str, axe: str, prefix: str, width: int, scripts: bool
) -> None:
    page = open_page(f"{prefix}/data/works?state=open", width, scripts=scripts)
    body, name = downloaded(page)
    altered = body.replace(b",7000000,", b",7000001,")
    assert altered != body
    for file, tone, fa, en in (
        (body, "ok", "همان است که منتشر شد.", "It is what was published."),
        (altered, "bad", "فرق دارد", "differs from what was published"),
    ):
        page.goto(f"{site}{prefix}/verify")
        if scripts:
            with page.expect_navigation(wait_until="load"):
                form = page.locator("[data-verify]").element_handle()
                page.evaluate(DROP, [form, name, file.decode()])
        else:
            page.locator("#file").set_input_files({"name": name, "mimeType": "text/csv", "buffer": file})
            follow(page.locator("[data-verify] button"))
        expect(page.locator(f".banner.{tone}")).to_contain_text(words(prefix, fa, en))
    row = page.locator("table.tbl tbody tr").first
    expect(row).to_contain_text(words(prefix, "مبلغ", "Amount"))
    expect(row.locator("del")).to_have_text("7000001")
    expect(row.locator("ins")).to_have_text("7000000")
    if scripts:
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.evaluate(axe)
        assert violations(page) == []
    follow(row.get_by_role("link"))
    expect(page).to_have_url(re.compile(f"{prefix}/data/works/r/C-007$"))
