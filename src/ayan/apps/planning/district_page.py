"""The page of a district: its people, its land, and what was done and paid there last year, for each person too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.urls import reverse

from ayan.apps.catalog.explorer import group_table
from ayan.apps.catalog.explorer.group_table import GroupTable
from ayan.apps.catalog.explorer.state import ExplorerState
from ayan.apps.civic.roles import RoleDataset, player
from ayan.apps.planning.city_land import NONE, CityLand
from ayan.apps.planning.district_map import bare_map
from ayan.apps.planning.district_people import DistrictPeople, district_people
from ayan.apps.planning.figure_map import of_groups
from ayan.apps.planning.land_map import zones_of
from ayan.apps.planning.place_answers import place_answers
from ayan.core.query.answer import Unanswered
from ayan.core.query.grouping import GroupKey
from ayan.core.query.problem import BadQuestion
from ayan.core.query.question_parser import parse
from ayan.core.query.statistics import axis_of, point_of
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import CodeList, Field
from ayan.core.schema.view import PeopleView
from ayan.core.values.clock import today
from ayan.core.values.jalali import from_gregorian
from ayan.core.values.locale import Lang
from ayan.ui import sum_words
from ayan.wiring.city import City

TIMES: Final = "service-times"


@dataclass(frozen=True, slots=True)
class DistrictFigure:
    """The rows of a dataset in a district, of a year where it has time: how many, and what its first amount comes to.

    ``per_head`` and ``city_per_head`` are whole toman in rial for each person, None where people or amount are not
    known. ``address`` has the rows, ``compared`` all districts, and ``api`` the figures of all districts for a program.
    """

    dataset: Dataset
    count: int
    name: str
    total: int | None
    per_head: int | None
    city_per_head: int | None
    address: str
    compared: str
    api: str
    ask: ExplorerState
    grouped: GroupTable


def district_list(land: RoleDataset | None) -> CodeList | None:
    """The declared list of districts."""
    return land.field("district").choices if land is not None and land.has("district") else None


def page(city: City, whole: CityLand, districts: CodeList, code: str, lang: Lang) -> dict[str, Any]:
    """What is published of a district."""
    year = str(from_gregorian(today(city.clock)).year - 1)
    people = district_people(city, districts, year)
    residents = people.by_district.get(code) if people else None
    requests = city.place_figures.now()
    recorded = list(_figures(city, districts, code, year, people, lang))
    # What was built or let where it stands says more of a district than what was spent in its name.
    known = [each for each in recorded if each.per_head is not None]
    shown = max(known, key=lambda each: (point_of(each.dataset) is not None, each.total or 0), default=None)
    table = whole.table
    pieces = table.with_name("district", code) if table else NONE
    return {
        "code": code,
        "name": districts.label(code, lang),
        "year": year,
        "people": residents,
        "people_address": people.address(lang, code) if people and residents else "",
        "figures": recorded,
        "shown": shown,
        "drawn": of_groups(city, shown.ask, shown.grouped, "by-district") if shown else None,
        "town": bare_map(whole, districts, "town", lang, code),
        "lots": len(pieces),
        "land": zones_of(whole.land, table.counts("zone", pieces), lang) if whole.land and table else [],
        "extent": table.box_of(pieces) if table else None,
        "times": _times(city, districts),
        "answers": place_answers(
            requests, requests.districts.get(code), lang, residents or 0, people.city if people and residents else 0
        ),
    }


def placed_by(dataset: Dataset, districts: CodeList) -> Field | None:
    """The field of a dataset that says the district by the same list of codes."""
    for field in dataset.published:
        if field.role == "place" and field.shown == "public" and field.choices is not None:
            return field if field.choices.name == districts.name else None
    return None


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
    path, by = reverse(f"{lang}:dataset", args=(dataset.slug,)), GroupKey(field.name)
    ask = ExplorerState.bare(dataset, path, lang, *filters).but(by=by)
    snapshot = city.query_service.snapshot(dataset, ask.question)
    grouped = group_table.grouped(city.query_service, ask, by, snapshot)
    group = next((line for line in grouped.groups if line.value == code), None)
    if group is None:
        return None
    # What has no time is counted; its money is of no year.
    part = grouped.measured if axis is not None else None
    is_money = part is not None and part.field.kind.is_money
    total = group.totals[0] if is_money else None
    sums = [line.totals[0] for line in grouped.groups if is_money and line.totals[0] is not None]
    return DistrictFigure(
        dataset,
        group.rows,
        sum_words.sum_name(dataset, part, lang) if part and is_money else "",
        total,
        _each(total, people.by_district.get(code, 0) if people else 0),
        _each(sum(sums) if sums else None, people.city if people else 0),
        group.address,
        ask.address,
        grouped.api,
        ask,
        grouped,
    )


def _each(total: int | None, people: int) -> int | None:
    """What falls on one person, to the whole toman (ten rials)."""
    return 10 * int((Decimal(total) / people / 10).to_integral_value()) if total is not None and people else None


def _times(city: City, districts: CodeList) -> Dataset | None:
    """The dataset of requests where it does not say the district, so that the page leads to it apart."""
    timed = player(city, TIMES)
    return timed.dataset if timed is not None and placed_by(timed.dataset, districts) is None else None
