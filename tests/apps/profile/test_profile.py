"""What the city says of itself, changed at the desk: alone in a new city, with a second administrator afterwards."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.apps.accounts.people import officer, signed_in
from tests.apps.small_city import build

from ayan.apps.accounts.limits import ALONE_DELAY
from ayan.apps.accounts.models import Act, Duty, Unit, User
from ayan.apps.accounts.roles import Role
from ayan.apps.profile.models import ProfileChange
from ayan.cli.new_city import make_home
from ayan.core.values.clock import FixedClock
from ayan.core.values.label import Label
from ayan.core.values.period import parse
from ayan.wiring import city
from ayan.wiring.city import City
from ayan.wiring.profile import DEFAULTS

pytestmark = pytest.mark.django_db
FACE = {"name-fa": "شهرداری نمونه", "name-en": "Sample City", **{f"brand-{name}": c for name, c in DEFAULTS.items()}}


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A city in which nothing is published, as ``ayan init`` makes it; its home."""
    home = tmp_path / "home"
    make_home(home, Label("شهر تازه", "New city"), opens=parse("1490-10"))
    monkeypatch.setenv("AYAN_HOME", str(home))
    monkeypatch.delenv("AYAN_STORE", raising=False)
    return home


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> City:
    """A city with releases, of its own for its profile is changed."""
    own = build(tmp_path)
    (own.home / "ayan.toml").write_text('name = "شهر کوچک"\n', encoding="utf-8")
    monkeypatch.setattr(city, "current", lambda: own)
    return own


def _ask(browser: Client, path: str = "/en/desk/city", **typed: str) -> Any:
    return browser.post(path, {**FACE, **typed} if path.endswith("city") else typed)


def test_a_new_city_s_face_is_changed_by_one_and_holds_at_once(empty: Path) -> None:
    before = (empty / "ayan.toml").read_text(encoding="utf-8")
    chief = signed_in(officer("chief", Role.ADMINISTRATOR))
    assert "شهر تازه" in Client().get("/").text
    done = _ask(chief, **{"contact-phone": "۰۸۶-۱۲۳۴۵", "contact-office-fa": "خیابان  نخست", "brand-brand": "#102a54"})
    assert done.status_code == 302
    after = (empty / "ayan.toml").read_text(encoding="utf-8")
    # Comments and what was not asked about stay as they were.
    assert {line for line in before.splitlines() if line.startswith("#")} <= set(after.splitlines())
    assert 'all = "1490-10-01"' in after
    front = Client().get("/")
    assert "شهرداری نمونه" in front.text
    contact = Client().get("/contact").text
    assert "086-12345" in contact
    assert "خیابان نخست" in contact
    (act,) = Act.objects.filter(verb="profile.change")
    assert "nothing-sealed" in act.facts
    page = chief.get(done["Location"]).text
    assert "خیابان نخست" in page
    assert "#102a54" in page
    back = chief.post(f"{done['Location']}/back")
    assert back.status_code == 302
    assert city.current().profile.name.fa == "شهر تازه"


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("name-fa", " ", "Write this"),
        ("contact-phone", "call us", "This is no phone number"),
        ("contact-email", "a@b", None),
        ("contact-email", "nobody", "This is no e-mail address"),
        ("contact-office-en", "Main street", "Write it in Persian too"),
        ("brand-link", "#dddddd", "cannot be read on"),
        ("brand-link", "blue", "Write the colour like"),
        ("name-fa", "ن" * 81, "80 characters at most"),
    ],
)
def test_what_pages_could_not_show_is_refused_with_its_field(
    empty: Path, field: str, typed: str, words: str | None
) -> None:
    before = (empty / "ayan.toml").read_bytes()
    answer = _ask(signed_in(officer("chief", Role.ADMINISTRATOR)), **{field: typed, "contact-hours-fa": "۸ تا ۱۴"})
    if words is None:
        assert answer.status_code == 302
        return
    assert answer.status_code == 422
    assert words in answer.text
    assert "۸ تا ۱۴" in answer.text
    assert (empty / "ayan.toml").read_bytes() == before


def test_datasets_begin_one_by_one(empty: Path) -> None:
    chief = signed_in(officer("chief", Role.ADMINISTRATOR))
    slug = city.current().registry.all()[0].slug
    wrong = _ask(chief, "/en/desk/city/opens", **{"how-all": "later", f"how-{slug}": "day", f"day-{slug}": "soon"})
    assert wrong.status_code == 422
    assert "Write a day of the Jalali calendar" in wrong.text
    done = _ask(chief, "/en/desk/city/opens", **{"how-all": "later", f"how-{slug}": "day", f"day-{slug}": "۱۴۰۶/۰۱/۰۱"})
    assert done.status_code == 302
    openings = city.current().profile.openings
    assert openings.as_declared() == {"all": "later", slug: "2027-03-21"}
    other = city.current().registry.all()[1].slug
    api = Client().get(f"/api/v1/datasets/{other}").json()["freshness"]
    assert api["state"] == "preparing"
    assert api["opens"] is None
    assert not api["owed"]
    assert "no day is named yet" in Client().get(f"/en/data/{other}").text
    # A line that a form does not hold is left as it is.
    _ask(chief, "/en/desk/city/opens", **{f"how-{slug}": ""})
    assert city.current().profile.openings.as_declared() == {"all": "later"}


def test_once_something_is_published_a_second_administrator_confirms(town: City) -> None:
    chief, second = officer("chief", Role.ADMINISTRATOR), officer("second", Role.ADMINISTRATOR)
    asked = _ask(signed_in(chief))
    change = ProfileChange.objects.get()
    assert change.done_at is None
    assert not (town.home / "ayan.toml").read_text(encoding="utf-8").count("Sample City")
    place = asked["Location"]
    assert signed_in(chief).post(f"{place}/confirm").status_code == 403
    assert _ask(signed_in(second), **{"name-fa": "دیگر"}).status_code == 409
    assert "Confirm and carry out" in signed_in(second).get(place).text
    assert "Sample City" in signed_in(second).get("/en/desk/").text or place in signed_in(second).get("/en/desk/").text
    assert signed_in(second).post(f"{place}/confirm").status_code == 302
    assert "Sample City" in (town.home / "ayan.toml").read_text(encoding="utf-8")
    assert signed_in(second).post(f"{place}/confirm").status_code == 409
    assert {act.verb for act in Act.objects.filter(subject=f"profile-change:{change.pk}")} == {
        "profile.change",
        "profile.confirm",
        "policy.refused",
    }


def test_what_nobody_can_confirm_waits_a_day_in_which_it_can_be_refused(
    town: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    chief, auditor = officer("chief", Role.ADMINISTRATOR), officer("auditor", Role.AUDITOR)
    place = _ask(signed_in(chief))["Location"]
    assert signed_in(chief).post(f"{place}/carry-out").status_code == 409
    assert signed_in(auditor).post(f"{place}/refuse").status_code == 422
    assert signed_in(auditor).post(f"{place}/refuse", {"reason": "چرا؟"}).status_code == 302
    place = _ask(signed_in(chief))["Location"]
    clock = FixedClock(town.clock.now() + ALONE_DELAY + timedelta(minutes=1))
    later = City(town.home, town.store, clock)
    monkeypatch.setattr(city, "current", lambda: later)
    assert signed_in(chief).post(f"{place}/carry-out").status_code == 302
    assert "Sample City" in (town.home / "ayan.toml").read_text(encoding="utf-8")


def test_a_file_changed_by_hand_meanwhile_is_not_written_over(town: City) -> None:
    chief, second = officer("chief", Role.ADMINISTRATOR), officer("second", Role.ADMINISTRATOR)
    place = _ask(signed_in(chief))["Location"]
    file = town.home / "ayan.toml"
    by_hand = file.read_text(encoding="utf-8") + "\n# by hand\n"
    file.write_text(by_hand, encoding="utf-8")
    assert signed_in(second).post(f"{place}/confirm").status_code == 409
    assert file.read_text(encoding="utf-8") == by_hand
    assert ProfileChange.objects.get().done_at is None
    assert signed_in(chief).post(f"{place}/refuse").status_code == 302


def test_a_file_that_cannot_be_read_leaves_the_city_as_it_was(empty: Path) -> None:
    assert "شهر تازه" in Client().get("/").text
    (empty / "ayan.toml").write_text("[name\n", encoding="utf-8")
    assert "شهر تازه" in Client().get("/").text
    refused = _ask(signed_in(officer("chief", Role.ADMINISTRATOR)))
    assert refused.status_code == 422
    assert "ayan doctor" in refused.text


def test_the_first_steps_are_read_off_the_city(empty: Path) -> None:
    chief = signed_in(officer("chief", Role.ADMINISTRATOR))
    first = chief.get("/en/desk/").text
    assert "First steps" in first
    assert re.search(r"1 of 8 steps are done", first), first
    _ask(chief, **{"contact-email": "data@example.ir"})
    officer("second", Role.ADMINISTRATOR)
    for name, role in (("clerk", Role.CLERK), ("approver", Role.APPROVER), ("privacy", Role.PRIVACY)):
        officer(name, role)
    # Nobody can send anything before a dataset has its unit: with people alone the step is not done.
    assert re.search(r"5 of 8 steps are done", chief.get("/en/desk/city/steps").text)
    Duty.objects.create(dataset="payments", unit=Unit.objects.get(), owner=User.objects.get(username="clerk"))
    assert re.search(r"6 of 8 steps are done", chief.get("/en/desk/city/steps").text)
    assert "First steps" not in signed_in(officer("another", Role.CLERK)).get("/en/desk/").text


def test_the_file_underneath_is_for_administrators_alone(empty: Path) -> None:
    assert signed_in(officer("clerk", Role.CLERK)).get("/desk/city/ayan.toml").status_code == 403
    answer = signed_in(officer("chief", Role.ADMINISTRATOR)).get("/desk/city/ayan.toml")
    assert answer.content == (empty / "ayan.toml").read_bytes()
