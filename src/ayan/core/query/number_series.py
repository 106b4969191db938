"""Numbers that are missing in a running series: what stands before the last digits of a code names the series."""

from __future__ import annotations

from dataclasses import dataclass

from ayan.core.query.answer import Snapshot
from ayan.core.query.limits import MOST_RANGES
from ayan.core.query.plan import Series, SeriesGaps
from ayan.core.query.query_service import QueryService
from ayan.core.query.values import as_asked
from ayan.core.schema.definition import Dataset, View


@dataclass(frozen=True, slots=True)
class NumberGap:
    """A range of numbers that no row has, both ends included."""

    first: int
    last: int

    @property
    def count(self) -> int:
        """How many numbers are missing."""
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True)
class NumberSeries:
    """The numbers under one ``name``, which stands before them: how many different ones, from where to where.

    ``missing`` counts what no row has between the first number and the last; ``gaps`` are the first ranges of them.
    """

    name: str
    numbers: int
    first: int
    last: int
    missing: int
    gaps: tuple[NumberGap, ...]


def series(reader: QueryService, dataset: Dataset, view: View, snapshot: Snapshot) -> tuple[NumberSeries, ...]:
    """Every series of a view of the kind ``numbering``, in the order of their names.

    A series begins at the declared first number, or at the least that stands in it. Raises TooSlow or TooHeavy.
    """
    dataset = as_asked(dataset)
    stretches: dict[str, list[NumberGap]] = {}
    for name, first, last in reader.table(dataset, SeriesGaps(view.by, view.first, MOST_RANGES), snapshot):
        stretches.setdefault(name, []).append(NumberGap(first, last))
    return tuple(
        NumberSeries(name, numbers, first, last, last - first + 1 - numbers, tuple(stretches.get(name, ())))
        for name, numbers, first, last in reader.table(dataset, Series(view.by, view.first), snapshot)
    )
