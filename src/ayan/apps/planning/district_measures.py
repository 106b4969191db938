"""What the districts can be compared by on the map: people, requests and their answers, and what datasets say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

from django.urls import reverse

from ayan.apps.catalog.explorer import group_table
from ayan.apps.catalog.explorer.result_charts import chart_measure
from ayan.apps.catalog.explorer.state import ExplorerState
from ayan.apps.planning.district_map import per_head
from ayan.apps.planning.district_page import placed_by
from ayan.apps.planning.district_people import DistrictPeople, district_people
from ayan.apps.planning.place_answers import median_days
from ayan.core.casework.place_figures import PlaceFigures
from ayan.core.query.grouping import GroupKey
from ayan.core.query.problem import BadQuestion
from ayan.core.query.question_parser import parse
from ayan.core.query.statistics import axis_of
from ayan.core.query.sum_parts import measures_of
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import CodeList
from ayan.core.schema.view import PeopleView
from ayan.core.values.clock import today
from ayan.core.values.digits import ExactNumber
from ayan.core.values.jalali import from_gregorian
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import sum_words
from ayan.ui.charts.measure import ChartMeasure
from ayan.ui.value_html import period_label
from ayan.wiring.city import City

THOUSAND: Final = 1000
PEOPLE: Final = "people"
RECEIVED: Final = "received"
IN_TIME: Final = "in-time"
DAYS: Final = "days"
MONEY: Final = ".money"
"""What stands behind the slug of a dataset where its money is meant, and not how many rows it has."""
_TITLES: Final = {
    PEOPLE: Label("جمعیت", "People"),
    RECEIVED: Label("درخواست‌های رسیده", "Requests received"),
    IN_TIME: Label("سهم پاسخ‌های به‌موقع", "Share of answers in time"),
    DAYS: Label("میانهٔ روزهای کاری تا پاسخ", "Median of working days until the answer"),
}
_MONEY: Final = Label("{title}: مبلغ", "{title}: money")
_ROWS: Final = Label("{title}: تعداد", "{title}: number")
_OF_YEAR: Final = Label("{name}، {year}", "{name}, {year}")
_DAY: Final = Label("روز کاری", "working days")
_PERSON: Final = Label("برای هر نفر", "for each person")
_PERSONS: Final = Label("برای هر هزار نفر", "for each thousand people")


@dataclass(frozen=True, slots=True)
class DistrictMeasure:
    """Something that districts can be compared by: its code in addresses, and its title.

    ``is_counted`` says that it may be told for each person, or for each thousand.
    """

    code: str
    title: str
    is_counted: bool


@dataclass(frozen=True, slots=True)
class MeasuredDistricts:
    """The figures of the districts by one measure, in its unit, and where they come from.

    ``times`` is for how many people they are told, 0 where they are told as they are; ``why`` says why they are not
    told so although it was asked. ``source`` is the page that has them. ``dataset`` is the one whose rows they are of,
    None of requests.
    """

    name: str
    values: Mapping[str, ExactNumber]
    measure: ChartMeasure
    source: str
    times: int = 0
    people: DistrictPeople | None = None
    why: Label | None = None
    dataset: Dataset | None = None


NO_PEOPLE: Final = Label(
    "جمعیت این سال به تفکیک منطقه منتشر نشده است؛ رقم برای هر نفر حساب نشد.",
    "The people of this year are not published by district, so no figure for each person was worked out.",
)


def district_measures(city: City, districts: CodeList, lang: Lang, as_of: date | None = None) -> list[DistrictMeasure]:
    """What the districts can be compared by, as far as something of it is published.

    Of a day past that is what datasets say: how requests stood then is not kept.
    """
    out: list[DistrictMeasure] = []
    if district_people(city, districts, as_of=as_of) is not None:
        out.append(DistrictMeasure(PEOPLE, _TITLES[PEOPLE].of(lang), is_counted=False))
    for dataset in _datasets(city, districts):
        title = dataset.title.of(lang)
        if axis_of(dataset) is not None and any(field.kind.is_money for field in measures_of(dataset)):
            out.append(DistrictMeasure(dataset.slug + MONEY, _MONEY.of(lang).format(title=title), is_counted=True))
        out.append(DistrictMeasure(dataset.slug, _ROWS.of(lang).format(title=title), is_counted=True))
    figures = city.place_figures.now().districts.values() if as_of is None else ()
    if figures:
        out.append(DistrictMeasure(RECEIVED, _TITLES[RECEIVED].of(lang), is_counted=True))
    if any(each.answered for each in figures):
        out += [DistrictMeasure(code, _TITLES[code].of(lang), is_counted=False) for code in (IN_TIME, DAYS)]
    return out


def picked_measure(city: City, districts: CodeList, code: str, lang: Lang) -> DistrictMeasure | None:
    """The measure of a code, or the first where none is named; None where there is no such."""
    return next((each for each in district_measures(city, districts, lang) if code in ("", each.code)), None)


def _datasets(city: City, districts: CodeList) -> list[Dataset]:
    return [
        dataset
        for dataset in city.registry.all()
        if placed_by(dataset, districts) is not None
        and city.release_store.current(dataset.slug)
        and not dataset.view(PeopleView)
    ]


def measured_districts(
    city: City, districts: CodeList, asked: DistrictMeasure, lang: Lang, *, each: bool, as_of: date | None = None
) -> MeasuredDistricts | None:
    """The figures by a measure, now or as they were on a day; None where none is known. Raises Unanswered."""
    if asked.code == PEOPLE:
        people = district_people(city, districts, as_of=as_of)
        if people is None:
            return None
        name = _OF_YEAR.of(lang).format(name=asked.title, year=period_label(people.year, lang))
        address = people.address(lang)
        return MeasuredDistricts(name, people.by_district, ChartMeasure(lang), address, dataset=people.dataset)
    year = str(from_gregorian(as_of or today(city.clock)).year - 1)
    if asked.code in _TITLES:
        figures = city.place_figures.now()
        values = _answers(figures, asked.code)
        own = {IN_TIME: ChartMeasure(lang, percent=True), DAYS: ChartMeasure(lang, _DAY.of(lang))}
        measured = MeasuredDistricts(
            asked.title, values, own.get(asked.code, ChartMeasure(lang)), reverse(f"{lang}:counter")
        )
    else:
        counted = _of_dataset(city, districts, asked.code, year, lang, as_of)
        if counted is None:
            return None
        measured = counted
        # What has no time stands now: the newest people are those of it.
        year = year if axis_of(city.registry.get(asked.code.removesuffix(MONEY))) is not None else ""
    if not (each and asked.is_counted):
        return measured
    people = district_people(city, districts, year, as_of)
    return _for_each(measured, people, lang) if people is not None else _plain(measured)


def _plain(measured: MeasuredDistricts) -> MeasuredDistricts:
    return replace(measured, why=NO_PEOPLE)


def _for_each(measured: MeasuredDistricts, people: DistrictPeople, lang: Lang) -> MeasuredDistricts:
    """The same for each person where it is money, for each thousand where it is a count."""
    times = 1 if measured.measure.per > 1 else THOUSAND
    words = (_PERSON if times == 1 else _PERSONS).of(lang)
    values = per_head(measured.values, people.by_district, times)
    name = _OF_YEAR.of(lang).format(name=measured.name, year=words)
    return replace(measured, name=name, values=values, times=times, people=people)


def _answers(figures: PlaceFigures, code: str) -> dict[str, ExactNumber]:
    """What is told of the requests of each district, without those of which it is not."""
    values: dict[str, ExactNumber] = {}
    for district, figure in figures.districts.items():
        if code == RECEIVED:
            values[district] = figure.received
        elif code == IN_TIME and figure.answered and figure.in_time is not None:
            values[district] = (Decimal(100 * figure.in_time) / figure.answered).quantize(Decimal("0.1"))
        elif code == DAYS and figure.median is not None:
            values[district] = median_days(figure.median)
    return values


def _of_dataset(
    city: City, districts: CodeList, code: str, year: str, lang: Lang, as_of: date | None
) -> MeasuredDistricts | None:
    """The rows of a dataset by district, or its first money; of last year where it has time."""
    is_money = code.endswith(MONEY)
    dataset = city.registry.get(code.removesuffix(MONEY))
    field, axis = placed_by(dataset, districts), axis_of(dataset)
    if field is None:
        return None
    try:
        filters = parse(dataset, [(axis.name, year)]).filters if axis is not None else ()
        by = GroupKey(field.name)
        ask = ExplorerState.bare(dataset, reverse(f"{lang}:dataset", args=(dataset.slug,)), lang, *filters)
        ask = ask.but(by=by, as_of=as_of)
        snapshot = city.query_service.snapshot(dataset, ask.question)
        grouped = group_table.grouped(city.query_service, ask, by, snapshot)
    except BadQuestion:
        return None
    part = grouped.measured if is_money else None
    if is_money and (part is None or not part.field.kind.is_money):
        return None
    figures = ((str(line.value), line.totals[0] if part else line.rows) for line in grouped.groups if line.value)
    values = {name: value for name, value in figures if value is not None}
    name = sum_words.sum_name(dataset, part, lang) if part else dataset.title.of(lang)
    if part:
        name = f"{dataset.title.of(lang)}: {name}"
    if axis is not None:
        name = _OF_YEAR.of(lang).format(name=name, year=period_label(year, lang))
    measure = chart_measure(part.field if part else None, "toman", lang)
    return MeasuredDistricts(name, values, measure, ask.address, dataset=dataset)
