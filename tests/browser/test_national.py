"""The pages over all cities as readers meet them: open to all, on phones and paper, by keyboard, without scripts."""

from __future__ import annotations

import base64
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect
from tests.apps.holes import holes
from tests.apps.nu_checker import errors, nu_checker
from tests.browser.conftest import WIDTHS, follow, violations
from tests.browser.sight import FITS, LAID_OUT, NARROWEST, TABLET, UNFOLDED, UNVOICED, stumbles
from tests.browser.test_every_page import MOST_MOVED, MOVED, ON_PAPER, PAPER, WAYS
from tests.config.hosting.test_cities_groups import FLAG, build, finding
from tests.config.hosting.test_national_pages import BRIDGES, LAMPS
from tests.config.hosting.test_shared_process import Asked, named, process
from tests.flow.publisher import city_at
from tests.run_folder import made_once
from tests.sampling import sampled

from ayan.core.audit.flags.register import Register, RegisteredFlag

ORIGIN: Final = "https://all.example"
FIGURES: Final = "/cities/tables/deals/figures"
PAGES: Final = (
    "/cities",
    "/cities/compare?_measure=deals.sum_fee&_year=1403",
    "/cities/compare?_measure=deals.count&_year=1402",
    "/cities/companies",
    f"/cities/companies/{BRIDGES}",
    "/cities/search?q=deals",
    "/cities/search?q=nothing-of-the-kind",
    "/cities/tables/deals",
    FIGURES,
    f"{FIGURES}?_over=sort&_base=1402&_year=1403",
    f"{FIGURES}?_measure=count&_year=1402&firm_id={BRIDGES}",
    "/cities/tables/folk/figures",
    "/cities/flags",
    f"/cities/flags?flag={FLAG}",
)
REFUSALS: Final = (
    f"{FIGURES}?_year=1399",
    "/cities/compare?_measure=nothing",
    "/cities/flags?flag=nothing/none",
    "/cities/search?q=b+c+d+e+f+g+h+i+j+k+l+m+n",
    "/cities/tables/nothing",
    "/cities/tables/nothing/figures",
    "/cities/nothing",
)
REACHED: Final = """async () => {
  for (const _ of [1, 2]) await new Promise(requestAnimationFrame);
  const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
  return {
    name: (one.textContent || one.name || '').trim().slice(0, 60),
    within: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    seen: style.outlineStyle !== 'none' || style.boxShadow !== 'none',
    last: one === [...document.querySelectorAll('main a[href], main button, main select, main summary')]
      .filter(each => each.checkVisibility()).at(-1),
  };
}"""
"""What has the keyboard's focus, and whether an eye finds it once the page has moved there."""

Open = Callable[..., Any]


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """The installation of several cities, one of which has a long name; flags have found something in two."""
    folder = tmp_path_factory.mktemp("national-browsed") / "cities"
    shutil.copytree(made_once("asked-cities", build), folder, symlinks=True)
    named(
        folder / "tooba",
        "کلان‌شهر طوبی‌آباد سفلی و شهرک‌های پیرامون آن (ساختگی)",
        "The metropolis of Lower Toobaabad and its surrounding townships (invented)",
    )
    entry = RegisteredFlag(at="2026-01-01T00:00:00.000Z", digest="a" * 64, states={}, releases={}, judged=91, fired=3)
    findings = (finding(1, "published", BRIDGES), finding(2, "cleared", LAMPS))
    for code in ("tooba", "saveh"):
        city_at(folder / code).flag_register.write(Register({FLAG: entry}, findings))
    with process(folder) as running:
        running(act="tell")
        yield running


@pytest.fixture
def opened(chromium: Any, asked: Asked) -> Iterator[Open]:
    """Open an address of all cities; at the end no page may have complained, asked elsewhere or left a cookie."""
    complaints: list[str] = []
    contexts: list[Any] = []

    def answer(route: Any) -> None:
        parts = urlsplit(route.request.url)
        if f"{parts.scheme}://{parts.netloc}" != ORIGIN:
            complaints.append(f"asked elsewhere: {route.request.url}")
            route.abort()
            return
        said = asked.get("all", parts._replace(scheme="", netloc="").geturl())
        status = int(said["status"])
        if status >= 400 and route.request.resource_type != "document":
            complaints.append(f"{status} {route.request.url}")
        route.fulfill(status=status, headers=dict(said["headers"]), body=base64.b64decode(said["body"]))

    def note(said: Any) -> None:
        # That an answer is a refusal is no fault of a page.
        if said.type in ("error", "warning") and not said.text.startswith("Failed to load resource"):
            complaints.append(said.text)

    def open_page(address: str, width: int = WIDTHS[1], *, scripts: bool = True) -> Any:
        context = chromium.new_context(viewport={"width": width, "height": 900}, java_script_enabled=scripts)
        contexts.append(context)
        context.route("**/*", answer)
        page = context.new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(ORIGIN + address)
        return page

    yield open_page
    cookies = [cookie for context in contexts for cookie in context.cookies()]
    for context in contexts:
        context.close()
    assert (complaints, cookies) == ([], [])


@pytest.mark.parametrize(
    ("address", "prefix", "width"),
    sampled(
        "pages over all cities",
        [(address, *way) for address in PAGES for way in WAYS],
        1,
        by=lambda case: PAGES.index(case[0]) // 4,
    ),
)
def test_a_page_over_all_cities_is_open_to_all_within_its_screen_and_on_paper(
    opened: Open, axe: str, address: str, prefix: str, width: int
) -> None:
    page = opened(prefix + address)
    page.evaluate("document.fonts.ready")
    assert page.evaluate(MOVED) < MOST_MOVED
    page.evaluate(axe)
    assert page.evaluate(UNVOICED) == []
    page.evaluate(LAID_OUT)
    page.evaluate(UNFOLDED)
    for each in (TABLET, width, *([NARROWEST] if width == WIDTHS[0] else [])):
        assert stumbles(page, each, cut=each == NARROWEST) == []
    page.set_viewport_size({"width": width, "height": 900})
    assert violations(page) == []
    page.emulate_media(media="print")
    page.set_viewport_size({"width": PAPER, "height": 1000})
    assert page.evaluate(FITS), "is wider than a sheet of paper"
    assert page.evaluate(ON_PAPER) == []
    assert [violation for violation in violations(page) if not violation.startswith("target-size")] == []


@pytest.mark.parametrize("prefix", sampled("refusals over all cities", ["", "/en"], 1))
def test_so_are_pages_that_say_why_not(opened: Open, axe: str, prefix: str) -> None:
    page = opened(f"{prefix}/cities")
    for address in REFUSALS:
        page.goto(f"{ORIGIN}{prefix}{address}")
        page.evaluate(axe)
        for width in WIDTHS:
            assert (address, stumbles(page, width)) == (address, [])
        assert (address, violations(page)) == (address, [])


@pytest.mark.parametrize("prefix", sampled("valid pages over all cities", ["", "/en"], 1))
def test_none_of_them_has_an_error_or_a_hole(asked: Asked, tmp_path: Path, prefix: str) -> None:
    checker, files = nu_checker(), []
    for at, address in enumerate((*PAGES, *REFUSALS)):
        answer = asked.get("all", prefix + address)
        assert (answer["status"] == "200") == (address in PAGES), address
        files.append(tmp_path / f"{at}.html")
        files[-1].write_bytes(base64.b64decode(answer["body"]))
        text = files[-1].read_text(encoding="utf-8")
        assert (address, list(holes(text, address))) == (address, [])
    assert errors(checker, *files) == []


def test_a_reader_compares_cities_on_a_phone_without_scripts(opened: Open) -> None:
    page = opened("/cities", WIDTHS[0], scripts=False)
    page.locator("details.nav-m summary").press("Enter")
    follow(page.locator("details.nav-m").get_by_role("link", name="هشدارها"))
    expect(page).to_have_title(re.compile("^هشدارها در شهرها"))
    follow(page.get_by_role("main").get_by_role("link").filter(has_text=re.compile("پیش از")).first)
    expect(page.get_by_role("columnheader", name="بررسی‌شده")).to_be_attached()
    page.goto(f"{ORIGIN}/cities")
    follow(page.get_by_role("main").get_by_role("link", name="پیمان‌ها", exact=True).first)
    expect(page.get_by_role("heading", level=1)).to_contain_text("پیمان‌ها")
    page.get_by_label("به تفکیک").select_option("sort")
    follow(page.get_by_role("button", name="مقایسه"))
    expect(page).to_have_url(re.compile("_over=sort"))
    follow(page.locator(".switch").get_by_role("link", name="۱۴۰۲"))
    expect(page).to_have_url(re.compile("_over=sort.*_year=1402"))
    expect(page.locator(".switch [aria-current]")).to_have_text("۱۴۰۲")
    expect(page.get_by_role("main")).to_contain_text("طوبی‌آباد")


@pytest.mark.parametrize("width", WIDTHS)
def test_everything_on_the_page_of_figures_is_reached_by_keyboard_and_seen(opened: Open, width: int) -> None:
    page = opened(f"/en{FIGURES}?_over=sort&_base=1402&_year=1403", width)
    page.emulate_media(reduced_motion="reduce")
    names = []
    for _ in range(60):
        page.keyboard.press("Tab")
        reached = page.evaluate(REACHED)
        assert reached["within"], reached
        assert reached["seen"], reached
        names.append(reached["name"])
        if reached["last"]:
            break
    else:
        pytest.fail(f"the last link was not reached: {names}")
    assert names[0] == "Skip to the main content"
