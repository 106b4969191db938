"""One number of a dataset in every city that publishes it, year by year: in all, for each head, and in real money."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlencode

from ayan.apps.compare.comparison_options import dimensions, measure_label, measures, stock_date
from ayan.apps.national.cities_answer import MISSING, CitiesAnswer, CitiesGroup
from ayan.apps.national.cities_groups import SharedDataset, answer
from ayan.apps.national.cities_question import (
    CITY,
    CitiesQuestion,
    is_money_of_years,
    is_shared,
    parse_cities,
    year_key,
)
from ayan.apps.national.city_cells import plus
from ayan.apps.national.groups_api import wanting_words
from ayan.apps.national.price_sources import PriceSources
from ayan.apps.national.selectors import AllCities, CityPlace
from ayan.core.query.additivity import side_conditions, side_label, sides
from ayan.core.query.grouping import PART_LABELS, GroupKey, GroupMeasure
from ayan.core.query.limits import MAX_SIZE
from ayan.core.query.problem import BadQuestion, problem
from ayan.core.query.question_parser import Parameters
from ayan.core.schema.definition import Dataset
from ayan.core.schema.view import PeopleView
from ayan.core.values import locale
from ayan.core.values.asked_value import value_text
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang

OWN: Final = ("_measure", "_over", "_year")
_PER_HEAD: Final = frozenset({"count", "sum"})


@dataclass(frozen=True, slots=True)
class PageOption:
    """One choice of a form."""

    code: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class PageMeasure:
    """A number that the page offers: a measure, of money on one ``side`` where a dataset has two."""

    measure: GroupMeasure
    side: str = ""

    @property
    def code(self) -> str:
        """How the address of the page names it: ``sum_amount.out``."""
        return ".".join(filter(None, (self.measure.name, self.side)))

    def label(self, dataset: Dataset, lang: Lang) -> str:
        """The number in words."""
        side = side_label(dataset, self.side, lang)
        return measure_label(dataset, self.measure, lang) + (f" ({side})" if side else "")

    def conditions(self, dataset: Dataset) -> list[tuple[str, str]]:
        """The conditions under which rows are of that side, as parameters."""
        return [(each.parameter, each.text) for each in side_conditions(dataset, self.side)]

    def date(self, dataset: Dataset) -> GroupKey | None:
        """The date at which a balance stands; None of what is no balance."""
        at = stock_date(dataset, self.measure)
        return GroupKey(at.name) if at else None


@dataclass(frozen=True, slots=True)
class NationalFigure:
    """The number of one city: ``real`` and ``per_head`` None where it has none, and then ``why`` says so.

    ``width`` is its part of the largest number, in per cent; ``rest`` what is left of that.
    """

    place: CityPlace
    key: str
    value: int | Decimal | None
    real: int | Decimal | None
    per_head: int | Decimal | None
    people: int | None
    why: Mapping[str, Label]
    rows_page: str
    proof_page: str
    release: str
    width: int = 0

    @property
    def rest(self) -> int:
        """What is left of the width of a bar."""
        return 100 - self.width


@dataclass(frozen=True, slots=True)
class FiguresPage:
    """All that the page shows."""

    answer: CitiesAnswer
    measure: PageMeasure
    over: GroupKey | None
    over_label: str
    label: str
    unit: Label
    is_money: bool
    is_real: bool
    is_per_head: bool
    years: tuple[str, ...]
    year: str
    lines: tuple[NationalFigure, ...]
    total: int | Decimal | None
    missing: tuple[tuple[CityPlace, Label], ...]
    prices: PriceSources
    price_sources: tuple[tuple[tuple[str, ...], tuple[CityPlace, ...]], ...]
    measures: tuple[PageOption, ...]
    overs: tuple[PageOption, ...]
    conditions: tuple[tuple[str, str], ...]
    carried: tuple[tuple[str, str], ...]
    query: str
    year_query: str


def figures_page(cities: AllCities, shared: SharedDataset, params: Parameters, lang: Lang) -> FiguresPage:
    """The page that parameters ask for. Raises BadQuestion."""
    dataset = shared.dataset
    own = {name: [text for each, text in params if each == name] for name in OWN}
    carried = tuple(pair for pair in params if pair[0] not in OWN)
    chosen = _measure(dataset, own["_measure"])
    measure, date = chosen.measure, chosen.date(dataset)
    over, when = _over(dataset, own["_over"]), date or year_key(dataset)
    # The year of the money says nothing of a number that is none, to which the form leads as well.
    without = () if is_money_of_years(dataset, measure) else ("_base",)
    more = [pair for pair in carried if pair[0] not in without]
    asked = [*asked_by_page(dataset, measure, over, when), *chosen.conditions(dataset), *more]
    question = parse_cities(dataset, asked, cities.codes)
    said = answer(cities, shared, question)
    years = _years(said, when)
    year = (own["_year"] or [""])[0] or (years[0] if years else "")
    if year and year not in years:
        raise BadQuestion([problem("not-allowed", "_year", years)])
    groups = [group for group in said.groups if when is None or str(group.values[when.name])[:4] == year]
    if date is not None:
        groups = _last(groups, date, over)
    lines = _ranked(tuple(_lines(cities, said, groups, (measure, over, when), lang)))
    prices = said.prices(year)
    field = dataset.field(measure.field) if measure.field else None
    is_money = field is not None and field.kind.is_money
    return FiguresPage(
        answer=said,
        measure=chosen,
        over=over,
        over_label=_key_label(dataset, over, lang) if over else "",
        label=chosen.label(dataset, lang),
        unit=field.unit if field and field.unit and not is_money else Label("", ""),
        is_money=is_money,
        is_real=question.is_real(measure),
        is_per_head=question.is_per_head(measure),
        years=years,
        year=year,
        lines=lines,
        total=_total(lines) if measure.function in _PER_HEAD and date is None else None,
        missing=tuple((cities.place(code), MISSING[why]) for code, why in said.missing.items()),
        prices=prices,
        price_sources=tuple((each.names, tuple(map(cities.place, each.cities))) for each in prices.each),
        measures=tuple(PageOption(each.code, each.label(dataset, lang), each == chosen) for each in offered(dataset)),
        overs=tuple(_overs(dataset, over, lang)),
        conditions=tuple(
            (
                dataset.field(each.field).label.of(lang),
                locale.of(lang).comma.join(value_text(value) for value in each.values),
            )
            for each in question.inner.scope.filters
        ),
        carried=carried,
        query=said.question.query_string(),
        year_query=urlencode([("_measure", chosen.code), *([("_over", over.name)] if over else []), *carried]),
    )


def asked_by_page(
    dataset: Dataset, measure: GroupMeasure, over: GroupKey | None, year: GroupKey | None
) -> Iterator[tuple[str, str]]:
    """The question of the page as parameters of the API."""
    keys = dict.fromkeys(key.name for key in (year, over) if key is not None)
    yield "by", ",".join((CITY, *keys))
    yield measure.function, measure.field or "1"
    yield "_size", str(MAX_SIZE)
    people = dataset.view(PeopleView)
    # People for each thousand people would say nothing.
    counted = people is not None and measure.field == people.people
    if year is not None and measure.function in _PER_HEAD and not counted:
        yield "_per", "person"
    if is_money_of_years(dataset, measure):
        yield "_real", "1"


def offered(dataset: Dataset) -> list[PageMeasure]:
    """The numbers that can be compared, sums first; of balances those of a period."""
    out: list[PageMeasure] = []
    for each in measures(dataset):
        if each.function == "sum":
            field = dataset.field(each.field)
            at = stock_date(dataset, each)
            if field.nature == "stock" and (at is None or not at.kind.is_period):
                continue
            out += [PageMeasure(each, side) for side in sides(dataset, field, (), ()) or ("",)]
        elif each.function in ("count", "avg"):
            out.append(PageMeasure(each))
    return sorted(out, key=lambda each: each.measure.function != "sum")


def _measure(dataset: Dataset, texts: Sequence[str]) -> PageMeasure:
    every = offered(dataset)
    chosen = next((each for each in every if not texts or each.code == texts[0]), None)
    if chosen is None:
        raise BadQuestion([problem("not-allowed", "_measure", [each.code for each in every])])
    return chosen


def _last(groups: Sequence[CitiesGroup], date: GroupKey, over: GroupKey | None) -> list[CitiesGroup]:
    """Of balances of one year the last of each city: they are not added up."""
    last: dict[Any, CitiesGroup] = {}
    for group in sorted(groups, key=lambda each: str(each.values[date.name])):
        last[group.values[CITY], group.values[over.name] if over else None] = group
    return list(last.values())


def parted(dataset: Dataset) -> list[GroupKey]:
    """What numbers can be parted by: what means the same in every city, and is no time."""
    return [key for key in dimensions(dataset) if key.part is None and is_shared(dataset.field(key.field), key)
            and not dataset.field(key.field).kind.is_period]  # fmt: skip


def _over(dataset: Dataset, texts: Sequence[str]) -> GroupKey | None:
    if not texts or not texts[0]:
        return None
    chosen = next((key for key in parted(dataset) if key.name == texts[0]), None)
    if chosen is None:
        raise BadQuestion([problem("not-allowed", "_over", [key.name for key in parted(dataset)])])
    return chosen


def _years(said: CitiesAnswer, year: GroupKey | None) -> tuple[str, ...]:
    """The years of which any city has rows: those of most cities first in ``[0]``, the newest of equals."""
    if year is None:
        return ()
    cities: dict[str, set[str]] = {}
    for group in said.groups:
        if group.values[year.name] is not None:
            cities.setdefault(str(group.values[year.name])[:4], set()).update(group.cities)
    newest = sorted(cities, reverse=True)
    usual = max(newest, key=lambda each: (len(cities[each]), each), default="")
    return tuple(sorted(newest, key=lambda each: (each != usual, -int(each) if each.isdecimal() else 0)))


def _lines(
    cities: AllCities,
    said: CitiesAnswer,
    groups: Sequence[CitiesGroup],
    keys: tuple[GroupMeasure, GroupKey | None, GroupKey | None],
    lang: Lang,
) -> Iterator[NationalFigure]:
    measure, over, year = keys
    question, slug = said.question, said.question.dataset.slug
    column = dict(question.measured())[measure]
    for group in groups:
        code = str(group.values[CITY])
        place, newest = cities.place(code), said.said[code].snapshot.source.newest
        release = f"{newest.period}/{newest.number}" if newest else ""
        named = str(group.values[year.name])[:4] if year and group.values[year.name] is not None else ""
        counted = said.people.get(code, {}).get(named)
        yield NationalFigure(
            place=place,
            key=_value_label(question.dataset, over, group.values[over.name], lang) if over else "",
            value=group.values[column],
            real=group.values.get(f"real_{column}"),
            per_head=group.values.get(f"per_head_{column}"),
            people=counted.people if counted else None,
            why={each.removesuffix(f"_{column}"): wanting_words(w.why, w.years) for each, w in group.why.items()},
            rows_page=place.page(lang, f"/data/{slug}?{_rows_query(question, group, [over, year])}"),
            proof_page=place.page(lang, f"/data/{slug}/releases/{release}"),
            release=release,
        )


def _rows_query(question: CitiesQuestion, group: CitiesGroup, keys: Sequence[GroupKey | None]) -> str:
    """The conditions under which the city's own page shows the rows behind a number."""
    own = []
    for key in keys:
        if key is None:
            continue
        value = group.values[key.name]
        own.append((f"{key.field}__isnull", "1") if value is None else (key.field, value_text(value)))
    scope = replace(question.inner.scope, size=None).query_string()
    return "&".join(filter(None, (scope, urlencode(own))))


def _ranked(lines: Sequence[NationalFigure]) -> tuple[NationalFigure, ...]:
    """The largest for each head first, then those that have none; bars of the same number."""

    def rank(line: NationalFigure) -> tuple[bool, Decimal]:
        of = line.per_head if line.per_head is not None else line.value
        return line.per_head is None, -Decimal(of or 0)

    largest = max((abs(Decimal(line.value or 0)) for line in lines), default=Decimal(0))
    ordered = sorted(lines, key=lambda line: (line.key, *rank(line), line.place.code))
    if not largest:
        return tuple(ordered)
    return tuple(replace(line, width=int(abs(Decimal(line.value or 0)) * 100 / largest)) for line in ordered)


def _total(lines: Sequence[NationalFigure]) -> Any:
    whole = None
    for line in lines:
        whole = plus(whole, line.value)
    return whole


def _overs(dataset: Dataset, chosen: GroupKey | None, lang: Lang) -> Iterator[PageOption]:
    for key in parted(dataset):
        yield PageOption(key.name, _key_label(dataset, key, lang), key == chosen)


def _key_label(dataset: Dataset, key: GroupKey, lang: Lang) -> str:
    label = dataset.field(key.field).label.of(lang)
    return PART_LABELS[key.part].of(lang).replace("{label}", label) if key.part else label


def _value_label(dataset: Dataset, key: GroupKey, value: Any, lang: Lang) -> str:
    if value is None:
        return "—"
    choices = dataset.field(key.field).choices
    return choices.label(str(value), lang) if choices else value_text(value)
