"""Signing in: both factors or nothing, and nobody is led elsewhere."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.http import HttpResponse
from django.test import Client, RequestFactory
from tests.apps.accounts.people import PASSWORD, code, joined, password_step, signed_in

from ayan.apps.accounts import login_attempts, second_factors, staff_middleware
from ayan.apps.accounts.limits import SECOND_FACTOR_LASTS
from ayan.apps.accounts.models import Act, User
from ayan.apps.accounts.policy import Denied, Subject
from ayan.core.values.clock import FixedClock
from ayan.core.values.digits import to_persian

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_city")]


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


def test_the_second_step_without_the_first_leads_to_the_first(clerk: User) -> None:
    secret = joined(clerk)
    assert Client().post("/desk/sign-in/second", {"code": code(secret)})["Location"] == "/desk/sign-in"


def test_the_second_step_waits_five_minutes_and_ends_with_another_password(clerk: User, clock: FixedClock) -> None:
    secret = joined(clerk)
    client = Client()
    password_step(client)
    clock.move(SECOND_FACTOR_LASTS + timedelta(seconds=1))
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
