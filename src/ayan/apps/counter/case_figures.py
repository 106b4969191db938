"""Timeliness and fairness of the queue, unit by unit: counted by the worker over sets, and read by pages as counted.

A case is **taken** when it first leaves the queue, and **out of turn** when at that moment an earlier case of the same
unit and kind still waited in it. It **overtook** when it was answered while an earlier one of the same unit and kind
was open with its clock running. Earlier is by the moment of receipt. What the person withdrew, and what was joined with
another case, is neither: nobody was served by it. Reasons are the codes that officers gave; they explain a case and
take none out of the count.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from statistics import median
from typing import Any, Final

from django.db import transaction
from django.db.models import DateTimeField, F, Max, Q, QuerySet, RowRange, Value, Window
from django.db.models.functions import Coalesce
from django_tasks import task

from ayan.apps.counter import moderation_log
from ayan.apps.counter.limits import FIGURES_PERIOD
from ayan.apps.counter.models import Case, CaseFigures, ModerationCount
from ayan.apps.counter.workday_counts import WorkdayCounts
from ayan.core.casework.case_words import CaseStage, Outcome
from ayan.core.values.clock import today
from ayan.wiring import city

UNSERVED: Final = (Outcome.WITHDRAWN, Outcome.MERGED)
"""Outcomes by which nobody was served."""

_NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)
_ANY: Final = ("", False)
FigurePlace = tuple[tuple[str, bool], str]
"""A unit (its slug, and whether it is none) and a kind, each of which may be all of them."""


@dataclass(slots=True)
class _Counts:
    received: int = 0
    in_time: int = 0
    waiting: int = 0
    late: int = 0
    days: list[int] = field(default_factory=list)
    taken: int = 0
    turned: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    answered: int = 0
    overtook: int = 0


@task()
def count() -> None:
    """Count anew; any number of times a day."""
    refresh()


def refresh() -> int:
    """Count anew what pages show of units; how many lines that is."""
    clock = city.current().clock
    now, day = clock.now(), today(clock)
    counts: defaultdict[FigurePlace, _Counts] = defaultdict(_Counts)
    _count_times(counts, day)
    _count_turns(counts, now)
    _count_overtaking(counts, day)
    rows = [
        CaseFigures(
            office=slug, no_office=none, kind=kind, counted_at=now, received=each.received, closed=len(each.days),
            in_time=each.in_time, waiting=each.waiting, late=each.late, taken=each.taken, turned=each.turned,
            median=round(10 * median(each.days)) if each.days else None, reasons=dict(each.reasons),
            answered=each.answered, overtook=each.overtook,
        )
        for ((slug, none), kind), each in sorted(counts.items())
    ]  # fmt: skip
    with transaction.atomic():
        CaseFigures.objects.all().delete()
        CaseFigures.objects.bulk_create(rows)
        ModerationCount.objects.all().delete()
        ModerationCount.objects.bulk_create(moderation_log.counted(day - FIGURES_PERIOD))
    return len(rows)


def _places(office: str, kind: str) -> Iterator[FigurePlace]:
    """Where a case counts: in its unit and its kind, in each of these alone, and in all."""
    unit = (office, not office)
    for where in (unit, _ANY):
        yield where, kind
        yield where, ""


def _count_times(counts: defaultdict[FigurePlace, _Counts], day: date) -> None:
    since = day - FIGURES_PERIOD
    rows = Case.objects.filter(~Q(stage=CaseStage.CLOSED) | Q(closed_on__gt=since) | Q(receipt_on__gt=since))
    kept = list(rows.values_list("office", "kind", "stage", "receipt_on", "due_on", "closed_on", "outcome"))
    counts_of_days = WorkdayCounts(city.current().profile.workdays, (each for row in kept for each in (row[3], row[5])))
    for office, kind, stage, receipt_on, due_on, closed_on, outcome in kept:
        late = due_on is not None and due_on < (closed_on or day)
        days = counts_of_days.between(receipt_on, closed_on) if closed_on is not None else 0
        for place in _places(office, kind):
            sums = counts[place]
            sums.received += receipt_on > since
            if stage != CaseStage.CLOSED:
                sums.waiting += 1
                sums.late += late
            elif closed_on is not None and closed_on > since and outcome not in UNSERVED:
                sums.days.append(days)
                sums.in_time += not late


def before_it(rows: QuerySet[Case], ends: str, *fields: str) -> Iterable[tuple[Any, ...]]:
    """The fields of each case, and behind them when the last of those ended (by ``ends``) that came before it.

    Before it means of the same unit and kind, and received earlier. One running maximum over all of them in order.
    """
    ended = Coalesce(F(ends), Value(_NEVER, output_field=DateTimeField()))
    window = Window(
        Max(ended),
        partition_by=[F("office"), F("kind")],
        order_by=[F("received_at").asc(), F("id").asc()],
        frame=RowRange(end=-1),
    )
    return rows.annotate(last_before=window).values_list(*fields, "last_before")


def _count_turns(counts: defaultdict[FigurePlace, _Counts], now: datetime) -> None:
    since = now - FIGURES_PERIOD
    waited = Case.objects.filter(Q(served_at=None) | Q(served_at__gt=since))
    fields = ("office", "kind", "served_at", "closed_at", "outcome", "order_reason")
    for office, kind, served_at, closed_at, outcome, reason, last_before in before_it(waited, "served_at", *fields):
        if served_at is None or (outcome in UNSERVED and closed_at == served_at):
            continue
        out_of_turn = last_before is not None and last_before > served_at
        for place in _places(office, kind):
            sums = counts[place]
            sums.taken += 1
            sums.turned += out_of_turn
            if out_of_turn:
                sums.reasons[reason] += 1


def _count_overtaking(counts: defaultdict[FigurePlace, _Counts], day: date) -> None:
    since = day - FIGURES_PERIOD
    standing = Q(closed_at=None, due_on=None)
    ran = Case.objects.filter(Q(closed_at=None) | Q(closed_on__gt=since)).exclude(standing)
    fields = ("office", "kind", "closed_at", "outcome")
    for office, kind, closed_at, outcome, last_before in before_it(ran, "closed_at", *fields):
        if closed_at is None or outcome in UNSERVED:
            continue
        for place in _places(office, kind):
            sums = counts[place]
            sums.answered += 1
            sums.overtook += last_before is not None and last_before > closed_at
