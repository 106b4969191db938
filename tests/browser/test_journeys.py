"""What people come for, from end to end: a citizen, a journalist, a council member; with keys alone, without script."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect
from tests.apps.linked_city import build_linked
from tests.browser.conftest import WIDTHS, follow, violations
from tests.browser.desk_hands import until
from tests.sampling import sampled

from ayan.wiring import city
from ayan.wiring.city import City

Open = Callable[..., Any]

PREFIXES = ("", "/en")
PHONE_OR_DESK = [(prefix, *screen) for prefix in PREFIXES for screen in ((390, False), (1440, True))]
EVERY_WAY = [(prefix, width, scripts) for prefix in PREFIXES for width in WIDTHS for scripts in (True, False)]


def with_scripts(way: tuple[str, int, bool]) -> bool:
    return way[2]


@pytest.fixture(scope="session")
def browsed_linked(tmp_path_factory: pytest.TempPathFactory) -> City:
    return build_linked(tmp_path_factory.mktemp("browsed-linked"))


@pytest.fixture
def visit(open_page: Open, browsed_linked: City, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Open a page of the linked city; a dialog, which only a script of a stranger would open, fails the test."""
    monkeypatch.setattr(city, "current", lambda: browsed_linked)
    pages: list[Any] = []

    def refused(dialog: Any) -> None:
        pytest.fail(f"a dialog opened: {dialog.message}")

    def opened(address: str, width: int = 1440, *, scripts: bool = True) -> Any:
        page = open_page(address, width, scripts=scripts)
        page.on("dialog", refused)
        pages.append(page)
        return page

    yield opened
    for page in pages:
        page.remove_listener("dialog", refused)


def words(prefix: str, fa: str, en: str) -> str:
    return en if prefix else fa


@pytest.mark.parametrize(("prefix", "width", "scripts"), sampled("topic to cell", EVERY_WAY, 1, by=with_scripts))
def test_a_citizen_goes_from_a_topic_to_the_cell_and_reports_an_error(
    visit: Open, prefix: str, width: int, scripts: bool
) -> None:
    page = visit(f"{prefix}/", width, scripts=scripts)
    menu = page.locator("summary", has_text=words(prefix, "فهرست", "Menu")).first
    if menu.is_visible():
        menu.click()
    follow(page.locator(f'a[href="{prefix}/data/"]:visible').first)
    follow(page.locator(f'main a[href="{prefix}/data/parts"]').first)
    expect(page.locator("#count")).to_contain_text(words(prefix, "۳۹", "39"))
    follow(page.locator(f'a[href="{prefix}/data/parts/r/P-7"]'))
    expect(page.locator(".answer")).to_contain_text("C-007")
    expect(page.locator(".cell").filter(has_text="E8")).to_be_visible()
    follow(page.locator(f'a[href^="{prefix}/contact?about="]').last)
    expect(page.locator("main")).to_contain_text("row:parts/P-7")


@pytest.mark.parametrize(("prefix", "width", "scripts"), sampled("number to record", PHONE_OR_DESK, 1))
def test_a_citizen_asks_for_a_number_and_stands_before_its_record_in_two_clicks(
    visit: Open, prefix: str, width: int, scripts: bool
) -> None:
    page = visit(f"{prefix}/", width, scripts=scripts)
    page.locator("#find").fill("p-۷")
    follow(page.locator(".search button"))
    expect(page.locator(".ans:has(h2 a)")).to_contain_text("C-007")
    follow(page.locator(".ans h2 a"))
    expect(page).to_have_url(re.compile(f"{prefix}/data/parts/r/P-7$"))
    page.locator("#find").fill("کار زرافه ساختگی")
    follow(page.locator(".find button"))
    expect(page.locator(".fixed")).to_contain_text("زرافه")
    follow(page.locator(".ans .acts a").first)
    expect(page).to_have_url(re.compile(f"{prefix}/data/works\\?_search="))
    expect(page.locator("main")).to_contain_text("کار ساختگی")


@pytest.mark.parametrize(
    ("prefix", "width"),
    sampled("plain filter", [(prefix, width) for prefix in PREFIXES for width in WIDTHS], 1),
)
def test_a_filter_without_script_is_a_form(visit: Open, prefix: str, width: int) -> None:
    page = visit(f"{prefix}/data/parts", width, scripts=False)
    if width < 1024:
        page.locator("details.fil-m > summary").first.click()
    page.locator('#conditions [name="cost__gte.toman"]').fill(words(prefix, "۳٬۰۰۰", "3000"))
    follow(page.locator("#conditions button"))
    expect(page).to_have_url(re.compile(r"cost__gte=30000$"))
    expect(page.locator("#count")).to_contain_text(words(prefix, "۱۱", "11"))
    expect(page.locator(".chip")).to_have_count(1)
    if width < 1024:
        page.locator("#res details.fil-m > summary").click()
    page.locator("#unit").select_option("rial")
    page.locator("#order").select_option("-cost")
    follow(page.locator("form.bar-tools button"))
    expect(page).to_have_url(re.compile(r"cost__gte=30000&_sort_desc=cost&_unit=rial$"))
    expect(page.locator("tbody td.n data").first).to_have_attribute("value", "40000")
    follow(page.locator(".chip"))
    expect(page).to_have_url(re.compile(r"parts\?_sort_desc=cost&_unit=rial$"))


def test_a_journalist_compares_cites_and_embeds(visit: Open, site: str) -> None:
    page = visit("/en/help")
    page.locator("#find").fill("تکهٔ")
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press("Enter")
    follow(page.locator(".hits .sec-head a").first)
    expect(page).to_have_url(re.compile(r"/en/data/parts\?_search="))
    expect(page.locator("#count")).to_contain_text("35")
    page.goto(f"{site}/en/data/parts?cost__gte=10000")
    page.locator("#by").select_option("unit")
    follow(page.locator("form.bar-tools button"))
    expect(page).to_have_url(re.compile("_by=unit"))
    group = page.locator("table.groups tbody th a").first
    rows = page.locator('table.groups tbody td[data-h="Rows"]').first.text_content()
    follow(group)
    expect(page.locator("#count")).to_contain_text(str(rows))
    page.locator("main details.menu > summary").first.click()
    expect(page.get_by_role("link", name=re.compile("CSV")).first).to_be_visible()
    follow(page.locator('a[href*="/en/c/"]').first)
    expect(page.locator(".banner")).to_contain_text("Still the same")
    expect(page.locator("table.then")).to_contain_text(str(rows))
    follow(page.locator('a[href*="_as_of="]').first)
    expect(page.locator(".banner")).to_contain_text("not today’s data")
    code = page.locator("pre", has_text="<iframe").text_content()
    address = re.search(r'src="([^"]+)"', code or "")
    assert address
    page.goto(address[1])
    expect(page.locator("footer")).to_contain_text("Invented city")
    assert page.locator("script").count() == 0
    assert site in address[1]


def test_a_council_member_sees_what_was_planned_what_changed_and_takes_it_on_paper(visit: Open, site: str) -> None:
    page = visit("/data/")
    page.locator("#find").fill("معاونت فني")
    follow(page.locator(".find button"))
    expect(page.locator(".hits mark").first).to_have_text("معاونت")
    page.goto(f"{site}/")
    follow(page.locator("table.bud tbody th a").first)
    expect(page.locator(".chip")).to_have_count(2)
    follow(page.locator("#tabs").get_by_role("link", name="تغییرها"))
    expect(page.locator(".diffs del").first).to_have_text(re.compile("۱۰۰"))
    expect(page.locator(".diffs ins").first).to_have_text(re.compile("۱۰۰٫۷"))
    follow(page.locator('.diffs a[href="/data/parts/r/P-1"]'))
    expect(page.locator("#life .timeline")).to_contain_text("اصلاح شد")
    page.goto(page.url.replace("/r/P-1", "?_by=unit"))
    page.emulate_media(media="print")
    expect(page.locator("table.groups")).to_be_visible()
    for away in (".nav", ".fil-m", ".bar-tools", ".tabs", ".foot"):
        expect(page.locator(away).first).to_be_hidden()


@pytest.mark.parametrize(("prefix", "width", "scripts"), sampled("budget to payment", PHONE_OR_DESK, 1))
@pytest.mark.usefixtures("civic")
def test_a_citizen_goes_from_home_to_the_payment_of_a_line_of_the_budget(
    open_page: Open, prefix: str, width: int, scripts: bool
) -> None:
    page = open_page(f"{prefix}/", width, scripts=scripts)
    if width < 1024:
        page.locator(".nav-m > summary").click()
    follow(page.locator(f'a[href="{prefix}/budget"]:visible').first)
    follow(page.locator("table.stages tbody th a").last)
    expect(page).to_have_url(re.compile(f"{prefix}/budget/1401$"))
    page.goto(page.url.replace("1401", "1403"))
    follow(page.get_by_role("link", name="پل", exact=True))
    follow(page.get_by_role("link", name="پل یک", exact=True))
    expect(page.locator(".pairs").first).to_contain_text("برای پل")
    follow(page.locator(f'a[href="{prefix}/data/deeds/r/D-2"]'))
    expect(page.locator("h1")).to_have_text("پرداخت دوم")
    expect(page.locator(".facts-list").first).to_contain_text(words(prefix, "۲۰٬۰۰۰٫۱", "20,000.1"))


@pytest.mark.parametrize("prefix", sampled("printed sheet", PREFIXES, 1))
@pytest.mark.usefixtures("civic")
def test_a_council_member_prints_the_sheet_of_a_resolution(open_page: Open, prefix: str) -> None:
    page = open_page(f"{prefix}/council")
    follow(page.get_by_role("link", name="مصوبهٔ نخست"))
    page.emulate_media(media="print")
    for shown in ("h1", ".sheet-head", ".pairs >> nth=0", ".print-url"):
        expect(page.locator(shown).first).to_be_visible()
    expect(page.locator(".sheet")).to_contain_text("متن مصوبه")
    expect(page.locator(".print-url")).to_contain_text("/council/resolution/1403-1")
    for away in (".nav", ".foot", ".off-paper", ".crumb"):
        expect(page.locator(away).first).to_be_hidden()
    page.emulate_media(media="screen")
    follow(page.get_by_role("link", name="عضو نخست").first)
    expect(page.locator("h1")).to_contain_text("عضو نخست")


def answered(page: Any, address: str) -> Any:
    """Wait for the answer to a question put in place."""
    return page.expect_response(lambda response: address in response.url and response.status == 200)


def state_of(page: Any) -> tuple[str, str, int, bool, bool, str]:
    return (
        page.url.partition("/data/")[2],
        page.title().split(" · ")[0],
        page.locator(".chip").count(),
        page.locator('#conditions [name="state__in"][value="open"]').is_checked(),
        page.locator('#conditions [name="state__in"][value="done"]').is_checked(),
        page.locator("#order").input_value(),
    )


def test_back_and_forward_show_what_each_address_says(visit: Open) -> None:
    page = visit("/en/data/works")
    states = [state_of(page)]

    def step(act: Callable[[], Any], url: str) -> None:
        with answered(page, url):
            act()
        expect(page).to_have_url(re.compile(re.escape(url) + "$"))
        expect(page.locator("#res")).not_to_have_attribute("aria-busy", "true")
        states.append(state_of(page))

    step(lambda: page.locator('#conditions [value="open"]').check(), "state__in=open")
    expect(page.locator('#conditions [value="open"]')).to_be_focused()
    expect(page.locator("#said")).to_have_text("40 rows found")
    page.locator("#order").select_option("-amount")
    step(lambda: page.locator("form.bar-tools button").click(), "state__in=open&_sort_desc=amount")
    step(lambda: page.locator('#conditions [value="done"]').check(), "state__in=open&state__in=done")
    follow(page.locator(":not(.behind) > .scroll tbody th a").first)
    expect(page.locator("h1")).to_contain_text("60")
    for earlier in reversed(states):
        page.go_back()
        expect(page).to_have_title(re.compile(re.escape(earlier[1])))
        expect(page.locator("#order")).to_have_value(earlier[5])
        assert state_of(page) == earlier
    for later in states[1:]:
        page.go_forward()
        expect(page).to_have_title(re.compile(re.escape(later[1])))
        expect(page.locator(".chip")).to_have_count(later[2])
    page.reload()
    assert state_of(page) == states[-1]
    assert page.evaluate("sessionStorage.length + localStorage.length") == 0


def test_what_stands_round_the_result_follows_it(visit: Open) -> None:
    page = visit("/en/data/works")
    with answered(page, "state__in=open"):
        page.locator('#conditions [value="open"]').check()
    expect(page.locator("#language a")).to_have_attribute("href", "/data/works?state__in=open")
    expect(page.locator("#tabs a").nth(1)).to_have_attribute("href", re.compile("state__in=open"))
    page.locator("#acts summary").first.click()
    expect(page.locator("#acts")).to_contain_text("40 rows")


def test_with_keys_alone_a_question_is_asked_and_its_first_row_opened(visit: Open) -> None:
    page = visit("/en/data/works")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "_search":
            break
    # Before it is here, Enter opens the answer as a page of its own. Asked anew each time: what waits in the page is text
    # that the policy of the page lets nobody evaluate.
    until(lambda: page.evaluate("'htmx' in window"), "what puts answers in place is here")
    page.keyboard.type("ساختگی 12")
    with answered(page, "_search="):
        page.keyboard.press("Enter")
    expect(page.locator("#count")).to_contain_text("1 row")
    expect(page.locator("#words")).to_be_focused()
    for _ in range(80):
        page.keyboard.press("Tab")
        if "/r/" in str(page.evaluate("document.activeElement.getAttribute('href')")):
            break
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("12")


HOSTILE = ("/data/parts", "/data/parts?_by=unit", "/data/parts/r/P-3", "/data/parts/changes", "/", "/search?q=P-3")


@pytest.mark.parametrize("address", sampled("hostile text", HOSTILE, 2))
def test_hostile_text_runs_nothing(visit: Open, address: str) -> None:
    page = visit(address)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.alert.toString().includes('native')")
    assert page.locator("img").count() == 0


def test_a_tile_of_the_map_is_reached_by_keys_and_leads_on(visit: Open) -> None:
    page = visit("/en/data/parts?_view=map")
    tile = page.locator(".map a").first
    tile.focus()
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press("Enter")
    expect(page.locator(".chip")).to_have_count(4)


def test_one_key_leads_to_the_search_another_lists_the_keys_and_both_can_be_switched_off(visit: Open) -> None:
    page = visit("/en/data/works")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Shortcut keys")
    expect(dialog).to_contain_text("go to the search box")
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_have_count(0)
    page.keyboard.press("/")
    expect(page.locator("#find")).to_be_focused()
    page.keyboard.type("12/3?")
    expect(page.locator("#find")).to_have_value("12/3?")
    page.locator("h1").click()
    # The same key on a Persian keyboard, which the driver does not know.
    page.evaluate("document.body.dispatchEvent(new KeyboardEvent('keydown', {key: '؟', bubbles: true}))")
    dialog.get_by_role("checkbox").check()
    dialog.get_by_role("button").click()
    page.reload()
    page.keyboard.press("?")
    page.keyboard.press("/")
    expect(page.locator("#find")).not_to_be_focused()
    expect(page.locator("dialog")).to_have_count(0)
    follow(page.get_by_role("link", name="Accessibility"))
    page.get_by_role("checkbox").uncheck()
    page.keyboard.press("/")
    expect(page.locator("#find")).to_be_focused()
    assert page.evaluate("localStorage.length") == 0


OPEN = ("/en/data/parts?_view=map", "/data/parts/r/P-7", "/contact?about=row:parts/P-7")


@pytest.mark.parametrize("address", sampled("open to all", OPEN, 1))
def test_a_map_a_place_and_a_letter_are_open_to_all(visit: Open, axe: str, address: str) -> None:
    page = visit(address, 390)
    page.evaluate(axe)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert violations(page) == []
