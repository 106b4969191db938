"""`make audit`: Lighthouse over the main kinds of pages of two small cities, in both languages, on a phone and a desk.

Prints the scores and exits 1 where one is under 95. Lighthouse and what it needs stand in this folder's own packages,
fetched by `make audit` alone.
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
TRIES = 2
"""Lighthouse itself may lose its browser; a page that fails it twice does so for a reason."""


@contextmanager
def small_site(folder: Path) -> Iterator[tuple[str, Callable[[str], None]]]:
    """Either city behind the real door, on a free port; what comes with the address puts the city of a page there."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "ayan.config.settings.test"
    os.environ["AYAN_HOME"] = str(folder)
    # Importing these reads the settings, which read the environment.
    from django.conf import settings
    from tests.apps.civic_city import build_civic
    from tests.apps.small_city import build
    from tests.browser.serving import served

    from ayan.wiring import city

    with served() as address:
        small, civic = build(folder / "small"), build_civic(folder / "civic")

        def turn_to(page: str) -> None:
            city.current = lambda: civic if page in CIVIC else small

        # Search engines want whole addresses for the other language.
        settings.ORIGIN = address
        yield address, turn_to


def audited(address: str, preset: str) -> dict[str, Any]:
    """Lighthouse's report on one page."""
    command = [
        "node", str(COMMAND), address, "--quiet", "--output=json", "--no-enable-error-reporting",
        f"--only-categories={','.join(CATEGORIES)}", "--chrome-flags=--headless=new --no-sandbox --disable-gpu",
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


def main(pages: list[str]) -> int:
    """Audit each page; 1 where a score is too low."""
    low = 0
    say(f"{'page':44} {'on':8} {'perf':>5} {'a11y':>5} {'best':>5} {'seo':>5}  FCP    LCP    CLS")
    with tempfile.TemporaryDirectory() as folder, small_site(Path(folder)) as (site, turn_to):
        for page in pages:
            turn_to(page)
            for prefix in ("", "/en"):
                for preset in ("phone", "desktop"):
                    report = audited(f"{site}{prefix}{page}", preset)
                    scores = [round((report["categories"][category]["score"] or 0) * 100) for category in CATEGORIES]
                    times = [
                        report["audits"][metric].get("displayValue", "")
                        for metric in ("first-contentful-paint", "largest-contentful-paint", "cumulative-layout-shift")
                    ]
                    say(
                        f"{prefix + page:44} {preset:8} {'  '.join(f'{score:>4}' for score in scores)}  {'  '.join(times)}"
                    )
                    if min(scores) < LEAST:
                        low += 1
                        say("    " + "; ".join(faults(report)))
    say(f"{low} under {LEAST}" if low else f"all at {LEAST} or more")
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or [*PAGES, *CIVIC]))
