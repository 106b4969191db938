"""`make audit`: Lighthouse over the main kinds of pages of three cities, in both languages.

Two of them are small, on a phone and a desk; the third is the invented city of `make demo`, on a phone, with as much
data as a city has. Prints the scores and what was transferred, and exits 1 where a score is under 95 or the home page
heavier than it may be. Lighthouse and what it needs stand in this folder's own packages, fetched by `make audit` alone.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
COMMAND = HERE / "node_modules" / "lighthouse" / "cli" / "index.js"
CHROMIUM = os.environ.get("AYAN_CHROMIUM", "/usr/bin/chromium")
LEAST = 95
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
PAGES = (
    "/",
    "/search?q=C-012",
    "/data/",
    "/data/works",
    "/data/works/r/C-001",
    "/data/works?_view=map",
    "/data/works/releases",
    "/compare?_data=works&_measure=sum_amount&_by=state&_side=open&_side=done&_over=day:month",
    "/missing",
    "/activities",
    "/flags/works/too-large",
    "/developers/components",
    "/about",
)
CIVIC = ("/budget/1403", "/council", "/council/resolution/1403-2", "/organisation")
"""Of the city whose datasets play the budget, the council and the units."""
INVENTED = (
    "/answers/",
    "/answers/managers-pay",
    "/answers/competition",
    "/search?q=%D8%AD%D9%82%D9%88%D9%82%20%D8%B4%D9%87%D8%B1%D8%AF%D8%A7%D8%B1",
    "/data/contracts",
    "/data/contracts/r/1404-0100",
    "/budget/1404",
    "/council",
    "/missing",
)
"""Of the invented city, besides its home page."""
HOME = "/"
HEAVIEST_HOME = 90_000
"""Bytes of the home page as they are transferred, with style, fonts, script and pictures."""
TRIES = 2
"""Lighthouse itself may lose its browser; a page that fails it twice does so for a reason."""


@contextmanager
def site_of(folder: Path) -> Iterator[tuple[str, Callable[[str], None]]]:
    """A city behind the real door, on a free port; what comes with the address puts one there, by its name."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "ayan.config.settings.test"
    os.environ["AYAN_HOME"] = str(folder)
    # Importing these reads the settings, which read the environment.
    from django.conf import settings
    from tests.apps.civic_city import build_civic
    from tests.apps.small_city import build
    from tests.browser.served_site import served

    from ayan.wiring import city

    def invented() -> city.City:
        home = ROOT / "var" / "demo"
        if not (home / "store").is_dir():
            subprocess.run(["ayan", "demo", "--home", str(home), "--scale", "small", "--no-serve"], check=True)
        return city.City(home, home / "store")

    makers = {
        "small": lambda: build(folder / "small"),
        "civic": lambda: build_civic(folder / "civic"),
        "invented": invented,
    }
    made: dict[str, city.City] = {}
    with served() as address:

        def turn_to(name: str) -> None:
            if name not in made:
                made[name] = makers[name]()
            city.current = lambda: made[name]

        # Search engines want whole addresses for the other language.
        settings.ORIGIN = address
        yield address, turn_to


def audited(address: str, preset: str) -> dict[str, Any]:
    """Lighthouse's report on one page; invented cities ask search engines to leave them out, which costs no points."""
    command = [
        "node", str(COMMAND), address, "--quiet", "--output=json", "--no-enable-error-reporting",
        f"--only-categories={','.join(CATEGORIES)}", "--chrome-flags=--headless=new --no-sandbox --disable-gpu",
        "--skip-audits=is-crawlable",
    ]  # fmt: skip
    if preset == "desktop":
        command.append("--preset=desktop")
    environment = {**os.environ, "CHROME_PATH": CHROMIUM}
    for left in reversed(range(TRIES)):
        done = subprocess.run(command, check=not left, capture_output=True, text=True, env=environment)
        if done.returncode == 0:
            break
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def scored(report: dict[str, Any]) -> list[int]:
    """The points of each category, of a hundred."""
    return [round((report["categories"][category]["score"] or 0) * 100) for category in CATEGORIES]


def faults(report: dict[str, Any]) -> list[str]:
    """What cost points, by name."""
    problems = []
    for category in report["categories"].values():
        for audit_ref in category["auditRefs"]:
            result = report["audits"][audit_ref["id"]]
            if audit_ref["weight"] and result["score"] is not None and result["score"] < 0.9:
                problems.append(f"{audit_ref['id']} {result.get('displayValue', '')}".strip())
    return problems


def say(line: str) -> None:
    """A line at once: an audit takes minutes."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def plan(pages: list[str]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Which city's pages are audited on which screens; ``pages`` chooses some by their addresses."""
    for name, listed, presets in (
        ("small", PAGES, ("phone", "desktop")),
        ("civic", CIVIC, ("phone", "desktop")),
        ("invented", (HOME, *INVENTED), ("phone",)),
    ):
        yield from ((name, page, presets) for page in listed if not pages or page in pages or name in pages)


def main(pages: list[str]) -> int:
    """Audit each page; 1 where a score is too low, or the home page of a whole city too heavy."""
    low = heavy = 0
    say(f"{'page':44} {'on':8} {'perf':>5} {'a11y':>5} {'best':>5} {'seo':>5}     KB  FCP    LCP    CLS")
    with tempfile.TemporaryDirectory() as folder, site_of(Path(folder)) as (site, turn_to):
        for name, page, presets in plan(pages):
            turn_to(name)
            for prefix in ("", "/en"):
                for preset in presets:
                    report = audited(f"{site}{prefix}{page}", preset)
                    if min(scored(report)) < LEAST:
                        # A machine that is busy for a moment draws slowly: only what is low twice is low.
                        report = max(
                            report, audited(f"{site}{prefix}{page}", preset), key=lambda each: min(scored(each))
                        )
                    scores = scored(report)
                    transferred = int(report["audits"]["total-byte-weight"]["numericValue"])
                    say(f"{prefix + page:44} {preset:8} {figures(report, scores, transferred)}")
                    if min(scores) < LEAST:
                        low += 1
                        say("    " + "; ".join(faults(report)))
                    if name == "invented" and page == HOME and transferred > HEAVIEST_HOME:
                        heavy += 1
                        say(f"    heavier than {HEAVIEST_HOME / 1000:.0f} KB")
    say(f"{low} under {LEAST}" if low else f"all at {LEAST} or more")
    return 1 if low or heavy else 0


def figures(report: dict[str, Any], scores: list[int], transferred: int) -> str:
    """The figures of one page in a line."""
    times = [
        report["audits"][metric].get("displayValue", "")
        for metric in ("first-contentful-paint", "largest-contentful-paint", "cumulative-layout-shift")
    ]
    return f"{'  '.join(f'{score:>4}' for score in scores)}  {transferred / 1000:>5.1f}  {'  '.join(times)}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
