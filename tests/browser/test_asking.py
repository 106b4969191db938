"""The one box, from end to end: ask, read, change a part of it, see the rows, quote, follow; and what is not sure."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect
from tests.apps.linked_city import build_linked
from tests.browser.conftest import WIDTHS, follow, violations
from tests.sampling import sampled

from ayan.wiring import city
from ayan.wiring.city import City

Open = Callable[..., Any]

EVERY_WAY = [(prefix, width, scripts) for prefix in ("", "/en") for width in WIDTHS for scripts in (True, False)]
KEYS = [(prefix, width) for prefix in ("", "/en") for width in WIDTHS]
COST = {"": "جمع هزینه تکه‌ها", "/en": "total cost of parts"}
MISSPELT = {"": "جمع هزینع تکه‌ها", "/en": "totla cost of parts"}
TWO = {"": "تکه‌ها به تفکیک واحد", "/en": "parts by unit"}
OWED = {"": "نفرستاده", "/en": "unsent"}
FIGURE = {"": "۲۶٬۴۰۰", "/en": "26,400"}
CARD = ".ans >> nth=0"


@pytest.fixture(scope="session")
def asked_city(tmp_path_factory: pytest.TempPathFactory) -> City:
    return build_linked(tmp_path_factory.mktemp("asked"))


@pytest.fixture
def visit(open_page: Open, asked_city: City, monkeypatch: pytest.MonkeyPatch) -> Open:
    monkeypatch.setattr(city, "current", lambda: asked_city)
    return open_page


def ask(page: Any, question: str) -> Any:
    """Put a question into the box; the first card that answers it."""
    page.locator("#find").fill(question)
    with page.expect_navigation(wait_until="load"):
        page.locator("#find").press("Enter")
    return page.locator(CARD)


@pytest.mark.parametrize(("prefix", "width", "scripts"), sampled("ask and take", EVERY_WAY, 1))
def test_a_figure_is_read_changed_quoted_and_followed(
    visit: Open, axe: str, prefix: str, width: int, scripts: bool
) -> None:
    page = visit(f"{prefix}/", width, scripts=scripts)
    card = ask(page, COST[prefix])
    expect(card.locator(".big b")).to_have_text(FIGURE[prefix])
    expect(card.locator(f".fig > svg.{'narrow' if width < 768 else 'wide-only'}")).to_be_visible()
    if scripts:
        page.evaluate(axe)
        page.locator("details:not(.menu)").evaluate_all("all => { for (const one of all) one.open = true; }")
        assert violations(page) == []
        # A menu lies over what stands below it, which is not to be pressed before the menu is closed again.
        page.locator("details").evaluate_all("all => { for (const one of all) one.open = true; }")
        assert [each for each in violations(page) if not each.startswith("target-size")] == []
        page.locator("details.menu").evaluate_all("all => { for (const one of all) one.open = false; }")
        card.locator("details.menu").first.evaluate("one => { one.open = true; }")
        assert violations(page, ".ans details.menu[open]") == []
        page.locator(".ans details").evaluate_all("all => { for (const one of all) one.open = false; }")
    chip = card.locator("details.menu").first
    chip.locator("summary").press("Enter")
    other = chip.locator("a:not([aria-current])").first
    follow(other)
    expect(page).to_have_url(re.compile("as=parts"))
    changed = page.locator(CARD)
    expect(changed.locator(".big b")).not_to_have_text(FIGURE[prefix])
    figure = changed.locator(".big b").text_content()
    rows = page.url
    follow(changed.locator(".acts a").first)
    expect(page).to_have_url(re.compile(r"/data/parts\?paid="))
    expect(page.locator(".sum")).to_contain_text(str(figure))
    page.goto(rows)
    follow(page.locator(CARD).locator('.acts a[href*="/c/"]'))
    expect(page.locator("table.then")).to_be_visible()
    page.goto(rows)
    follow(page.locator(CARD).locator('.acts a[href*="/follow?about=rows"]'))
    expect(page.locator("main form").first).to_be_visible()


@pytest.mark.parametrize(("prefix", "width"), sampled("unsure", KEYS, 1))
def test_what_is_misspelt_unclear_or_not_published_is_said(visit: Open, prefix: str, width: int) -> None:
    page = visit(f"{prefix}/search", width, scripts=False)
    card = ask(page, MISSPELT[prefix])
    expect(page.locator(".fixed")).to_be_visible()
    expect(card.locator(".big b")).to_have_text(FIGURE[prefix])
    ask(page, TWO[prefix])
    expect(page.locator(".ans")).to_have_count(3)
    expect(page.locator(".ans .ranked .row")).not_to_have_count(0)
    card = ask(page, OWED[prefix])
    expect(card).to_contain_text("باید آن را منتشر کند" if not prefix else "owes it")
    expect(card.locator('.acts a[href*="/contact?about="]')).to_be_visible()
    follow(card.locator('.acts a[href*="/follow?about=dataset"]'))
    expect(page.locator("main form").first).to_be_visible()


@pytest.mark.parametrize(("prefix", "width"), sampled("by keys", KEYS, 1))
def test_keys_alone_reach_every_part_of_an_answer(visit: Open, prefix: str, width: int) -> None:
    page = visit(f"{prefix}/search", width)
    card = ask(page, COST[prefix])
    card.locator("details.menu summary").first.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('details.menu') !== null")
    card.locator(".acts a").first.focus()
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/data/parts"))
