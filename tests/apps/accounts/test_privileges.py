"""No administrator takes an approver's place alone: links and strong roles wait for a second one, or for a day."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from tests.apps.accounts.people import PASSWORD, code, letters_leave, officer, person, signed_in, unit

from ayan.apps.accounts import actions, audit, limits, privileges, second_factors
from ayan.apps.accounts.dual_control import SecondNeeded
from ayan.apps.accounts.forms import AccountRefused
from ayan.apps.accounts.models import Act, Grant, Invitation, PrivilegeRequest, User
from ayan.apps.accounts.policy import Denied
from ayan.apps.accounts.privileges import Wanted
from ayan.apps.accounts.verbs import STRONG, Role
from ayan.core.values.clock import FixedClock

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_city")]
LINK = re.compile(r"/desk/join/[\w-]+")
OnCommit = Callable[..., Any]


@pytest.fixture
def chief() -> User:
    return officer("chief", Role.ADMINISTRATOR)


@pytest.fixture
def second() -> User:
    return officer("second", Role.ADMINISTRATOR)


def asked(answer: Any) -> PrivilegeRequest:
    """The request to which an answer leads."""
    match = re.fullmatch(r"(/en)?/desk/access/(\d+)", answer["Location"])
    assert match, answer["Location"]
    return PrivilegeRequest.objects.get(pk=int(match[2]))


def act(browser: Client, request: PrivilegeRequest, name: str, **sent: str) -> Any:
    """What an officer does on the page of a request, after having looked at it."""
    seen = re.search(r'name="seen" value="([^"]*)"', browser.get(f"/desk/access/{request.pk}").text)
    return browser.post(f"/desk/access/{request.pk}/{name}", {"seen": seen[1] if seen else ""} | sent)


def joins(link: str) -> int:
    """The status of using a link with both factors."""
    browser, page = Client(), Client().get(link)
    if page.status_code != 200:
        return page.status_code
    match = re.search(r'<p><span class="small muted">[^<]*</span> <bdi[^>]*>([A-Z2-7 ]+)</bdi>', browser.get(link).text)
    assert match
    shown = code(match[1].replace(" ", ""))
    return browser.post(link, {"password": PASSWORD, "again": PASSWORD, "code": shown}).status_code


def test_a_new_link_for_who_decides_over_others_needs_a_second_administrator(chief: User, second: User) -> None:
    victim = officer("victim", Role.APPROVER)
    theirs = signed_in(victim)
    browser = signed_in(chief)
    request = asked(browser.post(f"/desk/people/{victim.pk}/invite"))
    assert not victim.invitations.exists()
    # Neither who asked nor whom it is about confirms it; nothing can be carried out before that.
    assert act(browser, request, "confirm").status_code == 403
    assert act(theirs, request, "confirm").status_code == 403
    assert act(browser, request, "carry-out").status_code == 422
    for each in (victim, *(officer(f"the {role}", role) for role in STRONG)):
        with pytest.raises(SecondNeeded):
            actions.invite(chief, each)
        assert not each.invitations.exists()
    assert theirs.get("/desk/").status_code == 200

    other = signed_in(second)
    assert f"/desk/access/{request.pk}" in other.get("/desk/").text
    assert act(other, request, "confirm").status_code == 302
    assert act(other, request, "carry-out").status_code == 422, "only who asked"
    page = browser.get(act(browser, request, "carry-out")["Location"]).text
    link = LINK.search(page)
    assert link
    assert LINK.search(browser.get(f"/desk/access/{request.pk}").text), "it stays until it is handed over"
    assert act(browser, request, "taken").status_code == 302
    assert not LINK.search(browser.get(f"/desk/access/{request.pk}").text)
    assert act(browser, request, "carry-out").status_code == 422, "and made once"
    assert joins(link[0]) == 302
    said = list(
        Act.objects.filter(subject__in=(f"person:{victim.pk}", f"access-request:{request.pk}"))
        .values_list("verb", "facts", "actor")
        .order_by("number")
    )
    assert [line for line in said if line[0] not in ("session.begin", "people.join", "factor.add")] == [
        ("people.manage", f'{{"delayed":false,"did":"ask","request":{request.pk}}}', chief.pk),
        ("policy.refused", '{"tried":"people.confirm"}', chief.pk),
        ("policy.refused", '{"tried":"people.confirm"}', victim.pk),
        ("people.confirm", '{"did":"confirm","items":1}', second.pk),
        (
            "people.manage",
            f'{{"confirmed_by":{second.pk},"delayed":false,"did":"invite","request":{request.pk}}}',
            chief.pk,
        ),
    ]
    assert audit.check() is None


def test_a_clerk_and_an_approver_made_by_the_same_hand_are_no_two_pairs_of_eyes(chief: User, second: User) -> None:
    unit("finance")
    browser = signed_in(chief)
    made = browser.post("/desk/people/", {"username": "puppet", "name": "دست‌نشانده", "email": "", "phone": ""})
    link = LINK.search(browser.get(made["Location"]).text)
    assert link
    request = asked(browser.post(made["Location"], {"role": "approver", "unit": "finance", "dataset": ""}))
    puppet = User.objects.get(username="puppet")
    assert not Grant.objects.filter(user=puppet).exists()
    assert [item.role for item in request.items.all()] == ["approver", ""], "with the link by which they will join"
    # A second administrator is shown whose account it is, and by whom.
    page = signed_in(second).get(f"/en/desk/access/{request.pk}").text
    assert "The account was made by" in page
    assert "Has not joined the desk yet." in page
    assert "It has not been used yet." in page
    act(signed_in(second), request, "confirm")
    assert Grant.objects.filter(user=puppet, role="approver").exists()
    assert joins(link[0]) == 410, "the link that one administrator made alone is worth nothing any more"


def test_whoever_took_a_clerks_place_gets_no_strong_role_either(chief: User, second: User) -> None:
    clerk = officer("maryam", Role.CLERK)
    link = f"/desk/join/{actions.invite(chief, clerk)}"
    request = asked(signed_in(chief).post(f"/desk/people/{clerk.pk}", {"role": "auditor", "unit": "", "dataset": ""}))
    assert [item.role for item in request.items.all()] == ["auditor"]
    privileges.confirm(second, request, privileges.standing(request))
    assert Grant.objects.filter(user=clerk, role="auditor").exists()
    assert joins(link) == 410


def test_nobody_takes_the_account_between_the_look_and_the_answer(chief: User, second: User) -> None:
    clerk = officer("maryam", Role.CLERK)
    link = f"/desk/join/{actions.invite(chief, clerk)}"
    request = privileges.ask_role(chief, clerk, Role.AUDITOR, None, "")
    seen = privileges.standing(request)
    assert joins(link) == 302
    with pytest.raises(AccountRefused):
        privileges.confirm(second, request, seen)
    assert not Grant.objects.filter(user=clerk, role="auditor").exists()
    assert "The last link was made by" in signed_in(second).get(f"/en/desk/access/{request.pk}").text


def test_nobody_makes_their_own_second_administrator(chief: User) -> None:
    puppet = person("puppet")
    with pytest.raises(SecondNeeded):
        actions.give(chief, puppet, Role.ADMINISTRATOR, None, "")
    assert not Grant.objects.filter(user=puppet).exists()


def test_who_is_the_only_administrator_waits_a_day_and_all_who_should_know_are_told(
    chief: User, clock: FixedClock, mailoutbox: list[EmailMessage], django_capture_on_commit_callbacks: OnCommit
) -> None:
    victim, auditor = officer("victim", Role.APPROVER), officer("auditor", Role.AUDITOR)
    User.objects.filter(pk=victim.pk).update(email="victim@example.ir")
    User.objects.filter(pk=auditor.pk).update(email="auditor@example.ir")
    browser = signed_in(chief)
    with django_capture_on_commit_callbacks(execute=True):
        request = asked(browser.post(f"/desk/people/{victim.pk}/invite"))
    letters_leave()
    assert sorted(message.to[0] for message in mailoutbox) == ["auditor@example.ir", "victim@example.ir"]
    clock.move(limits.ALONE_DELAY - timedelta(minutes=1))
    browser = signed_in(chief)
    assert act(browser, request, "carry-out").status_code == 422
    assert not victim.invitations.exists()
    # Each of those who were told finds it on their first page, and may refuse it.
    for who in (victim, auditor):
        theirs = signed_in(who)
        assert f"/desk/access/{request.pk}" in theirs.get("/desk/").text
        assert 'name="reason"' in theirs.get(f"/desk/access/{request.pk}").text
    clock.move(timedelta(minutes=1))
    page = browser.get(act(browser, request, "carry-out")["Location"]).text
    assert LINK.search(page)
    assert '"delayed":true' in Act.objects.filter(verb="people.manage").latest("number").facts


@pytest.mark.parametrize("by", ["victim", "auditor"])
def test_what_was_refused_is_over_and_its_reason_is_read(chief: User, clock: FixedClock, by: str) -> None:
    victim, auditor = officer("victim", Role.APPROVER), officer("auditor", Role.AUDITOR)
    request = privileges.ask_link(chief, victim)
    theirs = signed_in({"victim": victim, "auditor": auditor}[by])
    assert act(theirs, request, "refuse", reason=" ").status_code == 422
    assert act(theirs, request, "refuse", reason="x" * (limits.LONGEST_REASON + 1)).status_code == 422
    assert act(theirs, request, "refuse", reason="نخواسته بودم <b>").status_code == 302
    clock.move(limits.ALONE_DELAY)
    browser = signed_in(chief)
    assert act(browser, request, "carry-out").status_code == 422
    assert "نخواسته بودم &lt;b&gt;" in browser.get(f"/desk/access/{request.pk}").text
    assert Act.objects.get(verb="people.object").facts == '{"did":"refuse"}'
    assert not Invitation.objects.exists()


def test_a_request_lapses_and_is_not_made_twice(chief: User, second: User, clock: FixedClock) -> None:
    victim = officer("victim", Role.APPROVER)
    request = privileges.ask_link(chief, victim)
    with pytest.raises(AccountRefused):
        privileges.ask_link(second, victim)
    clock.move(limits.REQUEST_LASTS)
    with pytest.raises(AccountRefused):
        privileges.confirm(second, request, privileges.standing(request))
    privileges.ask_link(chief, victim)


def test_one_confirmation_covers_a_whole_sheet(chief: User, second: User) -> None:
    people = [person(f"new{number}") for number in range(3)]
    User.objects.filter(username__startswith="new").update(is_active=False)
    wanted = [change for each in people for change in (Wanted(each, Role.APPROVER), Wanted(each))]
    request = privileges.ask(chief, wanted)
    # One of those it is about cannot confirm it, whatever else they are.
    inside = privileges.ask(chief, [Wanted(second), Wanted(officer("victim", Role.PRIVACY))])
    assert inside.not_before is not None, "there is nobody else"
    with pytest.raises(Denied):
        privileges.confirm(second, inside, privileges.standing(inside))
    privileges.confirm(second, request, privileges.standing(request))
    assert Grant.objects.filter(user__in=people, role="approver").count() == 3
    User.objects.filter(pk=people[0].pk).update(is_active=True)
    page = signed_in(User.objects.get(pk=people[0].pk)).get(f"/desk/access/{request.pk}").text
    assert (people[0].name in page, people[1].name in page) == (True, False), "of the others nothing is shown"
    browser = signed_in(chief)
    page = browser.get(act(browser, request, "carry-out")["Location"]).text
    links = LINK.findall(page)
    assert len(set(links)) == 3
    assert [joins(link) for link in links[:1]] == [302]


def test_nobody_gets_rid_of_the_watchers_unseen(
    chief: User, mailoutbox: list[EmailMessage], django_capture_on_commit_callbacks: OnCommit
) -> None:
    auditor, approver = officer("auditor", Role.AUDITOR), officer("approver", Role.APPROVER)
    User.objects.filter(pk=auditor.pk).update(email="auditor@example.ir")
    with django_capture_on_commit_callbacks(execute=True):
        actions.let_go(chief, approver)
        actions.take(chief, Grant.objects.select_related("user").get(user=auditor))
    letters_leave()
    assert [message.to for message in mailoutbox] == [["auditor@example.ir"]] * 2


def test_requests_are_seen_by_administrators_auditors_and_whom_they_are_about(chief: User, second: User) -> None:
    victim = officer("victim", Role.APPROVER)
    request = privileges.ask_link(chief, victim)
    status = {
        name: signed_in(user).get(f"/desk/access/{request.pk}").status_code
        for name, user in {
            "second": second,
            "victim": victim,
            "auditor": officer("auditor", Role.AUDITOR),
            "clerk": officer("maryam", Role.CLERK),
            "approver": officer("other", Role.APPROVER),
        }.items()
    }
    assert status == {"second": 200, "victim": 200, "auditor": 200, "clerk": 404, "approver": 404}
    assert act(signed_in(User.objects.get(username="maryam")), request, "refuse", reason="x").status_code == 404


def test_people_without_a_strong_role_get_a_link_as_ever(chief: User) -> None:
    clerk = officer("maryam", Role.CLERK)
    answer = signed_in(chief).post(f"/desk/people/{clerk.pk}/invite")
    assert answer["Location"] == f"/desk/people/{clerk.pk}"
    assert second_factors.strong(clerk) == []
