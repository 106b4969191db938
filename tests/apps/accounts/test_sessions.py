"""A session belongs to whoever began it, and ends in time."""

from __future__ import annotations

import re
from datetime import timedelta
from importlib import import_module
from typing import Any
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.apps.accounts.people import code, joined, officer, password_step, signed_in

from ayan.apps.accounts import limits, second_factors
from ayan.apps.accounts.models import User
from ayan.apps.accounts.roles import Role
from ayan.apps.accounts.session_store import stored_key
from ayan.core.values.clock import FixedClock

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_city")]
COOKIE = settings.SESSION_COOKIE_NAME


def as_form(**fields: str) -> tuple[str, str]:
    """Fields as a browser sends a form that holds no file, and how that is called."""
    return urlencode(fields), "application/x-www-form-urlencoded"


def test_a_session_that_django_alone_began_opens_nothing(clerk: User) -> None:
    client = Client()
    client.force_login(clerk)
    assert client.get("/desk/")["Location"].startswith("/desk/sign-in")


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


def test_signing_out_everywhere_ends_every_session(clerk: User) -> None:
    browser, other = signed_in(clerk), signed_in(clerk)
    assert browser.post("/desk/account/everywhere").status_code == 302
    assert [client.get("/desk/").status_code for client in (browser, other)] == [302, 302]


def test_who_is_let_go_is_out_at_once(clerk: User) -> None:
    client = signed_in(clerk)
    User.objects.filter(pk=clerk.pk).update(is_active=False)
    assert client.get("/desk/").status_code == 302


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


# --- what stands in the database --------------------------------------------------------------------------------------


def test_whoever_reads_the_database_holds_no_session_and_no_link(clerk: User) -> None:
    client = signed_in(clerk)
    key = client.cookies[COOKIE].value
    chief = officer("chief", Role.ADMINISTRATOR)
    browser = signed_in(chief)
    browser.post(f"/desk/people/{clerk.pk}/invite")
    link = browser.session["new_link"][1]
    rows = str(list(Session.objects.values_list("session_key", "session_data")))
    assert not [secret for secret in (key, link, "new_link", "_auth_user_id") if secret in rows]
    for stored in Session.objects.values_list("session_key", flat=True):
        thief = Client()
        thief.cookies[COOKIE] = stored
        assert thief.get("/desk/").status_code == 302
    # As long as they read it only, all is as ever for its owner: renewal, signing out, and every other session.
    other = signed_in(clerk)
    assert client.get("/desk/").status_code == 200
    client.post("/desk/sign-out")
    assert client.get("/desk/").status_code == 302
    again = Client()
    again.cookies[COOKIE] = key
    assert again.get("/desk/").status_code == 302, "it has ended on the server"
    assert other.get("/desk/").status_code == 200


def test_a_session_of_before_is_over_once(clerk: User) -> None:
    """Its key stands in the table as the browser shows it."""
    old = signed_in(clerk)
    key = old.cookies[COOKIE].value
    Session.objects.update(session_key=key)
    assert old.get("/desk/").status_code == 302
    import_module("ayan.apps.accounts.migrations.0002_privileges_and_known_addresses").end_sessions(apps, None)
    assert not Session.objects.exists(), "the upgrade leaves none of them behind"
    assert signed_in(clerk).get("/desk/").status_code == 200


def test_a_changed_password_lets_this_session_go_on_under_another_key(clerk: User) -> None:
    client = signed_in(clerk)
    key, words = client.cookies[COOKIE].value, "کبوتر سفید بر بام بلندتر"
    assert client.post("/desk/account/password", {"password": words, "again": words}).status_code == 302
    assert client.cookies[COOKIE].value != key
    assert client.get("/desk/").status_code == 200
    assert not Session.objects.filter(session_key=stored_key(key)).exists()


def test_a_session_that_cannot_be_opened_any_more_is_empty(clerk: User) -> None:
    client = signed_in(clerk)
    Session.objects.update(session_data="odd")
    assert client.get("/desk/").status_code == 302


# --- a form whose token does not fit ----------------------------------------------------------------------------------

HERE: dict[str, Any] = {"HTTP_ORIGIN": "http://testserver"}


def strict(user: User) -> Client:
    """A browser of an officer at whom forms are checked as in earnest."""
    client = Client(enforce_csrf_checks=True)
    client.cookies[COOKIE] = signed_in(user).cookies[COOKIE].value
    return client


@pytest.mark.parametrize(("prefix", "words"), [("", "این فرم پذیرفته نشد"), ("/en", "This form was not taken")])
def test_a_form_from_elsewhere_is_refused_on_a_page_of_ours(clerk: User, prefix: str, words: str) -> None:
    tried: list[tuple[Client, dict[str, Any]]] = [
        (strict(clerk), {"HTTP_ORIGIN": "https://evil.example"}),
        (strict(clerk), {"HTTP_ORIGIN": "null"}),
        (strict(clerk), {}),
        (Client(enforce_csrf_checks=True), HERE),
    ]
    for client, headers in tried:
        address = f"{prefix}/desk/account/password" if "ayan_desk" in client.cookies else f"{prefix}/desk/sign-in"
        answer = client.post(address, {"username": "a long text that was typed"}, **headers)
        page = answer.content.decode()
        assert (answer.status_code, words in page, answer["Cache-Control"]) == (403, True, "no-store")
        assert "that was typed" not in page
        assert "CSRF" not in page


def test_what_was_typed_into_a_stale_form_is_sent_again_by_one_press(clerk: User) -> None:
    client = strict(clerk)
    fields = {"reason": "<b>نوشته‌ای دراز</b>", "password": "never kept"}
    form = as_form(**fields, csrfmiddlewaretoken="x" * 64)
    answer = client.post("/desk/people/1/invite?a=1", *form, **HERE)
    page = answer.content.decode()
    assert (answer.status_code, "&lt;b&gt;نوشته‌ای دراز" in page, "never kept" in page) == (403, True, False)
    assert 'action="/desk/people/1/invite?a=1"' in page
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token
    # The officer may not do that, and is told so only now: the form was taken.
    again = client.post("/desk/people/1/invite?a=1", *as_form(csrfmiddlewaretoken=token[1]), **HERE)
    assert "پذیرفته نشد" not in again.content.decode()


def test_a_stale_form_of_a_session_that_is_over_is_offered_after_signing_in(clerk: User, clock: FixedClock) -> None:
    client = strict(clerk)
    clock.move(limits.LONGEST_IDLE + timedelta(seconds=1))
    answer = client.post("/desk/people/1/invite", {"reason": "نوشته‌ای دراز"}, **HERE)
    assert (answer.status_code, answer["Location"].startswith("/desk/sign-in")) == (302, True)
