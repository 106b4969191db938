"""The desk as officers meet it: the first sign-in without scripts, a passkey, and every page open to all."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import expect
from tests import sampling
from tests.apps.accounts.people import FINANCE, PASSWORD, WORKS, code, joined, officer, signed_in, unit
from tests.browser.conftest import WIDTHS, follow, violations
from tests.browser.sight import FITS
from tests.sampling import sampled

from ayan.apps.accounts import audit, second_factors, sessions
from ayan.apps.accounts.limits import LONGEST_IDLE
from ayan.apps.accounts.models import Duty, Unit, User
from ayan.apps.accounts.roles import Role
from ayan.apps.accounts.session_store import SessionStore
from ayan.apps.outbox import delivery
from ayan.cli.main import run

pytestmark = pytest.mark.django_db(transaction=True)

Open = Callable[..., Any]


@pytest.fixture
def at_desk(chromium: Any, site: str) -> Iterator[Open]:
    """Open an address of the desk, signed in as somebody or not; at the end nothing may have gone wrong in a page."""
    contexts: list[Any] = []
    complaints: list[str] = []

    def opened(address: str, who: User | None = None, *, scripts: bool = True, host: str = "127.0.0.1") -> Any:
        origin = site.replace("127.0.0.1", host)
        context = chromium.new_context(viewport={"width": 1440, "height": 900}, java_script_enabled=scripts)
        contexts.append(context)
        if who is not None:
            cookie = signed_in(who).cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": origin}])
        page = context.new_page()
        # That an answer is a refusal is no fault of a page; that a part of one is not there is.
        page.on(
            "console", lambda message: _note(complaints, message.text) if message.type in ("error", "warning") else None
        )
        page.on("response", lambda response: _note_missing(complaints, response))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(origin + address)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def _note(complaints: list[str], words: str) -> None:
    if not words.startswith("Failed to load resource"):
        complaints.append(words)


def _note_missing(complaints: list[str], response: Any) -> None:
    if response.status >= 400 and response.request.resource_type != "document":
        complaints.append(f"{response.status} {response.url}")


def test_the_first_administrator_signs_in_in_persian_without_scripts(
    at_desk: Open, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["officer", "add", "m.karimi", "--name", "مریم کریمی"]) == 0
    link = capsys.readouterr().out.splitlines()[-1]
    page = at_desk(link, scripts=False)
    expect(page).to_have_title(re.compile("^پیوستن به میز کار"))
    page.get_by_label("گذرواژهٔ تازه").fill(PASSWORD)
    page.get_by_label("همان گذرواژه بار دیگر").fill(PASSWORD)
    secret = page.locator(".scan p bdi").inner_text().replace(" ", "")
    page.get_by_label("کد", exact=True).fill("000000")
    follow(page.get_by_role("button", name="پیوستن"))
    expect(page).to_have_title(re.compile("^خطا"))
    page.get_by_label("گذرواژهٔ تازه").fill(PASSWORD)
    page.get_by_label("همان گذرواژه بار دیگر").fill(PASSWORD)
    page.get_by_label("کد", exact=True).fill(code(secret))
    follow(page.get_by_role("button", name="پیوستن"))
    expect(page).to_have_title(re.compile("^کدهای بازیابی"))
    recovery = page.locator(".codes li").first.inner_text()
    follow(page.get_by_role("button", name="نگه داشتم"))
    expect(page.get_by_role("heading", level=1)).to_have_text("سلام، مریم کریمی")
    follow(page.get_by_role("button", name="خروج", exact=True))

    page.goto(page.url.partition("/desk/")[0] + "/desk/people/")
    expect(page).to_have_title(re.compile("^ورود به میز کار"))
    page.get_by_label("نام کاربری").fill("m.karimi")
    page.get_by_label("گذرواژه").fill(PASSWORD)
    follow(page.get_by_role("button", name="ادامه"))
    # The app's code was used a moment ago and works once; a recovery code helps out.
    page.get_by_label("کد", exact=True).fill(recovery)
    follow(page.get_by_role("button", name="ورود"))
    expect(page).to_have_title(re.compile("^کارکنان"))
    assert audit.check() is None


def test_a_passkey_is_made_and_signs_in(at_desk: Open) -> None:
    clerk = officer("maryam", Role.CLERK)
    joined(clerk)
    # A passkey belongs to a name, and an address in numbers is none.
    page = at_desk("/desk/account", clerk, host="localhost")
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    cdp.send("WebAuthn.addVirtualAuthenticator", {"options": {**options, "isUserVerified": True}})
    page.get_by_label("نامی برای این دستگاه").fill("گوشی")
    follow(page.get_by_role("button", name="ساختن"))
    expect(page.locator(".rows bdi")).to_have_text("گوشی")
    assert [factor.type for factor in second_factors.strong(clerk)] == ["totp", "webauthn"]
    follow(page.get_by_role("button", name="خروج", exact=True))
    page.get_by_label("نام کاربری").fill("maryam")
    page.get_by_label("گذرواژه").fill(PASSWORD)
    follow(page.get_by_role("button", name="ادامه"))
    follow(page.get_by_role("button", name="با کلید عبور"))
    expect(page.get_by_role("heading", level=1)).to_have_text("سلام، نام maryam")


@pytest.mark.parametrize("scripts", [True, False])
def test_what_is_being_typed_when_the_session_ends_is_there_after_signing_in_again(
    at_desk: Open, scripts: bool
) -> None:
    chief = officer("chief", Role.ADMINISTRATOR)
    secret = joined(chief)
    page = at_desk("/desk/units", chief, scripts=scripts)
    page.get_by_label("شناسه").fill("parks")
    page.get_by_label("نام به فارسی").fill("بوستان‌ها و فضای سبز (ساختگی)")
    page.get_by_label("نام به انگلیسی").fill("Parks (invented)")
    cookie = next(each for each in page.context.cookies() if each["name"] == settings.SESSION_COOKIE_NAME)
    held = SessionStore(cookie["value"])
    held[sessions.SEEN] -= LONGEST_IDLE.total_seconds() + 60
    held.save()
    follow(page.locator("main form button.btn"))
    expect(page).to_have_title(re.compile("^ورود به میز کار"))
    assert not Unit.objects.filter(slug="parks").exists()
    page.get_by_label("نام کاربری").fill("chief")
    page.get_by_label("گذرواژه").fill(PASSWORD)
    follow(page.get_by_role("button", name="ادامه"))
    page.get_by_label("کد", exact=True).fill(code(secret))
    follow(page.get_by_role("button", name="ورود"))
    expect(page.get_by_role("heading", level=1)).to_have_text("نوشتهٔ شما مانده است")
    expect(page.locator("main")).to_contain_text("نام به فارسی")
    expect(page.locator("main")).to_contain_text("بوستان‌ها و فضای سبز (ساختگی)")
    follow(page.get_by_role("button", name="ارسال"))
    parks = Unit.objects.get(slug="parks")
    assert (parks.name_fa, parks.name_en) == ("بوستان‌ها و فضای سبز (ساختگی)", "Parks (invented)")
    # It is offered once.
    page.goto(page.url.partition("/desk/")[0] + "/desk/kept")
    expect(page.get_by_role("heading", level=1)).to_have_text("سلام، نام chief")


PAGES = (
    "/desk/",
    "/desk/account",
    "/desk/account/again",
    "/desk/account/app",
    "/desk/account/password",
    "/desk/account/messages",
    "/desk/account/contact/mail",
    "/desk/account/contact/sms",
    "/desk/messages",
    "/desk/people/",
    "/desk/people/sheet",
    "/desk/people/{other}",
    "/desk/access/",
    "/desk/access/{request}",
    "/desk/units",
    "/desk/units/{unit}",
    "/desk/periods",
    "/desk/many",
    "/desk/audit",
    "/desk/health",
    "/desk/calendar",
    "/desk/calendar/works",
    "/desk/originals/",
    "/desk/originals/works",
    "/desk/originals/works/1403/2",
    "/desk/sources/",
    "/desk/sources/new?kind=upload",
    "/desk/sources/new?kind=url",
    "/desk/sources/finance",
    "/desk/sources/share",
    "/desk/declare",
    "/desk/advance",
    "/desk/city",
    "/desk/city/emblem",
    "/desk/city/opens",
    "/desk/city/steps",
    "/desk/city/changes/{change}",
    "/desk/tables/",
    "/desk/tables/works",
    "/desk/tables/works/lists/states",
    "/desk/tables/works/lists/states/1",
    "/desk/tables/works/columns",
    "/desk/tables/works/columns/amount",
    "/desk/tables/works/facts",
    "/desk/tables/works/texts",
    "/desk/tables/works/archive",
    "/desk/tables/changes/{table_change}",
)
OPEN = ("/desk/sign-in", "/desk/join/nothing", "/desk/join/{link}")


def sources_of(chief: User) -> None:
    """A source with tokens and a file, a folder in trouble, and a yes in advance, so that their pages show something."""
    from ayan.apps.desk.models import AdvanceApproval
    from ayan.apps.sources import actions
    from ayan.apps.sources.models import Arrival, Source, SourceRun
    from ayan.apps.sources.source_type import SourceForm

    finance = actions.add(chief, SourceForm("سامانهٔ مالی (ساختگی)", "finance", "upload", FINANCE, ["works"]))
    for _ in range(2):
        token, _text = actions.make_token(chief, finance, "شبانه", ["works"], ["submission.create"], 30)
    actions.revoke(chief, finance, token.pk)
    share = actions.add(
        chief, SourceForm("پوشه (ساختگی)", "share", "folder", "", ["works"], where="share", period="name", every=60)
    )
    now = finance.created_at
    Source.objects.filter(pk=share.pk).update(last_at=now, next_at=now, last_code="folder-missing")
    SourceRun.objects.create(source=share, at=now, code="period-unclear", details={"file": "works.csv"})
    Arrival.objects.create(
        source=share, dataset="works", period="1403", digest="0" * 64, size=1_000, name="works-1403.csv", at=now,
        code="errors", settled_at=now,
    )  # fmt: skip
    bound = {"dataset": "works", "unit": FINANCE, "declaration": "0" * 64, "header": "0" * 64, "choice": "0" * 64}
    AdvanceApproval.objects.create(by=chief, given_at=now, until=now, **bound)


@pytest.mark.parametrize("prefix", sampled("pages of the desk", ["", "/en"], 1))
def test_every_page_of_the_desk_is_open_to_all_and_within_its_screen(at_desk: Open, axe: str, prefix: str) -> None:
    """Each is looked at through axe in one width, which the day draws; the whole walk takes both."""
    draw = sampling.chance(f"widths of the desk's pages {prefix}")
    from ayan.apps.accounts import actions, privileges
    from ayan.apps.accounts.models import Grant
    from ayan.apps.profile import actions as profile
    from ayan.apps.tables import changes as tables

    chief, other = officer("chief", Role.ADMINISTRATOR), officer("other", Role.CLERK)
    Grant.objects.create(user=chief, role=Role.AUDITOR)
    unit(WORKS)
    Duty.objects.create(dataset="works", unit=unit(FINANCE), owner=other, deputy=chief)
    link = actions.invite(None, other)
    sources_of(chief)
    second = officer("second", Role.ADMINISTRATOR)
    request = privileges.ask_role(second, other, Role.APPROVER, unit(FINANCE), "works")
    words: dict[tuple[str, ...], str | None] = {
        ("name", "fa"): "شهر نمونه (ساختگی)",
        ("brand", "link"): "#102a54",
        ("opens", "works"): "later",
    }
    change = profile.ask(second, words)
    said = {"fa": "در جریان (ساختگی)", "en": "Under way", "until": "1404-12-29"}
    table_change = tables.ask(second, "works", {"do": "change-code", "list": "states", "code": "open", "said": said})
    # Nobody here has an address, so their messages are shown as not sent.
    delivery.deliver_due()
    problems = []
    for addresses, who in ((PAGES, chief), (OPEN, None)):
        page = at_desk("/brand.css", who)
        start = page.url.removesuffix("/brand.css")
        for address in addresses:
            names = {"other": other.pk, "link": link, "request": request.pk, "change": change.pk, "unit": FINANCE}
            names["table_change"] = table_change.pk
            page.goto(start + prefix + address.format(**names))
            page.evaluate(axe)
            looked_through = WIDTHS if sampling.is_whole() else (draw.choice(WIDTHS),)
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                assert page.evaluate(FITS), f"{address} scrolls sideways at {width}"
                if width in looked_through:
                    problems += [f"{address} {width}: {violation}" for violation in violations(page)]
    assert problems == []
