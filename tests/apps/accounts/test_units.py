"""Units are renamed, retired and merged, and what was keeps its name; roles end on a day; addresses are confirmed."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from tests.apps.accounts.people import FINANCE, WORKS, letters_leave, officer, signed_in, unit
from tests.clocks import let_pass

from ayan.apps.accounts import contacts, policy, terms
from ayan.apps.accounts.models import Act, Duty, Grant, Unit, User
from ayan.apps.accounts.policy import Subject
from ayan.apps.accounts.roles import Role
from ayan.apps.desk.models import Submission
from ayan.apps.outbox.models import OutboxMessage
from ayan.core.values.clock import FixedClock, today
from ayan.wiring import city

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief() -> User:
    return officer("chief", Role.ADMINISTRATOR)


def of_finance(dataset: str = "works", unit_slug: str = FINANCE) -> Subject:
    return Subject("submission", "7", unit_slug, dataset)


def under_way(who: User, slug: str) -> Submission:
    now = city.current().clock.now()
    return Submission.objects.create(
        dataset="works", period="1403", unit=slug, started_by=who, started_at=now, changed_at=now
    )


def test_a_unit_gets_another_name_and_the_former_one_is_kept(chief: User) -> None:
    unit(FINANCE)
    browser = signed_in(chief)
    address = f"/en/desk/units/{FINANCE}"
    renamed = {"act": "rename", "name_fa": "معاونت مالی", "name_en": "Finance deputy"}
    assert browser.post(address, renamed).status_code == 302
    page = re.sub(r"<[^>]+>", "", browser.get(address).content.decode())
    assert "Finance deputy" in page
    assert "it was called “finance”" in page
    assert Unit.objects.get(slug=FINANCE).former_names.get().name_fa == "واحد finance"
    assert browser.post(address, renamed | {"name_fa": " "}).status_code == 422
    unit(WORKS)
    assert browser.post(f"/desk/units/{WORKS}", renamed).status_code == 422
    assert [act.facts for act in Act.objects.filter(subject=f"unit:{FINANCE}")] == ['{"did":"rename"}']
    assert signed_in(officer("clerk", Role.CLERK)).get(address).status_code == 403


def test_a_unit_ends_only_when_nothing_stands_in_it(chief: User) -> None:
    clerk = officer("clerk", Role.CLERK)
    Duty.objects.create(dataset="works", unit=unit(FINANCE))
    browser = signed_in(chief)
    address, said = f"/en/desk/units/{FINANCE}", {"act": "retire"}
    assert "still owes a dataset" in browser.post(address, said).content.decode()
    Duty.objects.all().delete()
    assert "holds a role" in browser.post(address, said).content.decode()
    Grant.objects.filter(user=clerk).delete()
    submission = under_way(clerk, FINANCE)
    assert "A submission is under way" in browser.post(address, said).content.decode()
    submission.delete()
    assert browser.post(address, said).status_code == 302
    assert "retired" in browser.get(address).content.decode()
    assert FINANCE not in re.findall(r'<option value="(\w+)"', browser.get(f"/desk/people/{clerk.pk}").content.decode())
    assert browser.post(address, said).status_code == 422


def test_a_unit_goes_on_in_another_with_its_people_duties_and_work(chief: User) -> None:
    clerk, both = officer("clerk", Role.CLERK), officer("both", Role.APPROVER)
    Grant.objects.create(user=both, role=Role.APPROVER, unit=unit(WORKS))
    Duty.objects.create(dataset="works", unit=unit(FINANCE), owner=clerk)
    submission = under_way(clerk, FINANCE)
    browser = signed_in(chief)
    address = f"/desk/units/{FINANCE}"
    assert browser.post(address, {"act": "merge", "into": WORKS}).status_code == 422, "not sure"
    assert browser.post(address, {"act": "merge", "into": FINANCE, "sure": "1"}).status_code == 422
    assert browser.post(address, {"act": "merge", "into": WORKS, "sure": "1"}).status_code == 302
    assert Submission.objects.get(pk=submission.pk).unit == WORKS
    assert Duty.objects.get().unit.slug == WORKS
    assert set(Grant.objects.exclude(user=chief).values_list("user__username", "unit__slug")) == {
        ("clerk", WORKS),
        ("both", WORKS),
    }
    ended = Unit.objects.get(slug=FINANCE)
    assert (ended.merged_into, ended.retired_at is not None) == (Unit.objects.get(slug=WORKS), True)
    assert "took its place" in browser.get(f"/en/desk/units/{FINANCE}").content.decode()
    assert policy.can(clerk, "submission.edit", of_finance(unit_slug=WORKS))


# --- roles that end ---------------------------------------------------------------------------------------------------


def day_after(clock: FixedClock, days: int) -> str:
    return (today(clock) + timedelta(days=days)).isoformat()


def test_a_role_ends_on_its_last_day_whether_a_worker_runs_or_not(chief: User, clock: FixedClock) -> None:
    sara = officer("sara", Role.CLERK)
    browser = signed_in(chief)
    grant = Grant.objects.get(user=sara)
    address = f"/desk/people/{sara.pk}/grants/{grant.pk}/end"
    for wrong in ("", "فردا", day_after(clock, -1), day_after(clock, 3_000)):
        assert browser.post(address, {"until": wrong}).status_code == 422, wrong
    assert browser.post(address, {"until": day_after(clock, 3)}).status_code == 302
    assert browser.post(address, {"until": day_after(clock, 9)}).status_code == 422, "longer is given anew"
    let_pass(city.current(), timedelta(days=3))
    assert policy.can(sara, "submission.edit", of_finance())
    let_pass(city.current(), timedelta(days=1))
    assert not policy.can(sara, "submission.edit", of_finance())
    assert sara not in policy.holders("submission.edit", of_finance())
    assert not policy.can_somewhere(sara, "submission.edit")
    terms.end_all()
    assert not Grant.every.filter(user=sara).exists()
    assert Act.objects.filter(verb="people.grant", actor=None, facts__contains='"did":"end"').count() == 1
    assert set(OutboxMessage.objects.filter(user=sara).values_list("kind", flat=True)) == {"access.ended"}


def test_the_last_administrator_keeps_the_role(chief: User, clock: FixedClock) -> None:
    other = officer("other", Role.ADMINISTRATOR)
    grant = Grant.objects.get(user=chief)
    Grant.objects.filter(user=other).update(until=today(clock) + timedelta(days=30))
    address = f"/desk/people/{chief.pk}/grants/{grant.pk}/end"
    assert signed_in(other).post(address, {"until": day_after(clock, 3)}).status_code == 422


def test_a_substitute_may_do_the_same_for_a_time(chief: User, clock: FixedClock) -> None:
    sara, reza = officer("sara", Role.CLERK), officer("reza", Role.CLERK, unit_slug=WORKS)
    browser = signed_in(chief)
    address = f"/desk/people/{sara.pk}/substitute"
    assert browser.post(address, {"other": reza.pk, "until": ""}).status_code == 422
    assert browser.post(address, {"other": sara.pk, "until": day_after(clock, 14)}).status_code == 422
    assert browser.post(address, {"other": reza.pk, "until": day_after(clock, 14)}).status_code == 302
    page = re.sub(r"<[^>]+>", "", browser.get(f"/en/desk/people/{reza.pk}").content.decode())
    assert "in place of نام sara" in page
    assert policy.can(reza, "submission.edit", of_finance())
    let_pass(city.current(), timedelta(days=15))
    assert not policy.can(reza, "submission.edit", of_finance())
    assert policy.can(reza, "submission.edit", of_finance(unit_slug=WORKS))


def test_a_substitute_of_an_approver_waits_for_a_second_administrator(chief: User, clock: FixedClock) -> None:
    second = officer("second", Role.ADMINISTRATOR)
    sara, reza = officer("sara", Role.APPROVER), officer("reza", Role.CLERK)
    answer = signed_in(chief).post(
        f"/desk/people/{sara.pk}/substitute", {"other": reza.pk, "until": day_after(clock, 14)}
    )
    assert "/desk/access/" in answer["Location"]
    assert not policy.can(reza, "submission.approve", of_finance())
    page = signed_in(second).get(answer["Location"]).content.decode()
    seen = re.search(r'name="seen" value="([^"]*)"', page)
    assert seen, page
    signed_in(second).post(f"{answer['Location']}/confirm", {"seen": seen[1]})
    assert policy.can(reza, "submission.approve", of_finance())
    held = Grant.objects.get(user=reza, role=Role.APPROVER)
    assert (held.stands_in_for, held.until) == (sara, today(clock) + timedelta(days=14))


# --- addresses --------------------------------------------------------------------------------------------------------


def test_another_address_of_ones_own_counts_once_its_code_is_typed(clock: FixedClock) -> None:
    sara = officer("sara", Role.CLERK)
    User.objects.filter(pk=sara.pk).update(email="old@city.example")
    browser = signed_in(sara)
    address = "/desk/account/contact/mail"
    assert browser.post(address, {"act": "ask", "email": "not one"}).status_code == 422
    assert browser.post(address, {"act": "ask", "email": "new@city.example"}).status_code == 302
    letters_leave()
    (letter,) = mail.outbox
    assert letter.to == ["new@city.example"]
    code = re.search(r"[0-9]{6}", str(letter.body))
    assert code
    assert User.objects.get(pk=sara.pk).email == "old@city.example"
    wrong = "000000" if code[0] != "000000" else "111111"
    assert browser.post(address, {"act": "confirm", "code": wrong}).status_code == 422
    assert browser.post(address, {"act": "confirm", "code": code[0]}).status_code == 302
    assert User.objects.get(pk=sara.pk).email == "new@city.example"
    letters_leave()
    assert [message.to for message in mail.outbox[1:]] == [["old@city.example"]]
    assert browser.post(address, {"act": "confirm", "code": code[0]}).status_code == 422
    facts = "".join(Act.objects.values_list("facts", flat=True))
    assert "city.example" not in facts
    assert code[0] not in facts


def test_a_code_is_guessed_five_times_at_most_and_ends_after_a_day(clock: FixedClock) -> None:
    sara = officer("sara", Role.CLERK)
    browser = signed_in(sara)
    address = "/desk/account/contact/sms"
    assert browser.post(address, {"act": "ask", "phone": "۰۹۱۲ ۱۲۳ ۴۵ ۶۷"}).status_code == 302
    for _ in range(6):
        browser.post(address, {"act": "confirm", "code": "-"})
    refused = browser.post("/en" + address, {"act": "confirm", "code": "-"}).content.decode()
    assert "works no longer" in refused
    browser.post(address, {"act": "ask", "phone": "09121234567"})
    let_pass(city.current(), timedelta(hours=25))
    assert not contacts.waiting(sara)


def test_an_administrator_corrects_what_was_mistyped_and_never_the_address_of_an_account_in_use(chief: User) -> None:
    sara = officer("sara", Role.CLERK)
    browser = signed_in(chief)
    address = f"/desk/people/{sara.pk}/correct"
    right = {"name": "سارا راستی", "email": "sara@city.example", "phone": ""}
    assert browser.post(address, right | {"name": ""}).status_code == 422
    assert browser.post(address, right).status_code == 302, "there was none"
    assert User.objects.get(pk=sara.pk).name == "سارا راستی"
    # Warnings of what administrators ask for go there.
    for other in ("chief@city.example", ""):
        assert browser.post(address, right | {"email": other}).status_code == 422
    assert User.objects.get(pk=sara.pk).email == "sara@city.example"
    User.objects.filter(pk=sara.pk).update(is_active=False)
    assert browser.post(address, right | {"email": "right@city.example"}).status_code == 302, "not joined yet"
    own = f"/desk/people/{chief.pk}/correct"
    assert browser.post(own, right).status_code == 403, "one's own goes by the account page"
