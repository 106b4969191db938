"""Every kind of page in both languages: light on a first visit, still while it comes, open to all, within its screen."""

from __future__ import annotations

import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from _pytest.mark import ParameterSet
from tests.apps.addresses import CITATION, CIVIC_PAGES, PAGES, REFUSALS, filled
from tests.browser.conftest import WIDTHS, violations
from tests.browser.sight import FITS, LAID_OUT, NARROWEST, TABLET, UNFOLDED, UNVOICED, stumbles
from tests.patience import PATIENCE
from tests.sampling import sampled

from ayan.ui import static_files

KILO = 1000
CEILINGS = {"html": 20, "css": 13.3, "font": 24 + 14, "script": 8, "image": 1.2, "all": 76}
"""Thousands of bytes on the wire with headers, by kind of file: what is fetched later, such as htmx, is not among it."""
FURTHER_CSS = {"/embed/": 1.5, "/counter": 3.5, "/tariffs": 1.1, "/services": 1.5, "/map": 4.8}
"""What some addresses take on top, in thousands of bytes: frames follow the pages of others into the dark, fees have a
sheet of their own for paper, and so have the services, maps and parcels, and the counter's forms, receipts and cases,
which no other page fetches."""

FIRST = PAGES[0]

ALL_AT_ONCE = ("/developers/components",)
"""What no citizen is sent to, and shows everything on one page."""

KINDS = {
    "document": "html",
    "stylesheet": "css",
    "font": "font",
    "script": "script",
    "image": "image",
    "other": "image",
}
MOST_MOVED = 0.02
"""Cumulative layout shift; 0.1 is what is commonly called good. A busy machine swaps a font late, which moves 0.011."""

PRINTED = (
    *("/", "/data/works", "/data/works?_view=map", "/data/works/r/C-001", "/data/works/releases/1403/2", CITATION),
    "/council/resolution/1403-2",
)
"""What people print most; axe sees these on paper too."""

PAPER = 700
"""Pixels between the margins of a sheet of A4."""

ON_PAPER = """() => [...document.querySelectorAll('main table')].map(one => getComputedStyle(one).display)
  .concat([...document.querySelectorAll('main tr')].map(one => getComputedStyle(one).display))
  .filter(one => !['table', 'table-row'].includes(one))"""
MOVED = """() => new Promise(done => {
  let moved = 0;
  new PerformanceObserver(list => { for (const one of list.getEntries()) moved += one.value; })
    .observe({type: 'layout-shift', buffered: true});
  setTimeout(() => done(moved), 100);
})"""
WAYS = (("", WIDTHS[0]), ("", WIDTHS[1]), ("/en", WIDTHS[1]))
"""Language and width. Cards are cards in both languages; what shows everything on one page is looked at once in each."""

Open = Callable[..., Any]


def text_at(address: str) -> str:
    """The page, as a program reads it."""
    with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
        return str(answer.read().decode())


def visited(open_page: Open, address: str) -> tuple[Any, dict[str, int]]:
    """The page at a whole address on a first visit, and the bytes received for each kind of file."""
    page = open_page()
    client = page.context.new_cdp_session(page)
    client.send("Network.enable")
    client.send("Network.setCacheDisabled", {"cacheDisabled": True})
    kinds: dict[str, str] = {}
    sizes: dict[str, int] = {}

    def met(event: dict[str, Any]) -> None:
        if event["documentURL"] == address:
            kinds[event["requestId"]] = event["type"].lower()

    client.on("Network.requestWillBeSent", met)
    client.on(
        "Network.loadingFinished", lambda event: sizes.update({event["requestId"]: int(event["encodedDataLength"])})
    )
    page.goto(address)
    page.evaluate("document.fonts.ready")
    client.detach()
    total: dict[str, int] = {}
    for request, kind in kinds.items():
        total[KINDS[kind]] = total.get(KINDS[kind], 0) + sizes.get(request, 0)
    return page, total


def ways(addresses: tuple[str, ...]) -> list[ParameterSet]:
    """How these pages are opened: of three that are listed together one is drawn today, in one language, at one width."""
    cases = [(address, *way) for address in addresses for way in WAYS if way != WAYS[1] or address not in ALL_AT_ONCE]
    return sampled("every page", cases, 1, by=lambda case: addresses.index(case[0]) // 3)


@pytest.mark.parametrize(("address", "prefix", "width"), ways(PAGES))
def test_a_page_is_light_still_open_to_all_and_within_its_screen(
    open_page: Open, site: str, axe: str, address: str, prefix: str, width: int
) -> None:
    whole = site + filled(prefix + address, lambda path: text_at(site + path))
    looked_at(open_page, whole, axe, address, width)


@pytest.mark.parametrize(("address", "prefix", "width"), ways(CIVIC_PAGES))
def test_so_is_a_special_page(open_page: Open, civic: str, axe: str, address: str, prefix: str, width: int) -> None:
    looked_at(open_page, civic + prefix + address, axe, address, width)


def looked_at(open_page: Open, whole: str, axe: str, address: str, looked_through: int) -> None:
    """Everything that every page is held to."""
    page, sizes = visited(open_page, whole)
    assert sizes["html"] > 500
    if address not in ALL_AT_ONCE:
        further = sum(more for begins, more in FURTHER_CSS.items() if address.startswith(begins))
        ceilings = CEILINGS | {"css": CEILINGS["css"] + further}
        assert {kind: size for kind, size in sizes.items() if size > ceilings[kind] * KILO} == {}
        assert sum(sizes.values()) <= CEILINGS["all"] * KILO
    assert page.evaluate(MOVED) < MOST_MOVED
    page.evaluate(axe)
    assert page.evaluate(UNVOICED) == []
    page.evaluate(LAID_OUT)
    page.evaluate(UNFOLDED)
    for width in (TABLET, looked_through, *([NARROWEST] if looked_through == WIDTHS[0] else [])):
        assert stumbles(page, width, cut=width == NARROWEST) == []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.locator("details").evaluate_all("all => { for (const one of all) one.open = true; }")
        assert page.evaluate(FITS), f"scrolls sideways at {width}"
        if width == looked_through:
            if address != FIRST:
                # An open menu lies over what is below; it is the same on every page, and looked at on the first.
                page.locator("details.menu").evaluate_all("all => { for (const one of all) one.open = false; }")
            assert (width, violations(page)) == (width, [])
    page.emulate_media(media="print")
    page.set_viewport_size({"width": PAPER, "height": 1000})
    assert page.evaluate(FITS), "is wider than a sheet of paper"
    assert page.evaluate(ON_PAPER) == []
    if address in PRINTED:
        # Nobody presses a link on paper.
        assert [violation for violation in violations(page) if not violation.startswith("target-size")] == []


@pytest.mark.parametrize("prefix", sampled("refusals", ["", "/en"], 1))
def test_pages_that_say_why_not_are_open_to_all_as_well(chromium: Any, site: str, axe: str, prefix: str) -> None:
    """They answer with an error's status, of which a browser complains by itself."""
    context = chromium.new_context()
    page = context.new_page()
    for address in (prefix + path for path in REFUSALS):
        answer = page.goto(site + address)
        assert answer.status >= 400
        page.evaluate(axe)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate(FITS), f"{address} scrolls sideways at {width}"
        assert (address, violations(page)) == (address, [])
    context.close()


@pytest.mark.parametrize(("name", "most"), [("css/site.css", 12_500), ("js/site.js", 4_000), ("build/htmx.js", 14_000)])
def test_a_file_keeps_its_ceiling(name: str, most: int) -> None:
    if not static_files.has(name):
        pytest.skip(f"{name} is not built: run `make assets`")
    packed = static_files.all_files()[name].packed
    assert packed is not None
    assert len(packed) <= most
