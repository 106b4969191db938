"""What one city says to a question that is put to several: numbers that can be put together with those of others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from ayan.apps.catalog.citation import file_sources
from ayan.apps.catalog.explorer import figures
from ayan.apps.catalog.explorer.figures import PriceIndex, prices
from ayan.apps.national.cities_question import CitiesQuestion
from ayan.apps.national.limits import MOST_CITY_GROUPS, MOST_JOINED
from ayan.core.query.answer import Snapshot
from ayan.core.query.file_source import LogPosition
from ayan.core.query.grouping import GroupKey, GroupMeasure, GroupQuestion
from ayan.core.query.problem import BadQuestion, problem
from ayan.core.query.question import Filter, Question
from ayan.core.schema.definition import Dataset
from ayan.core.schema.problem import DeclarationError
from ayan.wiring.city import City

CityCellKey = tuple[Any, ...]
Years = dict[str, Any]
"""A number by its year, ``""`` where years are not told apart."""
COUNT: Final = GroupMeasure("count")


class CityMissing(Exception):
    """A city has no answer; ``why`` is the code of the reason (`ayan.apps.national.cities_answer.MISSING`)."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class MeanParts:
    """What a mean is made of: a sum and the number of its values."""

    total: int | Decimal
    count: int


@dataclass(frozen=True, slots=True)
class CityCells:
    """The numbers of one city, and what they were read from.

    ``cells`` holds for each group, by the place of the measure, its number of each year: a number, `MeanParts` of a
    mean, the set of legal IDs of different ones that are put together with others'.
    """

    snapshot: Snapshot
    log: LogPosition | None
    rows: int
    cells: Mapping[CityCellKey, tuple[Years, ...]]
    prices: PriceIndex | None
    prices_release: str


def declared(city: City, slug: str, digest: str) -> Dataset:
    """A dataset of a city under the declaration that is asked about. Raises CityMissing."""
    if slug in city.damaged():
        raise CityMissing("unreadable")
    try:
        dataset = city.registry.get(slug)
    except DeclarationError:
        raise CityMissing("unreadable") from None
    except KeyError:
        raise CityMissing("not-published") from None
    if digest and dataset.digest != digest:
        raise CityMissing("otherwise" if city.release_store.current(slug) else "not-published")
    return dataset


def read_city(city: City, question: CitiesQuestion) -> CityCells:
    """What a city says. Raises CityMissing, Unanswered, or BadQuestion for too many groups."""
    dataset = declared(city, question.dataset.slug, question.dataset.digest)
    scope = question.inner.scope
    snapshot = city.query_service.snapshot(dataset, scope)
    if not snapshot.releases:
        raise CityMissing("not-published")
    asked = _Asked(city, dataset, question, snapshot)
    index = prices(city) if question.real else None
    release = _newest(city, index.dataset) if index else ""
    log = file_sources.log_position(city, snapshot)
    return CityCells(snapshot, log, asked.rows(), asked.cells(), index, release)


def _newest(city: City, dataset: Dataset) -> str:
    newest = city.query_service.snapshot(dataset, Question(slug=dataset.slug)).source.newest
    return f"{newest.period}/{newest.number}" if newest else ""


class _Asked:
    """The questions about one state of a city's dataset."""

    def __init__(self, city: City, dataset: Dataset, question: CitiesQuestion, snapshot: Snapshot) -> None:
        self._city, self._dataset, self._question, self._snapshot = city, dataset, question, snapshot
        self._by = question.inner.by

    def rows(self) -> int:
        """How many rows meet the conditions."""
        (row,) = self._groups((), (COUNT,), self._question.inner.scope) or ({COUNT.name: 0},)
        return int(row[COUNT.name])

    def cells(self) -> Mapping[CityCellKey, tuple[Years, ...]]:
        """The numbers of every group."""
        measures = self._question.inner.measures
        out: dict[CityCellKey, tuple[Years, ...]] = {}

        def put(at: int, key: CityCellKey, year: str, value: Any, joined: Callable[[Any, Any], Any]) -> None:
            years = out.setdefault(key, tuple({} for _ in measures))[at]
            years[year] = value if year not in years else joined(years[year], value)

        for at, key, year, value in self._added():
            put(at, key, year, value, plus)
        for at, measure in enumerate(measures):
            if measure.function in ("min", "max"):
                for row, key in self._keyed(self._by, (measure,), self._question.inner.scope):
                    put(at, key, "", row[_column(self._by, measure)], least if measure.function == "min" else most)
            elif measure.function == "median" or (measure.function == "distinct" and self._question.each_city):
                for row, key in self._keyed(self._by, (measure,), self._question.inner.scope):
                    put(at, key, "", row[_column(self._by, measure)], _never)
            elif measure.function == "distinct":
                for key, legal_id in self._different(measure):
                    put(at, key, "", frozenset((legal_id,)), frozenset.union)
        return out

    def _added(self) -> Iterator[tuple[int, CityCellKey, str, Any]]:
        """Numbers of rows, sums and means, by year where that matters."""
        measures, scope = self._question.inner.measures, self._question.inner.scope
        plain = tuple(each for each in measures if each.function in ("count", "sum"))
        if plain:
            for row, key, year in self._yearly(plain, scope):
                for at, measure in enumerate(measures):
                    if measure in plain:
                        yield at, key, year, row[_column(self._keys, measure)]
        for at, measure in enumerate(measures):
            if measure.function != "avg":
                continue
            # A mean is put together from its sum, which nobody is shown.
            summed = GroupMeasure("sum", measure.field)
            with_value = scope.having(Filter(measure.field, "isnull", (False,)))
            for row, key, year in self._yearly((summed, COUNT), with_value, known_meaning=True):
                count = int(row[_column(self._keys, COUNT)])
                yield at, key, year, MeanParts(row[_column(self._keys, summed)], count)

    @property
    def _keys(self) -> tuple[GroupKey, ...]:
        year = self._question.year
        return self._by if year is None or year in self._by else (*self._by, year)

    def _yearly(
        self, measures: tuple[GroupMeasure, ...], scope: Question, *, known_meaning: bool = False
    ) -> Iterator[tuple[Mapping[str, Any], CityCellKey, str]]:
        year = self._question.year
        for row, key in self._keyed(self._keys, measures, scope, known_meaning=known_meaning):
            value = row[year.name] if year else ""
            yield row, key, "?" if value is None else str(value)[:4]

    def _different(self, measure: GroupMeasure) -> Iterator[tuple[CityCellKey, str]]:
        own = GroupKey(measure.field)
        keys = self._by if own in self._by else (*self._by, own)
        for row in self._groups(keys, (COUNT,), self._question.inner.scope, most=MOST_JOINED):
            if row[own.name] is not None:
                yield self._key(row), str(row[own.name])

    def _keyed(
        self, keys: tuple[GroupKey, ...], measures: tuple[GroupMeasure, ...], scope: Question, **more: Any
    ) -> Iterator[tuple[Mapping[str, Any], CityCellKey]]:
        for row in self._groups(keys, measures, scope, **more):
            yield row, self._key(row)

    def _key(self, row: Mapping[str, Any]) -> CityCellKey:
        return tuple(row[key.name] for key in self._by)

    def _groups(
        self,
        keys: tuple[GroupKey, ...],
        measures: tuple[GroupMeasure, ...],
        scope: Question,
        *,
        known_meaning: bool = False,
        most: int = MOST_CITY_GROUPS,
    ) -> tuple[dict[str, Any], ...]:
        question = GroupQuestion(scope=replace(scope, size=most, lang=None), by=keys, measures=measures)
        answer = figures.groups(
            self._city.query_service, self._dataset, question, self._snapshot, known_meaning=known_meaning
        )
        if answer.total > len(answer.rows):
            raise BadQuestion([problem("cities-groups", "by", limit=most)])
        return answer.rows


def _column(keys: tuple[GroupKey, ...], measure: GroupMeasure) -> str:
    """The column of a measure; one that is called like a key has a ``_`` in front."""
    return f"_{measure.name}" if measure.name in {key.name for key in keys} else measure.name


def plus(first: Any, other: Any) -> Any:
    """Two numbers or two means together; None is no number and changes nothing."""
    if first is None or other is None:
        return other if first is None else first
    if isinstance(first, MeanParts):
        return MeanParts(first.total + other.total, first.count + other.count)
    return first + other


def least(first: Any, other: Any) -> Any:
    """The lesser of two values of one kind, None being none."""
    return _first_of(first, other, min)


def most(first: Any, other: Any) -> Any:
    """The greater of two values of one kind, None being none."""
    return _first_of(first, other, max)


def _first_of(first: Any, other: Any, of: Callable[[Any, Any], Any]) -> Any:
    if first is None or other is None:
        return other if first is None else first
    return of(first, other)


def _never(_first: Any, _other: Any) -> Any:
    raise AssertionError
