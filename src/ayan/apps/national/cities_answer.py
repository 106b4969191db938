"""What several cities say to one question, put together exactly; who says nothing is named with the reason.

A number that needs people or a price index is told only where every year behind it has one; otherwise it is empty and
`CitiesGroup.why` says for want of what.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from ayan.apps.compare.computation import rounded
from ayan.apps.national.cities_question import CitiesQuestion
from ayan.apps.national.city_cells import CityCellKey, CityCells, MeanParts, Years, least, most, plus
from ayan.apps.national.limits import PER_THOUSAND_PLACES
from ayan.apps.national.national_register import RegisteredPeople
from ayan.apps.national.national_standing import LEFT_OUT
from ayan.apps.national.price_sources import PriceSources, price_sources
from ayan.core.query.grouping import GroupMeasure
from ayan.core.query.query_service import AVERAGE_DECIMALS
from ayan.core.values.label import Label

MISSING: Final[Mapping[str, Label]] = {
    **LEFT_OUT,
    "not-published": Label("این داده را منتشر نکرده است.", "It has not published this dataset."),
    "otherwise": Label(
        "این داده را به شکل دیگری تعریف کرده است و با بقیه سنجیدنی نیست.",
        "It declares this dataset in another way, so it cannot be put beside the others.",
    ),
    "slow": Label("پاسخش به‌موقع نرسید. کمی بعد دوباره بخواهید.", "It did not answer in time. Ask again in a while."),
}
"""Why a city has no number, by the code of the API."""

WANTING: Final[Mapping[str, Label]] = {
    "no-year": Label("سال برخی ردیف‌ها معلوم نیست.", "The year of some rows is not known."),
    "no-index": Label("شاخص قیمت {years} منتشر نشده است.", "No price index of {years} has been published."),
    "no-base": Label(
        "شاخص‌های قیمت این شهرها سال مشترکی ندارند.", "The price indices of these cities have no year in common."
    ),
    "no-people": Label("جمعیت {years} منتشر نشده است.", "No number of people of {years} has been published."),
    "zero-people": Label("جمعیت {years} صفر منتشر شده است.", "The number of people of {years} was published as zero."),
}
"""Why a number is empty that could be told of other cities or years."""
NO_YEAR: Final = "?"


@dataclass(frozen=True, slots=True)
class WantingNumber:
    """Why a number is empty: a code of `WANTING`, with the years and the cities for want of which."""

    why: str
    years: tuple[str, ...]
    cities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CitiesGroup:
    """One group: its keys and numbers by column, the codes of the cities that have rows in it, and what is wanting."""

    values: Mapping[str, Any]
    cities: tuple[str, ...]
    why: Mapping[str, WantingNumber]


@dataclass(frozen=True, slots=True)
class CitiesAnswer:
    """The groups, how many there are, what each city said, and why others said nothing (codes of `MISSING`).

    ``base`` is the year at whose prices real money is told, empty where none is.
    """

    question: CitiesQuestion
    groups: tuple[CitiesGroup, ...]
    total: int
    said: Mapping[str, CityCells]
    missing: Mapping[str, str]
    people: Mapping[str, Mapping[str, RegisteredPeople]]
    base: str

    def prices(self, year: str = "") -> PriceSources:
        """By whose indices its real money is told, or that of one year alone."""
        measures = enumerate(self.question.measured())
        real = [at for at, (measure, _) in measures if self.question.is_real(measure)]
        years = {
            code: {each for numbers in city.cells.values() for at in real for each in numbers[at]}
            for code, city in self.said.items()
        }
        if year:
            years = {code: own & {year} for code, own in years.items()}
        indices = {code: city.prices for code, city in self.said.items() if city.prices is not None}
        return price_sources(indices, years, self.base)

    @property
    def is_whole(self) -> bool:
        """Whether nobody was merely late."""
        return "slow" not in self.missing.values()

    @property
    def is_lasting(self) -> bool:
        """Whether the same comes of it as long as the cities stand as they do.

        A city that could not be read just now may be read with the next question, and nothing else has changed then.
        """
        return not {"slow", "unreadable"} & set(self.missing.values())


def put_together(
    question: CitiesQuestion,
    said: Mapping[str, CityCells],
    missing: Mapping[str, str],
    people: Mapping[str, Mapping[str, RegisteredPeople]],
) -> CitiesAnswer:
    """The answer made of what each city said; ``people`` by city and year."""
    base = question.base or _common_year(said.values())
    parts: dict[CityCellKey, dict[str, tuple[Years, ...]]] = {}
    for code, city in said.items():
        for key, numbers in city.cells.items():
            parts.setdefault((code, *key) if question.each_city else key, {})[code] = numbers
    groups = [_Group(question, key, of, said, people, base).group() for key, of in parts.items()]
    ordered = _ordered(question, groups)
    return CitiesAnswer(
        question=question,
        groups=tuple(ordered[: question.size]),
        total=len(ordered),
        said=said,
        missing=missing,
        people=people,
        base=base if question.real else "",
    )


def _common_year(cities: Iterable[CityCells]) -> str:
    """The newest year that every price index has; empty where there is none."""
    years = [set(city.prices.index) for city in cities if city.prices is not None]
    return max(set.intersection(*years), default="") if years else ""


@dataclass(frozen=True, slots=True)
class _Want:
    """A code of `WANTING`, and the year of which something is wanting."""

    why: str
    year: str


@dataclass(slots=True)
class _Group:
    question: CitiesQuestion
    key: CityCellKey
    parts: Mapping[str, tuple[Years, ...]]
    said: Mapping[str, CityCells]
    people: Mapping[str, Mapping[str, RegisteredPeople]]
    base: str
    why: dict[str, WantingNumber] = field(default_factory=dict)

    def group(self) -> CitiesGroup:
        """The group with all its columns."""
        values: dict[str, Any] = dict(zip(self.question.keys, self.key, strict=True))
        for at, (measure, column) in enumerate(self.question.measured()):
            own = {code: numbers[at] for code, numbers in self.parts.items()}
            values[column] = self._whole(measure, own)
            self._further(values, measure, column, own)
        return CitiesGroup(values, tuple(sorted(self.parts)), self.why)

    def _whole(self, measure: GroupMeasure, own: Mapping[str, Years]) -> Any:
        """A measure over all cities and years of the group."""
        numbers = [number for years in own.values() for number in years.values()]
        if measure.function == "median":
            return numbers[0] if numbers else None
        joined = {"min": least, "max": most, "distinct": _either}.get(measure.function, plus)
        whole = _folded(numbers, joined)
        if isinstance(whole, MeanParts):
            return rounded(Fraction(whole.total) / whole.count, AVERAGE_DECIMALS) if whole.count else None
        if isinstance(whole, frozenset):
            return len(whole)
        return 0 if whole is None and measure.function in ("count", "distinct") else whole

    def _further(self, values: dict[str, Any], measure: GroupMeasure, column: str, own: Mapping[str, Years]) -> None:
        real, per_head = self.question.is_real(measure), self.question.is_per_head(measure)
        if real:
            values[f"real_{column}"] = self._worked(f"real_{column}", own, measure, self._price)
        if per_head:
            values[f"per_head_{column}"] = self._worked(f"per_head_{column}", own, measure, self._share)
        if real and per_head:
            name = f"real_per_head_{column}"
            values[name] = self._worked(name, own, measure, self._price, self._share)

    def _worked(
        self,
        column: str,
        own: Mapping[str, Years],
        measure: GroupMeasure,
        *factors: Callable[[str, str], Fraction | _Want],
    ) -> int | Decimal | None:
        """The sum of what each year of each city comes to; None where something is wanting for any of them."""
        total, count, known = Fraction(0), 0, False
        wanting: dict[str, tuple[set[str], set[str]]] = {}
        for code, years in own.items():
            for year, number in years.items():
                factor = Fraction(1)
                if number is None:
                    continue
                for of in factors:
                    each = of(code, year)
                    if isinstance(each, _Want):
                        of_years, of_cities = wanting.setdefault(each.why, (set(), set()))
                        of_years.add(each.year)
                        of_cities.add(code)
                    else:
                        factor *= each
                known = True
                total += Fraction(number.total if isinstance(number, MeanParts) else number) * factor
                count += number.count if isinstance(number, MeanParts) else 0
        if wanting:
            why, (of_years, of_cities) = min(wanting.items())
            known_years = tuple(sorted(of_years - {NO_YEAR}))
            self.why[column] = WantingNumber(why, known_years, tuple(sorted(of_cities)))
            return None
        if not known:
            return None
        return _rounded(total, count, measure, is_money=self._is_money(measure))

    def _is_money(self, measure: GroupMeasure) -> bool:
        return measure.function != "count" and self.question.dataset.field(measure.field).kind.is_money

    def _price(self, code: str, year: str) -> Fraction | _Want:
        """What money of a year is multiplied by, or what is wanting for that."""
        index = self.said[code].prices
        if year == NO_YEAR:
            return _Want("no-year", year)
        if index is None or not index.index.get(year):
            return _Want("no-index", year)
        if not self.base:
            return _Want("no-base", year)
        if not index.index.get(self.base):
            return _Want("no-index", self.base)
        return Fraction(index.index[self.base]) / Fraction(index.index[year])

    def _share(self, code: str, year: str) -> Fraction | _Want:
        """What a number of a year is multiplied by for each head, or what is wanting for that."""
        if year == NO_YEAR:
            return _Want("no-year", year)
        counted = self.people.get(code, {}).get(year)
        if counted is None:
            return _Want("no-people", year)
        return Fraction(1, counted.people) if counted.people > 0 else _Want("zero-people", year)


def _rounded(total: Fraction, count: int, measure: GroupMeasure, *, is_money: bool) -> int | Decimal:
    """Whole rials of money, other numbers for each thousand people, halves away from zero, once."""
    if measure.function == "avg":
        return rounded(total / count, AVERAGE_DECIMALS)
    return int(rounded(total, 0)) if is_money else rounded(total * 1000, PER_THOUSAND_PLACES)


def _folded(numbers: Sequence[Any], joined: Callable[[Any, Any], Any]) -> Any:
    whole = None
    for number in numbers:
        whole = joined(whole, number)
    return whole


def _either(first: Any, other: Any) -> Any:
    """Different legal IDs of two cities together; of one city alone the number it says."""
    if first is None or other is None:
        return other if first is None else first
    return first | other


def _ordered(question: CitiesQuestion, groups: Sequence[CitiesGroup]) -> list[CitiesGroup]:
    """By their keys, unless asked otherwise; what is empty comes last."""
    by_key = sorted(groups, key=lambda group: [_rank(group.values[name]) for name in question.keys])
    if question.sort is None:
        return by_key
    name, descending = question.sort.field, question.sort.descending
    known = [group for group in by_key if group.values[name] is not None]
    empty = [group for group in by_key if group.values[name] is None]
    return [*sorted(known, key=lambda group: _rank(group.values[name]), reverse=descending), *empty]


def _rank(value: Any) -> tuple[bool, Any]:
    return (value is None, 0 if value is None else value)
