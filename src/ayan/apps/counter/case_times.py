"""The times of one case: from which day its clock runs, when it is due, and until when something may still be done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from ayan.apps.counter import rules
from ayan.apps.counter.models import Case, CaseEntry
from ayan.core.casework.case_clock import Pause, due_on, receipt_day, used_days
from ayan.core.casework.case_kind import CaseKind, CaseStep, Party
from ayan.core.casework.case_words import APPEALABLE, CaseStage, Outcome
from ayan.core.values.clock import today
from ayan.wiring import city


def entries_of(case: Case) -> list[CaseEntry]:
    """What happened to a case, in its order."""
    return list(CaseEntry.objects.filter(case=case).order_by("number"))


def since_opened(entries: Sequence[CaseEntry], kind: CaseKind) -> Sequence[CaseEntry]:
    """What happened since a case was opened last: all of it, unless it was opened again."""
    opened = [
        place
        for place, entry in enumerate(entries)
        if entry.before and _closed(kind, entry.before) and not _closed(kind, entry.after)
    ]
    return entries[opened[-1] :] if opened else entries


def pauses(entries: Iterable[CaseEntry], kind: CaseKind) -> list[Pause]:
    """When the person was waited for, from the entries of a case in their order."""
    waits: list[Pause] = []
    since: date | None = None
    for entry in entries:
        asked = kind.state(entry.after).stage == CaseStage.ASKED
        if asked and since is None:
            since = entry.on
        elif not asked and since is not None:
            waits.append(Pause(since, entry.on))
            since = None
    return waits if since is None else [*waits, Pause(since)]


def counted_from(case: Case, kind: CaseKind, entries: Sequence[CaseEntry]) -> date:
    """The day from which the clock of a case runs: its receipt, or the working day on which it was opened again."""
    run, profile = since_opened(entries, kind), city.current().profile
    if len(run) == len(entries):
        return case.receipt_on
    return receipt_day(run[0].at, profile.workdays, profile.hours)


def due_of(case: Case, kind: CaseKind, entries: Sequence[CaseEntry]) -> date | None:
    """The day on which a case is due by its entries; None while its clock stands still."""
    waits = pauses(since_opened(entries, kind), kind)
    workdays = city.current().profile.workdays
    return due_on(kind.clock, counted_from(case, kind, entries), workdays, waits, case.extended)


def used(case: Case, kind: CaseKind, entries: Sequence[CaseEntry]) -> int:
    """How many days of its clock a case has used by today, or by the day on which it was closed."""
    day = case.closed_on or today(city.current().clock)
    waits = pauses(since_opened(entries, kind), kind)
    return used_days(kind.clock, counted_from(case, kind, entries), day, city.current().profile.workdays, waits)


def lapses_on(case: Case, kind: CaseKind, entries: Sequence[CaseEntry]) -> date | None:
    """The day on which a case that waits for the person is closed without an answer; None where none is waited for."""
    waits = pauses(entries, kind) if case.stage == CaseStage.ASKED else []
    open_since = waits[-1].first if waits and waits[-1].last is None else None
    return open_since + timedelta(days=kind.times.lapse) if open_since else None


def may_reopen(case: Case, kind: CaseKind) -> bool:
    """Whether the person may still open a closed case again."""
    return case.closed_on is not None and today(city.current().clock) <= reopened_until(case.closed_on, kind)


def reopened_until(closed_on: date, kind: CaseKind) -> date:
    """The last day on which a case that was closed on a day may be opened again."""
    return closed_on + timedelta(days=kind.times.reopen)


def appealed_until(closed_on: date, kind: CaseKind) -> date:
    """The last day on which there is an appeal against a case that was closed on a day."""
    return closed_on + timedelta(days=kind.times.appeal)


def may_appeal(case: Case, kind: CaseKind) -> bool:
    """Whether the person may appeal now: the case is overdue, or came out against them not long ago.

    One appeal at a time, and one against each outcome.
    """
    if not kind.appeal or kind.appeal not in rules.kinds().sound:
        return False
    if case.closed_on is None:
        since = case.due_on if case.overdue else None
    elif case.outcome in APPEALABLE and today(city.current().clock) <= appealed_until(case.closed_on, kind):
        since = case.closed_on
    else:
        since = None
    if since is None:
        return False
    appeals = Case.objects.filter(appeal_of=case)
    return not appeals.filter(closed_at=None).exists() and not _appealed_since(case, since)


def _appealed_since(case: Case, since: date) -> bool:
    """Whether this very outcome, or this very delay, was appealed against already."""
    appeals = Case.objects.filter(appeal_of=case).exclude(outcome=Outcome.WITHDRAWN)
    if case.closed_at is not None:
        return appeals.filter(received_at__gte=case.closed_at).exists()
    return appeals.filter(receipt_on__gt=since).exists()


def possible_steps(case: Case, kind: CaseKind, party: Party) -> tuple[CaseStep, ...]:
    """What a party may do with a case today, by its kind and by its times; who they are is asked elsewhere."""
    steps = (step for step in kind.steps_from(case.state, party) if kind.by_second_reader(step, case.state, party))
    return tuple(step for step in steps if _in_time(case, kind, step, party))


def may_extend(case: Case, kind: CaseKind) -> bool:
    """Whether the time of a case may be made longer: as often as its kind says, and before it is over."""
    late = case.due_on is not None and case.due_on < today(city.current().clock)
    return case.extended < kind.clock.extensions and not late


def _in_time(case: Case, kind: CaseKind, step: CaseStep, party: Party) -> bool:
    if step.extends:
        return may_extend(case, kind)
    reopens = bool(step.to) and case.stage == CaseStage.CLOSED and not _closed(kind, step.to)
    return may_reopen(case, kind) if party == "person" and reopens else True


def _closed(kind: CaseKind, state: str) -> bool:
    return kind.state(state).stage == CaseStage.CLOSED
