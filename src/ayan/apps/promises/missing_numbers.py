"""What published rows themselves show to be missing: numbers that no row has, and money that names no contract."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final
from urllib.parse import urlencode

from ayan.apps.catalog import figures
from ayan.core.query.answer import Snapshot, Unanswered
from ayan.core.query.grouping import GroupKey, GroupMeasure, GroupQuestion
from ayan.core.query.limits import MAX_SIZE
from ayan.core.query.number_series import NumberGap, NumberSeries, series
from ayan.core.query.question import Filter, Question
from ayan.core.query.statistics import axis_of
from ayan.core.query.values import as_asked
from ayan.core.schema.definition import AnyView, Dataset
from ayan.core.schema.view import NumberingView, UnnamedView
from ayan.wiring.city import City

SHOWN: Final = 12
"""Stretches of missing numbers that a line of the page names; the API names them all."""


@dataclass(frozen=True, slots=True)
class NumberedRegister:
    """The running numbers of a dataset: one line for each series."""

    dataset: Dataset
    view: NumberingView
    series: tuple[NumberSeries, ...]
    snapshot: Snapshot

    @property
    def missing(self) -> int:
        """How many numbers no row has, in all series."""
        return sum(number_series.missing for number_series in self.series)


@dataclass(frozen=True, slots=True)
class NumberedYear:
    """Of one year (Jalali, "" where no column tells it): the rows and the rials without a name, and all of them.

    ``query`` finds the rows without a name among those of the dataset.
    """

    year: str
    rows: int
    amount: int
    of_rows: int
    of_amount: int
    query: str

    @property
    def share(self) -> float | None:
        """The part of the money, from 0 to 1; None where there is none."""
        return self.amount / self.of_amount if self.of_amount else None


@dataclass(frozen=True, slots=True)
class UnnamedMoney:
    """Money that leaves a name empty, year by year, newest first."""

    dataset: Dataset
    view: UnnamedView
    years: tuple[NumberedYear, ...]
    snapshot: Snapshot

    @property
    def rows(self) -> int:
        """How many rows leave it empty."""
        return sum(year.rows for year in self.years)

    @property
    def amount(self) -> int:
        """What they come to, in rial."""
        return sum(year.amount for year in self.years)


def numbered(city: City) -> list[NumberedRegister]:
    """Every declared series of numbers of what is published; one that cannot be read in time is left out."""
    out = []
    for dataset, view, standing in _views(city, NumberingView):
        key = ("numbering", standing.snapshot_id, dataset.digest, view.code)
        try:
            all_series = figures.once(key, partial(series, city.query_service, dataset, view, standing))
        except Unanswered:
            continue
        out.append(NumberedRegister(dataset, view, all_series, standing))
    return out


def unnamed(city: City) -> list[UnnamedMoney]:
    """Every declared sum of money that may leave a name empty; one that cannot be read in time is left out."""
    out = []
    for dataset, view, standing in _views(city, UnnamedView):
        try:
            out.append(UnnamedMoney(dataset, view, _years(city, dataset, view, standing), standing))
        except Unanswered:
            continue
    return out


def _views(city: City, kind: type[AnyView]) -> Iterator[tuple[Dataset, AnyView, Snapshot]]:
    """The declared views of a kind whose dataset has releases."""
    for dataset in city.registry.all():
        views = dataset.views_of(kind)
        if views and city.release_store.snapshot(dataset.slug).releases:
            standing = city.query_service.snapshot(dataset, Question(slug=dataset.slug))
            yield from ((dataset, view, standing) for view in views)


def _years(city: City, dataset: Dataset, view: UnnamedView, snapshot: Snapshot) -> tuple[NumberedYear, ...]:
    empty = Filter(view.by, "isnull", (True,))
    axis = axis_of(dataset)
    by = (GroupKey(axis.name, "year") if axis.kind.is_day else GroupKey(axis.name),) if axis else ()
    measures = (GroupMeasure("sum", view.measure), GroupMeasure("count"))

    def by_year(*filters: Filter) -> dict[str, tuple[int, int]]:
        scope = Question(slug=dataset.slug, filters=filters, size=MAX_SIZE)
        question = GroupQuestion(scope=scope, by=by, measures=measures)
        counted: dict[str, tuple[int, int]] = {}
        for row in figures.groups(city.query_service, as_asked(dataset), question, snapshot).rows:
            year = str(row[by[0].name] or "")[:4] if by else ""
            amount, rows = counted.get(year, (0, 0))
            counted[year] = (amount + int(row[measures[0].name] or 0), rows + int(row[measures[1].name]))
        return counted

    every, without = by_year(), by_year(empty)
    years = []
    for year in sorted(every, reverse=True):
        amount, rows = without.get(year, (0, 0))
        pairs = [(empty.parameter, empty.text), *([(axis.name, year)] if axis and year else [])]
        years.append(NumberedYear(year, rows, amount, every[year][1], every[year][0], urlencode(pairs)))
    return tuple(years)


@dataclass(frozen=True, slots=True)
class MissingNumbers:
    """A series as a line of the page has room for it; ``more`` says that there are further gaps."""

    name: str
    numbers: int
    first: int
    last: int
    missing: int
    gaps: tuple[NumberGap, ...]
    more: bool


def first_gaps(number_series: NumberSeries) -> MissingNumbers:
    """A series with the first gaps in it."""
    some = number_series.gaps[:SHOWN]
    return MissingNumbers(
        number_series.name,
        number_series.numbers,
        number_series.first,
        number_series.last,
        number_series.missing,
        some,
        sum(each.count for each in some) < number_series.missing,
    )
