"""The rows whose sums a comparison may hold side by side: of money one side, of what stands at dates one date."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ayan.apps.compare import comparison_options
from ayan.core.query.additivity import at_condition, side_conditions, sides
from ayan.core.query.answer import Unanswered
from ayan.core.query.grouping import GroupKey
from ayan.core.query.question import Filter
from ayan.core.query.sum_parts import latest
from ayan.wiring.city import City

if TYPE_CHECKING:
    from ayan.apps.compare.comparison_question import ComparisonQuestion


def summable(city: City, comparison: ComparisonQuestion) -> ComparisonQuestion:
    """The comparison over rows that may be added, with what was chosen among its conditions, for all to see.

    Where money goes out and comes in, what goes out; of what stands at dates, the latest date, unless the comparison
    runs along these or its sides are dates. Sums that still mean nothing are refused where they are formed.
    """
    dataset, measure = comparison.dataset, comparison.measure
    if measure.function != "sum" or not comparison.sides:
        return comparison
    field = dataset.field(measure.field)
    more: list[Filter] = []
    keys = {key.field for key in (comparison.by, comparison.over) if isinstance(key, GroupKey)}
    # Lines are added up under the table, so values that a comparison runs along part nothing; those of sides do.
    parted = [sides(dataset, field, side.scope.filters, ()) for side in comparison.sides]
    if all(len(each) > 1 for each in parted):
        more += side_conditions(dataset, parted[0][0])
    at = comparison_options.stock_date(dataset, measure)
    if at is not None and at.name not in keys and not _is_dated(comparison, at.name):
        try:
            standing = city.query_service.snapshot(dataset, comparison.scope)
            moments = latest(city.query_service, dataset, at, comparison.scope, standing)
        except Unanswered:
            moments = ()
        more += [at_condition(at, moments)] if moments else []
    return _having(comparison, tuple(more)) if more else comparison


def _is_dated(comparison: ComparisonQuestion, at: str) -> bool:
    """Whether every side says of which dates it is."""
    return all(any(condition.field == at for condition in side.scope.filters) for side in comparison.sides)


def _having(comparison: ComparisonQuestion, more: tuple[Filter, ...]) -> ComparisonQuestion:
    narrowed = tuple(replace(side, scope=side.scope.having(*more)) for side in comparison.sides)
    return replace(comparison, scope=comparison.scope.having(*more), sides=narrowed)
