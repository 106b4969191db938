"""What time does to a case: it becomes late, lapses, is opened again, appealed against and forgotten."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from tests.apps.accounts.people import FINANCE, WORKS, officer, person, unit

from ayan.apps.accounts import units
from ayan.apps.accounts.forms import AccountRefused
from ayan.apps.accounts.models import Grant, User
from ayan.apps.accounts.policy import Denied
from ayan.apps.accounts.roles import Role
from ayan.apps.counter import case_desks, case_times, filing, overdue, retention, rules, uploads
from ayan.apps.counter.case_encryption import open_text
from ayan.apps.counter.case_steps import Said, take_step
from ayan.apps.counter.models import Case, CaseEntry, CaseFile, CaseValue
from ayan.apps.desk.refusals import DeskRefused
from ayan.apps.outbox.models import OutboxMessage
from ayan.core.values.clock import today
from ayan.wiring.city import City

pytestmark = pytest.mark.django_db

Later = Callable[[int], None]


def brought(kind: str = "access", **said: str) -> Case:
    words = {"summary": "قراردادهای نورپردازی بلوار (ساختگی)", "phone": "09120000000", "name": "نامی ساختگی", **said}
    return filing.file(filing.Filing(kind=kind, said=words, key=filing.new_key())).case


def appeal(case: Case, summary: str = "پاسخ کامل نیست (ساختگی)") -> Case:
    said = {"summary": summary, "mail": "someone@shahr.example"}
    return filing.file(filing.Filing(kind="appeal", said=said, key=filing.new_key(), appeal_of=case)).case


def stages(case: Case) -> list[str]:
    """The stages at which the person was told, without their numbers."""
    messages = OutboxMessage.objects.filter(kind="counter.person", about=f"case:{case.number}").order_by("pk")
    return [message.stage.rstrip("0123456789").rstrip("-") for message in messages]


@pytest.fixture
def handler(town: City) -> User:
    return officer("handler", Role.REQUESTS, unit_slug="")


@pytest.fixture
def judge(town: City) -> User:
    return officer("judge", Role.REQUESTS, unit_slug="")


def test_a_case_is_marked_late_once_told_and_listed(town: City, later: Later) -> None:
    head = officer("head", Role.APPROVER, unit_slug="")
    case = brought()
    assert case.due_on is not None
    later((case.due_on - today(town.clock)).days)
    assert overdue.mark_late() == 0
    later(1)
    assert overdue.mark_late() == 1
    assert overdue.mark_late() == 0
    case.refresh_from_db()
    assert (case.overdue, case.late_on) == (True, case.due_on + timedelta(days=1))
    assert stages(case) == ["filed", "late"]
    assert OutboxMessage.objects.filter(kind="counter.overdue", user=head).count() == 1
    assert case_times.may_appeal(case, rules.kind_of(case))


def test_an_answer_ends_lateness_but_not_that_it_was_late(town: City, later: Later, handler: User) -> None:
    case = brought()
    later(40)
    take_step(case, "answer", "handler", handler, Said(text="پاسخ"))
    assert (case.overdue, overdue.mark_late()) == (False, 0)
    assert case.late_on is not None
    assert case.late_on > case.first_due_on


def test_time_is_made_longer_before_it_is_over_as_often_as_declared(town: City, later: Later, handler: User) -> None:
    case = brought("question")
    due = case.due_on
    assert due is not None
    take_step(case, "extend", "handler", handler, Said(text="باید از بایگانی بیاید"))
    assert case.due_on is not None
    assert case.due_on > due
    with pytest.raises(DeskRefused, match="longer"):
        take_step(case, "extend", "handler", handler, Said(text="باز هم"))
    other = brought("question")
    later(40)
    with pytest.raises(DeskRefused, match="over"):
        take_step(other, "extend", "handler", handler, Said(text="دیر است"))


def test_a_day_off_declared_meanwhile_moves_no_promise_by_a_note(town: City, handler: User) -> None:
    case = brought()
    Case.objects.filter(pk=case.pk).update(due_on=case.receipt_on)
    take_step(case, "take", "handler", handler)
    take_step(case, "note", "handler", handler, Said(private="یادداشت"))
    assert case.due_on == case.receipt_on


def test_a_question_without_an_answer_lapses_and_says_until_when(town: City, later: Later, handler: User) -> None:
    case = brought()
    take_step(case, "ask", "handler", handler, Said(text="کدام سال؟"))
    until = case_times.lapses_on(case, rules.kind_of(case), case_times.entries_of(case))
    assert until == today(town.clock) + timedelta(days=30)
    later(30)
    assert overdue.close_lapsed() == 0
    later(1)
    assert (overdue.close_lapsed(), overdue.mark_late()) == (1, 0)
    case.refresh_from_db()
    assert (case.stage, case.outcome) == ("closed", "lapsed")
    assert stages(case) == ["filed", "ask", "closed"]


def test_a_case_is_opened_again_in_its_time_with_a_clock_of_its_own(town: City, later: Later, handler: User) -> None:
    case = brought()
    later(20)
    take_step(case, "refuse", "handler", handler, Said(text="نه", ground="article-14"))
    later(3)
    take_step(case, "reopen", "person", None, Said(text="ماده درست نیست"))
    assert (case.stage, case.outcome, case.overdue, case.closed_on) == ("working", "", False, None)
    assert case.due_on is not None
    assert town.profile.workdays.between(today(town.clock), case.due_on) >= 10
    take_step(case, "answer", "handler", handler, Said(text="پاسخ"))
    later(31)
    assert "reopen" not in {step.code for step in case_times.possible_steps(case, rules.kind_of(case), "person")}
    with pytest.raises(DeskRefused, match="again"):
        take_step(case, "reopen", "person", None, Said(text="دیر آمدم"))


def test_an_upheld_appeal_opens_the_case_again_and_others_judge_it(
    town: City, later: Later, handler: User, judge: User
) -> None:
    case = brought()
    assert not case_times.may_appeal(case, rules.kind_of(case))
    with pytest.raises(DeskRefused, match="no appeal"):
        appeal(case)
    take_step(case, "refuse", "handler", handler, Said(text="نه", ground="article-14"))
    filed = appeal(case)
    assert (filed.about, filed.number[0], filed.appeal_of) == (f"case:{case.number}", "A", case)
    with pytest.raises(DeskRefused, match="no appeal"):
        appeal(case)
    with pytest.raises(DeskRefused, match="no part"):
        take_step(filed, "uphold", "handler", handler, Said(text="درست است"))
    take_step(filed, "uphold", "handler", judge, Said(text="باید داده شود"))
    case.refresh_from_db()
    assert (case.stage, case.outcome) == ("working", "")
    assert stages(case)[-1] == "return"
    with pytest.raises(rules.NoSuchKind):
        filing.file(filing.Filing(kind="appeal", said={"summary": "بی مورد"}, key=filing.new_key()))
    with pytest.raises(rules.NoSuchKind):
        filing.file(filing.Filing(kind="finding", said={}, key=filing.new_key()))


def test_whoever_is_joined_hears_of_the_answer_and_goes_on_when_it_is_given_up(town: City, handler: User) -> None:
    first, second, third = brought(), brought(), brought()
    take_step(second, "join", "handler", handler, Said(case=first.number))
    take_step(third, "join", "handler", handler, Said(case=first.number))
    assert (second.outcome, second.joined_to) == ("merged", first)
    take_step(first, "answer", "handler", handler, Said(text="پاسخ"))
    assert stages(second) == ["filed", "join", "joined-closed"]
    take_step(first, "reopen", "person", None, Said(text="کامل نیست"))
    take_step(first, "withdraw", "person")
    second.refresh_from_db()
    third.refresh_from_db()
    assert (second.stage, second.joined_to, third.joined_to) == ("working", None, second)
    assert stages(second)[-1] == "go-on"
    with pytest.raises(DeskRefused, match="within your reach"):
        take_step(second, "join", "handler", handler, Said(case=first.number))


def test_a_case_keeps_what_people_wrote_for_its_time_and_then_no_copy(town: City, later: Later, handler: User) -> None:
    case = brought(private="نشانی خانه‌ام (ساختگی)")
    entry = case.entries.get(number=1)
    kept = uploads.keep(case, entry, uploads.checked(uploads.SentAttachment("a.txt", b"plain")))
    path = next((town.home / uploads.FOLDER).glob(f"*/{kept.digest}"))
    later(200)
    assert retention.erase_due() == 0
    take_step(case, "answer", "handler", handler, Said(text="پاسخ", private="یادداشت"))
    assert case.erase_on == today(town.clock) + timedelta(days=180)
    later(179)
    assert retention.erase_due() == 0
    later(1)
    assert (retention.erase_due(), retention.erase_due()) == (1, 0)
    case.refresh_from_db()
    values = {each.field: open_text(each.locked) for each in CaseValue.objects.filter(case=case)}
    assert (values["phone"], values["name"], path.exists()) == ("", "", False)
    assert values["private"]
    assert (CaseFile.objects.get().name, case.erased) == ("", "contacts files")
    later(1100)
    assert retention.erase_due() == 1
    case.refresh_from_db()
    assert not any(each.locked for each in CaseValue.objects.filter(case=case))
    assert not any(each.locked or each.private for each in CaseEntry.objects.filter(case=case))
    assert (case.summary, case.outcome) == ("", "answered")
    assert Case.objects.filter(erase_on=None).exists()
    assert [each.facts["parts"] for each in case.entries.filter(step="erased").order_by("number")] == [
        ["contacts", "files"],
        ["texts"],
    ]


def test_what_was_checked_stays_public_when_the_texts_go(town: City, later: Later, handler: User) -> None:
    case = brought(text="شرح")
    CaseValue.objects.filter(case=case, field="text").update(checked=True, public="شرح")
    Case.objects.filter(pk=case.pk).update(checked_at=town.clock.now())
    case.refresh_from_db()
    take_step(case, "answer", "handler", handler, Said(text="پاسخ"))
    later(1200)
    retention.erase_due()
    case.refresh_from_db()
    value = CaseValue.objects.get(case=case, field="text")
    assert (case.summary, value.public, value.locked) == ("قراردادهای نورپردازی بلوار (ساختگی)", "شرح", "")


def test_opened_again_nothing_is_erased_and_the_words_at_filing_say_how_long(
    town: City, later: Later, handler: User
) -> None:
    case = brought()
    take_step(case, "answer", "handler", handler, Said(text="پاسخ"))
    take_step(case, "reopen", "person", None, Said(text="نه"))
    later(400)
    assert (case.erase_on, retention.erase_due()) == (None, 0)
    form = Client().get("/en/counter/new/access").content.decode()
    assert "180" in form
    assert "1,095" in form


def test_officers_reach_the_cases_of_their_unit_alone(town: City) -> None:
    case = brought()
    Case.objects.filter(pk=case.pk).update(office=WORKS)
    unit(FINANCE), unit(WORKS)
    elsewhere, there = officer("elsewhere", Role.REQUESTS), officer("there", Role.REQUESTS, unit_slug=WORKS)
    with pytest.raises(Denied):
        take_step(case, "take", "handler", elsewhere)
    take_step(case, "take", "handler", there)
    with pytest.raises(DeskRefused, match="officer"):
        take_step(case, "hand-over", "handler", there, Said(unit=FINANCE, officer=there))
    take_step(case, "hand-over", "handler", there, Said(unit=FINANCE, officer=elsewhere))
    assert (case.office, case.holder) == (FINANCE, elsewhere)
    with pytest.raises(DeskRefused, match="nothing of the kind"):
        take_step(case, "note", "handler", elsewhere, Said(private="x", unit=WORKS))


def test_a_case_of_somebody_away_waits_for_who_stands_in(town: City) -> None:
    case = brought()
    away = officer("away", Role.REQUESTS, unit_slug="")
    take_step(case, "take", "handler", away)
    other = person("other")
    assert not Case.objects.filter(case_desks.on_desk_of(other)).exists()
    Grant.objects.create(user=other, role=Role.REQUESTS, stands_in_for=away, until=today(town.clock))
    assert list(Case.objects.filter(case_desks.on_desk_of(other))) == [case]
    take_step(case, "answer", "handler", other, Said(text="پاسخ"))
    User.objects.filter(pk=other.pk).update(is_active=False)
    assert list(Case.objects.filter(case_desks.on_no_desk())) == [case]


def test_cases_go_with_a_merged_unit_and_keep_one_from_ending(town: City) -> None:
    administrator = officer("administrator", Role.ADMINISTRATOR)
    works, finance = unit(WORKS), unit(FINANCE)
    case = brought()
    Case.objects.filter(pk=case.pk).update(office=WORKS)
    with pytest.raises(AccountRefused) as refused:
        units.retire(administrator, works)
    assert "open cases" in refused.value.label.en
    units.merge(administrator, works, finance)
    case.refresh_from_db()
    assert case.office == FINANCE
