"""How soon the map can be used on a phone: bytes before its library, the first picture, and the map that moves.

``python -m benchmarks.live_map http://127.0.0.1:8000`` opens ``/map`` of a served city at 390 pixels, four times as
slow as this machine, over a slow line, with nothing kept and then once more. ``AYAN_CHROMIUM`` names another browser.
What the browser draws without hardware, and what others do on the machine meanwhile, is in the seconds.
"""

from __future__ import annotations

import argparse
import os
import time
from typing import Any, Final

SLOW: Final = 4
LINES: Final = {
    # Bytes a second down and up, milliseconds a request: as the tools of Chromium and Lighthouse name slow 4G.
    "slow 4G of the browser's tools": (180_000.0, 84_375.0, 562.5),
    "slow 4G of Lighthouse": (200_000.0, 93_750.0, 150.0),
}
OF_THE_LIBRARY: Final = ("/build/maplibre", "/build/pmtiles", "/layer.json", ".pmtiles")


def opened(context: Any, address: str, line: tuple[float, float, float]) -> str:
    """One visit in words."""
    down, up, latency = line
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    conditions = {"offline": False, "downloadThroughput": down, "uploadThroughput": up, "latency": latency}
    session.send("Network.emulateNetworkConditions", conditions)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOW})
    addresses: dict[str, str] = {}
    sizes: dict[str, int] = {}
    session.on("Network.requestWillBeSent", lambda sent: addresses.update({sent["requestId"]: sent["request"]["url"]}))
    session.on("Network.loadingFinished", lambda met: sizes.update({met["requestId"]: int(met["encodedDataLength"])}))
    began = time.perf_counter()
    page.goto(address, wait_until="load")
    loaded = time.perf_counter() - began
    drawn = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime") / 1000
    page.wait_for_selector("figure[data-settled=yes]", timeout=120_000)
    live = time.perf_counter() - began
    page.close()
    before = sum(
        size for met, size in sizes.items() if not any(part in addresses.get(met, "") for part in OF_THE_LIBRARY)
    )
    return f"drawn {drawn:.1f} s, loaded {loaded:.1f} s, moving {live:.1f} s, {before:,} bytes before the library"


def run() -> None:
    """Measure and print."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("site")
    site = parser.parse_args().site
    browser_file = os.environ.get("AYAN_CHROMIUM", "/usr/bin/chromium-headless-shell")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_file, args=["--no-sandbox", "--disable-gpu"])
        for name, line in LINES.items():
            context = browser.new_context(viewport={"width": 390, "height": 800}, device_scale_factor=2)
            for visit in ("first", "second"):
                print(f"{name}, {visit} visit: {opened(context, f'{site}/map', line)}")
            context.close()
        browser.close()
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")


if __name__ == "__main__":
    run()
