"""What is due: the calendar of each unit, reminders that go out once, and the public page of what is missing."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.test import Client
from tests.apps.accounts.people import FINANCE, WORKS, letters_leave, officer, person, signed_in, unit
from tests.apps.small_city import build
from tests.clocks import let_pass

from ayan.apps.accounts import duties, reminders, tasks
from ayan.apps.accounts.models import Act, Duty, Grant, User
from ayan.apps.accounts.roles import Role
from ayan.apps.outbox.models import OutboxMessage
from ayan.core.values.clock import TEHRAN, FixedClock
from ayan.core.values.period import parse
from ayan.wiring import city
from ayan.wiring.city import City

pytestmark = pytest.mark.django_db

# «works» is kept by year; 1402 was withdrawn in the small city.


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> City:
    return build(tmp_path_factory.mktemp("due"))


@pytest.fixture(autouse=True)
def clock(town: City, monkeypatch: pytest.MonkeyPatch) -> Iterator[FixedClock]:
    own = town.clock
    assert isinstance(own, FixedClock)
    began = own.now()
    monkeypatch.setattr(city, "current", lambda: town)
    yield own
    own.move(began - own.now())


def stand_at(day: date) -> None:
    morning = datetime(day.year, day.month, day.day, 9, tzinfo=TEHRAN)
    let_pass(city.current(), morning - city.current().clock.now())


@pytest.fixture
def owner() -> User:
    account = officer("owner", Role.CLERK)
    User.objects.filter(pk=account.pk).update(email="owner@city.example", phone="09120000000")
    Duty.objects.create(dataset="works", unit=unit(FINANCE), owner=account)
    Duty.objects.create(dataset="unsent", unit=unit(WORKS))
    return account


def of_works() -> duties.DutyLine:
    return next(line for line in duties.lines() if line.dataset.slug == "works")


def reminded() -> list[tuple[str, str]]:
    """Of which kinds messages about works left, and by which way."""
    about_works = OutboxMessage.objects.filter(about__startswith="works/", state="sent")
    return list(about_works.values_list("kind", "channel").order_by("pk"))


def test_what_is_withdrawn_is_missing_the_next_day_in_both_languages_and_for_programs(town: City) -> None:
    dataset = town.registry.get("works")
    last_day = parse("1402").end + timedelta(days=dataset.grace_days)
    stand_at(max(last_day, town.clock.now().astimezone(TEHRAN).date()) + timedelta(days=1))
    page = Client().get("/missing")
    assert not page.cookies
    assert page.headers["Cache-Control"].startswith("public")
    text = page.content.decode()
    assert dataset.title.fa in text
    assert dataset.owner.fa in text
    assert "۱۴۰۲" in text
    assert dataset.owner.en in Client().get("/en/missing").content.decode()
    missing = json.loads(Client().get("/api/v1/missing").content)["missing"]
    works = next(entry for entry in missing if entry["dataset"] == "works")
    assert (works["period"], works["due_on"]) == ("1402", last_day.isoformat())
    rows = list(csv.DictReader(io.StringIO(Client().get("/api/v1/missing.csv").content.decode("utf-8-sig"))))
    assert [row["dataset"] for row in rows] == [entry["dataset"] for entry in missing]
    assert Client().get("/api/v1/missing?x=1").status_code == 400


def test_the_page_follows_the_day(town: City) -> None:
    before = Client().get("/missing").headers["ETag"]
    assert Client().get("/missing").headers["ETag"] == before
    stand_at(town.clock.now().astimezone(TEHRAN).date() + timedelta(days=1))
    assert Client().get("/missing").headers["ETag"] != before


def test_reminders_go_out_once_however_often_it_is_run(owner: User) -> None:
    line = of_works()
    assert line.next is not None
    assert line.late > 0
    for _ in range(3):
        tasks.daily_round()
        letters_leave()
    assert reminded() == [("data.late", "mail"), ("data.late", "sms")]
    assert [message.to for message in mail.outbox] == [["owner@city.example"]]
    assert "owner" not in mail.outbox[0].body
    sms = (city.current().home / "outbox" / "sms.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(text)["to"] for text in sms] == ["09120000000"]
    assert Act.objects.filter(verb="message.send").count() == 2
    stand_at(line.today + timedelta(days=7))
    tasks.daily_round()
    letters_leave()
    assert len(mail.outbox) == 2


def test_before_the_last_day_the_owner_alone_is_reminded_and_then_the_deputy_too(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    deputy = officer("deputy", Role.CLERK)
    User.objects.filter(pk=deputy.pk).update(email="deputy@city.example")
    Duty.objects.filter(dataset="works").update(deputy=deputy)
    works_line = of_works()
    only_next = duties.DutyLine(works_line.dataset, works_line.due[-1:], works_line.duty, works_line.today)
    assert only_next.next is not None
    said = []
    for left in (8, 7, 1, 0, -1):
        today = only_next.next.on - timedelta(days=left)
        line = duties.DutyLine(works_line.dataset, works_line.due[-1:], Duty.objects.get(dataset="works"), today)
        monkeypatch.setattr(reminders, "lines", lambda line=line: [line])
        said.append([(notice.stage, notice.to.username) for notice in reminders.reminders_of_today()])
    assert said == [
        [],
        [("before", "owner")],
        [("before", "owner")],
        [("last-day", "owner"), ("last-day", "deputy")],
        [("late-0", "owner"), ("late-0", "deputy")],
    ]


def test_the_head_of_the_unit_is_told_what_it_is_late_with(owner: User) -> None:
    approver, head = officer("approver", Role.APPROVER), officer("head", Role.APPROVER, dataset="works")
    reminders.send_reminders()
    late = OutboxMessage.objects.filter(kind="data.late", about__startswith="works/")
    assert set(late.values_list("user__username", flat=True)) == {"owner", "approver"}
    chief = signed_in(officer("chief", Role.ADMINISTRATOR))
    named = {"act": "head", "head": head.pk}
    assert chief.post(f"/desk/units/{FINANCE}", named).status_code == 422, "who cannot set aside all of it"
    Grant.objects.filter(user=head).update(dataset="")
    assert chief.post(f"/desk/units/{FINANCE}", named).status_code == 302
    late.delete()
    reminders.send_reminders()
    assert set(late.values_list("user", flat=True)) == {owner.pk, head.pk}
    assert approver.is_active


def test_the_home_page_says_what_is_due_from_me(owner: User) -> None:
    page = signed_in(owner).get("/desk/").content.decode()
    assert "سررسید داده‌های من" in page
    assert "سررسید" not in signed_in(officer("other", Role.CLERK)).get("/desk/").content.decode()


def test_the_calendar_shows_ones_own_units_and_only_who_may_changes_it(owner: User) -> None:
    dataset, other = city.current().registry.get("works"), city.current().registry.get("unsent")
    page = signed_in(owner).get("/desk/calendar").content.decode()
    assert dataset.title.fa in page
    assert other.title.fa not in page
    assert signed_in(owner).get("/desk/calendar/works").status_code == 403
    everything = signed_in(officer("chief", Role.ADMINISTRATOR)).get("/en/desk/calendar").content.decode()
    assert dataset.title.en in everything
    assert other.title.en in everything
    assert signed_in(person("nobody")).get("/desk/calendar").status_code == 403


def test_an_approver_names_owner_and_deputy_in_the_own_unit_alone(owner: User) -> None:
    deputy = officer("deputy", Role.CLERK)
    stranger = officer("stranger", Role.CLERK, unit_slug=WORKS)
    browser = signed_in(officer("approver", Role.APPROVER))
    sent = {"unit": FINANCE, "owner": owner.pk, "deputy": deputy.pk}
    assert browser.post("/desk/calendar/works", sent).status_code == 302
    assert Duty.objects.get(dataset="works").deputy == deputy
    for wrong, status in (
        ({"unit": WORKS}, 403),
        ({"unit": "nothing"}, 422),
        ({"owner": stranger.pk}, 422),
        ({"deputy": owner.pk}, 422),
    ):
        assert browser.post("/desk/calendar/works", sent | wrong).status_code == status, wrong
    assert browser.post("/desk/calendar/unsent", sent).status_code == 403
    assert browser.post("/desk/calendar/nothing", sent).status_code == 403
    chief = signed_in(officer("chief", Role.ADMINISTRATOR))
    assert chief.get("/desk/calendar/nothing").status_code == 404
    assert Act.objects.filter(verb="due.manage").count() == 1
    assert Duty.objects.get(dataset="works").owner == owner


def test_mail_and_messages_go_to_files_where_the_city_has_no_server(tmp_path: Path) -> None:
    from ayan.config import env, services

    assert services.mail(None, tmp_path)["EMAIL_FILE_PATH"] == str(tmp_path / "outbox" / "mail")
    sent = services.mail("smtps://a%40b:p%3Aq@mail.example", tmp_path)
    assert (sent["EMAIL_HOST_USER"], sent["EMAIL_HOST_PASSWORD"], sent["EMAIL_PORT"]) == ("a@b", "p:q", 465)
    with pytest.raises(env.Misconfigured) as wrong:
        services.mail("http://user:secret@mail.example", tmp_path)
    assert "secret" not in str(wrong.value)
