"""The page of components in a real browser: answers put in place, Back and Forward, charts as they come out, light pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import product
from typing import Any
from urllib.parse import urljoin

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import WIDTHS
from tests.sampling import sampled

from ayan.ui import static_files

Open = Callable[..., Any]
ADDRESS = "/developers/components"

pytestmark = pytest.mark.skipif(not static_files.has("build/htmx.js"), reason="htmx is not built: run `make assets`")


def shows(page: Any, trees: int) -> None:
    """Wait until the result holds so many trees."""
    expect(page.locator("#res .feed a")).to_have_count(trees)


def settled(page: Any) -> None:
    """Come a second time, with the fonts at hand: a first visit may be read in another."""
    page.evaluate("document.fonts.ready")
    page.reload()
    page.evaluate("document.fonts.ready")


def tick(page: Any, kind: str) -> None:
    with page.expect_response(lambda response: f"kind={kind}" in response.url or response.url.endswith(ADDRESS)):
        page.locator(f'[name=kind][value="{kind}"]').click()
    expect(page.locator("#res")).not_to_have_attribute("aria-busy", "true")


def test_a_filter_changes_the_result_in_place(open_page: Open) -> None:
    page = open_page("/en" + ADDRESS)
    page.evaluate("window.kept = true")
    tick(page, "fruit")
    shows(page, 2)
    # The same page still stands; address, title and announcement follow; the focus has not moved.
    assert page.evaluate("window.kept") is True
    assert page.url.endswith("/en/developers/components?kind=fruit")
    assert page.title().startswith("2 trees")
    assert page.locator("#said").text_content() == "2 trees"
    assert page.evaluate("document.activeElement.value") == "fruit"
    assert page.locator(".chip").count() == 1


def test_back_and_forward_bring_back_results_and_boxes(open_page: Open) -> None:
    page = open_page("/en" + ADDRESS)
    for kind, left in (("fruit", 2), ("evergreen", 4), ("wide", 7)):
        tick(page, kind)
        shows(page, left)
    page.locator("#res .feed a").first.click()
    page.wait_for_url("**/about")
    for left, ticked in ((7, 3), (4, 2), (2, 1)):
        page.go_back()
        shows(page, left)
        assert page.locator("[name=kind]:checked").count() == ticked
        assert page.locator("h1").text_content() == "Components"
    page.go_forward()
    shows(page, 4)
    assert page.locator("[name=kind]:checked").count() == 2
    page.reload()
    shows(page, 4)
    assert page.evaluate("Object.keys(localStorage).length + Object.keys(sessionStorage).length") == 0


def test_words_and_boxes_work_without_script_by_the_same_address(open_page: Open) -> None:
    page = open_page("/en" + ADDRESS, scripts=False)
    page.locator("[name=word]").fill("p")
    page.locator('[name=kind][value="evergreen"]').check()
    page.get_by_role("button", name="Show the result").click()
    page.wait_for_url("**word=p**")
    assert page.url.endswith("?word=p&kind=evergreen")
    shows(page, 2)


def test_an_empty_box_is_left_out_of_the_address(open_page: Open) -> None:
    page = open_page("/en" + ADDRESS)
    tick(page, "fruit")
    page.wait_for_url("**kind=fruit")
    assert "word" not in page.url


def test_the_focus_goes_on_from_the_result_when_its_link_is_gone(open_page: Open) -> None:
    page = open_page("/en" + ADDRESS + "?kind=fruit")
    page.evaluate("document.querySelector('.chip').focus()")
    tick(page, "fruit")
    shows(page, 7)
    page.evaluate(
        "document.activeElement.blur(); document.dispatchEvent(new CustomEvent('htmx:finally:swap', {bubbles: true}))"
    )
    assert page.evaluate("document.activeElement.id") == "count"


@pytest.mark.parametrize(
    ("prefix", "width"), sampled("drawings", product(["", "/en"], WIDTHS), 1, by=lambda way: way[1])
)
def test_one_drawing_of_each_chart_is_shown_and_its_texts_keep_apart(open_page: Open, prefix: str, width: int) -> None:
    page = open_page(prefix + ADDRESS, width)
    settled(page)
    figures = page.locator(".fig")
    shown = page.locator(".fig > svg:visible")
    assert shown.count() == figures.count() >= 9
    faults = shown.evaluate_all(
        """all => all.flatMap(svg => {
             const sheet = svg.getBoundingClientRect(), faults = [];
             const boxes = [...svg.querySelectorAll('text')].map(one => [one.textContent, one.getBoundingClientRect()]);
             for (const [words, box] of boxes)
               if (box.left < sheet.left - 1 || box.right > sheet.right + 1) faults.push('off the sheet: ' + words);
             boxes.forEach(([words, one], place) => {
               for (const [other, two] of boxes.slice(place + 1)) {
                 const x = Math.min(one.right, two.right) - Math.max(one.left, two.left);
                 const y = Math.min(one.bottom, two.bottom) - Math.max(one.top, two.top);
                 if (x > 1 && y > one.height / 3) faults.push(words + ' over ' + other);
               }
             });
             return faults;
           })"""
    )
    assert faults == []
    sizes = page.locator(".fig.full > svg:visible").evaluate_all(
        "all => all.map(svg => 12 * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width)"
    )
    assert min(sizes) >= 11.5


@pytest.mark.parametrize("prefix", sampled("widths of texts", ["", "/en"], 1))
def test_a_text_is_as_wide_as_the_chart_room_reckons(open_page: Open, prefix: str) -> None:
    from ayan.ui.charts import metrics

    page = open_page(prefix + ADDRESS, 1440)
    settled(page)
    measured = page.locator(".fig > svg.wide-only text").evaluate_all(
        """all => all.map(one => [one.lastChild.data, one.getComputedTextLength(),
             parseFloat(getComputedStyle(one).fontSize), one.hasAttribute('font-weight')])"""
    )
    assert len(measured) > 60
    for words, length, size, bold in measured:
        reckoned = metrics.width(words, size, bold=bold)
        assert length <= reckoned + 1, words
        # A little more rather than less, but not so much that labels are cut for nothing.
        assert reckoned <= length * 1.2 + 4, words


def test_every_chart_names_itself_and_leads_to_its_table_and_source(open_page: Open) -> None:
    page = open_page("/en" + ADDRESS)
    for figure in page.locator(".fig.full").all():
        drawn = figure.locator("> svg:visible")
        assert drawn.count() == 1
        leads = drawn.locator("> a").count()
        # What holds links is a group of them: nobody finds a link within a picture.
        assert drawn.get_attribute("role") == ("group" if leads else "img")
        name = drawn.get_attribute("aria-label") if leads else drawn.locator("> title").text_content()
        assert len(name) > 20
        figure.locator("summary", has_text="Chart data").click()
        assert figure.get_by_role("row").count() > 1
        assert figure.get_by_role("link", name="CSV").is_visible()
        picture = page.request.get(urljoin(page.url, figure.get_by_role("link", name="PNG").get_attribute("href")))
        assert picture.body()[:8] == b"\x89PNG\r\n\x1a\n"


def test_the_page_of_components_uses_neither_inline_style_nor_inline_script(open_page: Open) -> None:
    page = open_page(ADDRESS)
    html = page.content()
    assert not re.search(r"<[^>]+\s(?:style|on\w+)=", html)
    assert page.locator("style, script:not([src])").count() == 0
