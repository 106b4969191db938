"""Signing in by a provider of OpenID Connect, beside passwords: a real provider runs beside the tests."""

from __future__ import annotations

import json
import logging
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest
from django.test import Client
from pytest_django.fixtures import Settings
from tests.apps.accounts.people import code, joined, officer, password_step, person, signed_in
from tests.patience import PATIENCE
from tests.ports import free_port

from ayan.apps.accounts import actions, second_factors
from ayan.apps.accounts.models import Act, ProviderIdentity, User
from ayan.apps.accounts.roles import Role
from ayan.apps.accounts.single_sign_on import identities
from ayan.apps.accounts.single_sign_on.provider import _known
from ayan.cli.new_city import make_home
from ayan.core.values.label import Label
from ayan.core.values.period import parse

pytestmark = pytest.mark.django_db
SITE = "https://shafaf.example"
WORD = "the-secret-of-the-client"
MFA = {"acr": "https://refeds.org/profile/mfa"}


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """A provider in a process of its own, which knows nothing of ours."""
    port = free_port()
    address = f"http://localhost:{port}"
    # No more than its own errors; "-n" makes it insist on a nonce.
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "-p", str(port), "-n"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            until = time.monotonic() + PATIENCE
            while process.poll() is None and time.monotonic() < until:
                with suppress(urllib.error.URLError):
                    urllib.request.urlopen(f"{address}/.well-known/openid-configuration").close()
                    break
                time.sleep(0.1)
            yield address
        finally:
            process.terminate()


Declare = Callable[..., None]


def forget() -> None:
    """Believe nothing of before: the provider is asked anew."""
    with _known.lock:
        _known.of = None


@pytest.fixture
def declare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Declare:
    """Makes the city declare a provider; what is given is added to the table."""
    forget()
    home = tmp_path / "home"
    make_home(home, Label("شهر تازه", "New city"), opens=parse("1490-10"))
    monkeypatch.setenv("AYAN_HOME", str(home))
    monkeypatch.delenv("AYAN_STORE", raising=False)
    settings.SIGN_IN_SECRET, settings.ORIGIN = WORD, SITE
    settings.PULL_NETWORKS = ["127.0.0.0/8", "::1/128"]
    plain = (home / "ayan.toml").read_text(encoding="utf-8")

    def declared(address: str, more: str = "") -> None:
        table = f'\n[single_sign_on]\nissuer = "{address}"\nclient_id = "ayan"\nname = "City Login"\n{more}\n'
        (home / "ayan.toml").write_text(plain + table, encoding="utf-8")

    return declared


@pytest.fixture
def provider(declare: Declare, issuer: str) -> str:
    declare(issuer, f'acr = ["{MFA["acr"]}"]\namr = ["mfa"]\nbind_by_email = true')
    return issuer


def at_provider(issuer: str, address: str, sub: str, **claims: Any) -> str:
    """Sign in at the provider as somebody of whom it says ``claims``; the address that it sends the browser back to."""
    body = json.dumps({"name": f"Name of {sub}", **claims}).encode()
    put = urllib.request.Request(f"{issuer}/users/{quote(sub)}", body, {"Content-Type": "application/json"})
    put.method = "PUT"
    urllib.request.urlopen(put).close()

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_args: Any) -> None:
            return None

    opener = urllib.request.build_opener(Stay)
    try:
        opener.open(address, urlencode({"sub": sub}).encode()).close()
    except urllib.error.HTTPError as answer:
        with answer:
            back: str = answer.headers["Location"]
    assert back.startswith(f"{SITE}/desk/sign-in/provider/return?"), "one exact address to come back to"
    return back.removeprefix(SITE)


def come_back(browser: Client, issuer: str, sub: str, begin: str = "/desk/sign-in/provider", **claims: Any) -> Any:
    """The answer to a sign-in that went to the provider and came back."""
    return browser.get(at_provider(issuer, browser.get(begin).headers["Location"], sub, **claims))


def bound(issuer: str, user: User, sub: str) -> User:
    identities.bind(user, identities.digest_of(issuer, sub))
    return user


def is_in(browser: Client) -> bool:
    return browser.get("/desk/").status_code == 200


def test_a_provider_that_proves_a_second_factor_signs_in(provider: str) -> None:
    user = bound(provider, officer("maryam", Role.CLERK), "m-17")
    secret = joined(user)
    for claims in (MFA, {"amr": ["pwd", "mfa"]}):
        browser = Client()
        assert come_back(browser, provider, "m-17", **claims).headers["Location"] == "/desk/"
        assert is_in(browser)
        begun = Act.objects.filter(verb="session.begin").latest("number")
        assert json.loads(begun.facts) == {"by": "provider", "factor": "provider"}
    # Passwords go on beside it.
    other = Client()
    assert password_step(other) == 302
    assert other.post("/desk/sign-in/second", {"code": code(secret)}).status_code == 302
    assert is_in(other)


def test_a_session_that_the_provider_kept_opens_the_desk_and_not_what_asks_for_the_factor_again(provider: str) -> None:
    joined(bound(provider, officer("maryam", Role.CLERK), "m-17"))
    now = int(time.time())
    for at, onward in ((now - 3600, "/desk/account/again"), (0, "/desk/account/again"), (now, None)):
        browser = Client()
        come_back(browser, provider, "m-17", **MFA, auth_time=at)
        assert is_in(browser)
        answer = browser.get("/desk/account/password")
        assert answer.headers.get("Location") == onward, at


@pytest.mark.parametrize("claims", [{}, {"acr": "0"}, {"amr": ["pwd"]}, {"amr": "mfa"}, {"acr": ["urn:x"]}])
def test_without_a_proven_second_factor_ours_is_asked(provider: str, claims: dict[str, Any]) -> None:
    secret = joined(bound(provider, officer("maryam", Role.CLERK), "m-17"))
    browser = Client()
    assert come_back(browser, provider, "m-17", **claims).headers["Location"] == "/desk/sign-in/second"
    assert not is_in(browser)
    assert browser.post("/desk/sign-in/second", {"code": "000000"}).status_code == 422
    assert browser.post("/desk/sign-in/second", {"code": code(secret)}).headers["Location"] == "/desk/"
    assert is_in(browser)
    begun = Act.objects.filter(verb="session.begin").latest("number")
    assert json.loads(begun.facts) == {"by": "provider", "factor": "totp"}


def test_whoever_nobody_invited_does_not_enter(provider: str) -> None:
    joined(officer("maryam", Role.CLERK))
    User.objects.filter(username="maryam").update(email="maryam@example.org")
    browser = Client()
    # A verified address of somebody who has joined already binds nothing: that is done from inside.
    answer = come_back(browser, provider, "stranger", email="maryam@example.org", email_verified=True, **MFA)
    assert answer.headers["Location"] == "/desk/sign-in"
    page = browser.get("/desk/sign-in").text
    assert "به حسابی در میز کار وصل نیست" in page
    assert 'name="password"' in page
    assert not is_in(browser)
    assert not ProviderIdentity.objects.exists()


def invited(email: str = "") -> tuple[User, str]:
    chief = officer("chief", Role.ADMINISTRATOR)
    user = actions.add_person(chief, "navid", "نوید", email)
    return user, actions.invite(None, user)


def test_an_invited_person_joins_by_their_link_and_an_app(provider: str) -> None:
    user, secret = invited()
    browser = Client()
    assert "City Login" in browser.get(f"/desk/join/{secret}").text
    answer = come_back(browser, provider, "n-3", f"/desk/join/{secret}/provider")
    assert answer.headers["Location"] == "/desk/sign-in/provider/connect"
    page = browser.get("/desk/sign-in/provider/connect").text
    assert "Name of n-3" in page
    assert not ProviderIdentity.objects.exists(), "looking binds nothing"
    app = re.search(r">([A-Z2-7]{4}(?: [A-Z2-7]{4}){7})<", page)
    assert app
    assert browser.post("/desk/sign-in/provider/connect", {"code": "123456"}).status_code == 422
    assert not ProviderIdentity.objects.exists()
    done = browser.post("/desk/sign-in/provider/connect", {"code": code(app[1].replace(" ", ""))})
    assert done.headers["Location"] == "/desk/account/codes"
    assert is_in(browser)
    user.refresh_from_db()
    assert user.is_active
    assert not user.has_usable_password()
    assert "n-3" not in str(list(ProviderIdentity.objects.values())), "what the provider calls people is kept nowhere"
    again = Client()
    assert come_back(again, provider, "n-3").headers["Location"] == "/desk/sign-in/second"


@pytest.mark.parametrize(
    ("claims", "joins"),
    [
        ({"email": "Navid@example.org", "email_verified": True}, True),
        ({"email": "navid@example.org", "email_verified": False}, False),
        ({"email": "navid@example.org"}, False),
        ({"email": "navid@example.org", "email_verified": "true"}, False),
        ({"email": "other@example.org", "email_verified": True}, False),
    ],
)
def test_an_open_invitation_is_found_by_a_verified_address_alone(
    provider: str, claims: dict[str, Any], joins: bool
) -> None:
    invited("navid@example.org")
    browser = Client()
    answer = come_back(browser, provider, "n-3", **claims, **MFA)
    assert answer.headers["Location"] == ("/desk/sign-in/provider/connect" if joins else "/desk/sign-in")
    if joins:
        assert browser.post("/desk/sign-in/provider/connect").headers["Location"] == "/desk/"
        assert is_in(browser)
        # No factor of ours is here: a later sign-in without one there ends, and says so.
        weak = Client()
        assert come_back(weak, provider, "n-3").headers["Location"] == "/desk/sign-in"
        assert "عامل دوم" in weak.get("/desk/sign-in").text
        assert not is_in(weak)


def test_an_address_binds_nothing_where_the_city_does_not_say_so(declare: Declare, issuer: str) -> None:
    declare(issuer)
    invited("navid@example.org")
    answer = come_back(Client(), issuer, "n-3", email="navid@example.org", email_verified=True)
    assert answer.headers["Location"] == "/desk/sign-in"


def test_an_officer_binds_and_lets_go_and_acts_on_others_after_showing_themselves(provider: str) -> None:
    me = officer("maryam", Role.CLERK)
    joined(me)
    browser = signed_in(me)
    answer = come_back(browser, provider, "m-17", "/en/desk/account/provider")
    assert answer.headers["Location"] == "/en/desk/sign-in/provider/connect"
    assert not ProviderIdentity.objects.exists(), "whoever was led to the provider by others says no"
    assert browser.post("/en/desk/sign-in/provider/connect").headers["Location"] == "/en/desk/account"
    assert [act.verb for act in Act.objects.filter(verb__startswith="provider.")] == ["provider.bind"]
    # One identity is one account's.
    other = signed_in(officer("sara", Role.CLERK))
    come_back(other, provider, "m-17", "/en/desk/account/provider")
    assert "belongs to another account" in other.post("/en/desk/sign-in/provider/connect").text
    assert browser.post("/en/desk/account/provider/remove").status_code == 302
    assert not ProviderIdentity.objects.exists()


def test_whoever_has_no_factor_here_shows_themselves_at_the_provider_again(provider: str) -> None:
    user, secret = invited()
    browser = Client()
    come_back(browser, provider, "n-3", f"/desk/join/{secret}/provider", **MFA)
    browser.post("/desk/sign-in/provider/connect")
    page = browser.get("/en/desk/account/again?next=/en/desk/account").text
    assert "/en/desk/account/provider/again?next=/en/desk/account" in page
    away = browser.get("/en/desk/account/provider/again?next=/en/desk/account").headers["Location"]
    assert {"max_age": ["0"], "prompt": ["login"]}.items() <= parse_qs(urlsplit(away).query).items()
    # A sign-in of long ago, somebody else, and one without the second factor are no answer.
    now = int(time.time())
    for claims in ({**MFA, "auth_time": now - 3600}, {"auth_time": now}):
        answer = come_back(browser, provider, "n-3", "/en/desk/account/provider/again", **claims)
        assert answer.headers["Location"] == "/en/desk/account/again", claims
    assert come_back(browser, provider, "x", "/en/desk/account/provider/again", **MFA).status_code == 302
    assert "Somebody else" in browser.get("/en/desk/account/again").text
    before = Act.objects.filter(verb="session.begin").count()
    answer = come_back(
        browser, provider, "n-3", "/en/desk/account/provider/again?next=/en/desk/account", **MFA, auth_time=now
    )
    assert answer.headers["Location"] == "/en/desk/account"
    assert Act.objects.filter(verb="session.begin").count() == before + 1
    # The only way in is not taken away; a password and an app of one's own are two more.
    assert "/en/desk/account/app" in browser.get("/en/desk/account").text
    assert browser.post("/en/desk/account/provider/remove").status_code == 422
    assert ProviderIdentity.objects.filter(user=user).exists()


def test_state_and_nonce_are_of_one_sign_in_of_one_browser(provider: str) -> None:
    joined(bound(provider, officer("maryam", Role.CLERK), "m-17"))
    victim, attacker = Client(), Client()
    stolen = at_provider(provider, attacker.get("/desk/sign-in/provider").headers["Location"], "m-17", **MFA)
    for browser in (Client(), victim):
        if browser is victim:
            browser.get("/desk/sign-in/provider")
        assert browser.get(stolen).headers["Location"] == "/desk/sign-in"
        assert "در همین مرورگر آغاز نشده" in browser.get("/desk/sign-in").text
        assert not is_in(browser)
    # A code that was got for another sign-in bears another nonce.
    ours = at_provider(provider, victim.get("/desk/sign-in/provider").headers["Location"], "m-17", **MFA)
    theirs = parse_qs(urlsplit(stolen).query)["code"][0]
    state = parse_qs(urlsplit(ours).query)["state"][0]
    assert victim.get(f"/desk/sign-in/provider/return?code={theirs}&state={state}").headers["Location"] == (
        "/desk/sign-in"
    )
    assert "پذیرفتنی نبود" in victim.get("/desk/sign-in").text
    # What came back once is used up.
    assert victim.get(ours).headers["Location"] == "/desk/sign-in"
    assert not is_in(victim)


def test_the_way_there_carries_a_challenge_and_one_address(provider: str) -> None:
    asked = parse_qs(urlsplit(Client().get("/en/desk/sign-in/provider").headers["Location"]).query)
    assert asked["redirect_uri"] == [f"{SITE}/desk/sign-in/provider/return"]
    assert asked["code_challenge_method"] == ["S256"]
    assert len(asked["code_challenge"][0]) == 43
    assert asked["response_type"] == ["code"]


def test_no_secret_and_no_token_is_written_down(provider: str, caplog: pytest.LogCaptureFixture) -> None:
    joined(bound(provider, officer("maryam", Role.CLERK), "m-17"))
    caplog.set_level(logging.DEBUG)
    browser = Client()
    back = at_provider(provider, browser.get("/desk/sign-in/provider").headers["Location"], "m-17", **MFA)
    caplog.clear()
    browser.get(back)
    said = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith(("ayan", "django")))
    said += str(dict(browser.session)) + str(list(Act.objects.values()))
    for word in (WORD, parse_qs(urlsplit(back).query)["code"][0], "eyJ"):
        assert word not in said


def test_a_provider_that_is_down_says_so_and_passwords_go_on(declare: Declare) -> None:
    declare("http://localhost:9")
    secret = joined(officer("maryam", Role.CLERK))
    for prefix, words in (("", "پاسخ نمی‌دهد"), ("/en", "does not answer")):
        browser = Client()
        assert browser.get(f"{prefix}/desk/sign-in/provider").headers["Location"] == f"{prefix}/desk/sign-in"
        assert words in browser.get(f"{prefix}/desk/sign-in").text
    assert password_step(browser) == 302
    assert browser.post("/desk/sign-in/second", {"code": code(secret)}).headers["Location"] == "/desk/"


def test_an_inner_provider_is_reached_only_where_the_operator_says_so(provider: str, settings: Settings) -> None:
    browser = Client()
    assert browser.get("/desk/sign-in/provider").headers["Location"].startswith(provider)
    settings.PULL_NETWORKS = []
    forget()
    assert browser.get("/desk/sign-in/provider").headers["Location"] == "/desk/sign-in"


@pytest.mark.parametrize("missing", ["SIGN_IN_SECRET", "ORIGIN"])
def test_without_its_secret_or_our_address_there_is_no_such_way(
    provider: str, settings: Settings, missing: str
) -> None:
    setattr(settings, missing, "")
    assert "City Login" not in Client().get("/desk/sign-in").text
    assert Client().get("/desk/sign-in/provider").headers["Location"] == "/desk/sign-in"


def test_signing_out_here_says_that_one_is_still_signed_in_there(provider: str) -> None:
    joined(bound(provider, officer("maryam", Role.CLERK), "m-17"))
    browser = Client()
    come_back(browser, provider, "m-17", **MFA)
    out = browser.post("/en/desk/sign-out").headers["Location"]
    assert "still signed in at City Login" in browser.get(out).text
    away = browser.get("/en/desk/sign-in/provider/leave").headers["Location"]
    assert away.startswith(f"{provider}/oauth2/end_session?client_id=ayan&post_logout_redirect_uri=")


def test_a_new_link_and_leaving_end_the_way_by_the_provider(provider: str) -> None:
    user = bound(provider, officer("maryam", Role.CLERK), "m-17")
    joined(user)
    actions.let_go(officer("chief", Role.ADMINISTRATOR), user)
    browser = Client()
    assert come_back(browser, provider, "m-17", **MFA).headers["Location"] == "/desk/sign-in"
    assert not is_in(browser)
    invitation = actions.invitation(actions.invite(None, user))
    assert invitation
    secret = second_factors.new_secret()
    actions.join(invitation, "چهار واژهٔ بی ربط", secret, code(secret))
    assert not ProviderIdentity.objects.exists()


def test_a_person_without_a_password_is_no_way_past_it(provider: str) -> None:
    user = bound(provider, person("navid"), "n-3")
    user.set_unusable_password()
    user.save()
    assert password_step(Client(), "navid", "") == 422
