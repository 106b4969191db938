"""How long a service really took: the finished cases of last year, counted by where their working days went.

Every figure is worked out of answers of the public grammar, whose addresses stand beside it: who asks the same gets the
same numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from ayan.apps.catalog.explorer import figures, group_table
from ayan.apps.services.limits import FEWEST_CASES
from ayan.core.query.answer import Snapshot, Unanswered
from ayan.core.query.grouping import GroupKey, GroupMeasure, GroupQuestion
from ayan.core.query.limits import MAX_SIZE
from ayan.core.query.problem import BadQuestion
from ayan.core.query.question import Question
from ayan.core.query.question_parser import parse
from ayan.core.schema.definition import Dataset
from ayan.core.schema.view import PlaysView
from ayan.core.services.service import Service
from ayan.core.values.clock import today
from ayan.core.values.jalali import from_gregorian
from ayan.wiring.city import City

PART: Final = "service-times"
"""The part that the dataset of finished cases plays."""

COUNT: Final = GroupMeasure("count")
PARTS: Final = ("queued", "worked", "waited")


@dataclass(frozen=True, slots=True)
class UnitTimes:
    """The cases of one unit: how many, and how many working days each was in the queue, in hand and waiting."""

    unit: str
    cases: int
    queued: float
    worked: float
    waited: float


@dataclass(frozen=True, slots=True)
class ServiceTimes:
    """The finished cases of a year. ``days`` are pairs of working days, waiting left out, and how many took so many.

    ``queued``, ``worked`` and ``waited`` are working days of all cases together; ``returns`` how often somebody was
    asked for more, ``unvisited`` how many cases were finished without anybody coming (None where it is not published).
    ``api`` are the questions of the API that they were worked out of, ``dataset`` whose rows they are.
    """

    dataset: Dataset
    year: int
    cases: int
    days: tuple[tuple[int, int], ...]
    queued: int
    worked: int
    waited: int
    returns: int | None
    unvisited: int | None
    units: tuple[UnitTimes, ...]
    api: tuple[str, ...]

    @property
    def is_enough(self) -> bool:
        """Whether there are enough cases to say how long one takes."""
        return self.cases >= FEWEST_CASES

    def within(self, per_cent: int) -> int:
        """The working days within which so many per cent of the cases were finished."""
        wanted, seen = self.cases * per_cent, 0
        for days, cases in self.days:
            seen += cases
            if seen * 100 >= wanted:
                return days
        return self.days[-1][0] if self.days else 0

    def kept(self, promised: int) -> int:
        """How many of the cases were finished within a promise."""
        return sum(cases for days, cases in self.days if days <= promised)

    def each(self, part: int) -> float:
        """How many working days of a part fall on one case."""
        return part / self.cases


def service_times(city: City, service: Service) -> ServiceTimes | None:
    """The times of last year; None where no dataset tells of them, or of no case of this service."""
    playing = _playing(city)
    if playing is None:
        return None
    dataset, fields = playing
    year = from_gregorian(today(city.clock)).year - 1
    pairs = [(fields["service"], service.code), (fields["received"], str(year)), (f"{fields['queued']}__isnull", "0")]
    try:
        scope = Question(slug=dataset.slug, filters=parse(dataset, pairs).filters, size=MAX_SIZE)
        return _of(city, dataset, fields, scope, year)
    except (BadQuestion, Unanswered):
        return None


def _playing(city: City) -> tuple[Dataset, dict[str, str]] | None:
    """The dataset that tells of finished cases, once something of it is published, and its fields by their places."""
    for dataset in city.registry.all():
        view = next((view for view in dataset.views_of(PlaysView) if view.part == PART), None)
        if view is not None and city.release_store.snapshot(dataset.slug).rows:
            return dataset, dict(view.places)
    return None


def _of(city: City, dataset: Dataset, fields: dict[str, str], scope: Question, year: int) -> ServiceTimes | None:
    snapshot = city.query_service.snapshot(dataset, scope)
    parts = GroupQuestion(scope=scope, by=tuple(GroupKey(fields[part]) for part in PARTS))
    answer = figures.groups(city.query_service, dataset, parts, snapshot)
    cases = sum(int(row["count"]) for row in answer.rows)
    if not cases or answer.total > len(answer.rows):
        return None
    days: dict[int, int] = {}
    sums = dict.fromkeys(PARTS, 0)
    for row in answer.rows:
        number = int(row["count"])
        queued, worked, waited = (int(row[fields[part]] or 0) for part in PARTS)
        days[queued + worked] = days.get(queued + worked, 0) + number
        for part, value in zip(PARTS, (queued, worked, waited), strict=True):
            sums[part] += value * number
    acts, returns, unvisited = _acts(city, dataset, fields, scope, snapshot)
    by_unit = _by_unit(dataset, fields, scope)
    return ServiceTimes(
        dataset=dataset,
        year=year,
        cases=cases,
        days=tuple(sorted(days.items())),
        returns=returns,
        unvisited=unvisited,
        units=_units(city, dataset, fields, by_unit, snapshot),
        api=tuple(group_table.api_address(dataset, asked) for asked in (parts, *acts, by_unit) if asked),
        queued=sums["queued"],
        worked=sums["worked"],
        waited=sums["waited"],
    )


def _rows(city: City, dataset: Dataset, question: GroupQuestion, snapshot: Snapshot) -> Sequence[dict[str, Any]]:
    return figures.groups(city.query_service, dataset, question, snapshot).rows


def _acts(
    city: City, dataset: Dataset, fields: dict[str, str], scope: Question, snapshot: Snapshot
) -> tuple[tuple[GroupQuestion, ...], int | None, int | None]:
    """How often something was asked for, and how many cases nobody came for, with the question that says so."""
    if "returns" not in fields or "visits" not in fields:
        return (), None, None
    question = GroupQuestion(scope=scope, by=(GroupKey(fields["returns"]), GroupKey(fields["visits"])))
    rows = _rows(city, dataset, question, snapshot)
    returns = sum(int(row[fields["returns"]] or 0) * int(row["count"]) for row in rows)
    known = [row for row in rows if row[fields["visits"]] is not None]
    unvisited = sum(int(row["count"]) for row in known if int(row[fields["visits"]]) == 0)
    return (question,), returns, unvisited if known else None


def _by_unit(dataset: Dataset, fields: dict[str, str], scope: Question) -> GroupQuestion | None:
    unit = next((field for field in dataset.published if field.role == "unit" and field.shown == "public"), None)
    if unit is None:
        return None
    averages = tuple(GroupMeasure("avg", fields[part]) for part in PARTS)
    return GroupQuestion(scope=scope, by=(GroupKey(unit.name),), measures=(COUNT, *averages))


def _units(
    city: City, dataset: Dataset, fields: dict[str, str], question: GroupQuestion | None, snapshot: Snapshot
) -> tuple[UnitTimes, ...]:
    """The units with enough cases to say how long one takes there, those with most cases first."""
    if question is None:
        return ()
    name = question.by[0].name
    rows = (row for row in _rows(city, dataset, question, snapshot) if int(row["count"]) >= FEWEST_CASES)
    units = (
        UnitTimes(str(row[name]), int(row["count"]), *(float(row[f"avg_{fields[part]}"] or 0) for part in PARTS))
        for row in rows
    )
    return tuple(sorted(units, key=lambda each: (-each.cases, each.unit)))
