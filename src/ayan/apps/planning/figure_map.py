"""Groups by district as small maps: the figure itself, and for each person where people of its year are published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from ayan.apps.catalog.explorer import group_table
from ayan.apps.catalog.explorer.group_table import GroupTable
from ayan.apps.catalog.explorer.placed_figures import PlacedFigures
from ayan.apps.catalog.explorer.result_charts import chart_measure
from ayan.apps.catalog.explorer.state import ExplorerState
from ayan.apps.catalog.record.references import Naming
from ayan.apps.planning.city_land import CityLand, city_land
from ayan.apps.planning.district_map import DistrictMap, district_map, per_head
from ayan.apps.planning.district_people import DistrictPeople, district_people
from ayan.apps.planning.limits import MOST_SMALL_MAPS
from ayan.core.query.answer import Unanswered
from ayan.core.query.grouping import GroupKey
from ayan.core.query.problem import BadQuestion
from ayan.core.query.question_parser import parse
from ayan.core.query.statistics import axis_of
from ayan.core.schema.field import CodeList, Field
from ayan.core.schema.view import PeopleView
from ayan.core.values.digits import ExactNumber
from ayan.core.values.jalali import from_gregorian
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import sum_words
from ayan.ui.charts.measure import ChartMeasure
from ayan.wiring.city import City

ROWS: Final = Label("تعداد ردیف", "Number of rows")
THOUSAND: Final = 1000
"""Rows are told for so many people: for one of them they would be a small fraction."""
NO_YEAR: Final = Label(
    "رقم برای هر نفر تنها از یک سال گفته می‌شود؛ سالی را برگزینید.",
    "A figure for each person is of one year alone; choose a year.",
)
NO_PEOPLE: Final = Label(
    "جمعیت آن سال به تفکیک منطقه منتشر نشده است؛ رقم برای هر نفر حساب نشد.",
    "The people of that year are not published by district, so no figure for each person was worked out.",
)
NEGATIVE: Final = Label(
    "رقم زیر صفر برای هر نفر حساب نمی‌شود.", "A figure below zero is not worked out for each person."
)


@dataclass(frozen=True, slots=True)
class DistrictLine:
    """A district of the table beside the maps: its figures as they are written, empty where none is published."""

    words: str
    address: str
    value: str
    head: str
    people: int | None
    has_rows: bool


@dataclass(frozen=True, slots=True)
class FigureMap:
    """A figure by district: what it is called, its map, that for each person, and a table that says the same.

    ``why`` says why there is no map for each person; ``beside`` is what has a figure and no place on the map.
    ``is_head_first`` shows the one for each person before the other is asked for.
    """

    name: str
    whole: DistrictMap
    head: DistrictMap | None
    times: int
    people: DistrictPeople | None
    people_address: str
    why: Label | None
    lines: tuple[DistrictLine, ...]
    beside: tuple[tuple[str, str], ...]
    is_head_first: bool = False


def of_groups(city: City, ask: ExplorerState, grouped: GroupTable, anchor: str) -> FigureMap | None:
    """The maps of a result by district; None where it is by something else, or no land says where districts lie."""
    if ask.dataset.view(PeopleView) is not None and not grouped.amounts:
        return None
    try:
        whole = city_land(city)
    except Unanswered:
        return None
    districts = district_codes(whole, grouped.field)
    if districts is None or grouped.by.part is not None or grouped.total > len(grouped.groups):
        return None
    part = grouped.measured
    figures = {str(line.value): line.totals[0] if part else line.rows for line in grouped.groups if line.value}
    lang = ask.lang
    measure = chart_measure(part.field if part else None, ask.question.unit, lang)
    drawn = district_map(whole, districts, figures, measure, anchor, lang)
    if drawn is None:
        return None
    name = sum_words.sum_name(ask.dataset, part, lang) if part else ROWS.of(lang)
    times = 1 if part else THOUSAND
    people, why = _people(city, ask, districts, part.at if part else None)
    if people is not None and any(value is not None and value < 0 for value in figures.values()):
        people, why = None, NEGATIVE
    places = {area.code for area in drawn.areas}
    beside = [
        (line.label, value)
        for line in grouped.groups
        if str(line.value) not in places and (value := line.totals[0] if part else line.rows) is not None
    ]
    return _with_heads(whole, drawn, name, figures, measure, times, people, why, beside, lang)


def of_placed(city: City, placed: PlacedFigures, lang: Lang) -> FigureMap | None:
    """The maps of figures that a page has worked out; None where they are by something else than the districts."""
    try:
        whole = city_land(city)
    except Unanswered:
        return None
    districts = district_codes(whole, placed.field)
    if districts is None:
        return None
    anchor = f"places-{placed.anchor}"
    drawn = district_map(whole, districts, placed.values, placed.measure, anchor, lang)
    if drawn is None:
        return None
    is_negative = any(value < 0 for value in placed.values.values())
    people = district_people(city, districts, placed.year) if placed.year and not is_negative else None
    why = None if people or not placed.year else NEGATIVE if is_negative else NO_PEOPLE
    places = {area.code for area in drawn.areas}
    beside = [(districts.label(code, lang), value) for code, value in placed.values.items() if code not in places]
    maps = _with_heads(whole, drawn, placed.name, placed.values, placed.measure, 1, people, why, beside, lang)
    # Who names the year of the people asks for each of them.
    return replace(maps, is_head_first=maps.head is not None)


def _with_heads(
    whole: CityLand,
    drawn: DistrictMap,
    name: str,
    figures: Mapping[str, ExactNumber | None],
    measure: ChartMeasure,
    times: int,
    people: DistrictPeople | None,
    why: Label | None,
    others: Sequence[tuple[str, ExactNumber]],
    lang: Lang,
) -> FigureMap:
    """A figure with its map, that for each person where people are known, and the table; ``others`` lie nowhere."""
    heads = per_head(figures, people.by_district, times) if people else {}
    # A figure whose people are not known stands there without one.
    by_person = {code: heads.get(code) for code in figures}
    listed = whole.land.field("district").choices if whole.land else None
    head = district_map(whole, listed, by_person, measure, f"{drawn.anchor}-head", lang) if heads and listed else None
    scale, scale_head = measure.scale(figures.values()), measure.scale(heads.values())
    lines = tuple(
        DistrictLine(
            area.words,
            area.address,
            scale.say(value) if (value := figures.get(area.code)) is not None else "",
            scale_head.say(heads[area.code]) if area.code in heads else "",
            people.by_district.get(area.code) if people else None,
            area.code in figures,
        )
        for area in drawn.areas
    )
    beside = tuple((label, scale.say(value)) for label, value in others)
    address = people.address(lang) if people else ""
    return FigureMap(name, drawn, head, times, people, address, why, lines, beside)


def of_namings(city: City, namings: Sequence[Naming]) -> list[tuple[Naming, FigureMap]]:
    """The maps of rows that belong to a record, of each dataset that says their district; the first few."""
    try:
        whole = city_land(city)
    except Unanswered:
        return []
    maps: list[tuple[Naming, FigureMap]] = []
    for naming in namings:
        fields = (each for each in naming.dataset.published if each.role == "place" and each.shown == "public")
        field = next((each for each in fields if district_codes(whole, each) is not None), None)
        if field is None or len(maps) >= MOST_SMALL_MAPS:
            continue
        try:
            snapshot = city.query_service.snapshot(naming.dataset, naming.ask.question)
            grouped = group_table.grouped(city.query_service, naming.ask, GroupKey(field.name), snapshot)
        except (Unanswered, BadQuestion):
            continue
        drawn = of_groups(city, naming.ask, grouped, f"places-{naming.anchor}")
        # Of one district a sentence says as much.
        if drawn is not None and sum(bool(line.value) for line in drawn.lines) > 1:
            maps.append((naming, drawn))
    return maps


def district_codes(whole: CityLand, field: Field) -> CodeList | None:
    """The districts of the city, where a field says them by the same list of codes; None where it does not."""
    if whole.land is None or not whole.land.has("district"):
        return None
    listed = whole.land.field("district").choices
    return listed if listed is not None and field.choices is not None and field.choices.name == listed.name else None


def _people(
    city: City, ask: ExplorerState, districts: CodeList, at: date | str | None
) -> tuple[DistrictPeople | None, Label | None]:
    """The people of the one year that a result is of; or why there are none to divide by."""
    axis = axis_of(ask.dataset)
    if at is not None:
        year = at[:4] if isinstance(at, str) else str(from_gregorian(at).year)
    elif axis is None:
        # What has no time stands now: the newest people are those of it.
        year = ""
    else:
        one_year = _year(ask, axis)
        if one_year is None:
            return None, NO_YEAR
        year = one_year
    people = district_people(city, districts, year)
    return people, None if people else NO_PEOPLE


def _year(ask: ExplorerState, axis: Field) -> str | None:
    """The year that the conditions of a result come to; None where they are of several, or of a part of one."""
    own = tuple(each for each in ask.question.filters if each.field == axis.name)
    if len(own) != 1:
        return None
    for text in _years(own[0].values):
        try:
            if parse(ask.dataset, [(axis.name, text)]).filters == own:
                return text
        except BadQuestion:
            continue
    return None


def _years(values: tuple[object, ...]) -> list[str]:
    """The years that a condition on time may be of, as an address writes them."""
    years: list[str] = []
    for value in values:
        first = getattr(value, "first", value)
        if isinstance(first, date):
            years.append(str(from_gregorian(first).year))
        elif isinstance(first, str):
            years.append(first[:4])
    return years
