"""By whose price indices the numbers of several cities are told, and whether that is one measure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from ayan.apps.catalog.explorer.figures import PriceIndex
from ayan.apps.national.limits import LIKE_LEVELS_PERCENT
from ayan.core.values.label import Label
from ayan.core.values.text import fold

UNLIKE: Final = Label(
    "شاخص قیمت این شهرها یکی نیست: فرق عددهای «به پول یک سال» شاید از شاخص باشد.",
    "These cities do not use one price index: where numbers in the money of one year differ, it may be the index.",
)


@dataclass(frozen=True, slots=True)
class PriceSource:
    """Who published the indices of some cities; no names where their data do not say it."""

    names: tuple[str, ...]
    cities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PriceSources:
    """The publishers that some cities name each, and the years whose prices changed otherwise by one city's index."""

    each: tuple[PriceSource, ...] = ()
    unlike_years: tuple[str, ...] = ()

    @property
    def are_one(self) -> bool:
        """Whether all numbers are told by the index of one named publisher, or those of one city alone are told."""
        if sum(len(source.cities) for source in self.each) < 2:
            return True
        return not self.unlike_years and len(self.each) == 1 and len(self.each[0].names) == 1

    @property
    def words(self) -> Label | None:
        """What readers have to know before they compare; None where it is one measure."""
        return None if self.are_one else UNLIKE


def price_sources(indices: Mapping[str, PriceIndex], years: Mapping[str, Iterable[str]], base: str) -> PriceSources:
    """By whose indices the money of the years of each city is told at the prices of ``base``.

    A city whose money is of that year alone needs no index, nor does one that has none of the year.
    """
    names: dict[tuple[str, ...], dict[str, str]] = {}
    cities: dict[tuple[str, ...], list[str]] = {}
    factors: dict[str, list[Fraction]] = {}
    for code, index in sorted(indices.items()):
        used = sorted((set(years.get(code, ())) & index.index.keys()) - {base}) if base in index.index else []
        if not used:
            continue
        own = dict(_named(index, (*used, base)))
        key = tuple(sorted(own))
        names.setdefault(key, own)
        cities.setdefault(key, []).append(code)
        for year in used:
            factors.setdefault(year, []).append(Fraction(index.index[base]) / Fraction(index.index[year]))
    most = 1 + Fraction(LIKE_LEVELS_PERCENT, 100)
    unlike = tuple(sorted(year for year, of in factors.items() if max(of) > min(of) * most))
    return PriceSources(
        tuple(PriceSource(tuple(names[key].values()), tuple(cities[key])) for key in sorted(cities)), unlike
    )


def _named(index: PriceIndex, years: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The publishers of some years as they are compared and as they are written; none of a year that names nobody."""
    for year in years:
        name = index.publishers.get(year, "").strip()
        if name:
            yield fold(name), name
