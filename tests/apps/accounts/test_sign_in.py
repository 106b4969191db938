"""Signing in: both factors or nothing, guessing is locked out, and a session belongs to whoever began it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.mail import EmailMessage
from django.http import HttpResponse
from django.test import Client, RequestFactory
from tests.apps.accounts.people import PASSWORD, code, joined, officer, person, signed_in

from ayan.apps.accounts import actions, limits, login_attempts, second_factors, sessions, staff_middleware
from ayan.apps.accounts.models import Act, User
from ayan.apps.accounts.policy import Denied, Subject
from ayan.apps.accounts.verbs import Role
from ayan.core.values.clock import FixedClock
from ayan.core.values.digits import to_persian
from ayan.wiring.city import City

pytestmark = pytest.mark.django_db
COOKIE = settings.SESSION_COOKIE_NAME


@pytest.fixture
def clock(small_city: City) -> Iterator[FixedClock]:
    """The city's clock, to be moved; the codes of an app follow the machine's all the same."""
    own, standing = small_city.clock, FixedClock(small_city.clock.now())
    object.__setattr__(small_city, "clock", standing)
    yield standing
    object.__setattr__(small_city, "clock", own)


@pytest.fixture(autouse=True)
def here(small_city: City) -> None:
    """Every page asks for the small city."""


@pytest.fixture
def clerk() -> User:
    return officer("maryam", Role.CLERK)


def password_step(client: Client, name: str = "maryam", password: str = PASSWORD, **more: str) -> int:
    sent = {"username": name, "password": password} | more
    return client.post("/desk/sign-in", sent).status_code


def as_form(**fields: str) -> tuple[str, str]:
    """Fields as a browser sends a form that holds no file, and how that is called."""
    return urlencode(fields), "application/x-www-form-urlencoded"


def test_both_factors_lead_to_the_desk_and_back_to_the_address_asked_for(clerk: User) -> None:
    secret = joined(clerk)
    client = Client()
    sent_away = client.get("/en/desk/account")
    assert sent_away["Location"] == "/en/desk/sign-in?next=%2Fen%2Fdesk%2Faccount"
    first = client.post("/en/desk/sign-in", {"username": " Maryam ", "password": PASSWORD, "next": "/en/desk/account"})
    assert first["Location"] == "/en/desk/sign-in/second"
    second = client.post("/en/desk/sign-in/second", {"code": to_persian(code(secret))})
    assert second["Location"] == "/en/desk/account"
    assert client.get(second["Location"]).status_code == 200
    assert list(Act.objects.values_list("verb", "actor")) == [("session.begin", clerk.pk)]


@pytest.mark.parametrize("address", ["/desk/", "/desk/account", "/en/desk/account/password", "/desk/account/codes"])
def test_the_password_alone_opens_nothing(clerk: User, address: str) -> None:
    joined(clerk)
    client = Client()
    assert password_step(client) == 302
    answer = client.get(address)
    assert answer.status_code == 302
    assert "/desk/sign-in" in answer["Location"]


def test_a_session_that_django_alone_began_opens_nothing(clerk: User) -> None:
    client = Client()
    client.force_login(clerk)
    assert client.get("/desk/")["Location"].startswith("/desk/sign-in")


def test_the_second_step_without_the_first_leads_to_the_first(clerk: User) -> None:
    secret = joined(clerk)
    assert Client().post("/desk/sign-in/second", {"code": code(secret)})["Location"] == "/desk/sign-in"


def test_the_second_step_waits_five_minutes_and_ends_with_another_password(clerk: User, clock: FixedClock) -> None:
    secret = joined(clerk)
    client = Client()
    password_step(client)
    clock.move(sessions.PENDING + timedelta(seconds=1))
    assert client.post("/desk/sign-in/second", {"code": code(secret)})["Location"] == "/desk/sign-in"
    password_step(client)
    clerk.set_password("some other words here")
    clerk.save()
    assert client.post("/desk/sign-in/second", {"code": code(secret)})["Location"] == "/desk/sign-in"


def test_a_code_and_a_recovery_code_work_once(clerk: User) -> None:
    secret = joined(clerk)
    shown = code(secret)
    recovery = second_factors.renew_recovery(clerk)[3]
    for typed, status in ((shown, 302), (shown, 422), (recovery, 302), (recovery, 422), ("", 422), ("abc", 422)):
        client = Client()
        password_step(client)
        assert client.post("/desk/sign-in/second", {"code": typed}).status_code == status, typed
    assert second_factors.recovery_left(clerk) == 9
    assert Act.objects.filter(verb="factor.recovery").count() == 1


def test_the_secret_of_an_app_is_not_readable_in_the_database(clerk: User) -> None:
    secret = joined(clerk)
    second_factors.renew_recovery(clerk)
    assert secret not in str(list(Authenticator.objects.values_list("data", flat=True)))


def test_guessing_the_password_is_locked_for_this_address_and_not_for_the_officer(
    clerk: User, clock: FixedClock
) -> None:
    joined(clerk)
    guesser = Client(REMOTE_ADDR="127.0.0.9")
    for _ in range(limits.MOST_WRONG_BY_PAIR):
        assert password_step(guesser, password="guess") == 422
    # The right one comes too late for this address.
    assert password_step(guesser) == 429
    assert "۱۵ دقیقه" in guesser.post("/desk/sign-in", {"username": "maryam", "password": PASSWORD}).content.decode()
    assert password_step(Client()) == 302
    clock.move(limits.ATTEMPTS_WINDOW)
    assert password_step(guesser) == 302
    assert Act.objects.filter(verb="session.failed").count() == limits.MOST_WRONG_BY_PAIR
    assert Act.objects.filter(verb="session.locked").count() == 1


def test_guessing_from_many_addresses_is_locked_too(clerk: User) -> None:
    joined(clerk)
    for number in range(limits.MOST_WRONG_FOR_NAME):
        password_step(Client(REMOTE_ADDR=f"127.0.1.{number}"), password="guess")
    assert password_step(Client(REMOTE_ADDR="127.0.2.1")) == 429


def test_guessing_many_names_from_one_address_is_locked(clerk: User) -> None:
    joined(clerk)
    for number in range(limits.MOST_WRONG_FROM_ADDRESS):
        password_step(Client(), name=f"name{number}", password="guess")
    assert password_step(Client()) == 429
    assert password_step(Client(REMOTE_ADDR="127.0.0.9")) == 302


def test_guessing_the_code_is_locked_and_the_password_asked_again(clerk: User) -> None:
    secret = joined(clerk)
    client = Client()
    password_step(client)
    for _ in range(limits.MOST_WRONG_BY_PAIR):
        assert client.post("/desk/sign-in/second", {"code": "000000"}).status_code == 422
    assert client.post("/desk/sign-in/second", {"code": code(secret)})["Location"] == "/desk/sign-in"
    password_step(client)
    assert client.post("/desk/sign-in/second", {"code": code(secret)}).status_code == 302
    assert client.get("/desk/").status_code == 302


def test_wrong_codes_over_any_time_lock_the_account_and_its_owner_is_told(
    clerk: User, clock: FixedClock, mailoutbox: list[EmailMessage]
) -> None:
    secret = joined(clerk)
    User.objects.filter(pk=clerk.pk).update(email="maryam@example.ir")
    said = ""
    for tried in range(limits.MOST_WRONG_FACTORS):
        # Another browser, from another address, hours later: nothing of that makes the count begin anew.
        clock.move(timedelta(hours=1))
        client = Client(REMOTE_ADDR=f"10.0.0.{tried + 1}")
        password_step(client)
        answer = client.post("/desk/sign-in/second", {"code": "000000"})
        assert answer.status_code == 422
        said = answer.content.decode()
        assert len(mailoutbox) == (tried + 1 >= limits.LEAST_WRONG_TOLD) + (tried + 1 == limits.MOST_WRONG_FACTORS)
    assert "این حساب قفل است" in said
    assert [message.to for message in mailoutbox] == [["maryam@example.ir"]] * 2
    assert "گذرواژه را عوض کنید" in mailoutbox[0].body
    assert "قفل شد" in mailoutbox[1].body
    clock.move(timedelta(days=400))
    login_attempts.clear_old()
    client = Client()
    password_step(client)
    answer = client.post("/desk/sign-in/second", {"code": code(secret)})
    assert (answer.status_code, "پیوند تازه" in answer.content.decode()) == (422, True)
    assert client.get("/desk/").status_code == 302
    assert Act.objects.filter(verb="session.locked", subject=f"person:{clerk.pk}").count() == 1
    keeper = signed_in(officer("keeper", Role.ADMINISTRATOR))
    assert "این حساب قفل است" in keeper.get(f"/desk/people/{clerk.pk}").content.decode()
    # A new link is the way back.
    app = second_factors.new_secret()
    invited = actions.invitation(actions.invite(None, User.objects.get(pk=clerk.pk)))
    assert invited is not None
    actions.join(invited, PASSWORD, app, code(app))
    back = Client()
    password_step(back)
    assert back.post("/desk/sign-in/second", {"code": code(app, 1)}).status_code == 302
    assert back.get("/desk/").status_code == 200


def test_a_right_code_begins_the_count_anew(clerk: User, clock: FixedClock) -> None:
    secret = joined(clerk)
    for tried in range(limits.LEAST_WRONG_TOLD):
        client = Client(REMOTE_ADDR=f"10.0.0.{tried}")
        password_step(client)
        client.post("/desk/sign-in/second", {"code": "000000"})
    assert User.objects.get(pk=clerk.pk).wrong_factors == limits.LEAST_WRONG_TOLD
    client = Client(REMOTE_ADDR="10.0.0.99")
    password_step(client)
    assert client.post("/desk/sign-in/second", {"code": code(secret)}).status_code == 302
    assert User.objects.get(pk=clerk.pk).wrong_factors == 0


def test_the_answer_does_not_tell_whether_a_name_exists(clerk: User) -> None:
    joined(clerk)
    nobody = person("nobody")
    answers = []
    for name in ("maryam", "not there", "nobody"):
        page = Client().post("/desk/sign-in", {"username": name, "password": "guess"}).content.decode()
        answers.append([line for line in page.splitlines() if "csrf" not in line and 'name="username"' not in line])
    assert answers[0] == answers[1] == answers[2]
    assert not Act.objects.filter(subject__contains="not").exists()
    assert nobody.pk


def test_a_session_gets_a_new_name_at_each_step(clerk: User) -> None:
    """Fixation: whoever planted a session in the browser holds nothing afterwards."""
    secret = joined(clerk)
    planted = Client()
    planted.get("/desk/join/nothing")
    victim = Client()
    store = planted.session
    store["planted"] = "1"
    store.save()
    planter = store.session_key
    assert planter is not None
    victim.cookies[COOKIE] = planter
    password_step(victim)
    waiting = victim.cookies[COOKIE].value
    victim.post("/desk/sign-in/second", {"code": code(secret)})
    standing = victim.cookies[COOKIE].value
    assert len({planter, waiting, standing}) == 3
    assert "planted" not in victim.session
    for old in (planter, waiting):
        thief = Client()
        thief.cookies[COOKIE] = old
        assert thief.get("/desk/").status_code == 302


def test_a_form_from_elsewhere_is_refused(clerk: User) -> None:
    joined(clerk)
    strict = Client(enforce_csrf_checks=True)
    signed_in(clerk, strict)
    for address in ("/desk/sign-out", "/desk/account/everywhere", "/desk/account/password", "/desk/sign-in"):
        assert strict.post(address, {}).status_code == 403
    assert strict.get("/desk/").status_code == 200


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/desk/",
        "//evil.example/desk/",
        "/\\evil.example",
        "javascript:alert(1)",
        "/data/",
        "/desk/\\evil",
    ],
)
def test_nobody_is_led_elsewhere_after_signing_in(clerk: User, wanted: str) -> None:
    secret = joined(clerk)
    client = Client()
    assert wanted not in client.get("/desk/sign-in", {"next": wanted}).content.decode()
    password_step(client, next=wanted)
    assert client.post("/desk/sign-in/second", {"code": code(secret)})["Location"] == "/desk/"


def test_an_idle_session_is_over_and_leads_back_to_the_same_page(clerk: User, clock: FixedClock) -> None:
    client = signed_in(clerk)
    clock.move(limits.LONGEST_IDLE - timedelta(seconds=1))
    assert client.get("/desk/").status_code == 200
    clock.move(limits.LONGEST_IDLE - timedelta(seconds=1))
    assert client.post("/desk/stay").status_code == 204
    clock.move(limits.LONGEST_IDLE + timedelta(seconds=1))
    left = client.post("/desk/account/everywhere", HTTP_REFERER="http://testserver/desk/account?a=1")
    assert left["Location"] == "/desk/sign-in?next=%2Fdesk%2Faccount%3Fa%3D1&over=1"
    page = client.get(left["Location"]).content.decode()
    assert "نشست شما تمام شد" in page
    assert client.get("/desk/").status_code == 302


def test_what_was_typed_into_a_form_that_came_too_late_is_kept_for_the_same_officer(
    clerk: User, clock: FixedClock
) -> None:
    joined(clerk)
    recovery = iter(second_factors.renew_recovery(clerk))
    other = officer("reza", Role.CLERK)
    joined(other)
    client = signed_in(clerk)
    clock.move(limits.LONGEST_IDLE + timedelta(seconds=1))
    late = client.post("/desk/people/?a=1", *as_form(name="یادداشت <b>بلند</b>", password="secret words"))
    assert "over=1" in late["Location"]
    password_step(client)
    done = client.post("/desk/sign-in/second", {"code": next(recovery)})
    assert done["Location"] == "/desk/kept"
    page = client.get(done["Location"]).content.decode()
    assert "یادداشت &lt;b&gt;بلند" in page
    assert 'action="/desk/people/?a=1"' in page
    assert "secret words" not in page
    assert client.get("/desk/kept")["Location"] == "/desk/"

    # Nobody else gets it, at the same machine either.
    client = signed_in(clerk)
    clock.move(limits.LONGEST_IDLE + timedelta(seconds=1))
    client.post("/desk/people/", *as_form(name="یادداشت"))
    password_step(client, "reza")
    theirs = client.post("/desk/sign-in/second", {"code": second_factors.renew_recovery(other)[0]})
    assert theirs["Location"] == "/desk/"
    assert client.get("/desk/kept")["Location"] == "/desk/"


@pytest.mark.parametrize("address", ["/desk/sign-in", "/desk/people/"])
def test_a_file_that_nobody_asked_for_is_kept_nowhere(clerk: User, clock: FixedClock, address: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    signed_in(clerk, strict)
    clock.move(limits.LONGEST_IDLE + timedelta(seconds=1))
    large = SimpleUploadedFile("a.bin", b"a" * (settings.FILE_UPLOAD_MAX_MEMORY_SIZE + 1))
    answer = strict.post(address, {"file": large, "name": "words"})
    assert answer.status_code == 403
    assert not answer.wsgi_request.FILES
    late = signed_in(clerk)
    clock.move(limits.LONGEST_IDLE + timedelta(seconds=1))
    assert "kept" not in (late.post("/desk/people/", {"file": large, "name": "words"}), late.session)[1]


def test_a_page_that_looks_by_itself_keeps_no_session_alive(clerk: User, clock: FixedClock) -> None:
    client = signed_in(clerk)
    for _ in range(2):
        clock.move(limits.LONGEST_IDLE - timedelta(minutes=1))
        answer = client.get("/desk/", headers={"X-Ayan-Looks": "1"})
    assert answer.status_code == 302


def test_a_session_ends_however_much_is_asked_in_it(clerk: User, clock: FixedClock) -> None:
    client = signed_in(clerk)
    asked = 0
    while client.get("/desk/").status_code == 200:
        clock.move(limits.LONGEST_IDLE - timedelta(minutes=1))
        asked += 1
        assert asked < 30
    assert asked * (limits.LONGEST_IDLE - timedelta(minutes=1)) >= limits.LONGEST_SESSION


def test_the_addresses_of_one_line_are_one_address(rf: RequestFactory) -> None:
    def counted(address: str) -> set[str]:
        return set(login_attempts.names(rf.get("/", REMOTE_ADDR=address), "password", "maryam"))

    assert counted("2001:db8::1") == counted("2001:db8::ffff:1:2:3")
    assert len(counted("2001:db8::1") & counted("2001:db8:0:1::1")) == 1
    assert len(counted("192.0.2.1") & counted("192.0.2.2")) == 1


def test_a_refusal_with_an_odd_subject_stands_in_the_trail_too(clerk: User, rf: RequestFactory) -> None:
    staff = staff_middleware.Staff(lambda _request: HttpResponse())
    for odd in ("واحد مالی", "a b", "x" * 61):
        denied = Denied(clerk, "submission.create", Subject("submission", unit=odd))
        staff.process_exception(rf.get("/desk/"), denied)
    assert list(Act.objects.values_list("verb", "subject")) == [("policy.refused", "unknown")] * 3


def test_signing_out_everywhere_ends_every_session(clerk: User) -> None:
    browser, other = signed_in(clerk), signed_in(clerk)
    assert browser.post("/desk/account/everywhere").status_code == 302
    assert [client.get("/desk/").status_code for client in (browser, other)] == [302, 302]


def test_who_is_let_go_is_out_at_once(clerk: User) -> None:
    client = signed_in(clerk)
    User.objects.filter(pk=clerk.pk).update(is_active=False)
    assert client.get("/desk/").status_code == 302


def test_how_one_signs_in_is_changed_only_soon_after_both_factors(clerk: User, clock: FixedClock) -> None:
    secret = joined(clerk)
    client = signed_in(clerk)
    clock.move(sessions.FRESH + timedelta(seconds=1))
    for address in ("/desk/account/password", "/desk/account/codes", "/desk/account/passkeys", "/desk/account/app"):
        sent = {"password": "x" * 20, "again": "x" * 20, "credential": "{}"}
        assert client.post(address, sent)["Location"] == "/desk/account/again", address
    assert client.post("/desk/account/again", {"code": code(secret)})["Location"] == "/desk/account"
    assert client.get("/desk/account/password").status_code == 200


def test_another_password_ends_the_other_sessions_and_a_weak_one_is_refused(clerk: User) -> None:
    joined(clerk)
    browser, other = signed_in(clerk), signed_in(clerk)
    for weak in ("short", "839201746538", "نام maryam12"):
        assert browser.post("/desk/account/password", {"password": weak, "again": weak}).status_code == 422
    new = "چهار واژهٔ بی‌ربط تازه"
    assert browser.post("/desk/account/password", {"password": new, "again": new})["Location"] == "/desk/account"
    assert browser.get("/desk/").status_code == 200
    assert other.get("/desk/").status_code == 302


def test_the_last_factor_and_other_peoples_cannot_be_removed(clerk: User) -> None:
    joined(clerk)
    other = officer("reza", Role.CLERK)
    joined(other)
    client = signed_in(clerk)
    for which in (second_factors.strong(clerk)[0].pk, second_factors.strong(other)[0].pk, 10**6):
        client.post(f"/desk/account/factors/{which}/remove")
    assert len(second_factors.strong(clerk)) == len(second_factors.strong(other)) == 1


def test_recovery_codes_are_shown_once(clerk: User) -> None:
    client = signed_in(clerk)
    assert client.get("/desk/account/codes")["Location"] == "/desk/account"
    assert client.post("/desk/account/codes")["Location"] == "/desk/account/codes"
    page = client.get("/desk/account/codes").content.decode()
    assert all(recovery_code in page for recovery_code in second_factors.recovery_codes(clerk))
    session = client.session
    begun = session["begun"]
    session["begun"] = begun - sessions.FRESH.total_seconds() - 1
    session.save()
    assert client.get("/desk/account/codes")["Location"] == "/desk/account", "not for whoever finds the desk open later"
    session["begun"] = begun
    session.save()
    client.post("/desk/account/codes", {"kept": "1"})
    assert client.get("/desk/account/codes")["Location"] == "/desk/account"


def test_nothing_of_the_desk_is_kept_and_the_public_pages_know_no_session(clerk: User) -> None:
    client = signed_in(clerk)
    for address in ("/desk/", "/desk/account", "/desk/sign-in"):
        answer = client.get(address)
        assert answer.headers["Cache-Control"] == "no-store"
        assert not getattr(answer, "may_be_kept", False)
    for address in ("/", "/data/", "/en/data/works", "/api/v1/datasets"):
        answer = Client().get(address)
        assert not answer.cookies
        assert "Cookie" not in answer.headers.get("Vary", "")
