"""What people come for, over the pages of the invented city: a citizen, a journalist, a council member."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from playwright.sync_api import expect
from tests.browser.conftest import follow, violations

Open = Callable[..., Any]
WIDE = 1024


@dataclass(frozen=True)
class Visitor:
    """Somebody who reads in one language on one screen."""

    open: Open
    axe: str
    prefix: str
    width: int

    def start(self, address: str) -> Any:
        """A first page; without the prefix of the language."""
        return self.open(self.prefix + address, self.width)

    def link(self, page: Any, address: str) -> Any:
        """The first link that is seen to an address that begins so."""
        return page.locator(f'main a[href^="{self.prefix}{address}"]:visible').first

    def menu(self, page: Any, address: str) -> None:
        """Go on by the menu, which a phone unfolds; some of it stands behind one more summary where it is a row."""
        folded = page.locator("header .nav-m > summary")
        if folded.is_visible():
            folded.click()
        wanted = page.locator(f'header a[href="{self.prefix}{address}"]:visible')
        if not wanted.count():
            page.locator("header details.menu > summary:visible").first.click()
        follow(wanted.first)

    def fits(self, page: Any) -> None:
        """A dossier stays within its screen, whatever is unfolded on it."""
        page.locator("details").evaluate_all("all => { for (const one of all) one.open = true; }")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url

    def looked_at(self, page: Any) -> None:
        """And it is open to all, which is looked at on a phone alone: the largest pages of all take their time."""
        self.fits(page)
        if self.width >= WIDE:
            return
        # A map that moves takes the place of the drawn one piece by piece; what is looked at is what stays.
        page.wait_for_load_state("networkidle")
        page.evaluate(self.axe)
        wrong = violations(page)
        if any(each.startswith("target-size") for each in wrong):
            # What lies below an open menu is not to be pressed before the menu is closed again.
            page.locator("details.menu").evaluate_all("all => { for (const one of all) one.open = false; }")
            wrong = [each for each in wrong if not each.startswith("target-size")] + violations(page)
        assert not wrong, f"{page.url}: {wrong}"


def to_payment_by_street(visitor: Visitor, street: str, contract: str) -> int:
    """From the name of a street in the box of search to a payment of a contract; how many clicks it took."""
    page, clicks = visitor.start("/"), 1
    page.locator("#find").fill(street)
    follow(page.locator(".search button"))
    address = f"/data/contracts/r/{contract}"
    if not visitor.link(page, address).count():
        follow(visitor.link(page, "/data/contracts?_search="))
        clicks += 1
    follow(visitor.link(page, address))
    visitor.looked_at(page)
    follow(visitor.link(page, "/data/payments/r/"))
    expect(page.locator(".facts-list").first).to_contain_text(contract)
    return clicks + 1


def to_payment_by_map(visitor: Visitor, project: str, longitude: Decimal, latitude: Decimal) -> int:
    """From the tile of the map that a project stands in to a payment of its contract; how many clicks it took."""
    page = visitor.start("/data/projects?_view=map")
    tiles = page.locator(".map svg a")
    follow(next(tile for tile in tiles.all() if _holds(tile.get_attribute("href"), longitude, latitude)))
    follow(visitor.link(page, f"/data/projects/r/{project}"))
    visitor.fits(page)
    follow(visitor.link(page, "/data/payments/r/"))
    expect(page.locator(".chain .self")).to_be_visible()
    return 3


def _holds(address: str, longitude: Decimal, latitude: Decimal) -> bool:
    """Whether a place lies in the tile that an address asks for."""
    asked = {name: Decimal(text) for name, text in parse_qsl(urlsplit(address).query) if name.startswith("l")}
    low, high = (
        asked.get("longitude__gte", asked.get("longitude__gt")),
        asked.get("longitude__lt", asked.get("longitude__lte")),
    )
    south, north = (
        asked.get("latitude__gte", asked.get("latitude__gt")),
        asked.get("latitude__lt", asked.get("latitude__lte")),
    )
    return low <= longitude <= high and south <= latitude <= north  # type: ignore[operator]  # all four are there


def citizen(visitor: Visitor, parcel: str) -> None:
    """What may be built here and what was paid for it, what my street is worth, and what the city owes me."""
    page = visitor.start(f"/data/parcels/r/{parcel}")
    expect(page.locator("#land svg:visible .subject").or_(page.locator("#land svg:visible use")).first).to_be_visible()
    visitor.looked_at(page)
    follow(visitor.link(page, "/map/street/"))
    follow(page.locator("#land a").first)
    follow(visitor.link(page, "/map?at="))
    visitor.looked_at(page)
    page.goto(page.url.partition("/map")[0] + f"/data/parcels/r/{parcel}")
    follow(visitor.link(page, "/data/street-values/r/"))
    expect(page.locator("#lacks")).to_be_visible()
    visitor.menu(page, "/missing")
    follow(visitor.link(page, "/activities"))
    expect(page.locator("svg").first).to_be_visible()


def journalist(visitor: Visitor, vendor: str) -> None:
    """From what flags say to a company, its contracts set beside one another, and the company followed."""
    page = visitor.start("/help")
    visitor.menu(page, "/flags")
    follow(visitor.link(page, "/flags/"))
    page.goto(page.url.partition("/flags")[0] + f"/data/vendors/r/{vendor}")
    visitor.fits(page)
    follow(visitor.link(page, "/compare?_data=contracts"))
    expect(page.locator("main table:visible").first).to_be_visible()
    page.go_back()
    follow(visitor.link(page, "/follow?about=record"))
    expect(page.locator('main a[href*=".atom"]').first).to_be_visible()


def council_member(visitor: Visitor, decision: str, unit: str) -> None:
    """From a resolution to the contract it led to and its line in the budget; what a unit owes and a manager is paid."""
    page = visitor.start("/council")
    page.goto(f"{page.url}/resolution/{decision}")
    expect(visitor.link(page, "/data/contracts/r/")).to_be_visible()
    follow(visitor.link(page, "/data/council-resolutions/r/"))
    visitor.fits(page)
    follow(visitor.link(page, "/data/contracts/r/"))
    expect(page.locator(".chain .there").first).to_be_visible()
    # Every year's budget has the code of the line; the one of the contract's year is meant.
    follow(visitor.link(page, f"/data/budget/r/{decision[:4]}~"))
    follow(visitor.link(page, "/budget/"))
    expect(page.locator("#years-of")).to_be_visible()
    page.goto(page.url.partition("/budget")[0] + f"/data/organisation-chart/r/{unit}")
    expect(page.locator("#owned")).to_be_visible()
    visitor.fits(page)
    follow(visitor.link(page, "/data/managers-pay/r/"))
    visitor.looked_at(page)
