"""A citizen's way through the site in a real browser: on a phone and a desk, in both languages, also without script."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect
from tests.apps.small_city import HOSTILE
from tests.browser.conftest import WIDTHS, follow
from tests.sampling import sampled

BOTH = [("", "rtl", "بعدی"), ("/en", "ltr", "Next")]
Open = Callable[..., Any]


@pytest.mark.parametrize(
    ("width", "scripts", "prefix", "direction", "following"),
    sampled(
        "catalogue to record",
        [(width, scripts, *language) for width in WIDTHS for scripts in (True, False) for language in BOTH],
        1,
        by=lambda way: way[:2],
    ),
)
def test_from_the_catalogue_to_a_record(
    open_page: Open, width: int, scripts: bool, prefix: str, direction: str, following: str
) -> None:
    page = open_page(f"{prefix}/data/", width, scripts=scripts)
    assert page.locator("html").get_attribute("dir") == direction
    follow(page.locator(f'tbody a[href="{prefix}/data/works"]'))
    first = page.locator(":not(.behind) > .scroll tbody th a").all_text_contents()
    assert len(first) == 25
    follow(page.get_by_role("link", name=following, exact=True))
    second = page.locator(":not(.behind) > .scroll tbody th a").all_text_contents()
    assert len(second) == 25
    assert not set(first) & set(second)
    follow(page.get_by_role("link", name=following, exact=True))
    last = page.locator(":not(.behind) > .scroll tbody th a").all_text_contents()
    assert HOSTILE in {*first, *second, *last}
    follow(page.locator(":not(.behind) > .scroll tbody th a").first)
    expect(page.locator("h1")).to_have_text(last[0])
    follow(page.locator(f'a[href="{prefix}/data/works/releases/1403/2"]').first)
    expect(page).to_have_title(re.compile({"": "۱۴۰۳، شمارهٔ ۲", "/en": "1403, number 2"}[prefix]))


def test_on_a_phone_each_row_is_a_card_with_its_labels(open_page: Open) -> None:
    page = open_page("/en/data/works?number=C-002", 390)
    cell = page.locator("tbody td").first
    label = cell.evaluate("cell => getComputedStyle(cell, '::before').content")
    assert label == '"State"'
    assert page.locator("tbody tr").evaluate("row => getComputedStyle(row).display") == "flex"
    assert page.get_by_role("row").count() == 2


def test_what_has_the_focus_is_never_under_the_button_that_stays_in_view(open_page: Open) -> None:
    page = open_page("/data/works", 320)
    page.set_viewport_size({"width": 320, "height": 568})
    # Where it stands is asked at once, so it must not be on its way.
    page.emulate_media(reduced_motion="reduce")
    page.locator("details.fil-m > summary").first.click()
    page.locator("#conditions input[type=checkbox]").first.focus()
    seen = 0
    for _ in range(20):
        page.keyboard.press("Tab")
        room = page.evaluate(
            """() => {
                 const [one, go] = [document.activeElement, document.querySelector(".fil .go")];
                 if (!one.closest("#conditions") || go.contains(one)) return null;
                 return go.getBoundingClientRect().top - one.getBoundingClientRect().bottom;
               }"""
        )
        seen += room is not None
        assert room is None or room >= 0
    assert seen >= 3


def test_numbers_line_up_by_their_last_digit(open_page: Open) -> None:
    for prefix in ("", "/en"):
        page = open_page(f"{prefix}/data/works?_sort=amount")
        ends = page.locator("tbody td.n").evaluate_all(
            """cells => cells.map(cell => {
                 const range = document.createRange();
                 range.selectNodeContents(cell.querySelector('[aria-hidden]') ?? cell);
                 const tables = [...document.querySelectorAll("table")];
                 return [`${tables.indexOf(cell.closest("table"))}.${cell.cellIndex}`,
                         Math.round(range.getBoundingClientRect().right)];
               })"""
        )
        columns = {name: {right for column, right in ends if column == name} for name, _ in ends}
        assert len(ends) >= 25
        assert {name: rights for name, rights in columns.items() if max(rights) - min(rights) > 2} == {}


def test_the_keyboard_alone_reaches_everything_in_order(open_page: Open) -> None:
    page = open_page("/data/works")
    page.keyboard.press("Tab")
    expect(page.locator("a.skip").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    seen = []
    for _ in range(60):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.tagName + ' ' + (document.activeElement.name || '')"))
        if seen[-1].startswith("BODY"):
            break
        ring = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert ring != "none", seen[-1]
    assert "INPUT _search" in seen
    assert "INPUT state__in" in seen
    assert "SELECT _unit" in seen


def test_a_menu_closes_by_escape_and_gives_the_focus_back(open_page: Open) -> None:
    page = open_page("/en/data/works")
    menu = page.locator("main details.menu > summary").first
    menu.press("Enter")
    expect(page.get_by_role("link", name="CSV").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="CSV").first).to_be_hidden()
    expect(menu).to_be_focused()


def test_the_other_language_is_one_click_away_with_the_same_conditions(open_page: Open, site: str) -> None:
    page = open_page("/data/works?state__in=open&_sort_desc=amount")
    follow(page.get_by_role("link", name="English").first)
    expect(page).to_have_url(f"{site}/en/data/works?state__in=open&_sort_desc=amount")
    follow(page.get_by_role("link", name="فارسی").first)
    expect(page).to_have_url(f"{site}/data/works?state__in=open&_sort_desc=amount")
