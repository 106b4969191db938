"""Each kind of message to officers about a case, at the act that causes it: told to whom it is for, and to nobody else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest
from tests.apps.accounts.people import FINANCE, WORKS, officer, unit
from tests.apps.counter.test_desk_cases import filed

from ayan.apps.accounts.models import User
from ayan.apps.accounts.verbs import Role
from ayan.apps.counter import filing, officer_notices
from ayan.apps.counter.case_steps import Said, take_step
from ayan.apps.outbox.message_content import MessageContent
from ayan.apps.outbox.models import OutboxMessage
from ayan.wiring.city import City

pytestmark = pytest.mark.django_db
Messages = set[tuple[str, str]]
People = dict[str, User]


def new_messages() -> Messages:
    """Kind and receiver of what was told since the last time."""
    rows = set(OutboxMessage.objects.exclude(user=None).exclude(reference="seen").values_list("kind", "user__username"))
    OutboxMessage.objects.update(reference="seen")
    return rows


@pytest.fixture
def people(town: City) -> People:
    unit(FINANCE)
    unit(WORKS)
    return {
        "handler": officer("handler", Role.REQUESTS),
        "mate": officer("mate", Role.REQUESTS),
        "other": officer("other", Role.REQUESTS, unit_slug=WORKS),
        "reader": officer("reader", Role.APPROVER),
        "keeper": officer("keeper", Role.PRIVACY),
        "wide": officer("wide", Role.REQUESTS, unit_slug=""),
    }


def comes(people: People) -> None:
    said = {"summary": "چیزی می‌خواهم (ساختگی)"}
    filing.file(filing.Filing(kind="access", said=said, key=filing.new_key()))
    assert new_messages() == {("case.new", "wide")}, "what belongs to no unit is the city’s counter’s"
    case = filed()
    new_messages()
    take_step(case, "hand-over", "handler", people["handler"], Said(unit=WORKS))
    assert new_messages() == {("case.new", "other"), ("case.new", "wide")}


def is_handed(people: People) -> None:
    case = filed()
    new_messages()
    take_step(case, "hand-over", "handler", people["handler"], Said(unit=FINANCE, officer=people["mate"]))
    assert new_messages() == {("case.handed", "mate")}
    take_step(case, "hand-over", "handler", people["mate"], Said(unit=FINANCE, officer=people["mate"]))
    assert new_messages() == set(), "nobody is told of what they did themselves"


def goes_to_a_reader_and_back(people: People) -> None:
    case = filed()
    new_messages()
    take_step(case, "draft", "handler", people["handler"], Said(text="پیش‌نویس"))
    assert new_messages() == {("case.to-read", "reader"), ("case.to-read", "keeper")}
    take_step(case, "send-back", "reviewer", people["reader"], Said(private="سال؟"))
    assert new_messages() == {("case.sent-back", "handler")}
    take_step(case, "draft", "handler", people["handler"], Said(text="پیش‌نویس ۲", reader=people["keeper"]))
    assert new_messages() == {("case.to-read", "keeper")}


def hears_of_the_person(people: People) -> None:
    case = filed()
    new_messages()
    take_step(case, "add", "person", None, Said(text="این هم"))
    assert new_messages() == {("case.person-acted", name) for name in ("handler", "mate", "wide")}, (
        "on nobody’s desk yet"
    )
    take_step(case, "ask", "handler", people["handler"], Said(text="کدام؟"))
    new_messages()
    take_step(case, "reply", "person", None, Said(text="آن"))
    assert new_messages() == {("case.person-acted", "handler")}
    take_step(case, "withdraw", "person")
    assert new_messages() == set()


SCENES: Final[dict[Callable[[People], None], tuple[str, ...]]] = {
    comes: ("case.new",),
    is_handed: ("case.handed",),
    goes_to_a_reader_and_back: ("case.to-read", "case.sent-back"),
    hears_of_the_person: ("case.person-acted",),
}


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_each_is_told_to_whom_it_is_for(people: People, scene: Callable[[People], None]) -> None:
    scene(people)
    words = "".join(message.subject for message in map(_content, OutboxMessage.objects.exclude(user=None)))
    assert "نام " not in words


def test_no_kind_is_without_a_scene() -> None:
    assert {code for codes in SCENES.values() for code in codes} == {kind.code for kind in officer_notices.KINDS}


def _content(message: OutboxMessage) -> MessageContent:
    return MessageContent.opened(message.content)
