"""How many people lived in a place in a year, as a declared dataset counts them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ayan.apps.catalog.explorer import figures
from ayan.apps.compare import other_cities
from ayan.apps.compare.comparison_options import Divisor
from ayan.apps.compare.comparison_question import ComparisonQuestion, ComparisonSide
from ayan.apps.compare.limits import MOST_COUNTS
from ayan.core.query.answer import Snapshot
from ayan.core.query.grouping import GroupKey, GroupMeasure, GroupQuestion
from ayan.core.query.question import Question
from ayan.core.query.values import as_asked
from ayan.core.schema.definition import Dataset
from ayan.core.values.asked_value import value_text
from ayan.core.values.text import fold
from ayan.wiring.city import City


@dataclass(frozen=True, slots=True)
class People:
    """The people by city, year and folded place, "" being the city itself and all places.

    ``field`` is the compared dataset's own place; where it is "", the people of all places are meant. ``standings`` are
    what they were read from, by city; a city that is not among them has not been counted.
    """

    dataset: Dataset
    counts: Mapping[tuple[str, str, str], int]
    field: str
    over_places: bool
    standings: Mapping[str, Snapshot]

    def of(self, year: str | None, key: Any, side: ComparisonSide) -> int | None:
        """The people that a line (None: all of them) and a side are about; None where they were not counted."""
        if self.over_places and key is not None:
            return self._count(side, year, fold(str(key)))
        if self.field:
            for condition in side.scope.filters:
                if condition.field == self.field:
                    known = [self._count(side, year, fold(value_text(value))) for value in condition.values]
                    plain = condition.op in ("eq", "in") and None not in known
                    return sum(value for value in known if value) if plain else None
        return self._count(side, year, "")

    def _count(self, side: ComparisonSide, year: str | None, location: str) -> int | None:
        return self.counts.get((side.city, year or "", location))


def people_of(city: City, divisor: Divisor, comparison: ComparisonQuestion) -> People:
    """The people by whom a comparison is divided. Raises Unanswered."""
    assert divisor.dataset is not None and divisor.view is not None  # noqa: S101, PT018 - they come with the code
    dataset, view = as_asked(divisor.dataset), divisor.view
    keys = (GroupKey(view.year), *([GroupKey(view.location)] if view.location else []))
    question = GroupQuestion(
        scope=Question(slug=dataset.slug, size=MOST_COUNTS), by=keys, measures=(GroupMeasure("sum", view.people),)
    )
    counts: dict[tuple[str, str, str], int] = {}
    standings: dict[str, Snapshot] = {}
    needed = {view.year, view.people, view.location} - {""}
    for code in dict.fromkeys(side.city for side in comparison.sides):
        reader = other_cities.reader(city, code)
        standing = reader.snapshot(dataset, question.scope)
        if not standing.releases or needed & other_cities.unfit(city, code, dataset.slug):
            continue
        standings[code] = standing
        # The view says what its numbers are: people who lived at one time, of whom nobody lives twice in a year.
        counted = figures.groups(reader, dataset, question, standing, known_meaning=True).rows
        last = {moment[:4]: moment for moment in sorted(str(row[view.year]) for row in counted)}
        for row in counted:
            year, number = str(row[view.year])[:4], row[f"sum_{view.people}"]
            if not number or str(row[view.year]) != last[year]:
                continue
            for location in {"", fold(str(row[view.location])) if view.location else ""}:
                counts[code, year, location] = counts.get((code, year, location), 0) + int(number)
    own = next(
        (field.name for field in comparison.dataset.published if field.role == "place" and field.shown == "public"), ""
    )
    over = comparison.over is not None and comparison.over.field == own
    return People(dataset, counts, own if view.location else "", over and bool(view.location), standings)
