"""The small city behind a real server, seen by a real browser that reports everything that goes wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.apps.civic_city import build_civic
from tests.apps.small_city import build
from tests.browser.readers import Readers
from tests.browser.served_site import served
from tests.conftest import ROOT

from ayan.wiring import city
from ayan.wiring.city import City

WIDTHS = (390, 1440)
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def follow(link: Any) -> None:
    """Click a link or a button that leads to another address, and wait until that page has been read.

    A click comes back before its page does, sooner still without scripts: whatever is read right after it may belong
    to the page left behind. So every step to another address goes through here, and addresses and titles are
    expected, not read.

    Whether it can be clicked is tried; then it is pressed by the keyboard: of a pointer on a page that still moves,
    as the first one in a browser, now and then no click comes at all.
    """
    link.click(trial=True)
    with link.page.expect_navigation(wait_until="load"):
        link.press("Enter")


@pytest.fixture(scope="session")
def axe() -> str:
    """The checker of accessibility, to be run in a page."""
    if not AXE.is_file():
        pytest.skip("axe-core is not fetched: run `npm ci`")
    return AXE.read_text(encoding="utf-8")


def violations(page: Any, within: str = "html") -> list[str]:
    """What axe, which must be in the page already, finds wrong with it as it stands, or with a part of it."""
    # What passes would only be written down: most of the time it took.
    wanted = {"runOnly": RULES, "resultTypes": ["violations"]}
    run = "([within, wanted]) => axe.run({include: [within], exclude: ['svg *']}, wanted)"
    report = page.evaluate(run, [within, wanted])
    return [
        f"{violation['id']}: {node['html'][:200]}" for violation in report["violations"] for node in violation["nodes"]
    ]


@pytest.fixture(scope="session")
def browsed_city(tmp_path_factory: pytest.TempPathFactory) -> City:
    return build(tmp_path_factory.mktemp("browsed"))


@pytest.fixture(scope="session")
def browsed_civic(tmp_path_factory: pytest.TempPathFactory) -> City:
    """The city whose datasets play the budget, the council and the units."""
    return build_civic(tmp_path_factory.mktemp("browsed-civic"))


@pytest.fixture
def civic(browsed_civic: City, site: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of the site, with that city behind it."""
    monkeypatch.setattr(city, "current", lambda: browsed_civic)
    return site


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The site with its door behind a plain server in this process, so that a test can put another city in its place."""
    with served() as address:
        yield address


@pytest.fixture
def site(browsed_city: City, monkeypatch: pytest.MonkeyPatch, server: str) -> str:
    """The address of the small city's site."""
    monkeypatch.setattr(city, "current", lambda: browsed_city)
    return server


@pytest.fixture(scope="session")
def readers(chromium: Any) -> Readers:
    """The pages of readers, for one test after the other."""
    return Readers(chromium)


@pytest.fixture
def open_page(readers: Readers, site: str) -> Iterator[Callable[..., Any]]:
    """Open an address at a width; at the end of the test no page may have complained or been denied anything.

    Without an address it is a page that has been nowhere yet.
    """
    pages: list[Any] = []
    complaints: list[str] = []
    heard: list[tuple[str, Callable[[Any], None]]] = [
        # What the driver of a screen that is no hardware says of its own speed is no fault of a page.
        (
            "console",
            lambda said: (
                complaints.append(said.text)
                if said.type in ("error", "warning") and "GL Driver Message" not in said.text
                else None
            ),
        ),
        ("pageerror", lambda error: complaints.append(str(error))),
        (
            "response",
            lambda answer: complaints.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None,
        ),
    ]

    def opened(address: str = "", width: int = WIDTHS[1], *, scripts: bool = True) -> Any:
        page = readers.page(scripts, width)
        pages.append(page)
        for event, listener in heard:
            page.on(event, listener)
        if address:
            page.goto(site + address)
        return page

    yield opened
    cookies = [cookie for page in pages for cookie in readers.give_back(page, site, heard)]
    assert cookies == []
    assert complaints == []
