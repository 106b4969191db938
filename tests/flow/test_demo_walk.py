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
from tests.browser.sight import DESK, LAID_OUT, LONG, NARROWEST, PHONE, TABLET, UNFOLDED, UNLISTED, UNVOICED, stumbles
from tests.cli.test_serve import up
from tests.flow.hamlet import Published
from tests.flow.walk import ENGLISH, Stop, Walker, for_the_eye
from tests.sampling import chance, sampled

from ayan.config import env
from ayan.core.values.digits import to_latin
from ayan.wiring import city

Open = Callable[..., Any]
STEPS: Final = 8
NEEDS_DATABASE: Final = ("counter",)
"""Views that ask the database, which this test does without."""

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
    page.set_viewport_size({"width": PHONE, "height": 900})
    height = page.evaluate(UNLISTED)
    page.evaluate(UNFOLDED)
    said = [f"{height} px high on a phone, without a list"] if height > LONG else []
    said += page.evaluate(UNVOICED)
    said += [each for width in widths for each in stumbles(page, width)]
    # Examples of requests are torn wherever a line ends.
    said = [each for each in said if "/developers" not in whole or "torn apart" not in each]
    page.evaluate(axe)
    return [*said, *violations(page)]


# --- a stroll, each day another ---------------------------------------------------------------------------------------


def test_a_stroll_meets_no_hole_and_nothing_to_stumble_over(site: str, open_page: Open, axe: str) -> None:
    walker = Walker(site, NEEDS_DATABASE)
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
    page, complaints = chromium.new_context().new_page(), []
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for number, stop in enumerate(for_the_eye(met)):
        complaints.clear()
        # Wide and narrow take turns before axe.
        widths = WIDTHS if number % 2 else WIDTHS[::-1]
        faults += [f"{stop.address}: {each}" for each in looked_at(page, axe, demo + stop.address, widths)]
        faults += [f"{stop.address}: complains: {each}" for each in complaints]
    page.close()
    # One to a line, in words that nobody shortens.
    assert not walker.faults + faults, "\n".join([*walker.faults, *faults])


# --- one value for one thing ------------------------------------------------------------------------------------------

TAG: Final = re.compile(r'<span class="tag (?:ok|late|off)"[^>]*>(.*?)</span>', re.DOTALL)
SHARE: Final = re.compile(r">\u061c?([۰-۹0-9]+)[٪%]<")
LATE: Final = '<span class="tag late">'


def plain(html: str) -> str:
    """The words of a piece of a page, as they are seen."""
    seen = re.sub(r'<span class="vh">.*?</span>', "", html, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", "", seen).split())


def freshness_faults(walker: Walker, lang: str, few: int | None) -> list[str]:
    """Datasets of which two places say otherwise how fresh they are; the pages of ``few`` of them are opened."""
    faults = []
    listed = json.loads(walker.read("/api/v1/datasets") or "{}")["datasets"]
    states = {each["slug"]: each["freshness"] for each in listed}
    catalogue = walker.read(f"{lang}/data/") or ""
    rows = {
        each[0]: each[1] for each in re.findall(rf'<a href="{lang}/data/([a-z0-9-]+)">(.*?)</tr>', catalogue, re.DOTALL)
    }
    tags = {slug: plain(tag[1]) for slug, row in rows.items() if (tag := TAG.search(row))}
    assert tags
    for slug in sorted(tags) if few is None else chance(f"freshness {lang}").sample(sorted(tags), few):
        tag = TAG.search(walker.read(f"{lang}/data/{slug}") or "")
        if not tag or plain(tag[1]) != tags[slug]:
            faults.append(f"{slug}: {tags[slug]} in the list, {tag and plain(tag[1])} on its page")
    late = {slug for slug, each in states.items() if each["state"] == "late"}
    never = {slug for slug, each in states.items() if each["state"] == "none" and each["owed"]}
    overdue = dict(re.findall(r'<tr id="([a-z0-9-]+)">(.*?)</tr>', walker.read(f"{lang}/missing") or "", re.DOTALL))
    if set(overdue) != late | never:
        faults.append(f"/missing and the API: {sorted(set(overdue) ^ (late | never))}")
    for slug, row in overdue.items():
        days = to_latin(plain(re.findall(r'<td class="n"[^>]*>(.*?)</td>', row, re.DOTALL)[-1])).replace("٬", "")
        if days != "—" and int(days.replace(",", "")) != states[slug]["days_late"]:
            faults.append(f"{slug}: {days} days at /missing, {states[slug]['days_late']} in the API")
    door = re.search(
        rf'<li class="door">\s*<a href="{lang}/missing">.*?<b>(.*?)</b>', walker.read(f"{lang}/") or "", re.DOTALL
    )
    if door is None or to_latin(plain(door[1])) != str(len(late)):
        faults.append(f"the front page: {door and plain(door[1])} late, {len(late)} in the API")
    return faults


def spent_faults(walker: Walker, lang: str) -> list[str]:
    """Years of the budget of which two places say otherwise how much was spent, in per cent."""
    overview = walker.read(f"{lang}/budget") or ""
    shares_of: dict[str, list[str]] = {}
    for year, row in re.findall(
        rf'<th scope="row"><a href="{lang}/budget/(1[34][0-9][0-9])">(.*?)</tr>', overview, re.DOTALL
    ):
        shares_of.setdefault(year, []).extend(SHARE.findall(row))
    assert shares_of
    faults = []
    for year, shares in shares_of.items():
        feet = re.findall(r"<tfoot>(.*?)</tfoot>", walker.read(f"{lang}/budget/{year}") or "", re.DOTALL)
        own = [share for foot in feet[: len(shares)] for share in SHARE.findall(foot)]
        if own != shares:
            faults.append(f"{year}: {shares} at /budget, {own} on its page")
    return faults


@pytest.mark.parametrize("lang", sampled("one value", ["", ENGLISH], 1))
def test_one_thing_has_one_value(site: str, lang: str) -> None:
    assert freshness_faults(Walker(site), lang, 4) + spent_faults(Walker(site), lang) == []


@pytest.mark.soak
@pytest.mark.parametrize("lang", ["", ENGLISH])
def test_one_thing_has_one_value_everywhere(demo: str, lang: str) -> None:
    assert freshness_faults(Walker(demo), lang, None) + spent_faults(Walker(demo), lang) == []


def test_only_places_that_the_city_has_can_be_followed(published: Published, site: str) -> None:
    """The list of districts is of any city; this one has some of them."""
    offered = re.findall(r'value="rows:contracts\?district=([^"]+)"', Walker(site).read("/follow") or "")
    query = f"SELECT DISTINCT district FROM {published.current('contracts')} WHERE district IS NOT NULL"
    assert set(offered) == {str(district) for (district,) in published.world.con.execute(query).fetchall()}
