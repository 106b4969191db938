"""Who may do what: every role, every verb, own and other unit, own and other work."""

from __future__ import annotations

import itertools
from typing import Any, cast

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from tests.apps.accounts.people import FINANCE, WORKS, officer, person, unit

from ayan.apps.accounts import policy
from ayan.apps.accounts.models import Grant, Unit, User
from ayan.apps.accounts.policy import CITY, Denied, Subject, UnknownVerb, can, require
from ayan.apps.accounts.roles import EVENTS, POLICY, ROLES, WHOLE_CITY, Role

pytestmark = pytest.mark.django_db

# Written out once more by hand, so that a slip in the table of policy is seen: the letters of the roles that may.
# c clerk · a approver · p privacy officer · r request officer · u auditor · m administrator · ! never one's own
EXPECTED = {
    "submission.create": "c",
    "submission.view": "capu",
    "submission.edit": "c",
    "submission.send": "c",
    "submission.withdraw-before": "c",
    "submission.approve": "a!",
    "submission.return": "a!",
    "submission.refuse": "a!",
    "submission.free": "am",
    "submission.comment": "capu",
    "release.take-back": "ca",
    "release.withdraw": "ca",
    "release.erase": "p",
    "release.correct": "c",
    "privacy.waive": "p!",
    "balance.override": "u!",
    "original.read": "capu",
    "audit.view": "u",
    "health.view": "m",
    "people.manage": "m",
    "people.grant": "m!",
    "people.confirm": "m!",
    "people.object": "um",
    "message.manage": "m",
    "source.manage": "m",
    "dataset.declare": "m",
    "table.change": "m",
    "table.confirm": "m!",
    "value.propose": "c",
    "value.confirm": "am!",
    "profile.change": "m",
    "profile.confirm": "m!",
    "advance.give": "a",
    "advance.revoke": "am",
    "due.view": "caprum",
    "due.manage": "am",
    "finding.view": "aru",
    "finding.tell": "r",
    "finding.reply": "r",
    "finding.clear": "u",
    "finding.notice": "r",
    "reply.view": "ru",
    "reply.confirm": "r",
    "reply.return": "r",
    "case.file": "r",
    "case.view": "apru",
    "case.handle": "r",
    "case.review": "ap!",
    "case.lead": "a",
    "case.moderate": "pr",
}
LETTERS = dict(zip("caprum", Role, strict=True))


@pytest.fixture
def officers() -> dict[Role, User]:
    return {role: officer(role.value, role) for role in Role}


def test_every_role_and_verb_in_own_and_other_unit_on_own_and_other_work(officers: dict[Role, User]) -> None:
    wrong = []
    for verb, role, where, mine in itertools.product(POLICY, Role, (FINANCE, WORKS, ""), (True, False)):
        actor = officers[role]
        subject = Subject("submission", "7", where, "payments", sender=actor.pk if mine else actor.pk + 1_000)
        reaches = where == FINANCE or role in WHOLE_CITY
        letters = EXPECTED[verb]
        allowed = (
            role in [LETTERS[letter] for letter in letters.strip("!")] and reaches and not (mine and "!" in letters)
        )
        if {can(actor, verb, subject), policy.WideReach(actor).can(verb, subject)} != {allowed}:
            wrong.append((verb, role.value, where, mine))
    assert not wrong


def test_no_verb_is_without_a_line_of_policy_and_no_line_without_a_role() -> None:
    assert set(EXPECTED) == set(POLICY)
    assert all(line.roles for line in POLICY.values())
    assert set(ROLES) == set(Role)
    assert not set(POLICY) & set(EVENTS)


def test_whoever_had_a_hand_in_it_may_not_approve_it() -> None:
    approver = officer("approver", Role.APPROVER)
    subject = Subject("submission", "7", FINANCE, "payments", sender=99, contributors=frozenset({approver.pk}))
    assert not can(approver, "submission.approve", subject)
    assert approver not in policy.holders("submission.approve", subject)


def test_a_grant_for_one_dataset_reaches_that_one_alone() -> None:
    clerk = officer("clerk", Role.CLERK, dataset="payments")
    assert can(clerk, "submission.create", Subject("dataset", "payments", FINANCE, "payments"))
    assert not can(clerk, "submission.create", Subject("dataset", "contracts", FINANCE, "contracts"))
    assert not can(clerk, "submission.create", Subject("dataset", "", FINANCE))
    # As text a dataset has no unit, so only a grant for all units reaches it.
    assert not can(clerk, "submission.create", "dataset:payments")
    assert can(officer("wide", Role.CLERK, unit_slug="", dataset="payments"), "submission.create", "dataset:payments")


def test_nobody_may_do_anything_without_a_grant_or_after_leaving() -> None:
    # Django's own flags open nothing here.
    root = User.objects.create_superuser(username="root", name="root")
    gone = officer("gone", Role.ADMINISTRATOR)
    gone.is_active = False
    # Whoever calls it without a type checker may hand in anything.
    stranger = cast("User", object())
    for actor in (AnonymousUser(), person("nobody"), root, gone, None, stranger):
        assert not any(can(actor, verb, CITY) or policy.can_somewhere(actor, verb) for verb in POLICY)
        assert not Grant.objects.filter(policy.within(actor, "people.manage", dataset="dataset")).exists()


def test_an_unknown_verb_is_a_fault_and_no_refusal() -> None:
    with pytest.raises(UnknownVerb):
        can(person("somebody"), "submission.aprove", CITY)
    with pytest.raises(UnknownVerb):
        require(AnonymousUser(), "", CITY)


def test_a_refusal_says_who_was_refused_what() -> None:
    clerk = officer("clerk", Role.CLERK)
    with pytest.raises(Denied) as refused:
        require(clerk, "people.manage", "city")
    assert (refused.value.actor, refused.value.verb, str(refused.value.subject)) == (clerk, "people.manage", "city")
    require(clerk, "submission.create", Subject("dataset", "payments", FINANCE, "payments"))


@pytest.mark.parametrize("verb", ["submission.view", "submission.approve"])
def test_a_filter_of_a_query_says_the_same_as_can(verb: str) -> None:
    """Grants stand in for the rows of a list: they have a unit, a dataset and a person, as submissions have."""
    rows = [
        Grant.objects.create(user=person(f"row {number}"), role=Role.CLERK, unit=unit(where), dataset=dataset)
        for number, (where, dataset) in enumerate(itertools.product((FINANCE, WORKS), ("payments", "contracts")))
    ]
    actors = [officer("narrow", Role.APPROVER, dataset="payments"), officer("unit", Role.APPROVER)]
    actors += [officer("wide", Role.APPROVER, unit_slug=""), officer("clerk", Role.CLERK)]
    for actor in actors:
        Grant.objects.create(user=actor, role=Role.CLERK, unit=unit(FINANCE), dataset="payments")
    for actor in actors:
        permitted = set(Grant.objects.filter(policy.within(actor, verb, sender="user_id")).values_list("pk", flat=True))
        every = [*rows, *Grant.objects.filter(user=actor, unit__isnull=False)]
        for row in every:
            assert row.unit is not None
            subject = Subject("grant", str(row.pk), row.unit.slug, row.dataset, sender=row.user_id)
            assert (row.pk in permitted) is can(actor, verb, subject), (actor, subject)


def test_the_holders_of_a_verb_are_those_who_can() -> None:
    local_approver = officer("here", Role.APPROVER)
    there = officer("there", Role.APPROVER, unit_slug=WORKS)
    wide = officer("wide", Role.APPROVER, unit_slug="")
    subject = Subject("submission", "7", FINANCE, "payments", sender=wide.pk)
    holders = policy.holders("submission.approve", subject)
    assert holders == [local_approver]
    assert there not in holders


def test_a_menu_asks_once_what_can_be_done_anywhere(django_assert_num_queries: Any) -> None:
    for role in Role:
        asked = officer(f"somebody {role}", role, dataset="payments")
        with django_assert_num_queries(1):
            useful = policy.somewhere(asked, POLICY)
        assert useful == {verb for verb in POLICY if policy.can_somewhere(asked, verb)} != set()
    asked.is_active = False
    assert policy.somewhere(asked, POLICY) == set() == policy.somewhere(AnonymousUser(), POLICY)
    with pytest.raises(UnknownVerb):
        policy.somewhere(asked, ["submission.burn"])


def test_the_same_grant_is_not_given_twice() -> None:
    clerk = officer("clerk", Role.CLERK, unit_slug="")
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.create(user=clerk, role=Role.CLERK, unit=None, dataset="")
    assert Unit.objects.count() == 0
