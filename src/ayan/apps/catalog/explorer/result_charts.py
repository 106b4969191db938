"""The charts of a result: its amounts by year, by groups, and what they are made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

from ayan.apps.catalog.explorer import figures, group_table, result_options, spread_figures, time_figures
from ayan.apps.catalog.explorer.coverage import Coverage
from ayan.apps.catalog.explorer.figures import PriceIndex
from ayan.apps.catalog.explorer.group_table import GroupTable
from ayan.apps.catalog.explorer.spread_figures import ChartGroups, GroupItem
from ayan.apps.catalog.explorer.state import ExplorerState
from ayan.apps.catalog.explorer.time_figures import TimeSeries
from ayan.apps.catalog.limits import ENOUGH_YEARS, FEWEST_POINTS, MOST_DOTS, MOST_GROUPINGS, MOST_WHOLES
from ayan.core.query.answer import Snapshot
from ayan.core.query.grouping import Function, GroupKey, GroupQuestion, Part
from ayan.core.query.grouping import GroupMeasure as Asked
from ayan.core.query.problem import BadQuestion
from ayan.core.query.query_service import QueryService
from ayan.core.query.question import Filter, Question, Sort
from ayan.core.query.question_parser import parse
from ayan.core.query.statistics import Statistics, amounts_of, axis_of
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.schema.view import PartsView, ShareView
from ayan.core.values import money
from ayan.core.values.clock import TEHRAN
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.money import MONEY_UNITS, SHOWN_UNITS, ShownUnit
from ayan.ui import value_html
from ayan.ui.charts import titles
from ayan.ui.charts.bars import StackedBars, Whole
from ayan.ui.charts.figure import Figure, in_one_unit
from ayan.ui.charts.lines import Lines
from ayan.ui.charts.measure import ChartMeasure
from ayan.ui.charts.years import YearBars

NEWEST: Final = Label("{n} دورهٔ آخر", "The newest {n} periods")
REST: Final = Label("جز این‌ها", "Other")
TIME: Final = Label("دوره", "Period")
NAMED: Final = Label("{} در هر سال", "{} of each year")
MONTHLY: Final = Label("{} در هر ماه", "{} of each month")
ROWS: Final = Label("شمار ردیف‌ها", "Number of rows")
MEASURES: Final[tuple[Function, ...]] = ("sum", "median")


@dataclass(frozen=True, slots=True)
class Portion:
    """How many of some rows a declared condition holds for, beside the same share of all rows of the dataset."""

    view: ShareView
    rows: int
    of: int
    all_rows: int
    of_all: int
    ask: ExplorerState

    @property
    def share(self) -> float:
        """The part of the rows, from 0 to 1."""
        return self.rows / self.of

    @property
    def usual(self) -> float:
        """The part of all rows, from 0 to 1."""
        return self.all_rows / self.of_all if self.of_all else 0.0


def conditions(dataset: Dataset, where: str) -> tuple[Filter, ...] | None:
    """The conditions of a declared query; None where it cannot be asked."""
    pairs = [(name, text) for name, _, text in (part.partition("=") for part in where.split("&")) if name]
    try:
        return parse(dataset, pairs).filters
    except BadQuestion:
        return None


def portions(reader: QueryService, ask: ExplorerState, snapshot: Snapshot, rows: int) -> tuple[Portion, ...]:
    """The declared shares of some rows; none of fewer than two rows, of which a share says nothing."""
    dataset, out = ask.dataset, []
    for view in dataset.views_of(ShareView):
        added = conditions(dataset, view.where)
        if not added or rows < 2:
            continue
        narrowed = replace(ask.but(filters=(*ask.question.filters, *added)), by=None)
        whole = Question(slug=dataset.slug)
        matching, everywhere, of_all = (
            _count(reader, dataset, scope, snapshot) for scope in (narrowed.scope, replace(whole, filters=added), whole)
        )
        out.append(Portion(view, matching, rows, everywhere, of_all, narrowed))
    return tuple(out)


def _count(reader: QueryService, dataset: Dataset, scope: Question, snapshot: Snapshot) -> int:
    answer = figures.groups(reader, dataset, GroupQuestion(scope=scope), snapshot)
    return int(answer.rows[0]["count"]) if answer.rows else 0


def parts(reader: QueryService, ask: ExplorerState, snapshot: Snapshot, anchor: str) -> Figure | None:
    """The declared parts of an amount, period by period; None where none are declared or a bar could not be drawn."""
    dataset, lang = ask.dataset, ask.lang
    view, axis = dataset.view(PartsView), axis_of(dataset)
    if view is None or axis is None:
        return None
    by = GroupKey(axis.name, "year" if axis.kind.is_day else None)
    names = (view.measure, *view.parts)
    question = GroupQuestion(
        scope=replace(ask.scope, size=MOST_WHOLES),
        by=(by,),
        measures=tuple(Asked("sum", name) for name in names),
        sort=Sort(by.name, descending=True),
    )
    answer = figures.groups(reader, dataset, question, snapshot)
    divided = [_divided(by, view, row, ask) for row in reversed(answer.rows)]
    if len(divided) < FEWEST_POINTS or any(value < 0 for _, values, _ in divided for value in values):
        return None
    labels = [dataset.field(name).label.of(lang) for name in view.parts]
    if any(values[-1] for _, values, _ in divided):
        labels.append(REST.of(lang))
    else:
        divided = [(label, values[:-1], address) for label, values, address in divided]
    name = dataset.field(view.measure).label.of(lang)
    wholes = [Whole(label, values, address=address) for label, values, address in divided]
    title = titles.parts_in_time(labels, [(label, values) for label, values, _ in divided], name, lang)
    # Only so many periods are asked for, and it is said where there are more.
    note = NEWEST.of(lang).format(n=value_html.plain_number(len(wholes), lang)) if answer.total > len(wholes) else ""
    chart = StackedBars(labels, wholes, _measure(ask.question.unit, lang), name, TIME.of(lang))
    return Figure(title, chart, anchor, note=note)


def _divided(by: GroupKey, view: PartsView, row: dict[str, Any], ask: ExplorerState) -> tuple[str, list[int], str]:
    """One period: its label, its parts and last what they leave of the whole, and where its rows are."""
    values = [int(row[f"sum_{name}"] or 0) for name in view.parts]
    rest = int(row[f"sum_{view.measure}"] or 0) - sum(values)
    address = group_table.rows_of(ask, by, row[by.name])
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
    """One amount of a result by year, or by month where it has hardly years; the count of rows where it has no amount.

    What is recorded month by month, such as pay, is told so beside a record (``mini``), and where ``months`` are asked
    for. None with fewer than two of either.
    """
    axis = statistics.axis
    by_month = (mini or months) and axis is not None and axis.kind.is_period
    few_years = len(statistics.years) < ENOUGH_YEARS
    monthly = len(statistics.months) >= FEWEST_POINTS and (by_month or few_years)
    lang = ask.lang
    amount = statistics.amounts[index] if index < len(statistics.amounts) else None
    # A month is worth what its year is: the index is of years.
    prices = None if amount is None or (monthly and not by_month) else prices
    stretches = statistics.months if monthly else statistics.years
    name = amount.field.label.of(lang) if amount else ROWS.of(lang)
    series = TimeSeries(
        (MONTHLY if monthly else NAMED).of(lang).format(name),
        [(stretch.name, stretch.totals[index] if amount else stretch.rows) for stretch in stretches],
        _measure(ask.question.unit, lang) if amount else ChartMeasure(lang),
        lambda period: _rows_of(ask, axis, period, "month" if monthly else "year"),
        counted=amount is None,
    )
    figure = time_figures.figure(series, _covered(coverage, statistics), prices, anchor)
    return figure and _sourced(replace(figure, size="mini" if mini else "full"), ask, statistics.rows)


def _covered(coverage: Coverage, statistics: Statistics) -> Coverage:
    """What of each year is there: what tells years alone tells nothing of their parts."""
    if not statistics.months:
        return replace(coverage, months={})
    if statistics.axis is not None and statistics.axis.kind.is_period:
        return coverage.by_months(month.name for month in statistics.months)
    return coverage.up_to(statistics.years[-1].name)


def _rows_of(ask: ExplorerState, axis: Field | None, period: str, part: Part) -> str:
    return (
        ""
        if axis is None
        else group_table.rows_of(ask, GroupKey(axis.name, part if axis.kind.is_day else None), period)
    )


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
        grouped = group_table.grouped(reader, ask, ask.by, snapshot)
        return _dated(_groups(grouped, ask, statistics, coverage, prices), snapshot)
    amounts = max(1, len(statistics.amounts))
    by_years = [by_year(ask, statistics, n, prices, f"years-{n}", coverage) for n in range(amounts)]
    axis = statistics.axis
    if axis is not None and axis.kind.is_period and len(statistics.months) > len(statistics.years) >= ENOUGH_YEARS:
        by_years.insert(1, by_year(ask, statistics, 0, prices, "months-0", coverage, months=True))
    along = axis.name if axis else ""
    groupings = [by for by in result_options.groupings(ask.dataset) if by.part is None and by.field != along]
    offered = groupings[:MOST_GROUPINGS]
    tables = [group_table.grouped(reader, ask, by, snapshot, MOST_DOTS) for by in offered]
    lists = [figure for table in tables for figure in _groups(table, ask, statistics, coverage, prices)]
    shaded = None
    if axis is not None and offered:
        when = GroupKey(axis.name, "year" if axis.kind.is_day else None)
        shaded = spread_figures.shaded(reader, ask, snapshot, offered[0], when, _covered(coverage, statistics))
    every = [*(figure for figure in by_years if figure is not None), *lists, *([shaded] if shaded else [])]
    return _dated(in_one_unit(every), snapshot)


def _dated(figures: Iterable[Figure], snapshot: Snapshot) -> list[Figure]:
    day = snapshot.as_of.astimezone(TEHRAN).date() if snapshot.as_of else None
    return [replace(figure, as_of=day) for figure in figures]


def _groups(
    table: GroupTable, ask: ExplorerState, statistics: Statistics, coverage: Coverage, prices: PriceIndex | None
) -> list[Figure]:
    """The groups as bars, the largest also among all others; where they are years or months, along time."""
    lang, measured = ask.lang, table.measured
    if len(table.groups) < FEWEST_POINTS:
        return []
    name = measured.label.of(lang) if measured else ROWS.of(lang)
    measure = _measure(ask.question.unit, lang) if measured else ChartMeasure(lang)
    items = [
        GroupItem(group.label, str(group.value), group.totals[0] if measured else group.rows, group.address)
        for group in table.groups
    ]
    anchor = f"by-{table.field.name}"
    if table.timely:
        dated = [item for item in items if item.name != "None"]
        links = {item.name: item.address for item in dated}
        series = TimeSeries(
            name, [(item.name, item.value) for item in dated], measure, lambda each: links[each], counted=not measured
        )
        # The index is of years, and a day's month is none.
        index = prices if measured and table.by.part != "month" else None
        drawn = [time_figures.figure(series, _covered(coverage, statistics), index, anchor)]
    else:
        groups = ChartGroups(name, table.label, items, measure, table.total)
        drawn = [spread_figures.bars(groups, anchor), spread_figures.dots(groups, f"{anchor}-all")]
    page = ask.but(by=table.by, view=None, sort=None).address
    return [
        replace(_sourced(figure, ask, statistics.rows), source_address=page) for figure in drawn if figure is not None
    ]


def exact_api(ask: ExplorerState) -> str:
    """Where a program asks for the sums and medians of a result; empty where it has no amount."""
    amounts = amounts_of(ask.dataset)
    if not amounts:
        return ""
    measures = (Asked("count"), *(Asked(what, amount.name) for amount in amounts for what in MEASURES))
    return group_table.api_address(ask.dataset, GroupQuestion(scope=ask.scope, measures=measures))


def _measure(unit: ShownUnit, lang: Lang) -> ChartMeasure:
    """Money in the reader's unit; millions of toman are toman for a chart, which finds its own large unit."""
    plain: ShownUnit = "rial" if unit == "rial" else "toman"
    code = SHOWN_UNITS[plain]
    return ChartMeasure(lang, money.unit_label(code, lang), MONEY_UNITS[code])
