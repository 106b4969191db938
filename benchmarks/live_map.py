"""How soon the map can be used on a phone: the drawn one, the one that moves, and the bytes before its library.

``python -m benchmarks.live_map http://127.0.0.1:8000 [OTHER ...]`` opens ``/map`` of served cities at 390 pixels, four
times as slow as this machine, over a slow line, in turn and ``--rounds`` times, with nothing kept and then once more.
Of two addresses that are two versions of the program, each round meets the same load of the machine.

*drawn* is the first picture; *stepped* when a press on a drawn map, made as soon as it is there, has drawn the next
view. *in hand* is when the drawn map follows a finger, *dragged* when one that was put on it then has moved the
picture, and *usable* when a press on a parcel after that has opened its card. *moving* is when the map of the library
is painted, and *moving, pressed* when a press on it, made then, has opened a card. ``AYAN_CHROMIUM`` names another
browser. What the browser draws without hardware is in the seconds: no phone draws so slowly.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from typing import Any, Final

SLOW: Final = 4
LINES: Final = {
    # Bytes a second down and up, milliseconds a request: as the tools of Chromium and Lighthouse name slow 4G.
    "slow 4G of the browser's tools": (180_000.0, 84_375.0, 562.5),
    "slow 4G of Lighthouse": (200_000.0, 93_750.0, 150.0),
}
OF_THE_LIBRARY: Final = ("/build/maplibre", "/build/pmtiles", "/city-map.js", "/layer.json", ".pmtiles", "/map/tiles/")
LONGEST: Final = 120_000
"""Milliseconds that one visit may take."""
PRESS: Final = """async () => {
  const canvas = document.querySelector('.live-map canvas'), box = canvas.getBoundingClientRect();
  const card = document.querySelector('.live-card');
  const frame = () => new Promise((next) => requestAnimationFrame(next));
  for (let at = 0; at < 400; at++) {
    const clientX = box.left + box.width * (0.3 + 0.02 * (at % 20));
    const clientY = box.top + box.height * (0.3 + 0.02 * (at / 20 | 0));
    const began = performance.now();
    for (const name of ['mousedown', 'mouseup', 'click'])
      canvas.dispatchEvent(new MouseEvent(name, { clientX, clientY, bubbles: true, button: 0 }));
    if (!card.hidden) { await frame(); return performance.now() - began; }
  }
  return NaN;
}"""
"""Presses the map where something lies: milliseconds from the press to the picture with the card."""
IN_HAND: Final = """async () => {
  const svg = document.querySelector('#land > svg'), frame = () => new Promise((next) => requestAnimationFrame(next));
  const box = svg.getBoundingClientRect(), before = svg.getAttribute('viewBox');
  const at = (across, down) => ({ clientX: box.left + box.width * across, clientY: box.top + box.height * down });
  const sent = (name, place) => svg.dispatchEvent(new PointerEvent(name, {
    ...place, bubbles: true, pointerId: 1, button: 0, isPrimary: true }));
  try { sent('pointerdown', at(0.5, 0.5)); sent('pointermove', at(0.56, 0.54)); } catch {}
  sent('pointerup', at(0.56, 0.54));
  svg.dispatchEvent(new MouseEvent('click', { ...at(0.56, 0.54), bubbles: true, cancelable: true, detail: 1 }));
  await frame();
  if (svg.getAttribute('viewBox') === before) return null;
  const dragged = performance.now();
  for (let tried = 0; tried < 400; tried++) {
    const place = at(0.2 + 0.6 * ((tried % 20) / 20), 0.2 + 0.6 * (Math.floor(tried / 20) / 20));
    const met = document.elementsFromPoint(place.clientX, place.clientY);
    if (!met.some((each) => each.matches('.paint, a .lot')) || !svg.contains(met[0])) continue;
    met[0].dispatchEvent(new MouseEvent('click', { ...place, bubbles: true, cancelable: true, detail: 1 }));
    break;
  }
  const card = () => document.querySelector('.live-card:not([hidden])');
  while (!card()) await frame();
  await frame();
  return [dragged, performance.now()];
}"""
"""Drags the drawn map and presses a parcel on it: when the first has moved it and the second has opened a card."""
PAINTED: Final = "performance.getEntriesByName('first-contentful-paint').length"
WATCH: Final = """
addEventListener('DOMContentLoaded', () => new MutationObserver(() => {
  if (!window.heldAt && document.querySelector('figure[data-hand]')) window.heldAt = performance.now();
  if (window.settledAt || !document.querySelector('figure:is([data-live=yes], [data-settled=yes])')) return;
  window.settledAt = performance.now();
}).observe(document.body, {
  attributes: true, subtree: true, attributeFilter: ['data-settled', 'data-live', 'data-hand'] }));
"""


def slowed(context: Any, line: tuple[float, float, float]) -> tuple[Any, Any]:
    """A page on a slow phone, and the session that tells of its requests."""
    down, up, latency = line
    page = context.new_page()
    page.add_init_script(WATCH)
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    conditions = {"offline": False, "downloadThroughput": down, "uploadThroughput": up, "latency": latency}
    session.send("Network.emulateNetworkConditions", conditions)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOW})
    return page, session


def until(page: Any, what: str) -> None:
    """Wait until an expression holds. The policy of our pages forbids the way that Playwright has for this."""
    began = time.perf_counter()
    while not page.evaluate(what):
        if time.perf_counter() - began > LONGEST / 1000:
            raise TimeoutError(what)
        time.sleep(0.02)


def opened(context: Any, address: str, line: tuple[float, float, float]) -> dict[str, float]:
    """One visit: seconds by what was waited for, and bytes."""
    page, session = slowed(context, line)
    addresses: dict[str, str] = {}
    sizes: dict[str, int] = {}
    session.on("Network.requestWillBeSent", lambda sent: addresses.update({sent["requestId"]: sent["request"]["url"]}))
    session.on("Network.loadingFinished", lambda met: sizes.update({met["requestId"]: int(met["encodedDataLength"])}))
    page.goto(address, wait_until="load")
    until(page, "window.settledAt")
    moving = page.evaluate("window.settledAt") / 1000
    pressed = moving + page.evaluate(PRESS) / 1000
    drawn = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime") / 1000
    page.close()
    of_map = {met for met in sizes if any(part in addresses.get(met, "") for part in OF_THE_LIBRARY)}
    before = sum(size for met, size in sizes.items() if met not in of_map)
    return {"drawn": drawn, "moving": moving, "moving, pressed": pressed, "kB before": before / 1000,
            "kB of the map": sum(sizes[met] for met in of_map) / 1000}  # fmt: skip


def held(context: Any, address: str, line: tuple[float, float, float]) -> dict[str, float]:
    """One visit whose reader drags the drawn map and presses a parcel on it as soon as it follows the hand."""
    page, _ = slowed(context, line)
    page.goto(address, wait_until="commit")
    until(page, "Boolean(window.heldAt)")
    until(page, PAINTED)
    met = page.evaluate(IN_HAND)
    if met is None:
        raise RuntimeError("the drawn map was not moved")
    in_hand = max(page.evaluate("[window.heldAt, performance.getEntriesByName('first-contentful-paint')[0].startTime]"))
    page.close()
    return {"in hand": in_hand / 1000, "dragged": met[0] / 1000, "usable": met[1] / 1000}


def stepped(context: Any, address: str, line: tuple[float, float, float]) -> dict[str, float]:
    """One visit whose reader presses the drawn map as soon as it is there; until the next view is drawn."""
    page, _ = slowed(context, line)
    began = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.wait_for_selector("#land > .map-ways a", timeout=LONGEST)
    until(page, PAINTED)
    page.locator("#land > .map-ways a").first.click(no_wait_after=True)
    page.wait_for_url("**at=1-**", timeout=LONGEST, wait_until="commit")
    page.wait_for_selector("#land > .map-ways a[href*='at=2-']", timeout=LONGEST, state="attached")
    until(page, PAINTED)
    seconds = time.perf_counter() - began
    page.close()
    return {"stepped": seconds}


def median_text(name: str, figures: list[float]) -> str:
    """A median with its range."""
    places = 0 if name.startswith("kB") else 1
    least, most = min(figures), max(figures)
    return f"{name} {statistics.median(figures):.{places}f} ({least:.{places}f}–{most:.{places}f})"


def run() -> None:
    """Measure and print."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sites", nargs="+")
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    browser_file = os.environ.get("AYAN_CHROMIUM", "/usr/bin/chromium-headless-shell")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_file, args=["--no-sandbox", "--disable-gpu"])
        phone: Any = {"viewport": {"width": 390, "height": 800}, "device_scale_factor": 2}
        for name, line in LINES.items():
            kept: dict[tuple[str, str], list[dict[str, float]]] = {}
            for _ in range(asked.rounds):
                for site in asked.sites:
                    for visit in ("first", "second"):
                        if visit == "first":
                            figures: dict[str, float] = {}
                            for reader in (held, stepped):
                                fresh = browser.new_context(**phone)
                                figures |= reader(fresh, f"{site}/map", line)
                                fresh.close()
                            context = browser.new_context(**phone)
                        else:
                            figures = {}
                        kept.setdefault((site, visit), []).append(figures | opened(context, f"{site}/map", line))
                    context.close()
            for (site, visit), runs in kept.items():
                line_ = ", ".join(median_text(each, [each_run[each] for each_run in runs]) for each in runs[0])
                print(f"{name}, {site}, {visit} visit: {line_}", flush=True)
        browser.close()
    load = f"{os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"
    print(f"seconds, of {asked.rounds} rounds; load of the machine: {load}")


if __name__ == "__main__":
    run()
