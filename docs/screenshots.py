"""Draws the pages that the README and the page of pictures show, of the invented city, into docs/images.

`make screenshots` uses the city of `make demo` where it stands (var/demo, or AYAN_HOME), and builds a small one where
it does not. `python docs/screenshots.py ADDRESS` draws the pictures of before instead, from the site of an older
version that is served at the address. Pictures are cut to one screen and packed as WebP; one above `MOST` is refused,
for every clone carries them.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
CHROMIUM = os.environ.get("AYAN_CHROMIUM", "/usr/bin/chromium")
SCREENS = {"phone": (390, 844), "desk": (1440, 1000), "frame": (420, 680)}
QUALITY = 72
MOST = 150_000

# What is found in the invented city whatever its seed: a word of many contracts, and a map.
WORD = "آسفالت"
PAGES = {
    "home-fa": ("/", "desk"),
    "answer-fa": ("/answers/votes-on-money", "desk"),
    "explorer-fa": ("/data/contracts", "desk"),
    "search-fa": (f"/search?q={WORD}", "desk"),
    "map-en": ("/en/data/building-permits?_view=map#map", "desk"),
    "home-phone-fa": ("/", "phone"),
    "explorer-phone-fa": ("/data/contracts", "phone"),
    "search-phone-en": (f"/en/search?q={WORD}", "phone"),
}
MAYOR = "/data/managers-pay?level=mayor&_view=chart"
# What is shown before and after: the address then, that of now, and the screen.
PAIRS = {
    "home-desk-fa": ("/", "/", "desk"),
    "home-phone-fa": ("/", "/", "phone"),
    "home-desk-en": ("/en/", "/en/", "desk"),
    "asked-desk-fa": ("/search?q=حقوق شهردار", "/search?q=حقوق شهردار", "desk"),
    "pay-desk-fa": (MAYOR, "/answers/managers-pay", "desk"),
    "pay-phone-en": (f"/en{MAYOR}", "/en/answers/managers-pay", "phone"),
    "contractors-desk-en": ("/en/data/contracts?_by=contractor", "/en/answers/biggest-contractors", "desk"),
    "competition-phone-fa": ("/data/tenders?_view=chart", "/answers/competition", "phone"),
    "votes-desk-fa": ("/data/council-votes", "/answers/votes-on-money", "desk"),
    "record-desk-fa": ("/data/contracts/r/1404-0100", "/data/contracts/r/1404-0100", "desk"),
    "record-phone-en": ("/en/data/contracts/r/1404-0100", "/en/data/contracts/r/1404-0100", "phone"),
    "list-desk-en": ("/en/data/contracts", "/en/data/contracts", "desk"),
    "list-phone-fa": ("/data/contracts", "/data/contracts", "phone"),
    "late-phone-fa": ("/missing", "/missing", "phone"),
    "council-desk-en": ("/en/council", "/en/council", "desk"),
    "budget-desk-fa": ("/budget/1404", "/budget/1404", "desk"),
    "compare-desk-fa": ("/compare", "/compare", "desk"),
    "organisation-desk-fa": ("/organisation", "/organisation", "desk"),
    "frame-fa": ("/embed/contracts?_view=chart", "/answers/biggest-contractors?_figure=top", "frame"),
}
DARK = {"dark-home-desk-fa": ("/", "desk"), "dark-record-phone-en": ("/en/data/contracts/r/1404-0100", "phone")}
RECORD = {"record-en": "desk", "record-phone-fa": "phone"}


def city_folder() -> Path:
    """The folder of the city to show, built small where there is none."""
    home = Path(os.environ.get("AYAN_HOME") or ROOT / "var" / "demo").absolute()
    if not (home / "store").is_dir():
        command = ["ayan", "demo", "--home", str(home), "--scale", "small", "--no-serve"]
        subprocess.run(command, check=True, cwd=ROOT)
    return home


def pages() -> dict[str, tuple[str, str]]:
    """Name of the picture, address and screen: the fixed ones, and the record of the largest contract."""
    from ayan.core.query import keys
    from ayan.core.query.question import Question, Sort
    from ayan.core.query.sum_parts import amounts_of
    from ayan.wiring import city

    current_city = city.current()
    contracts = current_city.registry.get("contracts")
    largest = Question(slug=contracts.slug, sort=Sort(amounts_of(contracts)[0].name, descending=True), size=1)
    key = keys.key_of(contracts, current_city.query_service.rows(contracts, largest).rows[0])
    path = f"/data/contracts/r/{key}"
    return PAGES | {name: (f"/en{path}" if "-en" in name else path, screen) for name, screen in RECORD.items()}


def drawn(browser: Any, address: str, screen: str, scheme: str = "light") -> bytes:
    """One page on one screen."""
    from PIL import Image

    width, height = SCREENS[screen]
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
    page.goto(address)
    # A second time, with the fonts at hand: a first visit may be read in another.
    page.evaluate("document.fonts.ready")
    page.reload()
    page.evaluate("document.fonts.ready")
    out = io.BytesIO()
    Image.open(io.BytesIO(page.screenshot())).convert("RGB").save(out, "WEBP", quality=QUALITY, method=6)
    page.close()
    return out.getvalue()


def launched(playwright: Any) -> Any:
    """The browser that draws."""
    return playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])


def draw_before(site: str) -> dict[str, int]:
    """Draw what an older version shows at an address; how large each picture is."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = launched(playwright)
        wanted = {f"before-{name}": (before, screen) for name, (before, _, screen) in PAIRS.items()}
        return {name: kept(name, drawn(browser, site + address, screen)) for name, (address, screen) in wanted.items()}


def draw_now() -> dict[str, int]:
    """Draw what this version shows of its city; how large each picture is."""
    home = city_folder()
    os.environ["AYAN_HOME"] = str(home)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ayan.config.settings.dev")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    sys.path.insert(0, str(ROOT))
    import django

    django.setup()
    from playwright.sync_api import sync_playwright
    from tests.browser.served_site import served

    wanted = pages() | {f"after-{name}": (after, screen) for name, (_, after, screen) in PAIRS.items()}
    with served() as site, sync_playwright() as playwright:
        browser = launched(playwright)
        sizes = {name: kept(name, drawn(browser, site + address, screen)) for name, (address, screen) in wanted.items()}
        for name, (address, screen) in DARK.items():
            sizes[name] = kept(name, drawn(browser, site + address, screen, "dark"))
    return sizes


def kept(name: str, picture: bytes) -> int:
    """Write a picture down; its bytes."""
    (IMAGES / f"{name}.webp").write_bytes(picture)
    return len(picture)


def main(addresses: list[str]) -> int:
    """Draw every page and say how large the pictures are; 1 where one is too large."""
    IMAGES.mkdir(exist_ok=True)
    sizes = draw_before(addresses[0].rstrip("/")) if addresses else draw_now()
    sys.stdout.write(f"{len(sizes)} pictures, {sum(sizes.values()) / 1000:,.0f} KB, in {IMAGES.relative_to(ROOT)}\n")
    large = [name for name, size in sizes.items() if size > MOST]
    if large:
        sys.stdout.write(f"over {MOST / 1000:.0f} KB: {', '.join(large)}\n")
    return 1 if large else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
