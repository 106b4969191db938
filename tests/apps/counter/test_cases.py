"""A case from its receipt to its answer, at the doors of the engine."""

from __future__ import annotations

import pytest
from tests.apps.accounts.people import officer

from ayan.apps.accounts.policy import Denied
from ayan.apps.accounts.roles import Role
from ayan.apps.counter import case_times, filing, rules
from ayan.apps.counter.case_steps import Said, take_step
from ayan.apps.counter.models import Case
from ayan.apps.desk.refusals import DeskRefused

pytestmark = pytest.mark.django_db


def a_request(**said: str) -> filing.Filing:
    words = {"summary": "قراردادهای نورپردازی (ساختگی)", "phone": "09120000000", **said}
    return filing.Filing(kind="access", said=words, key=filing.new_key())


def test_the_shipped_kinds_hold() -> None:
    kinds = rules.kinds()
    assert kinds.problems == ()
    assert "access" in kinds.sound


def test_a_request_is_numbered_due_and_followed(town: object) -> None:
    form = a_request()
    taken = filing.file(form)
    again = filing.file(form)
    assert (again.case.pk, again.code, again.new) == (taken.case.pk, taken.code, False)
    assert Case.objects.count() == 1
    assert taken.case.number.startswith("R-14")
    assert taken.case.due_on is not None
    assert filing.file(a_request()).case.number != taken.case.number


def test_a_form_without_its_needed_field_is_refused_by_name(town: object) -> None:
    with pytest.raises(DeskRefused) as refused:
        filing.file(a_request(summary=" "))
    assert refused.value.field == "summary"


def test_the_clock_stands_still_while_the_person_is_asked(town: object) -> None:
    case = filing.file(a_request()).case
    due = case.due_on
    take_step(case, "ask", "handler", officer("handler", Role.REQUESTS, unit_slug=""), Said(text="کدام سال؟"))
    assert (case.stage, case.due_on) == ("asked", None)
    take_step(case, "reply", "person", None, Said(text="۱۴۰۳"))
    assert (case.stage, case.due_on) == ("working", due)


def test_a_refusal_needs_its_article_and_its_reason(town: object) -> None:
    case = filing.file(a_request()).case
    handler = officer("handler", Role.REQUESTS, unit_slug="")
    with pytest.raises(DeskRefused, match="article"):
        take_step(case, "refuse", "handler", handler, Said(text="نه"))
    take_step(case, "refuse", "handler", handler, Said(text="نه", ground="article-14"))
    assert (case.stage, case.outcome, case.ground) == ("closed", "refused", "article-14")


def test_nobody_acts_in_a_part_that_is_not_theirs(town: object) -> None:
    case = filing.file(a_request()).case
    with pytest.raises(Denied):
        take_step(case, "take", "handler", officer("reader", Role.AUDITOR))
    with pytest.raises(Denied):
        take_step(case, "refuse", "person", None, Said(text="نه", ground="article-14"))
    assert case_times.pauses(case.entries.order_by("number"), rules.kind_of(case)) == []
