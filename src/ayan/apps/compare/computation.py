"""The numbers of a comparison: exact sums of each side, told in the money of one year, for each person or unit.

Everything is added up nominally first, year by year; each year's sum is multiplied and divided as a fraction and the
cell is rounded once, half a unit away from zero. A year without an index, or without a count of people, is left out of
what needs it, and said to be.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import Any, Final

from ayan.apps.catalog.explorer import figures
from ayan.apps.catalog.explorer.figures import PriceIndex
from ayan.apps.compare import comparison_options, other_cities
from ayan.apps.compare.comparison_options import PERSON, Divisor
from ayan.apps.compare.comparison_question import ComparisonQuestion, ComparisonSide
from ayan.apps.compare.limits import MOST_GROUPS
from ayan.apps.compare.other_cities import AwayNotes
from ayan.apps.compare.population import People, people_of
from ayan.core.query.answer import Snapshot
from ayan.core.query.grouping import GroupMeasure, GroupQuestion
from ayan.core.query.problem import BadQuestion, problem
from ayan.core.query.question import Filter, Question
from ayan.core.query.values import as_asked
from ayan.core.values.digits import ExactNumber
from ayan.wiring.city import City

RATIO_PLACES: Final = 6
MONEY_PLACES: Final = 2
CHANGE_PLACES: Final = 1
_EXACT: Final = Context(prec=120, rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class WorkedSide:
    """One side worked out: where it was read from, how many rows it has, and how many of them were not counted.

    ``away`` is what is known of the city whose rows they are, where it is another one.
    """

    side: ComparisonSide
    snapshot: Snapshot
    question: GroupQuestion
    rows: int
    left_out: int
    away: AwayNotes | None = None


@dataclass(frozen=True, slots=True)
class ComparisonLine:
    """One value of what the comparison runs along (None where there is none), with the number of each side."""

    key: Any
    values: tuple[ExactNumber | None, ...]

    def difference(self, position: int) -> ExactNumber | None:
        """How much a side is above the first one."""
        first, other = self.values[0], self.values[position]
        return None if first is None or other is None else other - first

    def change(self, position: int) -> Decimal | None:
        """The same in per cent of the first, one decimal; None where the first is nothing."""
        gap, first = self.difference(position), self.values[0]
        if gap is None or not first:
            return None
        return rounded(Fraction(gap) * 100 / abs(Fraction(first)), CHANGE_PLACES)


@dataclass(frozen=True, slots=True)
class ComparisonResult:
    """A comparison with its numbers: ``lines`` in their order and ``total`` over all of them.

    The key of ``total`` is None, or the latest date of what stands at dates and is not added over these.

    ``no_index`` and ``no_people`` are the years that were left out for want of them, ``uneven`` those that not every
    city has rows of, which are in no sum. ``otherwise`` is the total in the money of each day where this one is in that
    of one year, and the other way round; None where there is no such other telling.
    """

    question: ComparisonQuestion
    sides: tuple[WorkedSide, ...]
    lines: tuple[ComparisonLine, ...]
    total: ComparisonLine
    prices: PriceIndex | None = None
    divisor: Divisor | None = None
    people: People | None = None
    no_index: tuple[str, ...] = ()
    no_people: tuple[str, ...] = ()
    uneven: tuple[str, ...] = ()
    otherwise: ComparisonLine | None = None

    @property
    def adds_nominal_years(self) -> bool:
        """Whether the line over all lines would add money of different years as if it were the same."""
        added = self.is_money and self.timely and self.total.key is None
        return added and not self.question.real and len(self.lines) > 1

    @property
    def is_money(self) -> bool:
        """Whether the numbers are rial."""
        measure = self.question.measure
        fit = measure.function not in ("count", "distinct")
        return fit and self.question.dataset.field(measure.field).kind.is_money

    @property
    def timely(self) -> bool:
        """Whether the lines are times: years, months or days."""
        return _timely(self.question)


def work(city: City, comparison: ComparisonQuestion) -> ComparisonResult:
    """The numbers. Raises Unanswered, or BadQuestion where there are too many groups."""
    worked = _work(city, comparison)
    index = comparison_options.index_of(city, comparison.dataset, comparison.measure)
    # What stands at one date is in the money of that date, and as much more or less in any other.
    if index is None or worked.total.key is not None or not (comparison.real or comparison.nominal):
        return worked
    base = "" if comparison.real else index.base
    other = _work(city, replace(comparison, over=None, real=not comparison.real, base=base, nominal=comparison.real))
    # Two sums over different years would disagree for another reason than their money.
    return worked if worked.no_index or other.no_index else replace(worked, otherwise=other.total)


def _work(city: City, comparison: ComparisonQuestion) -> ComparisonResult:
    dataset, measure = comparison.dataset, comparison.measure
    index = comparison_options.index_of(city, dataset, measure) if comparison.real else None
    offered = comparison_options.divisors(city, dataset, measure)
    divisor = next((candidate for candidate in offered if candidate.code == comparison.per), None)
    people = people_of(city, divisor, comparison) if divisor and divisor.code == PERSON else None
    # Cities rarely publish the same years, and a sum of three beside a sum of five would say nothing.
    evened = comparison.by == comparison_options.CITY and measure.function in comparison_options.ADDITIVE
    sums = [
        _Sums.of(city, comparison, side, divisor, yearly=bool(index or people or evened)) for side in comparison.sides
    ]
    uneven = _uneven(sums) if evened else frozenset()
    rule = _Rule(comparison, index, divisor, people, uneven)
    keys = _keys([side_sums.cells for side_sums in sums])
    lines = [
        ComparisonLine(key, tuple(rule.number(side_sums, [key], whole=False) for side_sums in sums)) for key in keys
    ]
    last = _last(comparison, keys)
    total = ComparisonLine(last, tuple(_whole(city, comparison, side_sums, rule, last) for side_sums in sums))
    worked = ComparisonResult(
        comparison,
        tuple(side_sums.side for side_sums in sums),
        (),
        total,
        index,
        divisor,
        people,
        tuple(sorted(rule.no_index)),
        tuple(sorted(rule.no_people)),
        tuple(sorted(year or "" for year in uneven)),
    )
    return replace(worked, lines=tuple(_ordered(worked, lines)) if comparison.over else ())


def _timely(comparison: ComparisonQuestion) -> bool:
    over = comparison.over
    if over is None:
        return False
    kind = comparison.dataset.field(over.field).kind
    return kind.is_period or kind.is_day


def _uneven(sums: Sequence[_Sums]) -> frozenset[str | None]:
    """The years of which some side has rows and another has none."""
    years: list[set[str | None]] = [
        {year for cells in side_sums.cells.values() for year in cells} for side_sums in sums
    ]
    return frozenset(year for side_years in years for year in side_years if not all(year in other for other in years))


def _ordered(worked: ComparisonResult, lines: Iterable[ComparisonLine]) -> list[ComparisonLine]:
    """Years and months as they come, everything else from the largest; rows without a value last."""
    if worked.timely:
        return sorted(lines, key=lambda line: (line.key is None, str(line.key)))
    return sorted(lines, key=lambda line: (line.key is None, -_largest(line), str(line.key)))


def _largest(line: ComparisonLine) -> Decimal:
    return max((abs(Decimal(value)) for value in line.values if value is not None), default=Decimal(-1))


def _keys(cells: Sequence[Mapping[Any, Any]]) -> list[Any]:
    return list(dict.fromkeys(key for side_cells in cells for key in side_cells))


def _last(comparison: ComparisonQuestion, keys: Sequence[Any]) -> Any:
    """Of what stands at dates, the latest that the comparison runs along; None of what its lines are added up of."""
    at = comparison_options.stock_date(comparison.dataset, comparison.measure)
    if at is None or comparison.over is None or comparison.over.field != at.name:
        return None
    return max((key for key in keys if key is not None), key=str, default=None)


def _whole(city: City, comparison: ComparisonQuestion, sums: _Sums, rule: _Rule, last: Any) -> ExactNumber | None:
    """A side over all lines: added up, or where that would say nothing (medians, different values), asked anew.

    Of what stands at dates, what stands at the ``last`` one.
    """
    if comparison.measure.function in comparison_options.ADDITIVE:
        return rule.number(sums, list(sums.cells) if last is None else [last], whole=True)
    question = GroupQuestion(scope=replace(sums.side.side.scope, size=1), measures=(comparison.measure,))
    reader = other_cities.reader(city, sums.side.side.city)
    rows = figures.groups(reader, comparison.dataset, question, sums.side.snapshot).rows
    value: ExactNumber | None = rows[0][comparison.measure.name] if rows else None
    return value


# --- sums -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ComparisonCell:
    """What one year of one line comes to: the number asked for, how many rows it is of, and what divides it."""

    value: ExactNumber | None
    rows: int
    divisor: ExactNumber | None = None


@dataclass(frozen=True, slots=True)
class _Sums:
    """One side: for each key of the line, its years (None where years do not matter) with their cells."""

    side: WorkedSide
    cells: Mapping[Any, Mapping[str | None, ComparisonCell]]

    @classmethod
    def of(
        cls, city: City, comparison: ComparisonQuestion, side: ComparisonSide, divisor: Divisor | None, *, yearly: bool
    ) -> _Sums:
        dataset, year = as_asked(comparison.dataset), comparison_options.year_of(comparison.dataset)
        scope = _counted(comparison, side.scope, divisor)
        asked_by = (comparison.over, year if yearly else None)
        keys = tuple(dict.fromkeys(key for key in asked_by if key is not None))
        question = GroupQuestion(
            scope=replace(scope, size=MOST_GROUPS),
            by=keys,
            measures=tuple(dict.fromkeys(_measures(comparison, divisor))),
        )
        reader = other_cities.reader(city, side.city)
        standing = reader.snapshot(dataset, scope)
        # A mean is put together from its sum, which nobody is shown.
        is_mean = comparison.measure.function == "avg"
        answer = figures.groups(reader, dataset, question, standing, known_meaning=is_mean)
        if answer.total > MOST_GROUPS:
            raise BadQuestion([problem("too-many-groups", "_over", limit=MOST_GROUPS)])
        cells: dict[Any, dict[str | None, ComparisonCell]] = {}
        for row in answer.rows:
            key = row[comparison.over.name] if comparison.over else None
            name = _year(row[year.name]) if yearly and year else None
            cell = _cell(row, comparison, divisor)
            years = cells.setdefault(key, {})
            years[name] = _plus(years[name], cell) if name in years else cell
        rows = sum(cell.rows for years in cells.values() for cell in years.values())
        every = rows if scope == side.scope else _count(city, comparison, side, standing)
        away = other_cities.away(city, side.city, standing)
        return cls(WorkedSide(side, standing, replace(question, scope=scope), rows, every - rows, away), cells)


def _counted(comparison: ComparisonQuestion, scope: Question, divisor: Divisor | None) -> Question:
    """The rows that are counted: of a mean or a ratio, those that have what it is made of."""
    more = []
    if comparison.measure.function == "avg":
        more.append(Filter(comparison.measure.field, "isnull", (False,)))
    if divisor is not None and divisor.field is not None:
        more.append(Filter(divisor.field.name, "gt", (0,)))
        if comparison.measure.field:
            more.append(Filter(comparison.measure.field, "isnull", (False,)))
    return scope.having(*more) if more else scope


def _count(city: City, comparison: ComparisonQuestion, side: ComparisonSide, snapshot: Snapshot) -> int:
    question = GroupQuestion(scope=replace(side.scope, size=1))
    reader = other_cities.reader(city, side.city)
    return int(figures.groups(reader, comparison.dataset, question, snapshot).rows[0]["count"])


def _measures(comparison: ComparisonQuestion, divisor: Divisor | None) -> list[GroupMeasure]:
    """What is asked of the rows."""
    of = [GroupMeasure("sum", divisor.field.name)] if divisor is not None and divisor.field is not None else []
    return [GroupMeasure("count"), _summed(comparison), *of]


def _summed(comparison: ComparisonQuestion) -> GroupMeasure:
    """The measure; a mean is a sum and a number of rows, so that it can be put together again."""
    measure = comparison.measure
    return GroupMeasure("sum", measure.field) if measure.function == "avg" else measure


def _cell(row: Mapping[str, Any], comparison: ComparisonQuestion, divisor: Divisor | None) -> ComparisonCell:
    of = divisor.field if divisor is not None else None
    below = row[GroupMeasure("sum", of.name).name] if of is not None else None
    return ComparisonCell(row[_summed(comparison).name], row["count"], below)


def _plus(first: ComparisonCell, other: ComparisonCell) -> ComparisonCell:
    return ComparisonCell(
        _sum([first.value, other.value]), first.rows + other.rows, _sum([first.divisor, other.divisor])
    )


def _sum(values: Iterable[ExactNumber | None]) -> ExactNumber | None:
    known = [value for value in values if value is not None]
    return sum(known[1:], known[0]) if known else None


def _year(key: Any) -> str | None:
    return str(key)[:4] if key else None


# --- how a number is made of them -----------------------------------------------------------------------------------


@dataclass(slots=True)
class _Rule:
    """What becomes of the sums of years: multiplied by prices, divided by people, rows or a quantity, rounded once."""

    question: ComparisonQuestion
    index: PriceIndex | None
    divisor: Divisor | None
    people: People | None
    uneven: frozenset[str | None] = frozenset()
    no_index: set[str] = field(default_factory=set)
    no_people: set[str] = field(default_factory=set)

    def number(self, sums: _Sums, keys: Sequence[Any], *, whole: bool) -> ExactNumber | None:
        """The number of some keys together; None where nothing is known of them. ``whole`` where they are all.

        What is uneven stands in the line of its own time, and in nothing else.
        """
        alone = not whole and _timely(self.question)
        if self.question.measure.function not in comparison_options.ADDITIVE:
            values = [cell.value for key in keys for cell in sums.cells.get(key, {}).values()]
            return values[0] if values else None
        over, below, known = Fraction(0), Fraction(0), False
        for key in keys:
            for year, cell in sums.cells.get(key, {}).items():
                if year in self.uneven and not alone:
                    continue
                factor = self._factor(year, None if whole else key, sums.side.side)
                if cell.value is None or factor is None:
                    continue
                known = True
                over += Fraction(cell.value) * factor
                below += Fraction(cell.divisor) if cell.divisor is not None else cell.rows
        if not known:
            return None
        if self.question.measure.function == "avg" or (self.divisor is not None and self.divisor.field is not None):
            return rounded(over / below, self._places) if below else None
        return rounded(over, self._places) if self.people is not None else _as_stored(over, self.index)

    def _factor(self, year: str | None, key: Any, side: ComparisonSide) -> Fraction | None:
        """What the sum of a year is multiplied by; None where it cannot be told."""
        factor = Fraction(1)
        if self.index is not None:
            level = self.index.index.get(year or "")
            if not level:
                self.no_index.add(year or "")
                return None
            factor *= Fraction(self.index.index[self.question.base]) / Fraction(level)
        if self.people is not None:
            count = self.people.of(year, key, side)
            if not count:
                self.no_people.add(year or "")
                return None
            factor /= count
        return factor

    @property
    def _places(self) -> int:
        function, name = self.question.measure.function, self.question.measure.field
        is_money = function != "count" and self.question.dataset.field(name).kind.is_money
        return MONEY_PLACES if is_money or function == "avg" else RATIO_PLACES


def _as_stored(value: Fraction, index: PriceIndex | None) -> ExactNumber:
    """A sum: whole where it is, and where prices made a fraction of it, to the nearest rial."""
    if value.denominator == 1:
        return int(value)
    return int(rounded(value, 0)) if index is not None else _decimal(value)


def rounded(value: Fraction, places: int) -> Decimal:
    """A fraction with so many decimals, halves away from zero."""
    scaled = abs(value) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return _EXACT.scaleb(Decimal(-whole if value < 0 else whole), -places)


def _decimal(value: Fraction) -> Decimal:
    """A sum of decimals, which ends."""
    return _EXACT.divide(Decimal(value.numerator), Decimal(value.denominator))
