"""A building permit and its completion, from the form to the certificate, step by step as they are declared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from django.test import Client
from tests.apps.accounts.people import FINANCE, officer, signed_in, unit
from tests.apps.tariffs.test_own_tariffs import TARIFF

from ayan.apps.accounts.models import User
from ayan.apps.accounts.roles import Role
from ayan.apps.counter import filing, rules
from ayan.apps.counter.case_parts import parts_of_closed
from ayan.apps.counter.case_standing import headline
from ayan.apps.counter.case_steps import Said, take_step
from ayan.apps.counter.case_times import entries_of
from ayan.apps.counter.computed_fee import FeeRefused, ShownFee, fee_at, shown_fee
from ayan.apps.counter.models import Case
from ayan.apps.counter.service_steps import way_of
from ayan.apps.desk.refusals import DeskRefused
from ayan.apps.outbox.message_content import MessageContent
from ayan.apps.outbox.models import OutboxMessage
from ayan.core.casework.case_kind import Party
from ayan.core.casework.case_words import CaseStage, Outcome
from ayan.core.values.clock import today
from ayan.datasets.registry import Registry
from ayan.wiring import city
from ayan.wiring.city import City

pytestmark = pytest.mark.django_db
SAID = {"code": "1-1-1-1", "summary": "خانهٔ دو طبقه", "use": "dwelling", "name": "رستم ساختگی", "phone": "09121234567"}
PERSON = frozenset({"pay", "add", "reply"})
COMPUTED = "/tariffs/work-fee?state=done"
TO_FEE = ("take", "to-visit", "visited", "aligned", "inquired", "ordered", "plans-right")


@pytest.fixture(autouse=True)
def own(town: City, monkeypatch: pytest.MonkeyPatch) -> City:
    """The town with tariffs of its own: one in force, and one that is over."""
    folder = town.home / "tariffs"
    folder.mkdir()
    whole, ended = TARIFF.partition("[audit]")[0], 'since = "1400-01-01"\nuntil = "1400-12-29"'
    (folder / "work-fee.toml").write_text(whole, "utf-8")
    (folder / "old-fee.toml").write_text(whole.replace('since = "1400-01-01"', ended), "utf-8")
    registry = Registry((town.home / "datasets",), folder)
    with_tariffs = City(town.home, town.store, town.clock, parts=replace(town.parts, registry=registry))
    monkeypatch.setattr(city, "current", lambda: with_tariffs)
    return with_tariffs


def brought(kind: str) -> Case:
    declared = {field.code for field in rules.kind_named(kind).fields}
    said = {name: text for name, text in SAID.items() if name in declared}
    return filing.file(filing.Filing(kind=kind, said=said, key=filing.new_key(), about="service:S-1")).case


def walked(case: Case, steps: Sequence[str]) -> Case:
    """The case after some steps, each by whoever takes it; every one says something."""
    handler = User.objects.filter(username="handler").first() or officer("handler", Role.REQUESTS, unit_slug="")
    for step in steps:
        case.refresh_from_db()
        party: Party = "person" if step in PERSON else "handler"
        said = Said(
            text="شرح گام", fee=COMPUTED if step == "bill" else "", number=f"۱۴۰۵/{case.pk}" * (step == "issue")
        )
        take_step(case, step, party, None if party == "person" else handler, said)
    case.refresh_from_db()
    return case


def test_a_permit_goes_from_the_form_to_the_issue(town: City) -> None:
    steps = (*TO_FEE, "bill", "pay", "receipt-right")
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


def test_the_fee_is_computed_by_a_tariff_and_the_person_is_led_to_each_line(own: City) -> None:
    case = walked(brought("permit"), TO_FEE)
    unit(FINANCE)
    Case.objects.filter(pk=case.pk).update(office=FINANCE)
    desk, address = signed_in(officer("biller", Role.REQUESTS)), f"/en/desk/counter/case/{case.number}"
    seen = str(case.entries.latest("number").number)
    form = {"choice": "bill", "seen": seen, "text": "شناسهٔ پرداخت ۱", "amount": "1"}
    assert "/en/tariffs/work-fee" in desk.get(address).content.decode()
    answer = desk.post(address, {**form, "fee": f"http://testserver/en{COMPUTED}&_charged=7"})
    assert answer.status_code == 302, answer.content.decode()[:3000]
    entry = case.entries.latest("number")
    assert entry.facts["fee"] == {"tariff": "work-fee", "query": "?state=done", "amount": 6000}
    history = desk.get(address).content.decode()
    assert 'href="/en/tariffs/work-fee?state=done#result"' in history
    computed = Client().get(f"/en{COMPUTED}").content.decode()
    assert 'id="result"' in computed
    assert "Dispute this line" in computed
    message = OutboxMessage.objects.filter(kind="counter.person", about=f"case:{case.number}").latest("pk")
    words = MessageContent.opened(message.content).words
    assert "۶٬۰۰۰ ریال" in words
    assert "/tariffs/work-fee?state=done " in words


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("", "no computation"),
        ("6000", "no computation"),
        ("https://elsewhere.example/tariffs/work-fee?state=done", "no computation"),
        ("/tariffs/none?state=done", "no computation"),
        ("/tariffs/work-fee?state=done&amount=1", "no computation"),
        ("/services", "no computation"),
        ("/tariffs/work-fee", "no inputs"),
        ("/tariffs/work-fee?state=other", "“State” is not right"),
        ("/tariffs/old-fee?state=done", "not in force"),
        ("/tariffs/tehran-commercial?x=1", "no computation"),
        ("/tariffs/tehran-commercial", "another city"),
        ("/tariffs/work-fee?state=done" + "&" * 600, "no computation"),
    ],
)
def test_what_is_no_computation_in_force_is_refused_with_its_reason(own: City, address: str, reason: str) -> None:
    with pytest.raises(FeeRefused) as wrong:
        fee_at(address, today(own.clock))
    assert reason in wrong.value.of("en")
    assert wrong.value.of("fa") != wrong.value.of("en")


def test_a_tariff_that_establishes_nothing_gives_no_fee(own: City) -> None:
    gap = '[[gap]]\ncode = "unsaid"\nwhen = "state = \'done\'"\nsays = { fa = "نگفته", en = "Nothing is said" }\n\n[result]'
    file = own.home / "tariffs" / "work-fee.toml"
    file.write_text(TARIFF.partition("[audit]")[0].replace("[result]", gap), "utf-8")
    with pytest.raises(FeeRefused, match="no amount for this case: Nothing is said"):
        fee_at(COMPUTED, today(own.clock))


def test_a_fee_stays_as_it_was_told_when_its_tariff_changes(own: City) -> None:
    case = walked(brought("permit"), (*TO_FEE, "bill"))
    facts = case.entries.latest("number").facts
    file = own.home / "tariffs" / "work-fee.toml"
    assert shown_fee(facts, "en") == ShownFee(6000, f"/en{COMPUTED}", changed=False)
    file.write_text(TARIFF.partition("[audit]")[0].replace("price * 3", "price * 4"), "utf-8")
    assert shown_fee(facts, "en") == ShownFee(6000, f"/en{COMPUTED}", changed=True)
    file.unlink()
    assert shown_fee(facts, "en") == ShownFee(6000, "", changed=True)


def test_the_person_and_the_officer_see_the_step_and_what_is_wanted(own: City) -> None:
    """Also of a branch beside the declared steps, of a step that was not taken, and of a payment that is waited for."""

    def way(case: Case) -> list[tuple[str, str]]:
        shown = way_of(case, rules.kind_of(case), entries_of(case))
        assert shown is not None
        return [(step.title.en, step.state) for step in shown.steps if step.state != "next"]

    case = walked(brought("permit"), ("to-visit", "to-commission"))
    assert [state for _, state in way(case)] == ["done", "done", "current"]
    assert way(case)[1:] == [("The place is visited", "done"), ("Article 100 commission", "current")]
    case = walked(brought("permit"), ("take", "ordered", "plans-right", "bill"))
    assert [state for _, state in way(case)] == ["done", *["passed"] * 4, "done", "done", "current"]
    assert headline(case, rules.kind_of(case), "x", "en").startswith("Waits for your payment; ")
    page = signed_in(officer("looker", Role.AUDITOR)).get(f"/en/desk/counter/case/{case.number}").content.decode()
    assert "Step 8 of 11: Waits for your payment" in page
    assert way_of(case, rules.kind_named("access"), ()) is None


def test_what_is_issued_has_a_number_that_no_other_case_has(own: City) -> None:
    case = walked(brought("completion"), ("to-reports", "reported", "to-commission", "ruled", "seen", "issue"))
    assert case.entries.latest("number").facts["number"] == f"1405/{case.pk}"
    other = walked(brought("completion"), ("to-reports", "reported", "to-commission", "ruled", "seen"))
    handler = User.objects.get(username="handler")
    wrong = {"": "Write the number", "1405 / 1": "digits and letters", "1" * 41: "40 characters"}
    for number, reason in {**wrong, f"1405/{case.pk}": "another case"}.items():
        with pytest.raises(DeskRefused, match=reason):
            take_step(other, "issue", "handler", handler, Said(text="صادر شد", number=number))
    page = signed_in(officer("looker", Role.AUDITOR)).get(f"/en/desk/counter/case/{case.number}").content.decode()
    assert f"1405/{case.pk}" in page
