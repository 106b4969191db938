"""What of the map that moves does not come, or is lost: the drawn one answers, and its reader is told so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect
from tests.apps.planning.conftest import build
from tests.browser.conftest import violations
from tests.browser.readers import Readers

from ayan.wiring import city
from ayan.wiring.city import City

MANY = 1_200
LONG, LONGEST, PATIENCE, PICTURE = 8_000, 60_000, 4_000, 12_000
"""Milliseconds after which the scripts of the map say that it is coming, give it up, and take a picture for lost."""
DRAWN = "figure[data-live=no]"
LIVE = "figure[data-settled=yes]"
WAITING = ".live-wait"
LOSE = (
    "document.querySelector('.live-map canvas').getContext('webgl2').getExtension('WEBGL_lose_context').loseContext()"
)

Open = Callable[..., Any]


@pytest.fixture(scope="session")
def tiled_town(tmp_path_factory: pytest.TempPathFactory) -> City:
    """A town of so many lots that they are sealed with tiles."""
    return build(tmp_path_factory.mktemp("waited-town"), MANY)


@pytest.fixture
def unlucky(chromium: Any, server: str, tiled_town: City, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Open the map in a browser of its own, which may complain; what matches a pattern is held back, or refused.

    Time stands in the hands of the test.
    """
    monkeypatch.setattr(city, "current", lambda: tiled_town)
    contexts = []

    def opened(pattern: str = "", *, refused: bool = False, address: str = "/en/map") -> Any:
        context = chromium.new_context()
        contexts.append(context)
        page = context.new_page()
        if pattern:
            page.route(pattern, lambda route: route.abort() if refused else None)
        page.clock.install()
        page.goto(server + address, wait_until="commit")
        return page

    yield opened
    for context in contexts:
        context.close()


def drawing_answers(page: Any) -> None:
    """The drawn map is in sight, and a step on it leads nearer."""
    expect(page.locator("#land > svg")).to_be_visible()
    expect(page.locator(".live-map")).to_have_count(0)
    page.locator("#land > .map-ways a").first.click()
    page.wait_for_url("**/en/map?at=1-*", wait_until="commit")
    expect(page.locator("#land > .map-ways a[href*='at=2-']")).to_have_count(1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "pattern",
    [
        "**/maplibre-gl.js",
        *(pytest.param(each, marks=pytest.mark.soak) for each in ("**/maplibre-gl-worker.js", "**/layer.json*")),
    ],
)
def test_what_is_refused_leaves_the_drawn_map_with_a_word(unlucky: Open, axe: str, pattern: str) -> None:
    page = unlucky(pattern, refused=True)
    expect(page.locator(DRAWN)).to_have_count(1)
    expect(page.locator(WAITING)).to_have_text("The live map did not come. This map works.")
    page.evaluate(axe)
    assert violations(page) == []
    # Of what has no class a class cannot be chosen.
    expect(page.locator(".legend li").last).to_contain_text("no class")
    expect(page.locator(".legend a")).to_have_count(2)
    page.unroute_all()
    page.get_by_role("button", name="Try the live map again").click()
    page.wait_for_selector(LIVE)
    expect(page.locator(WAITING)).to_have_count(0)


@pytest.mark.soak
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("pattern", ["**/maplibre-gl.js", "**/maplibre-gl.css", "**/layer.json*"])
def test_what_never_comes_is_waited_for_no_longer_than_is_said(unlucky: Open, pattern: str) -> None:
    page = unlucky(pattern)
    expect(page.locator("figure[data-map]")).to_be_visible()
    page.clock.run_for(LONG + 100)
    expect(page.locator(WAITING)).to_contain_text("on its way")
    page.clock.run_for(LONGEST)
    expect(page.locator(DRAWN)).to_have_count(1)
    expect(page.locator(WAITING)).to_contain_text("did not come")
    drawing_answers(page)


@pytest.mark.soak
@pytest.mark.django_db(transaction=True)
def test_a_part_that_never_comes_is_told_and_the_rest_is_shown(unlucky: Open) -> None:
    page = unlucky("**/tiles.pmtiles")
    page.wait_for_selector(".live-map", state="attached")
    while page.locator("figure[data-live=yes]").count() == 0:
        page.clock.run_for(PICTURE)
        page.wait_for_timeout(100)
    page.wait_for_selector(LIVE)
    expect(page.locator(".live-said")).to_contain_text("has not come yet")


@pytest.mark.soak
@pytest.mark.django_db(transaction=True)
def test_a_map_whose_picture_is_lost_gives_way_to_the_drawn_one_of_the_same_place(unlucky: Open) -> None:
    page = unlucky(address="/en/map?at=2-3-3")
    page.wait_for_selector(LIVE)
    page.evaluate(LOSE)
    page.clock.run_for(PATIENCE + 100)
    page.wait_for_url("**/en/map?at=2-3-3#lost")
    expect(page.locator(WAITING)).to_contain_text("did not come")
    expect(page.locator("#land > svg")).to_be_visible()
    page.get_by_role("button", name="Live map").click()
    page.wait_for_selector(LIVE)
    assert page.url.endswith("at=2-3-3")


def test_a_page_that_is_handed_on_holds_nothing_back(chromium: Any, server: str) -> None:
    readers = Readers(chromium)
    page = readers.page(scripts=True, width=390)
    page.route("**/*", lambda _: None)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    readers.give_back(page, server, [])
    again = readers.page(scripts=True, width=390)
    assert again is page
    again.goto(f"{server}/static/icon.svg")
    asked = (
        "[matchMedia('(prefers-color-scheme: dark)').matches, matchMedia('(prefers-reduced-motion: reduce)').matches]"
    )
    assert again.evaluate(asked) == [False, False]
    page.context.close()
