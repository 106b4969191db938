"""Places are suggested while one types into the search of the map, and parcels are put side by side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect
from tests.apps.planning.conftest import build
from tests.browser.conftest import WIDTHS, follow, violations

from ayan.wiring import city
from ayan.wiring.city import City

Open = Callable[..., Any]
LIVE = "figure[data-settled=yes]"
LIST = "#place-list"


@pytest.fixture(scope="session")
def suggested_town(tmp_path_factory: pytest.TempPathFactory) -> City:
    return build(tmp_path_factory.mktemp("suggested-town"))


@pytest.fixture
def visit(open_page: Open, suggested_town: City, monkeypatch: pytest.MonkeyPatch) -> Open:
    monkeypatch.setattr(city, "current", lambda: suggested_town)
    return open_page


@pytest.mark.django_db(transaction=True)
def test_a_place_is_chosen_by_keys_from_what_is_suggested(visit: Open, axe: str) -> None:
    page = visit("/en/map", 390)
    page.wait_for_selector(LIVE)
    box = page.get_by_role("combobox")
    expect(box).to_have_attribute("aria-expanded", "false")
    box.press_sequentially("nor")
    options = page.locator(f"{LIST} [role=option]")
    expect(options).to_have_count(1)
    expect(box).to_have_attribute("aria-expanded", "true")
    page.evaluate(axe)
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(page.locator(LIST)).to_be_hidden()
    expect(box).to_have_value("nor")
    # Without waiting for what another letter would bring.
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    page.keyboard.press("Enter")
    expect(page.locator(".live-card h2")).to_have_text("north en")
    expect(page.locator(LIST)).to_be_hidden()
    # The map begins in the first screen.
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.django_db(transaction=True)
def test_where_no_map_moves_a_suggestion_is_opened(visit: Open) -> None:
    page = visit("/en/map#plain")
    top = page.locator("#land > svg").bounding_box()["y"]
    assert top < 500
    page.get_by_role("combobox").press_sequentially("L-21")
    with page.expect_navigation():
        page.locator(f"{LIST} [role=option]").first.click()
    assert page.url.endswith("/data/lots/r/L-21")


@pytest.mark.soak
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_parcel_is_put_beside_its_neighbours_and_one_more(
    visit: Open, axe: str, prefix: str, width: int, scripts: bool
) -> None:
    page = visit(f"{prefix}/data/lots/r/L-7", width, scripts=scripts)
    expect(page.locator(".parcel-section svg")).to_be_visible()
    follow(page.locator("[aria-labelledby=beside] a").first)
    codes = page.locator(".side-by-side thead bdi")
    expect(codes).to_have_count(3)
    page.locator("#other-lot").fill("L-4")
    follow(page.locator(".compare-form button"))
    expect(codes).to_have_count(4)
    if scripts:
        page.evaluate(axe)
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    follow(page.locator(".side-by-side tbody tr:last-child a").first)
    expect(codes).to_have_count(3)
