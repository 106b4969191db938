"""A walk over the invented city by its own links: no hole, nothing that an eye stumbles over, one value for one thing.

`make test` strolls through the smallest city, each day by another way; `make soak` builds the demo and goes everywhere.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from tests.apps.holes import holes
from tests.browser.conftest import violations
from tests.browser.sight import DESK, LAID_OUT, NARROWEST, PHONE, TABLET, UNFOLDED, stumbles
from tests.cli.test_serve import up
from tests.flow.hamlet import Published
from tests.flow.walk import Stop, Walker, for_the_eye
from tests.sampling import chance

from ayan.config import env
from ayan.core.values.digits import to_latin
from ayan.wiring import city

Open = Callable[..., Any]
STEPS: Final = 8
WIDTHS: Final = (NARROWEST, PHONE, TABLET, DESK)


@pytest.fixture
def site(published: Published, server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of the smallest city's site."""
    monkeypatch.setattr(city, "current", lambda: published.city)
    return server


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the demo, built and served as people do; ``AYAN_WALKED`` names one that is served already."""
    if served := os.environ.get("AYAN_WALKED"):
        yield served
        return
    home: Path = tmp_path_factory.mktemp("walked") / "demo"
    kept = {name: value for name, value in os.environ.items() if name not in env.BY_NAME}
    command = [sys.executable, "-m", "ayan.cli.main", "demo", "--home", str(home), "--no-serve"]
    subprocess.run(command, env=kept, check=True, stdout=subprocess.DEVNULL)
    with up(home) as (_, address):
        yield address


def read_through(stop: Stop, slugs: frozenset[str]) -> list[str]:
    """What is wrong with a page as it is written."""
    return [f"{stop.address}: {each}" for each in holes(stop.html, stop.address, slugs)]


def slugs_of(walker: Walker) -> frozenset[str]:
    """Names of datasets that are no word of any language."""
    listed = json.loads(walker.read("/api/v1/datasets") or "{}")["datasets"]
    return frozenset(each["slug"] for each in listed if "-" in each["slug"])


def looked_at(page: Any, axe: str, whole: str, widths: tuple[int, ...]) -> list[str]:
    """What is wrong with a page as it is seen at some widths; axe looks at it at the last of them."""
    page.set_viewport_size({"width": widths[0], "height": 900})
    page.goto(whole)
    page.evaluate("document.fonts.ready")
    page.evaluate(LAID_OUT)
    page.evaluate(UNFOLDED)
    said = [each for width in widths for each in stumbles(page, width)]
    page.evaluate(axe)
    return [*said, *violations(page)]


# --- a stroll, each day another ---------------------------------------------------------------------------------------


def test_a_stroll_meets_no_hole_and_nothing_to_stumble_over(site: str, open_page: Open, axe: str) -> None:
    walker = Walker(site)
    slugs = slugs_of(walker)
    met = list(walker.stroll(STEPS, chance("stroll")))
    assert len({stop.kind for stop in met}) == STEPS
    assert [fault for stop in met for fault in read_through(stop, slugs)] == []
    assert walker.faults == []
    seen = chance("seen on the stroll").choice(met)
    assert (seen.address, looked_at(open_page(), axe, site + seen.address, (NARROWEST, TABLET, DESK))) == (
        seen.address,
        [],
    )


# --- everywhere -------------------------------------------------------------------------------------------------------


@pytest.mark.soak
def test_the_whole_walk_meets_no_hole_and_nothing_to_stumble_over(demo: str, chromium: Any, axe: str) -> None:
    walker = Walker(demo)
    slugs = slugs_of(walker)
    met = list(walker.whole())
    faults = [fault for stop in met for fault in read_through(stop, slugs)]
    page, complaints = chromium.new_page(), []
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for number, stop in enumerate(for_the_eye(met)):
        complaints.clear()
        # Light and dark, wide and narrow take turns before axe.
        widths = WIDTHS if number % 2 else WIDTHS[::-1]
        faults += [f"{stop.address}: {each}" for each in looked_at(page, axe, demo + stop.address, widths)]
        faults += [f"{stop.address}: complains: {each}" for each in complaints]
    page.close()
    assert walker.faults + faults == []


# --- one value for one thing ------------------------------------------------------------------------------------------

TAG: Final = re.compile(r'<span class="tag (?:ok|late|off)"[^>]*>(.*?)</span>', re.DOTALL)
SHARE: Final = re.compile(r">\u061c?([۰-۹0-9]+)[٪%]<")


def plain(html: str) -> str:
    """The words of a piece of a page, as they are seen."""
    seen = re.sub(r'<span class="vh">.*?</span>', "", html, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", "", seen).split())


def freshness(walker: Walker, lang: str) -> dict[str, dict[str, str]]:
    """For each dataset, what is said of how fresh it is, by the page that says so."""
    said: dict[str, dict[str, str]] = {}
    pages = {lang + address: walker.read(lang + address) or "" for address in ("/data/", "/organisation")}
    rows = re.findall(
        rf'<a href="{lang}/data/([a-z0-9-]+)">(?:(?!</tr>|</li>).)*?{TAG.pattern}', pages[f"{lang}/data/"], re.DOTALL
    )
    for slug, tag in rows:
        said.setdefault(slug, {})["list"] = plain(tag)
    for slug in said:
        tag = TAG.search(walker.read(f"{lang}/data/{slug}") or "")
        said[slug]["page"] = plain(tag[1]) if tag else ""
    return said


def agree(site: str, lang: str) -> list[str]:
    """Every dataset whose freshness, and every year of the budget whose per cent spent, two places tell otherwise."""
    walker = Walker(site)
    faults = [f"{slug}: {said}" for slug, said in freshness(walker, lang).items() if len(set(said.values())) > 1]
    states = {
        each["slug"]: each["freshness"] for each in json.loads(walker.read("/api/v1/datasets") or "{}")["datasets"]
    }
    missing = walker.read(f"{lang}/missing") or ""
    overdue = dict(re.findall(r'<tr id="([a-z0-9-]+)">(.*?)</tr>', missing, re.DOTALL))
    late = {slug for slug, each in states.items() if each["state"] == "late"}
    never = {slug for slug, each in states.items() if each["state"] == "none" and each["owed"]}
    if set(overdue) != late | never:
        faults.append(f"missing: {sorted(set(overdue) ^ (late | never))}")
    for slug, row in overdue.items():
        days = re.findall(r'<td class="n"[^>]*>(.*?)</td>', row, re.DOTALL)
        shown = to_latin(plain(days[-1])).replace("٬", "").replace(",", "")
        if shown != "—" and int(shown) != states[slug]["days_late"]:
            faults.append(f"{slug}: {shown} days at /missing, {states[slug]['days_late']} in the API")
    home = walker.read(lang or "/") or ""
    marked = set(
        re.findall(
            rf'<a href="{lang}/data/([a-z0-9-]+)">[^<]*</a>(?:\s*<span class="small">(?:(?!</span>\)).)*?\)</span>)?\s*<span class="tag late">',
            home,
        )
    )
    if marked and marked != late:
        faults.append(f"home: {sorted(marked ^ late)}")
    return faults
