"""An approver on a phone finds what was changed and decides; and nothing that is typed or sent at the desk is lost."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import expect
from tests.apps.desk.deals import BAD, GOOD, workbook
from tests.browser.conftest import AXE, follow, violations
from tests.browser.desk_hands import COLUMNS, Browser, begun, ready, until, value_of, what_is_seen
from tests.browser.desk_site import Site, running
from tests.browser.form_places import PLACES, FormPlace, seed
from tests.browser.sight import FITS
from tests.patience import PATIENCE
from tests.sampling import sampled

pytestmark = pytest.mark.database

PHONE: Final = {"width": 390, "height": 844}
HIGHEST: Final = 2_000
WORDS: Final = "نیمه‌کارهٔ من"

Sit = Callable[..., Any]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running(tmp_path_factory.mktemp("desk-trusted")) as site:
        yield site


@pytest.fixture
def sit(chromium: Any, desk: Site) -> Iterator[Sit]:
    """Open a page as an officer in a browser of its own, on a phone."""
    contexts: list[Any] = []

    def opened(who: str, address: str) -> Any:
        context = chromium.new_context(viewport=PHONE)
        context.add_cookies([{"name": "ayan_desk", "value": desk.sessions[who], "url": desk.address}])
        contexts.append(context)
        page = context.new_page()
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto(desk.address + address)
        return page

    yield opened
    for context in contexts:
        context.close()


def mapped(clerk: Browser, period: str) -> str:
    """A submission with faults whose columns are said; its address."""
    path = begun(clerk, period)
    clerk.give(path, workbook(BAD))
    clerk.idle(f"{path}/file")
    clerk.post(f"{path}/columns", {"expected_revision": clerk.revision(f"{path}/columns"), **COLUMNS})
    clerk.idle(f"{path}/fix")
    return path


def test_an_approver_on_a_phone_finds_three_planted_changes_and_decides(sit: Sit, desk: Site) -> None:
    clerk = Browser(desk, "clerk")
    path = mapped(clerk, "1401")
    # A tenth, a thousand times as much, and an amount out of nothing; and the row without a day is left out.
    for row, amount in (("3", "150000"), ("4", "2000000000"), ("6", "4500000"), ("7", "1")):
        clerk.post(
            f"{path}/fix/cell",
            {"expected_revision": clerk.revision(f"{path}/fix"), "row": row, "field": "amount", "new": amount},
        )
        clerk.idle(f"{path}/fix")
    left = {"expected_revision": clerk.revision(f"{path}/fix"), "partial": "روز این قرارداد معلوم نیست"}
    assert clerk.post(f"{path}/fix/partial", left)[0] == 302
    clerk.idle(f"{path}/fix")
    form = clerk.get(f"{path}/send")[1]
    said = {name: value_of(rf'name="{name}" value="([0-9a-f]+)"', form) for name in ("digest", "expected_revision")}
    assert clerk.post(f"{path}/sent", {**said, "note": ""})[0] == 302

    page = sit("first", f"/en{path.replace('/u/', '/approve/')}")
    assert page.evaluate("document.documentElement.scrollHeight") <= HIGHEST
    assert page.evaluate(FITS)
    page.goto(page.url.replace("/en/", "/"))
    assert page.evaluate("document.documentElement.scrollHeight") <= HIGHEST
    assert page.evaluate(FITS)
    # Without a tap: which rows are left out and why, and each amount before and after.
    for text in ("روز این قرارداد معلوم نیست", "یک‌دهم شد", "۱٬۰۰۰ برابر شد", "4500000"):
        place = page.get_by_text(text).first
        expect(place).to_be_visible()
        box = place.bounding_box()
        assert box
        assert box["y"] + page.evaluate("scrollY") <= HIGHEST, text
    # The way to the decision is at hand from the first screen on.
    lead = page.get_by_role("link", name="به تصمیم")
    expect(lead).to_be_in_viewport()
    lead.click()
    expect(page.get_by_role("button", name="تأیید می‌کنم")).to_be_in_viewport()
    if AXE.is_file():
        page.locator("details:not(.nav-m)").evaluate_all("all => { for (const one of all) one.open = true; }")
        page.evaluate(AXE.read_text(encoding="utf-8"))
        assert violations(page) == []
        page.reload()
    follow(page.get_by_role("button", name="تأیید می‌کنم"))
    expect(page.locator("main")).to_contain_text("۱ تأیید از ۲")


def test_nothing_typed_is_lost(sit: Sit, desk: Site) -> None:
    path = mapped(Browser(desk, "clerk"), "1402")
    page = sit("clerk", f"{path}/fix")
    texts = page.locator("input[name^='value:']")

    def kept() -> Any:
        return sit("clerk", f"{path}/fix").locator("input[name^='value:']")

    # Two seconds after a key, while the field is still in hand; then the browser is closed.
    with page.expect_response("**/typed"):
        texts.first.press_sequentially(WORDS)
    page.context.close()
    expect(kept().first).to_have_value(WORDS)

    # On leaving by a link, at once.
    page = sit("clerk", f"{path}/fix")
    texts = page.locator("input[name^='value:']")
    texts.nth(1).press_sequentially("1403/12/20")
    page.goto(desk.address + "/desk/")
    until(lambda: kept().nth(1).input_value() == "1403/12/20", "what was typed is kept")
    page.go_back()
    expect(page.locator("input[name^='value:']").nth(1)).to_have_value("1403/12/20")

    # In a second tab another decision is made; what the first one sends is refused, and all it holds is given back.
    first, second = sit("clerk", f"{path}/fix"), sit("clerk", f"{path}/fix")
    for tab in (first, second):
        tab.locator("input[name^='value:']").first.fill("4500000")
    follow(second.locator("button[value=write]:not(.vh)").first)
    follow(first.locator("button[value=write]:not(.vh)").first)
    expect(first.get_by_role("alert").or_(first.locator("#problems-title")).first).to_be_visible()


def test_a_session_that_is_over_takes_no_note(sit: Sit, desk: Site) -> None:
    clerk = Browser(desk, "clerk")
    path = mapped(clerk, "1403")
    clerk.post(f"{path}/fix/partial", {"expected_revision": clerk.revision(f"{path}/fix"), "partial": "ناتمام"})
    clerk.idle(f"{path}/fix")
    page = sit("clerk", f"{path}/send")
    with page.expect_response("**/typed"):
        page.locator("#note").press_sequentially(WORDS)
    page.context.clear_cookies(name="ayan_desk")
    follow(page.get_by_role("button", name="ارسال برای تأیید").last)
    expect(page.get_by_label("گذرواژه")).to_be_visible()
    expect(sit("clerk", f"{path}/send").locator("#note")).to_have_value(WORDS)


def test_a_broken_line_says_so_and_the_file_goes_on(sit: Sit, desk: Site, tmp_path: Path) -> None:
    path = begun(Browser(desk, "clerk"), "1404")
    page = sit("clerk", f"{path}/file")
    file = tmp_path / "large.csv"
    rows = "".join(f"C-{at},کار,{at},1403/02/11\n" for at in range(60_000))
    file.write_text(f"شماره قرارداد,شرح کار,مبلغ,تاريخ\n{rows}", encoding="utf-8")
    offsets: list[int] = []

    def broken(route: Any) -> None:
        offset = int(route.request.headers["upload-offset"])
        offsets.append(offset)
        # The first piece arrives; then the line is down.
        route.continue_() if offset == 0 else route.abort()

    page.clock.install()
    page.route("**/pieces/*", broken)
    page.locator("#file").set_input_files(file)
    page.locator("form[data-upload] button").click()
    state = page.locator("[data-state]")
    until = time.monotonic() + PATIENCE
    while "ارتباط قطع شد" not in (state.text_content() or "") and time.monotonic() < until:
        page.clock.run_for(10_000)
        page.wait_for_timeout(50)
    expect(state).to_contain_text("ارتباط قطع شد")
    expect(state).not_to_contain_text("؛ ۰٪")
    page.unroute("**/pieces/*")
    sent: list[int] = []
    page.on(
        "request",
        lambda request: sent.append(int(request.headers["upload-offset"])) if request.method == "PATCH" else None,
    )
    page.get_by_role("button", name="ادامه").click()
    expect(page.locator("a.btn", has_text="برویم سراغ ستون‌ها")).to_be_visible()
    # Nothing that had arrived was sent once more.
    assert 0 not in sent


# --- every form of the desk -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def furnished(desk: Site) -> dict[str, Any]:
    """What the forms speak of, and the sessions of further officers."""
    return seed(desk)


def furnish(desk: Site, furnished: dict[str, Any], place: FormPlace) -> None:
    """Make what the address of a form names and nobody has made yet: a file that is read, or a release."""
    clerk = Browser(desk, "clerk")
    if "{mapped}" in place.address and "mapped" not in furnished:
        furnished["mapped"] = mapped(clerk, "1396")
    if "{unlisted}" in place.address and "unlisted" not in furnished:
        path = begun(clerk, "1392")
        clerk.give(path, workbook([(*row[:4], "مشارکتی") for row in GOOD]))
        clerk.idle(f"{path}/file")
        columns = {**COLUMNS, "column:state": "5"}
        clerk.post(f"{path}/columns", {"expected_revision": clerk.revision(f"{path}/columns"), **columns})
        mark = value_of(r'name="propose" value="([^"]+)"', clerk.idle(f"{path}/fix"))
        fields = {"propose": mark, f"of:{mark}": "state", f"old:{mark}": "مشارکتی"}
        furnished["unlisted"] = clerk.post(f"{path}/fix/value", fields)[2]
    if "{release}" in place.address and "release" not in furnished:
        path, digest, revision = ready(clerk, "1395")
        assert clerk.post(f"{path}/sent", {"digest": digest, "expected_revision": revision, "note": ""})[0] == 302
        for name in ("first", "second"):
            approver = Browser(desk, name)
            approver.post(path.replace("/u/", "/approve/") + "/yes", what_is_seen(approver, path))
        until(lambda: "صفحهٔ انتشار" in clerk.get(path)[1], "it is published")
        furnished["release"] = "deals/1395/1"


@pytest.fixture
def open_form(chromium: Any, desk: Site, furnished: dict[str, Any]) -> Iterator[Sit]:
    """Open the page of a form, in a browser of its own or beside another page, once what was kept has come back."""
    contexts: list[Any] = []

    def opened(place: FormPlace, beside: Any = None) -> Any:
        furnish(desk, furnished, place)
        if beside is None:
            context = chromium.new_context(viewport=PHONE)
            token = desk.sessions.get(place.who) or furnished["sessions"][place.who]
            context.add_cookies([{"name": "ayan_desk", "value": token, "url": desk.address}])
            contexts.append(context)
        page = (beside.context if beside else context).new_page()
        page.on("dialog", lambda dialog: dialog.accept())
        answer = page.goto(desk.address + place.address.format(**furnished))
        assert answer is not None
        assert answer.status == 200, place
        expect(page.locator("html[data-keeping]")).to_be_attached()
        if place.choice and not page.locator(place.choice).is_checked():
            # What is chosen is kept by itself as its field is left, before anything is typed.
            with page.expect_response("**/desk/keep"):
                page.locator(place.choice).check()
                page.locator(place.choice).blur()
        return page

    yield opened
    for context in contexts:
        context.close()


def write(page: Any, place: FormPlace, furnished: Mapping[str, Any], turn: int) -> str:
    """Type into the field of a form, or choose its last option and its first by turns; what stands in it then."""
    page.locator("details:not(.nav-m)").evaluate_all("all => { for (const one of all) one.open = true; }")
    field = page.locator(place.field.format(**furnished))
    if field.evaluate("one => one.tagName") == "SELECT":
        field.select_option(index=0 if turn % 2 else field.locator("option").count() - 1)
    else:
        field.fill(f"{place.text}{turn or ''}")
    return str(field.input_value())


@pytest.mark.parametrize("place", sampled("forms of the desk", PLACES, few=1))
def test_no_form_loses_what_is_typed(
    open_form: Sit, furnished: Mapping[str, Any], desk: Site, place: FormPlace
) -> None:
    field, keeps = place.field.format(**furnished), "**/desk/keep"

    # Two seconds after a key; then the browser is closed.
    page = open_form(place)
    with page.expect_response(keeps):
        text = write(page, place, furnished, 0)
    page.context.close()
    page = open_form(place)
    expect(page.locator(field)).to_have_value(text)
    expect(page.locator(".kept-back").first).to_contain_text("برگشت")

    # A second tab has it too; what is typed there is kept beside it, and on going back it stands there.
    second = open_form(place, page)
    expect(second.locator(field)).to_have_value(text)
    second.goto(desk.address + "/desk/")
    second.go_back()
    expect(second.locator(field)).to_have_value(text)

    # The line is down: the page says so, keeps what it holds, and goes on once it is back.
    page.context.set_offline(True)
    later = write(page, place, furnished, 1)
    page.locator(field).blur()
    expect(page.locator(".kept-state").first).to_contain_text("ارتباط قطع است")
    expect(page.locator(field)).to_have_value(later)
    with page.expect_response(keeps):
        page.context.set_offline(False)
        page.evaluate("dispatchEvent(new Event('online'))")

    # The session is over: the page says so, and nothing of it goes.
    page.context.clear_cookies(name="ayan_desk")
    last = write(page, place, furnished, 2)
    page.locator(field).blur()
    expect(page.locator(".kept-state").first).to_contain_text("نشست شما تمام شده است")
    expect(page.locator(field)).to_have_value(last)
    page.context.close()

    # Whoever wants none of it says so, and it is gone.
    page = open_form(place)
    expect(page.locator(field)).to_have_value(later)
    page.locator(".kept-back button").first.click()
    expect(page.locator(".kept-back")).to_have_count(0)
    page.context.close()
    expect(open_form(place).locator(".kept-back")).to_have_count(0)


@pytest.mark.soak
def test_what_is_decided_of_a_submission_is_kept_with_it(sit: Sit, desk: Site) -> None:
    """The forms that the server fills by itself: columns, and what an approver writes."""
    clerk = Browser(desk, "clerk")
    path = begun(clerk, "1394")
    clerk.give(path, workbook(BAD))
    clerk.idle(f"{path}/file")
    sent, digest, revision = ready(clerk, "1393")
    assert clerk.post(f"{sent}/sent", {"expected_revision": revision, "digest": digest, "note": ""})[0] == 302
    places = (
        ("clerk", f"{path}/columns", "[name='column:subject']", "4"),
        ("first", sent.replace("/u/", "/approve/"), "#words", WORDS),
        ("second", sent.replace("/u/", "/approve/"), "#reason", WORDS),
    )
    for who, address, field, text in places:
        page = sit(who, address)
        page.locator("details:not(.nav-m)").evaluate_all("all => { for (const each of all) each.open = true; }")
        with page.expect_response("**/typed"):
            if page.locator(field).evaluate("field => field.tagName") == "SELECT":
                page.locator(field).select_option(text)
            else:
                page.locator(field).fill(text)
        page.context.close()
        expect(sit(who, address).locator(field)).to_have_value(text)
