"""Guessing passwords and codes: it is locked out, by name, address and account, and tells nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.mail import EmailMessage
from django.http import HttpResponse
from django.test import Client, RequestFactory
from tests.apps.accounts.people import (
    PASSWORD,
    code,
    joined,
    letters_leave,
    officer,
    password_step,
    person,
    signed_in,
)

from ayan.apps.accounts import actions, limits, login_attempts, second_factors
from ayan.apps.accounts.models import Act, Attempts, KnownAddress, User
from ayan.apps.accounts.roles import Role
from ayan.core.values.clock import FixedClock
from ayan.wiring import city

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_city")]


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


def whole_sign_in(client: Client, name: str, secret: str) -> None:
    """Both steps from where a client is, with a code that was not used yet."""
    assert password_step(client, name) == 302
    assert client.post("/desk/sign-in/second", {"code": code(secret)}).status_code == 302
    client.post("/desk/sign-out")


def strangers(name: str, addresses: int = 6) -> None:
    """Wrong passwords for a name, as many as one address may send, from each of so many."""
    for number in range(addresses):
        for _ in range(limits.MOST_WRONG_BY_PAIR):
            password_step(Client(REMOTE_ADDR=f"127.0.1.{number}"), name, password="guess")


def used_up(name: str) -> None:
    """The same without the guesses: the count that strangers share has reached its end."""
    key = next(iter(login_attempts.of_name("password", name, 0)))
    count, now = limits.MOST_WRONG_FOR_NAME, city.current().clock.now()
    Attempts.objects.update_or_create(key=key, defaults={"count": count, "since": now})


def test_strangers_at_six_addresses_keep_no_officer_out(clerk: User, clock: FixedClock) -> None:
    secret = joined(clerk)
    office = "192.0.2.10"
    whole_sign_in(Client(REMOTE_ADDR=office), "maryam", secret)
    strangers("maryam")
    # Guessing goes on to be bounded: strangers, wherever they come from, have used their count up.
    assert password_step(Client(REMOTE_ADDR="203.0.113.1")) == 429
    assert password_step(Client(REMOTE_ADDR="203.0.113.2"), password="guess") == 429
    # Not for her: at the address where she has signed in before,
    assert password_step(Client(REMOTE_ADDR=office)) == 302
    # which has a count of its own.
    for _ in range(limits.MOST_WRONG_BY_PAIR):
        assert password_step(Client(REMOTE_ADDR=office), password="guess") == 422
    assert password_step(Client(REMOTE_ADDR=office)) == 429
    assert office not in str(KnownAddress.objects.values_list()), "no address is kept"


def test_the_browser_of_an_officer_is_known_wherever_it_is(clerk: User, clock: FixedClock) -> None:
    secret = joined(clerk)
    own = Client(REMOTE_ADDR="192.0.2.10")
    whole_sign_in(own, "maryam", secret)
    cookie = own.cookies[login_attempts.COOKIE]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    used_up("maryam")
    moved = Client(REMOTE_ADDR="198.51.100.7")
    moved.cookies[login_attempts.COOKIE] = cookie.value
    assert password_step(moved) == 302
    for _ in range(limits.MOST_WRONG_BY_PAIR):
        assert password_step(moved, password="guess") == 422
    assert password_step(moved) == 429, "it has a count of its own too"
    # It is of one person, and of no use to who makes it up.
    other = officer("reza", Role.CLERK)
    joined(other)
    used_up("reza")
    moved.cookies[login_attempts.COOKIE] = cookie.value
    assert password_step(moved, "reza") == 429
    forged = Client(REMOTE_ADDR="203.0.113.9")
    forged.cookies[login_attempts.COOKIE] = cookie.value[:-2] + "xx"
    assert password_step(forged) == 429
    # A new link ends what was known: whoever signed in from there may have been somebody else.
    secret = actions.invite(None, clerk)
    invited = actions.invitation(secret)
    assert invited is not None
    app = second_factors.new_secret()
    actions.join(invited, PASSWORD, app, code(app))
    assert not KnownAddress.objects.filter(user=clerk).exists()


def test_places_are_known_for_a_time_and_only_the_latest(clerk: User, clock: FixedClock, rf: RequestFactory) -> None:
    for number in range(limits.MOST_KNOWN + 3):
        clock.move(timedelta(days=1))
        login_attempts.remember(rf.get("/", REMOTE_ADDR=f"192.0.2.{number}"), HttpResponse(), clerk)
    assert KnownAddress.objects.filter(user=clerk).count() == limits.MOST_KNOWN
    clock.move(limits.KNOWN_FOR)
    login_attempts.clear_old()
    assert not KnownAddress.objects.exists()


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
        letters_leave()
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
