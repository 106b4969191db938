"""The charts of a result: its amounts by year, nominal and at the prices of one year, and by groups."""

from __future__ import annotations

from typing import Final

from ayan.apps.catalog import choosing, grouped
from ayan.apps.catalog.asking import Ask
from ayan.apps.catalog.grouped import Grouped
from ayan.apps.catalog.limits import ENOUGH_YEARS, FEWEST_POINTS, MOST_BARS, MOST_GROUPINGS, MOST_MONTHS
from ayan.apps.catalog.prices import Prices
from ayan.core.query.answer import Standing
from ayan.core.query.grouping import Function, GroupQuestion
from ayan.core.query.grouping import Measure as Asked
from ayan.core.query.reader import Reader
from ayan.core.query.statistics import Statistics, amounts_of
from ayan.core.values import money
from ayan.core.values.clock import TEHRAN
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.money import MONEY_UNITS, SHOWN_UNITS, ShownUnit
from ayan.ui import writing
from ayan.ui.charts.bars import Bar, BarList
from ayan.ui.charts.figure import Figure
from ayan.ui.charts.measure import Measure
from ayan.ui.charts.years import Period, YearBars

NAMED: Final = Label("{} در هر سال", "{} of each year")
MONTHLY: Final = Label("{} در هر ماه", "{} of each month")
MONTH: Final = Label("ماه", "Month")
REAL: Final = Label("به قیمت ثابت {}", "at {} prices")
ROWS: Final = Label("شمار ردیف‌ها", "Number of rows")
BY: Final = Label("{} به تفکیک «{}»", "{} by “{}”")
FROM_TO: Final = Label("{}: از {} در {} تا {} در {}", "{}: from {} in {} to {} in {}")
MEASURES: Final[tuple[Function, ...]] = ("sum", "median")


def by_year(
    ask: Ask, found: Statistics, index: int, prices: Prices | None, anchor: str, *, mini: bool = False
) -> Figure | None:
    """One amount of a result by year, or by month where it has hardly years; the count of rows where it has no amount.

    What is recorded month by month, such as pay, is told so beside a record (``mini``): the newest months. None with
    fewer than two of either.
    """
    by_month = mini and found.axis is not None and found.axis.kind == "period"
    few_years = len(found.years) < ENOUGH_YEARS and len(found.months) <= MOST_MONTHS
    monthly = len(found.months) >= FEWEST_POINTS and (by_month or few_years)
    stretches = found.months[-MOST_MONTHS:] if monthly else found.years
    if len(stretches) < FEWEST_POINTS:
        return None
    lang = ask.lang
    amount = found.amounts[index] if index < len(found.amounts) else None
    # A month is worth what its year is: the index is of years.
    prices = None if amount is None or (monthly and not by_month) else prices
    values = [(one.name, one.totals[index] if amount else one.rows) for one in stretches]
    periods = [
        Period(_said(name, lang), value, prices.real(value, name[:4]) if prices else None) for name, value in values
    ]
    name = amount.field.label.of(lang) if amount else ROWS.of(lang)
    chart = YearBars(
        periods,
        _measure(ask.question.unit, lang) if amount else Measure(lang),
        (MONTHLY if monthly else NAMED).of(lang).format(name),
        REAL.of(lang).format(_said(prices.base, lang)) if prices else "",
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


def charts(reader: Reader, ask: Ask, standing: Standing, found: Statistics, prices: Prices | None) -> list[Figure]:
    """The charts of a result: what it is put together by, or each amount by year and the largest of a few groupings."""
    if ask.by is not None:
        return [_groups(grouped.grouped(reader, ask, ask.by, standing), ask, standing)]
    amounts = max(1, len(found.amounts))
    by_years = [by_year(ask, found, n, prices, f"years-{n}") for n in range(amounts)]
    offered = [one for one in choosing.groupings(ask.dataset) if one.part is None][:MOST_GROUPINGS]
    lists = [_groups(grouped.grouped(reader, ask, by, standing, MOST_BARS), ask, standing) for by in offered]
    return [*(one for one in by_years if one is not None), *(one for one in lists if len(one.chart.table().rows) > 1)]


def _groups(found: Grouped, ask: Ask, standing: Standing) -> Figure:
    """The groups as bars, or where they are years or months as bars in time."""
    lang, measured = ask.lang, found.measured
    shown = found.groups if found.timely else found.groups[:MOST_BARS]
    values = [(one.label, one.totals[0] if measured else one.rows) for one in shown]
    name = measured.label.of(lang) if measured else ROWS.of(lang)
    measure = _measure(ask.question.unit, lang) if measured else Measure(lang)
    chart: BarList | YearBars
    if found.timely:
        chart = YearBars([Period(*one) for one in values], measure, name, axis_name=found.label)
        title = _finding(name, values, measured is not None, lang)
    else:
        chart = BarList([Bar(*one) for one in values], measure, name, found.label)
        title = BY.of(lang).format(name, found.label)
    return Figure(
        title,
        chart,
        f"by-{found.field.name}",
        source=ask.dataset.owner.of(lang),
        source_address=ask.but(by=found.by, view=None, sort=None).address,
        as_of=standing.as_of.astimezone(TEHRAN).date() if standing.as_of else None,
    )


def exact_api(ask: Ask) -> str:
    """Where a program asks for the sums and medians of a result; empty where it has no amount."""
    amounts = amounts_of(ask.dataset)
    if not amounts:
        return ""
    measures = (Asked("count"), *(Asked(what, one.name) for one in amounts for what in MEASURES))
    return grouped.api_address(ask.dataset, GroupQuestion(scope=ask.scope, measures=measures))


def _finding(name: str, values: list[tuple[str, int | None]], amount: bool, lang: Lang) -> str:
    known = [(year, value) for year, value in values if value is not None]
    if len(known) < FEWEST_POINTS:
        return name
    (first, low), (last, high) = known[0], known[-1]
    said = [money.headline(one, lang) if amount else _count(one, lang) for one in (low, high)]
    return FROM_TO.of(lang).format(name, said[0], _said(first, lang), said[1], _said(last, lang))


def _count(value: int, lang: Lang) -> str:
    return writing.plain_number(value, lang)


def _measure(unit: ShownUnit, lang: Lang) -> Measure:
    """Money in the reader's unit; millions of toman are toman for a chart, which finds its own large unit."""
    plain: ShownUnit = "rial" if unit == "rial" else "toman"
    code = SHOWN_UNITS[plain]
    return Measure(lang, money.unit_label(code, lang), MONEY_UNITS[code])


def _said(name: str, lang: Lang) -> str:
    """A year or a month in words; what is a period in words already stays as it is."""
    return writing.period_label(name, lang)
