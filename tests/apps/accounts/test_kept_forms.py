"""What is typed into a form of the desk is kept for whoever typed it, until the form is taken; secrets never are."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests.apps.accounts.people import officer, signed_in
from tests.browser import form_places

from ayan.apps.accounts import kept_forms, sessions
from ayan.apps.accounts.limits import KEPT_LASTS, LONGEST_FORM, LONGEST_IDLE, MOST_KEPT_FORMS
from ayan.apps.accounts.models import KeptForm, Unit
from ayan.apps.accounts.verbs import Role
from ayan.wiring import city

pytestmark = pytest.mark.django_db
TAB, OTHER = "0123456789ab", "ba9876543210"


@pytest.fixture
def admin() -> Client:
    return signed_in(officer("chief", Role.ADMINISTRATOR))


def keep(browser: Client, form: str, tab: str = TAB, **fields: str) -> Any:
    said = {f"f:{name}": text for name, text in fields.items()}
    return browser.post("/desk/keep", {"form": form, "tab": tab, **said}).json()


def kept(browser: Client, form: str) -> list[dict[str, list[str]]]:
    """The fields that were kept of a form, one a page."""
    rows = browser.get("/desk/keep", {"form": form}).json()["forms"].get(form, [])
    return [dict(row["fields"]) for row in rows]


def test_what_is_typed_comes_back_to_whoever_typed_it_alone(admin: Client) -> None:
    assert keep(admin, "/desk/units", name_fa="واحد نیمه‌کاره")["kept"]
    assert kept(admin, "/desk/units") == [{"name_fa": ["واحد نیمه‌کاره"]}]
    # In the other language it is the same form.
    assert kept(admin, "/en/desk/units") == [{"name_fa": ["واحد نیمه‌کاره"]}]
    assert kept(signed_in(officer("other", Role.ADMINISTRATOR)), "/desk/units") == []
    assert kept(admin, "/desk/people/") == []
    row = KeptForm.objects.get()
    assert "نیمه‌کاره" not in row.locked
    assert Client().get("/desk/keep", {"form": "/desk/units"}).status_code == 302


def test_each_page_keeps_its_own_and_the_newest_is_last(admin: Client) -> None:
    keep(admin, "/desk/units", name_fa="نخست")
    keep(admin, "/desk/units", OTHER, name_fa="دوم")
    keep(admin, "/desk/units", name_fa="نخستین")
    assert sorted(row["name_fa"][0] for row in kept(admin, "/desk/units")) == ["دوم", "نخستین"]


def test_secrets_are_never_kept(admin: Client) -> None:
    secrets = {"password": "p", "again": "p", "code": "123456", "credential": "c", "secret_dsn": "s", "entered": "e"}
    assert not keep(admin, "/desk/account/password", **secrets)["kept"]
    assert keep(admin, "/desk/people/", name="نام", **secrets)["kept"]
    assert kept(admin, "/desk/people/") == [{"name": ["نام"]}]
    # Where data are corrected, a code is a reason.
    assert keep(admin, "/desk/many/1", code="entry-error")["kept"]


def test_a_form_that_was_taken_is_not_offered_again(admin: Client) -> None:
    said = {"slug": "parks", "name_fa": "فضای سبز", "name_en": "Parks"}
    row = keep(admin, "/desk/units", **said)
    keep(admin, "/desk/units", OTHER, name_fa="دیگری")
    wrong = admin.post("/desk/units", {**said, "slug": "!", "kept_form": "/desk/units", "kept_rows": str(row["id"])})
    assert wrong.status_code == 422
    assert len(kept(admin, "/desk/units")) == 2
    taken = admin.post("/desk/units", {**said, "kept_form": "/desk/units", "kept_rows": str(row["id"])})
    assert taken.status_code == 302
    assert Unit.objects.filter(slug="parks").exists()
    # What another page holds was not sent, and stays.
    assert kept(admin, "/desk/units") == [{"name_fa": ["دیگری"]}]


def test_what_says_the_same_goes_with_it(admin: Client) -> None:
    said = {"slug": "parks", "name_fa": "فضای سبز", "name_en": "Parks"}
    keep(admin, "/desk/units", OTHER, name_fa="فضای سبز")
    assert admin.post("/desk/units", {**said, "kept_form": "/desk/units", "kept_rows": ""}).status_code == 302
    assert kept(admin, "/desk/units") == []


def test_a_script_that_keeps_ends_no_session_that_is_over(admin: Client) -> None:
    held = admin.session
    held[sessions.SEEN] -= LONGEST_IDLE.total_seconds() + 60
    held.save()
    said = {"form": "/desk/units", "tab": TAB, "f:name_fa": "نیمه‌کاره"}
    assert admin.post("/desk/keep", said, headers={"X-Ayan-Keeps": "1"}).status_code == 302
    assert not KeptForm.objects.exists()
    # The form that is sent then is the one that is offered after the next sign-in.
    answer = admin.post("/desk/units", {"slug": "parks", "name_fa": "فضای سبز", "name_en": "Parks"})
    assert "over=1" in answer["Location"]


def test_what_is_kept_has_bounds_and_an_end(admin: Client) -> None:
    assert not keep(admin, "/desk/units", name_fa="x" * (LONGEST_FORM + 1))["kept"]
    assert not keep(admin, "https://else.example/desk/units", name_fa="x")["kept"]
    assert not keep(admin, "/desk/units", "not a tab", name_fa="x")["kept"]
    for number in range(MOST_KEPT_FORMS + 3):
        keep(admin, f"/desk/units/{number}", name_fa="x")
    assert KeptForm.objects.count() == MOST_KEPT_FORMS
    KeptForm.objects.update(at=city.current().clock.now() - KEPT_LASTS - timedelta(minutes=1))
    assert kept(admin, f"/desk/units/{MOST_KEPT_FORMS}") == []
    kept_forms.sweep()
    assert not KeptForm.objects.exists()


def test_it_is_let_go_of_by_hand_and_by_nobody_else(admin: Client) -> None:
    row = keep(admin, "/desk/units", name_fa="x")["id"]
    signed_in(officer("other", Role.ADMINISTRATOR)).post("/desk/keep", {"forget": row})
    assert KeptForm.objects.count() == 1
    admin.post("/desk/keep", {"forget": row})
    assert not KeptForm.objects.exists()


def test_every_form_of_the_desk_is_kept_or_says_why_not() -> None:
    desk_forms = form_places.forms()
    known = {place.template for place in form_places.PLACES} | set(form_places.OWN) | set(form_places.LISTED)
    assert set(desk_forms) - known == set(), "a form of the desk that nobody tries"
    assert known - set(desk_forms) == set(), "no such form is left"
    # A keeper of its own, or what looks like one, is told above.
    own = {name for name, tags in desk_forms.items() if any("data-keep" in tag or "data-entry" in tag for tag in tags)}
    assert own == set(form_places.OWN)
