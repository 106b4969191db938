"""The drawn map under a hand, while the one that moves has not come: it moves, comes nearer, and tells what was pressed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect
from tests.apps.planning.conftest import build
from tests.browser.conftest import violations

from ayan.apps.planning import land_table, shapes, views
from ayan.wiring import city
from ayan.wiring.city import City

MANY = 1_200
LIBRARY = "**/maplibre-gl.js"
HELD = "figure[data-hand]"
LIVE = "figure[data-settled=yes]"
CARD = ".live-card:not([hidden])"
PHONE, DESK = {"width": 390, "height": 900}, {"width": 1440, "height": 900}
WITHIN_A_LOT = """() => {
  const box = document.querySelector('#land > svg').getBoundingClientRect();
  for (let at = 0; at < 2500; at++) {
    const x = box.left + box.width * (0.3 + 0.4 * (at % 50) / 50);
    const y = box.top + box.height * (0.3 + 0.4 * Math.floor(at / 50) / 50);
    const met = (right, down) => document.elementsFromPoint(x + right, y + down).some((each) => each.matches('.paint, a .lot'));
    if ([[0, 0], [2, 0], [-2, 0], [0, 2], [0, -2]].every((by) => met(...by))) return [x, y];
  }
}"""
"""A place on the screen on land."""
ON_THE_PAGE = "(element) => element.getBoundingClientRect().top + scrollY"

Open = Callable[..., Any]


@pytest.fixture(scope="session")
def handled_town(tmp_path_factory: pytest.TempPathFactory) -> City:
    """A town of so many lots that they are painted from afar, and sealed with tiles."""
    return build(tmp_path_factory.mktemp("handled-town"), MANY)


@pytest.fixture
def handle(chromium: Any, server: str, handled_town: City, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Open the map in a browser of its own with the library held back: the page, and what lets it come."""
    monkeypatch.setattr(city, "current", lambda: handled_town)
    contexts = []

    def opened(
        size: dict[str, int], address: str = "/en/map", *, is_drawn: bool = True
    ) -> tuple[Any, Callable[[], None]]:
        context = chromium.new_context(viewport=size)
        contexts.append(context)
        page = context.new_page()
        kept: list[Any] = []
        come: list[bool] = []
        page.route(LIBRARY, lambda route: route.continue_() if come else kept.append(route))
        page.goto(server + address, wait_until="commit")
        page.wait_for_selector(HELD if is_drawn else "figure[data-map]", state="attached")

        def released() -> None:
            come.append(True)
            for route in kept:
                route.continue_()

        return page, released

    yield opened
    for context in contexts:
        context.close()


def middle(page: Any) -> tuple[float, float]:
    box = page.locator("#land > svg").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def seen(page: Any) -> list[float]:
    return [float(each) for each in page.locator("#land > svg").get_attribute("viewBox").split()]


def corners(page: Any) -> list[float]:
    return [float(each) for each in page.locator("#land").get_attribute("data-window").split(",")]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("size", [PHONE, pytest.param(DESK, marks=pytest.mark.soak)])
def test_it_moves_and_tells_of_a_parcel_and_the_other_map_takes_over_what_is_seen(
    handle: Open, axe: str, size: dict[str, int]
) -> None:
    page, release = handle(size)
    x, y = middle(page)
    before, city_ = seen(page), corners(page)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y + 20, steps=3)
    page.mouse.up()
    assert seen(page)[0] < before[0]
    assert seen(page)[2:] == before[2:]
    # The land is a narrow strip, which has gone with the hand.
    for _ in range(8):
        page.mouse.wheel(0, -125)
    page.wait_for_url("**/en/map?at=*", wait_until="commit")
    near = corners(page)
    assert near[2] - near[0] == pytest.approx((city_[2] - city_[0]) / 2.718281828 ** (8 * 0.25), rel=0.02)
    page.mouse.click(*page.evaluate(WITHIN_A_LOT))
    page.wait_for_selector(CARD)
    said = page.locator(f"{CARD} h2").inner_text()
    expect(page.locator(f"{CARD} a.btn")).to_have_text("What may be built here?")
    expect(page.locator("#land > svg .lot-picked")).to_have_count(1)
    page.evaluate(axe)
    assert violations(page) == []
    top = page.locator("#land > svg").evaluate(ON_THE_PAGE)
    release()
    page.wait_for_selector(LIVE)
    moved = corners(page)
    assert moved == pytest.approx(near, abs=(near[2] - near[0]) / 200)
    assert page.locator(".live-map").evaluate(ON_THE_PAGE) == pytest.approx(top, abs=2)
    assert page.locator(f"{CARD} h2").inner_text() == said
    page.locator(f"{CARD} button").click()
    expect(page.locator(CARD)).to_have_count(0)


@pytest.mark.django_db(transaction=True)
def test_keys_go_on_as_on_a_drawing(handle: Open) -> None:
    page, _ = handle(DESK)
    page.locator("#land > svg a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/en/map?at=2-*", wait_until="commit")


@pytest.mark.django_db(transaction=True)
def test_on_a_day_past_a_press_leads_nearer_and_asks_for_no_parcel_of_now(handle: Open) -> None:
    page, _ = handle(DESK, "/en/map?_as_of=2030-01-01")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.mouse.click(*page.evaluate(WITHIN_A_LOT))
    page.wait_for_url("**/en/map?*at=2-*", wait_until="commit")
    assert not any("parcels/at" in each for each in asked)


@pytest.mark.django_db(transaction=True)
def test_land_that_is_too_much_to_be_drawn_comes_on_the_other_map(
    handle: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shapes, "MOST_SHAPES", 10)
    for module in (land_table, views):
        monkeypatch.setattr(module, "MOST_LAND", 10)
    # An address of its own: the page of another may be kept.
    page, release = handle(DESK, "/en/map?fill=75", is_drawn=False)
    expect(page.locator("#land > svg")).to_have_count(0)
    release()
    page.wait_for_selector(LIVE)
    page.locator(".live-map canvas").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(CARD)
    page.locator(f"{CARD} button").click()
    expect(page.locator(CARD)).to_have_count(0)
