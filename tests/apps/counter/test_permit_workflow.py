"""A building permit and its completion, from the form to the certificate, step by step as they are declared."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from tests.apps.accounts.people import officer

from ayan.apps.accounts.verbs import Role
from ayan.apps.counter import filing, rules
from ayan.apps.counter.case_parts import parts_of_closed
from ayan.apps.counter.case_steps import Said, take_step
from ayan.apps.counter.case_times import entries_of
from ayan.apps.counter.models import Case
from ayan.core.casework.case_kind import Party
from ayan.core.casework.case_words import CaseStage, Outcome
from ayan.wiring.city import City

pytestmark = pytest.mark.django_db
SAID = {"code": "1-1-1-1", "summary": "خانهٔ دو طبقه", "use": "dwelling", "name": "رستم ساختگی", "phone": "09121234567"}
PERSON = frozenset({"pay", "add", "reply"})


def brought(kind: str) -> Case:
    declared = {field.code for field in rules.kind_named(kind).fields}
    said = {name: text for name, text in SAID.items() if name in declared}
    return filing.file(filing.Filing(kind=kind, said=said, key=filing.new_key(), about="service:S-1")).case


def walked(case: Case, steps: Sequence[str]) -> Case:
    """The case after some steps, each by whoever takes it; every one says something."""
    handler = officer("handler", Role.REQUESTS, unit_slug="")
    for step in steps:
        case.refresh_from_db()
        party: Party = "person" if step in PERSON else "handler"
        take_step(case, step, party, None if party == "person" else handler, Said(text="شرح گام"))
    case.refresh_from_db()
    return case


def test_a_permit_goes_from_the_form_to_the_issue(town: City) -> None:
    steps = (
        "take",
        "to-visit",
        "visited",
        "aligned",
        "inquired",
        "ordered",
        "plans-right",
        "bill",
        "pay",
        "receipt-right",
    )
    case = walked(brought("permit"), (*steps, "drafted", "issue"))
    assert (case.stage, case.outcome) == (CaseStage.CLOSED, Outcome.DONE)
    assert [entry.step for entry in entries_of(case)][1:] == [*steps, "drafted", "issue"]
    assert parts_of_closed()[case.pk].returns == 1, "it waited once, for the payment"


def test_a_violation_goes_to_the_commission_and_back_to_the_alignment(town: City) -> None:
    case = walked(brought("permit"), ("to-visit", "to-commission", "ruled"))
    assert case.state == "alignment"


def test_a_receipt_that_is_not_right_waits_for_another(town: City) -> None:
    steps = ("to-visit", "visited", "aligned", "inquired", "ordered", "plans-right", "bill", "pay", "unpaid")
    case = walked(brought("permit"), steps)
    assert (case.state, case.stage, case.due_on) == ("fee", CaseStage.ASKED, None)


@pytest.mark.parametrize(("kind", "free"), [("permit", set()), ("completion", {"nothing-owed", "ruled"})])
def test_nothing_is_issued_that_is_not_paid(town: City, kind: str, free: set[str]) -> None:
    """Whatever way the steps go that no receipt confirms, it does not end in an issue, unless nothing is owed."""
    steps = [step for step in rules.kind_named(kind).steps if step.code not in {"receipt-right", *free}]
    reached: set[str] = {"received"}
    before: set[str] = set()
    while reached != before:
        before = set(reached)
        reached |= {step.to for step in steps if step.to and step.code != "issue" and step.sources & reached}
    assert "fee" in reached
    assert "signing" not in reached


def test_a_completion_goes_by_reports_and_two_visits(town: City) -> None:
    steps = ("to-reports", "reported", "to-commission", "ruled", "seen", "issue")
    case = walked(brought("completion"), steps)
    assert (case.stage, case.outcome) == (CaseStage.CLOSED, Outcome.DONE)
