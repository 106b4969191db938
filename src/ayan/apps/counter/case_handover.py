"""Handing over many cases at once, and what is late by unit and officer: for whoever heads a unit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Count, Min, QuerySet

from ayan.apps.accounts import policy
from ayan.apps.accounts.models import Unit, User
from ayan.apps.accounts.policy import Denied, Subject
from ayan.apps.counter import case_queue, rules
from ayan.apps.counter.case_steps import Said, take_step
from ayan.apps.counter.limits import MOST_HANDED
from ayan.apps.counter.models import Case
from ayan.apps.desk.refusals import DeskRefused
from ayan.core.casework.case_words import CaseStage
from ayan.core.values.clock import today
from ayan.core.values.label import Label
from ayan.core.values.refusal import Refusal
from ayan.wiring import city

HAND_OVER: Final = "hand-over"


@dataclass(frozen=True, slots=True)
class LateCount:
    """How many cases are late on one desk; ``holder`` is None for those that nobody has taken."""

    office: str
    unit: Label
    holder: int | None
    name: str
    count: int
    since: date


@dataclass(frozen=True, slots=True)
class NotHanded:
    """A case that was not handed over, and why."""

    number: str
    why: Refusal


def late(actor: User) -> QuerySet[Case]:
    """What is late in the units that an officer leads."""
    day = today(city.current().clock)
    reach = policy.within(actor, "case.lead", unit="office")
    return Case.objects.filter(reach, due_on__lt=day).exclude(stage=CaseStage.CLOSED)


def late_counts(actor: User) -> list[LateCount]:
    """What is late by unit and officer, the most first: one question."""
    names = case_queue.unit_names()
    rows = late(actor).values("office", "holder", "holder__name").annotate(count=Count("pk"), since=Min("due_on"))
    return [
        LateCount(
            row["office"],
            names.get(row["office"], Label(row["office"], row["office"])),
            row["holder"],
            row["holder__name"] or "",
            row["count"],
            row["since"],
        )
        for row in rows.order_by("-count", "since")
    ]


def hand_over(
    actor: User, numbers: Iterable[str], unit: str, officer: str, note: str
) -> tuple[list[str], list[NotHanded]]:
    """Hand cases to a unit, or to an officer in it: those that were, and those that were not, each with its reason.

    Raises DeskRefused where nothing at all can be done.
    """
    wanted = list(dict.fromkeys(numbers))
    if not wanted:
        raise DeskRefused("دست‌کم یک مورد را برگزینید.", "Choose at least one case.", field="cases")
    if len(wanted) > MOST_HANDED:
        raise DeskRefused(
            "در یک بار تا {most} مورد سپرده می‌شود.", "Up to {most} cases are handed over at once.", field="cases"
        ).format(most=MOST_HANDED)
    if not Unit.objects.filter(slug=unit, retired_at=None).exists():
        raise DeskRefused("واحد را برگزینید.", "Choose the unit.", field="unit")
    person = User.objects.filter(pk=int(officer)).first() if officer.isdecimal() else None
    cases = {case.number: case for case in Case.objects.filter(number__in=wanted)}
    done: list[str] = []
    refused: list[NotHanded] = []
    for number in wanted:
        case = cases.get(number)
        if case is None or not policy.can(actor, "case.lead", Subject("case", number, case.office, case.dataset)):
            raise Denied(actor, "case.lead", Subject("case", number))
        try:
            _hand(actor, case, unit, person, note, named=bool(officer))
        except DeskRefused as wrong:
            refused.append(NotHanded(number, wrong))
        else:
            done.append(number)
    return done, refused


def _hand(actor: User, case: Case, unit: str, person: User | None, note: str, *, named: bool) -> None:
    if rules.kind_of(case).step(HAND_OVER) is None:
        raise DeskRefused("این نوع سپرده نمی‌شود.", "Cases of this kind are not handed over.")
    if named and (person is None or not policy.able([person], "case.handle", Subject("case", "", unit, case.dataset))):
        raise DeskRefused(
            "این کارشناس در آن واحد به این مورد رسیدگی نمی‌کند.",
            "This officer does not deal with this case in that unit.",
            field="officer",
        )
    if case.office == unit and case.holder_id == (person.pk if person else None):
        raise DeskRefused("همان‌جاست که بود.", "It is there already.")
    take_step(case, HAND_OVER, "head", actor, Said(unit=unit, officer=person, private=note))
