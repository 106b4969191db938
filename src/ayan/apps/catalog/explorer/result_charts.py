"""The charts of a result: its amounts by year, by groups, and what they are made of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from ayan.apps.catalog.explorer import figures, group_table, result_options
from ayan.apps.catalog.explorer.figures import PriceIndex
from ayan.apps.catalog.explorer.group_table import GroupTable
from ayan.apps.catalog.explorer.state import ExplorerState
from ayan.apps.catalog.limits import ENOUGH_YEARS, FEWEST_POINTS, MOST_BARS, MOST_GROUPINGS, MOST_MONTHS, MOST_WHOLES
from ayan.core.query.additivity import is_added
from ayan.core.query.answer import Snapshot
from ayan.core.query.grouping import Function, GroupKey, GroupQuestion
from ayan.core.query.grouping import GroupMeasure as Asked
from ayan.core.query.problem import BadQuestion
from ayan.core.query.query_service import QueryService
from ayan.core.query.question import Filter, Question, Sort
from ayan.core.query.question_parser import parse
from ayan.core.query.statistics import Statistics, axis_of
from ayan.core.query.sum_parts import sum_parts
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.schema.view import PartsView, ShareView
from ayan.core.values import money
from ayan.core.values.clock import TEHRAN
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.money import MONEY_UNITS, SHOWN_UNITS, ShownUnit
from ayan.ui import sum_words, value_html
from ayan.ui.charts.bars import Bar, BarList, StackedBars, Whole
from ayan.ui.charts.figure import Figure
from ayan.ui.charts.measure import ChartMeasure
from ayan.ui.charts.years import YearBar, YearBars

MADE_OF: Final = Label("{} از چه ساخته شده است", "What {} is made of")
REST: Final = Label("جز این‌ها", "Other")
TIME: Final = Label("دوره", "Period")
NAMED: Final = Label("{} در هر سال", "{} of each year")
MONTHLY: Final = Label("{} در هر ماه", "{} of each month")
MONTH: Final = Label("ماه", "Month")
REAL: Final = Label("به قیمت ثابت {}", "at {} prices")
LAST: Final = Label("{} در آخرین تاریخ هر سال", "{} at the last date of each year")
LAST_OF_MONTH: Final = Label("{} در آخرین تاریخ هر ماه", "{} at the last date of each month")
BY: Final = Label("{} به تفکیک «{}»", "{} by “{}”")
FROM_TO: Final = Label("{}: از {} در {} تا {} در {}", "{}: from {} in {} to {} in {}")
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
    """The declared parts of an amount, period by period; None where none are declared or a bar could not be drawn.

    Where money lies on several sides, of the first side that has parts.
    """
    dataset, lang = ask.dataset, ask.lang
    view, axis = dataset.view(PartsView), axis_of(dataset)
    if view is None or axis is None or not all(map(is_added, map(dataset.field, (view.measure, *view.parts)))):
        return None
    by = GroupKey(axis.name, "year" if axis.kind.is_day else None)
    names = (view.measure, *view.parts)
    for part in sum_parts(reader, dataset, [dataset.field(view.measure)], ask.scope, snapshot, by):
        question = GroupQuestion(
            scope=replace(ask.scope.having(*part.conditions), size=MOST_WHOLES),
            by=(by,),
            measures=tuple(Asked("sum", name) for name in names),
            sort=Sort(by.name, descending=True),
        )
        answer = figures.groups(reader, dataset, question, snapshot)
        wholes = [_whole(by, view, row, ask) for row in reversed(answer.rows)]
        if len(wholes) < 2 or any(value < 0 for whole in wholes for value in whole.values):
            continue
        if part.conditions and not any(value for whole in wholes for value in whole.values[:-1]):
            continue
        labels = [dataset.field(name).label.of(lang) for name in view.parts]
        if any(whole.values[-1] for whole in wholes):
            labels.append(REST.of(lang))
        else:
            wholes = [replace(whole, values=whole.values[:-1]) for whole in wholes]
        name = sum_words.sided(dataset, part, lang)
        chart = StackedBars(labels, wholes, _measure(part.field, ask.question.unit, lang), name, TIME.of(lang))
        return Figure(MADE_OF.of(lang).format(name), chart, anchor)
    return None


def _whole(by: GroupKey, view: PartsView, row: dict[str, Any], ask: ExplorerState) -> Whole:
    """One period: its parts, and last what they leave of the whole."""
    values = [int(row[f"sum_{name}"] or 0) for name in view.parts]
    rest = int(row[f"sum_{view.measure}"] or 0) - sum(values)
    return Whole(value_html.period_label(str(row[by.name]), ask.lang), [*values, rest])


def by_year(
    ask: ExplorerState,
    statistics: Statistics,
    index: int,
    prices: PriceIndex | None,
    anchor: str,
    *,
    mini: bool = False,
) -> Figure | None:
    """One amount of a result by year, or by month where it has hardly years; of data without amounts, how many rows.

    What is recorded month by month, such as pay, is told so beside a record (``mini``): the newest months. Rows are
    counted where each is something that happened on a day. None with fewer than two of either.
    """
    by_month = mini and statistics.axis is not None and statistics.axis.kind.is_period
    few_years = len(statistics.years) < ENOUGH_YEARS and len(statistics.months) <= MOST_MONTHS
    monthly = len(statistics.months) >= FEWEST_POINTS and (by_month or few_years)
    stretches = statistics.months[-MOST_MONTHS:] if monthly else statistics.years
    amount = statistics.amounts[index] if index < len(statistics.amounts) else None
    values = [(stretch.name, stretch.totals[index] if amount else stretch.rows) for stretch in stretches]
    if sum(value is not None for _, value in values) < FEWEST_POINTS:
        return None
    if amount is None and (statistics.rates or not are_events(ask.dataset)):
        return None
    lang = ask.lang
    # A month is worth what its year is: the index is of years.
    real = amount is not None and amount.field.kind.is_money and (not monthly or by_month)
    prices = prices if real else None
    periods = [
        YearBar(
            _label_text(name, lang),
            value,
            prices.real(value, name[:4]) if prices else None,
        )
        for name, value in values
    ]
    name = sum_words.sided(ask.dataset, amount.part, lang) if amount else sum_words.counted(ask.dataset, lang)
    stock = amount is not None and amount.field.nature == "stock"
    named = (LAST_OF_MONTH if stock else MONTHLY) if monthly else LAST if stock else NAMED
    chart = YearBars(
        periods,
        _measure(amount.field if amount else None, ask.question.unit, lang),
        named.of(lang).format(name),
        REAL.of(lang).format(_label_text(prices.base, lang)) if prices else "",
        axis_name=MONTH.of(lang) if monthly else "",
    )
    return Figure(
        _finding(name, values, amount.field if amount else None, lang),
        chart,
        anchor,
        size="mini" if mini else "full",
    )


def are_events(dataset: Dataset) -> bool:
    """Whether each row is something that happened on a day, so that how many there were in a year says something."""
    axis = axis_of(dataset)
    return axis is not None and axis.kind.is_day and axis.required and not is_series(dataset)


def is_series(dataset: Dataset) -> bool:
    """Whether the same things stand in the data once more each year, so that how many rows there are says nothing."""
    axis = axis_of(dataset)
    keyless = not dataset.key and dataset.period != "none" and axis is not None and axis.kind.is_period
    return keyless or any(dataset.field(name).kind.is_period for name in dataset.key)


def medians(reader: QueryService, ask: ExplorerState, snapshot: Snapshot, statistics: Statistics) -> list[Figure]:
    """The median of each rate by year, which is never added; none with fewer than two years."""
    axis, lang, out = statistics.axis, ask.lang, []
    if axis is None:
        return []
    by = GroupKey(axis.name, "year" if axis.kind.is_day else None)
    for rate in statistics.rates:
        question = GroupQuestion(
            scope=replace(ask.scope, size=MOST_MONTHS), by=(by,), measures=(Asked("median", rate.field.name),)
        )
        rows = figures.groups(reader, ask.dataset, question, snapshot).rows
        key, median = question.columns
        values = [(str(row[key]), row[median]) for row in rows if row[key] is not None]
        if sum(value is not None for _, value in values) < FEWEST_POINTS:
            continue
        name = sum_words.median_name(ask.dataset, rate.part, lang)
        chart = YearBars(
            [YearBar(_label_text(year, lang), value) for year, value in values],
            _measure(rate.field, ask.question.unit, lang),
            NAMED.of(lang).format(name),
        )
        out.append(Figure(_finding(name, values, rate.field, lang), chart, f"median-{rate.field.name}"))
    return out


def is_real(figure: Figure | None) -> bool:
    """Whether a figure also tells its amounts at the prices of one year."""
    return figure is not None and isinstance(figure.chart, YearBars) and bool(figure.chart.real_name)


def charts(
    reader: QueryService, ask: ExplorerState, snapshot: Snapshot, statistics: Statistics, prices: PriceIndex | None
) -> list[Figure]:
    """The charts of a result: what it is put together by, or each amount by year and the largest of a few groupings."""
    if ask.by is not None:
        return _groups(group_table.grouped(reader, ask, ask.by, snapshot), ask, snapshot)
    amounts = max(1, len(statistics.amounts))
    by_years = [by_year(ask, statistics, n, prices, f"years-{n}") for n in range(amounts)]
    offered = [grouping for grouping in result_options.groupings(ask.dataset) if grouping.part is None][:MOST_GROUPINGS]
    meaningful = statistics.amounts or not is_series(ask.dataset)
    lists = [
        figure
        for by in (offered if meaningful else ())
        for figure in _groups(group_table.grouped(reader, ask, by, snapshot, MOST_BARS), ask, snapshot)
    ]
    return [
        *(figure for figure in by_years if figure is not None),
        *medians(reader, ask, snapshot, statistics),
        *(figure for figure in lists if len(figure.chart.table().rows) > 1),
    ]


def _groups(table: GroupTable, ask: ExplorerState, snapshot: Snapshot) -> list[Figure]:
    """The groups as bars, or where they are years or months as bars in time: each sum by itself."""
    return [_group_figure(table, ask, snapshot, place) for place in range(max(1, len(table.amounts)))]


def _group_figure(table: GroupTable, ask: ExplorerState, snapshot: Snapshot, place: int) -> Figure:
    lang, part = ask.lang, table.amounts[place] if table.amounts else None
    values = [(group.label, group.totals[place] if part else group.rows) for group in table.groups]
    if part is not None and len(table.amounts) > 1:
        values = [pair for pair in values if pair[1] is not None]
    if not table.timely:
        values = sorted(values, key=lambda pair: -(pair[1] or 0))[:MOST_BARS]
    name = sum_words.measure_name(ask.dataset, part, lang) if part else sum_words.counted(ask.dataset, lang)
    measure = _measure(part.field if part else None, ask.question.unit, lang)
    chart: BarList | YearBars
    if table.timely:
        chart = YearBars([YearBar(*pair) for pair in values], measure, name, axis_name=table.label)
        title = _finding(name, values, part.field if part else None, lang)
    else:
        chart = BarList([Bar(*pair) for pair in values], measure, name, table.label)
        title = BY.of(lang).format(name, table.label)
    return Figure(
        title,
        chart,
        f"by-{table.field.name}-{place}" if place else f"by-{table.field.name}",
        source=ask.dataset.owner.of(lang),
        source_address=ask.but(by=table.by, view=None, sort=None).address,
        as_of=snapshot.as_of.astimezone(TEHRAN).date() if snapshot.as_of else None,
    )


def exact_api(ask: ExplorerState, statistics: Statistics) -> str:
    """Where a program asks for the sums and medians of a result; empty where it has no amount."""
    parts = [amount.part for amount in statistics.amounts]
    if not parts:
        return ""
    question = group_table.parted_question(ask.dataset, ask.scope, None, parts, MEASURES)
    return group_table.api_address(ask.dataset, question)


def _finding(name: str, values: list[tuple[str, Any]], field: Field | None, lang: Lang) -> str:
    known = [(year, value) for year, value in values if value is not None]
    if len(known) < FEWEST_POINTS:
        return name
    (first, low), (last, high) = known[0], known[-1]
    said = [
        sum_words.sum_plain(field, value, lang) if field else value_html.plain_number(value, lang)
        for value in (low, high)
    ]
    return FROM_TO.of(lang).format(name, said[0], _label_text(first, lang), said[1], _label_text(last, lang))


def _measure(field: Field | None, unit: ShownUnit, lang: Lang) -> ChartMeasure:
    """Money in the reader's unit; millions of toman are toman for a chart, which finds its own large unit."""
    if field is None or not field.kind.is_money:
        return ChartMeasure(lang, field.unit.of(lang) if field is not None and field.unit else "")
    plain: ShownUnit = "rial" if unit == "rial" else "toman"
    code = SHOWN_UNITS[plain]
    return ChartMeasure(lang, money.unit_label(code, lang), MONEY_UNITS[code])


def _label_text(name: str, lang: Lang) -> str:
    """A year or a month in words; what is a period in words already stays as it is."""
    return value_html.period_label(name, lang)
