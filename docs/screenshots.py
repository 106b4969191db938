"""Draws the main pages of the invented city into docs/images, at two widths and in both languages: `make screenshots`.

The city of `make demo` is used where it stands (var/demo, or AYAN_HOME), and a small one is built where it does not.
Pictures are cut to one screen and to 128 colours, which keeps each under 200 KB.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
CHROMIUM = os.environ.get("AYAN_CHROMIUM", "/usr/bin/chromium")
SCREENS = {"phone": (390, 844), "desk": (1440, 1000)}
COLOURS = 128

# Name of the picture and address; what is drawn of a dataset is its first page.
PAGES = {
    "home": "/",
    "catalogue": "/data/",
    "log": "/log/",
    "verify": "/verify",
    "developers": "/developers",
    "components": "/developers/components",
}


def city_folder() -> Path:
    """The folder of the city to show, built small where there is none."""
    home = Path(os.environ.get("AYAN_HOME") or ROOT / "var" / "demo").absolute()
    if not (home / "store").is_dir():
        command = ["ayan", "demo", "--home", str(home), "--scale", "small", "--no-serve"]
        subprocess.run(command, check=True, cwd=ROOT)
    return home


def pages() -> dict[str, str]:
    """The pages to draw: the fixed ones, and those of the largest dataset."""
    from ayan.wiring import city

    here = city.current()
    largest = max(here.registry.all(), key=lambda one: here.shelf.state(one.slug).rows)
    explorer = f"/data/{largest.slug}"
    found = {**PAGES, "explorer": explorer, "releases": f"{explorer}/releases"}
    found["columns"] = f"{explorer}?_view=columns"
    return found


def smaller(png: bytes) -> bytes:
    """The picture in few colours."""
    from PIL import Image

    out = io.BytesIO()
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def main() -> int:
    """Draw every page and say how large the pictures are."""
    home = city_folder()
    os.environ["AYAN_HOME"] = str(home)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ayan.config.settings.dev")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    sys.path.insert(0, str(ROOT))
    import django

    django.setup()
    from playwright.sync_api import sync_playwright
    from tests.browser.serving import served

    IMAGES.mkdir(exist_ok=True)
    total = 0
    with served() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for name, address in pages().items():
            for screen, (width, height) in SCREENS.items():
                for lang, prefix in (("fa", ""), ("en", "/en")):
                    page = browser.new_page(viewport={"width": width, "height": height})
                    page.goto(f"{site}{prefix}{address}")
                    # A second time, with the fonts at hand: a first visit may be read in another.
                    page.evaluate("document.fonts.ready")
                    page.reload()
                    page.evaluate("document.fonts.ready")
                    picture = smaller(page.screenshot())
                    (IMAGES / f"{name}-{screen}-{lang}.png").write_bytes(picture)
                    total += len(picture)
                    page.close()
        browser.close()
    count = len(list(IMAGES.glob("*.png")))
    sys.stdout.write(f"{count} pictures, {total / 1000:,.0f} KB, in {IMAGES.relative_to(ROOT)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
