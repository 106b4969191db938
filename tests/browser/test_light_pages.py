"""What each kind of page weighs on its first visit, and that nothing on it jumps while it comes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.apps.addresses import PAGES

from ayan.ui import statics

KILO = 1000
CEILINGS = {"html": 20, "css": 12, "font": 24 + 14, "script": 14 + 4, "image": 1, "all": 90}
"""Thousands of bytes on the wire with headers, by kind of file."""

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


def weighed(open_page: Callable[..., Any], address: str) -> tuple[dict[str, int], float]:
    """Bytes received for each kind of file on a first visit, and how far what was seen moved (CLS)."""
    page = open_page("/about")
    client = page.context.new_cdp_session(page)
    client.send("Network.enable")
    client.send("Network.setCacheDisabled", {"cacheDisabled": True})
    kinds: dict[str, str] = {}
    sizes: dict[str, int] = {}
    address = page.url.removesuffix("/about") + address

    def met(one: dict[str, Any]) -> None:
        if one["documentURL"] == address:
            kinds[one["requestId"]] = one["type"].lower()

    client.on("Network.requestWillBeSent", met)
    client.on("Network.loadingFinished", lambda one: sizes.update({one["requestId"]: int(one["encodedDataLength"])}))
    page.goto(address)
    page.evaluate("document.fonts.ready")
    moved = page.evaluate(
        """() => new Promise(done => {
             let moved = 0;
             new PerformanceObserver(list => { for (const one of list.getEntries()) moved += one.value; })
               .observe({type: 'layout-shift', buffered: true});
             setTimeout(() => done(moved), 120);
           })"""
    )
    total: dict[str, int] = {}
    for request, kind in kinds.items():
        total[KINDS[kind]] = total.get(KINDS[kind], 0) + sizes.get(request, 0)
    return total, moved


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("address", [one for one in PAGES if one not in ALL_AT_ONCE])
def test_a_first_visit_is_light_and_still(open_page: Callable[..., Any], prefix: str, address: str) -> None:
    sizes, moved = weighed(open_page, prefix + address)
    assert sizes["html"] > KILO
    assert sizes["css"] > KILO
    over = {kind: size for kind, size in sizes.items() if size > CEILINGS[kind] * KILO}
    assert over == {}
    assert sum(sizes.values()) <= CEILINGS["all"] * KILO
    assert moved < 0.005


@pytest.mark.parametrize(("name", "most"), [("css/site.css", 12_000), ("js/site.js", 4_000), ("build/htmx.js", 14_000)])
def test_a_file_keeps_its_ceiling(name: str, most: int) -> None:
    if not statics.has(name):
        pytest.skip(f"{name} is not built: run `make assets`")
    one = statics.shelf()[name]
    assert one.packed is not None
    assert len(one.packed) <= most
