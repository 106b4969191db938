"""An officer's own account: password, second factors and recovery codes, changed soon after both factors."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.apps.accounts.people import code, joined, officer, signed_in

from ayan.apps.accounts import second_factors
from ayan.apps.accounts.limits import FRESH_SIGN_IN
from ayan.apps.accounts.models import User
from ayan.apps.accounts.roles import Role
from ayan.core.values.clock import FixedClock

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_city")]


def test_how_one_signs_in_is_changed_only_soon_after_both_factors(clerk: User, clock: FixedClock) -> None:
    secret = joined(clerk)
    client = signed_in(clerk)
    clock.move(FRESH_SIGN_IN + timedelta(seconds=1))
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
    session["begun"] = begun - FRESH_SIGN_IN.total_seconds() - 1
    session.save()
    assert client.get("/desk/account/codes")["Location"] == "/desk/account", "not for whoever finds the desk open later"
    session["begun"] = begun
    session.save()
    client.post("/desk/account/codes", {"kept": "1"})
    assert client.get("/desk/account/codes")["Location"] == "/desk/account"
