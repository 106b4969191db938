"""The page of a district: its people, its land, and what was done and paid there last year, for each person too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.urls import reverse

from ayan.apps.catalog.explorer import figures
from ayan.apps.catalog.explorer.state import ExplorerState
from ayan.apps.civic.roles import RoleDataset, player
from ayan.apps.planning.city_land import NONE, CityLand
from ayan.apps.planning.land_map import zones_of
from ayan.core.query.answer import Unanswered
from ayan.core.query.grouping import GroupKey, GroupMeasure, GroupQuestion
from ayan.core.query.problem import BadQuestion
from ayan.core.query.question import Filter, Question
from ayan.core.query.question_parser import parse
from ayan.core.query.statistics import axis_of
from ayan.core.query.sum_parts import amounts_of
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import CodeList, Field
from ayan.core.schema.view import PeopleView
from ayan.core.values.clock import today
from ayan.core.values.jalali import from_gregorian
from ayan.core.values.locale import Lang
from ayan.wiring.city import City

COUNT: Final = GroupMeasure("count")
TIMES: Final = "service-times"


@dataclass(frozen=True, slots=True)
class DistrictPeople:
    """How many people live in a district and in the city in one year, by which dataset."""

    dataset: Dataset
    year: str
    here: int
    city: int
    address: str


@dataclass(frozen=True, slots=True)
class DistrictFigure:
    """The rows of a dataset in a district, of a year where it has time: how many, and what one amount comes to.

    ``per_head`` and ``city_per_head`` are whole rials for each person, None where people or amount are not known.
    """

    dataset: Dataset
    count: int
    city_count: int
    amount: Field | None
    total: int | None
    per_head: int | None
    city_per_head: int | None
    address: str


def district_list(land: RoleDataset | None) -> CodeList | None:
    """The declared list of districts."""
    return land.field("district").choices if land is not None and land.has("district") else None


def page(city: City, whole: CityLand, districts: CodeList, code: str, lang: Lang) -> dict[str, Any]:
    """What is published of a district."""
    year = str(from_gregorian(today(city.clock)).year - 1)
    people = _people(city, districts, code, year, lang)
    table = whole.table
    pieces = table.with_name("district", code) if table else NONE
    return {
        "code": code,
        "name": districts.label(code, lang),
        "year": year,
        "people": people,
        "figures": list(_figures(city, districts, code, year, people, lang)),
        "lots": len(pieces),
        "land": zones_of(whole.land, table.counts("zone", pieces), lang) if whole.land and table else [],
        "extent": table.box_of(pieces) if table else None,
        "times": _times(city, districts),
    }


def placed_by(dataset: Dataset, districts: CodeList) -> Field | None:
    """The field of a dataset that says the district by the same list of codes."""
    for field in dataset.published:
        if field.role == "place" and field.shown == "public" and field.choices is not None:
            return field if field.choices.name == districts.name else None
    return None


def _people(city: City, districts: CodeList, code: str, year: str, lang: Lang) -> DistrictPeople | None:
    for declared in city.registry.declaring(PeopleView):
        dataset = city.registry.in_words(declared)
        view = dataset.view(PeopleView)
        if view is None or not view.location or not city.release_store.current(dataset.slug):
            continue
        field = dataset.field(view.location)
        if field.choices is None or field.choices.name != districts.name:
            continue
        question = Question(slug=dataset.slug, filters=parse(dataset, [(view.year, year)]).filters, size=200)
        try:
            rows = city.query_service.rows(dataset, question).rows
        except Unanswered:
            continue
        here = [row.values.get(view.people) for row in rows if row.values.get(view.location) == code]
        known = [value for row in rows if isinstance(value := row.values.get(view.people), int)]
        if len(here) == 1 and isinstance(here[0], int) and here[0] and len(known) == len(rows):
            ask = _ask(dataset, lang, *question.filters, Filter(view.location, "eq", (code,)))
            return DistrictPeople(dataset, year, here[0], sum(known), ask.address)
    return None


def _ask(dataset: Dataset, lang: Lang, *filters: Filter) -> ExplorerState:
    return ExplorerState.bare(dataset, reverse(f"{lang}:dataset", args=(dataset.slug,)), lang, *filters)


def _figures(
    city: City, districts: CodeList, code: str, year: str, people: DistrictPeople | None, lang: Lang
) -> Iterator[DistrictFigure]:
    for dataset in city.registry.all():
        field = placed_by(dataset, districts)
        if field is None or not city.release_store.current(dataset.slug) or dataset.view(PeopleView):
            continue
        try:
            figure = _figure(city, dataset, field, code, year, people, lang)
        except (BadQuestion, Unanswered):
            continue
        if figure is not None:
            yield figure


def _figure(
    city: City, dataset: Dataset, field: Field, code: str, year: str, people: DistrictPeople | None, lang: Lang
) -> DistrictFigure | None:
    axis = axis_of(dataset)
    filters = parse(dataset, [(axis.name, year)]).filters if axis is not None else ()
    money = next((each for each in amounts_of(dataset) if each.kind.is_money), None) if axis is not None else None
    measures = (COUNT, GroupMeasure("sum", money.name)) if money else (COUNT,)
    scope = Question(slug=dataset.slug, filters=tuple(filters), size=200)
    snapshot = city.query_service.snapshot(dataset, scope)
    question = GroupQuestion(scope=scope, by=(GroupKey(field.name),), measures=measures)
    rows = figures.groups(city.query_service, dataset, question, snapshot).rows
    here = next((row for row in rows if row[field.name] == code), None)
    if here is None:
        return None
    name = f"sum_{money.name}" if money else ""
    sums = [int(row[name]) for row in rows if money and row.get(name) is not None]
    total = int(here[name]) if money and here.get(name) is not None else None
    return DistrictFigure(
        dataset,
        int(here["count"]),
        sum(int(row["count"]) for row in rows),
        money,
        total,
        _each(total, people.here if people else 0),
        _each(sum(sums) if sums else None, people.city if people else 0),
        _ask(dataset, lang, *filters, Filter(field.name, "eq", (code,))).address,
    )


def _each(total: int | None, people: int) -> int | None:
    """What falls on one person, to the whole toman (ten rials)."""
    return 10 * int((Decimal(total) / people / 10).to_integral_value()) if total is not None and people else None


def _times(city: City, districts: CodeList) -> Dataset | None:
    """The dataset of answers' times where it does not say the district, so that the page says so."""
    timed = player(city, TIMES)
    return timed.dataset if timed is not None and placed_by(timed.dataset, districts) is None else None
