"""The map that moves, beside the one that is drawn: a parcel is found on it, and nobody learns where a reader stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect
from pyproj import Geod
from tests.apps.planning.conftest import SOUTH, STREETS, WEST, build
from tests.browser.conftest import WIDTHS, follow, violations

from ayan.apps.planning.city_land import city_land
from ayan.apps.planning.limits import MOST_SHAPES
from ayan.apps.planning.map_place import MapPlace
from ayan.wiring import city
from ayan.wiring.city import City

Open = Callable[..., Any]

LIVE = "figure[data-settled=yes]"
STEPS = 4
CANVAS = ".live-map canvas"
PREFIXES = ("", "/en")
EVERY_WAY = [(prefix, width, scripts) for prefix in PREFIXES for width in WIDTHS for scripts in (True, False)]
MANY = 1_200
HERE = {"longitude": WEST + 0.00031, "latitude": SOUTH + 0.00052}
"""Within the lot L-21: the second of the third row."""


@pytest.fixture(scope="session")
def browsed_town(tmp_path_factory: pytest.TempPathFactory) -> City:
    """A town whose few lots are sent to the map as rows."""
    return build(tmp_path_factory.mktemp("browsed-town"))


@pytest.fixture(scope="session")
def tiled_town(tmp_path_factory: pytest.TempPathFactory) -> City:
    """A town of so many lots that they are sealed with tiles."""
    return build(tmp_path_factory.mktemp("tiled-town"), MANY)


@pytest.fixture(scope="session")
def large_town(tmp_path_factory: pytest.TempPathFactory) -> City:
    """A town of more lots than are held in memory."""
    return build(tmp_path_factory.mktemp("large-town"), MOST_SHAPES + 200)


@pytest.fixture
def visit(open_page: Open, browsed_town: City, monkeypatch: pytest.MonkeyPatch) -> Open:
    monkeypatch.setattr(city, "current", lambda: browsed_town)
    return open_page


@pytest.fixture
def visit_tiled(open_page: Open, tiled_town: City, monkeypatch: pytest.MonkeyPatch) -> Open:
    monkeypatch.setattr(city, "current", lambda: tiled_town)
    return open_page


@pytest.fixture
def standing(chromium: Any, server: str) -> Iterator[Callable[[str], Any]]:
    """Open an address in a browser that knows where its reader stands, and tells a page that asks."""
    contexts = []

    def opened(address: str) -> Any:
        context = chromium.new_context(geolocation=HERE, permissions=["geolocation"])
        contexts.append(context)
        page = context.new_page()
        page.goto(server + address)
        page.wait_for_selector(LIVE)
        return page

    yield opened
    for context in contexts:
        context.close()


def words(prefix: str, fa: str, en: str) -> str:
    return en if prefix else fa


def window(town: City, lot: int, level: int) -> str:
    """The window whose middle is nearest to a lot, as an address writes it."""
    extent = city_land(town).extent
    assert extent is not None
    return MapPlace.around(extent, WEST + (lot % 10 + 0.5) * 0.0002, SOUTH + (lot // 10 + 0.5) * 0.0002, level).text


def press_in_the_middle(page: Any) -> None:
    canvas = page.locator(CANVAS)
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    canvas.click(position={"x": box["width"] / 2, "y": box["height"] / 2})


def search(page: Any, text: str) -> None:
    """Write into the search box of the map that moves, and send it off."""
    page.wait_for_selector(LIVE)
    page.locator("#place-q").fill(text)
    page.locator("#place-q").press("Enter")


def read_and_go_on(page: Any, prefix: str) -> None:
    """From the page of a parcel: what may be built, the fee of it, what to begin with, and an objection to the rule."""
    expect(page.locator("h1")).to_contain_text(words(prefix, "۴ طبقه", "4 storeys"))
    parcel = page.url
    follow(page.locator("[aria-labelledby=fee] a").first)
    expect(page.locator("h1")).to_contain_text(words(prefix, "عوارض ساخت", "Building fee"))
    expect(page.locator("input[name=area]")).to_have_value("800")
    page.goto(parcel)
    follow(page.locator("[aria-labelledby=begin] a").first)
    assert "/services" in page.url
    page.goto(parcel)
    follow(page.locator("[aria-labelledby=wrong] a"))
    assert "/counter/new/objection" in page.url
    assert "lots" in page.url


@pytest.mark.django_db(transaction=True)
def test_a_parcel_is_opened_on_the_map_that_moves(visit: Open, axe: str) -> None:
    page = visit("/en/map?at=5-31-31")
    page.wait_for_selector(LIVE)
    # The same classes as the drawn map has, and the same rows.
    expect(page.locator(".legend li")).to_have_count(2)
    press_in_the_middle(page)
    card = page.locator(".live-card")
    expect(card).to_contain_text("home en")
    page.evaluate(axe)
    assert violations(page) == []
    follow(card.get_by_role("link", name="What may be built here?"))
    expect(page.locator("h1")).to_contain_text("4 storeys")


@pytest.mark.django_db(transaction=True)
def test_nobody_learns_where_a_reader_stands(
    standing: Callable[[str], Any], browsed_town: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(city, "current", lambda: browsed_town)
    page = standing("/en/map")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_role("button", name="Near me").click()
    expect(page.locator(".live-said")).to_contain_text("sent nowhere")
    expect(page.locator(".live-card h2")).to_have_text("L-21")
    page.wait_for_selector(LIVE)
    # Neither a request nor the address, which the next page would be told as where the reader comes from.
    assert asked == []
    assert page.url.endswith("/en/map")


@pytest.mark.django_db(transaction=True)
def test_the_search_moves_the_map_and_what_is_measured_and_laid_over_it_is_in_its_address(
    visit: Open, axe: str
) -> None:
    page = visit("/en/map", 390)
    search(page, "L-21")
    expect(page.locator(".live-card h2")).to_have_text("L-21")
    expect(page.locator(".live-card a")).to_be_focused()
    page.wait_for_selector(LIVE)
    # The list beside the map is of the new view, and nobody was led away.
    expect(page.locator("#list h2")).not_to_contain_text("39 rows")
    assert "/en/map?at=" in page.url
    page.locator("#over summary").click()
    page.locator("#over").get_by_role("link", name="Grants").click()
    expect(page.locator(".legend.marks li")).to_have_count(1)
    page.get_by_role("button", name="Measure").click()
    for _ in range(2):
        page.locator(CANVAS).press("Enter")
        page.get_by_role("button", name="Whole city").click()
        page.wait_for_selector(LIVE)
        page.wait_for_timeout(300)
    expect(page.locator(".live-measure [data-area]")).to_have_text("needs three corners")
    page.locator(".live-pale input").fill("50")
    page.evaluate(axe)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    for said in ("over=grants", "fill=50", "measure="):
        assert said in page.url
    length = page.locator(".live-measure [data-length]").text_content()
    page.goto(page.url)
    page.wait_for_selector(LIVE)
    expect(page.locator(".live-measure [data-length]")).to_have_text(length or "-")
    expect(page.locator(".legend.marks li")).to_contain_text("5")


@pytest.mark.soak
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("prefix", "width", "scripts"), EVERY_WAY)
def test_several_layers_lie_over_one_another_and_are_taken_off(
    visit_tiled: Open, axe: str, prefix: str, width: int, scripts: bool
) -> None:
    page = visit_tiled(f"{prefix}/map?at=1-1-1", width, scripts=scripts)
    if scripts:
        page.wait_for_selector(LIVE)
    page.locator("#over summary").click()
    over = page.locator('#over a[data-over="grants"]')
    over.click()
    page.wait_for_url("**over=grants**")
    marks = page.locator(".legend.marks li")
    expect(marks).to_have_count(1)
    if scripts:
        page.wait_for_selector(LIVE)
        expect(over).to_be_focused()
    page.evaluate(axe) if scripts else None
    assert not scripts or violations(page) == []
    # What lies over it can be the layer itself, and is no longer over it then.
    page.locator('.themes a[href*="layer=grants"]').click()
    page.wait_for_url("**layer=grants**")
    assert "over=" not in page.url
    page.go_back()
    page.wait_for_url("**over=grants**")
    if scripts:
        page.wait_for_selector(LIVE)
    page.locator('#over a[data-over="grants"]').click()
    page.wait_for_url(lambda address: "over=" not in address)
    expect(marks).to_have_count(0)


@pytest.mark.soak
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("width", WIDTHS)
def test_a_search_leads_to_each_sort_of_place(visit_tiled: Open, prefix: str, width: int) -> None:
    page = visit_tiled(f"{prefix}/map", width)
    for text, heading in (
        ("L-605", "L-605"),
        (STREETS[0], STREETS[0]),
        (words(prefix, "north فا", "north en"), "north"),
    ):
        search(page, text)
        expect(page.locator(".live-card h2")).to_contain_text(heading)
        expect(page.locator(".live-card a")).to_be_focused()
    search(page, "nowhere at all")
    expect(page.locator(".live-said")).to_contain_text(words(prefix, "پیدا نشد", "No place matches"))
    assert "/map" in page.url


@pytest.mark.soak
@pytest.mark.django_db(transaction=True)
def test_what_is_measured_is_what_geodesy_says(visit_tiled: Open) -> None:
    lots = [(WEST, SOUTH), (WEST + 0.01, SOUTH), (WEST + 0.01, SOUTH + 0.02), (WEST, SOUTH + 0.02)]
    written = ";".join(f"{east:.5f},{north:.5f}" for east, north in lots)
    page = visit_tiled(f"/en/map?measure={written}")
    page.wait_for_selector(LIVE)
    easts, norths = zip(*lots, strict=True)
    geod = Geod(ellps="WGS84")
    area, _ = geod.polygon_area_perimeter(easts, norths)
    length = geod.line_length(easts, norths)
    shown = [page.locator(f".live-measure [data-{name}]").text_content() or "" for name in ("length", "area")]
    assert float(shown[0].removesuffix(" km").replace(",", "")) == pytest.approx(length / 1000, abs=0.006)
    assert float(shown[1].removesuffix(" ha").replace(",", "")) == pytest.approx(abs(area) / 10_000, rel=1e-4)
    # A line across itself has no area.
    page.goto(page.url.partition("?")[0] + f"?measure={';'.join(written.split(';')[at] for at in (0, 2, 1, 3))}")
    page.wait_for_selector(LIVE)
    expect(page.locator(".live-measure [data-area]")).to_contain_text("crosses itself")


@pytest.mark.soak
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", WIDTHS)
def test_the_drawn_map_answers_while_the_library_comes(visit_tiled: Open, width: int) -> None:
    held: list[Any] = []
    page = visit_tiled("/en/map#plain", width)
    page.route("**/maplibre-gl.js", lambda route: held.append(route))
    page.goto(page.url.partition("#")[0])
    page.locator("#land > .map-ways a").first.click()
    page.wait_for_url("**/en/map?at=1-*")
    expect(page.locator("#land > .map-ways a[href*='at=2-']")).to_have_count(1)
    page.locator('.themes a[href*="layer=grants"]').click()
    page.wait_for_url("**layer=grants**")
    expect(page.locator("#list h2")).to_contain_text("in view")
    while not held:
        page.wait_for_timeout(50)
    for route in held:
        route.continue_()
    page.wait_for_selector(LIVE)
    # It goes on from where the reader has got to.
    assert "layer=grants" in page.url
    expect(page.locator("#list h2")).to_contain_text("drawn in this view")
    expect(page.locator("#land > svg")).to_be_hidden()


@pytest.mark.soak
@pytest.mark.django_db(transaction=True)
def test_tiles_are_fetched_whole_before_a_place_is_asked_for(
    standing: Callable[[str], Any], tiled_town: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(city, "current", lambda: tiled_town)
    page = standing("/en/map")
    asked: list[tuple[str, str | None]] = []
    page.on("request", lambda request: asked.append((request.url.rpartition("/")[2], request.headers.get("range"))))
    page.get_by_role("button", name="Near me").click()
    expect(page.locator(".live-said")).to_contain_text("sent nowhere")
    expect(page.locator(".live-card h2")).to_have_text("L-21")
    for _ in range(3):
        page.get_by_role("button", name="Farther").click()
        page.wait_for_timeout(600)
    page.wait_for_selector(LIVE)
    assert asked == [("tiles.pmtiles", None)]


@pytest.mark.soak
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("prefix", "width", "scripts"), EVERY_WAY)
def test_my_parcel_is_found_by_its_code_its_street_and_on_the_map(
    visit_tiled: Open, prefix: str, width: int, scripts: bool
) -> None:
    page = visit_tiled(f"{prefix}/map", width, scripts=scripts)
    if scripts:
        search(page, "L-21")
        follow(page.locator(".live-card a"))
    else:
        page.locator("#place-q").fill("L-21")
        page.locator("#place-q").press("Enter")
    page.wait_for_url("**/data/lots/r/L-21")
    read_and_go_on(page, prefix)
    page.goto(page.url.partition("/en/" if prefix else "/data/")[0].split("/counter")[0] + f"{prefix}/map")
    if scripts:
        search(page, STREETS[0])
        follow(page.locator(".live-card a"))
    else:
        page.locator("#place-q").fill(STREETS[0])
        page.locator("#place-q").press("Enter")
    page.wait_for_url("**/map/street/**")
    follow(page.locator(".land a").first)
    expect(page.locator("h1")).to_contain_text(words(prefix, "طبقه", "storeys"))


@pytest.mark.soak
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("prefix", "width", "scripts"), EVERY_WAY)
def test_my_parcel_is_found_by_a_press_on_the_map(
    visit_tiled: Open, tiled_town: City, prefix: str, width: int, scripts: bool
) -> None:
    page = visit_tiled(f"{prefix}/map?at={window(tiled_town, 605, 5)}", width, scripts=scripts)
    if scripts:
        page.wait_for_selector(LIVE)
        press_in_the_middle(page)
        follow(page.locator(".live-card a"))
    else:
        follow(page.locator('#land svg a[href$="L-605"]'))
    assert "/data/lots/r/L-" in page.url
    read_and_go_on(page, prefix)


@pytest.mark.soak
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("prefix", PREFIXES)
def test_keys_alone_move_the_map_and_open_a_parcel(visit_tiled: Open, tiled_town: City, prefix: str) -> None:
    page = visit_tiled(f"{prefix}/map?at={window(tiled_town, 605, 4)}")
    page.wait_for_selector(LIVE)
    page.locator(CANVAS).focus()
    before = page.url
    # The address names the nearest of windows that lie half a window apart: on a high map that takes a few steps.
    for _ in range(STEPS):
        page.keyboard.press("ArrowUp")
        page.wait_for_timeout(500)
        page.wait_for_selector(LIVE)
    assert page.url != before
    moved = page.url
    page.keyboard.press("Shift+Equal")
    expect(page).not_to_have_url(moved)
    page.wait_for_selector(LIVE)
    page.keyboard.press("Enter")
    expect(page.locator(".live-card a")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(CANVAS)).to_be_focused()
    # The list beside it holds the same rows, each a link that is reached and opened by keys.
    first = page.locator("#list li a").first
    first.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    read_and_go_on(page, prefix)


@pytest.mark.soak
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", WIDTHS)
def test_figures_of_districts_stay_listed_with_their_class_and_their_frame(
    visit_tiled: Open, axe: str, width: int
) -> None:
    page = visit_tiled("/en/map", width)
    page.wait_for_selector(LIVE)
    page.get_by_role("link", name="Figures of the districts").click()
    districts = page.locator("#list .cells li")
    expect(districts).to_have_count(2)
    expect(page.locator("#list h2")).to_have_text("People, 1402")
    page.locator("#land .legend a").first.click()
    expect(districts).to_have_count(1)
    expect(page.locator("#list pre")).to_contain_text("/en/map/frame")
    page.evaluate(axe)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_role("link", name="Grants").first.click()
    expect(page.locator("#list h2")).to_have_text("5 rows drawn in this view")
    expect(page.locator("#list pre")).to_have_count(0)


@pytest.mark.soak
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", WIDTHS)
def test_legend_list_and_layers_keep_step(visit_tiled: Open, axe: str, width: int) -> None:
    page = visit_tiled("/en/map", width)
    page.wait_for_selector(LIVE)
    page.evaluate(axe)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    expect(page.locator("#list h2")).to_have_text(f"{MANY - 1:,} rows drawn in this view")
    page.locator(".legend a").first.click()
    expect(page.locator("#list h2")).to_have_text("600 rows drawn in this view")
    assert "class=B1" in page.url
    page.get_by_role("link", name="Grants").click()
    expect(page.locator("#list h2")).to_have_text("5 rows drawn in this view")
    expect(page.locator(".legend li")).to_have_count(2)
    # The address is that of the drawn map: without scripts it shows the same layer.
    plain = visit_tiled(page.url.partition("127.0.0.1")[2].partition("/")[2].join(("/", "")), width, scripts=False)
    expect(plain.locator(".legend li")).to_have_count(2)
    expect(plain.locator("#list h2")).to_have_text("5 rows in view")


@pytest.mark.soak
@pytest.mark.django_db(transaction=True)
def test_the_drawing_stays_for_whoever_asks_for_it_and_leads_back(visit_tiled: Open) -> None:
    page = visit_tiled("/en/map#plain")
    expect(page.locator("#land > svg")).to_be_visible()
    page.get_by_role("button", name="Live map").click()
    page.wait_for_selector(LIVE)
    expect(page.locator("#land > svg")).to_be_hidden()
    page.get_by_role("link", name="Plain map").click()
    expect(page.locator("#land > svg")).to_be_visible()
    expect(page.get_by_role("button", name="Live map")).to_be_visible()


@pytest.mark.soak
@pytest.mark.django_db(transaction=True)
def test_a_city_of_more_land_than_is_drawn_here_is_drawn_by_the_browser(
    open_page: Open, large_town: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(city, "current", lambda: large_town)
    page = open_page("/en/map?at=6-63-63")
    page.wait_for_selector(LIVE)
    press_in_the_middle(page)
    follow(page.locator(".live-card a"))
    expect(page.locator("h1")).to_contain_text("4 storeys")
    # Without scripts the server paints it: from afar squares, and outlines where it is near.
    plain = open_page("/en/map", scripts=False)
    expect(plain.locator("main")).to_contain_text("Single parcels cannot be seen from here")
