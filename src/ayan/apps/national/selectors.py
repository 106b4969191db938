"""What a page or an answer over all cities shows: the list, one figure of each per head, companies, what words find."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from typing import Any, Final
from urllib.parse import quote

from django.http import Http404, HttpRequest

from ayan.apps.national.limits import LONGEST_SEARCH, MOST_WORDS, PER_THOUSAND_PLACES
from ayan.apps.national.national_register import (
    OfferedMeasure,
    RegisteredCompany,
    RegisteredPeople,
    RegisteredTable,
    SharedCompany,
)
from ayan.apps.national.national_standing import LEFT_OUT, NationalStanding, Standing
from ayan.core.query.problem import BadQuestion, problem
from ayan.core.values.identity import NotAnIdentity, legal_id
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.text import fold, publish
from ayan.ui import language

NATIONAL: Final = "ayan.national"
"""Under which the door leaves the standing of all cities in what a request brings (WSGI)."""


@dataclass(frozen=True, slots=True)
class CityPlace:
    """A city as pages name it, with the public address that all its figures lead to."""

    code: str
    name: Label
    origin: str
    demo: bool = False

    def page(self, lang: Lang, path: str = "/") -> str:
        """The address of a page of that city in a language."""
        return f"{self.origin}{language.prefix(lang)}{path}"


@dataclass(frozen=True, slots=True)
class CityLine:
    """A city in the list: its tables, its last publication, its people and how long its log is."""

    place: CityPlace
    tables: int
    rows: int
    newest: str | None
    year: str
    people: RegisteredPeople | None
    log_size: int
    damaged: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LeftOutCity:
    """A city of which nothing is told at this moment, and why."""

    place: CityPlace
    why: str

    @property
    def words(self) -> Label:
        """Why, in words."""
        return LEFT_OUT[self.why]


@dataclass(frozen=True, slots=True)
class CityFigureLine:
    """The number of one city in a year, its people in that year, and the number for each head.

    ``per_head`` is in rial for each person of money, else for each thousand people; None where the city has not counted
    its people in that year. ``query`` are the conditions of the rows behind it on the city's own page.
    """

    place: CityPlace
    slug: str
    value: Decimal
    people: RegisteredPeople | None
    per_head: Decimal | None
    query: str
    release: str

    @property
    def whole_value(self) -> int:
        """Money, in whole rials."""
        return int(self.value)

    @property
    def whole_per_head(self) -> int:
        """Money for each person, in whole rials."""
        return int(self.per_head or 0)

    def rows_page(self, lang: Lang) -> str:
        """The rows behind the number, on the city's own page."""
        return self.place.page(lang, f"/data/{self.slug}?{self.query}")

    def proof_page(self, lang: Lang) -> str:
        """The release that it rests on, with its proof, on the city's own page."""
        return self.place.page(lang, f"/data/{self.slug}/releases/{self.release}")


@dataclass(frozen=True, slots=True)
class FigureComparison:
    """One figure of all cities that have it in a year, the largest for each head first, those without people last.

    ``otherwise`` declare the dataset in another way, ``without`` have published nothing of that year.
    """

    measure: OfferedMeasure
    year: str
    lines: tuple[CityFigureLine, ...]
    otherwise: tuple[CityPlace, ...]
    without: tuple[CityPlace, ...]


@dataclass(frozen=True, slots=True)
class CompanyLine:
    """The rows of one city's dataset that name a company."""

    place: CityPlace
    title: Label
    rows: RegisteredCompany

    def rows_page(self, lang: Lang) -> str:
        """The rows on the city's own page."""
        query = f"{self.rows.field}={quote(self.rows.legal_id)}"
        return self.place.page(lang, f"/data/{self.rows.slug}?{query}")

    def proof_page(self, lang: Lang) -> str:
        """The newest release of the dataset, with its proof, on the city's own page."""
        return self.place.page(lang, f"/data/{self.rows.slug}/releases/{self.rows.release}")


@dataclass(frozen=True, slots=True)
class SearchFinding:
    """What words find among all cities: cities by name, datasets, and companies."""

    words: str
    cities: tuple[CityPlace, ...]
    tables: tuple[tuple[str, Label, int, int], ...]
    companies: tuple[SharedCompany, ...]

    @property
    def is_empty(self) -> bool:
        """Whether they find nothing."""
        return not (self.cities or self.tables or self.companies)


class AllCities:
    """What is asked about all cities that stand at one moment."""

    def __init__(self, standing: Standing, national: NationalStanding) -> None:
        self.standing = standing
        self._national = national
        self._register = national.register
        self._codes = sorted(standing.cities)

    @property
    def national(self) -> NationalStanding:
        """Who keeps what is told of the cities, and opens them."""
        return self._national

    @property
    def codes(self) -> list[str]:
        """Every city of the list, whether it stands or is left out."""
        return sorted(self.standing.origins)

    @classmethod
    def of(cls, request: HttpRequest) -> AllCities:
        """The cities of this installation; Http404 where the address that is asked is not the one of all cities."""
        national: NationalStanding | None = request.META.get(NATIONAL)
        if national is None:
            raise Http404
        return cls(national.now(), national)

    def place(self, code: str) -> CityPlace:
        """A city that stands, or is left out, as pages name it."""
        known = self.standing.cities.get(code)
        name = self.standing.names.get(code) or Label(code, code)
        return CityPlace(code, name, self.standing.origins[code], known is not None and known.demo)

    def left_out(self) -> list[LeftOutCity]:
        """Those of which nothing is told."""
        return [LeftOutCity(self.place(code), why) for code, why in sorted(self.standing.left_out.items())]

    def lines(self) -> list[CityLine]:
        """Every city that stands, by name."""
        return self._national.once(self.standing, "lines", self._lines)

    def _lines(self) -> list[CityLine]:
        tables: dict[str, list[RegisteredTable]] = {}
        for table in self._register.tables(self._codes):
            tables.setdefault(table.city, []).append(table)
        people = self._register.people(self._codes)
        out = []
        for code, known in self.standing.cities.items():
            own = tables.get(code, [])
            year, counted = people.get(code, ("", None))
            newest = max((table.sealed_at for table in own), default=None)
            rows = sum(table.rows for table in own)
            out.append(CityLine(self.place(code), len(own), rows, newest, year, counted, known.log_size, known.damaged))
        return sorted(out, key=lambda line: (fold(line.place.name.fa), line.place.code))

    def measures(self) -> list[OfferedMeasure]:
        """What can be compared."""
        return self._national.once(self.standing, "measures", lambda: self._register.measures(self._codes))

    def comparison(self, code: str, year: str) -> FigureComparison | None:
        """One figure of all cities; where no year is named of the last in which people were counted.

        None where nothing can be compared at all. Raises BadQuestion for a figure or a year that is none.
        """
        offered = self.measures()
        if not offered and not code:
            return None
        measure = next((each for each in offered if each.code == code), None) if code else _usual(offered)
        if measure is None:
            raise BadQuestion([problem("not-allowed", "_measure", [each.code for each in offered])])
        of_people = self._register.years_of_people(self._codes)
        chosen = year or next((each for each in measure.years if each in of_people), measure.years[0])
        if chosen not in measure.years:
            raise BadQuestion([problem("not-allowed", "_year", measure.years)])
        finding, otherwise = self._register.figures(self._codes, measure, chosen)
        people = self._register.people(self._codes, chosen[:4])
        lines = []
        for city, figure in finding.items():
            counted = people[city][1] if city in people else None
            per_head = _per_head(figure.value, counted, is_money=measure.is_money)
            lines.append(
                CityFigureLine(
                    self.place(city), measure.slug, figure.value, counted, per_head, figure.query, figure.release
                )
            )
        lines.sort(key=lambda line: (line.per_head is None, -(line.per_head or line.value), line.place.code))
        without = [code for code in self._codes if code not in finding and code not in otherwise]
        return FigureComparison(
            measure,
            chosen,
            tuple(lines),
            tuple(map(self.place, sorted(otherwise))),
            tuple(map(self.place, without)),
        )

    def shared_tables(self) -> list[tuple[str, Label, int]]:
        """Datasets that more than one city has figures of: slug, title, how many cities, those of most first."""
        tables = {each.slug: (each.slug, each.title, each.cities) for each in reversed(self.measures())}
        return sorted((each for each in tables.values() if each[2] > 1), key=lambda each: (-each[2], each[0]))

    def shared_companies(self) -> list[SharedCompany]:
        """Companies that more than one city names, those of most cities first."""
        make = partial(self._register.companies, self._codes, least=2)
        return self._national.once(self.standing, "shared companies", make)

    def company(self, asked: str) -> list[CompanyLine]:
        """The rows of every city that name a legal ID. Http404 for what is no legal ID, or is named nowhere."""
        try:
            known = legal_id(asked)
        except NotAnIdentity:
            raise Http404 from None
        titles = {(table.city, table.slug): table.title for table in self._register.tables(self._codes)}
        lines = [
            CompanyLine(self.place(rows.city), titles[rows.city, rows.slug], rows)
            for rows in self._register.company(self._codes, known)
        ]
        if not lines:
            raise Http404
        return lines

    def shortened(self) -> list[tuple[CityPlace, tuple[str, ...]]]:
        """The cities of whose companies only those with most rows are told, with the datasets."""
        return [(self.place(code), known.shortened) for code, known in self.standing.cities.items() if known.shortened]

    def finding(self, text: str) -> SearchFinding:
        """What words find; an empty text nothing. Raises BadQuestion for more words than are looked for."""
        shown = publish(text[:LONGEST_SEARCH]).strip()
        words = tuple(dict.fromkeys(fold(shown).split()))
        if not words:
            return SearchFinding(shown, (), (), ())
        if len(words) > MOST_WORDS:
            raise BadQuestion([problem("too-many", "q", limit=MOST_WORDS)])
        cities = [self.place(code) for code in self._codes]
        named = [each for each in cities if all(word in fold(f"{each.name.fa} {each.name.en}") for word in words)]
        return SearchFinding(
            shown,
            tuple(named),
            tuple(self._register.found_tables(self._codes, words)),
            tuple(self._register.companies(self._codes, words)),
        )

    def with_table(self, slug: str) -> list[tuple[CityPlace, RegisteredTable]]:
        """The cities that have published a dataset."""
        return [(self.place(table.city), table) for table in self._register.tables(self._codes, slug)]


def _usual(offered: Sequence[OfferedMeasure]) -> OfferedMeasure:
    """What is compared where nobody says: the money that most cities tell, else what most of them do."""
    return next((each for each in offered if each.is_money and each.cities == offered[0].cities), offered[0])


def _per_head(value: Decimal, counted: RegisteredPeople | None, *, is_money: bool) -> Decimal | None:
    """Whole rial for each person, or a number for each thousand with one decimal; halves away from zero."""
    if counted is None or counted.people <= 0:
        return None
    if is_money:
        return (value / counted.people).quantize(Decimal(1), ROUND_HALF_UP)
    return (value * 1000 / counted.people).quantize(Decimal(1).scaleb(-PER_THOUSAND_PLACES), ROUND_HALF_UP)


def parameters(request: HttpRequest) -> Mapping[str, Any]:
    """What a request says, each parameter once."""
    return {name: request.GET[name].strip() for name in request.GET}
