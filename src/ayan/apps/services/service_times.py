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
    """The cases of one unit: how many, and how many working days each was in the queue, in hand and waiting.

    ``days``, ``returns`` and ``unvisited`` are what they are of all units; None where they are not published, or the
    questions for them have more answers than one page of the API.
    """

    unit: str
    cases: int
    queued: float
    worked: float
    waited: float
    days: tuple[tuple[int, int], ...] | None = None
    returns: int | None = None
    unvisited: int | None = None

    def kept(self, promised: int) -> int | None:
        """How many of its cases were finished within a promise."""
        return None if self.days is None else sum(cases for days, cases in self.days if days <= promised)


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
    playing_dataset = playing(city, PART)
    if playing_dataset is None:
        return None
    dataset, fields = playing_dataset
    year = from_gregorian(today(city.clock)).year - 1
    pairs = [(fields["service"], service.code), (fields["received"], str(year)), (f"{fields['queued']}__isnull", "0")]
    try:
        scope = Question(slug=dataset.slug, filters=parse(dataset, pairs).filters, size=MAX_SIZE)
        return _of(city, dataset, fields, scope, year)
    except (BadQuestion, Unanswered):
        return None


def playing(city: City, part: str) -> tuple[Dataset, dict[str, str]] | None:
    """The dataset that plays a part, once something of it is published, and its fields by their places."""
    for dataset in city.registry.all():
        view = next((view for view in dataset.views_of(PlaysView) if view.part == part), None)
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
    acts = _acts_question(fields, scope)
    returns, unvisited = _acts(_rows(city, dataset, acts, snapshot), fields) if acts else (None, None)
    units, asked = _units(city, dataset, fields, scope, snapshot)
    return ServiceTimes(
        dataset=dataset,
        year=year,
        cases=cases,
        days=tuple(sorted(days.items())),
        returns=returns,
        unvisited=unvisited,
        units=units,
        api=tuple(group_table.api_address(dataset, each) for each in (parts, acts, *asked) if each),
        queued=sums["queued"],
        worked=sums["worked"],
        waited=sums["waited"],
    )


def _rows(city: City, dataset: Dataset, question: GroupQuestion, snapshot: Snapshot) -> Sequence[dict[str, Any]]:
    return figures.groups(city.query_service, dataset, question, snapshot).rows


def _acts_question(fields: dict[str, str], scope: Question, *by: GroupKey) -> GroupQuestion | None:
    if "returns" not in fields or "visits" not in fields:
        return None
    return GroupQuestion(scope=scope, by=(*by, GroupKey(fields["returns"]), GroupKey(fields["visits"])))


def _acts(rows: Sequence[dict[str, Any]], fields: dict[str, str]) -> tuple[int, int | None]:
    """How often something was asked for, and how many cases nobody came for."""
    returns = sum(int(row[fields["returns"]] or 0) * int(row["count"]) for row in rows)
    known = [row for row in rows if row[fields["visits"]] is not None]
    unvisited = sum(int(row["count"]) for row in known if int(row[fields["visits"]]) == 0)
    return returns, unvisited if known else None


def _units(
    city: City, dataset: Dataset, fields: dict[str, str], scope: Question, snapshot: Snapshot
) -> tuple[tuple[UnitTimes, ...], tuple[GroupQuestion | None, ...]]:
    """The units with enough cases to say how long one takes there, those with most cases first; and what was asked."""
    field = next((field for field in dataset.published if field.role == "unit" and field.shown == "public"), None)
    if field is None:
        return (), ()
    unit = GroupKey(field.name)
    averages = tuple(GroupMeasure("avg", fields[part]) for part in PARTS)
    means = GroupQuestion(scope=scope, by=(unit,), measures=(COUNT, *averages))
    days = GroupQuestion(scope=scope, by=(unit, GroupKey(fields["queued"]), GroupKey(fields["worked"])))
    acts = _acts_question(fields, scope, unit)
    days_of = _by_unit(city, dataset, unit, days, snapshot)
    acts_of = _by_unit(city, dataset, unit, acts, snapshot) if acts else None
    units = []
    for row in _rows(city, dataset, means, snapshot):
        name, cases = str(row[unit.name]), int(row["count"])
        if cases < FEWEST_CASES:
            continue
        returns, unvisited = _acts(acts_of[name], fields) if acts_of else (None, None)
        pairs = None if days_of is None else tuple(_pair(each, fields) for each in days_of[name])
        queued, worked, waited = (float(row[f"avg_{fields[part]}"] or 0) for part in PARTS)
        units.append(UnitTimes(name, cases, queued, worked, waited, pairs, returns, unvisited))
    return tuple(sorted(units, key=lambda each: (-each.cases, each.unit))), (means, days, acts)


def _pair(row: dict[str, Any], fields: dict[str, str]) -> tuple[int, int]:
    return int(row[fields["queued"]] or 0) + int(row[fields["worked"]] or 0), int(row["count"])


def _by_unit(
    city: City, dataset: Dataset, unit: GroupKey, question: GroupQuestion, snapshot: Snapshot
) -> dict[str, list[dict[str, Any]]] | None:
    """The groups of a question by their unit; None where there are more of them than one answer holds."""
    answer = figures.groups(city.query_service, dataset, question, snapshot)
    if answer.total > len(answer.rows):
        return None
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in answer.rows:
        rows.setdefault(str(row[unit.name]), []).append(row)
    return rows
