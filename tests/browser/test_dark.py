"""In the dark: by the reader's system or by choice, without scripts; axe finds nothing, and print is on white paper."""

from __future__ import annotations

from typing import Any

import pytest
from tests.browser.conftest import follow, violations

PAGES = ("/", "/data/works?_view=chart", "/en/data/works/r/C-001", "/data/works?_view=map", "/answers/largest-works")
INK = "getComputedStyle(document.body).color"
PAPER = "getComputedStyle(document.body).backgroundColor"
LIGHT, DARK = "rgb(255, 255, 255)", "rgb(14, 24, 23)"


@pytest.mark.django_db(transaction=True)
def test_pages_are_read_in_the_dark_and_printed_on_white(chromium: Any, site: str, axe: str) -> None:
    context = chromium.new_context(color_scheme="dark", bypass_csp=True)
    page = context.new_page()
    for address in PAGES:
        page.goto(site + address)
        assert page.evaluate(PAPER) == DARK, address
        page.add_script_tag(content=axe)
        assert violations(page) == [], address
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate(PAPER) == LIGHT
    assert page.evaluate(INK) == "rgb(18, 32, 31)"
    assert context.cookies() == []
    context.close()


@pytest.mark.django_db(transaction=True)
def test_a_choice_needs_no_script_and_wins_over_the_system(chromium: Any, site: str) -> None:
    context = chromium.new_context(color_scheme="light", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/en/data/works")
    follow(page.get_by_role("link", name="Light or dark"))
    follow(page.get_by_role("button", name="Dark"))
    assert page.url == f"{site}/en/data/works"
    dark = page.locator("html[data-scheme=dark]")
    assert dark.count() == 1
    assert [cookie["name"] for cookie in context.cookies()] == ["ayan_scheme"]
    page.goto(f"{site}/appearance")
    follow(page.get_by_role("button", name="همانند دستگاه شما"))
    assert page.locator("html[data-scheme]").count() == 0
    assert context.cookies() == []
    context.close()
