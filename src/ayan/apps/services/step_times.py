"""How long each step of a service took: published sums of finished cases, by step and by unit, and what they cost.

They come from another dataset than the times of whole cases. Both are made of the case log, and the sums of both must
agree: whether they do stands beside them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ayan.apps.services.limits import FEWEST_CASES
from ayan.apps.services.service_times import PARTS, ServiceTimes, playing
from ayan.core.audit.balance import Balance
from ayan.core.query.answer import Unanswered
from ayan.core.query.limits import MAX_SIZE
from ayan.core.query.problem import BadQuestion
from ayan.core.query.question import Question
from ayan.core.query.question_parser import parse
from ayan.core.schema.definition import Dataset
from ayan.core.values.label import Label
from ayan.wiring.city import City

PART: Final = "step-times"
"""The part that the dataset of the steps plays."""


@dataclass(frozen=True, slots=True)
class StepSum:
    """The cases that passed a step, their working days in it, and what it cost (None where that is not published)."""

    cases: int = 0
    days: int = 0
    cost: int | None = None

    def with_more(self, cases: int, days: int, cost: int | None) -> StepSum:
        """Of more cases together; what it cost is known where it is known of all of them."""
        known = cost is not None and (self.cost is not None or not self.cases)
        return StepSum(self.cases + cases, self.days + days, (self.cost or 0) + (cost or 0) if known else None)


@dataclass(frozen=True, slots=True)
class StepTime:
    """One step of a service: which part of the time its days are, and its sums in all units and in each."""

    title: Label
    part: str
    all_units: StepSum
    units: Mapping[str, StepSum]


@dataclass(frozen=True, slots=True)
class StepTimes:
    """The steps of a year's finished cases of a service, in their order.

    ``agrees`` says whether the days of each part are those of the whole cases; ``units`` are those with enough cases
    to say how long a step takes there. ``api`` is the question of the API that gives the rows.
    """

    dataset: Dataset
    steps: tuple[StepTime, ...]
    units: tuple[str, ...]
    agrees: bool
    api: str

    @property
    def cost(self) -> int | None:
        """What all steps cost together, in rial; None unless it is published of every step."""
        costs = [step.all_units.cost for step in self.steps]
        known = [cost for cost in costs if cost is not None]
        return sum(known) if len(known) == len(costs) else None


def step_times(city: City, code: str, times: ServiceTimes) -> StepTimes | None:
    """The steps of the cases whose times are told; None where no dataset tells of them."""
    playing_dataset = playing(city, PART)
    if playing_dataset is None:
        return None
    dataset, fields = playing_dataset
    pairs = [(fields["service"], code), (fields["year"], str(times.year))]
    try:
        question = Question(slug=dataset.slug, filters=parse(dataset, pairs).filters, size=MAX_SIZE)
        snapshot = city.query_service.snapshot(dataset, question)
        answer = city.query_service.rows(dataset, question, snapshot)
    except (BadQuestion, Unanswered):
        return None
    if not answer.rows or answer.next:
        return None
    steps = _steps([row.values for row in answer.rows], fields)
    return StepTimes(
        dataset=dataset,
        steps=steps,
        units=_units(steps),
        agrees=all(_days(steps, part) == getattr(times, part) for part in PARTS),
        api=f"/api/v1/datasets/{dataset.slug}/rows.json?{question.query_string()}",
    )


def balances_between(city: City, first: Dataset, second: Dataset) -> list[Balance]:
    """The balances that hold the sums of two datasets against each other."""
    both = {first.slug, second.slug}
    return [balance for balance in city.registry.balances().sound if balance.datasets == both]


def _steps(rows: list[Mapping[str, Any]], fields: Mapping[str, str]) -> tuple[StepTime, ...]:
    """The rows of all units put together by step, parts in their order and steps in that of the rows."""
    steps: dict[tuple[str, str], StepTime] = {}
    for row in rows:
        part, words, unit = (str(row[fields[place]]) for place in ("part", "step", "unit"))
        cost = row.get(fields["cost"]) if "cost" in fields else None
        numbers = int(row[fields["cases"]]), int(row[fields["days"]]), None if cost is None else int(cost)
        english = row.get(fields["step_en"]) if "step_en" in fields else None
        known = steps.get((part, words)) or StepTime(Label(words, str(english or words)), part, StepSum(), {})
        in_unit = known.units.get(unit, StepSum()).with_more(*numbers)
        every = known.all_units.with_more(*numbers)
        steps[part, words] = StepTime(known.title, part, every, {**known.units, unit: in_unit})
    return tuple(sorted(steps.values(), key=lambda step: _place(step.part)))


def _place(part: str) -> int:
    return PARTS.index(part) if part in PARTS else len(PARTS)


def _days(steps: tuple[StepTime, ...], part: str) -> int:
    return sum(step.all_units.days for step in steps if step.part == part)


def _units(steps: tuple[StepTime, ...]) -> tuple[str, ...]:
    """The units with enough cases in some step, those with most first."""
    most: dict[str, int] = {}
    for step in steps:
        for unit, each in step.units.items():
            most[unit] = max(most.get(unit, 0), each.cases)
    enough = [unit for unit, cases in most.items() if cases >= FEWEST_CASES]
    return tuple(sorted(enough, key=lambda unit: (-most[unit], unit)))
