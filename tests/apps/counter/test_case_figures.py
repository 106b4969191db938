"""Timeliness and fairness of the queue, held against a reckoning by another road; whoever jumps the queue moves them."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from statistics import median

import pytest

from ayan.apps.counter import case_figures
from ayan.apps.counter.limits import FIGURES_PERIOD
from ayan.apps.counter.models import Case, CaseFigures
from ayan.core.values.clock import today
from ayan.wiring import city
from ayan.wiring.city import City

pytestmark = pytest.mark.django_db
UNSERVED = ("withdrawn", "merged")


def a_case(number: int, **more: object) -> Case:
    now = city.current().clock.now()
    stands = {"kind": "access", "office": "finance", "stage": "received", "received_at": now, **more}
    received = stands["received_at"]
    assert isinstance(received, datetime)
    return Case(
        number=f"R-1400-{number:05}", kind_digest="d", digest=f"d{number}", filing_key=f"k{number}", state="received",
        held_since=now, receipt_on=received.date(), first_due_on=received.date(),
        **{"due_on": received.date() + timedelta(days=14), **stands},
    )  # fmt: skip


def closed(number: int, received: datetime, served: datetime, ended: datetime, **more: object) -> Case:
    said = {"stage": "closed", "outcome": "answered", **more}
    return a_case(number, received_at=received, served_at=served, closed_at=ended, closed_on=ended.date(), **said)


def figures(office: str = "", kind: str = "") -> CaseFigures:
    return CaseFigures.objects.get(office=office, kind=kind, no_office=False)


def a_queue(jumps: int, of: int = 20) -> None:
    """A queue served in turn, but for the last so many, who are taken before everybody else."""
    start = city.current().clock.now() - timedelta(days=100)
    cases = []
    for n in range(of):
        received = start + timedelta(hours=n)
        served = start + timedelta(days=2 if n >= of - jumps else 5, hours=n)
        reason = "urgent" if n == of - 1 else ""
        cases.append(closed(n, received, served, served + timedelta(days=3), order_reason=reason))
    Case.objects.bulk_create(cases)


@pytest.mark.parametrize(
    ("jumps", "turned", "reasons"), [(0, 0, {}), (1, 1, {"urgent": 1}), (4, 4, {"urgent": 1, "": 3})]
)
def test_whoever_jumps_the_queue_moves_the_indicator(
    town: City, jumps: int, turned: int, reasons: dict[str, int]
) -> None:
    a_queue(jumps)
    case_figures.refresh()
    for indicator in (figures(), figures("finance", "access"), figures("finance")):
        assert (indicator.taken, indicator.turned, indicator.overtook) == (20, turned, turned)
        assert indicator.reasons == reasons


def test_what_was_withdrawn_or_joined_serves_nobody_and_another_queue_is_another(town: City) -> None:
    start = city.current().clock.now() - timedelta(days=30)
    hours = [start + timedelta(hours=n) for n in range(9)]
    Case.objects.bulk_create(
        [
            a_case(1, received_at=hours[0]),
            closed(2, hours[1], hours[2], hours[2], outcome="withdrawn"),
            closed(3, hours[1], hours[3], hours[3], outcome="merged"),
            closed(4, hours[1], hours[4], hours[5], kind="street"),
            closed(5, hours[1], hours[4], hours[5], office="parks"),
            closed(6, hours[1], hours[4], hours[5]),
        ]
    )
    case_figures.refresh()
    assert (figures("finance", "access").taken, figures("finance", "access").turned) == (1, 1)
    assert (figures("finance", "street").turned, figures("parks").turned) == (0, 0)
    # While the clock of the earlier one stands still, nobody is answered before it.
    Case.objects.filter(number="R-1400-00001").update(stage="asked", due_on=None)
    case_figures.refresh()
    assert figures("finance", "access").overtook == 0


def test_the_figures_are_those_of_another_reckoning(town: City) -> None:
    chance, now = random.Random(7), city.current().clock.now()
    cases = []
    for n in range(400):
        received = now - timedelta(minutes=chance.randrange(1, 700 * 24 * 60))
        served = received + timedelta(hours=chance.randrange(1, 900))
        ended = served + timedelta(hours=chance.randrange(0, 600))
        more: dict[str, object] = {
            "kind": chance.choice(["access", "street"]), "office": chance.choice(["finance", "parks", ""]),
            "order_reason": chance.choice(["", "", "urgent"]),
        }  # fmt: skip
        if ended > now or chance.random() < 0.1:
            begun = served < now and chance.random() < 0.7
            more |= {"stage": "working" if begun else "received", "served_at": served if begun else None}
            cases.append(a_case(n, received_at=received, **more))
        else:
            outcome = chance.choice(["answered", "refused", "withdrawn", "merged"])
            cases.append(
                closed(n, received, ended if chance.random() < 0.2 else served, ended, outcome=outcome, **more)
            )
    Case.objects.bulk_create(cases)
    case_figures.refresh()
    kept = list(Case.objects.all())
    day, since = today(city.current().clock), now - FIGURES_PERIOD
    first_day = day - FIGURES_PERIOD
    workdays = city.current().profile.workdays
    for stored in CaseFigures.objects.all():
        mine = [
            case
            for case in kept
            if (not stored.kind or case.kind == stored.kind)
            and (not (stored.office or stored.no_office) or case.office == stored.office)
        ]
        done = [
            case for case in mine
            if case.closed_on and case.closed_on > first_day and case.outcome not in UNSERVED
        ]  # fmt: skip
        days = [workdays.between(case.receipt_on, case.closed_on or date.max) for case in done]
        taken = [
            case for case in mine
            if case.served_at and case.served_at > since
            and not (case.outcome in UNSERVED and case.closed_at == case.served_at)
        ]  # fmt: skip
        turned = [case for case in taken if any(_waited(other, case) for other in kept)]
        answered = [
            case for case in mine if case.closed_on and case.closed_on > first_day and case.outcome not in UNSERVED
        ]
        overtook = [case for case in answered if any(_open(other, case) for other in kept)]
        waiting = [case for case in mine if case.stage != "closed"]
        assert stored.received == sum(case.receipt_on > first_day for case in mine)
        assert (stored.closed, stored.in_time) == (
            len(done),
            sum(_on(case.closed_on) <= _on(case.due_on) for case in done),
        )
        assert stored.median == (round(10 * median(days)) if days else None)
        assert (stored.waiting, stored.late) == (len(waiting), sum(_on(case.due_on) < day for case in waiting))
        assert (stored.taken, stored.turned) == (len(taken), len(turned))
        assert sum(stored.reasons.values()) == stored.turned
        assert stored.reasons.get("urgent", 0) == sum(case.order_reason == "urgent" for case in turned)
        assert (stored.answered, stored.overtook) == (len(answered), len(overtook))


def _on(day: date | None) -> date:
    return day or date.max


def _at(moment: datetime | None) -> datetime:
    return moment or datetime.max.replace(tzinfo=UTC)


def _earlier(other: Case, case: Case) -> bool:
    return (other.office, other.kind) == (case.office, case.kind) and (other.received_at, other.pk) < (
        case.received_at,
        case.pk,
    )


def _waited(other: Case, case: Case) -> bool:
    return _earlier(other, case) and _at(other.served_at) > _at(case.served_at)


def _open(other: Case, case: Case) -> bool:
    return _earlier(other, case) and _at(other.closed_at) > _at(case.closed_at)
