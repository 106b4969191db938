"""What happens by itself when time is over: late cases are marked, told of and listed, and unanswered ones lapse."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Max
from django_tasks import task

from ayan.apps.accounts import audit, duties
from ayan.apps.accounts.models import Unit, User
from ayan.apps.accounts.policy import CITY, Subject, can, holders
from ayan.apps.counter import case_messages, case_steps, case_times, rules
from ayan.apps.counter.case_subject import about
from ayan.apps.counter.limits import MOST_AT_ONCE, MOST_NAMED_LATE
from ayan.apps.counter.models import Case, CaseEntry
from ayan.apps.outbox import outbox
from ayan.apps.outbox.message_kind import MessageKind
from ayan.apps.outbox.outbox import DeskPage
from ayan.core.casework.case_kind import LATE, LATE_APPEAL
from ayan.core.casework.case_words import CaseStage
from ayan.core.values.clock import today
from ayan.core.values.label import Label, in_each, joined
from ayan.ui.value_html import plain_number
from ayan.wiring import city

OVERDUE: Final = MessageKind(
    code="counter.overdue",
    when=Label("موعد موردی در پیشخان می‌گذرد", "A case at the counter becomes overdue"),
    to=Label("سرپرست واحد", "The head of the unit"),
    subject=Label("موعد {n} مورد گذشت", "{n} cases are overdue"),
    words=Label(
        "موعد این موردهای واحد شما گذشته و به آورندگانشان خبر داده شده است: {numbers}",
        "These cases of your unit are overdue, and whoever brought them was told: {numbers}",
    ),
    every_way=True,
)
PAGE: Final = DeskPage("desk_cases_late")


@task()
def watch() -> None:
    """Mark what became late, and close what was not answered."""
    mark_late()
    close_lapsed()


def mark_late() -> int:
    """Mark every open case whose day is over, once; tell the person, and the head of the unit; how many were marked."""
    day = today(city.current().clock)
    became = Case.objects.filter(due_on__lt=day, overdue=False).exclude(stage=CaseStage.CLOSED)
    marked: dict[str, list[Case]] = defaultdict(list)
    for key in became.order_by("due_on", "pk").values_list("pk", flat=True)[:MOST_AT_ONCE]:
        case = _marked(key, day)
        if case is not None:
            marked[case.office].append(case)
    for office, cases in marked.items():
        more = ["…"] if len(cases) > MOST_NAMED_LATE else []
        outbox.put(
            OVERDUE,
            heads_of(office),
            f"overdue:{office}",
            stage=f"{day}-{cases[-1].pk}",
            page=PAGE,
            n=_in_words(len(cases)),
            numbers=joined([*(case.number for case in cases[:MOST_NAMED_LATE]), *more]),
        )
    return sum(map(len, marked.values()))


def _in_words(count: int) -> Label:
    return in_each(lambda lang: plain_number(count, lang))


def heads_of(office: str) -> list[User]:
    """Who is told that a case of a unit is late: its head, else everybody who leads its cases, else administrators."""
    there = Subject("case", "", office)
    unit = Unit.objects.filter(slug=office).first() if office else None
    heads = [head for head in duties.heads(unit) if can(head, "case.lead", there)] if unit else []
    return heads or holders("case.lead", there) or holders("people.manage", CITY)


def _marked(key: int, day: date) -> Case | None:
    with transaction.atomic():
        case = Case.objects.select_for_update().get(pk=key)
        if case.overdue or case.stage == CaseStage.CLOSED or case.due_on is None or case.due_on >= day:
            # Somebody acted since it was looked up.
            return None
        kind = rules.kind_of(case)
        case.overdue = True
        case.late_on = case.late_on or case.due_on + timedelta(days=1)
        case.save(update_fields=["overdue", "late_on"])
        last = CaseEntry.objects.filter(case=case).aggregate(last=Max("number"))["last"] or 0
        entry = CaseEntry.objects.create(
            case=case,
            number=last + 1,
            at=city.current().clock.now(),
            on=day,
            step=LATE,
            party="system",
            before=case.state,
            after=case.state,
            facts={"due": case.due_on.isoformat()},
        )
        audit.record(None, "case.late", about(case), due=case.due_on.isoformat())
        message = LATE_APPEAL if case_times.may_appeal(case, kind) and kind.message(LATE_APPEAL) else LATE
        case_messages.tell(case, kind, message, stage=f"{LATE}-{entry.number}")
    return case


def close_lapsed() -> int:
    """Close every case whose question was not answered in the time that its kind gives; how many were closed."""
    day, closed = today(city.current().clock), 0
    for case in Case.objects.filter(stage=CaseStage.ASKED).order_by("held_since", "pk"):
        kind = rules.kind_of(case)
        until = case_times.lapses_on(case, kind, case_times.entries_of(case))
        step = next((each for each in kind.steps_from(case.state, "system") if each.code == "lapse"), None)
        if step is not None and until is not None and until < day:
            case_steps.take_step(case, step.code, "system")
            closed += 1
    return closed
