"""People: invited once, given roles by others, never locking the city out; and the trail that auditors read."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from tests.apps.accounts.people import PASSWORD, code, joined, letters_leave, officer, person, signed_in, unit

from ayan.apps.accounts import actions, audit, second_factors
from ayan.apps.accounts.forms import AccountRefused
from ayan.apps.accounts.limits import FRESH_SIGN_IN
from ayan.apps.accounts.models import Act, Grant, User
from ayan.apps.accounts.roles import POLICY, Role
from ayan.wiring.city import City

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def here(small_city: City) -> None:
    """Every page asks for the small city."""


@pytest.fixture
def chief() -> User:
    return officer("chief", Role.ADMINISTRATOR)


def secret_on(page: str) -> str:
    match = re.search(r'<p><span class="small muted">[^<]*</span> <bdi[^>]*>([A-Z2-7 ]+)</bdi>', page)
    assert match, page
    return match[1].replace(" ", "")


def test_a_new_person_joins_by_a_link_with_both_factors_in_one_step(chief: User) -> None:
    browser = signed_in(chief)
    response = browser.post("/desk/people/", {"username": "Sara.K", "name": "سارا کریمی", "email": "", "phone": ""})
    page = browser.get(response["Location"]).content.decode()
    link = re.search(r"/desk/join/[\w-]+", page)
    assert link
    assert link[0] in browser.get(response["Location"]).content.decode(), "a link stays until it is handed over"
    browser.post(f"{response['Location']}/link-taken")
    assert link[0] not in browser.get(response["Location"]).content.decode()
    sara = User.objects.get(username="sara.k")
    assert not sara.is_active

    hers = Client()
    # Opening it uses nothing up: mail programs do so by themselves.
    for _ in range(2):
        page = hers.get(link[0]).content.decode()
    secret = secret_on(page)
    wrong = {"password": PASSWORD, "again": PASSWORD, "code": "000000"}
    assert hers.post(link[0], wrong).status_code == 422
    sara.refresh_from_db()
    assert not sara.is_active
    assert not second_factors.strong(sara), "there is never a person with one factor alone"
    done = hers.post(link[0], {**wrong, "code": code(secret)})
    assert done["Location"] == "/desk/account/codes"
    assert len(re.findall(r"\d{4}-\d{4}", hers.get(done["Location"]).content.decode())) == 10
    assert hers.get("/desk/").status_code == 200
    # Used is used.
    assert Client().get(link[0]).status_code == 410
    assert Client().post(link[0], {**wrong, "code": code(secret)}).status_code == 410
    assert audit.check() is None


def test_a_later_link_ends_an_earlier_one_and_what_was_known_before(chief: User) -> None:
    sara = officer("sara", Role.CLERK)
    session = signed_in(sara)
    first, second = actions.invite(chief, sara), actions.invite(chief, sara)
    assert Client().get(f"/desk/join/{first}").status_code == 410
    hers = Client()
    secret = secret_on(hers.get(f"/desk/join/{second}").content.decode())
    assert session.get("/desk/").status_code == 200
    hers.post(f"/desk/join/{second}", {"password": PASSWORD, "again": PASSWORD, "code": code(secret)})
    assert session.get("/desk/").status_code == 302
    assert len(second_factors.strong(sara)) == 1


def test_nobody_makes_a_link_for_themselves_and_whoever_could_sign_in_is_told(
    chief: User, mailoutbox: list[EmailMessage], django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    browser = signed_in(chief)
    assert browser.post(f"/desk/people/{chief.pk}/invite").status_code == 403
    assert not chief.invitations.exists()
    sara = person("sara", email="sara@example.ir")
    with django_capture_on_commit_callbacks(execute=True):
        assert browser.post(f"/desk/people/{sara.pk}/invite").status_code == 302
    # Not while the page is waited for.
    assert not mailoutbox
    letters_leave()
    assert [message.to for message in mailoutbox] == [["sara@example.ir"]]
    User.objects.filter(pk=sara.pk).update(is_active=False)
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(f"/desk/people/{sara.pk}/invite")
    letters_leave()
    assert len(mailoutbox) == 1


def test_people_are_changed_only_soon_after_both_factors(chief: User) -> None:
    sara = officer("sara", Role.CLERK)
    grant = Grant.objects.get(user=sara)
    secret = joined(chief)
    browser = signed_in(chief)
    session = browser.session
    session["begun"] -= FRESH_SIGN_IN.total_seconds() + 1
    session.save()
    page = f"/desk/people/{sara.pk}"
    for address in (page, f"{page}/invite", f"{page}/let-go", f"{page}/grants/{grant.pk}/take", "/desk/people/"):
        sent = {"role": "approver", "unit": "", "dataset": "", "username": "new", "name": "new"}
        answer = browser.post(address, sent)
        assert answer["Location"].startswith("/desk/account/again?next=%2Fdesk%2Fpeople%2F"), address
    assert [grant.role for grant in Grant.objects.filter(user=sara, user__is_active=True)] == ["clerk"]
    assert not sara.invitations.exists()
    assert not User.objects.filter(username="new").exists()
    again = f"/desk/account/again?next={page}"
    assert browser.post(again, {"code": code(secret)})["Location"] == page
    assert browser.post(f"{page}/invite")["Location"] == page
    assert sara.invitations.exists()


def test_two_links_in_one_browser_have_two_secrets(chief: User) -> None:
    browser = Client()
    pages = [browser.get(f"/desk/join/{actions.invite(chief, person(name))}") for name in ("sara", "reza")]
    assert len({secret_on(page.content.decode()) for page in pages}) == 2


def test_who_is_called_back_has_no_role_of_before(chief: User) -> None:
    sara = officer("sara", Role.CLERK)
    actions.let_go(chief, sara)
    assert not Grant.objects.filter(user=sara).exists()
    taken = Act.objects.get(verb="people.grant", subject=f"person:{sara.pk}")
    assert '"did":"take"' in taken.facts


def test_a_link_holds_three_days(chief: User) -> None:
    sara = person("sara")
    secret = actions.invite(chief, sara)
    sara.invitations.update(until="2020-01-01T00:00:00Z")
    assert Client().get(f"/desk/join/{secret}").status_code == 410


@pytest.mark.parametrize(
    "address",
    [
        "/desk/people/",
        "/desk/people/{0}",
        "/desk/people/{0}/invite",
        "/desk/people/{0}/let-go",
        "/desk/people/{0}/grants/{1}/take",
        "/desk/units",
        "/desk/audit",
        "/desk/audit.csv",
        "/desk/health",
    ],
)
@pytest.mark.parametrize("role", [Role.CLERK, Role.APPROVER, Role.PRIVACY, Role.REQUESTS])
def test_others_have_no_business_with_people_or_the_trail(role: Role, address: str) -> None:
    """By a menu or by an address typed by hand: 403, and it stands in the trail that it was tried."""
    other = officer("other", Role.CLERK)
    grant = Grant.objects.get(user=other)
    browser = signed_in(officer("somebody", role, unit_slug=""))
    where = address.format(other.pk, grant.pk)
    post_only = where.endswith(("invite", "let-go", "take"))
    answer = browser.post(where) if post_only else browser.get(where)
    assert answer.status_code == 403
    assert Grant.objects.filter(pk=grant.pk).exists()
    assert Act.objects.filter(verb="policy.refused", actor__username="somebody").count() == 1
    assert "desk/people" not in browser.get("/desk/").content.decode()


def test_a_grant_is_taken_only_under_the_person_who_has_it(chief: User) -> None:
    holder, other = officer("one", Role.CLERK), officer("other", Role.CLERK)
    grant = Grant.objects.get(user=other)
    assert signed_in(chief).post(f"/desk/people/{holder.pk}/grants/{grant.pk}/take").status_code == 404


def test_roles_are_given_and_taken_and_both_stand_in_the_trail(chief: User) -> None:
    unit("finance")
    sara = person("sara")
    browser = signed_in(chief)
    given = {"role": "clerk", "unit": "finance", "dataset": "works"}
    assert browser.post(f"/desk/people/{sara.pk}", given).status_code == 302
    assert browser.post(f"/desk/people/{sara.pk}", given).status_code == 302
    grant = Grant.objects.get(user=sara)
    assert browser.post(f"/desk/people/{sara.pk}/grants/{grant.pk}/take").status_code == 302
    facts = list(Act.objects.filter(verb="people.grant").order_by("number").values_list("facts", flat=True))
    assert facts == [
        '{"did":"give","in_unit":"finance","of_dataset":"works","role":"clerk"}',
        '{"did":"take","in_unit":"finance","of_dataset":"works","role":"clerk"}',
    ]


@pytest.mark.parametrize(
    "given",
    [
        {"role": "king"},
        {"role": "auditor", "unit": "finance"},
        {"role": "clerk", "dataset": "nothing"},
        {"role": "clerk", "unit": "nothing"},
    ],
)
def test_a_role_that_cannot_be_is_refused(chief: User, given: dict[str, str]) -> None:
    unit("finance")
    sara = person("sara")
    answer = signed_in(chief).post(f"/desk/people/{sara.pk}", {"unit": "", "dataset": "", **given})
    assert "Problem" not in answer.content.decode()
    assert 'class="error"' in answer.content.decode()
    assert not Grant.objects.filter(user=sara).exists()


def test_nobody_changes_their_own_roles_and_the_last_administrator_stays(chief: User) -> None:
    browser = signed_in(chief)
    assert browser.post(f"/desk/people/{chief.pk}", {"role": "clerk", "unit": "", "dataset": ""}).status_code == 403
    assert browser.post(f"/desk/people/{chief.pk}/let-go").status_code == 403
    other = officer("other", Role.ADMINISTRATOR)
    theirs = signed_in(other)
    assert theirs.post(f"/desk/people/{chief.pk}/let-go").status_code == 302
    assert browser.get("/desk/").status_code == 302
    # The other is the last one now, and nobody but the machine's own command could remove them.
    assert actions.administrators() == 1
    with pytest.raises(AccountRefused):
        actions.take(chief_again(), Grant.objects.get(user=other))
    assert actions.administrators() == 1


def chief_again() -> User:
    """Somebody who may take roles though they do not count: their own right is gone in the same moment."""
    account = officer("ghost", Role.ADMINISTRATOR)
    account.is_active = True
    User.objects.filter(pk=account.pk).update(is_active=False)
    return account


def test_the_trail_is_read_by_auditors_filtered_and_as_csv(chief: User) -> None:
    auditor = officer("auditor", Role.AUDITOR)
    spy = person("spy", name="=cmd|' /C calc'!A0")
    audit.record(spy, "session.begin", "city")
    audit.record(chief, "people.manage", f"person:{spy.pk}", did="add")
    submission = "submission:e27c1443-399c-4ea2-a1fa-63c58bf32881"
    audit.record(chief, "submission.send", submission, digest="ab" * 32)
    browser = signed_in(auditor)
    page = browser.get("/desk/audit", {"actor": chief.pk}).content.decode()
    assert f"subject=person%3A{spy.pk}" in page
    assert "چه کرد: <bdi>افزود</bdi>" in page
    # Long numbers are told by their ends, and the whole of one leads to all that was done to it.
    assert "e27c1443…2881" in page
    assert "abababab…abab" in page
    (led,) = re.findall(r'href="(\?subject=submission[^"]+)"', page)
    assert browser.get(f"/desk/audit{led}").content.decode().split("<tbody>")[1].count("<tr>") == 1
    assert "=cmd" not in browser.get("/desk/audit", {"verb": "people.manage"}).content.decode().split("<tbody>")[1]
    assert browser.get("/desk/audit", {"day": "2020-01-01"}).content.decode().count("<tr>") == 2
    for odd in (
        {"actor": "x" * 30},
        {"before": "٣"},
        {"day": "1403"},
        {"day": "9999-12-31"},
        {"day": "0001-01-01"},
        {"before": "9" * 400},
        {"subject": "\0'\""},
        {"verb": "<script>"},
    ):
        assert browser.get("/desk/audit", odd).status_code == 200
    lines = browser.get("/desk/audit.csv").getvalue().decode("utf-8-sig").splitlines()
    assert len(lines) == 1 + Act.objects.count()
    assert any("'=cmd" in line for line in lines)
    assert "زنجیره درست است" in browser.get("/desk/audit?check=1").content.decode()


def test_every_verb_has_words_in_both_languages() -> None:
    assert all(line.label.fa and line.label.en for line in POLICY.values())


def test_what_an_officer_may_not_do_is_told_in_the_frame_of_the_desk(small_city: City) -> None:
    clerk = signed_in(officer("clerk", Role.CLERK))
    for address, status, words in (
        ("/en/desk/audit", 403, "You may not do this"),
        (f"/en/desk/u/{UUID(int=1)}", 404, "not found"),
    ):
        answer = clerk.get(address)
        page = answer.content.decode()
        assert (answer.status_code, words in page, 'href="/en/desk/account"' in page) == (status, True, True)
    # A stranger is told nothing of the desk, and the public sees its own page.
    assert 'href="/en/desk/account"' not in Client().get("/en/nothing").content.decode()
