"""The charts of a result: its amounts by year, by groups, and what they are made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from ayan.apps.catalog.explorer import figures, group_table, result_options, spread_figures, time_figures
from ayan.apps.catalog.explorer.figures import PriceIndex
from ayan.apps.catalog.explorer.group_table import GroupTable
from ayan.apps.catalog.explorer.spread_figures import ChartGroups, GroupItem
from ayan.apps.catalog.explorer.state import ExplorerState
from ayan.apps.catalog.explorer.time_figures import TimeSeries
from ayan.apps.catalog.explorer.year_coverage import Coverage
from ayan.apps.catalog.limits import (
    ENOUGH_YEARS,
    FEWEST_POINTS,
    MOST_DOTS,
    MOST_GROUPINGS,
    MOST_PERIODS,
    MOST_WHOLES,
)
from ayan.core.query.additivity import SumPart, is_added, sides
from ayan.core.query.answer import Snapshot
from ayan.core.query.grouping import DatePart, Function, GroupKey, GroupQuestion
from ayan.core.query.grouping import GroupMeasure as Asked
from ayan.core.query.query_service import QueryService
from ayan.core.query.question import Sort
from ayan.core.query.statistics import Amount, Statistics, axis_of
from ayan.core.query.sum_parts import sum_parts
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.schema.view import PartsView
from ayan.core.values import money
from ayan.core.values.clock import TEHRAN
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.money import MONEY_UNITS, SHOWN_UNITS, ShownUnit
from ayan.ui import sum_words, value_html
from ayan.ui.charts import titles
from ayan.ui.charts.bars import StackedBars, Whole
from ayan.ui.charts.figure import Figure, in_one_unit
from ayan.ui.charts.line_charts import Lines
from ayan.ui.charts.measure import ChartMeasure
from ayan.ui.charts.years import YearBars

NEWEST: Final = Label("{n} دورهٔ آخر", "The newest {n} periods")
REST: Final = Label("جز این‌ها", "Other")
TIME: Final = Label("دوره", "Period")
NAMED: Final = Label("رقم سالانهٔ {}", "{} of each year")
MONTHLY: Final = Label("رقم ماهانهٔ {}", "{} of each month")
QUARTERLY: Final = Label("رقم سه‌ماههٔ {}", "{} of each quarter")
LAST: Final = Label("{} در آخرین تاریخ هر سال", "{} at the last date of each year")
LAST_OF_QUARTER: Final = Label("{} در آخرین تاریخ هر سه‌ماهه", "{} at the last date of each quarter")
LAST_OF_MONTH: Final = Label("{} در آخرین تاریخ هر ماه", "{} at the last date of each month")
MEASURES: Final[tuple[Function, ...]] = ("sum", "median")


def parts(reader: QueryService, ask: ExplorerState, snapshot: Snapshot, anchor: str) -> Figure | None:
    """The declared parts of an amount, period by period; None where none are declared or a bar could not be drawn.

    Where money lies on several sides, of the first side that has parts.
    """
    dataset = ask.dataset
    view, axis = dataset.view(PartsView), axis_of(dataset)
    if view is None or axis is None or not all(map(is_added, map(dataset.field, (view.measure, *view.parts)))):
        return None
    by = GroupKey(axis.name, "year" if axis.kind.is_day else None)
    sums = sum_parts(reader, dataset, [dataset.field(view.measure)], ask.scope, snapshot, by)
    drawn = (_made_of(reader, ask, snapshot, view, by, part, anchor) for part in sums)
    return next((figure for figure in drawn if figure is not None), None)


def _made_of(
    reader: QueryService,
    ask: ExplorerState,
    snapshot: Snapshot,
    view: PartsView,
    by: GroupKey,
    part: SumPart,
    anchor: str,
) -> Figure | None:
    """What one sum is made of; None where a bar could not be drawn, and of one side that has no parts."""
    dataset, lang = ask.dataset, ask.lang
    question = GroupQuestion(
        scope=replace(ask.scope.having(*part.conditions), size=MOST_WHOLES),
        by=(by,),
        measures=tuple(Asked("sum", name) for name in (view.measure, *view.parts)),
        sort=Sort(by.name, descending=True),
    )
    answer = figures.groups(reader, dataset, question, snapshot)
    divided = [_divided(by, view, row, ask, part) for row in reversed(answer.rows)]
    if len(divided) < FEWEST_POINTS or any(value < 0 for _, values, _ in divided for value in values):
        return None
    if part.conditions and not any(value for _, values, _ in divided for value in values[:-1]):
        return None
    labels = [dataset.field(name).label.of(lang) for name in view.parts]
    if any(values[-1] for _, values, _ in divided):
        labels.append(REST.of(lang))
    else:
        divided = [(label, values[:-1], address) for label, values, address in divided]
    name = sum_words.sided(dataset, part, lang)
    wholes = [Whole(label, values, address=address) for label, values, address in divided]
    title = titles.parts_in_time(labels, [(label, values) for label, values, _ in divided], name, lang)
    # Only so many periods are asked for, and it is said where there are more.
    note = NEWEST.of(lang).format(n=value_html.plain_number(len(wholes), lang)) if answer.total > len(wholes) else ""
    chart = StackedBars(labels, wholes, chart_measure(part.field, ask.question.unit, lang), name, TIME.of(lang))
    return Figure(title, chart, anchor, note=note)


def _divided(
    by: GroupKey, view: PartsView, row: dict[str, Any], ask: ExplorerState, part: SumPart
) -> tuple[str, list[int], str]:
    """One period: its label, its parts and last what they leave of the whole, and where its rows are."""
    values = [int(row[f"sum_{name}"] or 0) for name in view.parts]
    rest = int(row[f"sum_{view.measure}"] or 0) - sum(values)
    address = group_table.rows_of_part(ask, by, row[by.name], part)
    return value_html.period_label(str(row[by.name]), ask.lang), [*values, rest], address


def by_year(
    ask: ExplorerState,
    statistics: Statistics,
    index: int,
    prices: PriceIndex | None,
    anchor: str,
    coverage: Coverage,
    *,
    mini: bool = False,
    months: bool = False,
) -> Figure | None:
    """One amount of a result by year, or by month where it has hardly years; of data without amounts, how many rows.

    What is recorded month by month, such as pay, is told so beside a record (``mini``), and where ``months`` are asked
    for. Rows are counted where each is something that happened on a day. None with fewer than two of either.
    """
    axis, lang = statistics.axis, ask.lang
    by_month = (mini or months) and axis is not None and axis.kind.is_period
    few_years = len(statistics.years) < ENOUGH_YEARS
    monthly = len(statistics.months) >= FEWEST_POINTS and (by_month or few_years)
    amount = statistics.amounts[index] if index < len(statistics.amounts) else None
    if amount is None and (statistics.rates or not are_events(ask.dataset)):
        return None
    part, field = (amount.part, amount.field) if amount else (None, None)
    # A month is worth what its year is: the index is of years.
    prices = prices if field is not None and field.kind.is_money and (not monthly or by_month) else None
    step: DatePart = "month" if monthly else "year"
    series = TimeSeries(
        _in_time(ask, part, step),
        [
            (stretch.name, stretch.totals[index] if amount else stretch.rows)
            for stretch in (statistics.months if monthly else statistics.years)
        ],
        chart_measure(field, ask.question.unit, lang),
        lambda period: _rows_of(ask, axis, period, step, part),
        counted=amount is None,
    )
    figure = time_figures.figure(series, _covered(coverage, statistics, part), prices, anchor)
    return figure and _sourced(replace(figure, size="mini" if mini else "full"), ask, statistics.rows)


def _in_time(ask: ExplorerState, part: SumPart | None, step: DatePart) -> str:
    """What the numbers of years, quarters or months are called; of a stock, that each is of the last date."""
    name = sum_words.sided(ask.dataset, part, ask.lang) if part else sum_words.counted(ask.dataset, ask.lang)
    stock = part is not None and part.field.nature == "stock"
    labels = {"year": (NAMED, LAST), "quarter": (QUARTERLY, LAST_OF_QUARTER), "month": (MONTHLY, LAST_OF_MONTH)}
    return labels[step][stock].of(ask.lang).format(name)


def are_events(dataset: Dataset) -> bool:
    """Whether each row is something that happened on a day, so that how many there were in a year says something."""
    axis = axis_of(dataset)
    return axis is not None and axis.kind.is_day and axis.required and not is_series(dataset)


def is_series(dataset: Dataset) -> bool:
    """Whether the same things stand in the data once more each year, so that how many rows there are says nothing."""
    axis = axis_of(dataset)
    keyless = not dataset.key and dataset.period != "none" and axis is not None and axis.kind.is_period
    return keyless or any(dataset.field(name).kind.is_period for name in dataset.key)


def medians(
    reader: QueryService, ask: ExplorerState, snapshot: Snapshot, statistics: Statistics, coverage: Coverage
) -> list[Figure]:
    """The median of each rate by year, which is never added; none with fewer than two years."""
    axis = statistics.axis
    if axis is None:
        return []
    by = GroupKey(axis.name, "year" if axis.kind.is_day else None)
    drawn = (_medians(reader, ask, snapshot, by, rate, _covered(coverage, statistics)) for rate in statistics.rates)
    return [_sourced(figure, ask, statistics.rows) for figure in drawn if figure is not None]


def _medians(
    reader: QueryService, ask: ExplorerState, snapshot: Snapshot, by: GroupKey, rate: Amount, coverage: Coverage
) -> Figure | None:
    question = GroupQuestion(
        scope=replace(ask.scope, size=MOST_PERIODS),
        by=(by,),
        measures=(Asked("median", rate.field.name),),
        sort=Sort(by.name, descending=False),
    )
    rows = figures.groups(reader, ask.dataset, question, snapshot).rows
    key, median = question.columns
    values = [(str(row[key]), row[median]) for row in rows if row[key] is not None]
    named = MONTHLY if any(time_figures.is_month(name) for name, _ in values) else NAMED
    series = TimeSeries(
        named.of(ask.lang).format(sum_words.median_name(ask.dataset, rate.part, ask.lang)),
        values,
        chart_measure(rate.field, ask.question.unit, ask.lang),
        lambda period: group_table.rows_of(ask, by, period),
    )
    return time_figures.figure(series, coverage, None, f"median-{rate.field.name}")


def _covered(coverage: Coverage, statistics: Statistics, part: SumPart | None = None) -> Coverage:
    """What of each year is there: what tells years alone tells nothing of their parts, and no part of a year is in what
    stands at its last date."""
    if not statistics.months or (part is not None and part.field.nature == "stock"):
        return replace(coverage, months={})
    if statistics.axis is not None and statistics.axis.kind.is_period:
        return coverage.by_months(month.name for month in statistics.months)
    return coverage.up_to(statistics.years[-1].name)


def _rows_of(ask: ExplorerState, axis: Field | None, period: str, step: DatePart, part: SumPart | None) -> str:
    if axis is None:
        return ""
    return group_table.rows_of_part(ask, GroupKey(axis.name, step if axis.kind.is_day else None), period, part)


def _sourced(figure: Figure, ask: ExplorerState, rows: int) -> Figure:
    return figure if figure.size == "mini" else replace(figure, source=ask.dataset.owner.of(ask.lang), rows=rows)


def is_real(figure: Figure | None) -> bool:
    """Whether a figure also tells its amounts at the prices of one year."""
    chart = figure and figure.chart
    return chart.has_line if isinstance(chart, YearBars) else isinstance(chart, Lines) and len(chart.lines) > 1


def charts(
    reader: QueryService, ask: ExplorerState, snapshot: Snapshot, statistics: Statistics, prices: PriceIndex | None
) -> list[Figure]:
    """The charts of a result: what it is put together by, or each amount by year and the largest of a few groupings."""
    coverage = Coverage.of(ask.dataset, snapshot)
    if ask.by is not None:
        grouped = group_table.grouped(reader, ask, ask.by, snapshot, each=True)
        return _dated(_groups(grouped, ask, statistics, coverage, prices), snapshot)
    axis = statistics.axis
    along = axis.name if axis else ""
    groupings = [by for by in result_options.groupings(ask.dataset) if by.part is None and by.field != along]
    offered = groupings[:MOST_GROUPINGS] if statistics.amounts or not is_series(ask.dataset) else []
    tables = [group_table.grouped(reader, ask, by, snapshot, MOST_DOTS, each=True) for by in offered]
    lists = [figure for table in tables for figure in _groups(table, ask, statistics, coverage, prices)]
    shaded = None
    if axis is not None and offered and are_events(ask.dataset):
        when = GroupKey(axis.name, "year" if axis.kind.is_day else None)
        shaded = spread_figures.shaded(reader, ask, snapshot, offered[0], when, _covered(coverage, statistics))
    every = [
        *_along_time(ask, statistics, coverage, prices),
        *medians(reader, ask, snapshot, statistics, coverage),
        *lists,
        *([shaded] if shaded else []),
    ]
    return _dated(in_one_unit(every), snapshot)


def _along_time(
    ask: ExplorerState, statistics: Statistics, coverage: Coverage, prices: PriceIndex | None
) -> list[Figure]:
    """Each amount by year; the first, on each of its sides, also by month where it is recorded so."""
    axis, out = statistics.axis, []
    recorded = axis is not None and axis.kind.is_period
    by_months = recorded and len(statistics.months) > len(statistics.years) >= ENOUGH_YEARS
    for n in range(max(1, len(statistics.amounts))):
        out.append(by_year(ask, statistics, n, prices, f"years-{n}", coverage))
        if by_months and (not statistics.amounts or statistics.amounts[n].field == statistics.amounts[0].field):
            out.append(by_year(ask, statistics, n, prices, f"months-{n}", coverage, months=True))
    return [figure for figure in out if figure is not None]


def _dated(figures: Iterable[Figure], snapshot: Snapshot) -> list[Figure]:
    day = snapshot.as_of.astimezone(TEHRAN).date() if snapshot.as_of else None
    return [replace(figure, as_of=day) for figure in figures]


def _groups(
    table: GroupTable, ask: ExplorerState, statistics: Statistics, coverage: Coverage, prices: PriceIndex | None
) -> list[Figure]:
    """The groups as bars, the largest also among all others; where they are years or months, along time.

    Each sum by itself.
    """
    if len(table.groups) < FEWEST_POINTS:
        return []
    drawn = [
        figure
        for place in range(max(1, len(table.amounts)))
        for figure in _group_figures(table, place, ask, statistics, coverage, prices)
    ]
    page = ask.but(by=table.by, view=None, sort=None).address
    return [
        replace(_sourced(figure, ask, statistics.rows), source_address=page) for figure in drawn if figure is not None
    ]


def _group_figures(
    table: GroupTable,
    place: int,
    ask: ExplorerState,
    statistics: Statistics,
    coverage: Coverage,
    prices: PriceIndex | None,
) -> list[Figure | None]:
    part = table.amounts[place] if table.amounts else None
    field = part.field if part else None
    name = sum_words.measure_name(ask.dataset, part, ask.lang) if part else sum_words.counted(ask.dataset, ask.lang)
    measure = chart_measure(field, ask.question.unit, ask.lang)
    items = [
        GroupItem(
            group.label,
            str(group.value),
            group.totals[place] if part else group.rows,
            group_table.rows_of_part(ask, table.by, group.value, part),
        )
        for group in table.groups
    ]
    anchor = f"by-{table.field.name}-{place}" if place else f"by-{table.field.name}"
    if not table.timely:
        if len(table.amounts) > 1:
            # Each sum has groups of its own.
            known = [item for item in items if item.value is not None]
            items = sorted(known, key=lambda item: item.value or 0, reverse=True)[:MOST_DOTS]
        total = table.known[place] if part else table.total
        mixed = part is not None and not part.side and len(sides(ask.dataset, part.field, ask.scope.filters, ())) > 1
        groups = ChartGroups(name, table.label, items, measure, total, mixed)
        return [spread_figures.bars(groups, anchor), spread_figures.dots(groups, f"{anchor}-all")]
    dated = [item for item in items if item.name != "None"]
    links = {item.name: item.address for item in dated}
    stock = field is not None and field.nature == "stock"
    own = stock and field is not None and field.at == table.field.name
    if own:
        name = _in_time(ask, part, table.by.part or "year")
    series = TimeSeries(
        name, [(item.name, item.value) for item in dated], measure, lambda each: links[each], counted=part is None
    )
    # The index is of years, and a day's month or quarter is none; a stock is in the money of its own date alone.
    real = field is not None and field.kind.is_money and table.by.part in (None, "year")
    index = prices if real and (own or not stock) else None
    return [time_figures.figure(series, _covered(coverage, statistics, part), index, anchor)]


def exact_api(ask: ExplorerState, statistics: Statistics) -> str:
    """Where a program asks for the sums and medians of a result; empty where it has no amount."""
    sums = [amount.part for amount in statistics.amounts]
    if not sums:
        return ""
    question = group_table.parted_question(ask.dataset, ask.scope, None, sums, MEASURES)
    return group_table.api_address(ask.dataset, question)


def chart_measure(field: Field | None, unit: ShownUnit, lang: Lang) -> ChartMeasure:
    """Money in the reader's unit; millions of toman are toman for a chart, which finds its own large unit."""
    if field is None or not field.kind.is_money:
        own = field.unit.of(lang) if field is not None and field.unit else ""
        return ChartMeasure(lang, percent=True) if own in value_html.PERCENT else ChartMeasure(lang, own)
    plain: ShownUnit = "rial" if unit == "rial" else "toman"
    code = SHOWN_UNITS[plain]
    return ChartMeasure(lang, money.unit_label(code, lang), MONEY_UNITS[code])
