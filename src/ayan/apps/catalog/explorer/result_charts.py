"""The charts of a result: its amounts by year, by groups, and what they are made of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from ayan.apps.catalog.explorer import figures, group_table, result_options
from ayan.apps.catalog.explorer.figures import PriceIndex
from ayan.apps.catalog.explorer.group_table import GroupTable
from ayan.apps.catalog.explorer.state import CITIZEN_UNIT, ExplorerState
from ayan.apps.catalog.limits import ENOUGH_YEARS, FEWEST_POINTS, MOST_BARS, MOST_GROUPINGS, MOST_MONTHS, MOST_WHOLES
from ayan.core.query.answer import Snapshot
from ayan.core.query.grouping import Function, GroupKey, GroupQuestion
from ayan.core.query.grouping import GroupMeasure as Asked
from ayan.core.query.problem import BadQuestion
from ayan.core.query.query_service import QueryService
from ayan.core.query.question import Filter, Question, Sort
from ayan.core.query.question_parser import parse
from ayan.core.query.statistics import Statistics, amounts_of, axis_of
from ayan.core.schema.definition import Dataset
from ayan.core.schema.view import PartsView, ShareView
from ayan.core.values import money
from ayan.core.values.clock import TEHRAN
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.money import MONEY_UNITS, SHOWN_UNITS, ShownUnit
from ayan.ui import value_html
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
ROWS: Final = Label("شمار ردیف‌ها", "Number of rows")
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
    wholes = [_whole(by, view, row, ask) for row in reversed(answer.rows)]
    if len(wholes) < 2 or any(value < 0 for whole in wholes for value in whole.values):
        return None
    labels = [dataset.field(name).label.of(lang) for name in view.parts]
    if any(whole.values[-1] for whole in wholes):
        labels.append(REST.of(lang))
    else:
        wholes = [replace(whole, values=whole.values[:-1]) for whole in wholes]
    code = SHOWN_UNITS["rial" if ask.question.unit == "rial" else CITIZEN_UNIT]
    measure = ChartMeasure(lang, money.unit_label(code, lang), MONEY_UNITS[code])
    name = dataset.field(view.measure).label.of(lang)
    chart = StackedBars(labels, wholes, measure, name, TIME.of(lang))
    return Figure(MADE_OF.of(lang).format(name), chart, anchor)


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
    """One amount of a result by year, or by month where it has hardly years; the count of rows where it has no amount.

    What is recorded month by month, such as pay, is told so beside a record (``mini``): the newest months. None with
    fewer than two of either.
    """
    by_month = mini and statistics.axis is not None and statistics.axis.kind.is_period
    few_years = len(statistics.years) < ENOUGH_YEARS and len(statistics.months) <= MOST_MONTHS
    monthly = len(statistics.months) >= FEWEST_POINTS and (by_month or few_years)
    stretches = statistics.months[-MOST_MONTHS:] if monthly else statistics.years
    if len(stretches) < FEWEST_POINTS:
        return None
    lang = ask.lang
    amount = statistics.amounts[index] if index < len(statistics.amounts) else None
    # A month is worth what its year is: the index is of years.
    prices = None if amount is None or (monthly and not by_month) else prices
    values = [(stretch.name, stretch.totals[index] if amount else stretch.rows) for stretch in stretches]
    periods = [
        YearBar(_label_text(name, lang), value, prices.real(value, name[:4]) if prices else None)
        for name, value in values
    ]
    name = amount.field.label.of(lang) if amount else ROWS.of(lang)
    chart = YearBars(
        periods,
        _measure(ask.question.unit, lang) if amount else ChartMeasure(lang),
        (MONTHLY if monthly else NAMED).of(lang).format(name),
        REAL.of(lang).format(_label_text(prices.base, lang)) if prices else "",
        axis_name=MONTH.of(lang) if monthly else "",
    )
    return Figure(
        _finding(name, values, amount is not None, lang),
        chart,
        anchor,
        size="mini" if mini else "full",
    )


def is_real(figure: Figure | None) -> bool:
    """Whether a figure also tells its amounts at the prices of one year."""
    return figure is not None and isinstance(figure.chart, YearBars) and bool(figure.chart.real_name)


def charts(
    reader: QueryService, ask: ExplorerState, snapshot: Snapshot, statistics: Statistics, prices: PriceIndex | None
) -> list[Figure]:
    """The charts of a result: what it is put together by, or each amount by year and the largest of a few groupings."""
    if ask.by is not None:
        return [_groups(group_table.grouped(reader, ask, ask.by, snapshot), ask, snapshot)]
    amounts = max(1, len(statistics.amounts))
    by_years = [by_year(ask, statistics, n, prices, f"years-{n}") for n in range(amounts)]
    offered = [grouping for grouping in result_options.groupings(ask.dataset) if grouping.part is None][:MOST_GROUPINGS]
    lists = [_groups(group_table.grouped(reader, ask, by, snapshot, MOST_BARS), ask, snapshot) for by in offered]
    return [
        *(figure for figure in by_years if figure is not None),
        *(figure for figure in lists if len(figure.chart.table().rows) > 1),
    ]


def _groups(group_table: GroupTable, ask: ExplorerState, snapshot: Snapshot) -> Figure:
    """The groups as bars, or where they are years or months as bars in time."""
    lang, measured = ask.lang, group_table.measured
    shown = group_table.groups if group_table.timely else group_table.groups[:MOST_BARS]
    values = [(group.label, group.totals[0] if measured else group.rows) for group in shown]
    name = measured.label.of(lang) if measured else ROWS.of(lang)
    measure = _measure(ask.question.unit, lang) if measured else ChartMeasure(lang)
    chart: BarList | YearBars
    if group_table.timely:
        chart = YearBars([YearBar(*pair) for pair in values], measure, name, axis_name=group_table.label)
        title = _finding(name, values, measured is not None, lang)
    else:
        chart = BarList([Bar(*pair) for pair in values], measure, name, group_table.label)
        title = BY.of(lang).format(name, group_table.label)
    return Figure(
        title,
        chart,
        f"by-{group_table.field.name}",
        source=ask.dataset.owner.of(lang),
        source_address=ask.but(by=group_table.by, view=None, sort=None).address,
        as_of=snapshot.as_of.astimezone(TEHRAN).date() if snapshot.as_of else None,
    )


def exact_api(ask: ExplorerState) -> str:
    """Where a program asks for the sums and medians of a result; empty where it has no amount."""
    amounts = amounts_of(ask.dataset)
    if not amounts:
        return ""
    measures = (Asked("count"), *(Asked(what, amount.name) for amount in amounts for what in MEASURES))
    return group_table.api_address(ask.dataset, GroupQuestion(scope=ask.scope, measures=measures))


def _finding(name: str, values: list[tuple[str, int | None]], amount: bool, lang: Lang) -> str:
    known = [(year, value) for year, value in values if value is not None]
    if len(known) < FEWEST_POINTS:
        return name
    (first, low), (last, high) = known[0], known[-1]
    said = [money.headline(value, lang) if amount else value_html.plain_number(value, lang) for value in (low, high)]
    return FROM_TO.of(lang).format(name, said[0], _label_text(first, lang), said[1], _label_text(last, lang))


def _measure(unit: ShownUnit, lang: Lang) -> ChartMeasure:
    """Money in the reader's unit; millions of toman are toman for a chart, which finds its own large unit."""
    plain: ShownUnit = "rial" if unit == "rial" else "toman"
    code = SHOWN_UNITS[plain]
    return ChartMeasure(lang, money.unit_label(code, lang), MONEY_UNITS[code])


def _label_text(name: str, lang: Lang) -> str:
    """A year or a month in words; what is a period in words already stays as it is."""
    return value_html.period_label(name, lang)
